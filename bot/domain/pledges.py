"""May this pledge be made, accepted, declined, withdrawn, called sent? And when does it end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn, TypedDict

from bot.domain import entries as e
from bot.domain.commands import (
    TEXT_AT_MOST,
    first_word,
    pledge_and_rest,
    read_date,
    read_login,
    read_text,
    words_of,
)
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.effects import ItemPanel, Message, Refresh, Say
from bot.domain.money import Money, Written, read_amount, settle_amount
from bot.domain.refs import Spoken
from bot.domain.refusals import Misunderstood, Refusal, Why
from bot.domain.roles import Rights
from bot.domain.rules import OFFER_EXPIRES_AFTER_DAYS, UNTIL_AT_MOST_DAYS
from bot.domain.stages import UNDRAWN, Event, Stage, next_stage
from bot.domain.views import Item, Pledge

# --- what is asked ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PledgeAsked:
    """`/pledge <amount> [for @org] [on completion] [until YYYY-MM-DD]`, as typed."""

    amount: Written
    organisation: str | None = None
    on_completion: bool = False
    until: date | None = None

    @classmethod
    def read(cls, rest: str) -> PledgeAsked:
        """Read the words behind `/pledge`; the options may stand in any order, each once."""
        words = words_of(rest)
        size = next((n for n, word in enumerate(words) if word.lower() in _OPTIONS), len(words))
        if size == 0:
            raise Misunderstood(Why.AMOUNT_MISSING)
        options = _read_options(words[size:])
        return cls(read_amount(" ".join(words[:size])), **options)


class _Options(TypedDict, total=False):
    organisation: str
    on_completion: bool
    until: date


_OPTIONS = frozenset({"for", "on", "until", "if"})


def _read_options(words: list[str]) -> _Options:
    found: _Options = {}
    while words:
        match [words[0].lower(), *[word.lower() for word in words[1:2]]]:
            case ["for", _]:
                option: _Options = {"organisation": read_login(words[1])}
            case ["on", "completion"]:
                option = {"on_completion": True}
            case ["until", _]:
                option = {"until": read_date(words[1])}
            case ["if", *_]:
                raise Misunderstood(Why.IF_MERGED)
            case ["for"]:
                raise Misunderstood(Why.ACCOUNT_UNREADABLE)
            case ["until"]:
                raise Misunderstood(Why.DATE_UNREADABLE)
            case _:
                raise Misunderstood(Why.TRAILING_WORDS)
        if found.keys() & option.keys():
            raise Misunderstood(Why.SAID_TWICE)
        found.update(option)
        words = words[2:]
    return found


@dataclass(frozen=True, slots=True)
class PledgeNamed:
    """A command about one pledge: `[P-n]`, and words behind it where the command takes them."""

    pledge: int | None
    words: str = ""

    @classmethod
    def alone(cls, rest: str) -> PledgeNamed:
        """Read `[P-n]` and nothing else."""
        pledge, others = pledge_and_rest(rest)
        if others:
            raise Misunderstood(Why.TRAILING_WORDS)
        return cls(pledge)

    @classmethod
    def with_reason(cls, rest: str) -> PledgeNamed:
        """Read `[P-n] <reason>`."""
        pledge, others = pledge_and_rest(rest)
        if not others:
            raise Misunderstood(Why.REASON_MISSING, most=str(TEXT_AT_MOST))
        return cls(pledge, read_text(others))

    @classmethod
    def with_ref(cls, rest: str) -> PledgeNamed:
        """Read `[P-n] [ref …]`."""
        pledge, others = pledge_and_rest(rest)
        keyword, ref = first_word(others)
        if keyword and (keyword.lower() != "ref" or not ref.strip()):
            raise Misunderstood(Why.TRAILING_WORDS)
        return cls(pledge, read_text(ref))


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
    item = _fundable(known)
    money = settle_amount(asked.amount, known.rules.accepted(item.goal))
    _check_amount(money, known)
    _check_until(asked.until, spoken.at)
    _check_order(spoken, known, item)
    pledger, funder = _pledger(known), known.funder or _pledger(known)
    now = _first_stage(money, funder, known)
    made = e.PledgeMade(
        issue=item.issue,
        pledge=known.newest_pledge + 1,
        pledger=pledger,
        funder=funder,
        money=money,
        dues=(e.Due(money.minor, asked.on_completion),),
        until=asked.until,
        now=now,
        expires_at=_expiry(now, asked.until, spoken.at),
        comment=spoken.comment,
    )
    replaced = _replaced(known, made)
    effects: tuple[Refresh | Say, ...] = (Refresh(ItemPanel(item.issue, item.number)),)
    if now is Stage.OFFERED and not item.first_offer_told:
        effects = (*effects, _first_offer(made, item))
    return Decision((made, *replaced), effects)


def decide_accept(asked: PledgeNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Let an offer stand; what it replaces ends now."""
    item = _fundable(known)
    _check_steward(rights)
    pledge = _offer(asked, known)
    _check_not_own(pledge, known)
    _check_order(spoken, known, item)
    accepted = e.PledgeAccepted(
        **_moved(pledge, Event.ACCEPT),
        expires_at=_expiry(Stage.STANDING, pledge.until, spoken.at),
    )
    others = tuple(
        _replace(other, pledge.pledge)
        for other in known.pledges
        if other.pledge != pledge.pledge and _gives_way(other, pledge.funder, pledge.pledge)
    )
    return Decision((accepted, *others), _panel(item))


def decide_decline(asked: PledgeNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Decline an offer, or a pledge that stands and that nothing has drawn on."""
    item = _item(known)
    _check_steward(rights)
    pledge = _offer(asked, known)
    _check_not_own(pledge, known)
    _check_order(spoken, known, item)
    declined = e.PledgeDeclined(
        **_moved(pledge, Event.DECLINE),
        reason=e.FreeText(asked.words),
    )
    return Decision((declined,), _panel(item))


def decide_withdraw(asked: PledgeNamed, spoken: Spoken, known: Known) -> Decision:
    """Let a pledger take back an own pledge."""
    item = _item(known)
    pledge = _own(asked, known, Event.WITHDRAW)
    _check_order(spoken, known, item)
    return Decision((e.PledgeWithdrawn(**_moved(pledge, Event.WITHDRAW)),), _panel(item))


def decide_sent(asked: PledgeNamed, spoken: Spoken, known: Known) -> Decision:
    """Note that a pledger says to have paid; only a receipt is income."""
    item = _item(known)
    pledge = _own(asked, known, Event.SAY_SENT)
    _check_order(spoken, known, item)
    sent = e.PledgeSent(**_moved(pledge, Event.SAY_SENT), ref=e.FreeText(asked.words))
    return Decision((sent,), _panel(item))


def decide_deadline(pledge_number: int, deadline: datetime, known: Known) -> Decision:
    """End a pledge whose moment has passed, unless the moment was moved or the pledge has ended."""
    pledge = next((p for p in known.pledges if p.pledge == pledge_number), None)
    if pledge is None or pledge.deadline != deadline:
        return NOTHING
    panel = _panel(_item(known))
    if next_stage(pledge.stage, Event.LAPSE):
        return Decision((e.PledgeLapsed(**_moved(pledge, Event.LAPSE)),), panel)
    because = "until" if pledge.stage is Stage.STANDING or _until_came(pledge) else "offer"
    return Decision((e.PledgeExpired(**_moved(pledge, Event.EXPIRE), because=because),), panel)


def expire(pledge: Pledge, because: str) -> e.PledgeExpired:
    """End an undrawn pledge because its item left."""
    return e.PledgeExpired(**_moved(pledge, Event.EXPIRE), because=because)


def fall_due(pledge: Pledge, at: datetime, lapse_after_days: int) -> e.PledgeFellDue:
    """Let a standing pledge fall due; it lapses `lapse_after_days` later unless money arrives."""
    return e.PledgeFellDue(
        **_moved(pledge, Event.FALL_DUE),
        lapses_at=at + timedelta(days=lapse_after_days),
    )


# --- guards -----------------------------------------------------------------------------------


def _item(known: Known) -> Item:
    if known.item is None:
        raise Refusal(Why.NOT_HERE, quiet=True)
    return known.item


def _fundable(known: Known) -> Item:
    item = _item(known)
    if not item.on_roadmap:
        raise Refusal(Why.NOT_ON_ROADMAP)
    if not item.is_open:
        raise Refusal(Why.ITEM_CLOSED)
    return item


def _pledger(known: Known) -> int:
    assert known.actor is not None
    return known.actor


def _check_steward(rights: Rights) -> None:
    if not rights.steward:
        raise Refusal(Why.NOT_STEWARD)


def _check_not_own(pledge: Pledge, known: Known) -> None:
    if known.actor in {pledge.pledger, pledge.funder}:
        raise Refusal(Why.OWN_PLEDGE)


def _check_amount(money: Money, known: Known) -> None:
    accepted = known.rules.accepted(known.item.goal if known.item else None)
    if accepted and money.currency not in accepted:
        raise Refusal(Why.CURRENCY_NOT_ACCEPTED, accepted=", ".join(accepted))
    minimum = known.rules.minimum.get(money.currency, 0)
    if money.minor < minimum:
        raise Refusal(Why.BELOW_MINIMUM, minimum=str(Money(minimum, money.currency)))


def _check_until(until: date | None, at: datetime) -> None:
    if until is None:
        return
    if until > at.date() + timedelta(days=UNTIL_AT_MOST_DAYS):  # first: 9999-12-31 has no next day
        raise Refusal(Why.DATE_TOO_FAR)
    if _end_of(until) <= at:
        raise Refusal(Why.DATE_PAST)


def _check_order(spoken: Spoken, known: Known, item: Item) -> None:
    """Refuse a comment that reached us after a later word of the same person, or of a steward.

    The order of the ledger is the order of recording; a comment found late must not undo what was
    decided after it (see `docs/architecture.md`, "Order").
    """
    newer = (known.actor_decided_at, item.steward_at)
    if any(decided_at is not None and spoken.at < decided_at for decided_at in newer):
        raise Refusal(Why.OUT_OF_ORDER)


def _offer(asked: PledgeNamed, known: Known) -> Pledge:
    """Find the pledge that a steward means: the one named, or the only offer."""
    if asked.pledge is not None:
        return _named(asked.pledge, known)
    offers = [pledge for pledge in known.pledges if pledge.stage is Stage.OFFERED]
    if not offers:
        raise Refusal(Why.NOTHING_TO_DECIDE)
    return _only(offers)


def _own(asked: PledgeNamed, known: Known, event: Event) -> Pledge:
    """Find the pledge that a pledger means: the one named, or the only own one it can be."""
    if asked.pledge is not None:
        pledge = _named(asked.pledge, known)
        if pledge.pledger != known.actor:
            raise Refusal(Why.NOT_PLEDGER, pledge=f"P-{asked.pledge}")
        return pledge
    own = [pledge for pledge in known.pledges if pledge.pledger == known.actor]
    able = [pledge for pledge in own if next_stage(pledge.stage, event)]
    if not able and own:
        _refuse_stage(own[0], event)
    if not able:
        raise Refusal(Why.NO_SUCH_PLEDGE, pledge="of yours")
    return _only(able)


def _named(number: int, known: Known) -> Pledge:
    for pledge in known.pledges:
        if pledge.pledge == number:
            return pledge
    raise Refusal(Why.NO_SUCH_PLEDGE, pledge=f"P-{number}")


def _only(pledges: list[Pledge]) -> Pledge:
    if len(pledges) > 1:
        names = ", ".join(f"P-{pledge.pledge}" for pledge in pledges)
        raise Refusal(Why.WHICH_PLEDGE, pledges=names)
    return pledges[0]


def _refuse_stage(pledge: Pledge, event: Event) -> NoReturn:
    raise Refusal(
        Why.WRONG_STATE,
        pledge=f"P-{pledge.pledge}",
        stage=pledge.stage.value,
        event=event.value,
    )


# --- pieces -----------------------------------------------------------------------------------


class _Moved(TypedDict):
    issue: int
    pledge: int
    pledger: int
    money: Money
    on_completion: bool
    was: Stage
    now: Stage


def _moved(pledge: Pledge, event: Event) -> _Moved:
    """Give what every entry about a pledge tells; refuses what the table of stages lacks."""
    stage = next_stage(pledge.stage, event)
    if stage is None:
        _refuse_stage(pledge, event)
    return _Moved(
        issue=pledge.issue,
        pledge=pledge.pledge,
        pledger=pledge.pledger,
        money=pledge.money,
        on_completion=pledge.on_completion,
        was=pledge.stage,
        now=stage,
    )


def _first_stage(money: Money, funder: int, known: Known) -> Stage:
    """Decide whether a new pledge stands at once or waits for a steward."""
    if funder != known.actor:
        return Stage.OFFERED
    cap = known.rules.accept_up_to.get(money.currency, 0)
    given_up = sum(
        pledge.minor
        for pledge in known.pledges
        if pledge.stage is Stage.STANDING
        and pledge.currency == money.currency
        and _gives_way(pledge, funder, None)
    )
    unpaid = known.unpaid.get(money.currency, 0) - given_up
    return Stage.STANDING if unpaid + money.minor <= cap else Stage.OFFERED


def _replaced(known: Known, made: e.PledgeMade) -> tuple[e.PledgeReplaced, ...]:
    """End what a new pledge takes the place of.

    A pledge that stands replaces the funder's undrawn ones here. An offer replaces only an older
    offer of the same pledger: whoever merely says that they speak for an organisation must not
    knock out what another said for it.
    """
    return tuple(
        _replace(pledge, made.pledge)
        for pledge in known.pledges
        if _gives_way(pledge, made.funder, None)
        and (
            made.now is Stage.STANDING
            or (pledge.stage is Stage.OFFERED and pledge.pledger == made.pledger)
        )
    )


def _gives_way(pledge: Pledge, funder: int, before: int | None) -> bool:
    """Tell whether a pledge of this funder is undrawn, unpaid and older than `before`."""
    return (
        pledge.funder == funder
        and pledge.stage in UNDRAWN
        and pledge.sent_at is None
        and (before is None or pledge.pledge < before)
    )


def _replace(pledge: Pledge, by_pledge: int) -> e.PledgeReplaced:
    return e.PledgeReplaced(**_moved(pledge, Event.REPLACE), by_pledge=by_pledge)


def _expiry(stage: Stage, until: date | None, at: datetime) -> datetime | None:
    moments = [_end_of(until)] if until else []
    if stage is Stage.OFFERED:
        moments.append(at + timedelta(days=OFFER_EXPIRES_AFTER_DAYS))
    return min(moments, default=None)


def _until_came(pledge: Pledge) -> bool:
    return pledge.until is not None and pledge.deadline == _end_of(pledge.until)


def _end_of(day: date) -> datetime:
    """Give the first moment after that day, UTC: `until` includes its day."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)


def _panel(item: Item) -> tuple[Refresh, ...]:
    return (Refresh(ItemPanel(item.issue, item.number)),)


def _first_offer(made: e.PledgeMade, item: Item) -> Say:
    assert made.expires_at is not None
    message = FirstOfferWaits(made.pledge, made.money, item.labelled_by, made.expires_at)
    return Say(key=f"first-offer:{item.issue}", number=item.number, message=message)


