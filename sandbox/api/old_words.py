"""What did a comment say before it was edited?

https://docs.github.com/en/graphql/reference/objects#usercontentedit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import Refused
from sandbox.payloads.basics import from_node_id, stamp

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from sandbox.api.call import Call
    from sandbox.world import Comment


def comment_node(call: Call, node_id: str) -> dict[str, Any]:
    """A comment as GraphQL shows it; like GitHub, a refusal for what is not there."""
    comment = _find(call, node_id)

    def edits(
        _: GraphQLResolveInfo[Any], first: int | None = None, last: int | None = None
    ) -> dict[str, Any]:
        versions = _versions(comment)
        return {"nodes": versions[-last:] if last else versions[:first]}

    return {
        "__typename": "IssueComment",
        "id": node_id,
        "databaseId": comment.id,
        "userContentEdits": edits,
    }


def _find(call: Call, node_id: str) -> Comment:
    kind, number = from_node_id(node_id)
    for repository in call.world.repositories.values():
        if kind != "IssueComment" or repository.deleted or not call.may_see(repository):
            continue
        for issue in repository.issues.values():
            for each in issue.comments:
                if each.id == number and not issue.deleted:
                    return each
    raise Refused(f"Could not resolve to a node with the global id of '{node_id}'")


def _versions(comment: Comment) -> list[dict[str, Any]]:
    """Newest first; the first one is what was posted. A comment never edited has none."""
    if not comment.edits:
        return []
    texts = [each.before for each in comment.edits] + [comment.body]
    moments = [comment.created_at] + [each.at for each in comment.edits]
    found = [{"editedAt": stamp(at), "diff": text} for at, text in zip(moments, texts, strict=True)]
    return found[::-1]
