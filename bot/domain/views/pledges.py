"""What is a pledge now, and what do pledges add up to?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.stages import Stage


@dataclass(frozen=True, slots=True)
class Pledge:
    """A pledge as it stands now."""

    pledge: int
    issue: int
    pledger: int
    funder: int
    minor: int
    currency: str
    on_completion: bool
    until: date | None
    stage: Stage
    comment: int
    made_at: datetime
    changed_at: datetime
    seq: int
    deadline: datetime | None = None
    sent_at: datetime | None = None
    due_at: datetime | None = None
    due_seq: int | None = None
    """The entry with which it first fell due, unless it was released since."""
    was: Stage | None = None
    replaced_by: int | None = None
    because: str | None = None
    received: int = 0
    """Minor units of it that receipts and direct payments have settled."""
    refunded: int = 0
    """Minor units of what was received that went back."""
    early: int = 0
    """Of a drawn pledge: minor units received before the draw, whose money lies where the pledge lies."""
    drawn_by: int | None = None
    """The work order that has drawn on it, by GitHub's issue id."""
    rest_of: int | None = None
    """The pledge that it was split from."""

    @property
    def money(self) -> Money:
        """Give the amount promised."""
        return Money(self.minor, self.currency)

    @property
    def outstanding(self) -> int:
        """Give what is still to be paid, in minor units."""
        return self.minor - self.received

    def without(self, settled: int, fund: int) -> Pledge:
        """Take back what a receipt into a fund had settled."""
        early = 0 if fund == self.drawn_by else min(self.early, settled)
        return replace(self, received=self.received - settled, early=self.early - early)


@dataclass(frozen=True, slots=True)
class Total:
    """What the pledges on one issue add up to in one currency, in minor units, with their counts.

    What is still to be paid counts under its pledge's stage; what was received, less refunds, under
    `received`, in the currency of the pledge.
    """

    issue: int
    currency: str
    offered: int = 0
    offered_count: int = 0
    standing: int = 0
    standing_count: int = 0
    completion: int = 0
    completion_count: int = 0
    due: int = 0
    due_count: int = 0
    lapsed: int = 0
    lapsed_count: int = 0
    received: int = 0
    received_count: int = 0

    def money(self, column: str) -> Money:
        """Give one of the sums."""
        return Money(getattr(self, column), self.currency)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What one person has promised in this repository and not paid, in one currency."""

    person: int
    currency: str
    minor: int = 0
