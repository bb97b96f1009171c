"""Which deadlines of pledges and items have passed, and were not said yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import items, pledges, repositories

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
    """Give the moments up to now, oldest first, of repositories that we may act in.

    Elsewhere they wait: said now, they would be passed over, and be forgotten when we come back.
    """
    gone = select(repositories.c.id).where(
        or_(repositories.c.removed.is_(True), repositories.c.installation.is_(None))
    )
    of_pledges = select(
        pledges.c.repo, pledges.c.issue, pledges.c.pledge, pledges.c.deadline.label("at")
    ).where(pledges.c.deadline <= now, pledges.c.repo.not_in(gone))
    of_items = select(items.c.repo, items.c.issue, literal(0), items.c.ends_at.label("at")).where(
        items.c.ends_at <= now, items.c.repo.not_in(gone)
    )
    query = union_all(of_pledges, of_items)
    found = await tx.execute(query.order_by("at").limit(AT_ONCE))
    return [Passed(*row) for row in found]
