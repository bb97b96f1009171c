"""What does the store hold that must be known to close a month?

Bounded queries over views, and facts of twelve months' pull requests; never a walk over the ledger.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import figures as f
from bot.domain.calendar import Span, before
from bot.domain.closing import Linked, MonthKnown, age, review_window
from bot.domain.folding.months import SILENT
from bot.domain.parity import is_compared
from bot.domain.reviews import NotedPull, PullFacts, independent
from bot.domain.stages import Stage
from bot.domain.views import (
    Book,
    Closing,
    Fund,
    Gift,
    Item,
    Link,
    Month,
    Order,
    Overall,
    Pledge,
    Total,
)
from bot.storage import inbox, order_showing, pulls, rows
from bot.storage.tables import (
    closings,
    corrections,
    funds,
    gifts,
    items,
    ledger,
    links,
    months,
    noted,
    orders,
    overall,
    pledges,
    totals,
)


async def month_known(tx: AsyncConnection, repo: int, book: Book, zone: str) -> MonthKnown:
    """Load what must be known to close the month that is open.

    Raises:
        ValueError: no month is open.
    """
    if book.month_begins_at is None or book.month_ends_at is None:
        message = "no month is open"
        raise ValueError(message)
    bounds = Span(book.month, book.month_begins_at, book.month_ends_at)
    since = review_window(bounds, zone)
    earlier = before(book.month, f.DEPENDENCE_MONTHS, book.first_month)
    here = await _items(tx, repo)
    late = select(corrections).where(
        corrections.c.repo == repo, corrections.c.month == bounds.month
    )
    found = await rows.every(
        tx, f.Correction, late.order_by(corrections.c.seq).limit(f.CORRECTIONS_LISTED)
    )
    due = _due(repo, book.closed or 0)
    shown = await _orders(tx, repo, book.closed or 0)
    told = await _told(tx, repo, since, bounds.ends_at, shown)
    known = or_(noted.c.opened_at >= since, noted.c.pull.in_([pull.pull for pull in told]))
    return MonthKnown(
        span=bounds,
        zone=zone,
        first_month=book.first_month,
        closed=book.closed,
        stirred=await _stirred(tx, repo, book.closed or 0),
        under_review=await inbox.quarantined_in(tx, repo),
        previous=await _closed_by(tx, repo, book.closed),
        flows=await _months(tx, repo, (bounds.month,)),
        earlier=await _months(tx, repo, earlier),
        overall=await rows.every(tx, Overall, _of(overall, repo).order_by(overall.c.currency)),
        ages=await _ages(tx, repo, bounds),
        offers=await _offers(tx, repo),
        new=await _new(tx, repo, book.pledges_before),
        due=await rows.every(tx, Pledge, due.limit(f.PLEDGES_LISTED)),
        due_count=await _count(tx, due),
        declined=await _declined(tx, repo, book.closed or 0),
        items=here,
        totals=await rows.every(tx, Total, _lying_on(totals, repo)),
        funds=await rows.every(tx, Fund, _lying_on(funds, repo)),
        orders=shown,
        linked=await _linked(tx, repo),
        noted=await rows.every(tx, NotedPull, _of(noted, repo).where(known)),
        told=told,
        gifts=await _gifts(tx, repo, (bounds.month, *earlier[: f.DEPENDENCE_MONTHS - 1])),
        corrections=found,
        corrections_count=await _count(tx, late),
    )


async def newest_closing(tx: AsyncConnection, repo: int) -> Closing | None:
    """Give the month that was closed last."""
    query = _of(closings, repo).order_by(closings.c.month.desc()).limit(1)
    found = await rows.every(tx, Closing, query)
    return found[0] if found else None


# --- pieces -----------------------------------------------------------------------------------


def _of(table: Any, repo: int) -> Select[Any]:
    return select(table).where(table.c.repo == repo)


async def _count(tx: AsyncConnection, query: Select[Any]) -> int:
    return (await tx.execute(select(func.count()).select_from(query.subquery()))).scalar_one()


async def _stirred(tx: AsyncConnection, repo: int, after: int) -> bool:
    """Tell whether anything happened that anybody would want to read of."""
    query = select(ledger.c.seq).where(
        ledger.c.repo == repo, ledger.c.seq > after, ledger.c.kind.not_in(SILENT)
    )
    return (await tx.execute(query.limit(1))).first() is not None


async def _closed_by(tx: AsyncConnection, repo: int, seq: int | None) -> Closing | None:
    found = await rows.every(tx, Closing, _of(closings, repo).where(closings.c.seq == seq))
    return found[0] if found else None


async def _months(tx: AsyncConnection, repo: int, labels: Collection[str]) -> tuple[Month, ...]:
    query = _of(months, repo).where(months.c.month.in_(labels))
    return await rows.every(tx, Month, query.order_by(months.c.month, months.c.currency))


async def _gifts(tx: AsyncConnection, repo: int, labels: Collection[str]) -> tuple[Gift, ...]:
    query = _of(gifts, repo).where(gifts.c.month.in_(labels))
    return await rows.every(tx, Gift, query)


# --- pledges ----------------------------------------------------------------------------------


async def _ages(tx: AsyncConnection, repo: int, month: Span) -> dict[str, tuple[int, ...]]:
    query = select(
        pledges.c.currency, pledges.c.made_at, pledges.c.minor - pledges.c.received
    ).where(pledges.c.repo == repo, pledges.c.stage.in_((Stage.STANDING, Stage.DUE)))
    found: dict[str, list[int]] = {}
    for currency, made_at, outstanding in await tx.execute(query):
        parts = found.setdefault(currency, [0] * (len(f.AGES) + 1))
        parts[age(made_at, month.ends_at)] += outstanding
    return {currency: tuple(parts) for currency, parts in found.items()}


async def _offers(tx: AsyncConnection, repo: int) -> tuple[Pledge, ...]:
    query = _of(pledges, repo).where(pledges.c.stage == Stage.OFFERED)
    return await rows.every(tx, Pledge, query.order_by(pledges.c.pledge).limit(f.WAITING_LISTED))


async def _new(tx: AsyncConnection, repo: int, after: int) -> tuple[Pledge, ...]:
    query = _of(pledges, repo).where(pledges.c.pledge > after, pledges.c.rest_of.is_(None))
    newest = query.order_by(pledges.c.pledge.desc()).limit(f.PLEDGES_LISTED)
    return await rows.every(tx, Pledge, newest)


def _due(repo: int, after: int) -> Select[Any]:
    query = _of(pledges, repo).where(pledges.c.stage == Stage.DUE, pledges.c.due_seq > after)
    return query.order_by(pledges.c.pledge.desc())


async def _declined(tx: AsyncConnection, repo: int, after: int) -> tuple[Pledge, ...]:
    query = _of(pledges, repo).where(pledges.c.stage == Stage.DECLINED, pledges.c.seq > after)
    newest = query.order_by(pledges.c.seq.desc()).limit(f.DECLINED_LISTED)
    return await rows.every(tx, Pledge, newest)


# --- places -----------------------------------------------------------------------------------


def _fundable(repo: int) -> Select[Any]:
    return _of(items, repo).where(items.c.on_roadmap.is_(True), items.c.is_open.is_(True))


async def _items(tx: AsyncConnection, repo: int) -> tuple[Item, ...]:
    return await rows.every(tx, Item, _fundable(repo).order_by(items.c.number))


def _lying_on(table: Any, repo: int) -> Select[Any]:
    """Query the rows of items that can be funded."""
    wanted = _fundable(repo).with_only_columns(items.c.issue)
    return _of(table, repo).where(table.c.issue.in_(wanted))


async def _orders(tx: AsyncConnection, repo: int, after: int) -> tuple[Order, ...]:
    wanted = or_(orders.c.over_seq.is_(None), orders.c.over_seq > after)
    return await rows.every(tx, Order, _of(orders, repo).where(wanted).order_by(orders.c.number))


async def _linked(tx: AsyncConnection, repo: int) -> dict[int, Linked]:
    merged = func.count(links.c.interested_merge)  # of what is not null: known once it is merged
    query = select(links.c.order, func.count(), merged).where(
        links.c.repo == repo, links.c.linked.is_(True)
    )
    found = await tx.execute(query.group_by(links.c.order))
    return {order: Linked(pulls=count, merged=done) for order, count, done in found}


# --- pull requests ----------------------------------------------------------------------------


async def _told(
    tx: AsyncConnection, repo: int, since: datetime, until: datetime, under: tuple[Order, ...]
) -> tuple[NotedPull, ...]:
    """Give what GitHub has told of the pull requests opened in a period, or linked to these orders."""
    opened = await pulls.facts(tx, repo, since, until)
    found = {facts.number: facts for facts in opened if is_compared(facts) or facts.order}
    for order in under:
        linked = await pulls.pulls_of_order(tx, repo, order.issue)
        found |= {facts.number: facts for facts in linked}
    return tuple([await _noted(tx, repo, found[number]) for number in sorted(found)])


async def _noted(tx: AsyncConnection, repo: int, facts: PullFacts) -> NotedPull:
    free, bound, merge = await _interest(tx, repo, facts)
    return NotedPull(
        pull=facts.number,
        order=facts.order,
        opened_at=facts.opened_at,
        author_writes=facts.author_writes,
        ready_at=facts.ready_at,
        first_review_at=facts.first_review_at,
        rounds=facts.rounds,
        merged_at=facts.merged_at,
        closed_at=facts.closed_at,
        compared=is_compared(facts),
        independent=free,
        interested=bound,
        interested_merge=merge,
    )


async def _interest(tx: AsyncConnection, repo: int, facts: PullFacts) -> tuple[int, int, bool]:
    """Count approvals without and with a declared interest, and tell how it was merged."""
    order = await rows.one(tx, repo, Order, facts.order) if facts.order is not None else None
    link = await rows.one(tx, repo, Link, facts.number) if order else None
    if order is None or link is None:
        return 0, 0, False
    about = await order_showing.interested_in(tx, repo, order, facts.author)
    bound = [each for each in facts.approvals if each.reviewer in about and not each.bot]
    return len(independent(facts.approvals, about)), len(bound), bool(link.interested_merge)
