"""What have we said on GitHub that this database does not know of?

After a backup was restored, comments and digests of ours stand on GitHub, and what they answer is still
to be decided again. Their marks come back with the deliveries: noted here before the outbox wants them,
they are brought up to date instead of being said twice.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.mirrored import CommentSighted
from bot.storage.inserting import insert
from bot.storage.outgoing import Priority
from bot.storage.tables import outbox

_PANEL = re.compile(r"(?:panel|order):(?P<issue>[0-9]{1,18})", re.ASCII)
_SAY, _DIGEST = "say:", "digest:"

SEARCH_BACK = timedelta(days=90)
"""How far back an issue that is a digest is searched for. Our own choice."""


async def note_comment(tx: AsyncConnection, seen: CommentSighted, key: str, now: datetime) -> None:
    """Note a panel or an answer that nobody here has wanted yet; a row that is there stays as it is."""
    if panel := _PANEL.fullmatch(key):
        # Not wanted by anybody (0 of 0): when it is, there is a comment to edit.
        kind, target, rev = "panel", panel["issue"], 0
    elif key.startswith(_SAY):
        kind, target, rev = "say", str(seen.number), 1
    else:
        return
    priority = Priority.FIRST_PANEL if kind == "panel" else Priority.SAY
    await _note(
        tx,
        repo=seen.repo,
        key=key,
        kind=kind,
        number=seen.number,
        target=target,
        priority=priority,
        want_rev=rev,
        sent_rev=rev,
        wanted_at=now,
        github_id=seen.comment,
    )


async def note_digest(tx: AsyncConnection, repo: int, key: str, now: datetime) -> None:
    """Note a digest whose month is not closed here yet: when it is, its issue is searched for first."""
    if not key.startswith(_DIGEST):
        return
    await _note(
        tx,
        repo=repo,
        key=key,
        kind="digest",
        target="",
        priority=Priority.DIGEST,
        want_rev=0,
        sent_rev=0,
        wanted_at=now,
        state="unknown",
        attempted_at=now - SEARCH_BACK,
    )


async def _note(tx: AsyncConnection, **values: Any) -> None:
    await tx.execute(insert(outbox).values(values).on_conflict_do_nothing())
