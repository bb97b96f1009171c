"""Pull requests, reviews and check runs.

https://docs.github.com/en/rest/pulls and https://docs.github.com/en/rest/checks/runs
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.api.call import Answer, Call
from sandbox.api.routing import Routes
from sandbox.errors import Conflict, NotFound, Problem, Unprocessable
from sandbox.payloads import pulls as payloads
from sandbox.payloads.repositories import commit as show_commit
from sandbox.world.on_merging import METHODS

if TYPE_CHECKING:
    from sandbox.world import PullRequest, Repository, Review

routes = Routes()
READ, WRITE = "pull_requests:read", "pull_requests:write"
PULLS = "/repos/{owner}/{repo}/pulls"
PULL = f"{PULLS}/{{pull_number}}"
EVENTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


@routes.add("GET", PULLS, READ)
def list_pulls(call: Call) -> Answer:
    """Newest first; filters by state, base, and head as `owner:branch`."""
    query = call.query
    found = [
        each
        for each in call.repository().pulls
        if query.get("state", "open") in {"all", each.issue.state}
        and query.get("base", each.base_branch) == each.base_branch
        and query.get("head", _head(each)) == _head(each)
    ]
    key = {"updated": lambda each: (each.issue.updated_at, each.number)}
    found.sort(key=key.get(query.get("sort", ""), lambda each: each.number))
    if query.get("direction", "desc") == "desc":
        found.reverse()
    return call.page(found, partial(payloads.simple, call.world))


def _head(pull: PullRequest) -> str:
    return f"{pull.head_repository.owner.login}:{pull.head_branch}"


@routes.add("POST", PULLS, WRITE)
def create_pull(call: Call) -> Answer:
    repository = call.repository()
    home, branch = _home(call, repository)
    pull = call.actor.propose(
        repository,
        call.text("title"),
        call.text("body", None) or "",
        home,
        branch,
        base=call.text("base"),
        draft=bool(call.body.get("draft")),
    )
    body = payloads.full(call.world, pull)
    return Answer(body, 201, {"Location": body["url"]})


def _home(call: Call, repository: Repository) -> tuple[Repository, str]:
    """`branch` here, or `owner:branch` in that account's fork."""
    owner, _, branch = call.text("head").rpartition(":")
    if not owner or owner == repository.owner.login:
        return repository, branch
    for each in call.world.repositories.values():
        if each.parent is repository and each.owner.login.lower() == owner.lower():
            return each, branch
    raise Unprocessable("Validation Failed", Problem("PullRequest", "head", "invalid"))


@routes.add("GET", PULL, READ)
def get_pull(call: Call) -> Answer:
    return Answer(payloads.full(call.world, call.pull()))


@routes.add("PATCH", PULL, WRITE)
def update_pull(call: Call) -> Answer:
    pull, actor = call.pull(), call.actor
    body = (call.text("body", None) or "") if "body" in call.body else None
    actor.edit_pull(pull, title=call.text("title", None), body=body)
    if base := call.text("base", None):
        actor.change_base(pull, base)
    if call.body.get("state") == "closed":
        actor.close(pull)
    elif call.body.get("state") == "open":
        actor.reopen(pull)
    return Answer(payloads.full(call.world, pull))


@routes.add("GET", f"{PULL}/files", READ)
def list_files(call: Call) -> Answer:
    pull = call.pull()
    return call.page(payloads.changes(pull), partial(payloads.changed_file, call.world, pull))


@routes.add("GET", f"{PULL}/commits", READ)
def list_pull_commits(call: Call) -> Answer:
    pull = call.pull()
    return call.page(pull.commits, partial(show_commit, call.world, pull.repository))


@routes.add("GET", f"{PULL}/merge", READ)
def is_merged(call: Call) -> Answer:
    if not call.pull().merged:
        raise NotFound
    return Answer(status=204)


@routes.add("PUT", f"{PULL}/merge", "contents:write")
def merge(call: Call) -> Answer:
    pull = call.pull()
    if call.body.get("sha") not in {None, pull.head_sha}:
        raise Conflict("Head branch was modified. Review and try the merge again.")
    method = METHODS.get(call.text("merge_method", None) or "merge")
    if method is None:
        raise Unprocessable("Invalid merge_method")
    commit = call.actor.merge(pull, method)
    message = "Pull Request successfully merged"
    return Answer({"sha": commit.sha, "merged": True, "message": message})


# -- reviews ---------------------------------------------------------------------------------


@routes.add("GET", f"{PULL}/reviews", READ)
def list_reviews(call: Call) -> Answer:
    """In the order in which they came."""
    return call.page(call.pull().reviews, partial(payloads.review, call.world))


@routes.add("POST", f"{PULL}/reviews", WRITE)
def create_review(call: Call) -> Answer:
    state = EVENTS.get(call.text("event"))
    if state is None:
        raise Unprocessable("Validation Failed", Problem("PullRequestReview", "event", "invalid"))
    review = call.actor.review(call.pull(), state, call.text("body", None) or "")  # type: ignore[arg-type]
    return Answer(payloads.review(call.world, review))


def _review(call: Call) -> Review:
    wanted = call.number("review_id")
    for each in call.pull().reviews:
        if each.id == wanted:
            return each
    raise NotFound


@routes.add("GET", f"{PULL}/reviews/{{review_id}}", READ)
def get_review(call: Call) -> Answer:
    return Answer(payloads.review(call.world, _review(call)))


@routes.add("PUT", f"{PULL}/reviews/{{review_id}}", WRITE)
def update_review(call: Call) -> Answer:
    review = _review(call)
    call.actor.edit_review(review, call.text("body"))
    return Answer(payloads.review(call.world, review))


@routes.add("PUT", f"{PULL}/reviews/{{review_id}}/dismissals", WRITE)
def dismiss_review(call: Call) -> Answer:
    review = _review(call)
    call.actor.dismiss_review(review, call.text("message"))
    return Answer(payloads.review(call.world, review))
