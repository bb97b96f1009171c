"""What do entries consist of besides plain values?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FreeText:
    """Words of a person: kept beside the entry, chained by a salted hash, erasable."""

    words: str


NO_WORDS = FreeText("")


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a pledge that falls due at once; today a pledge has exactly one."""

    minor: int
    on_completion: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where and when an entry stands: `seq` in the repository, `at` in GitHub's time, who did it."""

    seq: int
    at: datetime
    actor: int | None
    late: bool = False
    month: str = ""
    """The month in which it is recorded, as `2026-10`; empty before the first one began."""
    earlier: bool = False
    """Whether its time lies before that month."""
    where: int | None = None
    """Number of the issue or pull request on which somebody did what caused it."""
