"""What does GitHub have today, asked for by ids and numbers that we know?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import NotThere
from bot.github.own import place
from bot.github.present import check_is_there, read_if_there
from bot.github.rereading.paging import everything
from bot.github.rereading.told import Json, Teller
from bot.github.routes import (
    GET_COMMENT,
    GET_ISSUE,
    LIST_INSTALLATIONS,
    LIST_ISSUES,
    LIST_REPOSITORIES,
)
from bot.lookup import CannotTell

GONE = 410
"""GitHub's answer about an issue that was deleted.
https://docs.github.com/en/rest/issues/issues#get-an-issue"""


@dataclass(frozen=True, slots=True)
class Gone:
    """An issue that is not there any more: `deleted` or `transferred`."""

    how: str


class Today:
    """Asks GitHub what is there; each question may raise `CannotTell`."""

    def __init__(self, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def teller(self, repo: Repo) -> Teller:
        """Prepare to tell of a repository in the words of webhooks."""
        return await Teller.of(self._client, repo)

    async def installations(self) -> list[Json]:
        """List the App's installations, suspended ones included."""
        return _objects(await self._client.read_all_as_app(LIST_INSTALLATIONS))

    async def repositories(self, installation: int) -> list[Json]:
        """List what an installation reaches."""
        return _objects(await self._client.read_all(installation, LIST_REPOSITORIES))

    async def labelled(self, repo: Repo, label: str) -> list[Json]:
        """List the issues, open and closed, that carry a label."""
        return await everything(self._client, repo, LIST_ISSUES, labels=label, state="all")

    async def issue(self, repo: Repo, number: int, known: int) -> Json | Gone:
        """Find the issue that we know by its id under its number.

        GitHub sends us on to where it was moved to; where we may not go there, it is not found. It is
        gone only from a repository that is there: one that is hidden from us answers alike, and
        another one may bear its name by now.
        """
        try:
            found = await self._client.read(
                repo.installation, GET_ISSUE, **place(repo), issue_number=number
            )
        except NotThere as gone:
            await check_is_there(self._client, repo)
            return Gone("deleted" if gone.status == GONE else "transferred")
        (found,) = _objects([found])
        if found.get("id") == known:
            return found
        await check_is_there(self._client, repo)
        return Gone("transferred")

    async def comment(self, repo: Repo, comment: int) -> Json | None:
        """Find a comment; None when it is gone, and its repository is there."""
        found = await read_if_there(self._client, repo, GET_COMMENT, comment_id=comment)
        if found is None:
            return None
        (found,) = _objects([found])
        return found


def _objects(found: list[Any]) -> list[Json]:
    if not all(isinstance(each, dict) for each in found):
        raise CannotTell("GitHub's answer cannot be read.")
    return found
