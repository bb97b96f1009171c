"""What can the ledger say of roadmap items?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class ItemLabelled:
    """Somebody with write access put the issue on the roadmap.

    `by` names them where the entry was caused by somebody else's act (an adoption).
    """

    issue: int
    number: int
    by: int | None = None


@dataclass(frozen=True, slots=True)
class ItemUnlabelled:
    """The roadmap label was taken off; undrawn pledges expire at `expires_at`."""

    issue: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ItemClosed:
    """The issue was closed. `completed` holds only when a steward closed it so, by hand."""

    issue: int
    reason: str
    completed: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemReopened:
    """The issue was opened again."""

    issue: int


@dataclass(frozen=True, slots=True)
class ItemGone:
    """The issue was deleted or moved to another repository."""

    issue: int
    how: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ItemEnded:
    """The fortnight after an item left is over; its undrawn pledges expire with this entry."""

    issue: int


@dataclass(frozen=True, slots=True)
class GoalSet:
    """Stewards said how much the item needs; None takes the goal away."""

    issue: int
    goal: Money | None
