"""What did texts of issues and pull requests say before, and where were comments deleted?

GitHub's REST API tells neither. Its GraphQL API does: each edit with the text that it left, and each
deletion without the words. The text of an edit is taken for whole only where the newest one is what
stands there today: https://docs.github.com/en/graphql/reference/objects#usercontentedit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app.rebuilding.asking import Asking
from bot.domain.refs import Repo
from bot.github.documents import REWRITTEN
from bot.github.routes import LIST_ISSUES

AT_ONCE = 20
"""Issues in one question, each with up to 200 parts; GitHub counts nodes.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"""

EDITS_AT_ONCE = 100
"""Edits that one question tells of; a text with more of them is not taken apart."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A text from a moment on; `editor` as a webhook would show them, None for a deleted account."""

    at: datetime
    text: str
    editor: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Deletion:
    """Somebody deleted a comment on this issue; GitHub tells whose, and not what it said."""

    number: int
    at: datetime
    author: str | None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What has changed since it was written."""

    texts: dict[int, tuple[Revision, ...]]
    """By number, oldest first: the first one is the text as it was posted."""
    unread: frozenset[int]
    """Numbers of issues that were edited, and whose texts of before GitHub does not give."""
    deletions: tuple[Deletion, ...]


async def read(ask: Asking, repo: Repo) -> Rewritten:
    """Read the edits of every issue and pull request, and the deletions of comments on them."""
    listed = await ask.long(repo, LIST_ISSUES, state="all", sort="created", direction="asc")
    issues = {each["node_id"]: each for each in listed}
    names = list(issues)
    texts: dict[int, tuple[Revision, ...]] = {}
    unread: set[int] = set()
    deletions: list[Deletion] = []
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        answer = await ask.query(repo, REWRITTEN, ids=some)
        for node_id, node in zip(some, answer["nodes"], strict=True):
            issue = issues[node_id]
            deletions += _deletions(issue["number"], node)
            edits = node["userContentEdits"]["nodes"] if node else []
            known = _revisions(issue, edits)
            if known:
                texts[issue["number"]] = known
            elif edits:
                unread.add(issue["number"])
    return Rewritten(texts, frozenset(unread), tuple(deletions))


async def versions(ask: Asking, repo: Repo, nodes: Sequence[str]) -> list[str]:
    """Read every text that these comments had before, as far as GitHub gives them."""
    found: list[str] = []
    for start in range(0, len(nodes), AT_ONCE):
        answer = await ask.query(repo, REWRITTEN, ids=list(nodes[start : start + AT_ONCE]))
        for node in answer["nodes"]:
            edits = node["userContentEdits"]["nodes"] if node else []
            found += [each["diff"] for each in edits if each["diff"] is not None]
    return found


def _revisions(issue: Any, edits: Sequence[Any]) -> tuple[Revision, ...]:
    """Put edits in order; nothing where one of them is hidden, or is no whole text."""
    if not edits or len(edits) >= EDITS_AT_ONCE:
        return ()
    in_order = sorted(edits, key=lambda each: datetime.fromisoformat(each["editedAt"]))
    if any(each["diff"] is None for each in in_order):
        return ()
    if _lines(in_order[-1]["diff"]) != _lines(issue["body"]):
        return ()
    if in_order[0]["editedAt"] > issue["created_at"]:
        return ()  # the text as it was posted is not among them
    return tuple(
        Revision(datetime.fromisoformat(each["editedAt"]), each["diff"], _editor(each["editor"]))
        for each in in_order
    )


def _editor(editor: Any) -> dict[str, Any] | None:
    if not editor or editor.get("databaseId") is None:
        return None
    return {"id": editor["databaseId"], "login": editor["login"], "type": editor["__typename"]}


def _deletions(number: int, node: Any) -> list[Deletion]:
    if not node:
        return []
    return [
        Deletion(
            number,
            datetime.fromisoformat(each["createdAt"]),
            (each["deletedCommentAuthor"] or {}).get("login"),
        )
        for each in node["timelineItems"]["nodes"]
    ]


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").rstrip()
