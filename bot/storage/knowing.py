"""What may a decision know? Every part is loaded by key, none of it is a history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decisions import About, Choice, Known
from bot.domain.movements import RecordKind
from bot.domain.stages import LIVE
from bot.domain.states import OVER
from bot.domain.views import (
    BOOK,
    Book,
    Drawn,
    Fund,
    Item,
    Link,
    Order,
    Place,
    Pledge,
    Record,
    Spoke,
    Thread,
    Unpaid,
)
from bot.storage import choosing, ledger, rows
from bot.storage.people import person_number
from bot.storage.tables import drawn, funds, items, links, orders, pledges, records, unpaid


async def known(tx: AsyncConnection, repo: int, about: About) -> Known:
    """Load what a decision may know."""
    book = await book_of(tx, repo)
    actor = await person_number(tx, about.actor)
    funder = await person_number(tx, about.funder)
    item, order = await _places_at_hand(tx, repo, about)
    covered = await covered_items(tx, repo, order) if order and about.whole else ()
    record = await rows.one(tx, repo, Record, about.record) if about.record else None
    near = item or order
    given = await _given(tx, repo, about, near, record)
    issues = tuple(each.issue for each in covered)
    chosen = await choosing.chosen(
        tx,
        repo,
        about,
        actor=actor,
        funder=funder,
        covered=issues,
        recorded=frozenset(each.pledge for each in (*given, record) if each and each.pledge),
    )
    places = await _places(tx, repo, chosen, covered, near, about.pull)
    return Known(
        newest_rules=book.rules,
        item=item,
        order=order,
        thread=await rows.one(tx, repo, Thread, near.issue) if near else None,
        pledges=chosen if near else (),
        places=places,
        waiting=await _waiting(tx, repo) if _has_item(places) else (),
        actor=actor,
        funder=funder,
        unpaid=await _unpaid(tx, repo, actor),
        newest_pledge=book.pledges,
        newest_record=book.records,
        actor_decided_at=await _spoke_at(tx, repo, near, actor),
        record=record,
        funds=await _funds(tx, repo, near, record, issues),
        claimed=await claimed(tx, repo, issues) if about.choice is Choice.DRAWABLE else {},
        given=given,
        **(await _whole(tx, repo, about, order)),
    )


async def book_of(tx: AsyncConnection, repo: int) -> Book:
    """Give a repository's newest numbers and rules."""
    return cast("Book", (await rows.load(tx, repo, (BOOK,))).get(BOOK, Book()))


async def order_numbered(tx: AsyncConnection, repo: int, number: int) -> Order | None:
    """Give the work order of this number; of several (an issue moved away and another came) the newest."""
    query = select(orders).where(orders.c.repo == repo, orders.c.number == number)
    found = await rows.every(tx, Order, query.order_by(orders.c.text.desc()).limit(1))
    return found[0] if found else None


async def covered_items(tx: AsyncConnection, repo: int, order: Order) -> tuple[Item, ...]:
    """Give the roadmap items that a work order covers, by the text in force."""
    query = select(items).where(items.c.repo == repo, items.c.number.in_(order.in_force.items))
    return await rows.every(tx, Item, query.order_by(items.c.number))


async def givers(tx: AsyncConnection, repo: int, order: int) -> frozenset[int]:
    """Name pledgers and funders that a work order has drawn on or that pledged on it, and who paid."""
    lies_on = (pledges.c.issue == order) & pledges.c.stage.in_(LIVE)
    query = select(pledges.c.pledger, pledges.c.funder).where(
        pledges.c.repo == repo, or_(pledges.c.drawn_by == order, lies_on)
    )
    paid = select(records.c.funder).where(
        records.c.repo == repo,
        records.c.fund == order,
        records.c.funder.is_not(None),
        records.c.kind.in_({RecordKind.RECEIVED, RecordKind.DIRECT}),
        records.c.reversed_by.is_(None),
    )
    promised = {person for pair in await tx.execute(query.distinct()) for person in pair}
    return frozenset(promised.union((await tx.execute(paid.distinct())).scalars()))


async def claimed(
    tx: AsyncConnection, repo: int, items: Iterable[int]
) -> dict[tuple[int, str], int]:
    """Add up what work orders drew on after it was received on items, and what did not go back."""
    held = func.min(pledges.c.early, pledges.c.received - pledges.c.refunded)
    query = select(pledges.c.issue, pledges.c.currency, func.sum(held)).where(
        pledges.c.repo == repo,
        pledges.c.issue.in_(items),
        pledges.c.drawn_by.is_not(None),
        pledges.c.early > 0,
    )
    found = await tx.execute(query.group_by(pledges.c.issue, pledges.c.currency))
    return {(issue, currency): int(minor) for issue, currency, minor in found}


async def funds_of(
    tx: AsyncConnection, repo: int, issues: Iterable[int]
) -> dict[tuple[int, str], Fund]:
    """Give the funds of some issues, by issue id and currency."""
    query = select(funds).where(funds.c.repo == repo, funds.c.issue.in_(issues))
    return {(row.issue, row.currency): row for row in await rows.every(tx, Fund, query)}


async def words_of_texts(tx: AsyncConnection, repo: int, order: Order) -> dict[int, dict[str, str]]:
    """Give the words beside the texts of a work order, and beside its end."""
    texts = {order.text, order.agreed_text, order.ended_text} - {None, 0}
    found = {}
    for text in texts:
        kept = await ledger.texts_of(tx, repo, cast("int", text))
        found[cast("int", text)] = {field: words for field, (_, words) in kept.items()}
    return found


async def place_of(tx: AsyncConnection, repo: int, issue: int) -> Place | None:
    """Give the roadmap item or work order with this issue id."""
    item = await rows.one(tx, repo, Item, issue)
    return item or await rows.one(tx, repo, Order, issue)


# --- pieces -----------------------------------------------------------------------------------


async def _places_at_hand(
    tx: AsyncConnection, repo: int, about: About
) -> tuple[Item | None, Order | None]:
    if about.issue is not None:
        place = await place_of(tx, repo, about.issue)
        return (place, None) if isinstance(place, Item) else (None, place)
    if about.order_number is not None:
        found = await order_numbered(tx, repo, about.order_number)
        if found is not None:
            return None, found
    link = await rows.one(tx, repo, Link, about.pull) if about.pull is not None else None
    return None, await rows.one(tx, repo, Order, link.order) if link else None


async def _places(
    tx: AsyncConnection,
    repo: int,
    chosen: Iterable[Pledge],
    covered: Iterable[Item],
    near: Place | None,
    pull: int | None,
) -> dict[int, Place]:
    """Load the items and work orders that the pledges lie on or are drawn by, or a pull request names."""
    found: dict[int, Place] = {item.issue: item for item in covered}
    if near is not None:
        found[near.issue] = near
    wanted = {issue for pledge in chosen for issue in (pledge.issue, pledge.drawn_by)}
    link = await rows.one(tx, repo, Link, pull) if pull is not None else None
    wanted |= {link.order} if link else set()
    for issue in wanted - found.keys() - {None}:
        place = await place_of(tx, repo, cast("int", issue))
        if place is not None:
            found[place.issue] = place
    return found


def _has_item(places: dict[int, Place]) -> bool:
    return any(isinstance(place, Item) for place in places.values())


async def _waiting(tx: AsyncConnection, repo: int) -> tuple[Order, ...]:
    """Load the work orders that have not started: a handful in any project."""
    query = select(orders).where(
        orders.c.repo == repo, orders.c.started_at.is_(None), orders.c.state.not_in(OVER)
    )
    return await rows.every(tx, Order, query)


async def _unpaid(tx: AsyncConnection, repo: int, actor: int | None) -> dict[str, int]:
    if actor is None:
        return {}
    query = select(unpaid).where(unpaid.c.repo == repo, unpaid.c.person == actor)
    return {row.currency: row.minor for row in await rows.every(tx, Unpaid, query)}


async def _spoke_at(tx: AsyncConnection, repo: int, near: Place | None, actor: int | None) -> Any:
    if near is None or actor is None:
        return None
    spoke = await rows.one(tx, repo, Spoke, near.issue, actor)
    return spoke.at if spoke else None


async def _funds(
    tx: AsyncConnection,
    repo: int,
    near: Place | None,
    record: Record | None,
    covered: Iterable[int],
) -> dict[tuple[int, str], Fund]:
    wanted = {*covered, *([near.issue] if near else [])}
    if record is not None:
        wanted.add(record.fund)
    return await funds_of(tx, repo, wanted)


async def _given(
    tx: AsyncConnection, repo: int, about: About, near: Place | None, record: Record | None
) -> tuple[Record, ...]:
    """Load receipts and refunds that hold, of the party at hand in the fund at hand."""
    party = record.funder if record else about.party
    fund = record.fund if record else near.issue if near else None
    if party is None or fund is None:
        return ()
    query = select(records).where(
        records.c.repo == repo,
        records.c.fund == fund,
        records.c.funder == party,
        records.c.kind.in_({RecordKind.RECEIVED, RecordKind.REFUNDED}),
        records.c.reversed_by.is_(None),
    )
    return await rows.every(tx, Record, query.order_by(records.c.record))


async def _whole(
    tx: AsyncConnection, repo: int, about: About, order: Order | None
) -> dict[str, Any]:
    """Load what belongs to the work order at hand, and the link of the pull request at hand."""
    found: dict[str, Any] = {}
    if order is not None and about.whole:
        query = select(drawn).where(drawn.c.repo == repo, drawn.c.order == order.issue)
        found["drawn"] = {row.currency: row for row in await rows.every(tx, Drawn, query)}
        found["givers"] = await givers(tx, repo, order.issue)
        found["words"] = await words_of_texts(tx, repo, order)
        query = select(links).where(links.c.repo == repo, links.c.order == order.issue)
        found["links"] = await rows.every(tx, Link, query)
    if about.pull is not None:
        link = await rows.one(tx, repo, Link, about.pull)
        found["links"] = (link,) if link else ()
        found["linked_givers"] = await givers(tx, repo, link.order) if link else frozenset()
    return found
