"""May this pledge be made, accepted, declined, withdrawn, called sent? And when does it end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import entries as e
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.effects import ItemPanel, Message, Refresh, Say
from bot.domain.guards import (
    check_amount,
    check_not_own,
    check_order,
    check_steward,
    check_until,
    fundable_item,
    item_here,
    offer_meant,
    own_meant,
    speaker,
)
from bot.domain.money import Money, settle_amount
from bot.domain.moves import (
    expiry,
    first_stage,
    gives_way,
    moved,
    replace_pledge,
    replaced_by,
    until_came,
)
from bot.domain.refs import Spoken
from bot.domain.roles import Rights
from bot.domain.stages import Event, Stage, next_stage
from bot.domain.views import Item

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
    item = fundable_item(known)
    money = settle_amount(asked.amount, known.rules.accepted(item.goal))
    check_amount(money, known)
    check_until(asked.until, spoken.at)
    check_order(spoken, known, item)
    pledger, funder = speaker(known), known.funder or speaker(known)
    now = first_stage(money, funder, known)
    made = e.PledgeMade(
        issue=item.issue,
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
    effects: tuple[Refresh | Say, ...] = (Refresh(ItemPanel(item.issue, item.number)),)
    if now is Stage.OFFERED and not item.first_offer_told:
        effects = (*effects, _first_offer(made, item))
    return Decision((made, *replaced), effects)


def decide_accept(asked: PledgeNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Let an offer stand; what it replaces ends now."""
    item = fundable_item(known)
    check_steward(rights)
    pledge = offer_meant(asked, known)
    check_not_own(pledge, known)
    check_order(spoken, known, item)
    accepted = e.PledgeAccepted(
        **moved(pledge, Event.ACCEPT),
        expires_at=expiry(Stage.STANDING, pledge.until, spoken.at),
    )
    others = tuple(
        replace_pledge(other, pledge.pledge)
        for other in known.pledges
        if other.pledge != pledge.pledge and gives_way(other, pledge.funder, pledge.pledge)
    )
    return Decision((accepted, *others), _panel(item))


def decide_decline(asked: PledgeNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Decline an offer, or a pledge that stands and that nothing has drawn on."""
    item = item_here(known)
    check_steward(rights)
    pledge = offer_meant(asked, known)
    check_not_own(pledge, known)
    check_order(spoken, known, item)
    declined = e.PledgeDeclined(
        **moved(pledge, Event.DECLINE),
        reason=e.FreeText(asked.words),
    )
    return Decision((declined,), _panel(item))


def decide_withdraw(asked: PledgeNamed, spoken: Spoken, known: Known) -> Decision:
    """Let a pledger take back an own pledge."""
    item = item_here(known)
    pledge = own_meant(asked, known, Event.WITHDRAW)
    check_order(spoken, known, item)
    return Decision((e.PledgeWithdrawn(**moved(pledge, Event.WITHDRAW)),), _panel(item))


def decide_sent(asked: PledgeNamed, spoken: Spoken, known: Known) -> Decision:
    """Note that a pledger says to have paid; only a receipt is income."""
    item = item_here(known)
    pledge = own_meant(asked, known, Event.SAY_SENT)
    check_order(spoken, known, item)
    sent = e.PledgeSent(**moved(pledge, Event.SAY_SENT), ref=e.FreeText(asked.words))
    return Decision((sent,), _panel(item))


def decide_deadline(pledge_number: int, deadline: datetime, known: Known) -> Decision:
    """End a pledge whose moment has passed, unless the moment was moved or the pledge has ended."""
    pledge = next((p for p in known.pledges if p.pledge == pledge_number), None)
    if pledge is None or pledge.deadline != deadline:
        return NOTHING
    panel = _panel(item_here(known))
    if next_stage(pledge.stage, Event.LAPSE):
        return Decision((e.PledgeLapsed(**moved(pledge, Event.LAPSE)),), panel)
    because = "until" if pledge.stage is Stage.STANDING or until_came(pledge) else "offer"
    return Decision((e.PledgeExpired(**moved(pledge, Event.EXPIRE), because=because),), panel)


def _panel(item: Item) -> tuple[Refresh, ...]:
    return (Refresh(ItemPanel(item.issue, item.number)),)


def _first_offer(made: e.PledgeMade, item: Item) -> Say:
    assert made.expires_at is not None
    message = FirstOfferWaits(made.pledge, made.money, item.labelled_by, made.expires_at)
    return Say(key=f"first-offer:{item.issue}", number=item.number, message=message)
