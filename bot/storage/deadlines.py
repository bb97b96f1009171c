"""Which deadlines of pledges and items have passed, and were not said yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import items, pledges

AT_ONCE = 500
"""Moments said in one transaction; the rest follows at the next look."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A moment that has passed: of a pledge, or (pledge 0) of an item."""

    repo: int
    issue: int
    pledge: int
    at: datetime


async def passed(tx: AsyncConnection, now: datetime) -> list[Passed]:
    """Give the moments up to now, oldest first."""
    query = union_all(
        select(pledges.c.repo, pledges.c.issue, pledges.c.pledge, pledges.c.deadline.label("at")).where(
            pledges.c.deadline <= now
        ),
        select(items.c.repo, items.c.issue, literal(0), items.c.ends_at.label("at")).where(
            items.c.ends_at <= now
        ),
    )
    found = await tx.execute(query.order_by("at").limit(AT_ONCE))
    return [Passed(*row) for row in found]
