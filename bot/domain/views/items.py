"""What is a roadmap item now, and who was heard last on an issue?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Item:
    """A roadmap item: an issue that carries, or carried, the roadmap label."""

    issue: int
    number: int
    on_roadmap: bool = True
    is_open: bool = True
    completed: bool = False
    closed_as: str | None = None
    labelled_by: int | None = None
    goal_minor: int | None = None
    goal_currency: str | None = None
    ends_at: datetime | None = None
    label_told_at: datetime | None = None
    """GitHub's time of the newest word on its label: an older one that turns up late is passed over."""
    state_told_at: datetime | None = None
    """The same of the newest closing or opening."""

    @property
    def goal(self) -> Money | None:
        """Give the amount that stewards say the item needs."""
        if self.goal_minor is None or self.goal_currency is None:
            return None
        return Money(self.goal_minor, self.goal_currency)

    def knows_label_after(self, at: datetime) -> bool:
        """Tell whether something newer than `at` has been told of its label already."""
        return self.label_told_at is not None and at < self.label_told_at

    def knows_label_since(self, at: datetime) -> bool:
        """Tell whether anything has been told of its label in the second of `at`, or later.

        GitHub's times are whole seconds, so which of two acts in one came first nobody can say.
        """
        return self.label_told_at is not None and at <= self.label_told_at

    def knows_state_after(self, at: datetime) -> bool:
        """Tell whether something newer than `at` has been told of closing or opening already."""
        return self.state_told_at is not None and at < self.state_told_at

    @property
    def is_gone(self) -> bool:
        """Tell whether the issue was deleted, or moved to another repository."""
        return self.closed_as in {"deleted", "transferred"}

    @property
    def fundable(self) -> bool:
        """Tell whether new pledges may stand here."""
        return self.on_roadmap and self.is_open


@dataclass(frozen=True, slots=True)
class Thread:
    """What was decided last on an issue, and whether its first offer was told."""

    issue: int
    decided_at: datetime | None = None
    steward_at: datetime | None = None
    """The newest word of a steward or treasurer (GitHub's time)."""
    first_offer_told: bool = False


@dataclass(frozen=True, slots=True)
class Spoke:
    """When a person's newest command on an issue was made, of those that were recorded."""

    issue: int
    person: int
    at: datetime
