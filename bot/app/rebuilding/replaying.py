"""How is everything decided anew, with the clock of then?

Events are put into the inbox of a store of its own, and decided by the worker as always. In between the
clock tells the moments that came due: before an event, all that lie before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from bot.app.opening import CannotDo
from bot.clock import EVENTS
from bot.events.reading import deadline_body
from bot.github.rereading import Told
from bot.storage import deadlines, inbox
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.timing import Time
from bot.worker.deciding import SETTLE, Decider
from bot.worker.putting_off import ASK_AGAIN

JUST_BEFORE = timedelta(microseconds=1)

ATTEMPTS = 20
"""How often a question that GitHub does not answer is asked in a row; our own choice."""

PAUSE = 15.0
"""Seconds of waiting between two attempts; our own choice."""


@dataclass(slots=True)
class ThenTime:
    """A clock that stands at the moment that is being played."""

    moment: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def time(self) -> Time:
        """Give it to the rooms; nobody waits."""

        async def sleep(_: float) -> None:
            await asyncio.sleep(0)

        return Time(lambda: self.moment, sleep)


@dataclass(slots=True)
class Replay:
    """Plays a history into a store."""

    database: Database
    decider: Decider
    clock: ThenTime
    real: Time
    repo: int
    _said: set[str] = field(default_factory=set)

    async def play(self, told: Sequence[Told], until: datetime) -> None:
        """Decide everything, and let time pass up to a moment in the end."""
        for at, together in groupby(told, key=lambda each: each.at):
            await self._moments(at - JUST_BEFORE)
            await self._tell(at, [_delivery(each) for each in together])
        await self._moments(until)

    async def _moments(self, until: datetime) -> None:
        """Tell the moments that have come by then, the oldest first: each may bring new ones."""
        while True:
            async with self.database.read() as tx:
                passed = await deadlines.passed(tx, until)
            due = [each for each in passed if each.repo == self.repo]
            waiting = [each for each in map(_moment, due) if each.delivery not in self._said]
            if not waiting:
                return
            at = waiting[0].received_at
            now = [each for each in waiting if each.received_at == at]
            self._said |= {each.delivery for each in now}
            await self._tell(at, now)

    async def _tell(self, at: datetime, deliveries: Sequence[Delivery]) -> None:
        self.clock.moment = max(self.clock.moment, at)
        async with self.database.write() as tx:
            await inbox.put(tx, deliveries)
        self.clock.moment = max(self.clock.moment, at + SETTLE)
        for _ in range(ATTEMPTS):
            await self.decider.drain()
            async with self.database.read() as tx:
                if not await inbox.open_count(tx):
                    return
            await self.real.sleep(PAUSE)
            self.clock.moment += ASK_AGAIN
        problem = "GitHub does not answer a question about what happened then. Nothing was written."
        raise CannotDo(problem)


def _delivery(told: Told) -> Delivery:
    return Delivery(told.delivery, told.event, told.body, told.at)


def _moment(due: deadlines.Passed) -> Delivery:
    """Name a moment as the clock does, so that the clock does not say it again."""
    event = EVENTS[due.kind]
    name = f"{event}:{due.repo}:{due.pledge or due.issue}:{due.seq}:{due.at.isoformat()}"
    body = deadline_body(due.repo, due.at, issue=due.issue, pledge=due.pledge)
    return Delivery(name, event, body, due.at)
