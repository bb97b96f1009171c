"""In which words is each pledge made, accepted, declined and taken back?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from demo.year.acts import Act, Says
from demo.year.amounts import typed
from demo.year.people import STEWARDS
from demo.year.plans import Plan

_REASONS = (
    "The offer asks for a date, and nobody here can promise one. The item stays open to everybody.",
    "We were asked to let a person of yours review the change. Review is not ours to give away.",
    "Thank you, but we do not take money from makers of what this item compares.",
    "Your terms ask for a logo on the start page. We do not do that.",
    "We could not find out who stands behind this organisation. Please write to us.",
    "This item has more money than it needs; please have a look at the others.",
)
_TOO_LARGE = "We cannot plan with an amount like this. Please write to us first."
_KIND_WORDS = (
    "",
    "",
    "",
    "",
    "Happy to see this on the list.",
    "We have needed this for two years.",
    "From our group of twelve, with thanks.",
    "No hurry, do it well.",
    "This would save me an hour every clear night.",
)


def said(rng: Random, plans: list[Plan]) -> Iterator[Act]:
    """Say everything that pledgers and stewards say about the pledges."""
    reasons = iter(_REASONS)
    for plan in plans:
        yield _pledged(rng, plan)
        steward = rng.choice(list(STEWARDS))
        named = f"{{{plan.key}}}"
        if plan.accepted_at is not None:
            yield Act(plan.accepted_at, steward, Says(plan.place, f"/accept {named}"))
        if plan.ended_at is None:
            continue
        if plan.end == "declined":
            reason = next(reasons) if plan.giver.speaker else _TOO_LARGE
            words = f"/decline {named} {reason}"
            yield Act(plan.ended_at, steward, Says(plan.place, words))
        elif plan.end == "withdrawn":
            words = f"/withdraw {named}"
            yield Act(plan.ended_at, plan.giver.hand, Says(plan.place, words))


def _pledged(rng: Random, plan: Plan) -> Act:
    words = f"/pledge {typed(rng, plan.amount)}"
    if plan.giver.speaker:
        words += f" for @{plan.giver.login}"
    if plan.on_completion:
        words += " on completion"
    if plan.until is not None:
        words += f" until {plan.until.date()}"
    kind = rng.choice(_KIND_WORDS)
    return Act(plan.at, plan.giver.hand, Says(plan.place, f"{kind}\n\n{words}".strip(), plan.key))


def sent(rng: Random, plans: list[Plan]) -> Iterator[Act]:
    """Some people say that their money is on its way."""
    for plan in plans:
        received_at = plan.received_at
        if received_at is None or plan.giver.speaker or rng.random() > 0.15:  # noqa: PLR2004
            continue
        at = received_at - timedelta(days=2)
        begun = plan.accepted_at or plan.at
        if at > begun:
            words = f"/sent {{{plan.key}}} ref transfer of {at.date()}"
            yield Act(at, plan.giver.hand, Says(plan.place, words))
