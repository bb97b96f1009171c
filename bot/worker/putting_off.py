"""What becomes of an event that cannot be decided now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.moves import panel_of
from bot.lookup import CannotTell
from bot.storage import inbox, knowing, leases, outbox
from bot.storage.database import Database
from bot.storage.leases import Lease
from bot.timing import Time

ASK_AGAIN = timedelta(seconds=15)
"""How long an event waits when a question could not be answered."""

ATTEMPTS = 5
"""How often an event may fail before it is put into quarantine."""

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120))
"""Pauses between the attempts."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PuttingOff:
    """Lets events wait, and puts those aside that fail again and again."""

    database: Database
    time: Time

    async def ask_later(self, row: inbox.Waiting, error: CannotTell, lease: Lease) -> None:
        """Let an event wait for GitHub's answer; that is no attempt."""
        until = max(error.not_before or self.time.now(), self.time.now() + ASK_AGAIN)
        log.warning("question unanswered, event waits", n=row.n, why=str(error), until=str(until))
        async with self.database.write() as tx:
            await leases.hold(tx, lease)
            await inbox.postpone(tx, row.n, until, str(error), count=False)

    async def failed(self, row: inbox.Waiting, error: Exception, lease: Lease) -> None:
        """Let an event that failed wait for its next attempt; after the last one it is put aside."""
        attempt = row.attempts + 1
        log.error("event failed", n=row.n, event_name=row.event, attempt=attempt, exc_info=error)
        await self._try_later(row, repr(error), lease)

    async def _try_later(self, row: inbox.Waiting, error: str, lease: Lease) -> None:
        async with self.database.write() as tx:
            await leases.hold(tx, lease)
            if row.attempts + 1 >= ATTEMPTS:
                await inbox.finish(tx, row.n, "quarantined", error)
                await self._show_quarantine(tx, row)
                return
            until = self.time.now() + PAUSES[row.attempts]
            await inbox.postpone(tx, row.n, until, error, count=True)

    async def _show_quarantine(self, tx: AsyncConnection, row: inbox.Waiting) -> None:
        """Say on the panel of the place that an event is under review."""
        log.error("event put into quarantine", n=row.n, event_name=row.event)
        if row.repo is None or row.issue is None:
            return
        place = await knowing.place_of(tx, row.repo, row.issue)
        if place is not None:
            await outbox.refresh(tx, row.repo, panel_of(place).target, self.time.now())
