"""Which comments were made, and what did each say first?

Anybody with write access can change the words of others. So what a changed comment says today is
nobody's command: its first words come from GitHub's own list of its edits, or it is not told as made.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.documents import FIRST_WORDS
from bot.github.rereading.board import Board
from bot.github.rereading.paging import everything
from bot.github.rereading.told import UNREADABLE, Json, Teller, Told, moment, stamp
from bot.github.routes import LIST_REPOSITORY_COMMENTS
from bot.lookup import CannotTell

ASKED_AT_ONCE = 50
"""Comments in one question about first words; GitHub takes up to 100 nodes.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"""

SAME_MOMENT = timedelta(seconds=2)
"""How far the first of a comment's edits may be from its making to be its first words. Our own limit."""


async def read(client: Client, repo: Repo, since: datetime | None) -> list[Told]:
    """Give the comments made since then, oldest first."""
    changed: dict[str, Any] = {} if since is None else {"since": stamp(since)}
    listed = await everything(client, repo, LIST_REPOSITORY_COMMENTS, **changed)
    try:
        made = [each for each in listed if since is None or moment(each["created_at"]) >= since]
        if not made:
            return []
        board = await Board.of(client, repo, since)
        made = [each for each in made if await board.has(_issue_of(each))]
        first = await _first_words(client, repo, [each for each in made if is_edited(each)])
        teller = await Teller.of(client, repo)
        told = [await _told(teller, board, each, first) for each in made]
    except UNREADABLE as error:
        raise CannotTell("GitHub's answer about comments cannot be read.") from error
    return sorted(told, key=lambda each: each.at)


def is_edited(comment: Json) -> bool:
    """Tell whether a comment may say something else than it did first."""
    return moment(comment["updated_at"]) != moment(comment["created_at"])


def _issue_of(comment: Json) -> int:
    return int(comment["issue_url"].rpartition("/")[2])


async def _told(teller: Teller, board: Board, comment: Json, first: dict[int, str]) -> Told:
    at = moment(comment["created_at"])
    issue = await board.issue(_issue_of(comment), at)
    number = comment["id"]
    author = comment["user"]
    if not is_edited(comment):
        return teller.told(
            f"comment:{number}:created",
            "issue_comment",
            "created",
            at,
            author,
            issue=issue,
            comment=comment,
        )
    if number in first:
        comment = comment | {"body": first[number]}
        return teller.told(
            f"comment:{number}:created",
            "issue_comment",
            "created",
            at,
            author,
            issue=issue,
            comment=comment,
        )
    return teller.told(
        f"comment:{number}:edited",
        "issue_comment",
        "edited",
        moment(comment["updated_at"]),
        None,
        issue=issue,
        comment=comment,
        changes={},
    )


async def _first_words(client: Client, repo: Repo, edited: list[Json]) -> dict[int, str]:
    """Give what edited comments said when they were made, by id; those that GitHub hides are missing."""
    found: dict[int, str] = {}
    for start in range(0, len(edited), ASKED_AT_ONCE):
        some = {each["id"]: each for each in edited[start : start + ASKED_AT_ONCE]}
        answer = await client.query(
            repo.installation, FIRST_WORDS, ids=[each["node_id"] for each in some.values()]
        )
        for node in answer["nodes"]:
            if node and node.get("databaseId") in some:
                comment = some[node["databaseId"]]
                words = _first(node, comment)
                if words is not None:
                    found[comment["id"]] = words
    return found


def _first(node: dict[str, Any], comment: Json) -> str | None:
    """Read the oldest version, if it is the one that was posted, and the newest is what stands there.

    Which end of GitHub's list is the oldest is not documented, so both are asked for.
    """
    ends = [*node["oneEnd"]["nodes"], *node["otherEnd"]["nodes"]]
    if not ends:
        return None
    oldest = min(ends, key=lambda each: moment(each["editedAt"]))
    newest = max(ends, key=lambda each: moment(each["editedAt"]))
    told = abs(moment(oldest["editedAt"]) - moment(comment["created_at"])) <= SAME_MOMENT
    whole = _lines(newest["diff"]) == _lines(comment["body"])
    words = oldest["diff"]
    return words if told and whole and isinstance(words, str) else None


def _lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").rstrip()
