"""What may a decision know? Every part is loaded by key, none of it is a history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decisions import About, Choice, Known
from bot.domain.movements import RecordKind
from bot.domain.stages import LIVE
from bot.domain.states import OVER, State
from bot.domain.views import (
    Book,
    Drawn,
    Fund,
    Item,
    Key,
    Link,
    Order,
    Place,
    Pledge,
    Record,
    Spoke,
    Thread,
    Total,
    Unpaid,
)
from bot.storage import choosing, ledger, rows
from bot.storage.sheet import Sheet
from bot.storage.tables import funds, items, pledges, records

NOT_OVER = frozenset(State) - OVER
"""States of work orders that may still become something else."""


async def known(sheet: Sheet, about: About) -> Known:
    """Load what a decision may know."""
    book = await sheet.one(Book) or Book()
    actor = await sheet.person(about.actor) if about.actor is not None else None
    funder = await sheet.person(about.funder) if about.funder is not None else None
    item, order = await _places_at_hand(sheet, about)
    covered = await _covered(sheet, order) if order and about.whole else ()
    record = await sheet.one(Record, about.record) if about.record else None
    near = item or order
    given = await _given(sheet, about, near, record)
    issues = tuple(each.issue for each in covered)
    chosen = await choosing.chosen(
        sheet,
        about,
        actor=actor,
        funder=funder,
        covered=issues,
        recorded=frozenset(each.pledge for each in (*given, record) if each and each.pledge),
    )
    places = await _places(sheet, chosen, covered, near, about.pull)
    return Known(
        newest_rules=book.rules,
        item=item,
        order=order,
        thread=await sheet.one(Thread, near.issue) if near else None,
        pledges=chosen if near else (),
        places=places,
        waiting=await _waiting(sheet) if _has_item(places) else (),
        actor=actor,
        funder=funder,
        unpaid=await _unpaid(sheet, actor),
        newest_pledge=book.pledges,
        newest_record=book.records,
        actor_decided_at=await _spoke_at(sheet, near, actor),
        record=record,
        funds=await _funds(sheet, near, record, issues),
        claimed=await claimed(await sheet.plain(), sheet.repo, issues)
        if about.choice is Choice.DRAWABLE
        else {},
        given=given,
        **(await _whole(sheet, about, order)),
    )


async def expect(sheet: Sheet, spots: Collection[tuple[int, int | None]]) -> None:
    """Load in a few queries what commands of these people on these issues will ask for.

    `spots` are issue ids and person numbers. What is expected in vain costs a little time, and what
    was not expected is loaded when it is asked for.
    """
    issues = {issue for issue, _ in spots}
    both = [(issue, person) for issue, person in spots if person is not None]
    keys: list[Key] = [(kind, issue) for issue in issues for kind in (Item, Order, Thread)]
    keys += [(Spoke, issue, person) for issue, person in both]
    await sheet.load(keys)
    for kind in (Fund, Total):
        await sheet.expect(kind, ({"issue": issue} for issue in issues))
    await sheet.expect(Unpaid, ({"person": person} for _, person in both))
    for side in ("pledger", "funder"):
        theirs = ({"issue": issue, side: person, "stage": LIVE} for issue, person in both)
        await sheet.expect(Pledge, theirs)
    drawn = ({"drawn_by": issue, "pledger": person, "stage": LIVE} for issue, person in both)
    await sheet.expect(Pledge, drawn)
    book = await sheet.one(Book) or Book()
    numbers = range(book.pledges + 1, book.pledges + 1 + len(spots))
    await sheet.load((Pledge, number) for number in numbers)


async def book_of(tx: AsyncConnection, repo: int) -> Book:
    """Give a repository's newest numbers and rules."""
    return await rows.one(tx, repo, Book) or Book()


async def order_numbered(tx: AsyncConnection, repo: int, number: int) -> Order | None:
    """Give the work order of this number; of several (an issue moved away and another came) the newest."""
    found = await rows.find(tx, repo, Order, (("number", number),))
    return _newest(found)


def _newest(found: Iterable[Order]) -> Order | None:
    return max(found, key=lambda order: order.text, default=None)


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
    left = pledges.c.received - pledges.c.refunded
    held = case((pledges.c.early < left, pledges.c.early), else_=left)
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


async def _places_at_hand(sheet: Sheet, about: About) -> tuple[Item | None, Order | None]:
    if about.issue is not None:
        place = await place_at_hand(sheet, about.issue)
        return (place, None) if isinstance(place, Item) else (None, place)
    if about.order_number is not None:
        found = _newest(await sheet.find(Order, number=about.order_number))
        if found is not None:
            return None, found
    link = await sheet.one(Link, about.pull) if about.pull is not None else None
    return None, await sheet.one(Order, link.order) if link else None


async def place_at_hand(sheet: Sheet, issue: int) -> Place | None:
    """Give the roadmap item or work order with this issue id, as it is now."""
    return await sheet.one(Item, issue) or await sheet.one(Order, issue)


async def _covered(sheet: Sheet, order: Order) -> tuple[Item, ...]:
    found = await sheet.find(Item, number=frozenset(order.in_force.items))
    return tuple(sorted(found, key=lambda item: item.number))


async def _places(
    sheet: Sheet,
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
    link = await sheet.one(Link, pull) if pull is not None else None
    wanted |= {link.order} if link else set()
    for issue in wanted - found.keys() - {None}:
        place = await place_at_hand(sheet, cast("int", issue))
        if place is not None:
            found[place.issue] = place
    return found


def _has_item(places: dict[int, Place]) -> bool:
    return any(isinstance(place, Item) for place in places.values())


async def _waiting(sheet: Sheet) -> tuple[Order, ...]:
    """Load the work orders that have not started: a handful in any project."""
    return await sheet.find(Order, started_at=None, state=NOT_OVER)


async def _unpaid(sheet: Sheet, actor: int | None) -> dict[str, int]:
    if actor is None:
        return {}
    return {row.currency: row.minor for row in await sheet.find(Unpaid, person=actor)}


async def _spoke_at(sheet: Sheet, near: Place | None, actor: int | None) -> datetime | None:
    if near is None or actor is None:
        return None
    spoke = await sheet.one(Spoke, near.issue, actor)
    return spoke.at if spoke else None


async def _funds(
    sheet: Sheet, near: Place | None, record: Record | None, covered: Iterable[int]
) -> dict[tuple[int, str], Fund]:
    wanted = {*covered, *([near.issue] if near else [])}
    if record is not None:
        wanted.add(record.fund)
    await sheet.expect(Fund, ({"issue": issue} for issue in wanted))
    found = [await sheet.find(Fund, issue=issue) for issue in sorted(wanted)]
    return {(row.issue, row.currency): row for each in found for row in each}


async def _given(
    sheet: Sheet, about: About, near: Place | None, record: Record | None
) -> tuple[Record, ...]:
    """Load receipts and refunds that hold, of the party at hand in the fund at hand."""
    party = record.funder if record else about.party
    fund = record.fund if record else near.issue if near else None
    if party is None or fund is None:
        return ()
    kinds = frozenset({RecordKind.RECEIVED, RecordKind.REFUNDED})
    return await sheet.find(Record, fund=fund, funder=party, kind=kinds, reversed_by=None)


async def _whole(sheet: Sheet, about: About, order: Order | None) -> dict[str, Any]:
    """Load what belongs to the work order at hand, and the link of the pull request at hand."""
    found: dict[str, Any] = {}
    if order is not None and about.whole:
        drawn = await sheet.find(Drawn, order=order.issue)
        found["drawn"] = {row.currency: row for row in drawn}
        found["links"] = await sheet.find(Link, order=order.issue)
        tx = await sheet.plain()
        found["givers"] = await givers(tx, sheet.repo, order.issue)
        found["words"] = await words_of_texts(tx, sheet.repo, order)
    if about.pull is not None:
        link = await sheet.one(Link, about.pull)
        tx = await sheet.plain()
        found["links"] = (link,) if link else ()
        found["linked_givers"] = await givers(tx, sheet.repo, link.order) if link else frozenset()
    return found
