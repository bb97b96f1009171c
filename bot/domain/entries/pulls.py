"""What can the ledger say of pull requests? Links to work orders, and merges; never money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PullEntry:
    """What every entry about a pull request tells: the work order (`issue`) and its number."""

    issue: int
    pull: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PullNamed(PullEntry):
    """A description names the work order, but its author is no developer of it: not linked."""

    author: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullLinked(PullEntry):
    """The pull request belongs to the work order: by its author's word, or by a steward's."""

    author: int | None
    by_steward: bool
    named: bool
    """Whether its description names the work order; taken out there, the link ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullUnlinked(PullEntry):
    """The pull request does not belong to the work order any more."""

    by_steward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PullMerged(PullEntry):
    """A linked pull request was merged. No money moves because of it, ever."""

    by: int | None
    interested: bool
    """Whether whoever merged had a declared interest in the work order."""
    into_default: bool
