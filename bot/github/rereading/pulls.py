"""What became of the pull requests of a repository, and who reviewed them?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import NotThere
from bot.github.own import place
from bot.github.present import check_is_there
from bot.github.rereading.board import Board, take_back
from bot.github.rereading.paging import everything, older_than
from bot.github.rereading.told import GHOST, UNREADABLE, Json, Teller, Told, moment, stamp
from bot.github.routes import GET_PULL, LIST_PULLS, LIST_REVIEWS
from bot.lookup import CannotTell

ACTIONS = {
    "closed": "closed",
    "reopened": "reopened",
    "renamed": "edited",
    "ready_for_review": "ready_for_review",
    "convert_to_draft": "converted_to_draft",
}
"""What GitHub calls these in a timeline, and in a webhook."""

_DISMISSED = "DISMISSED"
_ACTS = {"APPROVED", "CHANGES_REQUESTED", "COMMENTED", _DISMISSED}
"""States of reviews that were handed in; `PENDING` ones are nobody's business yet."""


async def read(client: Client, repo: Repo, since: datetime | None) -> list[Told]:
    """Give what became of pull requests and their reviews since then, oldest first."""
    try:
        changed = await everything(
            client,
            repo,
            LIST_PULLS,
            enough=older_than(since, "updated_at"),
            state="all",
            sort="updated",
            direction="desc",
        )
        if not changed:
            return []
        board = await Board.of(client, repo, since)
        teller = await Teller.of(client, repo)
        told: list[Told] = []
        for pull in {each["number"]: each for each in changed}.values():
            try:
                told += await _OnePull(client, repo, teller, board, since, pull).everything()
            except NotThere:  # hidden or deleted since it was listed
                await check_is_there(client, repo)
    except UNREADABLE as error:
        raise CannotTell("GitHub's answer about pull requests cannot be read.") from error
    return sorted(told, key=lambda each: each.at)


@dataclass(slots=True)
class _OnePull:
    """One pull request, and what happened to it."""

    client: Client
    repo: Repo
    teller: Teller
    board: Board
    since: datetime | None
    today: Json

    async def everything(self) -> list[Told]:
        number = self.today["number"]
        if self.today["merged_at"] is not None:  # a list does not tell who merged
            self.today = await self.client.read(
                self.repo.installation, GET_PULL, **place(self.repo), pull_number=number
            )
        told = [self._opened()] if self._is_in_time(moment(self.today["created_at"])) else []
        told += [self._event(each) for each in reversed(self._events) if each["event"] in ACTIONS]
        told += await self._reviews()
        return [*told, self._as_of_today()]

    @property
    def _events(self) -> list[Json]:
        """Give its events, the newest first."""
        return self.board.events.get(self.today["number"], [])

    def _is_in_time(self, at: datetime) -> bool:
        return self.since is None or at >= self.since

    def _as_of(self, at: datetime, last: int | None = None) -> Json:
        """Show it as it was at a moment; head and text are today's."""
        shown = dict(self.today) | {"labels": []}
        for event in self._events:
            happened = moment(event["created_at"])
            if happened > at or (last is not None and happened == at and event["id"] > last):
                take_back(shown, event)
        if shown["state"] == "open":
            shown |= {"merged": False, "merged_at": None, "merged_by": None}
        return shown | {"updated_at": stamp(at)}

    def _opened(self) -> Told:
        at = moment(self.today["created_at"])
        open_then = {"state": "open", "closed_at": None, "merged": False, "merged_at": None}
        pull = self._as_of(at) | open_then
        return self._told(f"pull:{self.today['id']}:opened", "opened", at, pull["user"], pull)

    def _event(self, event: Json) -> Told:
        at = moment(event["created_at"])
        pull = self._as_of(at, event["id"])
        more: dict[str, Any] = {}
        if event["event"] == "closed":
            # `merged` and `closed` are two events of one act, and either may come first.
            merged = self.today["merged_at"] is not None and moment(self.today["merged_at"]) <= at
            kept = {name: self.today.get(name) for name in ("merged_at", "merged_by")}
            pull |= {"state": "closed", "closed_at": stamp(at), "merged": merged}
            pull |= kept if merged else {}
        if event["event"] == "renamed":
            pull["title"] = event["rename"]["to"]
            more["changes"] = {"title": {"from": event["rename"]["from"]}}
        name = f"issue_event:{event['id']}"
        return self._told(name, ACTIONS[event["event"]], at, event["actor"], pull, **more)

    def _as_of_today(self) -> Told:
        """Tell what it is now: newest head, newest text; when they changed, GitHub does not say."""
        at = moment(self.today["updated_at"])
        action = "synchronize" if self.today["state"] == "open" else "edited"
        name = f"pull:{self.today['id']}:{self.today['head']['sha']}:{stamp(at)}"
        return self._told(name, action, at, self.today["user"], self.today)

    def _told(
        self,
        name: str,
        action: str,
        at: datetime,
        sender: Json | None,
        pull: Json,
        **more: Any,
    ) -> Told:
        number = pull["number"]
        return self.teller.told(
            name, "pull_request", action, at, sender, number=number, pull_request=pull, **more
        )

    # --- reviews ------------------------------------------------------------------------------

    async def _reviews(self) -> list[Told]:
        number = self.today["number"]
        found = await everything(self.client, self.repo, LIST_REVIEWS, pull_number=number)
        told: list[Told] = []
        for review in found:
            if review["state"] not in _ACTS or review.get("submitted_at") is None:
                continue
            submitted = moment(review["submitted_at"])
            if self._is_in_time(submitted):
                told.append(self._submitted(review, submitted))
            if review["state"] == _DISMISSED:
                told += self._dismissed(review)
        return told

    def _submitted(self, review: Json, at: datetime) -> Told:
        """Tell of a review as it was handed in; what it said before it was dismissed is in its event."""
        state = review["state"].lower()
        if review["state"] == _DISMISSED:
            event = self._dismissal(review)
            state = event["dismissed_review"]["state"] if event else "dismissed"
        return self._review(review, "submitted", at, review["user"], state)

    def _dismissed(self, review: Json) -> list[Told]:
        event = self._dismissal(review)
        if event is None:
            at = moment(self.today["updated_at"])
            return [self._review(review, "dismissed", at, None, "dismissed")]
        at = moment(event["created_at"])
        return [self._review(review, "dismissed", at, event["actor"], "dismissed")]

    def _dismissal(self, review: Json) -> Json | None:
        for event in self._events:
            dismissed = event.get("dismissed_review") or {}
            if dismissed.get("review_id") == review["id"]:
                return event
        return None

    def _review(
        self, review: Json, action: str, at: datetime, sender: Json | None, state: str
    ) -> Told:
        pull = self._as_of(at)
        shown = review | {"state": state, "updated_at": stamp(at)}
        name = f"review:{review['id']}:{action}"
        return self.teller.told(
            name,
            "pull_request_review",
            action,
            at,
            sender or GHOST,
            review=shown,
            pull_request=pull,
        )
