"""What did a party give here that can go back to it, and for which pledge?

Only receipts are refunded, out of the fund that they filled: what was paid directly never was here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.asked_money import MoneyAsked
from bot.domain.decisions import Known
from bot.domain.guards import only_one, pledge_named
from bot.domain.matching import amount_of, check_settles
from bot.domain.money import Money
from bot.domain.movements import RecordKind
from bot.domain.refusals import Refusal, Why
from bot.domain.views import Pledge, Record


@dataclass(slots=True)
class Left:
    """What a party gave in one currency less what went back, in minor units."""

    currency: str
    given: int = 0
    back: int = 0
    free: int = 0
    """What is left of it that matched no pledge."""
    money: Counter[int] = field(default_factory=Counter)
    """What is left of it, by the pledge that it settled."""
    settled: Counter[int] = field(default_factory=Counter)
    """How much of each pledge that settles, in the currency of the pledge."""

    @property
    def is_overdrawn(self) -> bool:
        """Tell whether more went back than was given, in all or for one pledge."""
        return min(self.free, *self.money.values(), *self.settled.values(), 0) < 0


@dataclass(frozen=True, slots=True)
class Refund:
    """What of a refund is for a pledge, and what matched none."""

    pledge: Pledge | None
    settles: Money | None
    unmatched: int


def left(records: Iterable[Record], currency: str) -> Left:
    """Add up the receipts of a party, and what went back to it."""
    found = Left(currency)
    for record in records:
        if record.currency != currency:
            continue
        sign = -1 if record.kind is RecordKind.REFUNDED else 1
        if sign < 0:
            found.back += record.minor
        else:
            found.given += record.minor
        found.free += record.unmatched
        if record.pledge is not None:
            found.money[record.pledge] += sign * record.minor - record.unmatched
            found.settled[record.pledge] += sign * (record.settles_minor or 0)
    return found


def refund_of(asked: MoneyAsked, money: Money, known: Known) -> Refund:
    """Find the pledge for which money goes back, and how much of it; all that is left takes all."""
    here = left(known.given, money.currency)
    pledge = _pledge(asked, money, here, known)
    _check_given(money, here)
    if pledge is None:
        if asked.settles is not None:
            raise Refusal(Why.NO_SUCH_PLEDGE, pledge="to refund")
        return Refund(None, None, money.minor)
    settles = _settles(asked, money, pledge, here, known)
    matched = money.minor if settles.currency != money.currency else settles.minor
    if settles.minor == here.settled[pledge.pledge]:
        matched = here.money[pledge.pledge]
    if money.minor - matched > here.free:
        _refuse(pledge, here)
    return Refund(pledge, settles, money.minor - matched)


def _pledge(asked: MoneyAsked, money: Money, here: Left, known: Known) -> Pledge | None:
    if asked.pledge is not None:
        named = pledge_named(asked.pledge, known)
        if here.settled[named.pledge] == 0:
            raise Refusal(Why.NOTHING_TO_REFUND, pledge=f"P-{named.pledge}")
        return named
    able = [pledge for pledge in known.pledges if here.settled[pledge.pledge] > 0]
    exact = [pledge for pledge in able if here.money[pledge.pledge] == money.minor]
    if len(exact) == 1:
        return exact[0]
    foreign = all(pledge.currency != money.currency for pledge in able)
    if not exact and foreign and asked.settles is None and money.minor <= here.free:
        return None
    return only_one(able) if able else None


def _check_given(money: Money, here: Left) -> None:
    if money.minor > here.given - here.back:
        given, back = (str(Money(minor, here.currency)) for minor in (here.given, here.back))
        raise Refusal(Why.NOT_GIVEN, given=given, back=back)


def _settles(asked: MoneyAsked, money: Money, pledge: Pledge, here: Left, known: Known) -> Money:
    settled = Money(here.settled[pledge.pledge], pledge.currency)
    if asked.settles is not None:
        target = amount_of(asked.settles, known)
        if target.currency != pledge.currency:
            name = f"P-{pledge.pledge}"
            raise Refusal(Why.SETTLES_CURRENCY, pledge=name, currency=pledge.currency)
        check_settles(target, money)
        if target.minor > settled.minor:
            _refuse(pledge, here)
    elif pledge.currency == money.currency:
        target = Money(min(money.minor, settled.minor), money.currency)
    else:
        target = settled
        if money.minor < here.money[pledge.pledge]:
            name = f"P-{pledge.pledge}"
            raise Refusal(Why.SETTLES_MISSING, pledge=name, currency=pledge.currency)
    whole = pledge.currency != money.currency and money.minor >= here.money[pledge.pledge]
    return settled if whole else target


def _refuse(pledge: Pledge, here: Left) -> None:
    raise Refusal(
        Why.REFUNDS_TOO_MUCH,
        pledge=f"P-{pledge.pledge}",
        left=str(Money(here.settled[pledge.pledge], pledge.currency)),
        free=str(Money(here.free, here.currency)),
    )
