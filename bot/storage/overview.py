"""What do the views hold for a repository's overview, its brochure and its badge?

Sums of the whole repository stand in rows of their own, so nothing here costs more when the ledger grows;
lists are bounded, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.panel import Treasury
from bot.domain.rules import Rules
from bot.domain.states import State
from bot.domain.views import Closing, Drawn, Fund, Item, Month, Order, Overall, Total
from bot.storage import knowing, mirror, rows
from bot.storage.tables import (
    closings,
    digests,
    drawn,
    funds,
    issues,
    items,
    months,
    orders,
    overall,
    totals,
)

MONTHS_SHOWN = 12
"""Months in the charts and in "twelve months" (product rule: a year)."""

ITEMS_LOOKED_AT = 300
"""Open roadmap items looked at for one page, newest first; our own limit."""

ORDERS_SHOWN = 20
"""Work orders under way that are listed, newest first; our own limit."""

FINISHED_SHOWN = 4
"""Work orders that were closed last, on the brochure; our own limit."""

UNDER_WAY = (State.DISCUSSION, State.APPROVED, State.ACTIVE, State.REPORTING)
"""States of work orders that somebody works or decides on."""

R = TypeVar("R", bound=Total | Fund)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A roadmap item that can be funded, and what is there for it."""

    item: Item
    title: str
    totals: tuple[Total, ...]
    treasury: Treasury
    summary: str = ""
    """Why it matters: the first paragraph of the issue."""


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """A work order as the overview and the brochure name it."""

    order: Order
    title: str
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class NewestDigest:
    """The digest that was written last."""

    month: str
    title: str
    issue: int | None
    """Number of the issue that it was posted as; None: not posted."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What everything comes to, and the month that is open."""

    overall: tuple[Overall, ...]
    """One per currency, in order of its code."""
    first_month: str
    """Empty before the first one."""
    month: str
    """The one that is open."""
    rules: Rules


async def sums(tx: AsyncConnection, repo: int) -> Sums:
    """Give what everything in the repository comes to."""
    query = select(overall).where(overall.c.repo == repo).order_by(overall.c.currency)
    book = await knowing.book_of(tx, repo)
    found = await rows.every(tx, Overall, query)
    return Sums(found, book.first_month, book.month, book.rules or Rules())


async def flows(tx: AsyncConnection, repo: int, since: str) -> tuple[Month, ...]:
    """Give what each month since then moved, the oldest first."""
    query = select(months).where(months.c.repo == repo, months.c.month >= since)
    return await rows.every(tx, Month, query.order_by(months.c.month, months.c.currency))


async def newest_closings(tx: AsyncConnection, repo: int) -> tuple[Closing, ...]:
    """Give the months that were closed last, the oldest first."""
    query = select(closings).where(closings.c.repo == repo)
    newest = query.order_by(closings.c.month.desc()).limit(MONTHS_SHOWN)
    return tuple(reversed(await rows.every(tx, Closing, newest)))


async def newest_digest(tx: AsyncConnection, repo: int) -> NewestDigest | None:
    """Give the digest that was written last."""
    query = select(digests.c.month, digests.c.title, digests.c.issue).where(digests.c.repo == repo)
    found = (await tx.execute(query.order_by(digests.c.month.desc()).limit(1))).first()
    return NewestDigest(found.month, found.title, found.issue) if found else None


async def open_items(
    tx: AsyncConnection, repo: int, before: int | None = None
) -> tuple[OpenItem, ...]:
    """Give the newest roadmap items that can be funded, below a number; `ITEMS_LOOKED_AT` at most."""
    query = select(items).where(
        items.c.repo == repo, items.c.on_roadmap.is_(True), items.c.is_open.is_(True)
    )
    if before is not None:
        query = query.where(items.c.number < before)
    newest = query.order_by(items.c.number.desc()).limit(ITEMS_LOOKED_AT)
    found = await rows.every(tx, Item, newest)
    of_items = {item.issue for item in found}
    titles = await _titles(tx, of_items)
    summaries = await mirror.summaries(tx, of_items)
    promised = await _by_place(tx, repo, Total, of_items)
    moved = await _by_place(tx, repo, Fund, of_items)
    return tuple(
        OpenItem(
            item,
            titles.get(item.issue, ""),
            tuple(promised.get(item.issue, ())),
            Treasury(tuple(moved.get(item.issue, ()))),
            summaries.get(item.issue, ""),
        )
        for item in found
    )


async def under_way(tx: AsyncConnection, repo: int) -> tuple[ListedOrder, ...]:
    """Give the work orders that somebody works or decides on, newest first."""
    query = select(orders).where(orders.c.repo == repo, orders.c.state.in_(UNDER_WAY))
    return await _orders(tx, repo, query.order_by(orders.c.number.desc()).limit(ORDERS_SHOWN))


async def finished(tx: AsyncConnection, repo: int) -> tuple[ListedOrder, ...]:
    """Give the work orders that were closed last, with how they ended."""
    query = select(orders).where(orders.c.repo == repo, orders.c.state == State.CLOSED)
    return await _orders(tx, repo, query.order_by(orders.c.closed_at.desc()).limit(FINISHED_SHOWN))


async def _orders(tx: AsyncConnection, repo: int, query: Select[Any]) -> tuple[ListedOrder, ...]:
    found = await rows.every(tx, Order, query.where(orders.c.is_gone.is_(False)))
    of_orders = {order.issue for order in found}
    titles = await _titles(tx, of_orders)
    taken = select(drawn).where(drawn.c.repo == repo, drawn.c.order.in_(of_orders))
    held = await rows.every(tx, Drawn, taken.order_by(drawn.c.currency))
    return tuple(
        ListedOrder(
            order,
            titles.get(order.issue, ""),
            tuple(each for each in held if each.order == order.issue),
        )
        for order in found
    )


async def _titles(tx: AsyncConnection, of: Iterable[int]) -> dict[int, str]:
    query = select(issues.c.id, issues.c.title).where(issues.c.id.in_(set(of)))
    return {issue: title for issue, title in await tx.execute(query)}  # noqa: C416 - a row is no pair to mypy


async def _by_place(
    tx: AsyncConnection, repo: int, kind: type[R], places: set[int]
) -> dict[int, list[R]]:
    """Give the rows of these places, by place."""
    table = totals if kind is Total else funds
    query = select(table).where(table.c.repo == repo, table.c.issue.in_(places))
    found: dict[int, list[R]] = {}
    for row in await rows.every(tx, kind, query.order_by(table.c.currency)):
        found.setdefault(row.issue, []).append(row)
    return found
