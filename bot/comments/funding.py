"""How can this be funded? What a pledge may be, and where the form of a work order is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bot.domain.money import DECIMALS, Money
from bot.domain.rules import Rules

CURRENCIES_NAMED = 6
"""Currencies named in one sentence; our own limit."""


@dataclass(frozen=True, slots=True)
class Funding:
    """What a pledge here may be, for the sentences about how to fund this."""

    example: str
    accepted: tuple[str, ...]
    minimum: tuple[Money, ...]
    minimum_left: int
    caps: tuple[Money, ...]
    caps_left: int
    others_wait: bool
    """Whether some accepted currencies have no cap, so that every pledge in them is an offer."""


def funding_of(rules: Rules, goal: Money | None) -> Funding:
    """Say what a pledge may be on an item with this goal, or on a work order (no goal)."""
    accepted = rules.accepted(goal)
    minimum = _amounts(rules.minimum, accepted)
    caps = _amounts(rules.accept_up_to, accepted)
    return Funding(
        example=_example(accepted, rules.accept_up_to, rules.minimum),
        accepted=accepted,
        minimum=minimum[:CURRENCIES_NAMED],
        minimum_left=len(minimum[CURRENCIES_NAMED:]),
        caps=caps[:CURRENCIES_NAMED],
        caps_left=len(caps[CURRENCIES_NAMED:]),
        others_wait=len(caps) < len(accepted or DECIMALS),
    )


def form_path(form: str, item: int) -> str:
    """Give the path of the work order form, filled in for a roadmap item.

    The parameters are the ids of the form's fields (`docs/work-order.yml`).
    https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue#creating-an-issue-from-a-url-query
    """
    answers = {
        "template": form,
        "title": f"Work order: #{item}",
        "items": f"#{item}",
        "scope": f"Roadmap item #{item}: as described there.",
    }
    return f"issues/new?{urlencode(answers, quote_via=quote)}"


def _amounts(per_currency: dict[str, int], accepted: tuple[str, ...]) -> tuple[Money, ...]:
    """Give the amounts in the accepted currencies that are more than nothing."""
    given = (Money(minor, currency) for currency, minor in per_currency.items())
    return tuple(
        each for each in given if each.minor > 0 and each.currency in (accepted or DECIMALS)
    )


def _example(accepted: tuple[str, ...], caps: dict[str, int], minimum: dict[str, int]) -> str:
    """Write a pledge that would stand at once: a tenth of the cap, and no less than the minimum.

    In whole units, since `1.250 KWD` could be read in two ways.
    """
    currency = accepted[0] if accepted else "USD"
    unit = 10 ** DECIMALS[currency]
    minor = max(caps.get(currency, 0) // 10 or 50 * unit, minimum.get(currency, 0))
    return f"/pledge {-(-minor // unit)} {currency}"
