"""How does one entry read for somebody outside: `bursar ledger`, and later the exports?"""

from __future__ import annotations

from typing import Any

from bot.domain import entries as e
from bot.domain.refs import Account
from bot.storage import codec
from bot.storage.ledger import Line


def listed(line: Line, accounts: dict[int, Account], numbers: dict[int, int]) -> dict[str, Any]:
    """Give an entry as a flat JSON object.

    Args:
        line: the entry.
        accounts: person number to account; the erased are missing.
        numbers: issue id to issue number.
    """
    entry, stamp = line.entry(), line.stamp()
    actor = accounts.get(stamp.actor) if stamp.actor is not None else None
    money = getattr(entry, "money", None) or getattr(entry, "goal", None)
    issue = getattr(entry, "issue", None)
    return {
        "seq": line.seq,
        "kind": type(entry).__name__,
        "at": codec.rfc3339(stamp.at),
        "actor": {"login": actor.login, "id": actor.id} if actor else None,
        "issue": numbers.get(issue) if issue is not None else None,
        "pledge": getattr(entry, "pledge", None),
        "change": _change(entry),
        "refused": entry.code if isinstance(entry, e.Refused) else None,
        "minor": money.minor if money else None,
        "currency": money.currency if money else None,
        "late": stamp.late,
        "source": line.source,
        "hash": line.hash,
    }


def _change(entry: e.Entry) -> str | None:
    """Give the change of a pledge's stage, `offered → standing`."""
    now = getattr(entry, "now", None)
    if now is None:
        return None
    was = getattr(entry, "was", None)
    return f"{was or 'new'} → {now}"
