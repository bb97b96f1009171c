"""May this pledge be made, accepted, declined, withdrawn, called sent? And when does it end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import entries as e
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.dues import gone, period_end
from bot.domain.effects import Effect, Message, Say
from bot.domain.guards import (
    check_amount,
    check_in_order,
    check_not_own,
    check_steward,
    check_until,
    fundable_place,
    goal_of,
    offer_meant,
    own_meant,
    place_here,
    speaker,
)
from bot.domain.money import Money, settle_amount
from bot.domain.moves import (
    disclosures_of_giver,
    expiry,
    first_stage,
    gives_way,
    moved,
    panels,
    replace_pledge,
    replaced_by,
    until_came,
)
from bot.domain.refs import Spoken
from bot.domain.roles import Rights
from bot.domain.stages import Event, Stage, next_stage
from bot.domain.views import Item, Order, Pledge

# --- what is said -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FirstOfferWaits(Message):
    """The first offer on an item waits for a steward's word."""

    pledge: int
    money: Money
    labelled_by: int | None
    expires_at: datetime

    def people(self) -> frozenset[int]:
        """Give whoever labelled the item."""
        return frozenset() if self.labelled_by is None else frozenset({self.labelled_by})


# --- decisions --------------------------------------------------------------------------------


def decide_pledge(asked: PledgeAsked, spoken: Spoken, known: Known) -> Decision:
    """Record a pledge: standing, or offered where a steward must have the word."""
    place = fundable_place(known)
    money = settle_amount(asked.amount, known.rules.accepted(goal_of(place)))
    check_amount(money, known)
    check_until(asked.until, spoken.at)
    check_in_order(spoken, known)
    pledger, funder = speaker(known), known.funder or speaker(known)
    now = first_stage(money, funder, known)
    made = e.PledgeMade(
        issue=place.issue,
        pledge=known.newest_pledge + 1,
        pledger=pledger,
        funder=funder,
        money=money,
        dues=(e.Due(money.minor, asked.on_completion),),
        until=asked.until,
        now=now,
        expires_at=expiry(now, asked.until, spoken.at),
        comment=spoken.comment,
    )
    replaced = replaced_by(known, made)
    told = known.thread is not None and known.thread.first_offer_told
    first: tuple[Say, ...] = ()
    if now is Stage.OFFERED and isinstance(place, Item) and not told:
        first = (_first_offer(made, place),)
    shown = (*panels(known), *disclosures_of_giver(known, pledger, funder))
    return Decision((made, *replaced), (*shown, *first))


def decide_accept(asked: PledgeNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Let an offer stand; what it replaces ends now."""
    fundable_place(known)
    check_steward(rights)
    pledge = offer_meant(asked, known)
    check_not_own(pledge, known)
    check_in_order(spoken, known)
    accepted = e.PledgeAccepted(
        **moved(pledge, Event.ACCEPT),
        expires_at=expiry(Stage.STANDING, pledge.until, spoken.at),
    )
    others = tuple(
        replace_pledge(other, pledge.pledge)
        for other in known.pledges
        if other.pledge != pledge.pledge and gives_way(other, pledge.funder, pledge.pledge)
    )
    return Decision((accepted, *others), panels(known, pledge))


def decide_decline(asked: PledgeNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Decline an offer, or a pledge that stands and that nothing has drawn on."""
    place_here(known)
    check_steward(rights)
    pledge = offer_meant(asked, known)
    check_not_own(pledge, known)
    check_in_order(spoken, known)
    declined = e.PledgeDeclined(
        **moved(pledge, Event.DECLINE),
        reason=e.FreeText(asked.words),
    )
    return Decision((declined,), panels(known, pledge))


def decide_withdraw(asked: PledgeNamed, spoken: Spoken, known: Known) -> Decision:
    """Let a pledger take back an own pledge."""
    place_here(known)
    pledge = own_meant(asked, known, Event.WITHDRAW)
    check_in_order(spoken, known)
    withdrawn = e.PledgeWithdrawn(**moved(pledge, Event.WITHDRAW))
    effects: tuple[Effect, ...] = (
        *panels(known, pledge),
        *_gap(pledge, "withdrawn", spoken.at, known),
    )
    return Decision((withdrawn,), effects)


def decide_sent(asked: PledgeNamed, spoken: Spoken, known: Known) -> Decision:
    """Note that a pledger says to have paid; only a receipt is income."""
    place_here(known)
    pledge = own_meant(asked, known, Event.SAY_SENT)
    check_in_order(spoken, known)
    sent = e.PledgeSent(**moved(pledge, Event.SAY_SENT), ref=e.FreeText(asked.words))
    return Decision((sent,), panels(known, pledge))


def decide_deadline(pledge_number: int, deadline: datetime, known: Known) -> Decision:
    """End a pledge whose moment has passed, unless the moment was moved or the pledge has ended."""
    pledge = next((p for p in known.pledges if p.pledge == pledge_number), None)
    if pledge is None or pledge.deadline != deadline:
        return NOTHING
    shown = panels(known, pledge)
    if next_stage(pledge.stage, Event.LAPSE) is None:
        because = _because(pledge, known)
        return Decision((e.PledgeExpired(**moved(pledge, Event.EXPIRE), because=because),), shown)
    order = known.places.get(pledge.drawn_by) if pledge.drawn_by is not None else None
    period = period_end(order) if isinstance(order, Order) else None
    if period is not None and period > deadline:
        put_off = e.LapsePutOff(**moved(pledge, Event.LAPSE, partly=True), lapses_at=period)
        return Decision((put_off,), shown)
    lapsed = e.PledgeLapsed(**moved(pledge, Event.LAPSE))
    return Decision((lapsed,), (*shown, *_gap(pledge, "lapsed", deadline, known)))


def _because(pledge: Pledge, known: Known) -> str:
    """Say why a pledge ends at its deadline; one that was released ends because its place is over."""
    if until_came(pledge):
        return "until"
    if pledge.stage is Stage.OFFERED:
        return "offer"
    place = known.places.get(pledge.issue)
    if not isinstance(place, Item):
        return "work order"
    if place.fundable:
        return "released"  # the item left, and has come back since
    return "unlabelled" if place.is_open else "not planned"


def _gap(pledge: Pledge, how: str, at: datetime, known: Known) -> tuple[Say, ...]:
    """Tell the developers of a work order, once, that a pledge it had drawn on is gone."""
    order = known.places.get(pledge.drawn_by) if pledge.drawn_by is not None else None
    if not isinstance(order, Order) or order.is_over or order.is_gone:
        return ()
    return (gone(pledge, order, how, at),)


def _first_offer(made: e.PledgeMade, item: Item) -> Say:
    assert made.expires_at is not None
    message = FirstOfferWaits(made.pledge, made.money, item.labelled_by, made.expires_at)
    return Say(key=f"first-offer:{item.issue}", number=item.number, message=message)
