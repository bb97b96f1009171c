"""How does a pledge move from stage to stage, and what gives way to it? Pieces of decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn, TypedDict

from bot.domain import entries as e
from bot.domain.decisions import Known
from bot.domain.effects import Disclosure, ItemPanel, OrderPanel, Refresh
from bot.domain.money import Money
from bot.domain.refusals import Refusal, Why
from bot.domain.rules import OFFER_EXPIRES_AFTER_DAYS
from bot.domain.stages import UNDRAWN, Event, Stage, next_stage
from bot.domain.views import Item, Order, Place, Pledge


class Moved(TypedDict):
    """What every entry about an existing pledge tells."""

    issue: int
    pledge: int
    pledger: int
    money: Money
    on_completion: bool
    was: Stage
    now: Stage
    drawn_by: int | None


def moved(pledge: Pledge, event: Event, *, partly: bool = False) -> Moved:
    """Give what every entry about a pledge tells; refuses what the table of stages lacks.

    What happens to a part of a pledge leaves its stage alone.
    """
    stage = pledge.stage if partly else next_stage(pledge.stage, event)
    if stage is None:
        refuse_stage(pledge, event)
    return Moved(
        issue=pledge.issue,
        pledge=pledge.pledge,
        pledger=pledge.pledger,
        money=pledge.money,
        on_completion=pledge.on_completion,
        was=pledge.stage,
        now=stage,
        drawn_by=pledge.drawn_by,
    )


def refuse_stage(pledge: Pledge, event: Event) -> NoReturn:
    """Say that a pledge at this stage cannot do this."""
    raise Refusal(
        Why.WRONG_STATE,
        pledge=f"P-{pledge.pledge}",
        stage=pledge.stage.value,
        event=event.value,
    )


def expire(pledge: Pledge, because: str) -> e.PledgeExpired:
    """End an undrawn pledge because its item left."""
    return e.PledgeExpired(**moved(pledge, Event.EXPIRE), because=because)


def first_stage(money: Money, funder: int, known: Known) -> Stage:
    """Decide whether a new pledge stands at once or waits for a steward.

    Consent first: on a work order that no steward has approved, every pledge waits.
    """
    if funder != known.actor or (known.order is not None and not known.order.is_agreed):
        return Stage.OFFERED
    cap = known.rules.accept_up_to.get(money.currency, 0)
    given_up = sum(
        pledge.outstanding
        for pledge in known.pledges
        if pledge.stage is Stage.STANDING
        and pledge.currency == money.currency
        and gives_way(pledge, funder, None)
    )
    unpaid = known.unpaid.get(money.currency, 0) - given_up
    return Stage.STANDING if unpaid + money.minor <= cap else Stage.OFFERED


def replaced_by(known: Known, made: e.PledgeMade) -> tuple[e.PledgeReplaced, ...]:
    """End what a new pledge takes the place of.

    A pledge that stands replaces the funder's undrawn ones here. An offer replaces only an older
    offer of the same pledger: whoever merely says that they speak for an organisation must not
    knock out what another said for it.
    """
    return tuple(
        replace_pledge(pledge, made.pledge)
        for pledge in known.pledges
        if gives_way(pledge, made.funder, None)
        and (
            made.now is Stage.STANDING
            or (pledge.stage is Stage.OFFERED and pledge.pledger == made.pledger)
        )
    )


def gives_way(pledge: Pledge, funder: int, before: int | None) -> bool:
    """Tell whether a pledge of this funder is undrawn, unpaid and older than `before`."""
    return (
        pledge.funder == funder
        and pledge.stage in UNDRAWN
        and pledge.sent_at is None
        and pledge.received == 0
        and (before is None or pledge.pledge < before)
    )


def replace_pledge(pledge: Pledge, by_pledge: int) -> e.PledgeReplaced:
    """End a pledge because a newer one takes its place."""
    return e.PledgeReplaced(**moved(pledge, Event.REPLACE), by_pledge=by_pledge)


def expiry(stage: Stage, until: date | None, at: datetime) -> datetime | None:
    """Give the moment at which a pledge of this stage ends by itself."""
    moments = [end_of_day(until)] if until else []
    if stage is Stage.OFFERED:
        moments.append(at + timedelta(days=OFFER_EXPIRES_AFTER_DAYS))
    return min(moments, default=None)


def expires_by_itself(pledge: Pledge) -> bool:
    """Tell whether a pledge ends with its item: nothing drew on it, and no money is on its way."""
    return pledge.stage in UNDRAWN and pledge.sent_at is None


def panels(known: Known, *pledges: Pledge) -> tuple[Refresh, ...]:
    """Name the panels that show these pledges, and the one of the place at hand."""
    places: list[Place | None] = [known.place]
    for pledge in pledges:
        places += [known.places.get(pledge.issue)]
        if pledge.drawn_by is not None:
            places += [known.places.get(pledge.drawn_by)]
    items = {place.number for place in places if isinstance(place, Item)}
    places += [order for order in known.waiting if not items.isdisjoint(order.in_force.items)]
    return tuple(dict.fromkeys(panel_of(place) for place in places if place is not None))


def disclosures(known: Known) -> tuple[Refresh, ...]:
    """Name the check runs of the pull requests that belong to the work order at hand, or name it."""
    wanted = (link.pull for link in known.links if link.linked or link.named)
    return tuple(Refresh(Disclosure(pull)) for pull in wanted)


def disclosures_of_giver(known: Known, *givers: int) -> tuple[Refresh, ...]:
    """Name those check runs where somebody gives for the first time: their approval counts no more."""
    return () if known.givers.issuperset(givers) else disclosures(known)


def panel_of(place: Place) -> Refresh:
    """Name the panel of an item or work order."""
    if isinstance(place, Order):
        return Refresh(OrderPanel(place.issue, place.number))
    return Refresh(ItemPanel(place.issue, place.number))


def until_came(pledge: Pledge) -> bool:
    """Tell whether the deadline is the one that the pledger set."""
    return pledge.until is not None and pledge.deadline == end_of_day(pledge.until)


def end_of_day(day: date) -> datetime:
    """Give the first moment after that day, UTC: `until` includes its day."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)
