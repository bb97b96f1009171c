"""What may a handler ask?

A frozen value of async functions, filled in where the rooms are wired (`bot.app`), and by fakes in
tests. There is no other way for a handler to learn anything, and none to change anything.

Every function may raise `CannotTell`: a question that could not be answered is neither yes nor no,
so the event waits and is asked again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.configuration import Configuration
from bot.domain.order_panel import DisclosureShown, OrderPanelShown
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Account, IssueRef, Repo
from bot.domain.reviews import PullFacts
from bot.domain.roles import Rights, Role
from bot.domain.rules import Rules


class CannotTell(Exception):
    """The question cannot be answered now; ask again, at `not_before` at the earliest."""

    def __init__(self, why: str, *, not_before: datetime | None = None) -> None:
        """Say why, for the log."""
        super().__init__(why)
        self.not_before = not_before


class NeedsGitHub(Exception):
    """Only GitHub can tell, and it cannot be asked just now: a transaction is open."""


class Spot(StrEnum):
    """What kind of place a comment stands on."""

    ITEM = "item"
    ORDER = "order"
    PULL = "pull"


@dataclass(frozen=True, slots=True)
class LabelledIssue:
    """An issue that carries a roadmap label, and who put it there (None: cannot be found)."""

    issue: IssueRef
    by: Account | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Lookup:
    """The questions; each is answered from the views, from the mirror, or by GitHub."""

    rules: Callable[[Repo], Awaitable[Rules | None]]
    """The repository's newest rules, or None before it has any."""
    spot: Callable[[Repo, int], Awaitable[Spot | None]]
    """Whether the issue with this id is, or was, a roadmap item or a work order."""
    rights: Callable[[Repo, Account], Awaitable[Rights]]
    """What this person may do here (permission look-up, never `author_association`)."""
    account: Callable[[Repo, str], Awaitable[Account | None]]
    """The account with this login, or None when there is none."""
    person: Callable[[Account], Awaitable[int]]
    """The number of an account; a new one gets one."""
    party: Callable[[str], Awaitable[int]]
    """The number of whoever has this name: an account of that login, or nobody's; a new name gets one."""
    holders: Callable[[Repo, Role], Awaitable[frozenset[int] | None]]
    """Who holds a role here, by number; None when not all of them can be seen."""
    involved: Callable[[Repo, int], Awaitable[frozenset[int]]]
    """Who is involved in the work order with this issue id."""
    meant: Callable[[Repo, int], Awaitable[dict[str, int]]]
    """Whom the logins in a work order's texts meant when they were first read (logins folded)."""
    pull: Callable[[Repo, int], Awaitable[PullFacts | None]]
    """What is known of a pull request from whatever was told newest; GitHub is asked of one that was
    never told of."""
    closed_by_hand: Callable[[Repo, int, datetime], Awaitable[bool]]
    """Whether the issue's closing at that moment was a person's act, and no merge's or commit's."""
    configuration: Callable[[Repo, str], Awaitable[Configuration]]
    """The configuration at a commit, read and validated."""
    default_head: Callable[[Repo], Awaitable[str]]
    """The newest commit of the default branch."""
    is_on_default_branch: Callable[[Repo, str], Awaitable[bool]]
    """Whether that commit is the default branch's newest one."""
    pull_files: Callable[[Repo, int], Awaitable[frozenset[str]]]
    """Paths that a pull request touches (GitHub lists 3,000 at most)."""
    labelled_issues: Callable[[Repo, tuple[str, ...]], Awaitable[tuple[LabelledIssue, ...]]]
    """Issues that carry one of these labels, open and closed."""
    item_panel: Callable[[Repo, int], Awaitable[ItemPanelShown | None]]
    """What the panel of an item shows now (item by issue id), or None when it is no item."""
    order_panel: Callable[[Repo, int], Awaitable[OrderPanelShown | None]]
    """What the panel of a work order shows now, or None when it is none."""
    disclosure: Callable[[Repo, int], Awaitable[DisclosureShown | None]]
    """What the check run on a pull request says now, or None when it names no work order."""
