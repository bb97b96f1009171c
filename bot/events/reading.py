"""From a delivery to what happened: which event is it, where does it belong, what came along?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.domain.refs import IssueRef, Repo, Spoken
from bot.events import happened as h
from bot.events import mirrored as m
from bot.events.passing import account, facts_in, sighted_in
from bot.events.payloads import Repository, Webhook, decode
from bot.events.pulls import (
    PULL_ACTIONS,
    REVIEW_ACTIONS,
    pull_changed,
    pull_facts,
    review_changed,
)
from bot.timing import CLOCKS_DIFFER

PLEDGE_DEADLINE = "bursar.pledge_deadline"
ITEM_END = "bursar.item_end"
ORDER_MOMENT = "bursar.order_moment"
MONTH_END = "bursar.month_end"
ADOPTION = "bursar.adoption"
"""Names of what we tell ourselves. GitHub's event names have no dot, and intake refuses any that
has one, so nobody else can say these."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A delivery as understood: its event, if it is one for us, and what it told in passing."""

    source: str
    happened_at: datetime
    repo: int | None = None
    issue: int | None = None
    tiebreak: int = 0
    event: h.Event | None = None
    facts: tuple[m.Fact, ...] = ()
    sighted: m.Sighted | None = None
    """A comment or an issue of some App that came back to us, perhaps our own."""


class Unreadable(Exception):
    """The body is not JSON, or not shaped like anything GitHub sends."""


class Deadline(msgspec.Struct, frozen=True):
    """What the clock and the command line put into the inbox."""

    repo: int
    at: datetime
    issue: int = 0
    pledge: int = 0


def hear(name: str, body: bytes, received_at: datetime) -> Heard:
    """Understand a delivery.

    Raises:
        Unreadable: no use can be made of the bytes.
    """
    try:
        if name in _OWN_EVENTS:
            return _hear_own(name, msgspec.json.decode(body, type=Deadline))
        return _hear_github(name, body, decode(body), received_at)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def deadline_body(repo: int, at: datetime, *, issue: int = 0, pledge: int = 0) -> bytes:
    """Write what the clock tells us."""
    return msgspec.json.encode(Deadline(repo, at, issue, pledge))


# --- our own ----------------------------------------------------------------------------------


def _repo_by_id(repo: int) -> Repo:
    """Give a repository whose names the mirror will fill in."""
    return Repo(repo, "", "", 0)


_OWN_EVENTS: dict[str, Callable[[Deadline], h.Event]] = {
    PLEDGE_DEADLINE: lambda d: h.PledgeDeadlinePassed(_repo_by_id(d.repo), d.issue, d.pledge, d.at),
    ITEM_END: lambda d: h.ItemEndPassed(_repo_by_id(d.repo), d.issue, d.at),
    ORDER_MOMENT: lambda d: h.WorkOrderMomentPassed(_repo_by_id(d.repo), d.issue, d.at),
    MONTH_END: lambda d: h.MonthEndPassed(_repo_by_id(d.repo), d.at),
    ADOPTION: lambda d: h.AdoptionWanted(_repo_by_id(d.repo), d.at),
}


def _hear_own(name: str, told: Deadline) -> Heard:
    source = f"{name}:{told.issue}:{told.pledge}:{told.at.isoformat()}"
    event = _OWN_EVENTS[name](told)
    return Heard(source, told.at, told.repo, told.issue or None, event=event)


# --- GitHub's ---------------------------------------------------------------------------------


def _hear_github(name: str, body: bytes, told: Webhook, received_at: datetime) -> Heard:
    facts = (*facts_in(name, body, told, received_at), *pull_facts(told))
    # Two acts within one second may have the same bytes, so the moment of arrival counts too.
    told_at = received_at.isoformat().encode("ascii")
    source = f"event:{hashlib.sha256(body + told_at).hexdigest()[:32]}"
    repo = told.repository.id if told.repository else None
    heard = Heard(source, received_at, repo, facts=facts, sighted=sighted_in(name, told))
    reader = _READERS.get((name, told.action)) or _READERS.get((name, None))
    if reader is None or told.repository is None or told.installation is None:
        return heard
    event = reader(told, _repo(told.repository, told.installation.id), received_at)
    if event is None:
        return heard
    return _placed(event, source, told, facts, received_at)


def _placed(
    event: h.Event, source: str, told: Webhook, facts: tuple[m.Fact, ...], received_at: datetime
) -> Heard:
    """Say where an event belongs: its repository, its issue, its place in time."""
    if isinstance(event, h.CommentMade):
        spoken = event.spoken
        source = f"comment:{spoken.comment}"
        return Heard(
            source, spoken.at, event.repo.id, spoken.issue.id, spoken.comment, event, facts
        )
    issue = told.issue.id if told.issue else None
    # In GitHub's order, also if our clock is behind; a far future ends no month, and holds up nothing.
    happened_at = received_at + min(event.at - received_at, CLOCKS_DIFFER)
    return Heard(source, happened_at, event.repo.id, issue, event=event, facts=facts)


def _repo(repository: Repository, installation: int) -> Repo:
    owner, _, name = repository.full_name.partition("/")
    return Repo(repository.id, owner, name, installation)


def _issue(told: Webhook) -> IssueRef | None:
    issue = told.issue
    if issue is None:
        return None
    labels = tuple(label.name for label in issue.labels)
    return IssueRef(
        issue.id,
        issue.number,
        labels,
        is_pull=issue.pull_request is not None,
        is_open=issue.state == "open",
        body=issue.body or "",
        author=account(issue.user) if issue.user else None,
    )


def _comment_made(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    """Read a comment that a person made with their own hands; nobody else's commands anything."""
    comment, sender, issue = told.comment, told.sender, _issue(told)
    if comment is None or sender is None or issue is None or comment.user is None:
        return None
    if told.changes is not None or told.label is not None:
        return None
    by_hand = comment.performed_via_github_app is None and comment.user.type == "User"
    if not by_hand or sender.id != comment.user.id:
        return None
    by = account(comment.user)
    spoken = Spoken(comment.id, issue, by, comment.created_at, comment.node_id)
    return h.CommentMade(repo, spoken, comment.body or "")


def _labelled(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    return _label_event(h.IssueLabelled, told, repo)


def _unlabelled(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    return _label_event(h.IssueUnlabelled, told, repo)


def _label_event(
    kind: type[h.IssueLabelled | h.IssueUnlabelled], told: Webhook, repo: Repo
) -> h.Event | None:
    issue = _issue(told)
    if issue is None or issue.is_pull or told.label is None or told.comment is not None:
        return None
    if told.sender is None or told.issue is None:
        return None
    return kind(repo, issue, told.label.name, account(told.sender), told.issue.updated_at)


def _closed(told: Webhook, repo: Repo, received_at: datetime) -> h.Event | None:
    issue = _plain_issue(told)
    if issue is None or told.issue is None or told.sender is None or told.issue.state != "closed":
        return None
    at = told.issue.closed_at or received_at
    reason = told.issue.state_reason or "completed"
    return h.IssueClosed(repo, issue, reason, account(told.sender), at)


def _reopened(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    issue = _plain_issue(told)
    if issue is None or told.issue is None or told.sender is None or told.issue.state != "open":
        return None
    return h.IssueReopened(repo, issue, account(told.sender), told.issue.updated_at)


def _edited(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    """Read a change of an issue's words; a new title alone changes nothing that anybody agreed."""
    issue = _plain_issue(told)
    if issue is None or told.issue is None or told.sender is None:
        return None
    if told.changes is None or "body" not in told.changes:
        return None
    return h.IssueEdited(repo, issue, account(told.sender), told.issue.updated_at)


def _gone(how: str) -> Callable[[Webhook, Repo, datetime], h.Event | None]:
    def read(told: Webhook, repo: Repo, received_at: datetime) -> h.Event | None:
        issue = _plain_issue(told)
        if issue is None or told.sender is None:
            return None
        return h.IssueGone(repo, issue, how, account(told.sender), received_at)

    return read


def _plain_issue(told: Webhook) -> IssueRef | None:
    issue = _issue(told)
    if issue is None or issue.is_pull or told.comment is not None or told.label is not None:
        return None
    return issue


def _pushed(told: Webhook, repo: Repo, received_at: datetime) -> h.Event | None:
    if told.repository is None or told.ref is None or told.after is None or told.commits is None:
        return None
    if told.ref != f"refs/heads/{told.repository.default_branch}" or told.head_commit is None:
        return None
    paths = frozenset(
        path
        for commit in told.commits
        for path in (*commit.added, *commit.removed, *commit.modified)
    )
    return h.Pushed(repo, told.after, paths, received_at, told.forced)


_READERS: dict[tuple[str, str | None], Callable[[Webhook, Repo, datetime], h.Event | None]] = {
    ("issue_comment", "created"): _comment_made,
    ("issues", "labeled"): _labelled,
    ("issues", "unlabeled"): _unlabelled,
    ("issues", "closed"): _closed,
    ("issues", "reopened"): _reopened,
    ("issues", "edited"): _edited,
    ("issues", "deleted"): _gone("deleted"),
    ("issues", "transferred"): _gone("transferred"),
    ("push", None): _pushed,
    **{("pull_request", action): pull_changed for action in PULL_ACTIONS},
    **{("pull_request_review", action): review_changed for action in REVIEW_ACTIONS},
}

SUBSCRIBED = frozenset({name for name, _ in _READERS} | {"repository"})
"""Events that the App must subscribe to; `app.yml` is tested against this. `installation` and
`installation_repositories` reach every App unasked."""
