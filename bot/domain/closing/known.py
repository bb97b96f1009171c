"""What must be at hand to close a month?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.calendar import Span
from bot.domain.figures import Correction
from bot.domain.reviews import NotedPull
from bot.domain.views import (
    Closing,
    Fund,
    Gift,
    Item,
    Month,
    Order,
    Overall,
    Pledge,
    Total,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The pull requests that belong to a work order: how many, and how many were merged."""

    pulls: int = 0
    merged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthKnown:
    """What must be at hand to close a month; lists are bounded, and sorted as the digest has them."""

    span: Span
    zone: str
    first_month: str
    closed: int | None
    """The entry that closed the month before."""
    stirred: bool
    """Whether there was an entry that anybody would want to read of."""
    under_review: int = 0
    previous: Closing | None = None
    flows: tuple[Month, ...] = ()
    """What this month's entries moved, by currency."""
    earlier: tuple[Month, ...] = ()
    """The same of the months before, up to twelve."""
    overall: tuple[Overall, ...] = ()
    ages: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By currency: what is promised and not paid, by the age of the promise (`figures.AGES`)."""
    offers: tuple[Pledge, ...] = ()
    """The oldest that wait."""
    new: tuple[Pledge, ...] = ()
    due: tuple[Pledge, ...] = ()
    due_count: int = 0
    declined: tuple[Pledge, ...] = ()
    items: tuple[Item, ...] = ()
    """Every item that can be funded."""
    totals: tuple[Total, ...] = ()
    """Of those items."""
    funds: tuple[Fund, ...] = ()
    """Of those items."""
    orders: tuple[Order, ...] = ()
    """Every work order that is not over, or that ended in this month."""
    linked: Mapping[int, Linked] = field(default_factory=dict)
    """By the work order's issue id."""
    noted: tuple[NotedPull, ...] = ()
    """Pull requests opened in twelve months, as noted so far."""
    told: tuple[NotedPull, ...] = ()
    """The same as GitHub has told of them by now."""
    gifts: tuple[Gift, ...] = ()
    """Of twelve months, this one among them."""
    corrections: tuple[Correction, ...] = ()
    corrections_count: int = 0
