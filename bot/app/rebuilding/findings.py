"""What could not be rebuilt, or only by a word of today?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing by name: a comment, an issue, a panel, a digest."""

    where: str
    sentence: str
    is_loss: bool = True
    """False: it was rebuilt, and the sentence says by which word."""


def comment(number: int, comment_id: int) -> str:
    """Name a comment as its address does."""
    return f"#{number}, comment {comment_id}"


def moment(at: datetime) -> str:
    """Write a moment as people read it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
