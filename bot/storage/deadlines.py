"""Which deadlines of pledges, items and work orders have passed, and were not said yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import books, items, orders, pledges, repositories

MOMENTS = (
    ("pledge", pledges.c.deadline),
    ("item", items.c.ends_at),
    ("order", orders.c.tells_at),
    ("order", orders.c.report_at),
    ("order", orders.c.ends_at),
    ("month", books.c.month_ends_at),
)
"""Every column that holds a moment which must not pass unnoticed."""

AT_ONCE = 500
"""Moments said in one transaction; the rest follows at the next look."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A moment that has passed: of a pledge, an item, a work order, or the end of a month."""

    kind: str
    """`pledge`, `item`, `order` or `month`."""
    repo: int
    issue: int
    pledge: int
    at: datetime
    seq: int
    """The entry that last changed the pledge, or that holds the text of the work order; 0 for items."""


async def passed(tx: AsyncConnection, now: datetime) -> list[Passed]:
    """Give the moments up to now, oldest first, of repositories that we may act in.

    Elsewhere they wait: said now, they would be passed over, and be forgotten when we come back.
    """
    gone = select(repositories.c.id).where(
        or_(repositories.c.removed.is_(True), repositories.c.installation.is_(None))
    )
    found = [
        select(
            literal(kind).label("kind"),
            column.table.c.repo,
            literal(0).label("issue") if kind == "month" else column.table.c.issue,
            column.table.c.pledge if kind == "pledge" else literal(0).label("pledge"),
            column.label("at"),
            _seq(kind).label("seq"),
        ).where(column <= now, column.table.c.repo.not_in(gone))
        for kind, column in MOMENTS
    ]
    query = union_all(*found).order_by("at").limit(AT_ONCE)
    return [Passed(*row) for row in await tx.execute(query)]


def _seq(kind: str) -> ColumnElement[int]:
    return {"pledge": pledges.c.seq, "order": orders.c.text}.get(kind, literal(0))
