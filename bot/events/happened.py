"""Which events do we act on? A closed family: each is decided by one handler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.refs import Account, IssueRef, PullRef, Repo, Spoken

HEAD_MOVES = frozenset({"opened", "reopened", "synchronize"})
"""Actions after which a pull request may have another newest commit than we know."""


@dataclass(frozen=True, slots=True)
class CommentMade:
    """A person wrote a new comment; its commands are decided as one."""

    repo: Repo
    spoken: Spoken
    body: str


@dataclass(frozen=True, slots=True)
class IssueLabelled:
    """A label was put on an issue."""

    repo: Repo
    issue: IssueRef
    label: str
    by: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueUnlabelled:
    """A label was taken off; `issue.labels` are those that remain."""

    repo: Repo
    issue: IssueRef
    label: str
    by: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueClosed:
    """An issue was closed: `completed`, `not_planned` or `duplicate`."""

    repo: Repo
    issue: IssueRef
    reason: str
    by: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueReopened:
    """An issue was opened again."""

    repo: Repo
    issue: IssueRef
    by: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueEdited:
    """Somebody changed the words of an issue; `issue.body` is what it says now."""

    repo: Repo
    issue: IssueRef
    by: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueGone:
    """An issue was deleted, or moved to another repository."""

    repo: Repo
    issue: IssueRef
    how: str
    by: Account
    at: datetime


@dataclass(frozen=True, slots=True)
class Pushed:
    """Commits reached the default branch; `paths` are the files that they touch."""

    repo: Repo
    commit: str
    paths: frozenset[str]
    at: datetime
    forced: bool = False
    """Whether history was rewritten: then GitHub does not tell what the push took away."""


@dataclass(frozen=True, slots=True)
class PullChanged:
    """A pull request was opened, edited, moved, made ready, closed or merged, as `action` says."""

    repo: Repo
    pull: PullRef
    by: Account
    action: str
    at: datetime

    @property
    def head_moved(self) -> bool:
        """Tell whether its newest commit may be another one than before."""
        return self.action in HEAD_MOVES


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """A review was submitted, edited or dismissed, as `action` says.

    `pull` comes without `merged_by`: GitHub leaves it out here.
    """

    repo: Repo
    pull: PullRef
    review: int
    reviewer: Account
    state: str
    """`approved`, `changes_requested`, `commented` or `dismissed`."""
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RulesWanted:
    """A repository speaks to us for the first time: its configuration is to be read."""

    repo: Repo
    at: datetime


@dataclass(frozen=True, slots=True)
class MonthEndPassed:
    """The month that was open is over; the lane closes it before it looks at this event."""

    repo: Repo
    at: datetime


@dataclass(frozen=True, slots=True)
class AdoptionWanted:
    """The operator asked to bring in issues that were labelled before."""

    repo: Repo
    at: datetime


@dataclass(frozen=True, slots=True)
class PledgeDeadlinePassed:
    """The moment at which a pledge expires or lapses has passed."""

    repo: Repo
    issue: int
    pledge: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemEndPassed:
    """The fortnight after an item left the roadmap is over."""

    repo: Repo
    issue: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WorkOrderMomentPassed:
    """A moment that a work order waits for has passed: its discussion, its period, a report."""

    repo: Repo
    issue: int
    at: datetime


Event = (
    CommentMade
    | IssueLabelled
    | IssueUnlabelled
    | IssueClosed
    | IssueReopened
    | IssueEdited
    | IssueGone
    | Pushed
    | PullChanged
    | ReviewChanged
    | RulesWanted
    | MonthEndPassed
    | AdoptionWanted
    | PledgeDeadlinePassed
    | ItemEndPassed
    | WorkOrderMomentPassed
)
