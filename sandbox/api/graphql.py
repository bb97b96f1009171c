"""What does GitHub's GraphQL API tell that REST does not? What closed an issue, and old words.

A slice of GitHub's schema, with its own names, carried out by graphql-core:
https://docs.github.com/en/graphql/reference/objects#closedevent
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    graphql_sync,
)

from sandbox.api import old_words, reacting, rewritten
from sandbox.api.call import Answer, Call
from sandbox.api.routing import Routes
from sandbox.errors import Forbidden, NotFound, Refused
from sandbox.payloads.basics import stamp

if TYPE_CHECKING:
    from sandbox.nouns.things import Issue, IssueEvent
    from sandbox.world import Repository

routes = Routes()

SCHEMA: GraphQLSchema = build_schema(
    """
    type Query {
      repository(owner: String!, name: String!): Repository
      nodes(ids: [ID!]!): [Node]!
    }
    interface Node { id: ID! }
    type IssueComment implements Node {
      id: ID!
      databaseId: Int
      userContentEdits(first: Int, last: Int): UserContentEditConnection
    }
    type UserContentEditConnection { nodes: [UserContentEdit] }
    type UserContentEdit { editedAt: DateTime!, diff: String, editor: Actor }
    interface Actor { login: String! }
    type User implements Actor { login: String!, databaseId: Int }
    type Bot implements Actor { login: String!, databaseId: Int }
    type Repository { issue(number: Int!): Issue }
    type Issue implements Node {
      id: ID!
      userContentEdits(first: Int, last: Int): UserContentEditConnection
      timelineItems(first: Int, last: Int, itemTypes: [IssueTimelineItemsItemType!]):
        IssueTimelineItemsConnection!
    }
    enum IssueTimelineItemsItemType { CLOSED_EVENT, COMMENT_DELETED_EVENT }
    type IssueTimelineItemsConnection { nodes: [IssueTimelineItems] }
    union IssueTimelineItems = ClosedEvent | CommentDeletedEvent
    enum PullRequestTimelineItemsItemType { CLOSED_EVENT, COMMENT_DELETED_EVENT }
    type PullRequestTimelineItemsConnection { nodes: [PullRequestTimelineItems] }
    union PullRequestTimelineItems = ClosedEvent | CommentDeletedEvent
    type CommentDeletedEvent { createdAt: DateTime!, actor: Actor, deletedCommentAuthor: Actor }
    scalar DateTime
    type ClosedEvent { createdAt: DateTime!, closer: Closer }
    union Closer = Commit | PullRequest
    type Commit { oid: String! }
    type PullRequest implements Node {
      id: ID!
      number: Int!
      userContentEdits(first: Int, last: Int): UserContentEditConnection
      timelineItems(first: Int, last: Int, itemTypes: [PullRequestTimelineItemsItemType!]):
        PullRequestTimelineItemsConnection!
    }
    """
    + reacting.SCHEMA
)


@dataclass(frozen=True, slots=True)
class Found:
    """The repository of a query, answering as GraphQL's type `Repository`."""

    repository: Repository

    def issue(self, _: GraphQLResolveInfo[Any], number: int) -> Timeline | None:
        issue = self.repository.issues.get(number)
        if issue is None or issue.deleted:
            raise Refused(
                f"Could not resolve to an issue or pull request with the number of {number}."
            )
        return Timeline(self.repository, issue)


@dataclass(frozen=True, slots=True)
class Timeline:
    """An issue, answering as GraphQL's type `Issue`."""

    repository: Repository
    found: Issue

    def timelineItems(  # noqa: N802 - GitHub's name
        self,
        _: GraphQLResolveInfo[Any],
        first: int | None = None,
        last: int | None = None,
        itemTypes: list[str] | None = None,  # noqa: ARG002, N803 - GitHub's name; one kind is known
    ) -> dict[str, Any]:
        events = [event for event in self.found.events if event.kind == "closed"]
        chosen = events[-last:] if last else events[:first]
        return {"nodes": [self._closed(event) for event in chosen]}

    def _closed(self, event: IssueEvent) -> dict[str, Any]:
        return {
            "__typename": "ClosedEvent",
            "createdAt": stamp(event.at),
            "closer": self._closer(event.commit_id),
        }

    def _closer(self, commit: str | None) -> dict[str, Any] | None:
        """A merged pull request counts before the commit that it made."""
        if commit is None:
            return None
        for issue in self.repository.issues.values():
            if issue.pull is not None and issue.pull.merge_sha == commit:
                return {"__typename": "PullRequest", "number": issue.number}
        return {"__typename": "Commit", "oid": commit}


@dataclass(frozen=True, slots=True)
class Root:
    """Where a query starts."""

    call: Call

    def repository(self, _: GraphQLResolveInfo[Any], owner: str, name: str) -> Found | None:
        found = self.call.world.by_name(f"{owner}/{name}") or self.call.world.by_old_name(
            f"{owner}/{name}"
        )
        if found is None or found.deleted or not self.call.may_see(found):
            raise Refused(f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        return Found(found)

    def nodes(self, _: GraphQLResolveInfo[Any], ids: list[str]) -> list[Any]:
        return [rewritten.issue_node(self.call, each) or self._comment(each) for each in ids]

    def _comment(self, node_id: str) -> dict[str, Any]:
        return old_words.comment_node(self.call, node_id)

    def addReaction(  # noqa: N802 - GitHub's name
        self,
        _: GraphQLResolveInfo[Any],
        input: dict[str, Any],  # noqa: A002 - GitHub's name
    ) -> dict[str, Any]:
        return reacting.add_reaction(self.call, input)


@routes.add("POST", "/graphql", callers=frozenset({"installation", "user"}))
def post_graphql(call: Call) -> Answer:
    """GitHub answers 200 also to a query with errors; they stand in `errors`."""
    body = call.body or {}
    result = graphql_sync(
        SCHEMA,
        str(body.get("query") or ""),
        root_value=Root(call),
        variable_values=body.get("variables") or {},
    )
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer["errors"] = [_shown(error) for error in result.errors]
    return Answer(answer)


def _shown(error: GraphQLError) -> dict[str, Any]:
    """With a type where the data is at fault, and without one where the query is."""
    kinds = {NotFound: "NOT_FOUND", Forbidden: "FORBIDDEN", Refused: "UNPROCESSABLE"}
    cause = error.original_error
    kind = next((name for each, name in kinds.items() if isinstance(cause, each)), None)
    found: dict[str, Any] = {"type": kind} if kind else {}
    return (
        found | {"path": error.path, "message": error.message}
        if error.path
        else {"message": error.message}
    )
