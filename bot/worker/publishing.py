"""How does a digest become one issue that is closed, whatever crashes on the way?

One write at a time. The intent is committed before the issue is opened, and its number as soon as
it is known, with the row still open: whatever happens then, all that is left is to close it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.refs import Repo
from bot.github.publishing import Publishing as Issues
from bot.storage import marks, outbox, publishing
from bot.storage.database import Database
from bot.storage.outgoing import Outgoing
from bot.timing import Time

SEARCH_MARGIN = timedelta(minutes=10)
"""How far before the attempt a search for what is our own starts: clocks differ."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Takes a digest one step further."""

    database: Database
    github: Issues
    time: Time

    async def publish(self, row: Outgoing, repo: Repo) -> bool:
        """Open, find or close the issue of one digest; says whether GitHub was written to.

        Raises:
            Final, Limited, Unsure, Moved, CannotTell: what became of it (see `bot.github.errors`).
        """
        if row.github_id is not None:
            return await self._close(row, repo, row.github_id)
        if row.state == "unknown" and (found := await self._find(row, repo)):
            return await self._found(row, repo, found)
        return await self._open(row, repo)

    async def _open(self, row: Outgoing, repo: Repo) -> bool:
        async with self.database.write() as tx:
            if not await publishing.intend(tx, row, self.time.now()):
                return False
        number = await self.github.open_issue(repo, row.target, row.words or "")
        async with self.database.write() as tx:
            await publishing.opened(tx, row.repo, row.key, number)
        return True

    async def _close(self, row: Outgoing, repo: Repo, number: int) -> bool:
        wrote = await self.github.close_issue(repo, number, marks.marker(repo.id, row.key))
        async with self.database.write() as tx:
            await outbox.sent(tx, row, github_id=number, body_hash=None)
        return wrote

    async def _find(self, row: Outgoing, repo: Repo) -> list[int]:
        since = (row.attempted_at or self.time.now()) - SEARCH_MARGIN
        return await self.github.find_own_issues(repo, marks.marker(repo.id, row.key), since)

    async def _found(self, row: Outgoing, repo: Repo, found: list[int]) -> bool:
        """Keep the oldest. An App cannot delete the others, so they are closed as well."""
        wrote = False
        for surplus in found[1:]:
            log.warning("a digest stands twice", repo=repo.id, key=row.key, issue=surplus)
            wrote |= await self.github.close_issue(repo, surplus, marks.marker(repo.id, row.key))
        async with self.database.write() as tx:
            await publishing.opened(tx, row.repo, row.key, found[0])
        return wrote
