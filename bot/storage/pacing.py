"""How much was written to GitHub lately, and who was asked to be quiet, whichever process it was?

Moments stand here by the database's clock, and are handed over by the reader's: clocks of processes
may differ by minutes, and a limit must hold for all of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import shared_clock
from bot.storage.inserting import insert
from bot.storage.pace_tables import pauses, writes

KEPT = timedelta(hours=1)
"""GitHub's longest window (docs/architecture.md, "Pace")."""


async def note(tx: AsyncConnection, installation: int, moment: datetime, count: int) -> None:
    """Note so many writes at a moment of the database's clock, before they happen."""
    row = insert(writes).values(installation=installation, at=moment, count=count)
    more = {"count": writes.c.count + row.excluded["count"]}
    await tx.execute(row.on_conflict_do_update(index_elements=["installation", "at"], set_=more))
    old = and_(writes.c.installation == installation, writes.c.at < moment - KEPT)
    await tx.execute(delete(writes).where(old))


async def written(
    tx: AsyncConnection, installation: int, moment: datetime, now: datetime
) -> list[tuple[datetime, int]]:
    """List the writes of the last hour, oldest first; `moment` is now by the database's clock."""
    query = (
        select(writes.c.at, writes.c.count)
        .where(writes.c.installation == installation, writes.c.at > moment - KEPT)
        .order_by(writes.c.at)
    )
    return [(min(at + (now - moment), now), count) for at, count in await tx.execute(query)]


async def be_quiet(
    tx: AsyncConnection, installation: int, until: datetime, now: datetime, holder: str
) -> None:
    """Note that GitHub asks for quiet until then; a longer wish that is known already stays."""
    ends = await shared_clock.moment_of(tx, now) + (until - now)
    row = insert(pauses).values(installation=installation, until=ends, holder=holder)
    longer = pauses.c.until > row.excluded.until
    newest = {
        "until": case((longer, pauses.c.until), else_=row.excluded.until),
        "holder": case((longer, pauses.c.holder), else_=row.excluded.holder),
    }
    await tx.execute(row.on_conflict_do_update(index_elements=["installation"], set_=newest))


async def quiet_until(
    tx: AsyncConnection, installation: int, now: datetime, holder: str
) -> datetime | None:
    """Say until when other processes, or this one before a restart, were asked to be quiet."""
    query = select(pauses.c.until).where(
        pauses.c.installation == installation, pauses.c.holder != holder
    )
    ends = (await tx.execute(query)).scalar_one_or_none()
    if ends is None:
        return None
    left = ends - await shared_clock.moment_of(tx, now)
    return now + left if left > timedelta(0) else None
