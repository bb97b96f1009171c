"""Which event is decided next, and what if it cannot be?

A lane is a repository: its events are decided one after the other, in GitHub's order of time, after
they have had two seconds to settle. Lanes go side by side.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.moves import panel_of
from bot.domain.refs import Repo
from bot.events.happened import RulesWanted
from bot.events.reading import Heard, hear
from bot.lookup import CannotTell, Lookup
from bot.routing import Routes
from bot.storage import inbox, knowing, mirror, outbox
from bot.storage.database import Database
from bot.timing import Bell, Time
from bot.worker.closing import Months
from bot.worker.recording import Recording
from bot.worker.sorting import Sorter

SETTLE = timedelta(seconds=2)
"""Deliveries arrive out of order; this is how long an event waits for earlier ones."""

ASK_AGAIN = timedelta(seconds=15)
"""How long an event waits when a question could not be answered."""

ATTEMPTS = 5
"""How often an event may fail before it is put into quarantine."""

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120))
"""Pauses between the attempts."""

LANES_AT_ONCE = 8
"""Repositories decided side by side; each waits mostly for GitHub's answers."""

IDLE = 60.0
"""Seconds after which an idle loop looks around even if nothing rang."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Decider:
    """Takes events out of the inbox, one lane after the other's own order, and decides them."""

    database: Database
    routes: Routes
    ask: Lookup
    recording: Recording
    months: Months
    sorter: Sorter
    time: Time
    work: Bell
    """Rung when a delivery arrives."""
    done: Bell
    """Rung when there may be something to send."""

    async def run(self) -> None:
        """Decide whatever arrives, until cancelled."""
        while True:
            await self.drain()
            await self.work.wait(await self._until_next())

    async def drain(self) -> None:
        """Decide everything that can be decided now."""
        while True:
            sorted_now = await self._sort_everything()
            lanes = await self._lanes()
            if not lanes and not sorted_now:
                return
            await asyncio.gather(*(self._lane(lane) for lane in lanes[:LANES_AT_ONCE]))
            self.done.ring()

    async def _sort_everything(self) -> int:
        """Put all that arrived in its place: an older event may be among what arrived last."""
        found = 0
        while sorted_now := await self.sorter.sort():
            found += sorted_now
        return found

    async def _lanes(self) -> list[int]:
        now = self.time.now()
        async with self.database.read() as tx:
            return await inbox.lanes_with_work(tx, now - SETTLE, now)

    async def _lane(self, repo: int) -> None:
        """Decide the settled events of a repository, a batch at most, so that others get a turn."""
        for _ in range(inbox.LANE_BATCH):
            now = self.time.now()
            async with self.database.read() as tx:
                row = await inbox.next_of_lane(tx, repo, now - SETTLE, now)
            if row is None:
                return
            await self._attempt(row)

    async def _attempt(self, row: inbox.Waiting) -> None:
        try:
            await self._decide(row)
        except CannotTell as error:
            await self._ask_later(row, error)
        except Exception as error:
            log.exception("event failed", n=row.n, event_name=row.event, attempt=row.attempts + 1)
            await self._try_later(row, repr(error))

    async def _decide(self, row: inbox.Waiting) -> None:
        heard = hear(row.event, row.body, row.received_at)
        async with self.database.read() as tx:
            repo = await mirror.repo_by_id(tx, heard.repo or 0)
            has_rules = (await knowing.book_of(tx, heard.repo or 0)).rules is not None
        if repo is None or heard.event is None:
            async with self.database.write() as tx:
                await inbox.finish(tx, row.n, "ignored", "not in a repository of ours")
            return
        if not has_rules:
            await self._first_rules(repo)
        await self._keep_months(repo, heard.happened_at)
        heard = replace(heard, event=replace(heard.event, repo=repo))
        await self._record(heard, repo, row.n)

    async def _keep_months(self, repo: Repo, at: datetime) -> None:
        """Close months that are over; while one cannot be closed its repository waits, and loses nothing."""
        try:
            await self.months.keep(repo, at)
        except Exception as error:
            log.exception("a month cannot be closed, and its repository waits", repo=repo.id)
            raise CannotTell("a month cannot be closed") from error

    async def _first_rules(self, repo: Repo) -> None:
        now = self.time.now()
        event = RulesWanted(repo, now)
        await self._record(Heard("rules:first", now, repo.id, event=event), repo, None)

    async def _record(self, heard: Heard, repo: Repo, n: int | None) -> None:
        """Ask first, with no transaction open; then decide and record in one."""
        assert heard.event is not None
        steps = await self.routes.steps(heard.event, self.ask)
        async with self.database.write() as tx:
            await self.recording.record(tx, heard, repo, steps)
            if n is not None:
                await inbox.finish(tx, n, "done")

    async def _ask_later(self, row: inbox.Waiting, error: CannotTell) -> None:
        until = max(error.not_before or self.time.now(), self.time.now() + ASK_AGAIN)
        log.warning("question unanswered, event waits", n=row.n, why=str(error), until=str(until))
        async with self.database.write() as tx:
            await inbox.postpone(tx, row.n, until, str(error), count=False)

    async def _try_later(self, row: inbox.Waiting, error: str) -> None:
        async with self.database.write() as tx:
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

    async def _until_next(self) -> float:
        async with self.database.read() as tx:
            moment = await inbox.next_moment(tx, SETTLE, self.time.now())
        if moment is None:
            return IDLE
        return min(IDLE, max(0.0, (moment - self.time.now()).total_seconds()))
