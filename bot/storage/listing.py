"""How does one entry read for somebody outside: `bursar ledger`, and later the exports?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.movements import End, EndKind, Movement
from bot.domain.refs import Account
from bot.storage import codec
from bot.storage.ledger import Line
from bot.storage.people import NAME

_PARTIES = frozenset({EndKind.FUNDER, EndKind.PAYEE})


def people_in(line: Line) -> frozenset[int]:
    """Give the persons whose accounts a listing of this entry names."""
    actor = line.stamp().actor
    move = _move(line.entry())
    ends = (move.source, move.target) if move else ()
    named = frozenset(end.number for end in ends if end.kind in _PARTIES)
    return named if actor is None else named | {actor}


def listed(
    line: Line, accounts: Mapping[int, Account], numbers: Mapping[int, int]
) -> dict[str, Any]:
    """Give an entry as a JSON object.

    Args:
        line: the entry.
        accounts: person number to account; the erased are missing.
        numbers: issue id to issue number.
    """
    named = listed_entry(line.entry(), line.stamp(), accounts, numbers)
    return named | {"source": line.source, "hash": line.hash}


def listed_entry(
    entry: e.Entry, stamp: e.Stamp, accounts: Mapping[int, Account], numbers: Mapping[int, int]
) -> dict[str, Any]:
    """Give what an entry says as a JSON object: names instead of numbers."""
    actor = accounts.get(stamp.actor) if stamp.actor is not None else None
    money, move = _money(entry), _move(entry)
    issue = getattr(entry, "issue", None)
    return {
        "seq": stamp.seq,
        "kind": type(entry).__name__,
        "at": codec.rfc3339(stamp.at),
        "actor": _account(actor),
        "issue": numbers.get(issue) if issue is not None else None,
        "pledge": getattr(entry, "pledge", None),
        "record": getattr(entry, "record", None),
        "pull": getattr(entry, "pull", None),
        "change": _change(entry),
        "outcome": codec.plain(getattr(entry, "outcome", None)),
        "from": _end(move.source, accounts, numbers) if move else None,
        "to": _end(move.target, accounts, numbers) if move else None,
        "refused": entry.code if isinstance(entry, e.Refused) else None,
        "minor": money.minor if money else None,
        "currency": money.currency if money else None,
        "late": stamp.late,
    }


def _move(entry: e.Entry) -> Movement | None:
    """Give the movement that a record is about: the first; the others are fees."""
    moves: tuple[Movement, ...] = getattr(entry, "moves", ())
    return moves[0] if moves else None


def _money(entry: e.Entry) -> Money | None:
    """Give the amount that an entry is about: what moved or was settled, or else what was promised."""
    move = _move(entry)
    if move is not None:
        return move.money
    named = (getattr(entry, name, None) for name in ("settled", "refunded", "money", "goal"))
    return next((money for money in named if money is not None), None)


def _account(account: Account | None) -> dict[str, Any] | None:
    return {"login": account.login, "id": account.id} if account else None


def _end(
    end: End, accounts: Mapping[int, Account], numbers: Mapping[int, int]
) -> dict[str, Any] | None:
    """Name an end: an account, a name in quotes, or the issue whose money it is; the erased are None."""
    if end.kind not in _PARTIES:
        return {"issue": numbers.get(end.number)}
    account = accounts.get(end.number)
    return {"name": account.login} if account and account.kind == NAME else _account(account)


def _change(entry: e.Entry) -> str | None:
    """Give the change of a pledge's stage or a work order's state, `offered → standing`."""
    now = getattr(entry, "now", None)
    if now is None:
        return None
    was = getattr(entry, "was", None)
    return f"{was or 'new'} → {now}"
