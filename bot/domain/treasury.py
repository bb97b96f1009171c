"""What did a treasurer see of money, which pledge does it settle, and is there as much as is paid?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypedDict

from bot.domain import entries as e
from bot.domain import movements
from bot.domain.asked_money import MoneyAsked, RecordNamed
from bot.domain.decisions import Decision, Known
from bot.domain.guards import (
    check_in_order,
    check_treasurer,
    place_here,
    speaker,
)
from bot.domain.matching import amount_of, left_of, settled_pledge, unmatched_part
from bot.domain.money import Money, Written
from bot.domain.movements import RecordKind
from bot.domain.moves import disclosures_of_giver, moved, panels
from bot.domain.order_guards import Holders
from bot.domain.refs import Spoken
from bot.domain.refunding import left, refund_of
from bot.domain.refusals import Refusal, Why
from bot.domain.releasing import not_received, not_refunded, standing_end
from bot.domain.roles import Rights
from bot.domain.stages import Event, Stage
from bot.domain.views import Fund, Pledge, Record

# --- decisions --------------------------------------------------------------------------------


def decide_received(
    asked: MoneyAsked, giver: int, spoken: Spoken, rights: Rights, known: Known
) -> Decision:
    """Record a receipt, and settle the pledge that it is for; what matches none is still recorded."""
    place = _treasury(asked, spoken, rights, known)
    money = amount_of(asked.amount, known)
    fee = _fee(asked.fee, money, known)
    pledge, settles = settled_pledge(asked, money, giver, known)
    fund = place if pledge is None or pledge.drawn_by is None else pledge.drawn_by
    received = e.MoneyReceived(
        **_noted(place, asked, spoken, known),
        fund=fund,
        moves=movements.received(giver, fund, money, fee),
        unmatched=unmatched_part(money, settles),
        pledge=pledge.pledge if pledge else None,
        settles=settles,
    )
    return _with_pledge(received, pledge, settles, giver, known)


def decide_paid(  # each is one thing that the reader names
    asked: MoneyAsked,
    payee: int,
    spoken: Spoken,
    rights: Rights,
    treasurers: Holders,
    known: Known,
) -> Decision:
    """Record a payment out of what was received here; more than there is cannot have been paid."""
    place = _treasury(asked, spoken, rights, known)
    alone = _check_payee(payee, known, treasurers)
    money = amount_of(asked.amount, known)
    _check_enough(money, place, known)
    paid = e.MoneyPaid(
        **_noted(place, asked, spoken, known),
        fund=place,
        moves=movements.paid(payee, place, money),
        alone=alone,
    )
    return Decision((paid,), panels(known))


def decide_paid_directly(  # each is one thing that the reader names
    asked: MoneyAsked,
    giver: int,
    payee: int,
    spoken: Spoken,
    rights: Rights,
    treasurers: Holders,
    known: Known,
) -> Decision:
    """Record that a funder paid directly: it settles a pledge, and touches no balance."""
    place = _treasury(asked, spoken, rights, known)
    alone = _check_payee(payee, known, treasurers)
    money = amount_of(asked.amount, known)
    pledge, settles = settled_pledge(asked, money, giver, known)
    fund = place if pledge is None or pledge.drawn_by is None else pledge.drawn_by
    paid = e.MoneyPaidDirectly(
        **_noted(place, asked, spoken, known),
        fund=fund,
        moves=movements.paid_directly(giver, payee, money),
        pledge=pledge.pledge if pledge else None,
        settles=settles,
        alone=alone,
    )
    return _with_pledge(paid, pledge, settles, giver, known)


def decide_refunded(
    asked: MoneyAsked, giver: int, spoken: Spoken, rights: Rights, known: Known
) -> Decision:
    """Record that money went back to whoever gave it."""
    place = _treasury(asked, spoken, rights, known)
    money = amount_of(asked.amount, known)
    _check_enough(money, place, known)
    refund = refund_of(asked, money, known)
    pledge, back = refund.pledge, refund.settles
    refunded = e.MoneyRefunded(
        **_noted(place, asked, spoken, known),
        fund=place,
        moves=movements.refunded(giver, place, money),
        unmatched=-refund.unmatched,
        pledge=pledge.pledge if pledge else None,
        settles=back,
    )
    entries: tuple[e.Entry, ...] = (refunded,)
    if pledge is not None and back is not None:
        partly = back.minor < left_of(pledge) or pledge.stage is not Stage.RECEIVED
        facts = moved(pledge, Event.REFUND, partly=partly)
        entries = (
            refunded,
            e.PledgeRefunded(**facts, record=refunded.record, refunded=back),
        )
    return Decision(entries, panels(known, *([pledge] if pledge else [])))


def decide_reverse(asked: RecordNamed, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Take a wrong record back by a new entry; both stay to be seen."""
    place = place_here(known)
    check_treasurer(rights)
    check_in_order(spoken, known)
    record = known.record
    if record is None or place.issue not in {record.issue, record.fund}:
        raise Refusal(Why.NO_SUCH_RECORD, record=f"R-{asked.record}")
    if record.reversed_by is not None:
        raise Refusal(Why.RECORD_REVERSED, record=f"R-{asked.record}")
    pledge = next((p for p in known.pledges if p.pledge == record.pledge), None)
    _check_unspent(record, pledge, known)
    taken_back = e.RecordReversed(
        issue=place.issue,
        record=record.record,
        fund=record.fund,
        moves=tuple(move.reversed() for move in _moves(record)),
        unmatched=-record.unmatched,
        reason=e.FreeText(asked.reason),
    )
    undone = tuple(_undone(record, pledge, spoken.at, known)) if pledge else ()
    return Decision((taken_back, *undone), panels(known, *([pledge] if pledge else [])))


# --- who, what, when --------------------------------------------------------------------------


def _treasury(asked: MoneyAsked, spoken: Spoken, rights: Rights, known: Known) -> int:
    """Check place, role, order and day; gives the issue id of the place."""
    place = place_here(known)
    check_treasurer(rights)
    check_in_order(spoken, known)
    _check_day(asked.day, spoken.at)
    return place.issue


class _Noted(TypedDict):
    """What every record tells."""

    issue: int
    record: int
    day: date | None
    ref: e.FreeText
    comment: int


def _noted(place: int, asked: MoneyAsked, spoken: Spoken, known: Known) -> _Noted:
    return _Noted(
        issue=place,
        record=known.newest_record + 1,
        day=asked.day,
        ref=e.FreeText(asked.ref),
        comment=spoken.comment,
    )


def _check_day(day: date | None, at: datetime) -> None:
    """Refuse a day that is still to come anywhere on Earth (UTC+14 is the furthest ahead)."""
    if day is not None and day > (at + timedelta(hours=14)).date():
        raise Refusal(Why.DATE_AHEAD)


def _check_payee(payee: int, known: Known, treasurers: Holders) -> bool:
    """Refuse who records a payment to themselves, unless nobody else could; says if that was so."""
    if payee != speaker(known):
        return False
    if treasurers is None or treasurers - {payee}:
        raise Refusal(Why.OWN_PAYMENT)
    return True


def _fee(written: Written | None, money: Money, known: Known) -> int:
    if written is None:
        return 0
    if written.currency is None:
        written = replace(written, currency=money.currency)
    fee = amount_of(written, known)
    if fee.currency != money.currency or fee.minor > money.minor:
        raise Refusal(Why.FEE_TOO_LARGE, amount=str(money))
    return fee.minor


def _check_enough(money: Money, place: int, known: Known) -> None:
    fund = known.funds.get((place, money.currency), Fund(place, money.currency))
    if money.minor > fund.balance:
        raise Refusal(
            Why.NOT_ENOUGH,
            balance=str(Money(fund.balance, money.currency)),
            received=str(Money(fund.received, money.currency)),
            out=str(Money(fund.received - fund.balance, money.currency)),
        )


# --- what follows ---


def _with_pledge(
    recorded: e.MoneyReceived | e.MoneyPaidDirectly,
    pledge: Pledge | None,
    settles: Money | None,
    giver: int,
    known: Known,
) -> Decision:
    checks = disclosures_of_giver(known, giver)
    if pledge is None or settles is None:
        return Decision((recorded,), (*panels(known), *checks))
    facts = moved(pledge, Event.SETTLE, partly=settles.minor < pledge.outstanding)
    settled = e.PledgeSettled(**facts, record=recorded.record, settled=settles)
    return Decision((recorded, settled), (*panels(known, pledge), *checks))


# --- taking back ------------------------------------------------------------------------------


def _moves(record: Record) -> tuple[movements.Movement, ...]:
    """Give the movements that a record told of."""
    funder, payee = record.funder or 0, record.payee or 0
    match record.kind:
        case RecordKind.RECEIVED:
            return movements.received(funder, record.fund, record.money, record.fee)
        case RecordKind.PAID:
            return movements.paid(payee, record.fund, record.money)
        case RecordKind.DIRECT:
            return movements.paid_directly(funder, payee, record.money)
        case RecordKind.REFUNDED:
            return movements.refunded(funder, record.fund, record.money)


def _check_unspent(record: Record, pledge: Pledge | None, known: Known) -> None:
    """Refuse to take back a receipt that has been paid out or refunded since."""
    if record.kind in {RecordKind.PAID, RecordKind.REFUNDED}:
        return
    others = (each for each in known.given if each.record != record.record)
    gone = left(others, record.currency).is_overdrawn or bool(
        pledge and record.settles and pledge.refunded > pledge.received - record.settles.minor
    )
    fund = known.funds.get((record.fund, record.currency), Fund(record.fund, record.currency))
    short = record.kind is RecordKind.RECEIVED and (
        fund.balance < record.minor - record.fee or fund.unmatched < record.unmatched
    )
    if gone or short:
        balance = str(Money(fund.balance, record.currency))
        raise Refusal(Why.ALREADY_SPENT, record=f"R-{record.record}", balance=balance)


def _undone(record: Record, pledge: Pledge, at: datetime, known: Known) -> list[e.Entry]:
    """Undo what a record did to its pledge."""
    settles = record.settles
    assert settles is not None
    if record.kind is RecordKind.REFUNDED:
        partly = pledge.stage is not Stage.REFUNDED
        facts = moved(pledge, Event.UNREFUND, partly=partly)
        back = e.PledgeUnrefunded(**facts, record=record.record, refunded=settles)
        again = replace(pledge, stage=Stage.RECEIVED, refunded=pledge.refunded - settles.minor)
        return [back] if partly else [back, *not_refunded(again, known, at)]
    partly = pledge.stage is not Stage.RECEIVED
    undone = e.PledgeUnsettled(
        **moved(pledge, Event.UNSETTLE, partly=partly),
        record=record.record,
        settled=settles,
        expires_at=standing_end(pledge, known.places.get(pledge.issue), at),
    )
    if partly:
        return [undone]
    stands = replace(pledge.without(settles.minor, record.fund), stage=Stage.STANDING)
    return [undone, *not_received(stands, known, at)]
