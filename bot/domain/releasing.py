"""Which pledges stand again when a work order is cancelled, or a receipt is taken back?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.domain import entries as e
from bot.domain.decisions import Known
from bot.domain.dues import fall_due
from bot.domain.money import Money
from bot.domain.moves import expiry, moved
from bot.domain.rules import ENDED_ITEM_EXPIRES_AFTER_DAYS
from bot.domain.stages import Event, Stage, next_stage
from bot.domain.states import State
from bot.domain.views import Item, Order, Place, Pledge

Again = e.PledgeSplit | e.PledgeReleased | e.PledgeFellDue


def release(known: Known, order: Order, at: datetime) -> Iterator[Again]:
    """Let what a cancelled work order had drawn on stand again, but for what was received for it."""
    numbers = count(known.newest_pledge + 1)
    for pledge in known.pledges:
        if pledge.drawn_by == order.issue and next_stage(pledge.stage, Event.RELEASE):
            yield from _released(pledge, known, at, numbers)


def not_received(pledge: Pledge, known: Known, at: datetime) -> Iterator[Again]:
    """Say what else happens to a pledge that stands again because its receipt was taken back.

    It falls due where it would be due without that receipt, or was before; what a cancelled work
    order had drawn on is released.
    """
    place = known.places.get(pledge.issue)
    order = known.places.get(pledge.drawn_by) if pledge.drawn_by is not None else None
    if pledge.drawn_by is not None or pledge.due_at is not None or _has_come(pledge, place):
        yield fall_due(pledge, at, known.rules.lapse_after_days)
    if isinstance(order, Order) and order.state is State.CANCELLED:
        numbers = count(known.newest_pledge + 1)
        yield from _released(replace(pledge, stage=Stage.DUE), known, at, numbers)


def not_refunded(pledge: Pledge, known: Known, at: datetime) -> Iterator[Again]:
    """Release what was refunded when its work order was cancelled, and was not after all."""
    order = known.places.get(pledge.drawn_by) if pledge.drawn_by is not None else None
    if isinstance(order, Order) and order.state is State.CANCELLED:
        yield from _released(pledge, known, at, count(known.newest_pledge + 1))


def _released(
    pledge: Pledge, known: Known, at: datetime, numbers: Iterator[int]
) -> Iterator[Again]:
    """Release a pledge; money in the fund of the work order stays there, with a pledge of its own."""
    if pledge.received > pledge.early:
        if pledge.outstanding == 0:
            return
        split = _split(pledge, next(numbers))
        yield split
        pledge = replace(
            pledge, pledge=split.as_pledge, minor=split.rest.minor, received=0, refunded=0, early=0
        )
    place = known.places.get(pledge.issue)
    received = pledge.stage is Stage.RECEIVED
    ends_at = None if received else standing_end(pledge, place, at)
    yield e.PledgeReleased(**moved(pledge, Event.RELEASE), expires_at=ends_at)
    if _has_come(pledge, place) and not received:
        stands = replace(pledge, stage=Stage.STANDING, drawn_by=None)
        yield fall_due(stands, at, known.rules.lapse_after_days)


def _split(pledge: Pledge, number: int) -> e.PledgeSplit:
    """Part what was received from what was not."""
    facts = moved(pledge, Event.SETTLE)
    if pledge.refunded == pledge.received:
        facts["now"] = Stage.REFUNDED
    return e.PledgeSplit(
        **facts,
        kept=Money(pledge.received, pledge.currency),
        rest=Money(pledge.outstanding, pledge.currency),
        as_pledge=number,
    )


def _has_come(pledge: Pledge, place: Place | None) -> bool:
    """Tell whether the time to pay has come where a pledge lies."""
    if isinstance(place, Order):
        return place.state is State.CLOSED and pledge.on_completion
    return place is not None and place.completed


def standing_end(pledge: Pledge, place: Place | None, at: datetime) -> datetime | None:
    """Give what stands again where nothing can be funded any more the usual fortnight."""
    by_itself = expiry(Stage.STANDING, pledge.until, at)
    over = place is None or (
        not place.fundable and not (isinstance(place, Item) and place.closed_as == "completed")
    )
    if not over:
        return by_itself
    fortnight = at + timedelta(days=ENDED_ITEM_EXPIRES_AFTER_DAYS)
    return min(by_itself or fortnight, fortnight)
