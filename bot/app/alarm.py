"""Who tells the operator that events wait for somebody to look?"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.storage import quarantine
from bot.storage.database import Database
from bot.timing import Time

ALARM_EVERY = 3600.0
"""Seconds between two lines in the log while events are in quarantine; our own choice."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Says in the log, again and again, that somebody should look."""

    database: Database
    time: Time

    async def run(self) -> None:
        """Look once an hour, until cancelled."""
        while True:
            await self.look()
            await self.time.sleep(ALARM_EVERY)

    async def look(self) -> int:
        """Count the events in quarantine, and complain if there are any."""
        async with self.database.read() as tx:
            count = await quarantine.count(tx)
        if count:
            log.error("events in quarantine", count=count, see="bursar quarantine list")
        return count
