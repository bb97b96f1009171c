"""What did the text of an issue say before, and which comments on it were deleted?

https://docs.github.com/en/graphql/reference/objects#usercontentedit and
https://docs.github.com/en/graphql/reference/objects#commentdeletedevent
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import Refused
from sandbox.payloads.basics import from_node_id, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import GraphQLResolveInfo

    from sandbox.api.call import Call
    from sandbox.world import Issue, User

Part = dict[str, Any]


def issue_node(call: Call, node_id: str) -> Part | None:
    """An issue or the conversation of a pull request; None for an id of something else."""
    kind, number = from_node_id(node_id)
    if kind != "Issue":
        return None
    issue = _find(call, number)
    if issue is None:
        raise Refused(f"Could not resolve to a node with the global id of '{node_id}'")
    return {
        "__typename": "PullRequest" if issue.pull else "Issue",
        "id": node_id,
        "number": issue.number,
        "userContentEdits": _some(_versions(issue)),
        "timelineItems": _some(_deletions(issue)),
    }


def _find(call: Call, number: int) -> Issue | None:
    for repository in call.world.repositories.values():
        if repository.deleted or not call.may_see(repository):
            continue
        for issue in repository.issues.values():
            if issue.id == number and not issue.deleted:
                return issue
    return None


def _some(items: list[Part]) -> Callable[..., Part]:
    """The first or the last of them, as the query says; each kind is asked for alone."""

    def chosen(
        _: GraphQLResolveInfo[Any],
        first: int | None = None,
        last: int | None = None,
        itemTypes: list[str] | None = None,  # noqa: ARG001, N803 - GitHub's name
    ) -> Part:
        return {"nodes": items[-last:] if last else items[:first]}

    return chosen


def _versions(issue: Issue) -> list[Part]:
    """Newest first; the last one is what was posted. A text never edited has none."""
    if not issue.edits:
        return []
    texts = [each.before for each in issue.edits] + [issue.body]
    moments = [issue.created_at] + [each.at for each in issue.edits]
    editors = [issue.author] + [each.editor for each in issue.edits]
    found = [
        {"editedAt": stamp(at), "diff": text, "editor": _actor(editor)}
        for at, text, editor in zip(moments, texts, editors, strict=True)
    ]
    return found[::-1]


def _deletions(issue: Issue) -> list[Part]:
    return [
        {
            "__typename": "CommentDeletedEvent",
            "createdAt": stamp(each.at),
            "actor": _actor(each.actor),
            "deletedCommentAuthor": _actor(each.author),
        }
        for each in issue.deletions
    ]


def _actor(user: User) -> Part:
    """GraphQL writes the login of a bot without its ending."""
    kind = "Bot" if user.kind == "Bot" else "User"
    login = user.login.removesuffix("[bot]")
    return {"__typename": kind, "login": login, "databaseId": user.id}
