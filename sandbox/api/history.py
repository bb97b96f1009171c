"""What happened on all issues of a repository?

https://docs.github.com/en/rest/issues/events
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.api.call import Answer, Call
from sandbox.api.issues import READ
from sandbox.api.routing import Routes
from sandbox.payloads import issues as payloads

if TYPE_CHECKING:
    from sandbox.payloads.basics import Json
    from sandbox.world import Issue, IssueEvent

routes = Routes()
OWN_LISTS = frozenset({"reviewed"})  # what the timeline alone shows


@routes.add("GET", "/repos/{owner}/{repo}/issues/events", *READ)
def list_events_of_repository(call: Call) -> Answer:
    """The newest first, each with its issue as that is today.

    https://docs.github.com/en/rest/issues/events#list-issue-events-for-a-repository
    """
    found = [
        _Line(each, issue)
        for issue in call.repository().issues.values()
        if not issue.deleted and issue.moved_to is None
        for each in issue.events
        if each.kind not in OWN_LISTS
    ]
    found.sort(key=lambda line: (line.at, line.event.id), reverse=True)
    return call.page(found, lambda line: line.shown(call))


class _Line:
    """One event, and the issue it is about."""

    def __init__(self, event: IssueEvent, issue: Issue) -> None:
        self.event, self.issue, self.at = event, issue, event.at

    def shown(self, call: Call) -> Json:
        world = call.world
        return payloads.event(world, self.event, self.issue) | {
            "issue": payloads.issue(world, self.issue)
        }
