"""What time is it, by the clock that all processes share?"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection


async def moment_of(tx: AsyncConnection, now: datetime) -> datetime:
    """Give the present moment: the server's; on SQLite, where one process works, that process's `now`."""
    if tx.dialect.name != "postgresql":
        return now
    told: datetime = (await tx.execute(_NOW)).scalar_one()
    return told.astimezone(UTC)


_NOW = select(func.clock_timestamp())
