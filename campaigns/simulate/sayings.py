"""What did somebody say, and what does it ask? As the simulator meant it, not as the bot reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """One command; `misread` is the code of a line that nobody can read."""

    verb: str
    minor: int = 0
    currency: str = ""
    on_completion: bool = False
    until: date | None = None
    organisation: int | None = None
    pledge: int | None = None
    misread: str | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """One comment of a person; `at` in whole seconds, as GitHub tells it."""

    comment: int
    issue: int
    by: int
    at: datetime
    asked: tuple[Asked, ...]
    labelled: bool
    """Whether the issue carried the roadmap label then."""
    is_open: bool
    told: bool = True
    """Whether GitHub tells us of it at all (it does not while we are suspended)."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did to an issue: `labeled`, `unlabeled`, `closed`, `reopened`."""

    what: str
    issue: int
    by: int
    at: datetime
    reason: str = ""
    is_open: bool = True
