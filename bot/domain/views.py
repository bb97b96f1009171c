"""What do the entries add up to? Narrow rows, kept up to date one entry at a time (`folding`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.rules import Rules
from bot.domain.stages import Stage


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
    told_at: datetime | None = None
    """GitHub's time of the newest labelling or closing: an older one that turns up late is passed over."""
    decided_at: datetime | None = None
    steward_at: datetime | None = None
    first_offer_told: bool = False

    @property
    def goal(self) -> Money | None:
        """Give the amount that stewards say the item needs."""
        if self.goal_minor is None or self.goal_currency is None:
            return None
        return Money(self.goal_minor, self.goal_currency)

    def knows_better(self, at: datetime) -> bool:
        """Tell whether something newer than `at` has been told of labels or closing already."""
        return self.told_at is not None and at < self.told_at

    @property
    def is_gone(self) -> bool:
        """Tell whether the issue was deleted, or moved to another repository."""
        return self.closed_as in {"deleted", "transferred"}

    @property
    def fundable(self) -> bool:
        """Tell whether new pledges may stand here."""
        return self.on_roadmap and self.is_open


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
    was: Stage | None = None
    replaced_by: int | None = None
    because: str | None = None

    @property
    def money(self) -> Money:
        """Give the amount promised."""
        return Money(self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class Total:
    """What the pledges on one item add up to in one currency, in minor units, with their counts."""

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

    def money(self, column: str) -> Money:
        """Give one of the sums."""
        return Money(getattr(self, column), self.currency)


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What one person has promised in this repository and not paid, in one currency."""

    person: int
    currency: str
    minor: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """What a repository has one of: the number of its newest pledge, and its rules."""

    pledges: int = 0
    rules: Rules | None = None
    rules_commit: str | None = None


Row = Item | Pledge | Total | Unpaid | Book
Key = tuple[type[Row], *tuple[int | str, ...]]
Rows = dict[Key, Row]

BOOK: Key = (Book,)
