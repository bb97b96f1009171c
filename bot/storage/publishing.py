"""How far has a digest come: not there, being opened, opened, closed?

Its row in the outbox is open until its issue is closed; the issue's number stands in it as soon as
it is known, and beside the digest's words, where the pages find it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import outbox
from bot.storage.outgoing import Outgoing, Priority
from bot.storage.tables import digests
from bot.storage.tables import outbox as rows

_KEY = "digest:"


def key_of(month: str) -> str:
    """Give the key under which a month's digest stands in the outbox (`digest:2026-10`)."""
    return f"{_KEY}{month}"


async def state_of(tx: AsyncConnection, repo: int, month: str) -> str | None:
    """Say how far a month's digest is: `open`, `done` or `failed`; None: it is not to be posted."""
    query = select(rows.c.state, rows.c.want_rev > rows.c.sent_rev).where(
        rows.c.repo == repo, rows.c.key == key_of(month)
    )
    found = (await tx.execute(query)).first()
    if found is None:
        return None
    state, is_open = found
    return "failed" if state == "failed" else "open" if is_open else "done"


async def intend(tx: AsyncConnection, row: Outgoing, now: datetime) -> bool:
    """Note that the issue may be opened from now on; False when it was seen meanwhile."""
    seen = select(rows.c.github_id).where(rows.c.repo == row.repo, rows.c.key == row.key)
    if (await tx.execute(seen)).scalar_one() is not None:
        return False
    await outbox.intend(tx, row, now)
    return True


async def opened(tx: AsyncConnection, repo: int, key: str, number: int) -> None:
    """Note a digest's issue. It is still to be closed, and that goes before other things."""
    here = and_(rows.c.repo == repo, rows.c.key == key, rows.c.kind == "digest")
    known = {"github_id": number, "state": "idle", "not_before": None, "attempts": 0}
    await tx.execute(update(rows).where(here).values(priority=Priority.SAY, **known))
    said = and_(digests.c.repo == repo, digests.c.month == key.removeprefix(_KEY))
    await tx.execute(update(digests).where(said).values(issue=number))


async def retry(tx: AsyncConnection, repo: int, key: str) -> bool:
    """Try again what GitHub refused for good, because somebody asks for it; says whether it had.

    It is searched for first: a refusal may have come after a doubt.
    """
    refused = and_(
        rows.c.repo == repo, rows.c.key == key, rows.c.kind == "digest", rows.c.state == "failed"
    )
    anew = {"state": "unknown", "sent_rev": rows.c.want_rev - 1, "attempts": 0, "not_before": None}
    return (await tx.execute(update(rows).where(refused).values(anew))).rowcount > 0


async def seen(tx: AsyncConnection, repo: int, key: str, number: int) -> None:
    """Learn from GitHub, without a search, that a digest that was in doubt is there."""
    state = select(rows.c.github_id, rows.c.state).where(
        rows.c.repo == repo, rows.c.key == key, rows.c.kind == "digest"
    )
    if (await tx.execute(state)).first() == (None, "unknown"):
        await opened(tx, repo, key, number)
