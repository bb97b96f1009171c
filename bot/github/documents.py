"""Which questions are asked by GraphQL? (`bot.github.routes.DOCUMENTS` is the list.)"""

from __future__ import annotations

# https://docs.github.com/en/graphql/reference/objects#usercontentedit: REST has no old versions.
FIRST_WORDS = """\
query FirstWords($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on IssueComment {
      databaseId
      oneEnd: userContentEdits(first: 1) { nodes { editedAt diff } }
      otherEnd: userContentEdits(last: 1) { nodes { editedAt diff } }
    }
  }
}
"""

# https://docs.github.com/en/graphql/reference/objects#commentdeletedevent: REST does not tell of these.
REWRITTEN = """\
query Rewritten($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on IssueComment {
      userContentEdits(first: 100) {
        nodes { editedAt diff editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } }
      }
    }
    ... on Issue {
      userContentEdits(first: 100) {
        nodes { editedAt diff editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } }
      }
      timelineItems(first: 100, itemTypes: [COMMENT_DELETED_EVENT]) {
        nodes { ... on CommentDeletedEvent { createdAt deletedCommentAuthor { login } } }
      }
    }
    ... on PullRequest {
      userContentEdits(first: 100) {
        nodes { editedAt diff editor { __typename login ... on User { databaseId } ... on Bot { databaseId } } }
      }
      timelineItems(first: 100, itemTypes: [COMMENT_DELETED_EVENT]) {
        nodes { ... on CommentDeletedEvent { createdAt deletedCommentAuthor { login } } }
      }
    }
  }
}
"""
