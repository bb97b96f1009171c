"""How does the bot find by itself what it was not told?

Every five minutes, and at its start, it compares GitHub's list of deliveries with the inbox (`missed`).
Where that list does not reach back, it reads repositories again (`again`). At night it looks for what no
webhook tells (`nightly`). Whatever it finds goes into the inbox like any other delivery, and is decided
there; nothing is written to a ledger here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.app.recovering.again import Again
from bot.app.recovering.drift import Drift
from bot.app.recovering.holding import NIGHT, Holding, SomebodyElse
from bot.app.recovering.missed import Missed
from bot.app.recovering.nightly import Nightly
from bot.app.recovering.reach import Reach
from bot.github.client import Client
from bot.github.deliveries import Deliveries
from bot.github.rereading import Rereading
from bot.github.rereading.today import Today
from bot.lookup import CannotTell
from bot.storage import sweeps
from bot.storage.database import Database
from bot.timing import Bell, Time

__all__ = ["Recovery"]

EVERY = 300.0
"""Seconds between two sweeps (docs/architecture.md)."""

ASK_AGAIN = timedelta(seconds=60)
"""How long the clock waits after a sweep that failed before it asks for another one."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Recovery:
    """Looks for what was missed; one process at a time."""

    holding: Holding
    missed: Missed
    again: Again
    nightly: Nightly
    _whole: bool = True
    _not_before: datetime = _LONG_AGO

    @classmethod
    def over(
        cls, database: Database, client: Client, time: Time, work: Bell, *, app_id: int
    ) -> Recovery:
        """Put it together; `work` is rung when something was found."""
        sweep, night = Holding(database, time), Holding(database, time, NIGHT)
        rereading, today = Rereading(client), Today(client)
        nightly = Nightly(
            Reach(today, night, work),
            Again(rereading, night, work),
            Drift(today, night, work, app_id),
            night,
        )
        missed = Missed(Deliveries(client), sweep, work)
        return cls(sweep, missed, Again(rereading, sweep, work), nightly)

    async def run(self) -> None:
        """Look now, and every five minutes, until cancelled."""
        async with asyncio.TaskGroup() as looking:
            for look in (self.catch_up, self.look_around):
                looking.create_task(self._every_now_and_then(look))

    async def look(self) -> None:
        """Look for everything that can be looked for now; what fails is looked for again."""
        await self.catch_up()
        await self.look_around()

    async def catch_up(self) -> None:
        """Bring in what was missed; what cannot be had now is had the next time."""
        try:
            async with self.holding.taken():
                await self._sweep()
                await _unless_silent(self.again.read_what_is_wanted())
        except SomebodyElse:
            log.debug("another process sweeps")

    async def look_around(self) -> None:
        """Look for drift, where its hour has come."""
        try:
            async with self.nightly.holding.taken():
                await _unless_silent(self.nightly.look())
        except SomebodyElse:
            log.debug("another process looks around")

    async def swept_up_to(self) -> datetime | None:
        """Say up to when nothing that GitHub delivered is missing; None: never swept."""
        async with self.holding.database.read() as tx:
            mark = await sweeps.mark(tx, sweeps.DELIVERIES)
        return None if mark is None else mark.until

    async def sweep_past(self, moment: datetime) -> datetime | None:
        """Sweep, unless that was done since this moment; gives up to when it is done now."""
        swept = await self.swept_up_to()
        if swept is not None and swept >= moment:
            return swept
        await self.catch_up()
        return await self.swept_up_to()

    async def unread(self) -> frozenset[int]:
        """Name the repositories that are still to be read again: their moments wait."""
        async with self.holding.database.read() as tx:
            return frozenset(await sweeps.marks(tx, sweeps.REREAD))

    async def _sweep(self) -> None:
        """Compare GitHub's list with the inbox: at first all of it, then what is new."""
        now = self.holding.time.now()
        if now < self._not_before:
            return
        try:
            await self.missed.sweep(whole=self._whole)
            self._whole = False
        except CannotTell as error:
            self._not_before = max(error.not_before or now, now + ASK_AGAIN)
            log.warning("deliveries cannot be swept now", why=str(error))

    async def _every_now_and_then(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            await look()
            await self.holding.time.sleep(EVERY)


async def _unless_silent(looking: Awaitable[None]) -> None:
    """Look; where GitHub does not answer, the next time will do."""
    try:
        await looking
    except CannotTell as error:
        log.warning("GitHub does not answer now", why=str(error))
