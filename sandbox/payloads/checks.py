"""How do check runs look?

https://docs.github.com/en/rest/checks/runs#get-a-check-run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.payloads import accounts
from sandbox.payloads.basics import Json, node_id, stamp, stamp_or_none
from sandbox.payloads.repositories import html_of, url_of

if TYPE_CHECKING:
    from sandbox.nouns.things import CheckRun, Place, PullRequest, Repository


def check_run(world: Place, it: CheckRun) -> Json:
    url = f"{url_of(world, it.repository)}/check-runs/{it.id}"
    page = f"{html_of(world, it.repository)}/runs/{it.id}"
    return {
        "id": it.id,
        "head_sha": it.head_sha,
        "node_id": node_id("CheckRun", it.id),
        "external_id": it.external_id,
        "url": url,
        "html_url": page,
        "details_url": it.details_url or page,
        "status": it.status,
        "conclusion": it.conclusion,
        "started_at": stamp(it.started_at),
        "completed_at": stamp_or_none(it.completed_at),
        "output": {
            "title": it.title,
            "summary": it.summary,
            "text": it.text,
            "annotations_count": len(it.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "name": it.name,
        "check_suite": {"id": it.repository.id * 1000 + it.app.id},
        "app": accounts.app(world, it.app),
        "pull_requests": [_minimal(world, each) for each in _pulls(it)],
    }


def annotation(world: Place, of: CheckRun, it: Json) -> Json:
    """`check-annotation`: what was said about a line, and where that line is."""
    at = f"{html_of(world, of.repository)}/blob/{of.head_sha}/{it.get('path')}"
    empty = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return empty | it | {"blob_href": at}


def _pulls(it: CheckRun) -> list[PullRequest]:
    """Open pull requests of the same repository with this head; those of forks are not listed."""
    return [
        each
        for each in it.repository.pulls
        if each.head_sha == it.head_sha
        and each.issue.state == "open"
        and each.head_repository is it.repository
    ]


def _minimal(world: Place, it: PullRequest) -> Json:
    def side(ref: str, sha: str, where: Repository) -> Json:
        url = url_of(world, where)
        return {"ref": ref, "sha": sha, "repo": {"id": where.id, "url": url, "name": where.name}}

    return {
        "id": it.id,
        "number": it.number,
        "url": f"{url_of(world, it.repository)}/pulls/{it.number}",
        "head": side(it.head_branch, it.head_sha, it.head_repository),
        "base": side(it.base_branch, it.base_sha, it.repository),
    }
