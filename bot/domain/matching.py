"""Which pledge does money settle or give back, and how much of it? Never guessed."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.asked_money import MoneyAsked
from bot.domain.decisions import Known
from bot.domain.guards import only_one, pledge_named
from bot.domain.money import Money, Written, settle_amount
from bot.domain.refusals import Refusal, Why
from bot.domain.stages import UNPAID
from bot.domain.views import Pledge


def amount_of(written: Written, known: Known) -> Money:
    """Read an amount; a fact may be in any currency, but without one it must be the only one here."""
    return settle_amount(written, known.rules.currencies)


def settled_pledge(
    asked: MoneyAsked, money: Money, giver: int, known: Known
) -> tuple[Pledge | None, Money | None]:
    """Find the pledge that money settles, and how much of it."""
    target = amount_of(asked.settles, known) if asked.settles else money
    pledge = _unpaid(asked, target, giver, known)
    if pledge is None:
        if asked.settles is not None:
            raise Refusal(Why.NO_SUCH_PLEDGE, pledge="to settle")
        return None, None
    if target.currency != pledge.currency:
        why = Why.SETTLES_CURRENCY if asked.settles else Why.SETTLES_MISSING
        raise Refusal(why, pledge=f"P-{pledge.pledge}", currency=pledge.currency)
    check_settles(target, money)
    if asked.settles and target.minor > pledge.outstanding:
        left = Money(pledge.outstanding, pledge.currency)
        raise Refusal(Why.SETTLES_TOO_MUCH, pledge=f"P-{pledge.pledge}", left=str(left))
    return pledge, Money(min(target.minor, pledge.outstanding), pledge.currency)


def check_settles(target: Money, money: Money) -> None:
    """Refuse that money settles more than it is, where that can be told."""
    if target.currency == money.currency and target.minor > money.minor:
        raise Refusal(Why.SETTLES_ABOVE, amount=str(money))


def _unpaid(asked: MoneyAsked, target: Money, giver: int, known: Known) -> Pledge | None:
    if asked.pledge is not None:
        named = pledge_named(asked.pledge, known)
        return named if named.stage in UNPAID else None
    return _meant(giver, known, target, lambda p: p.outstanding if p.stage in UNPAID else 0)


def _meant(
    giver: int, known: Known, money: Money, open_part: Callable[[Pledge], int]
) -> Pledge | None:
    """Find the pledge of a party that an amount is about: the only one, or the one that fits exactly."""
    able = [
        pledge
        for pledge in known.pledges
        if giver in {pledge.pledger, pledge.funder}
        and pledge.currency == money.currency
        and open_part(pledge) > 0
    ]
    exact = [pledge for pledge in able if open_part(pledge) == money.minor]
    if len(exact) == 1:
        return exact[0]
    return only_one(able) if able else None


def left_of(pledge: Pledge) -> int:
    """Give what was received for a pledge and did not go back."""
    return pledge.received - pledge.refunded


def unmatched_part(money: Money, settles: Money | None) -> int:
    """Give what of a receipt settles nothing; in another currency it is matched whole."""
    if settles is None:
        return money.minor
    return money.minor - settles.minor if settles.currency == money.currency else 0
