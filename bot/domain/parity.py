"""Were funded pull requests reviewed like the others? An indication, and no proof."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Protocol

from bot.domain.reviews import PullFacts

FEWEST = 5
"""Fewer pull requests than this show no figures: a median of four says nothing about anybody."""


class Access(StrEnum):
    """Whether the author of a pull request may write to the repository."""

    WRITES = "writes"
    DOES_NOT_WRITE = "does not write"
    NOT_KNOWN = "not known"


class Compared(Protocol):
    """What is compared of a pull request; see `bot.domain.reviews.PullFacts`."""

    @property
    def opened_at(self) -> datetime: ...  # noqa: D102
    @property
    def author_writes(self) -> bool | None: ...  # noqa: D102
    @property
    def order(self) -> int | None: ...  # noqa: D102
    @property
    def is_open(self) -> bool: ...  # noqa: D102
    @property
    def first_review_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def to_first_review(self) -> timedelta | None: ...  # noqa: D102
    @property
    def rounds(self) -> int: ...  # noqa: D102
    @property
    def merged_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def to_merge(self) -> timedelta | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Figures:
    """What a group of pull requests shows.

    A figure that rests on fewer than `FEWEST` pull requests is None: too few to compare.
    """

    count: int
    """Pull requests in the group."""
    reviewed: int
    """Those of them that somebody else has reviewed since they were ready."""
    ended: int
    """Those of them that are merged or closed."""
    merged: int
    """Those of them that are merged, also if they were reverted since."""
    first_review: timedelta | None
    """Median time from being ready to the first review, of those reviewed."""
    rounds: float | None
    """Median number of rounds of requested changes, of all of them; may end in a half."""
    share_merged: float | None
    """Merged ones as a share (0 to 1) of those that are merged or closed."""
    to_merge: timedelta | None
    """Median time from being ready to the merge, of those merged."""

    @property
    def too_few(self) -> bool:
        """Tell whether the group is too small to show anything but its size."""
        return self.count < FEWEST


@dataclass(frozen=True, slots=True)
class Group:
    """Funded and not funded pull requests whose authors have the same access, side by side."""

    access: Access
    funded: Figures
    not_funded: Figures


@dataclass(frozen=True, slots=True)
class Parity:
    """Funded and not funded pull requests of one period, compared.

    The period is half-open: `since` belongs to it, `until` does not.
    """

    since: datetime
    until: datetime
    groups: tuple[Group, ...]


def compare(facts: Iterable[PullFacts], since: datetime, until: datetime) -> Parity:
    """Compare the funded pull requests opened in a period with the others opened in it.

    Funded means linked to a work order. Those of bots are left out, and those whose opening we were
    not told of: what happened to them before we listened is not known, and those that were opened
    long ago and are still talked about are not like the others. Authors whose access is not known
    make a group of their own, where there are any.
    """
    counted = [each for each in facts if since <= each.opened_at < until and is_compared(each)]
    return Parity(since, until, groups(counted))


def is_compared(pull: PullFacts) -> bool:
    """Tell whether a pull request counts in a comparison."""
    return pull.from_opening and not pull.by_bot


def groups(counted: Sequence[Compared]) -> tuple[Group, ...]:
    """Put pull requests side by side, by their authors' access."""
    found = [_group(access, counted) for access in Access]
    return tuple(g for g in found if g.access is not Access.NOT_KNOWN or _size(g))


def _size(group: Group) -> int:
    return group.funded.count + group.not_funded.count


def _group(access: Access, facts: Sequence[Compared]) -> Group:
    here = [each for each in facts if _access(each) is access]
    funded = [each for each in here if each.order is not None]
    others = [each for each in here if each.order is None]
    return Group(access, _figures(funded), _figures(others))


def _access(pull: Compared) -> Access:
    if pull.author_writes is None:
        return Access.NOT_KNOWN
    return Access.WRITES if pull.author_writes else Access.DOES_NOT_WRITE


def _figures(pulls: Sequence[Compared]) -> Figures:
    enough = len(pulls) >= FEWEST
    ended = [pull for pull in pulls if not pull.is_open]
    merged = [pull for pull in ended if pull.merged_at is not None]
    return Figures(
        count=len(pulls),
        reviewed=sum(pull.first_review_at is not None for pull in pulls),
        ended=len(ended),
        merged=len(merged),
        first_review=_median_time(pulls, lambda pull: pull.to_first_review),
        rounds=float(median(pull.rounds for pull in pulls)) if enough else None,
        share_merged=len(merged) / len(ended) if len(ended) >= FEWEST else None,
        to_merge=_median_time(merged, lambda pull: pull.to_merge),
    )


def _median_time(
    pulls: Iterable[Compared], time: Callable[[Compared], timedelta | None]
) -> timedelta | None:
    """Give the median of the times that are known, unless there are too few."""
    seconds = [found.total_seconds() for pull in pulls if (found := time(pull)) is not None]
    return timedelta(seconds=median(seconds)) if len(seconds) >= FEWEST else None
