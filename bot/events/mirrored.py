"""What does a payload tell in passing: names, numbers, visibility?

These facts go to the mirror, newest `told_at` first; they are for display and for URLs, never for
money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.refs import Account


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account and its login of today."""

    account: Account


@dataclass(frozen=True, slots=True)
class RepositorySeen:
    """A repository, its name of today, whether it is private, and whether we may still act in it."""

    id: int
    installation: int | None
    owner: str
    name: str
    private: bool
    told_at: datetime
    removed: bool = False
    in_passing: bool = False
    """Told by an event about something else, which may arrive late: such a one can hide a repository,
    but never make it public, and never bring it back."""


@dataclass(frozen=True, slots=True)
class InstallationSeen:
    """An installation of the App: active, suspended or removed."""

    id: int
    account: str
    told_at: datetime
    suspended: bool = False
    removed: bool = False


@dataclass(frozen=True, slots=True)
class IssueSeen:
    """An issue and its title of today."""

    id: int
    repo: int
    number: int
    title: str
    told_at: datetime
    summary: str | None = None
    """The first paragraph of its description; None: this event did not tell, or we did not look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullSeen:
    """A pull request as one event showed it; `told_at` is GitHub's time of its newest change.

    What an event leaves out (events about reviews do not name whoever merged) is None, and takes
    nothing away from what is known.
    """

    repo: int
    number: int
    title: str
    author: Account | None
    """None: the account is deleted."""
    opened_at: datetime
    is_draft: bool
    is_open: bool
    merged_at: datetime | None
    merged_by: Account | None
    closed_at: datetime | None
    head: str
    base: str
    into_default: bool
    """Whether `base` was the repository's default branch."""
    reverts: int | None
    """The pull request that it takes back, where GitHub's button wrote so into its description."""
    names: int | None
    """The work order that its description names."""
    action: str
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSeen:
    """A review as one event showed it.

    `state` is as told: an event that dismisses may still tell the state of before.
    """

    repo: int
    pull: int
    id: int
    reviewer: Account | None
    """None: the account is deleted."""
    state: str
    submitted_at: datetime
    commit: str
    action: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class CommentSighted:
    """A comment that an App made was created, edited or deleted: perhaps one of ours.

    `by_author` tells whether its own author did it: our own edits come back too.
    """

    repo: int
    comment: int
    app: int
    action: str
    by_author: bool
    body: str
    number: int = 0
    """Of the issue or pull request that it stands on; 0: not told."""


@dataclass(frozen=True, slots=True)
class IssueSighted:
    """An issue that an App opened is there: perhaps one of our digests."""

    repo: int
    number: int
    app: int
    body: str


Sighted = CommentSighted | IssueSighted
Fact = AccountSeen | RepositorySeen | InstallationSeen | IssueSeen | PullSeen | ReviewSeen
