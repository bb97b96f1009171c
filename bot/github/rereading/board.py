"""What did an issue look like at a moment of the past?

GitHub tells what an issue is today, and what happened to it since. Taken back one by one, the newest
first, those events give its labels, its state and its title as of then; its text is today's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.present import read_if_there
from bot.github.rereading.paging import everything, older_than
from bot.github.rereading.told import Json, moment, stamp
from bot.github.routes import GET_ISSUE, LIST_ISSUES, LIST_REPOSITORY_EVENTS
from bot.lookup import CannotTell


@dataclass(slots=True)
class Board:
    """The issues and pull requests of a repository that changed since a moment, and how."""

    client: Client
    repo: Repo
    issues: dict[int, Json]
    """As of today, by number."""
    events: dict[int, list[Json]]
    """By number of the issue, the newest first."""
    gone: set[int] = field(default_factory=set)
    """Numbers under which there is nothing: what was asked for was deleted or moved away meanwhile."""

    @classmethod
    async def of(cls, client: Client, repo: Repo, since: datetime | None) -> Board:
        """Read both lists; events first, so that an issue is never older than what happened to it."""
        events = await everything(
            client, repo, LIST_REPOSITORY_EVENTS, enough=older_than(since, "created_at")
        )
        changed: dict[str, Any] = {} if since is None else {"since": stamp(since)}
        listed = await everything(
            client, repo, LIST_ISSUES, state="all", sort="created", direction="asc", **changed
        )
        issues = {each["number"]: each for each in listed}
        by_number: dict[int, list[Json]] = defaultdict(list)
        for event in sorted(events, key=lambda each: (each["created_at"], each["id"])):
            issue = event.get("issue")
            if issue is not None:  # none where it was deleted
                by_number[issue["number"]].insert(0, event)
                issues.setdefault(issue["number"], issue)
        return cls(client, repo, issues, by_number)

    async def has(self, number: int) -> bool:
        """Look for an issue that may be in neither list; one that is gone is asked for once."""
        if number not in self.issues and number not in self.gone:
            found = await read_if_there(self.client, self.repo, GET_ISSUE, issue_number=number)
            if found is None:
                self.gone.add(number)
            else:
                self.issues[number] = found
        return number in self.issues

    async def issue(self, number: int, at: datetime, last: int | None = None) -> Json:
        """Show an issue as it was at a moment, or right after its event `last` of that moment."""
        if not await self.has(number):
            problem = f"Issue {number} is not there."
            raise CannotTell(problem)
        events = self.events.get(number, [])
        shown = dict(self.issues[number]) | {"updated_at": stamp(at)}
        shown["labels"] = list(shown["labels"])
        for event in _after(events, at, last):
            take_back(shown, event)
        _settle_closing(shown, events, at, last)
        return shown


def _after(events: list[Json], at: datetime, last: int | None) -> list[Json]:
    """Give the events after a moment, newest first; within one second GitHub's ids tell the order."""
    return [
        each
        for each in events
        if moment(each["created_at"]) > at
        or (last is not None and moment(each["created_at"]) == at and each["id"] > last)
    ]


def take_back(shown: Json, event: Json) -> None:
    """Undo one event."""
    match event["event"]:
        case "labeled":
            gone = event["label"]["name"].casefold()
            shown["labels"] = [each for each in shown["labels"] if each["name"].casefold() != gone]
        case "unlabeled":
            shown["labels"].append(event["label"])
        case "closed" | "merged":
            shown |= {"state": "open", "closed_at": None, "state_reason": None}
        case "reopened":
            shown |= {"state": "closed", "state_reason": "completed"}
        case "renamed":
            shown["title"] = event["rename"]["from"]
        case "ready_for_review":
            shown["draft"] = True
        case "convert_to_draft":
            shown["draft"] = False
        case _:
            pass


def _settle_closing(shown: Json, events: list[Json], at: datetime, last: int | None) -> None:
    """Say since when it was closed, and why: by the newest closing up to then."""
    if shown["state"] != "closed":
        return
    later = len(_after(events, at, last))
    for event in events[later:]:
        if event["event"] == "closed":
            shown["closed_at"] = event["created_at"]
            shown["state_reason"] = event.get("state_reason") or shown.get("state_reason")
            return
