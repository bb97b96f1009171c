"""What does a repository have one of?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Book:
    """What a repository has one of: its newest numbers, and its rules."""

    pledges: int = 0
    records: int = 0
    rules: Rules | None = None
    rules_commit: str | None = None
    month: str = ""
    """The month that is open, as `2026-10`; empty before the first one."""
    month_begins_at: datetime | None = None
    month_ends_at: datetime | None = None
    first_month: str = ""
    closed: int | None = None
    """The entry that closed the month before."""
    pledges_before: int = 0
    """The newest pledge when the month before was closed."""
