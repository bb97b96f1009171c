"""Comments, reactions, and what else happened on an issue.

https://docs.github.com/en/rest/issues/comments
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.api.call import Answer, Call
from sandbox.api.issues import READ, WRITE
from sandbox.api.routing import Routes
from sandbox.errors import NotFound
from sandbox.nouns.things import Comment, Issue, IssueEvent
from sandbox.payloads import accounts, pulls
from sandbox.payloads import issues as payloads

if TYPE_CHECKING:
    from sandbox.payloads.basics import Json

routes = Routes()
COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"


def _comment(call: Call) -> Comment:
    """The comment of the id in the address."""
    wanted = call.number("comment_id")
    for issue in call.repository().issues.values():
        for each in issue.comments:
            if each.id == wanted and not issue.deleted:
                call.check_subject(issue)
                return each
    raise NotFound


@routes.add("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", *READ)
def list_comments(call: Call) -> Answer:
    """Oldest first; `since` looks at the last change."""
    since = call.since()
    found = [each for each in call.issue().comments if since is None or each.updated_at >= since]
    return call.page(found, partial(payloads.comment, call.world))


@routes.add("GET", "/repos/{owner}/{repo}/issues/comments", *READ)
def list_comments_of_repository(call: Call) -> Answer:
    """By id ascending, unless sorted; `direction` is ignored without `sort`."""
    since = call.since()
    issues = [each for each in call.repository().issues.values() if not each.deleted]
    found = [
        each
        for issue in issues
        for each in issue.comments
        if since is None or each.updated_at >= since
    ]
    by_update = call.query.get("sort") == "updated"
    found.sort(key=lambda each: (each.updated_at if by_update else each.created_at, each.id))
    if "sort" in call.query and call.query.get("direction", "desc") == "desc":
        found.reverse()
    return call.page(found, partial(payloads.comment, call.world))


@routes.add("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", *WRITE)
def create_comment(call: Call) -> Answer:
    comment = call.actor.comment(call.issue(), call.text("body"))
    body = payloads.comment(call.world, comment)
    return Answer(body, 201, {"Location": body["url"]})


@routes.add("GET", COMMENT, *READ)
def get_comment(call: Call) -> Answer:
    return Answer(payloads.comment(call.world, _comment(call)))


@routes.add("PATCH", COMMENT, *WRITE)
def update_comment(call: Call) -> Answer:
    comment = _comment(call)
    call.actor.edit_comment(comment, call.text("body"))
    return Answer(payloads.comment(call.world, comment))


@routes.add("DELETE", COMMENT, *WRITE)
def delete_comment(call: Call) -> Answer:
    call.actor.delete_comment(_comment(call))
    return Answer(status=204)


# -- reactions: https://docs.github.com/en/rest/reactions/reactions ---------------------------


def _list_reactions(call: Call, target: Comment | Issue) -> Answer:
    content = call.query.get("content")
    found = [each for each in target.reactions if content in {None, each.content}]
    return call.page(found, partial(payloads.reaction, call.world))


def _react(call: Call, target: Comment | Issue) -> Answer:
    """201 for a new one, 200 with the same id for one that was there."""
    before = len(target.reactions)
    reaction = call.actor.react(target, call.text("content"))
    status = 201 if len(target.reactions) > before else 200
    return Answer(payloads.reaction(call.world, reaction), status)


def _unreact(call: Call, target: Comment | Issue) -> Answer:
    wanted = call.number("reaction_id")
    reaction = next((each for each in target.reactions if each.id == wanted), None)
    if reaction is None:
        raise NotFound
    call.actor.unreact(target, reaction)
    return Answer(status=204)


@routes.add("GET", f"{COMMENT}/reactions", *READ)
def list_reactions(call: Call) -> Answer:
    return _list_reactions(call, _comment(call))


@routes.add("POST", f"{COMMENT}/reactions", *WRITE)
def react(call: Call) -> Answer:
    return _react(call, _comment(call))


@routes.add("DELETE", f"{COMMENT}/reactions/{{reaction_id}}", *WRITE)
def unreact(call: Call) -> Answer:
    return _unreact(call, _comment(call))


@routes.add("GET", "/repos/{owner}/{repo}/issues/{issue_number}/reactions", *READ)
def list_reactions_to_issue(call: Call) -> Answer:
    return _list_reactions(call, call.issue())


@routes.add("POST", "/repos/{owner}/{repo}/issues/{issue_number}/reactions", *WRITE)
def react_to_issue(call: Call) -> Answer:
    return _react(call, call.issue())


@routes.add("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}", *WRITE)
def unreact_to_issue(call: Call) -> Answer:
    return _unreact(call, call.issue())


# -- timeline: https://docs.github.com/en/rest/issues/timeline --------------------------------


@routes.add("GET", "/repos/{owner}/{repo}/issues/{issue_number}/events", *READ)
def list_events(call: Call) -> Answer:
    """Events without comments and reviews."""
    issue = call.issue()
    found = [each for each in issue.events if each.kind != "reviewed"]
    return call.page(found, lambda each: payloads.event(call.world, each, issue))


@routes.add("GET", "/repos/{owner}/{repo}/issues/{issue_number}/timeline", *READ)
def list_timeline(call: Call) -> Answer:
    """Events, comments and reviews in their order."""
    issue = call.issue()
    return call.page(issue.thread(), lambda each: _line(call, each, issue))


def _line(call: Call, entry: Comment | IssueEvent, issue: Issue) -> Json:
    world = call.world
    if isinstance(entry, Comment):
        who = accounts.user(world, entry.author)
        return payloads.comment(world, entry) | {"event": "commented", "actor": who}
    if entry.kind == "reviewed" and entry.review is not None:
        shown = pulls.review(world, entry.review)
        return shown | {"event": "reviewed", "state": entry.review.state.lower()}
    return payloads.event(world, entry, issue)
