"""What happened to a pull request, or to a review of one?

Every payload that shows a pull request tells of it, whatever else it is about; only some are events.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.pull_requests import order_named
from bot.domain.refs import PullRef, Repo
from bot.events import happened as h
from bot.events import mirrored as m
from bot.events.passing import account
from bot.events.payloads import PullRequest, Repository, Review, Webhook

_REVERTS = re.compile(
    r"^Reverts (?P<repo>[\w.-]+/[\w.-]+)?#(?P<number>[0-9]{1,18})[ \t]*\r?$",
    re.ASCII | re.MULTILINE,
)
"""The line that GitHub's Revert button writes.
https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/reverting-a-pull-request"""


PULL_ACTIONS = (
    "opened",
    "edited",
    "reopened",
    "synchronize",
    "closed",
    "ready_for_review",
    "converted_to_draft",
)
REVIEW_ACTIONS = ("submitted", "edited", "dismissed")
"""What is an event of ours; anything else about a pull request is only told to the mirror."""


# --- events -----------------------------------------------------------------------------------


def pull_changed(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    """Read what somebody did to a pull request; one whose author is gone is nobody's."""
    pull, ref = told.pull_request, _pull_ref(told)
    if pull is None or ref is None or told.sender is None or told.action is None:
        return None
    if told.review is not None or told.comment is not None or told.label is not None:
        return None
    return h.PullChanged(repo, ref, account(told.sender), told.action, pull.updated_at)


def review_changed(told: Webhook, repo: Repo, _: datetime) -> h.Event | None:
    """Read what became of a review; one whose reviewer is gone is nobody's."""
    pull, ref, review = told.pull_request, _pull_ref(told), told.review
    if pull is None or ref is None or review is None or told.action is None:
        return None
    if review.user is None or review.submitted_at is None or told.comment is not None:
        return None
    state = "dismissed" if told.action == "dismissed" else review.state.lower()
    at = max(pull.updated_at, review.updated_at or review.submitted_at)
    return h.ReviewChanged(repo, ref, review.id, account(review.user), state, told.action, at)


def _pull_ref(told: Webhook) -> PullRef | None:
    pull = told.pull_request
    if pull is None or pull.user is None or told.repository is None:
        return None
    return PullRef(
        number=pull.number,
        head=pull.head.sha,
        author=account(pull.user),
        body=pull.body or "",
        is_open=pull.state == "open",
        is_draft=pull.draft,
        merged=_merged_at(pull) is not None,
        merged_by=account(pull.merged_by) if pull.merged_by else None,
        base=pull.base.ref,
        into_default=pull.base.ref == told.repository.default_branch,
        reverts=reverted(pull.body or "", told.repository.full_name, pull.number),
    )


# --- facts ------------------------------------------------------------------------------------


def pull_facts(told: Webhook) -> list[m.Fact]:
    """Give what a payload tells of a pull request, and of one review of it."""
    pull, repository = told.pull_request, told.repository
    if pull is None or repository is None or told.installation is None:
        return []
    action = told.action or ""
    facts: list[m.Fact] = [pull_seen(pull, repository, action)]
    if told.review is not None and told.review.submitted_at is not None:
        facts.append(_review_seen(told.review, told.review.submitted_at, pull, repository, action))
    return facts


def pull_seen(pull: PullRequest, repository: Repository, action: str) -> m.PullSeen:
    """Give what is told of a pull request, by an event or by GitHub's answer (`action` empty)."""
    return m.PullSeen(
        repo=repository.id,
        number=pull.number,
        title=pull.title,
        author=account(pull.user) if pull.user else None,
        opened_at=pull.created_at,
        is_draft=pull.draft,
        is_open=pull.state == "open",
        merged_at=_merged_at(pull),
        merged_by=account(pull.merged_by) if pull.merged_by else None,
        closed_at=pull.closed_at,
        head=pull.head.sha,
        base=pull.base.ref,
        into_default=pull.base.ref == repository.default_branch,
        reverts=reverted(pull.body or "", repository.full_name, pull.number),
        names=order_named(pull.body or ""),
        action=action,
        told_at=pull.updated_at,
    )


def _review_seen(
    review: Review, submitted_at: datetime, pull: PullRequest, repository: Repository, action: str
) -> m.ReviewSeen:
    return m.ReviewSeen(
        repo=repository.id,
        pull=pull.number,
        id=review.id,
        reviewer=account(review.user) if review.user else None,
        state=review.state.lower(),
        submitted_at=submitted_at,
        commit=review.commit_id or "",
        action=action,
        told_at=review.updated_at or pull.updated_at,
    )


def reverted(body: str, full_name: str, own: int) -> int | None:
    """Give the number that a description says it reverts, if that is in the same repository."""
    for line in _REVERTS.finditer(body):
        here = line["repo"] is None or line["repo"].casefold() == full_name.casefold()
        if here and int(line["number"]) != own:
            return int(line["number"])
    return None


def _merged_at(pull: PullRequest) -> datetime | None:
    if pull.merged_at is None and pull.merged:
        return pull.closed_at or pull.updated_at
    return pull.merged_at
