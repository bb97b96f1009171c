"""What became of the issues of a repository?"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.rereading.board import Board
from bot.github.rereading.told import UNREADABLE, Json, Teller, Told, moment, stamp
from bot.lookup import CannotTell

ACTIONS = {
    "labeled": "labeled",
    "unlabeled": "unlabeled",
    "closed": "closed",
    "reopened": "reopened",
    "renamed": "edited",
}
"""What GitHub calls these in a timeline, and in a webhook.
https://docs.github.com/en/rest/using-the-rest-api/issue-event-types"""


async def read(client: Client, repo: Repo, since: datetime | None) -> list[Told]:
    """Give what became of issues since then, oldest first; pull requests are none."""
    try:
        board = await Board.of(client, repo, since)
        if not board.issues:
            return []
        teller = await Teller.of(client, repo)
        opened = [
            await _opened(teller, board, number)
            for number, each in board.issues.items()
            if not is_pull(each) and (since is None or moment(each["created_at"]) >= since)
        ]
        happened = [
            await told_of(teller, board, number, event)
            for number, events in board.events.items()
            if not is_pull(board.issues[number])
            for event in reversed(events)
            if event["event"] in ACTIONS
        ]
    except UNREADABLE as error:
        raise CannotTell("GitHub's answer about issues cannot be read.") from error
    return sorted([*opened, *happened], key=lambda each: each.at)


def is_pull(issue: Json) -> bool:
    """Tell pull requests from issues."""
    return issue.get("pull_request") is not None


async def told_of(teller: Teller, board: Board, number: int, event: Json) -> Told:
    """Tell one event of an issue."""
    at = moment(event["created_at"])
    issue = await board.issue(number, at, event["id"])
    more: dict[str, Any] = {}
    match event["event"]:
        case "labeled" | "unlabeled":
            more["label"] = event["label"]
        case "closed":
            reason = event.get("state_reason") or issue.get("state_reason") or "completed"
            issue |= {"state": "closed", "closed_at": stamp(at), "state_reason": reason}
        case "reopened":
            issue |= {"state": "open", "closed_at": None, "state_reason": "reopened"}
        case "renamed":
            issue["title"] = event["rename"]["to"]
            more["changes"] = {"title": {"from": event["rename"]["from"]}}
        case _:
            pass
    action = ACTIONS[event["event"]]
    name = f"issue_event:{event['id']}"
    return teller.told(name, "issues", action, at, event["actor"], issue=issue, **more)


async def _opened(teller: Teller, board: Board, number: int) -> Told:
    today = board.issues[number]
    at = moment(today["created_at"])
    issue = await board.issue(number, at)
    issue |= {"state": "open", "closed_at": None, "state_reason": None}
    name = f"issue:{today['id']}:opened"
    return teller.told(name, "issues", "opened", at, today["user"], issue=issue)


async def texts(client: Client, repo: Repo, since: datetime) -> list[Told]:
    """Tell what each issue says today that changed since then; whether its words did is not known."""
    try:
        board = await Board.of(client, repo, since)
        changed = [
            each
            for each in board.issues.values()
            if not is_pull(each) and moment(each["updated_at"]) > moment(each["created_at"])
        ]
        if not changed:
            return []
        teller = await Teller.of(client, repo)
        told = [_text(teller, each) for each in changed]
    except UNREADABLE as error:
        raise CannotTell("GitHub's answer about issues cannot be read.") from error
    return sorted(told, key=lambda each: each.at)


def _text(teller: Teller, issue: Json) -> Told:
    said = hashlib.sha256((issue["body"] or "").encode("utf-8", "surrogatepass")).hexdigest()
    name = f"issue:{issue['id']}:text:{said[:16]}"
    at = moment(issue["updated_at"])
    changes: Json = {"body": {}}
    return teller.told(name, "issues", "edited", at, None, issue=issue, changes=changes)
