"""What may a decision know of rows in memory? As `bot.storage.knowing` and `choosing` answer from tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from bot.domain.decisions import About, Choice, Known
from bot.domain.movements import RecordKind
from bot.domain.stages import LIVE, UNDRAWN, Stage
from bot.domain.states import OVER
from bot.domain.views import (
    Drawn,
    Fund,
    Item,
    Key,
    Link,
    Order,
    Place,
    Pledge,
    Record,
    Row,
    Rows,
    Spoke,
    Thread,
    Unpaid,
    book_of,
)
from bot.storage.choosing import OFFERS_NAMED

R = TypeVar("R", bound=Row)

PAID_IN = {RecordKind.RECEIVED, RecordKind.DIRECT}


def person(account: int | None) -> int | None:
    """Give the number of a person by the id of their account: the two are never mixed up."""
    return None if account is None else account - 1000


def every(rows: Rows, kind: type[R]) -> list[R]:
    """Give every row of a kind."""
    return [row for row in rows.values() if isinstance(row, kind)]


def one(rows: Rows, kind: type[R], *key: int | str) -> R | None:
    """Give one row, if it exists."""
    row = rows.get(cast("Key", (kind, *key)))
    return row if isinstance(row, kind) else None


def place_of(rows: Rows, issue: int) -> Place | None:
    """Give the roadmap item or work order with this issue id."""
    return one(rows, Item, issue) or one(rows, Order, issue)


def known(rows: Rows, words: Mapping[int, Mapping[str, str]], about: About) -> Known:
    """Load what a decision may know."""
    actor, funder = person(about.actor), person(about.funder)
    item, order = _at_hand(rows, about)
    near = item or order
    covered = covered_items(rows, order) if order and about.whole else ()
    record = one(rows, Record, about.record) if about.record else None
    given = _given(rows, about, near, record)
    recorded = {each.pledge for each in (*given, record) if each} - {None}
    chosen = tuple(_Choosing(rows, about, actor, funder, covered, recorded).chosen())
    places = _places(rows, chosen, covered, near, about.pull)
    spoke = one(rows, Spoke, near.issue, actor) if near and actor is not None else None
    return Known(
        newest_rules=book_of(rows).rules,
        item=item,
        order=order,
        thread=one(rows, Thread, near.issue) if near else None,
        pledges=chosen if near else (),
        places=places,
        waiting=_waiting(rows, places),
        actor=actor,
        funder=funder,
        unpaid={row.currency: row.minor for row in every(rows, Unpaid) if row.person == actor},
        newest_pledge=book_of(rows).pledges,
        newest_record=book_of(rows).records,
        actor_decided_at=_at(spoke),
        record=record,
        funds=_funds(rows, near, record, covered),
        claimed=_claimed(rows, covered) if about.choice is Choice.DRAWABLE else {},
        given=given,
        **_whole(rows, words, about, order),
    )


def covered_items(rows: Rows, order: Order) -> tuple[Item, ...]:
    """Give the roadmap items that a work order covers, by the text in force."""
    found = [item for item in every(rows, Item) if item.number in order.in_force.items]
    return tuple(sorted(found, key=lambda item: item.number))


def givers(rows: Rows, order: int) -> frozenset[int]:
    """Name pledgers and funders that a work order has drawn on or that pledged on it, and who paid."""
    found = [
        pledge
        for pledge in every(rows, Pledge)
        if pledge.drawn_by == order or (pledge.issue == order and pledge.stage in LIVE)
    ]
    paid = {
        record.funder
        for record in every(rows, Record)
        if record.fund == order and record.kind in PAID_IN and record.reversed_by is None
    }
    promised = {who for pledge in found for who in (pledge.pledger, pledge.funder)}
    return frozenset(who for who in promised | paid if who is not None)


def _at(spoke: Spoke | None) -> datetime | None:
    return spoke.at if spoke else None


def _at_hand(rows: Rows, about: About) -> tuple[Item | None, Order | None]:
    if about.issue is not None:
        return one(rows, Item, about.issue), one(rows, Order, about.issue)
    if about.order_number is not None:
        found = [row for row in every(rows, Order) if row.number == about.order_number]
        if found:
            return None, max(found, key=lambda row: row.text)
    link = one(rows, Link, about.pull) if about.pull is not None else None
    return None, one(rows, Order, link.order) if link else None


def _places(
    rows: Rows,
    chosen: Iterable[Pledge],
    covered: Iterable[Item],
    near: Place | None,
    pull: int | None,
) -> dict[int, Place]:
    wanted = {issue for pledge in chosen for issue in (pledge.issue, pledge.drawn_by)}
    wanted |= {item.issue for item in covered} | ({near.issue} if near else set())
    link = one(rows, Link, pull) if pull is not None else None
    wanted |= {link.order} if link else set()
    found = {issue: place_of(rows, issue) for issue in wanted if issue is not None}
    return {issue: place for issue, place in found.items() if place is not None}


def _waiting(rows: Rows, places: Mapping[int, Place]) -> tuple[Order, ...]:
    if not any(isinstance(place, Item) for place in places.values()):
        return ()
    return tuple(
        order
        for order in every(rows, Order)
        if order.started_at is None and order.state not in OVER
    )


def _given(
    rows: Rows, about: About, near: Place | None, record: Record | None
) -> tuple[Record, ...]:
    """Give receipts and refunds that hold, of the party at hand in the fund at hand."""
    party = record.funder if record else about.party
    fund = record.fund if record else near.issue if near else None
    if party is None or fund is None:
        return ()
    return tuple(
        each
        for each in sorted(every(rows, Record), key=lambda each: each.record)
        if (each.funder, each.fund) == (party, fund)
        and each.kind in {RecordKind.RECEIVED, RecordKind.REFUNDED}
        and each.reversed_by is None
    )


def _claimed(rows: Rows, covered: Iterable[Item]) -> dict[tuple[int, str], int]:
    """Add up what work orders drew on after it was received, and what did not go back."""
    items = {item.issue for item in covered}
    found: dict[tuple[int, str], int] = {}
    for pledge in every(rows, Pledge):
        if pledge.issue in items and pledge.drawn_by is not None and pledge.early:
            key = (pledge.issue, pledge.currency)
            held = min(pledge.early, pledge.received - pledge.refunded)
            found[key] = found.get(key, 0) + held
    return found


def _funds(
    rows: Rows, near: Place | None, record: Record | None, covered: Iterable[Item]
) -> dict[tuple[int, str], Fund]:
    wanted = {item.issue for item in covered} | ({near.issue} if near else set())
    wanted |= {record.fund} if record else set()
    return {(row.issue, row.currency): row for row in every(rows, Fund) if row.issue in wanted}


def _whole(
    rows: Rows, words: Mapping[int, Mapping[str, str]], about: About, order: Order | None
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if order is not None and about.whole:
        drawn = [row for row in every(rows, Drawn) if row.order == order.issue]
        found["drawn"] = {row.currency: row for row in drawn}
        found["givers"] = givers(rows, order.issue)
        texts = {order.text, order.agreed_text, order.ended_text} - {None, 0}
        found["words"] = {text: dict(words.get(text or 0, {})) for text in texts}
        found["links"] = tuple(row for row in every(rows, Link) if row.order == order.issue)
    if about.pull is not None:
        link = one(rows, Link, about.pull)
        found["links"] = (link,) if link else ()
        found["linked_givers"] = givers(rows, link.order) if link else frozenset()
    return found


@dataclass(frozen=True, slots=True)
class _Choosing:
    """Which pledges a decision sees."""

    rows: Rows
    about: About
    actor: int | None
    funder: int | None
    covered: tuple[Item, ...]
    recorded: set[int | None]

    def chosen(self) -> Iterator[Pledge]:
        """Give them in order of their numbers."""
        pledges = sorted(every(self.rows, Pledge), key=lambda pledge: pledge.pledge)
        first = () if self.about.issue is None else self._first(pledges)
        found: set[int | None] = set(first)
        found |= self.recorded
        if self.about.choice is Choice.OFFERS and self.about.issue is not None:
            funders = {pledge.funder for pledge in pledges if pledge.pledge in found}
            found |= {
                pledge.pledge
                for pledge in pledges
                if pledge.issue == self.about.issue
                and pledge.funder in funders
                and pledge.stage in UNDRAWN
            }
        return (pledge for pledge in pledges if pledge.pledge in found)

    def _first(self, pledges: list[Pledge]) -> Iterator[int]:
        offers = 0
        wanted = _WANTED[self.about.choice]
        for pledge in pledges:
            lies = pledge.issue == self.about.issue
            here = lies or pledge.drawn_by == self.about.issue
            named = here and pledge.pledge == self.about.pledge
            if (
                self.about.choice is Choice.OFFERS
                and self.about.pledge is None
                and offers < OFFERS_NAMED
            ):
                offer = lies and pledge.stage is Stage.OFFERED
                offers += offer
                named = named or offer
            if named or wanted(self, pledge, lies, here):
                yield pledge.pledge

    def covers(self, pledge: Pledge) -> bool:
        """Tell whether a pledge lies on an item that the work order at hand covers."""
        return any(item.issue == pledge.issue for item in self.covered)


_Wanted = Callable[["_Choosing", Pledge, bool, bool], bool]


def _own_live(of: _Choosing, pledge: Pledge, lies: bool, here: bool) -> bool:
    own = here and pledge.pledger == of.actor
    return pledge.stage in LIVE and (own or (lies and pledge.funder == (of.funder or of.actor)))


def _drawable(of: _Choosing, pledge: Pledge, lies: bool, here: bool) -> bool:
    near = lies or of.covers(pledge)
    return near and pledge.stage in LIVE and pledge.drawn_by is None and not pledge.on_completion


def _covered(of: _Choosing, pledge: Pledge, lies: bool, here: bool) -> bool:
    promised = pledge.on_completion and of.covers(pledge)
    return pledge.stage in LIVE and (here or promised)


_WANTED: dict[Choice, _Wanted] = {
    Choice.NONE: lambda *_: False,
    Choice.OFFERS: lambda *_: False,
    Choice.OWN_LIVE: _own_live,
    Choice.LIVE: lambda _, pledge, lies, __: lies and pledge.stage in LIVE,
    Choice.OF_PARTY: lambda of, pledge, _, here: (
        here and of.about.party in {pledge.pledger, pledge.funder}
    ),
    Choice.DRAWABLE: _drawable,
    Choice.COVERED: _covered,
}
