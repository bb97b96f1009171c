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
from bot.storage.outgoing import Outgoing
from bot.timing import Time
from bot.worker.turns import Turn

SEARCH_MARGIN = timedelta(minutes=60)
"""How far before the attempt a search for what is our own starts: clocks differ, ours from GitHub's
and that of the process that attempted it from ours."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Takes a digest further, in one turn."""

    github: Issues
    time: Time
    turn: Turn

    async def publish(self, row: Outgoing, repo: Repo) -> None:
        """Open, find or close the issue of one digest.

        Raises:
            Final, Limited, Unsure, Moved, CannotTell: what became of it (see `bot.github.errors`).
            Fenced: another process has taken over.
        """
        if row.github_id is not None:
            await self._close(row, repo, row.github_id)
        elif row.state == "unknown" and (found := await self._find(row, repo)):
            await self._found(row, repo, found)
        else:
            await self._open(row, repo)

    async def _open(self, row: Outgoing, repo: Repo) -> None:
        """Open the issue, and close it at once: nobody has had time to touch it."""
        async with self.turn.writing() as tx:
            if not await publishing.intend(tx, row, self.time.now()):
                return
        number = await self.github.open_issue(repo, row.target, row.words or "")
        async with self.turn.noting() as tx:
            await publishing.opened(tx, row.repo, row.key, number)
        await self._close(row, repo, number, just_opened=True)

    async def _close(
        self, row: Outgoing, repo: Repo, number: int, *, just_opened: bool = False
    ) -> None:
        await self._close_issue(row, repo, number, just_opened=just_opened)
        async with self.turn.noting() as tx:
            await outbox.sent(tx, row, github_id=number, body_hash=None)

    async def _close_issue(
        self, row: Outgoing, repo: Repo, number: int, *, just_opened: bool = False
    ) -> None:
        await self.turn.begins()
        marker = marks.marker(repo.id, row.key)
        await self.github.close_issue(repo, number, marker, just_opened=just_opened)

    async def _find(self, row: Outgoing, repo: Repo) -> list[int]:
        since = (row.attempted_at or self.time.now()) - SEARCH_MARGIN
        return await self.github.find_own_issues(repo, marks.marker(repo.id, row.key), since)

    async def _found(self, row: Outgoing, repo: Repo, found: list[int]) -> None:
        """Keep the oldest. An App cannot delete the others, so they are closed as well."""
        for surplus in found[1:]:
            log.warning("a digest stands twice", repo=repo.id, key=row.key, issue=surplus)
            await self._close_issue(row, repo, surplus)
        async with self.turn.noting() as tx:
            await publishing.opened(tx, row.repo, row.key, found[0])
