"""What does a row of the outbox look like, and what goes first?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any


class Priority(IntEnum):
    """What goes first when there is not room for everything.

    A digest waits for people who wait for an answer, and for nothing that only looks better soon.
    """

    SAY = 1
    FIRST_PANEL = 2
    DIGEST = 3
    CHECK = 4
    PANEL = 5
    REACTION = 6


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox that is to be sent."""

    repo: int
    key: str
    kind: str
    number: int | None
    target: str
    words: str | None
    want_rev: int
    sent_rev: int
    state: str
    github_id: int | None
    sent_hash: str | None
    attempted_at: datetime | None
    attempts: int
    wanted_at: datetime


def read(record: Any) -> Outgoing:
    """Make a row of what the database gives."""
    return Outgoing(**{name: record[name] for name in Outgoing.__dataclass_fields__})
