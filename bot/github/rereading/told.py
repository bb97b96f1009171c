"""What would a webhook have told, had it reached us?

A body made here has the webhook's shape, so that `bot.events.reading.hear` reads it like any other:
action, sender, repository, installation, and the parts of its kind as GitHub's API gives them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.routes import GET_REPOSITORY
from bot.lookup import CannotTell

Json = dict[str, Any]

GHOST: Json = {"id": 10137, "login": "ghost", "type": "User"}
"""Whom GitHub shows where an account was deleted: https://github.com/ghost."""

UNREADABLE = (AttributeError, KeyError, LookupError, TypeError, ValueError)
"""What taking an answer apart raises that is not GitHub's."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, as its webhook would have told it."""

    delivery: str
    """Stable: the same act has the same name whenever it is read (`reread:` and GitHub's own ids)."""
    event: str
    """The webhook's name: `issue_comment`, `issues`, `pull_request`, `pull_request_review`, `push`."""
    body: bytes
    """JSON in the webhook's shape."""
    at: datetime
    """GitHub's time of the act (aware, UTC)."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes what is told of one repository, as GitHub shows that today."""

    repository: Json
    installation: int

    @classmethod
    async def of(cls, client: Client, repo: Repo) -> Teller:
        """Read what stands in every payload."""
        found = await client.read(
            repo.installation, GET_REPOSITORY, owner=repo.owner, repo=repo.name
        )
        if not isinstance(found, dict) or found.get("id") != repo.id:
            raise CannotTell("Under this name GitHub has another repository now.")
        return cls(found, repo.installation)

    @property
    def branch(self) -> str:
        """The default branch."""
        return str(self.repository["default_branch"])

    def told(
        self,
        delivery: str,
        event: str,
        action: str | None,
        at: datetime,
        sender: Json | None,
        **parts: Any,
    ) -> Told:
        """Write a delivery."""
        body = {
            **({"action": action} if action else {}),
            **parts,
            "repository": self.repository,
            "installation": {"id": self.installation},
            "sender": sender or GHOST,
        }
        return Told(f"reread:{delivery}", event, written(body), at)


def written(body: Json) -> bytes:
    """Write JSON the way GitHub does: no spaces, in UTF-8; the order of names as it was told.

    Half characters, which JSON can escape and UTF-8 cannot hold, stay escaped.
    """
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def moment(text: str) -> datetime:
    """Read a moment as GitHub writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def stamp(at: datetime) -> str:
    """Write a moment as GitHub does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
