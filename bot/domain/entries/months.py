"""What can the ledger say of months? When one begins, what GitHub told by its end, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.figures import Figures
from bot.domain.reviews import NotedPull


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOpened:
    """From here on, entries belong to this month; said again when the time zone changes."""

    month: str
    """`2026-10`."""
    begins_at: datetime
    ends_at: datetime
    """Half-open: the first moment after it, in the project's time zone."""
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullsNoted:
    """Facts about the review of pull requests that changed since they were noted last."""

    month: str
    pulls: tuple[NotedPull, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthClosed:
    """The month is over. What is found later belongs to the next one, and is shown there as late."""

    month: str
    figures: Figures
    wording: int = 1
    """Version of the words that its digest was written in."""
