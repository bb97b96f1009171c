"""What do the views hold for the panel of an item? A handful of rows by key, never a history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.panel import (
    CURRENCIES_LISTED,
    ENDED_SHOWN,
    LARGEST_SHOWN,
    ItemPanelShown,
)
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.domain.stages import LIVE, Stage
from bot.domain.views import BOOK, Book, Item, Pledge, Total
from bot.storage import inbox, ledger, mirror, rows
from bot.storage.tables import items, pledges, totals


async def item_of(tx: AsyncConnection, repo: int, issue: int) -> Item | None:
    """Give an item, if the issue is or was one."""
    key = (Item, issue)
    return cast("Item | None", (await rows.load(tx, repo, (key,))).get(key))


async def rules_of(tx: AsyncConnection, repo: int) -> Rules | None:
    """Give a repository's newest rules, if it has any yet."""
    book = (await rows.load(tx, repo, (BOOK,))).get(BOOK)
    return book.rules if isinstance(book, Book) else None


async def item_panel(tx: AsyncConnection, repo: Repo, issue: int) -> ItemPanelShown | None:
    """Gather what the panel of an item shows."""
    item = await item_of(tx, repo.id, issue)
    if item is None:
        return None
    sums = await _totals(tx, repo.id, issue)
    ended, count = await _ended(tx, repo.id, issue)
    return ItemPanelShown(
        repository=repo.full_name,
        item=item,
        rules=await rules_of(tx, repo.id) or Rules(),
        position=await ledger.position(tx, repo.id),
        totals=sums,
        pledges=await _largest(tx, repo.id, issue, sums),
        ended=ended,
        ended_count=count,
        reasons=await _reasons(tx, repo.id, ended),
        under_review=await inbox.quarantined(tx, repo.id, issue) > 0,
    )


@dataclass(frozen=True, slots=True)
class ItemPage:
    """An item with one page of its pledges, newest first, and where the next page starts."""

    item: Item
    title: str
    totals: tuple[Total, ...]
    pledges: tuple[Pledge, ...]
    next_before: int | None

    def people(self) -> frozenset[int]:
        """Give the pledgers and funders shown."""
        return frozenset(p for each in self.pledges for p in (each.pledger, each.funder))


async def item_page(
    tx: AsyncConnection, repo: int, number: int, before: int | None, size: int
) -> ItemPage | None:
    """Gather one page of an item's pledges, by key: `before` is the last one of the page before."""
    query = select(items.c.issue).where(items.c.repo == repo, items.c.number == number)
    issue = (await tx.execute(query)).scalar_one_or_none()
    item = await item_of(tx, repo, issue) if issue is not None else None
    if item is None or item.is_gone:
        return None
    chosen = rows.pledges_of(repo, item.issue)
    if before is not None:
        chosen = chosen.where(pledges.c.pledge < before)
    newest = chosen.order_by(pledges.c.pledge.desc()).limit(size + 1)
    found = await rows.select_pledges(tx, newest)
    more = found[size - 1].pledge if len(found) > size else None
    title = await mirror.issue_title(tx, item.issue) or ""
    return ItemPage(item, title, await _totals(tx, repo, item.issue), found[:size], more)


async def issue_numbers(tx: AsyncConnection, repo: int) -> dict[int, int]:
    """Give the numbers of issues that we ever heard of, by GitHub's ids."""
    query = select(items.c.issue, items.c.number).where(items.c.repo == repo)
    of_items = {issue: number for issue, number in await tx.execute(query)}  # noqa: C416 - typed
    return await mirror.issue_numbers(tx, repo) | of_items


async def _totals(tx: AsyncConnection, repo: int, issue: int) -> tuple[Total, ...]:
    query = select(totals).where(totals.c.repo == repo, totals.c.issue == issue)
    records = (await tx.execute(query.order_by(totals.c.currency))).mappings()
    return tuple(cast("Total", rows.row_of(Total, record)) for record in records)


async def _largest(
    tx: AsyncConnection, repo: int, issue: int, sums: tuple[Total, ...]
) -> tuple[Pledge, ...]:
    """Give the largest live pledges of the currencies that most people pledged in."""
    busiest = sorted((total for total in sums if _live(total)), key=_live, reverse=True)
    found: tuple[Pledge, ...] = ()
    for total in busiest[:CURRENCIES_LISTED]:
        query = rows.pledges_of(
            repo, issue, pledges.c.currency == total.currency, pledges.c.stage.in_(LIVE)
        )
        largest = query.order_by(pledges.c.minor.desc(), pledges.c.pledge).limit(LARGEST_SHOWN)
        found += await rows.select_pledges(tx, largest)
    return found


def _live(total: Total) -> int:
    """Count the live pledges of a currency."""
    return (
        total.offered_count
        + total.standing_count
        + total.completion_count
        + total.due_count
        + total.lapsed_count
    )


async def _ended(tx: AsyncConnection, repo: int, issue: int) -> tuple[tuple[Pledge, ...], int]:
    gone = pledges.c.stage.in_(set(Stage) - LIVE)
    query = rows.pledges_of(repo, issue, gone)
    newest = await rows.select_pledges(tx, query.order_by(pledges.c.seq.desc()).limit(ENDED_SHOWN))
    counted = select(func.count()).select_from(query.with_only_columns(pledges.c.pledge).subquery())
    return newest, (await tx.execute(counted)).scalar_one()


async def _reasons(tx: AsyncConnection, repo: int, ended: tuple[Pledge, ...]) -> dict[int, str]:
    declined = {pledge.seq: pledge.pledge for pledge in ended if pledge.stage is Stage.DECLINED}
    words = await ledger.words_of(tx, repo, tuple(declined))
    return {declined[seq]: text for seq, text in words.items()}
