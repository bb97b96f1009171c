"""How do issues, comments, labels and reactions look?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sandbox.nouns.roles import association
from sandbox.payloads import accounts
from sandbox.payloads.basics import Json, node_id, stamp, stamp_or_none
from sandbox.payloads.repositories import html_of, url_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.nouns.things import Comment, Issue, IssueEvent, Label, Place, Reaction

CONTENTS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


# What no story changes.
SETTLED: Json = {
    "assignee": None,
    "milestone": None,
}


def label(world: Place, it: Label) -> Json:
    return {
        "id": it.id,
        "node_id": node_id("Label", it.id),
        "url": f"{url_of(world, it.repository)}/labels/{quote(it.name)}",
        "name": it.name,
        "color": it.color,
        "default": False,
        "description": it.description,
    }


def rollup(url: str, reactions: Sequence[Reaction]) -> Json:
    """How many reacted with what."""
    counts = {each: sum(one.content == each for one in reactions) for each in CONTENTS}
    return {"url": f"{url}/reactions", "total_count": len(reactions), **counts}


def reaction(world: Place, it: Reaction) -> Json:
    return {
        "id": it.id,
        "node_id": node_id("Reaction", it.id),
        "user": accounts.user(world, it.user),
        "content": it.content,
        "created_at": stamp(it.created_at),
    }


def issue_url(world: Place, it: Issue) -> str:
    return f"{url_of(world, it.repository)}/issues/{it.number}"


def page_of(world: Place, it: Issue) -> str:
    kind = "pull" if it.pull else "issues"
    return f"{html_of(world, it.repository)}/{kind}/{it.number}"


def _pull_links(world: Place, it: Issue) -> Json:
    page = page_of(world, it)
    merged = it.pull.merged_at if it.pull else None
    return {
        "url": f"{url_of(world, it.repository)}/pulls/{it.number}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "merged_at": stamp_or_none(merged),
    }


def issue(world: Place, it: Issue) -> Json:
    """`issue`; a pull request's conversation has `pull_request` and `draft` besides.

    https://docs.github.com/en/rest/issues/issues#get-an-issue
    """
    url = issue_url(world, it)
    body = {
        "url": url,
        "repository_url": url_of(world, it.repository),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": page_of(world, it),
        "id": it.id,
        "node_id": node_id("Issue", it.id),
        "number": it.number,
        "title": it.title,
        "user": accounts.user(world, it.author),
        "labels": [label(world, each) for each in it.labels],
        "state": it.state,
        "locked": it.locked,
        "assignees": [],
        **SETTLED,
        "comments": len(it.comments),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "closed_at": stamp_or_none(it.closed_at),
        "author_association": association(it.author, it.repository),
        "active_lock_reason": it.lock_reason,
        "sub_issues_summary": {"total": 0, "completed": 0, "percent_completed": 0},
        "body": it.body or None,
        "closed_by": accounts.user_or_none(world, it.closed_by),
        "reactions": rollup(url, it.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": accounts.app_or_none(world, it.via_app),
        "state_reason": it.state_reason,
    }
    if it.pull:
        body |= {"draft": it.pull.draft, "pull_request": _pull_links(world, it)}
    return body


def webhook_issue(world: Place, it: Issue) -> Json:
    """Webhooks leave out who closed it."""
    body = issue(world, it)
    del body["closed_by"]
    return body


def comment(world: Place, it: Comment) -> Json:
    """`issue-comment`.

    https://docs.github.com/en/rest/issues/comments#get-an-issue-comment
    """
    url = f"{url_of(world, it.issue.repository)}/issues/comments/{it.id}"
    return {
        "url": url,
        "html_url": f"{page_of(world, it.issue)}#issuecomment-{it.id}",
        "issue_url": issue_url(world, it.issue),
        "id": it.id,
        "node_id": node_id("IssueComment", it.id),
        "user": accounts.user(world, it.author),
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "author_association": association(it.author, it.issue.repository),
        "body": it.body,
        "reactions": rollup(url, it.reactions),
        "performed_via_github_app": accounts.app_or_none(world, it.via_app),
    }


def event(world: Place, it: IssueEvent, of: Issue) -> Json:
    """A line of an issue's events or timeline.

    https://docs.github.com/en/rest/using-the-rest-api/issue-event-types
    """
    body: Json = {
        "id": it.id,
        "node_id": node_id("IssueEvent", it.id),
        "url": f"{url_of(world, of.repository)}/issues/events/{it.id}",
        "actor": accounts.user(world, it.actor),
        "event": it.kind,
        "commit_id": it.commit_id,
        "commit_url": f"{url_of(world, of.repository)}/commits/{it.commit_id}"
        if it.commit_id
        else None,
        "created_at": stamp(it.at),
        "performed_via_github_app": accounts.app_or_none(world, it.via_app),
    }
    return body | _details(it)


def _details(it: IssueEvent) -> Json:
    """What only one kind of event has."""
    if it.label:
        return {"label": {"name": it.label.name, "color": it.label.color}}
    if it.renamed:
        return {"rename": {"from": it.renamed[0], "to": it.renamed[1]}}
    if it.kind == "review_dismissed" and it.review:
        before = it.review.dismissed_as or it.review.state
        was = {"state": before.lower(), "review_id": it.review.id}
        return {"dismissed_review": was | {"dismissal_message": it.state_reason}}
    if it.kind == "closed":
        return {"state_reason": it.state_reason}
    if it.kind == "locked":
        return {"lock_reason": it.state_reason}
    return {}
