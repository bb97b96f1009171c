"""What becomes of `addReaction`, GraphQL's way to react to a comment?

https://docs.github.com/en/graphql/reference/mutations#addreaction
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, Any

from sandbox.errors import Forbidden, NotFound
from sandbox.payloads.basics import from_node_id

if TYPE_CHECKING:
    from sandbox.api.call import Call
    from sandbox.world import Comment

SCHEMA = """
    type Mutation { addReaction(input: AddReactionInput!): AddReactionPayload }
    input AddReactionInput { clientMutationId: String, content: ReactionContent!, subjectId: ID! }
    type AddReactionPayload { clientMutationId: String, reaction: Reaction }
    type Reaction { content: ReactionContent!, databaseId: Int }
    enum ReactionContent { THUMBS_UP THUMBS_DOWN LAUGH HOORAY CONFUSED HEART ROCKET EYES }
"""
CONTENTS = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "HOORAY": "hooray",
    "CONFUSED": "confused",
    "HEART": "heart",
    "ROCKET": "rocket",
    "EYES": "eyes",
}


def add_reaction(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """React once, however often it is asked for."""
    reaction = call.actor.react(_subject(call, given["subjectId"]), CONTENTS[given["content"]])
    shown = {"content": given["content"], "databaseId": reaction.id}
    return {"clientMutationId": given.get("clientMutationId"), "reaction": shown}


def _subject(call: Call, node: str) -> Comment:
    """Only comments on issues and pull requests can be reacted to in this box."""
    unknown = NotFound(f"Could not resolve to a node with the global id of '{node}'")
    try:
        kind, wanted = from_node_id(node)
    except (ValueError, binascii.Error):
        raise unknown from None
    for repository in call.world.repositories.values():
        for issue in repository.issues.values():
            for each in issue.comments:
                if kind == "IssueComment" and each.id == wanted and not issue.deleted:
                    _check(call, each)
                    return each
    raise unknown


def _check(call: Call, comment: Comment) -> None:
    token, repository = call.caller.token, comment.issue.repository
    allowed = ("issues:write", "pull_requests:write") if comment.issue.pull else ("issues:write",)
    if token and not (token.covers(repository) and any(map(token.holds, allowed))):
        raise Forbidden("Resource not accessible by integration")
