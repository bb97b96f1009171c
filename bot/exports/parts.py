"""What does an export consist of? Plain values that the floor above hands in, page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.panel import Position

Json = Any
"""What JSON knows."""


@dataclass(frozen=True, slots=True)
class Header:
    """Which ledger it is, and which part of it: the entries after `previous`, up to `position`."""

    id: int
    name: str
    """`owner/name`, as GitHub calls the repository today."""
    web: str
    """Where the repository is on GitHub."""
    pages: str
    """Where its public pages are."""
    made_at: datetime
    previous: Position
    position: Position
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where money may lie: a roadmap item or a work order."""

    issue: int
    number: int | None
    is_order: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as anybody may read it."""

    seq: int
    hash: str
    line: bytes
    """Canonical JSON (RFC 8785), as it was hashed."""
    stamp: e.Stamp
    entry: e.Entry
    readable: Json
    """What `docs/data.md` lists, with names instead of numbers."""
    texts: Json
    """Words of people beside the entry, with their salts."""
    people: Json
    """Who stands behind the numbers in the entry."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Number of a person to what is shown of them; the erased are missing."""
    place: Place | None = None
    """Where the money of this entry lies."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What lay at a place in one currency before the first exported entry."""

    place: Place
    money: Money


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that a format may ask for; what it does not ask for is never read."""

    header: Header
    entries: Callable[[], AsyncIterator[Told]]
    issues: Callable[[], AsyncIterator[tuple[int, Json]]]
    """Issues that the ledger speaks of: GitHub's id, and number and title of today."""
    digests: Callable[[], AsyncIterator[Json]]
    places: Callable[[], AsyncIterator[Place]]
    """Where money ever lay."""
    currencies: Callable[[], AsyncIterator[str]]
    opening: Callable[[], AsyncIterator[Sum]]
    """What was there before, where the export does not begin at the beginning."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A format: its media type, and how it is written."""

    content_type: str
    write: Callable[[Export], AsyncIterator[str]]
