"""What does a repository have one of?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Book:
    """What a repository has one of: its newest numbers, and its rules."""

    pledges: int = 0
    records: int = 0
    rules: Rules | None = None
    rules_commit: str | None = None
