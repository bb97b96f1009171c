"""How do we point at things on GitHub, and at people?

Everything is keyed by GitHub's numeric ids; names are for display and for URLs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Account:
    """A GitHub account: its id, its login today, and its kind (`User`, `Organization`, `Bot`)."""

    id: int
    login: str
    kind: str = "User"


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository: its id, its name today, and the installation that lets us act in it."""

    id: int
    owner: str
    name: str
    installation: int

    @property
    def full_name(self) -> str:
        """Give `owner/name`, as in URLs."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class IssueRef:
    """An issue or pull request as an event showed it."""

    id: int
    number: int
    labels: tuple[str, ...] = ()
    is_pull: bool = False
    is_open: bool = True
    body: str = ""
    author: Account | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRef:
    """A pull request as an event showed it; its number is its identity within the repository."""

    number: int
    head: str
    author: Account
    body: str = ""
    is_open: bool = True
    is_draft: bool = False
    merged: bool = False
    merged_by: Account | None = None
    base: str = ""
    into_default: bool = True
    """Whether its base is the repository's default branch."""
    reverts: int | None = None
    """The pull request that its description says it takes back."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A comment as it was made: who, where, when, and its ids for reactions (REST, GraphQL)."""

    comment: int
    issue: IssueRef
    by: Account
    at: datetime
    node: str = ""
