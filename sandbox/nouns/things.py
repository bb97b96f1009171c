"""Which things are there on GitHub, and what does each of them carry?

Identity is the numeric `id`: names may change. Things refer to each other directly, so equality is
identity. Only `world` and `Actor` change them; everybody else reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sandbox.nouns.parties import App, Installation, Role, Team, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["App", "Installation", "Role", "Team", "User"]

Files = dict[str, str]  # path -> text
CloseReason = Literal["completed", "not_planned", "duplicate"]
ReviewState = Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"]


@dataclass(slots=True, eq=False)
class Label:
    id: int
    repository: Repository
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(slots=True, eq=False)
class Reaction:
    id: int
    user: User
    content: str  # "+1" "-1" "laugh" "confused" "heart" "hooray" "rocket" "eyes"
    created_at: datetime


@dataclass(slots=True, eq=False)
class Comment:
    id: int
    issue: Issue
    author: User
    body: str
    created_at: datetime
    updated_at: datetime
    via_app: App | None = None
    reactions: list[Reaction] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """What a text was before somebody changed it."""

    editor: User
    before: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Deletion:
    """Somebody deleted a comment; only GraphQL tells of it."""

    actor: User
    author: User
    at: datetime


@dataclass(slots=True, eq=False)
class IssueEvent:
    """One line of the timeline between the comments: "mia added the label roadmap"."""

    id: int
    kind: str  # "labeled" "unlabeled" "closed" "reopened" "renamed" "locked" "merged" ...
    actor: User
    at: datetime
    via_app: App | None = None
    label: Label | None = None
    renamed: tuple[str, str] | None = None
    commit_id: str | None = None
    state_reason: str | None = None
    review: Review | None = None


@dataclass(slots=True, eq=False)
class Issue:
    """An issue, or the conversation of a pull request (then `pull` is set)."""

    id: int
    number: int
    repository: Repository
    author: User
    title: str
    body: str
    created_at: datetime
    updated_at: datetime
    via_app: App | None = None
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    lock_reason: str | None = None
    labels: list[Label] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    events: list[IssueEvent] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    pull: PullRequest | None = None
    deleted: bool = False
    moved_to: Issue | None = None

    def has(self, label: str) -> bool:
        """Whether a label of this name is on it (GitHub ignores case)."""
        return any(each.name.lower() == label.lower() for each in self.labels)

    def thread(self) -> Sequence[Comment | IssueEvent]:
        """Comments and events in the order in which the issue's page shows them."""
        entries: list[tuple[datetime, int, Comment | IssueEvent]] = []
        entries += [(each.created_at, each.id, each) for each in self.comments]
        entries += [(each.at, each.id, each) for each in self.events]
        return [each for _, _, each in sorted(entries, key=lambda entry: entry[:2])]


@dataclass(frozen=True, slots=True)
class Commit:
    """A snapshot: the whole tree after it."""

    sha: str
    message: str
    author: User
    at: datetime
    parents: tuple[str, ...]
    tree: Files


@dataclass(slots=True, eq=False)
class Branch:
    name: str
    sha: str


@dataclass(slots=True, eq=False)
class Review:
    id: int
    pull: PullRequest
    author: User
    state: ReviewState
    body: str
    commit_sha: str
    submitted_at: datetime
    updated_at: datetime
    edits: list[Edit] = field(default_factory=list)
    dismissed_as: ReviewState | None = None  # what it was before somebody dismissed it


@dataclass(slots=True, eq=False)
class PullRequest:
    """What a pull request has beyond its conversation `issue`."""

    id: int
    issue: Issue
    head_repository: Repository
    head_branch: str
    head_sha: str
    base_branch: str
    base_sha: str
    draft: bool = False
    commits: list[Commit] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    merged_at: datetime | None = None
    merged_by: User | None = None
    merge_sha: str | None = None

    @property
    def repository(self) -> Repository:
        return self.issue.repository

    @property
    def number(self) -> int:
        return self.issue.number

    @property
    def title(self) -> str:
        return self.issue.title

    @property
    def body(self) -> str:
        return self.issue.body

    @property
    def author(self) -> User:
        return self.issue.author

    @property
    def merged(self) -> bool:
        return self.merged_at is not None


@dataclass(slots=True, eq=False)
class CheckRun:
    id: int
    repository: Repository
    app: App
    name: str
    head_sha: str
    started_at: datetime
    status: str = "queued"  # "queued" | "in_progress" | "completed"
    conclusion: str | None = None
    completed_at: datetime | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Repository:
    id: int
    owner: User
    name: str
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    description: str | None = None
    private: bool = False
    archived: bool = False
    deleted: bool = False
    default_branch: str = "main"
    parent: Repository | None = None  # set on a fork
    roles: dict[int, Role] = field(default_factory=dict)  # user id -> role
    labels: dict[str, Label] = field(default_factory=dict)  # by lower-case name
    issues: dict[int, Issue] = field(default_factory=dict)  # by number, pull requests too
    commits: dict[str, Commit] = field(default_factory=dict)  # by sha
    branches: dict[str, Branch] = field(default_factory=dict)  # by name
    check_runs: list[CheckRun] = field(default_factory=list)
    next_number: int = 1

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def pulls(self) -> list[PullRequest]:
        return [each.pull for each in self.issues.values() if each.pull is not None]

    def head(self, ref: str | None = None) -> Commit | None:
        """The commit that a branch name, `refs/heads/` name or (short) sha stands for."""
        name = (ref or self.default_branch).removeprefix("refs/heads/")
        if name in self.branches:
            return self.commits[self.branches[name].sha]
        if len(name) < 7:  # shorter than any sha that git abbreviates to  # noqa: PLR2004  # shorter than any sha that git abbreviates to
            return None
        return next((self.commits[sha] for sha in self.commits if sha.startswith(name)), None)

    def files(self, ref: str | None = None) -> Files:
        """Path and text of every file; empty for an empty repository or an unknown ref."""
        commit = self.head(ref)
        return dict(commit.tree) if commit else {}


class Place(Protocol):
    """Where things can be found: what a rendering must know of the world."""

    api_url: str
    html_url: str
    repositories: dict[int, Repository]
