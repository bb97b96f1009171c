"""What becomes of each pledge: who accepts it, when does it fall due, does the money come?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random

from demo.year.amounts import UNIT, Sum
from demo.year.dates import Year, later
from demo.year.people import GIVERS
from demo.year.plans import Plan
from demo.year.roadmap import Item, Order

DECLINED = 6
"""How many offers of companies are declined."""

_WITHDRAWN, _PAID_EARLY, _PAID_WHEN_DUE = 0.05, 0.42, 0.84
LEAST = 500
"""The least, in dollars or the like, that the funder of a work order adds."""


def decide(
    rng: Random, year: Year, plans: list[Plan], items: Mapping[str, Item], orders: list[Order]
) -> list[Plan]:
    """Decide on everything; gives also the pledges that the work orders get."""
    _answer(rng, year, plans)
    for plan in plans:
        _change(rng, year, plan, items)
    added = [_top_up(rng, order, plans) for order in orders if not order.unfunded]
    everything = sorted([*plans, *added], key=lambda plan: plan.at)
    for number, plan in enumerate(everything, 1):
        plan.key = f"p-{number:03}"
        _fall_due(plan, items, orders)
        _pay(rng, year, plan, orders)
    return everything


def _answer(rng: Random, year: Year, plans: list[Plan]) -> None:
    """Stewards answer offers; those of the last days wait."""
    firms = [plan for plan in plans if plan.giver.speaker]
    declined = {id(plan) for plan in rng.sample(firms, DECLINED)}
    for plan in plans:
        if not plan.offered:
            continue
        at = later(rng, plan.at, 1, 5)
        if at >= year.ends:
            continue
        if id(plan) in declined or plan.giver.speaker is None:
            plan.ended_at, plan.end = at, "declined"
        else:
            plan.accepted_at = at


def _change(rng: Random, year: Year, plan: Plan, items: Mapping[str, Item]) -> None:
    """Some are taken back, some are paid at once, some end with their day or their item."""
    if plan.ended_at is not None or (plan.offered and plan.accepted_at is None):
        return
    since = plan.accepted_at or plan.at
    fate = rng.random()
    given_up = items[plan.place].how == "dropped"
    if plan.until is not None:
        midnight = datetime.combine(plan.until.date(), time(), UTC)
        plan.ended_at, plan.end = midnight + timedelta(days=1), "expired"
    elif fate < _WITHDRAWN:
        plan.ended_at, plan.end = later(rng, since, 3, 40), "withdrawn"
    elif (fate < _WITHDRAWN + _PAID_EARLY or given_up) and not plan.on_completion:
        plan.received_at = later(rng, since, 3, 40)
    _end_with_item(plan, items[plan.place])
    if plan.ended_at is not None and plan.ended_at >= year.ends:
        plan.ended_at, plan.end = None, ""
    if plan.received_at is not None and plan.received_at >= year.ends:
        plan.received_at = None


def _end_with_item(plan: Plan, item: Item) -> None:
    """What an item that is given up has not received expires, once two weeks are over."""
    if item.ended_at is None:
        return
    if plan.received_at is not None and plan.received_at > item.ended_at:
        plan.received_at = None
    if plan.ended_at is not None and plan.ended_at > item.ended_at:
        plan.ended_at, plan.end = None, ""
    if item.how == "unlabelled":
        plan.received_at = None
    if item.how != "completed" and plan.received_at is None and plan.ended_at is None:
        plan.ended_at, plan.end = item.ended_at + timedelta(days=14), "expired"


def _top_up(rng: Random, order: Order, plans: Iterable[Plan]) -> Plan:
    """Give the pledge by which the funder of a work order covers what is missing of its budget."""
    there = sum(plan.amount.units for plan in plans if _is_drawn(plan, order))
    least = int(LEAST * UNIT[order.budget.currency])
    amount = Sum(max(order.budget.units - there, least), order.budget.currency)
    at = order.approved_at + timedelta(hours=5)
    plan = Plan(at, GIVERS[order.funder], order.key, amount, offered=True)
    plan.accepted_at = min(later(rng, at, 1, 1), order.started_at - timedelta(hours=3))
    return plan


def _is_drawn(plan: Plan, order: Order) -> bool:
    """Tell whether a work order draws on a pledge when it starts."""
    here = plan.place == order.key or plan.place in order.items
    fits = plan.amount.currency == order.budget.currency and not plan.on_completion
    return here and fits and plan.stands_at(order.started_at)


def _fall_due(plan: Plan, items: Mapping[str, Item], orders: Iterable[Order]) -> None:
    """Find when it falls due: drawn by a work order, or with the end of what it is for."""
    moments: list[datetime] = []
    for order in orders:
        if _is_drawn(plan, order):
            plan.drawn_by = order.key
            moments.append(order.started_at)
        covers = plan.on_completion and plan.place in order.items
        if covers and order.ends_at is not None and plan.stands_at(order.ends_at):
            moments.append(order.ends_at + timedelta(days=4))
    item = items.get(plan.place)
    if item is not None and item.how == "completed" and item.ended_at is not None:
        moments += [item.ended_at] * plan.stands_at(item.ended_at)
    plan.due_at = min(moments, default=None)
    if plan.due_at is not None and plan.ended_at is not None and plan.ended_at > plan.due_at:
        plan.ended_at, plan.end = None, ""


def _pay(rng: Random, year: Year, plan: Plan, orders: Iterable[Order]) -> None:
    """Let the money come for most of what is due."""
    if plan.due_at is None or plan.received_at is not None:
        return
    order = next((each for each in orders if each.key == plan.place), None)
    if order is not None:
        at = order.started_at + timedelta(days=6, hours=1)
    else:
        at = later(rng, plan.due_at, 4, 40)
    if at < year.ends and (order is not None or rng.random() < _PAID_WHEN_DUE):
        plan.received_at = at
