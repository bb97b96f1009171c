"""Issues and their labels.

https://docs.github.com/en/rest/issues
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.api.call import Answer, Call
from sandbox.api.routing import Routes
from sandbox.errors import NotFound
from sandbox.payloads import issues as payloads

if TYPE_CHECKING:
    from sandbox.world import Issue, Label

routes = Routes()
READ = ("issues:read", "pull_requests:read")
WRITE = ("issues:write", "pull_requests:write")


@routes.add("GET", "/repos/{owner}/{repo}/issues", *READ)
def list_issues(call: Call) -> Answer:
    """Pull requests are issues too; newest first, unless asked otherwise."""
    found = [each for each in call.repository().issues.values() if _asked_for(call, each)]
    by = {"updated": lambda each: each.updated_at, "comments": lambda each: len(each.comments)}
    found.sort(key=lambda each: each.id)
    if (order := by.get(call.query.get("sort", ""))) is not None:
        found.sort(key=order)
    if call.query.get("direction", "desc") == "desc":
        found.reverse()
    return call.page(found, partial(payloads.issue, call.world))


def _asked_for(call: Call, issue: Issue) -> bool:
    """The filters of the query."""
    query, since = call.query, call.since()
    labels = [each for each in query.get("labels", "").split(",") if each]
    return (
        not issue.deleted
        and issue.moved_to is None
        and query.get("state", "open") in {"all", issue.state}
        and all(issue.has(name.strip()) for name in labels)
        and (since is None or issue.updated_at >= since)
        and query.get("creator", issue.author.login).lower() == issue.author.login.lower()
    )


@routes.add("POST", "/repos/{owner}/{repo}/issues", "issues:write")
def create_issue(call: Call) -> Answer:
    """Labels are silently dropped without push access."""
    repository, actor = call.repository(), call.actor
    title = call.text("title")
    labels = call.strings("labels") if actor.may(repository, "triage") else []
    issue = actor.open_issue(repository, title, call.text("body", None) or "", labels)
    body = payloads.issue(call.world, issue)
    return Answer(body, 201, {"Location": body["url"]})


@routes.add("GET", "/repos/{owner}/{repo}/issues/{issue_number}", *READ)
def get_issue(call: Call) -> Answer:
    return Answer(payloads.issue(call.world, call.issue()))


@routes.add("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}", *WRITE)
def update_issue(call: Call) -> Answer:
    issue, actor = call.issue(), call.actor
    title, body = call.text("title", None), call.text("body", None)
    if "body" in call.body:
        body = body or ""
    actor.edit_issue(issue, title=title, body=body)
    if "labels" in call.body:
        replace(call, issue, call.strings("labels"))
    if call.body.get("state") == "closed":
        actor.close(issue, call.body.get("state_reason") or "completed")
    elif call.body.get("state") == "open":
        actor.reopen(issue)
    return Answer(payloads.issue(call.world, issue))


@routes.add("PUT", "/repos/{owner}/{repo}/issues/{issue_number}/lock", *WRITE)
def lock_issue(call: Call) -> Answer:
    call.actor.lock_issue(call.issue(), call.text("lock_reason", None))
    return Answer(status=204)


@routes.add("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/lock", *WRITE)
def unlock_issue(call: Call) -> Answer:
    call.actor.unlock_issue(call.issue())
    return Answer(status=204)


# -- labels ----------------------------------------------------------------------------------


def _labels(call: Call, labels: list[Label]) -> Answer:
    return call.page(labels, partial(payloads.label, call.world))


@routes.add("GET", "/repos/{owner}/{repo}/labels", *READ)
def list_labels(call: Call) -> Answer:
    return _labels(call, list(call.repository().labels.values()))


@routes.add("POST", "/repos/{owner}/{repo}/labels", *WRITE)
def create_label(call: Call) -> Answer:
    color = call.text("color", None) or "ededed"
    description = call.text("description", None) or ""
    name = call.text("name")
    label = call.actor.create_label(call.repository(), name, color, description)
    return Answer(payloads.label(call.world, label), 201)


@routes.add("GET", "/repos/{owner}/{repo}/labels/{name}", *READ)
def get_label(call: Call) -> Answer:
    label = call.repository().labels.get(call.params["name"].lower())
    if label is None:
        raise NotFound
    return Answer(payloads.label(call.world, label))


@routes.add("GET", "/repos/{owner}/{repo}/issues/{issue_number}/labels", *READ)
def list_labels_on(call: Call) -> Answer:
    return _labels(call, call.issue().labels)


@routes.add("POST", "/repos/{owner}/{repo}/issues/{issue_number}/labels", *WRITE)
def add_labels(call: Call) -> Answer:
    issue = call.issue()
    for name in call.strings("labels"):
        call.actor.label(issue, name)
    return _labels(call, issue.labels)


@routes.add("PUT", "/repos/{owner}/{repo}/issues/{issue_number}/labels", *WRITE)
def set_labels(call: Call) -> Answer:
    issue = call.issue()
    replace(call, issue, call.strings("labels"))
    return _labels(call, issue.labels)


@routes.add("DELETE", "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", *WRITE)
def remove_label(call: Call) -> Answer:
    issue = call.issue()
    call.actor.unlabel(issue, call.params["name"])
    return _labels(call, issue.labels)


def replace(call: Call, issue: Issue, names: list[str]) -> None:
    """Take away what is not named, and add what is."""
    wanted = {each.lower() for each in names}
    for label in list(issue.labels):
        if label.name.lower() not in wanted:
            call.actor.unlabel(issue, label.name)
    for name in names:
        call.actor.label(issue, name)
