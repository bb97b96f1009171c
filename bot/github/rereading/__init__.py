"""What happened in a repository, read from GitHub itself instead of from deliveries?

Each reading gives webhook-shaped deliveries, oldest first; `since` is inclusive, None means from the
beginning. They only read; a question that GitHub does not answer raises `CannotTell` (before anything
is given, so that nobody takes half a reading for a whole one).

What stands in a body is as of the moment of the act where GitHub tells that (an issue's labels, state
and title are walked back through its events; a comment's first words come from GitHub's list of its
edits), and as of today where it does not (texts of issues, logins, names). What cannot be known:

- deleted comments and issues, and events of issues that were moved away: not there at all;
- a comment that was edited, and whose first words GitHub does not give: only
  `reread:comment:<id>:edited` is told (action `edited`, which commands nothing), and no `created`;
- every move of a pull request's head but its newest (told once, as of its newest change);
- texts of issues and pull requests between their first and their newest;
- the moment of a push: the commit's own time is told, and that there are older ones once more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import NotThere
from bot.github.own import place
from bot.github.rereading import comments, pulls, pushes, timelines
from bot.github.rereading.told import Told
from bot.github.routes import GET_REPOSITORY

__all__ = ["Rereading", "Told"]


class Rereading:
    """Reads again what deliveries did not tell, or what is no longer there of them."""

    def __init__(self, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def is_there(self, repo: Repo) -> bool:
        """Tell whether GitHub knows the repository itself under its name, and not only part of it."""
        try:
            await self._client.read(repo.installation, GET_REPOSITORY, **place(repo))
        except NotThere:
            return False
        return True

    async def comments(self, repo: Repo, since: datetime | None) -> AsyncIterator[Told]:
        """Give comments made since then, of people and of Apps (`reread:comment:<id>:created`)."""
        for told in await comments.read(self._client, repo, since):
            yield told

    async def timelines(self, repo: Repo, since: datetime | None) -> AsyncIterator[Told]:
        """Give what became of issues: `reread:issue:<id>:opened`, and each event of theirs.

        `reread:issue_event:<event's id>` for labeled, unlabeled, closed, reopened, renamed (told as
        `edited` with the title that it had). Pull requests are not among them.
        """
        for told in await timelines.read(self._client, repo, since):
            yield told

    async def texts(self, repo: Repo, since: datetime) -> AsyncIterator[Told]:
        """Give the words of today of every issue that changed since then (told as `edited`)."""
        for told in await timelines.texts(self._client, repo, since):
            yield told

    async def pulls(self, repo: Repo, since: datetime | None) -> AsyncIterator[Told]:
        """Give what became of pull requests: opened, events, reviews, and what they are today."""
        for told in await pulls.read(self._client, repo, since):
            yield told

    async def configurations(self, repo: Repo, since: datetime | None) -> AsyncIterator[Told]:
        """Give pushes to the default branch that touched the configuration (`reread:push:…:<sha>`)."""
        for told in await pushes.read(self._client, repo, since):
            yield told
