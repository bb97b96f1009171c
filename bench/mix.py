"""What does GitHub tell on a busy day? Deliveries in the shape of real ones, no two alike.

Real payloads of the events that the App subscribes to (`tests/github_contract`), with ids, people and
moments of their own. A quarter of them asks Bursar for a decision; the others are what any repository
tells all day.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from bench.words import APP, FIRST_ACCOUNT, INSTALLATION, OWNER, SECRET
from tests.github_contract.payloads import real_payloads

ITEMS = 10
PEOPLE = 400
MAINTAINERS = 5
"""People who label, set goals and review; GitHub is asked about their roles once a minute."""


SHARES = {
    "pledge": 16,
    "withdraw": 3,
    "sent": 1,
    "goal": 1,
    "misunderstood": 2,
    "label": 2,
    "talk": 30,
    "own": 5,
    "pull": 20,
    "review": 5,
    "push": 5,
    "other": 10,
}
"""Of a hundred deliveries; our own choice. `other`: issues assigned, pinned, locked and the like."""

DECIDED = ("pledge", "withdraw", "sent", "goal", "misunderstood", "label")
"""What causes an entry of the ledger: a quarter."""

TALK = "I have tried this with the newest release: the second step is where it goes wrong.\n\n" * 4


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery, as it comes from GitHub."""

    kind: str
    event: str
    delivery: str
    body: bytes

    @property
    def signature(self) -> str:
        """Sign it as GitHub does."""
        return "sha256=" + hmac.new(SECRET.encode(), self.body, hashlib.sha256).hexdigest()


@dataclass
class Mix:
    """Makes deliveries, the same ones for the same arguments."""

    begin: datetime
    repos: Sequence[int] = (1,)
    items: int = ITEMS
    seed: int = 2026
    shares: dict[str, int] = field(default_factory=lambda: dict(SHARES))
    label: str = "roadmap"
    people_from: int = FIRST_ACCOUNT
    """The account ids of those who speak begin here."""
    random: Random = field(init=False)
    told: int = 0

    def __post_init__(self) -> None:
        """Start the dice."""
        self.random = Random(self.seed)

    def of(self, count: int) -> list[Told]:
        """Give so many deliveries, in exactly these shares, in an order of chance."""
        whole = sum(self.shares.values())
        kinds = [k for k, share in self.shares.items() for _ in range(-(-share * count // whole))]
        self.random.shuffle(kinds)
        return [self.one(kind) for kind in kinds[:count]]

    def labelled(self) -> Iterator[Told]:
        """Put every item on the roadmap: what has to come first in an empty database."""
        for repo in self.repos:
            for number in range(1, self.items + 1):
                yield self._label(repo, number)

    def one(self, kind: str) -> Told:
        """Make one delivery."""
        repo = self.random.choice(self.repos)
        match kind:
            case "label":
                return self._label(repo, self.items + 1 + self.random.randrange(10_000))
            case "talk":
                return self._comment(repo, kind, TALK, self.random.randint(1, 5 * self.items))
            case "own":
                return self._own(repo)
            case "pull" | "review" | "push" | "other":
                return self._passing(repo, kind)
            case _:
                return self._comment(repo, kind, self._words(kind), self._item())

    # --- kinds ----------------------------------------------------------------------------

    def _words(self, kind: str) -> str:
        amount = self.random.randint(1, 500) * 10
        return {
            "pledge": f"/pledge ${amount}",
            "withdraw": "/withdraw",
            "sent": "/sent ref 4711",
            "goal": f"/goal ${amount * 100}",
            "misunderstood": f"/pledge {amount} monkeys",
        }[kind]

    def _comment(self, repo: int, kind: str, words: str, number: int) -> Told:
        body = _template("issue_comment", "created")
        person = self._maintainer() if kind == "goal" else self._person()
        comment = {"id": self._id(), "created_at": self._now(), "body": words, "user": person}
        body["comment"] |= comment | {"updated_at": self._now()}
        self._place(body["issue"], repo, number)
        return self._tell(kind, "issue_comment", body, repo, person)

    def _own(self, repo: int) -> Told:
        """Tell of a comment of ours: whatever we write comes back."""
        body = _template("issue_comment", "created")
        us = {"id": 990_042, "login": "bursar[bot]", "type": "Bot"}
        said = {"id": self._id(), "created_at": self._now(), "body": TALK, "user": us}
        body["comment"] |= said | {"performed_via_github_app": {"id": APP, "slug": "bursar"}}
        self._place(body["issue"], repo, self._item())
        return self._tell("own", "issue_comment", body, repo, us)

    def _label(self, repo: int, number: int) -> Told:
        body = _template("issues", "labeled")
        body["label"]["name"] = self.label
        self._place(body["issue"], repo, number)
        return self._tell("label", "issues", body, repo, self._maintainer())

    def _passing(self, repo: int, kind: str) -> Told:
        """Tell of something that asks nothing of us."""
        event, body = self._picked(kind)
        by = self._maintainer() if kind == "review" else self._person()
        if "issue" in body:
            self._place(body["issue"], repo, self.random.randint(1, 5 * self.items))
        if pull := body.get("pull_request"):
            pull["number"] = body["number"] = self.random.randint(1, 20 * self.items)
            pull["id"] = repo * 1_000_000 + 500_000 + pull["number"]
            pull["updated_at"] = self._now()
        if review := body.get("review"):
            review |= {"id": self._id(), "submitted_at": self._now(), "user": by}
        if "after" in body:
            body["after"] = f"{self._id():040x}"
        return self._tell(kind, event, body, repo, by)

    def _picked(self, kind: str) -> tuple[str, dict[str, Any]]:
        event = {"pull": "pull_request", "review": "pull_request_review", "other": "issues"}
        name = event.get(kind, kind)
        actions = [each for each in _actions(name) if each not in _ACTED_ON]
        return name, _template(name, self.random.choice(actions))

    # --- parts ----------------------------------------------------------------------------

    def _place(self, issue: dict[str, Any], repo: int, number: int) -> None:
        issue |= {"id": issue_id(repo, number), "number": number, "title": f"Item {number}"}
        issue |= {"updated_at": self._now(), "state": "open"}
        issue["labels"] = [{"name": self.label, "color": "d73a4a", "default": True}]

    def _tell(
        self, kind: str, event: str, body: dict[str, Any], repo: int, by: dict[str, Any]
    ) -> Told:
        """Say where it happened, and who did it."""
        self.told += 1
        body["installation"] = {"id": INSTALLATION, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0"}
        body["sender"] |= by
        name = repo_name(repo)
        body["repository"] |= {"id": repo, "name": name, "full_name": f"{OWNER}/{name}"}
        body["repository"]["private"] = False
        text = json.dumps(body, separators=(",", ":")).encode()
        guid = f"{self.seed:08x}-0000-4000-8000-{self.told:012x}"
        return Told(kind, event, guid, text)

    def _now(self) -> str:
        """Give the moment of the next delivery: ten in a second."""
        at = self.begin + timedelta(seconds=self.told // 10)
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _id(self) -> int:
        return self.seed * 1_000_000 + self.told + 1

    def _item(self) -> int:
        return self.random.randint(1, self.items)

    def _maintainer(self) -> dict[str, Any]:
        return self._person(MAINTAINERS)

    def _person(self, among: int = PEOPLE) -> dict[str, Any]:
        account = self.people_from + self.random.randrange(among)
        return {"id": account, "login": f"person-{account - FIRST_ACCOUNT}", "type": "User"}


_ACTED_ON = frozenset({"labeled", "unlabeled", "closed", "reopened", "deleted", "transferred"})
"""What would change a roadmap; of pull requests it is left out too."""


def issue_id(repo: int, number: int) -> int:
    """Give GitHub's id of an issue; in the first repository as `bench.filling` has it."""
    return 1000 + number + (repo - 1) * 1_000_000


def repo_name(repo: int) -> str:
    """Name a repository; the first as `bench.filling` does."""
    return "solver" if repo == 1 else f"solver-{repo}"


def _template(event: str, action: str | None) -> dict[str, Any]:
    """Give a copy of the newest real payload of this kind."""
    return copy.deepcopy(_real(event, action))


@cache
def _real(event: str, action: str | None) -> dict[str, Any]:
    return [each.body for each in real_payloads(event) if each.action == action][-1]


@cache
def _actions(event: str) -> tuple[str | None, ...]:
    return tuple(sorted({each.action for each in real_payloads(event)}, key=str))
