"""May this be done here, by this person, now? And which pledge do they mean?"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.asked import PledgeNamed
from bot.domain.decisions import Known
from bot.domain.money import Money
from bot.domain.moves import end_of_day, refuse_stage
from bot.domain.refs import Spoken
from bot.domain.refusals import Refusal, Why
from bot.domain.roles import Rights
from bot.domain.rules import UNTIL_AT_MOST_DAYS
from bot.domain.stages import Event, Stage, next_stage
from bot.domain.views import Item, Order, Place, Pledge


def place_here(known: Known) -> Place:
    """Give the item or work order; where there is none, no command works and nothing is said."""
    if known.place is None:
        raise Refusal(Why.NOT_HERE, quiet=True)
    return known.place


def fundable_place(known: Known) -> Place:
    """Give the item or work order, if new pledges may stand on it."""
    place = place_here(known)
    if isinstance(place, Order):
        if place.is_over:
            raise Refusal(Why.ORDER_OVER, state=place.state.value)
        return place
    if not place.on_roadmap:
        raise Refusal(Why.NOT_ON_ROADMAP)
    if not place.is_open:
        raise Refusal(Why.ITEM_CLOSED)
    return place


def goal_of(place: Place) -> Money | None:
    """Give the goal of a roadmap item; a work order has a budget, in any number of currencies."""
    return place.goal if isinstance(place, Item) else None


def speaker(known: Known) -> int:
    """Give the person who commands."""
    assert known.actor is not None
    return known.actor


def check_steward(rights: Rights) -> None:
    """Refuse whoever is no steward."""
    if not rights.steward:
        raise Refusal(Why.NOT_STEWARD)


def check_not_own(pledge: Pledge, known: Known) -> None:
    """Refuse to decide on a pledge of one's own."""
    if known.actor in {pledge.pledger, pledge.funder}:
        raise Refusal(Why.OWN_PLEDGE)


def check_treasurer(rights: Rights) -> None:
    """Refuse whoever is no treasurer."""
    if not rights.treasurer:
        raise Refusal(Why.NOT_TREASURER)


def check_amount(money: Money, known: Known) -> None:
    """Refuse a currency that is not accepted, and less than the minimum."""
    accepted = known.rules.accepted(known.item.goal if known.item else None)
    if accepted and money.currency not in accepted:
        raise Refusal(Why.CURRENCY_NOT_ACCEPTED, accepted=", ".join(accepted))
    minimum = known.rules.minimum.get(money.currency, 0)
    if money.minor < minimum:
        raise Refusal(Why.BELOW_MINIMUM, minimum=str(Money(minimum, money.currency)))


def check_until(until: date | None, at: datetime) -> None:
    """Refuse a day that has passed, or is too far ahead."""
    if until is None:
        return
    if until > at.date() + timedelta(days=UNTIL_AT_MOST_DAYS):  # first: 9999-12-31 has no next day
        raise Refusal(Why.DATE_TOO_FAR)
    if end_of_day(until) <= at:
        raise Refusal(Why.DATE_PAST)


def check_in_order(spoken: Spoken, known: Known) -> None:
    """Refuse a comment that reached us after a later word of the same person, or of a steward.

    The order of the ledger is the order of recording; a comment found late must not undo what was
    decided after it (see `docs/architecture.md`, "Order").
    """
    newer = (known.actor_decided_at, known.thread.steward_at if known.thread else None)
    if any(decided_at is not None and spoken.at < decided_at for decided_at in newer):
        raise Refusal(Why.OUT_OF_ORDER)


def offer_meant(asked: PledgeNamed, known: Known) -> Pledge:
    """Find the pledge that a steward means: the one named, or the only offer."""
    if asked.pledge is not None:
        return pledge_named(asked.pledge, known)
    offers = [pledge for pledge in known.pledges if pledge.stage is Stage.OFFERED]
    if not offers:
        raise Refusal(Why.NOTHING_TO_DECIDE)
    return only_one(offers)


def own_meant(asked: PledgeNamed, known: Known, event: Event) -> Pledge:
    """Find the pledge that a pledger means: the one named, or the only own one it can be."""
    if asked.pledge is not None:
        pledge = pledge_named(asked.pledge, known)
        if pledge.pledger != known.actor:
            raise Refusal(Why.NOT_PLEDGER, pledge=f"P-{asked.pledge}")
        return pledge
    own = [pledge for pledge in known.pledges if pledge.pledger == known.actor]
    able = [pledge for pledge in own if next_stage(pledge.stage, event)]
    if not able and own:
        refuse_stage(own[0], event)
    if not able:
        raise Refusal(Why.NO_SUCH_PLEDGE, pledge="of yours")
    return only_one(able)


def pledge_named(number: int, known: Known) -> Pledge:
    """Find a pledge by its number, among those here."""
    for pledge in known.pledges:
        if pledge.pledge == number:
            return pledge
    raise Refusal(Why.NO_SUCH_PLEDGE, pledge=f"P-{number}")


def only_one(pledges: list[Pledge]) -> Pledge:
    """Give the only pledge that can be meant; of several, ask which."""
    if len(pledges) > 1:
        names = ", ".join(f"P-{pledge.pledge}" for pledge in pledges)
        raise Refusal(Why.WHICH_PLEDGE, pledges=names)
    return pledges[0]
