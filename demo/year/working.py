"""How does each work order go: proposed, approved, started, reported, paid, closed?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from demo.year.acts import Act, FillsIn, Says
from demo.year.amounts import Sum
from demo.year.dates import Year
from demo.year.people import GIVERS, STEWARDS
from demo.year.plans import Plan
from demo.year.roadmap import Order
from demo.year.treasury import Treasury

MONTH = timedelta(days=29)
LATE = {"order-tiles": 0, "order-guiding": 1, "order-crowded": 1}
"""Which report of which work order comes eleven days too late, or not at all."""


def said(rng: Random, year: Year, order: Order) -> Iterator[Act]:
    """Say everything that moves a work order on."""
    developer, steward = order.developer, rng.choice([s for s in STEWARDS if s != "mia"])

    def says(at: datetime, who: str, words: str) -> Act:
        return Act(at, who, Says(order.key, words))

    yield Act(order.proposed_at, developer, FillsIn(order.key, order.title, _answers(order)))
    yield says(order.proposed_at + timedelta(minutes=20), developer, "/cwo propose")
    yield says(order.approved_at, steward, "/cwo approve")
    start = "/cwo start unfunded" if order.unfunded else "/cwo start"
    yield says(order.started_at, developer, start)
    for at, text in _reports(year, order):
        yield says(at, developer, f"/cwo report\n\n{text}")
    if order.ends_at is not None:
        yield says(order.ends_at, developer, f"/cwo finish\n\n{order.words['final']}")
        closed_at = order.ends_at + timedelta(days=4)
        yield says(closed_at, steward, f"/cwo close {order.outcome}")


def _reports(year: Year, order: Order) -> Iterator[tuple[datetime, str]]:
    at, late = order.started_at, LATE.get(order.key)
    for number, text in enumerate(order.words["reports"]):
        at += MONTH + timedelta(days=11) * (number == late)
        if at < min(order.ends_at or year.ends, year.ends):
            yield at, text


def _answers(order: Order) -> tuple[tuple[str, str], ...]:
    funder = f"@{order.funder}" if order.funder in GIVERS else order.funder
    answers = {
        "scope": order.words["scope"],
        "items": ", ".join(f"#{{{key}}}" for key in order.items),
        "developers": f"@{order.developer}",
        "funder": funder,
        "interested": ", ".join(f"@{each}" for each in order.interested),
        "budget": f"{order.budget.currency} {order.budget.units:,}",
        "effort": order.words["effort"],
        "period": f"{order.period[0]} to {order.period[1]}",
        "reports": "Every month",
        "share": order.words["share"],
    }
    return tuple((name, answer) for name, answer in answers.items() if answer)


def paid(year: Year, order: Order, plans: list[Plan], treasury: Treasury) -> Iterator[Act]:
    """Pay for the effort, month by month, whatever the outcome; and the rest at the end."""
    ends = order.ends_at or year.ends
    months = max(1, (ends - order.started_at) // MONTH)
    share = order.budget.units // (months if order.ends_at else months + 3)
    own = next((plan for plan in plans if plan.place == order.key), None)
    if order.direct and own is not None:
        yield from _directly(order, own, treasury)
    for month in range(1, months + 2):
        at = order.started_at + MONTH * month + timedelta(days=2, hours=1)
        most = share if month <= months or order.ends_at is None else float("inf")
        for place in (order.key, *order.items):
            to, currency = order.developer, order.budget.currency
            yield from treasury.pay(place, currency, to, at, most)


def _directly(order: Order, plan: Plan, treasury: Treasury) -> Iterator[Act]:
    """Three payments by the funder itself; the second is told a month too late."""
    part = Sum(plan.amount.units // 3, plan.amount.currency).units
    parts = (part, part, plan.amount.units - 2 * part)
    for month, units in enumerate(parts, 1):
        moved_at = order.started_at + MONTH * month
        told_after = 24 if month == 2 else 2  # noqa: PLR2004 - days
        at = moved_at + timedelta(days=told_after, hours=2)
        yield from treasury.pay_directly(order, plan, at, units, moved_at.date())
