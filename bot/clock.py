"""Which moments have passed?

The clock is one more sender: what has come due goes into the inbox like any other event, each once,
and is decided there like any other. It speaks for a moment only when everything that GitHub delivered
before it is here: a comment that was made in time counts, also if we were away when it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from bot.events.reading import ITEM_END, MONTH_END, ORDER_MOMENT, PLEDGE_DEADLINE, deadline_body
from bot.storage import deadlines, inbox
from bot.storage.database import Database
from bot.storage.deadlines import Passed
from bot.storage.inbox import Delivery
from bot.timing import Bell, Time

TICK = 30.0
"""Seconds between two looks at the clock; moments are days away, so nobody notices."""

log = structlog.get_logger(__name__)


class Sweeps(Protocol):
    """Who knows up to when nothing is missing."""

    async def sweep_past(self, moment: datetime) -> datetime | None:
        """See to it that nothing from before this moment is missing; gives up to when that is so."""

    async def unread(self) -> frozenset[int]:
        """Name the repositories in which something may still be missing."""


@dataclass(slots=True)
class Clock:
    """Puts moments that have passed into the inbox."""

    database: Database
    time: Time
    work: Bell
    sweeps: Sweeps | None = None
    """None: nobody sweeps here, and every moment is spoken of at once."""

    async def run(self) -> None:
        """Look at the clock now and then, until cancelled."""
        while True:
            await self.tick()
            await self.time.sleep(TICK)

    async def tick(self) -> int:
        """Say what has come due; gives how much that was."""
        now = self.time.now()
        due = await self._due(now)
        async with self.database.write() as tx:
            if due:
                await inbox.put(tx, [_delivery(each, now) for each in due])
            await inbox.forget_bodies(tx, now)
        if due:
            self.work.ring()
        return len(due)

    async def _due(self, now: datetime) -> list[Passed]:
        """Give the moments that have passed, and before which nothing is missing."""
        async with self.database.read() as tx:
            passed = await deadlines.passed(tx, now)
        if not passed or self.sweeps is None:
            return passed
        swept = await self.sweeps.sweep_past(max(each.at for each in passed))
        if swept is None:
            return []
        unread = await self.sweeps.unread()
        return [each for each in passed if each.at <= swept and each.repo not in unread]


EVENTS = {"pledge": PLEDGE_DEADLINE, "item": ITEM_END, "order": ORDER_MOMENT, "month": MONTH_END}


def _delivery(due: Passed, now: datetime) -> Delivery:
    event = EVENTS[due.kind]
    # A pledge can come back to a moment that was said before: what was changed since names it anew.
    name = f"{event}:{due.repo}:{due.pledge or due.issue}:{due.seq}:{due.at.isoformat()}"
    body = deadline_body(due.repo, due.at, issue=due.issue, pledge=due.pledge)
    return Delivery(name, event, body, now)
