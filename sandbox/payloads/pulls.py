"""How do pull requests, their files and their reviews look?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from sandbox.nouns.roles import association
from sandbox.payloads import accounts
from sandbox.payloads.basics import Json, node_id, stamp, stamp_or_none
from sandbox.payloads.issues import issue_url, label, page_of
from sandbox.payloads.repositories import blob_sha, html_of, repository, url_of

if TYPE_CHECKING:
    from sandbox.nouns.things import Place, PullRequest, Repository, Review


# What no story changes.
SETTLED: Json = {
    "assignee": None,
    "milestone": None,
    "auto_merge": None,
}


def _side(world: Place, it: Repository, branch: str, sha: str) -> Json:
    return {
        "label": f"{it.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": accounts.user(world, it.owner),
        "repo": repository(world, it),
    }


def _links(world: Place, it: PullRequest) -> Json:
    url = f"{url_of(world, it.repository)}/pulls/{it.number}"
    issue = issue_url(world, it.issue)
    return {
        "self": url,
        "html": page_of(world, it.issue),
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{url_of(world, it.repository)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{url_of(world, it.repository)}/statuses/{it.head_sha}",
    }


def simple(world: Place, it: PullRequest) -> Json:
    """`pull-request-simple`, as lists and review events have it."""
    links = _links(world, it)
    issue = it.issue
    return {
        "url": links["self"],
        "id": it.id,
        "node_id": node_id("PullRequest", it.id),
        "html_url": links["html"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "issue_url": links["issue"],
        **{name: getattr(issue, name) for name in ("number", "state", "locked", "title")},
        "user": accounts.user(world, issue.author),
        "body": issue.body or None,
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "closed_at": stamp_or_none(issue.closed_at),
        "merged_at": stamp_or_none(it.merged_at),
        "merge_commit_sha": it.merge_sha,
        "assignees": [],
        "requested_reviewers": [],
        **SETTLED,
        "requested_teams": [],
        "labels": [
            label(world, each) | {"description": each.description or ""} for each in issue.labels
        ],
        "draft": it.draft,
        "commits_url": links["commits"],
        "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"],
        "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "head": _side(world, it.head_repository, it.head_branch, it.head_sha),
        "base": _side(world, it.repository, it.base_branch, it.base_sha),
        "_links": {name: {"href": address} for name, address in links.items()},
        "author_association": association(issue.author, it.repository),
        "active_lock_reason": issue.lock_reason,
    }


def full(world: Place, it: PullRequest) -> Json:
    """`pull-request`: one alone has counts and mergeability.

    https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    """
    changed = changes(it)
    return simple(world, it) | {
        "merged": it.merged,
        "mergeable": None if it.merged else True,
        "rebaseable": None if it.merged else True,
        "mergeable_state": "unknown" if it.merged else "clean",
        "merged_by": accounts.user_or_none(world, it.merged_by),
        "comments": len(it.issue.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(it.commits),
        "additions": sum(each.additions for each in changed),
        "deletions": sum(each.deletions for each in changed),
        "changed_files": len(changed),
    }


class Change(NamedTuple):
    """What a pull request does to one file."""

    path: str
    status: str
    text: str
    additions: int
    deletions: int
    patch: str


def changes(it: PullRequest) -> list[Change]:
    """The files that differ between the pull request's base and its head."""
    commits = it.repository.commits
    before, after = commits[it.base_sha].tree, commits[it.head_sha].tree
    paths = sorted(before.keys() | after.keys())
    return [_change(path, before, after) for path in paths if before.get(path) != after.get(path)]


def _change(path: str, before: dict[str, str], after: dict[str, str]) -> Change:
    old, new = before.get(path, ""), after.get(path, "")
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm=""))[2:]
    status = "removed" if path not in after else "modified" if path in before else "added"
    return Change(
        path,
        status,
        new,
        sum(line.startswith("+") for line in lines),
        sum(line.startswith("-") for line in lines),
        "\n".join(lines),
    )


def changed_file(world: Place, it: PullRequest, change: Change) -> Json:
    """`diff-entry`: a line of `GET /repos/{owner}/{repo}/pulls/{number}/files`."""
    page = html_of(world, it.repository)
    at = f"{it.head_sha}/{change.path}"
    return {
        "sha": blob_sha(change.text),
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{page}/blob/{at}",
        "raw_url": f"{page}/raw/{at}",
        "contents_url": f"{url_of(world, it.repository)}/contents/{change.path}?ref={it.head_sha}",
        "patch": change.patch,
    }


def review(world: Place, it: Review) -> Json:
    """`pull-request-review`, its state in capitals."""
    pull_url = f"{url_of(world, it.pull.repository)}/pulls/{it.pull.number}"
    page = f"{page_of(world, it.pull.issue)}#pullrequestreview-{it.id}"
    return {
        "id": it.id,
        "node_id": node_id("PullRequestReview", it.id),
        "user": accounts.user(world, it.author),
        "body": it.body,
        "state": it.state,
        "html_url": page,
        "pull_request_url": pull_url,
        "author_association": association(it.author, it.pull.repository),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull_url}},
        "submitted_at": stamp(it.submitted_at),
        "commit_id": it.commit_sha,
    }


def webhook_review(world: Place, it: Review) -> Json:
    """Webhooks write the state in small letters, and no body as null.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review
    """
    return review(world, it) | {
        "state": it.state.lower(),
        "body": it.body or None,
        "updated_at": stamp(it.updated_at),
    }
