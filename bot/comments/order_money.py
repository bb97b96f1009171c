"""How far is the budget of a work order, and what was it settled with?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from bot.comments.sums import Row
from bot.domain.money import Money
from bot.domain.order_panel import OrderPanelShown
from bot.domain.views import Drawn, Fund, Total

Figure = Literal["budget", "drawn", "due", "gone", "received", "direct", "fees", "paid", "left"]
ALWAYS: tuple[Figure, ...] = ("budget", "drawn", "received", "paid", "due", "left")
"""Columns of the settlement that say something even when there is nothing in them."""


@dataclass(frozen=True, slots=True)
class Budgeted:
    """One currency of the budget: what was drawn (before the start: pledged) and received of it."""

    row: Row
    budget: Money | None
    """None: it was drawn in this currency, which a later text has no budget in."""
    gap: Money | None
    """What of the budget nothing covers."""
    gone: Money | None
    """What was drawn, and has been withdrawn or lapsed since."""
    undrawn: Money | None
    """What stands on the work order itself, and was not drawn."""
    unmatched: Money | None
    """What was received for the work order, and for no pledge."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a work order that is over was paid, currency by currency."""

    columns: tuple[Figure, ...]
    rows: tuple[tuple[Money, ...], ...]
    """One row per currency, an amount for each column."""
    left: int
    """Currencies that are not shown."""


def budgeted(message: OrderPanelShown) -> tuple[Budgeted, ...]:
    """Hold what there is against the budget of the text in force, and name what is beside it."""
    budgets = message.order.in_force.budget
    inside = {budget.currency for budget in budgets}
    beside = [each for each in message.drawn if each.currency not in inside]
    return (
        *(_budgeted(message, budget.currency, budget) for budget in budgets),
        *(_budgeted(message, each.currency, None) for each in beside if each.live or each.gone),
    )


def _budgeted(message: OrderPanelShown, currency: str, budget: Money | None) -> Budgeted:
    drawn, fund = _drawn(message, currency), _fund(message, currency)
    if message.order.started_at is None:
        here = _undrawn((*message.available, *message.totals), currency)
        pledged, received, undrawn = here.standing + here.due, here.received, 0
    else:
        pledged, received = drawn.outstanding, drawn.received
        undrawn = _undrawn(message.totals, currency).standing
    return Budgeted(
        row=Row(Money(pledged, currency), Money(received, currency), budget),
        budget=budget,
        gap=_some(budget.minor - pledged - received, currency) if budget else None,
        gone=_some(drawn.gone, currency),
        undrawn=_some(undrawn, currency),
        unmatched=_some(fund.unmatched, currency),
    )


def settled(message: OrderPanelShown, currencies: int) -> Settlement | None:
    """Settle a work order that is over; None when no money was ever in it."""
    budgets = {budget.currency: budget.minor for budget in message.order.in_force.budget}
    moved = [drawn.currency for drawn in message.drawn]
    moved += [fund.currency for fund in message.treasury.funds]
    if not message.order.is_over or not moved:
        return None
    every = dict.fromkeys((*budgets, *moved))
    found = {each: _figures(message, each, budgets.get(each, 0)) for each in every}
    columns = tuple(
        name for name in get_args(Figure)
        if name in ALWAYS or any(figures[name] for figures in found.values())
    )  # fmt: skip
    rows = tuple(
        tuple(Money(figures[name], currency) for name in columns)
        for currency, figures in found.items()
    )
    return Settlement(columns, rows[:currencies], max(0, len(rows) - currencies))


def _figures(message: OrderPanelShown, currency: str, budget: int) -> dict[Figure, int]:
    drawn, fund = _drawn(message, currency), _fund(message, currency)
    return {
        "budget": budget,
        "drawn": drawn.live + drawn.gone,
        "due": drawn.outstanding,
        "gone": drawn.gone,
        "received": drawn.received + fund.unmatched,
        "direct": fund.direct,
        "fees": fund.fees,
        "paid": fund.paid,
        "left": fund.balance,
    }


# --- pieces -----------------------------------------------------------------------------------


def _undrawn(totals: Iterable[Total], currency: str) -> Total:
    """Add up pledges of one currency, on whatever item they lie."""
    ours = [total for total in totals if total.currency == currency]
    return Total(
        0,
        currency,
        standing=sum(total.standing for total in ours),
        due=sum(total.due for total in ours),
        received=sum(total.received for total in ours),
    )


def _drawn(message: OrderPanelShown, currency: str) -> Drawn:
    found = (drawn for drawn in message.drawn if drawn.currency == currency)
    return next(found, Drawn(message.order.issue, currency))


def _fund(message: OrderPanelShown, currency: str) -> Fund:
    found = (fund for fund in message.treasury.funds if fund.currency == currency)
    return next(found, Fund(message.order.issue, currency))


def _some(minor: int, currency: str) -> Money | None:
    return Money(minor, currency) if minor > 0 else None
