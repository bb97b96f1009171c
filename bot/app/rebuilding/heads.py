"""Which commit was the newest of the default branch at a moment?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.app.rebuilding.asking import Asking
from bot.domain.refs import Repo
from bot.github.errors import Unread
from bot.github.files import NO_COMMIT
from bot.github.routes import LIST_COMMITS

_EMPTY = 409
"""GitHub's answer about commits where there are none.
https://docs.github.com/en/rest/commits/commits#list-commits"""


@dataclass(slots=True)
class Heads:
    """Asks GitHub, once for each moment; a commit counts from the time that it bears."""

    ask: Asking
    _known: dict[datetime, str] = field(default_factory=dict)

    async def at(self, repo: Repo, moment: datetime) -> str:
        """Name the commit; `NO_COMMIT` where there was none yet."""
        if moment not in self._known:
            self._known[moment] = await self._ask(repo, moment)
        return self._known[moment]

    async def _ask(self, repo: Repo, moment: datetime) -> str:
        until = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            newest = await self.ask.client.read(
                repo.installation,
                LIST_COMMITS,
                owner=repo.owner,
                repo=repo.name,
                until=until,
                per_page=1,
            )
        except Unread as unread:
            if unread.status == _EMPTY:
                return NO_COMMIT
            raise
        return str(newest[0]["sha"]) if newest else NO_COMMIT
