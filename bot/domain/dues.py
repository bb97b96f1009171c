"""Which pledges does a work order draw on, and which fall due?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import entries as e
from bot.domain.decisions import Known
from bot.domain.effects import Message, Say
from bot.domain.money import Money
from bot.domain.moves import end_of_day, moved
from bot.domain.rules import Rail, Rules
from bot.domain.stages import Event, Stage, next_stage
from bot.domain.views import Fund, Order, Pledge

PLEDGERS_IN_ONE_NOTICE = 25
"""How many people one due notice names; our own limit, so that it stays readable."""

FallsDue = e.PledgeFellDue | e.PledgeDrawn


class Because(StrEnum):
    """Why pledges fall due."""

    COMPLETED = "completed"
    STARTED = "started"
    CLOSED = "closed"


# --- what is said -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DueLine:
    """One pledge in a due notice."""

    pledge: int
    pledger: int
    money: Money
    """What is still to be paid."""
    lapses_at: datetime | None


@dataclass(frozen=True, slots=True)
class PledgesFellDue(Message):
    """Tells each pledger, once, that the time to pay has come, and how."""

    lines: tuple[DueLine, ...]
    rails: tuple[Rail, ...]
    number: int
    because: Because = Because.COMPLETED
    order: int | None = None
    """Number of the work order whose start or end made them due, if one did."""

    def people(self) -> frozenset[int]:
        """Give the pledgers."""
        return frozenset(line.pledger for line in self.lines)


@dataclass(frozen=True, slots=True)
class DrawnPledgeGone(Message):
    """Tells the developers, once, that money which a work order had drawn on will not come."""

    order: int
    pledge: int
    money: Money
    how: str


def due_notices(
    due: Sequence[FallsDue], known: Known, at: datetime, because: Because
) -> tuple[Say, ...]:
    """Tell the pledgers where they pledged, a handful in one comment: many would be noise."""
    held = {pledge.pledge: pledge for pledge in known.pledges}
    found: list[Say] = []
    for issue in dict.fromkeys(entry.issue for entry in due):
        place = known.place if known.place and known.place.issue == issue else known.places[issue]
        lines = [_line(each, held) for each in due if each.issue == issue and _must_pay(each, held)]
        for start in range(0, len(lines), PLEDGERS_IN_ONE_NOTICE):
            some = tuple(lines[start : start + PLEDGERS_IN_ONE_NOTICE])
            order = known.order.number if known.order else None
            message = PledgesFellDue(some, known.rules.rails, place.number, because, order)
            key = f"due:{issue}:P-{some[0].pledge}:{int(at.timestamp())}"
            found.append(Say(key=key, number=place.number, message=message))
    return tuple(found)


def gone(pledge: Pledge, order: Order, how: str, at: datetime) -> Say:
    """Say on a work order that a pledge it had drawn on is gone."""
    message = DrawnPledgeGone(
        order.number, pledge.pledge, Money(pledge.outstanding, pledge.currency), how
    )
    since = int((pledge.due_at or at).timestamp())  # once, also if it lapses and is then withdrawn
    key = f"gap:{order.issue}:P-{pledge.pledge}:{since}"
    return Say(key=key, number=order.number, message=message)


def _must_pay(entry: FallsDue, held: dict[int, Pledge]) -> bool:
    before = held.get(entry.pledge)
    said_to_be_sent = before is not None and before.sent_at is not None
    return entry.was is Stage.STANDING and not said_to_be_sent


def _line(entry: FallsDue, held: dict[int, Pledge]) -> DueLine:
    before = held.get(entry.pledge)
    paid = before.received if before else 0
    left = Money(entry.money.minor - paid, entry.money.currency)
    return DueLine(entry.pledge, entry.pledger, left, entry.lapses_at)


# --- falling due ------------------------------------------------------------------------------


def fall_due(pledge: Pledge, at: datetime, lapse_after_days: int) -> e.PledgeFellDue:
    """Let a standing pledge fall due; it lapses `lapse_after_days` later unless money arrives."""
    return e.PledgeFellDue(
        **moved(pledge, Event.FALL_DUE),
        lapses_at=at + timedelta(days=lapse_after_days),
    )


def all_fall_due(
    pledges: Iterable[Pledge], known: Known, at: datetime
) -> tuple[e.PledgeFellDue, ...]:
    """Let every pledge fall due that can."""
    return tuple(
        fall_due(pledge, at, known.rules.lapse_after_days)
        for pledge in pledges
        if next_stage(pledge.stage, Event.FALL_DUE) is Stage.DUE
    )


# --- drawing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Draw:
    """What a work order draws, and what of its budget nothing covers."""

    entries: tuple[e.PledgeSplit | e.PledgeDrawn, ...]
    gaps: tuple[Money, ...]


def draw(order: Order, known: Known, at: datetime) -> Draw:
    """Draw on undrawn pledges, the oldest first, in each currency up to the budget.

    Of the last one only what is needed: the rest stands on as a pledge of its own. What was received
    already is drawn whole.
    """
    found: list[e.PledgeSplit | e.PledgeDrawn] = []
    gaps: list[Money] = []
    numbers = iter(range(known.newest_pledge + 1, known.newest_pledge + 1 + len(known.pledges)))
    for budget in order.in_force.budget:
        drawn = known.drawn.get(budget.currency)
        need = budget.minor - (drawn.live if drawn else 0)
        for pledge in _drawable(order, known, budget.currency):
            if need <= 0:
                break
            kept = min(pledge.minor, max(need + pledge.refunded, pledge.received))
            found += _drawn(pledge, kept, order, known.rules, at, numbers)
            need -= kept - pledge.refunded
        if need > 0:
            gaps.append(Money(need, budget.currency))
    return Draw(tuple(found), tuple(gaps))


def _drawable(order: Order, known: Known, currency: str) -> Iterator[Pledge]:
    able = (
        pledge for pledge in known.pledges if pledge.currency == currency and _is_drawable(pledge)
    )
    return still_there(able, order, known.funds, known.claimed)


def _is_drawable(pledge: Pledge) -> bool:
    free = pledge.drawn_by is None and not pledge.on_completion
    return free and next_stage(pledge.stage, Event.DRAW) is not None


def still_there(
    pledges: Iterable[Pledge],
    order: Order,
    funds: Mapping[tuple[int, str], Fund],
    claimed: Mapping[tuple[int, str], int],
) -> Iterator[Pledge]:
    """Give those pledges, the oldest first, whose money is still where it was received.

    `claimed` is what work orders have drawn of each fund. What lies on the work order itself can
    have been spent for it only.
    """
    taken = dict(claimed)
    for pledge in sorted(pledges, key=lambda pledge: (pledge.made_at, pledge.pledge)):
        key = (pledge.issue, pledge.currency)
        held = pledge.received - pledge.refunded
        wanted = taken.get(key, 0) + held
        if held and pledge.issue != order.issue and not _holds(funds.get(key), wanted):
            continue
        taken[key] = wanted
        yield pledge


def _holds(fund: Fund | None, wanted: int) -> bool:
    """Tell whether a balance covers what was received, less its share of all fees."""
    if fund is None:
        return False
    came = fund.received - fund.refunded
    return wanted <= came and wanted * (came - fund.fees) <= fund.balance * came


def _drawn(  # each is one thing that the reader names
    pledge: Pledge, kept: int, order: Order, rules: Rules, at: datetime, numbers: Iterator[int]
) -> Iterator[e.PledgeSplit | e.PledgeDrawn]:
    if kept < pledge.minor:
        paid = kept == pledge.received
        yield e.PledgeSplit(
            **(moved(pledge, Event.SETTLE) if paid else moved(pledge, Event.DRAW, partly=True)),
            kept=Money(kept, pledge.currency),
            rest=Money(pledge.minor - kept, pledge.currency),
            as_pledge=next(numbers),
        )
        pledge = replace(pledge, minor=kept, stage=Stage.RECEIVED if paid else pledge.stage)
    facts = moved(pledge, Event.DRAW)
    facts["drawn_by"] = order.issue
    lapses_at = None if pledge.stage is Stage.RECEIVED else lapse(order, rules, at)
    yield e.PledgeDrawn(**facts, lapses_at=lapses_at)


def lapse(order: Order, rules: Rules, at: datetime) -> datetime:
    """Give the moment at which what is drawn now lapses: never before the period is over."""
    lapses_at = at + timedelta(days=rules.lapse_after_days)
    return max(lapses_at, period_end(order) or lapses_at)


def period_end(order: Order) -> datetime | None:
    """Give the first moment after the period of a work order."""
    ends = order.in_force.ends
    return end_of_day(ends) if ends else None
