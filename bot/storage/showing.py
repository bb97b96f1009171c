"""What do the views hold for the panel and the page of an item? A handful of rows, never a history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.panel import (
    CURRENCIES_LISTED,
    ENDED_SHOWN,
    LARGEST_SHOWN,
    RECORDS_SHOWN,
    ItemPanelShown,
    OrderLine,
    Treasury,
)
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.domain.stages import LIVE, Stage
from bot.domain.states import OVER
from bot.domain.views import Fund, Item, Order, Place, Pledge, Record, Total
from bot.storage import inbox, knowing, ledger, mirror, rows
from bot.storage.choosing import pledges_of
from bot.storage.tables import funds, items, orders, pledges, records, totals


async def rules_of(tx: AsyncConnection, repo: int) -> Rules | None:
    """Give a repository's newest rules, if it has any yet."""
    return (await knowing.book_of(tx, repo)).rules


async def fundable_places(tx: AsyncConnection, repo: int) -> tuple[Place, ...]:
    """Give the items and work orders whose panels say how to fund them."""
    of_items = select(items).where(
        items.c.repo == repo, items.c.on_roadmap.is_(True), items.c.is_open.is_(True)
    )
    of_orders = select(orders).where(orders.c.repo == repo, orders.c.state.not_in(OVER))
    return (*await rows.every(tx, Item, of_items), *await rows.every(tx, Order, of_orders))


async def item_panel(tx: AsyncConnection, repo: Repo, issue: int) -> ItemPanelShown | None:
    """Gather what the panel of an item shows."""
    item = await rows.one(tx, repo.id, Item, issue)
    if item is None:
        return None
    sums = await totals_of(tx, repo.id, issue)
    lying_here = pledges_of(repo.id, issue)
    ended, count = await newest_ended(tx, lying_here)
    return ItemPanelShown(
        repository=repo.full_name,
        item=item,
        rules=await rules_of(tx, repo.id) or Rules(),
        position=await ledger.position(tx, repo.id),
        totals=sums,
        pledges=await _largest(tx, repo.id, issue, sums),
        ended=ended,
        ended_count=count,
        reasons=await reasons(tx, repo.id, ended),
        under_review=await inbox.quarantined(tx, repo.id, issue) > 0,
        treasury=await treasury(tx, repo.id, issue),
        orders=await orders_of_item(tx, repo.id, item),
    )


@dataclass(frozen=True, slots=True)
class ItemPage:
    """An item with one page of its pledges, newest first, and where the next page starts."""

    item: Item
    title: str
    summary: str
    """The first paragraph of its description."""
    rules: Rules
    totals: tuple[Total, ...]
    pledges: tuple[Pledge, ...]
    next_before: int | None
    reasons: dict[int, str]
    """Why pledges of this page were declined: pledge number to words."""
    treasury: Treasury
    orders: tuple[OrderLine, ...]
    under_review: bool
    """Whether an event about this item could not be understood and waits for the operator."""

    def people(self) -> frozenset[int]:
        """Give the pledgers and funders shown, and whoever gave or got money."""
        shown = frozenset(p for each in self.pledges for p in (each.pledger, each.funder))
        return shown | self.treasury.people()


async def item_page(
    tx: AsyncConnection, repo: int, number: int, before: int | None, size: int
) -> ItemPage | None:
    """Gather one page of an item's pledges, by key: `before` is the last one of the page before."""
    query = select(items.c.issue).where(items.c.repo == repo, items.c.number == number)
    issue = (await tx.execute(query)).scalar_one_or_none()
    item = await rows.one(tx, repo, Item, issue) if issue is not None else None
    if item is None or item.is_gone:
        return None
    found, more = await _page_of_pledges(tx, repo, item.issue, before, size)
    return ItemPage(
        item=item,
        title=await mirror.issue_title(tx, item.issue) or "",
        summary=(await mirror.summaries(tx, [item.issue])).get(item.issue, ""),
        rules=await rules_of(tx, repo) or Rules(),
        totals=await totals_of(tx, repo, item.issue),
        pledges=found,
        next_before=more,
        reasons=await reasons(tx, repo, found),
        treasury=await treasury(tx, repo, item.issue),
        orders=await orders_of_item(tx, repo, item),
        under_review=await inbox.quarantined(tx, repo, item.issue) > 0,
    )


async def _page_of_pledges(
    tx: AsyncConnection, repo: int, issue: int, before: int | None, size: int
) -> tuple[tuple[Pledge, ...], int | None]:
    """Give so many pledges of an item, newest first, and the last of them if there are more."""
    chosen = pledges_of(repo, issue)
    if before is not None:
        chosen = chosen.where(pledges.c.pledge < before)
    newest = chosen.order_by(pledges.c.pledge.desc()).limit(size + 1)
    found = await rows.every(tx, Pledge, newest)
    return found[:size], found[size - 1].pledge if len(found) > size else None


async def issue_numbers(tx: AsyncConnection, repo: int) -> dict[int, int]:
    """Give the numbers of issues that we ever heard of, by GitHub's ids."""
    found = await mirror.issue_numbers(tx, repo)
    for table in (items, orders):
        query = select(table.c.issue, table.c.number).where(table.c.repo == repo)
        found |= {issue: number for issue, number in await tx.execute(query)}  # noqa: C416 - typed
    return found


# --- pieces that panels share -----------------------------------------------------------------


async def totals_of(tx: AsyncConnection, repo: int, issue: int) -> tuple[Total, ...]:
    """Give the sums of the pledges on one issue, by currency."""
    query = select(totals).where(totals.c.repo == repo, totals.c.issue == issue)
    return await rows.every(tx, Total, query.order_by(totals.c.currency))


async def newest_ended(
    tx: AsyncConnection, chosen: Select[tuple[object, ...]]
) -> tuple[tuple[Pledge, ...], int]:
    """Give the newest of these pledges that have ended, and how many have."""
    gone = chosen.where(pledges.c.stage.in_(set(Stage) - LIVE))
    newest = await rows.every(
        tx, Pledge, gone.order_by(pledges.c.seq.desc(), pledges.c.pledge.desc()).limit(ENDED_SHOWN)
    )
    return newest, await counted(tx, gone, pledges.c.pledge)


async def counted(
    tx: AsyncConnection, chosen: Select[tuple[object, ...]], column: ColumnElement[int]
) -> int:
    """Count the rows of a query."""
    query = select(func.count()).select_from(chosen.with_only_columns(column).subquery())
    return (await tx.execute(query)).scalar_one()


async def reasons(tx: AsyncConnection, repo: int, ended: tuple[Pledge, ...]) -> dict[int, str]:
    """Give the words with which these pledges were declined."""
    declined = {pledge.seq: pledge.pledge for pledge in ended if pledge.stage is Stage.DECLINED}
    words = await ledger.words_of(tx, repo, tuple(declined))
    return {declined[seq]: text for seq, text in words.items()}


async def treasury(tx: AsyncConnection, repo: int, issue: int) -> Treasury:
    """Gather the money recorded in one place."""
    of_place = select(funds).where(funds.c.repo == repo, funds.c.issue == issue)
    newest, count = await _newest_records(tx, repo, issue)
    return Treasury(await rows.every(tx, Fund, of_place.order_by(funds.c.currency)), newest, count)


async def _newest_records(
    tx: AsyncConnection, repo: int, issue: int
) -> tuple[tuple[Record, ...], int]:
    """Give the newest records that are about a place or lie in its fund, and how many there are.

    Two queries, each by its index: with an `or` between them both engines read every record.
    """
    about = select(records).where(records.c.repo == repo, records.c.issue == issue)
    lying = select(records).where(
        records.c.repo == repo, records.c.fund == issue, records.c.issue != issue
    )
    found: dict[int, Record] = {}
    count = 0
    for chosen in (about, lying):
        newest = chosen.order_by(records.c.record.desc()).limit(RECORDS_SHOWN)
        found |= {each.record: each for each in await rows.every(tx, Record, newest)}
        count += await counted(tx, chosen, records.c.record)
    order = sorted(found, reverse=True)[:RECORDS_SHOWN]
    return tuple(found[number] for number in order), count


# --- pieces of an item's panel ----------------------------------------------------------------


async def orders_of_item(tx: AsyncConnection, repo: int, item: Item) -> tuple[OrderLine, ...]:
    """Name the work orders that have drawn on the item's pledges, and the open ones that cover it."""
    drew = select(pledges.c.drawn_by).where(
        pledges.c.repo == repo, pledges.c.issue == item.issue, pledges.c.drawn_by.is_not(None)
    )
    wanted = or_(orders.c.issue.in_(drew), orders.c.state.not_in(OVER))
    query = select(orders).where(orders.c.repo == repo, wanted).order_by(orders.c.number)
    drawn_by = set((await tx.execute(drew.distinct())).scalars())
    return tuple(
        OrderLine(issue=order.issue, number=order.number, state=order.state, outcome=order.outcome)
        for order in await rows.every(tx, Order, query)
        if order.issue in drawn_by or item.number in order.in_force.items
    )


async def _largest(
    tx: AsyncConnection, repo: int, issue: int, sums: tuple[Total, ...]
) -> tuple[Pledge, ...]:
    """Give the largest live pledges of the currencies that most people pledged in."""
    busiest = sorted((total for total in sums if _live(total)), key=_live, reverse=True)
    found: tuple[Pledge, ...] = ()
    for total in busiest[:CURRENCIES_LISTED]:
        found += await _largest_in(tx, repo, issue, total.currency)
    return found


async def _largest_in(
    tx: AsyncConnection, repo: int, issue: int, currency: str
) -> tuple[Pledge, ...]:
    """Give the largest live pledges in one currency: those of each stage are the newest of an index."""
    found: list[Pledge] = []
    for stage in sorted(LIVE):
        of_stage = pledges_of(repo, issue, pledges.c.stage == stage, pledges.c.currency == currency)
        largest = of_stage.order_by(pledges.c.minor.desc(), pledges.c.pledge).limit(LARGEST_SHOWN)
        found += await rows.every(tx, Pledge, largest)
    return tuple(sorted(found, key=lambda each: (-each.minor, each.pledge))[:LARGEST_SHOWN])


def _live(total: Total) -> int:
    """Count the live pledges of a currency."""
    return (
        total.offered_count
        + total.standing_count
        + total.completion_count
        + total.due_count
        + total.lapsed_count
        + total.received_count
    )
