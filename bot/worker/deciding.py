"""Which events are decided next, and what if one cannot be?

A lane is a repository: its events are decided one after the other, in GitHub's order of time, after
they have had two seconds to settle. Lanes go side by side, and over several processes: whoever
decides in a lane holds its lease.

Many events are decided in one transaction, as long as nothing must be asked of GitHub: no
transaction is open while we wait for the network. An event that needs an answer is decided alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from bot.domain.refs import Repo
from bot.events.happened import RulesWanted
from bot.events.reading import Heard, hear
from bot.lookup import CannotTell, Lookup
from bot.routing import Routes
from bot.storage import inbox, knowing, leases, mirror, out_of_reach
from bot.storage.database import Database
from bot.storage.failures import is_the_stores
from bot.storage.leases import Fenced, Lease
from bot.storage.sheet import Sheet
from bot.timing import Bell, Time
from bot.worker.batch import Batch, LeftOut, Told
from bot.worker.closing import Months
from bot.worker.putting_off import PuttingOff
from bot.worker.recording import Recording
from bot.worker.sorting import Sorter

SETTLE = timedelta(seconds=2)
"""Deliveries arrive out of order; this is how long an event waits for earlier ones."""

LANES_AT_ONCE = 8
"""Repositories decided side by side; each waits mostly for GitHub's answers."""

LANE_TURNS = 12
"""Transactions of one lane before others get a turn."""

LEASE = timedelta(seconds=60)
"""How long a lane is ours without a word; twice the longest wait for an answer of GitHub."""

SORTED_IN_A_STEP = 16
DECIDED_IN_A_STEP = 4
"""How much is done in one transaction while deliveries are coming in: each of them may have to wait for
its end. Four events are some six milliseconds (docs/performance.md)."""

IDLE = 60.0
"""Seconds after which an idle loop looks around even if nothing rang."""

POLL = 1.0
"""The same where other processes receive: nobody rings for us. Less than events settle."""

log = structlog.get_logger(__name__)


class Deliveries(Protocol):
    """What comes in meanwhile, over the same disk and the same processor."""

    async def quiet(self) -> None:
        """Wait, but only so long, while GitHub waits for many answers."""

    def come_now(self) -> bool:
        """Tell whether deliveries are coming in."""


@dataclass(slots=True)
class Decider:
    """Takes events out of the inbox, one lane after the other's own order, and decides them."""

    database: Database
    routes: Routes
    ask: Lookup
    within: Callable[[Sheet], Lookup]
    """Answers inside a transaction; what only GitHub knows raises `NeedsGitHub`."""
    recording: Recording
    months: Months
    sorter: Sorter
    time: Time
    work: Bell
    """Rung when a delivery arrives."""
    done: Bell
    """Rung when there may be something to send."""
    deliveries: Deliveries
    """Come first: deciding can be done later, or in small steps."""
    holder: str = "alone"
    """The name of this process on its leases."""
    _step: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while many events are decided: on SQLite no lane lets another one, or the network, have a turn."""
    _refused: bool = False
    """Whether a lane could not be had in this round: it is somebody else's."""
    _served: dict[int, int] = field(default_factory=dict)
    """When each lane had its last turn: whoever waited longest comes first."""

    async def run(self) -> None:
        """Decide whatever arrives, until cancelled."""
        while True:
            await self.drain()
            await self.work.wait(await self._until_next())

    async def drain(self) -> None:
        """Decide everything that can be decided now."""
        while True:
            self._refused = False
            sorted_now = await self._sort_everything()
            lanes = await self._lanes()
            decided = await _all_ended([self._lane(lane) for lane in lanes])
            if decided:
                self.done.ring()
            if not sorted_now and not any(decided):
                return

    async def _sort_everything(self) -> int:
        """Put all that arrived in its place: an older event may be among what arrived last."""
        found = 0
        while True:
            await self.deliveries.quiet()
            at_most = SORTED_IN_A_STEP if self.deliveries.come_now() else inbox.BATCH
            sorted_now = await self.sorter.sort(at_most)
            if not sorted_now:
                return found
            found += sorted_now

    async def _lanes(self) -> list[int]:
        now = self.time.now()
        async with self.database.glance() as tx:
            lanes = await inbox.lanes_with_work(tx, SETTLE, now)
        lanes.sort(key=lambda lane: (self._served.get(lane, 0), lane))
        chosen = lanes[:LANES_AT_ONCE]
        newest = max(self._served.values(), default=0)
        self._served = {lane: self._served.get(lane, 0) for lane in lanes}
        self._served |= dict.fromkeys(chosen, newest + 1)
        return chosen

    async def _lane(self, repo: int) -> bool:
        """Decide the settled events of a repository, a few transactions at most; says whether any."""
        async with self.database.write() as tx:
            lease = await leases.take_lane(tx, repo, self.holder, self.time.now(), LEASE)
        if lease is None:
            self._refused = True
            return False
        try:
            return await self._turns(repo, lease)
        except Fenced:
            log.warning("another process has taken over a lane", repo=repo)
            return False

    async def _turns(self, repo: int, lease: Lease) -> bool:
        decided = False
        for _ in range(LANE_TURNS):
            events = await self._next(repo)
            if not events:
                break
            await self._some(events, lease)
            decided = True
        async with self.database.write() as tx:
            await leases.release(tx, lease)
        return decided

    async def _next(self, repo: int) -> list[Told]:
        now = self.time.now()
        async with self.database.glance() as tx:
            rows = await inbox.next_of_lane(tx, repo, SETTLE, now, at_most=self._together_at_most)
        return [Told(row, hear(row.event, row.body, row.received_at)) for row in rows]

    @property
    def _batch(self) -> Batch:
        return Batch(self.routes, self.within, self.recording, self.months)

    @property
    def _putting_off(self) -> PuttingOff:
        return PuttingOff(self.database, self.time)

    @property
    def _together_at_most(self) -> int:
        return DECIDED_IN_A_STEP if self.deliveries.come_now() else inbox.TOGETHER

    # --- many at once -------------------------------------------------------------------------

    async def _some(self, events: Sequence[Told], lease: Lease) -> None:
        """Decide events in one transaction, and then those alone that had to be left out."""
        try:
            async with self._step:
                left = await self._at_once(events, lease)
                await asyncio.sleep(0)  # to the network, and to nobody who waits for this step
        except DBAPIError as error:
            if is_the_stores(error):
                raise
            # One of them is refused by the database; which one, shows when each goes alone.
            log.warning("a batch failed, its events go one by one", n=events[0].row.n)
            left = [LeftOut(events[0])]
        for each in left:
            if each.error is not None:
                await self._putting_off.failed(each.event.row, each.error, lease)
            else:
                await self._attempt(each.event, lease)

    async def _at_once(self, events: Sequence[Told], lease: Lease) -> list[LeftOut]:
        async with self.database.write() as tx:
            await leases.hold(tx, lease)
            return await self._batch.decide(tx, events)

    # --- one alone ----------------------------------------------------------------------------

    async def _attempt(self, event: Told, lease: Lease) -> None:
        row = event.row
        try:
            await self._decide(event, lease)
        except Fenced:
            raise
        except CannotTell as error:
            await self._putting_off.ask_later(row, error, lease)
        except Exception as error:
            if is_the_stores(error):
                raise
            await self._putting_off.failed(row, error, lease)

    async def _decide(self, event: Told, lease: Lease) -> None:
        row, heard = event.row, event.heard
        async with self.database.glance() as tx:
            repo = await mirror.repo_by_id(tx, heard.repo or 0)
            has_rules = (await knowing.book_of(tx, heard.repo or 0)).rules is not None
        if repo is None or heard.event is None:
            async with self.database.write() as tx:
                await leases.hold(tx, lease)
                await out_of_reach.pass_over(tx, heard.repo or 0, [row.n])
            return
        if not has_rules:
            await self._first_rules(repo, lease)
        await self._keep_months(repo, heard.happened_at, lease)
        heard = replace(heard, event=replace(heard.event, repo=repo))
        await self._record(heard, repo, row.n, lease)

    async def _keep_months(self, repo: Repo, at: datetime, lease: Lease) -> None:
        """Close months that are over; while one cannot be closed its repository waits, and loses nothing."""
        try:
            await self.months.keep(repo, at, lease)
        except Fenced:
            raise
        except Exception as error:
            log.exception("a month cannot be closed, and its repository waits", repo=repo.id)
            raise CannotTell("a month cannot be closed") from error

    async def _first_rules(self, repo: Repo, lease: Lease) -> None:
        now = self.time.now()
        event = RulesWanted(repo, now)
        await self._record(Heard("rules:first", now, repo.id, event=event), repo, None, lease)

    async def _record(self, heard: Heard, repo: Repo, n: int | None, lease: Lease) -> None:
        """Ask first, with no transaction open; then decide and record in one."""
        assert heard.event is not None
        steps = await self.routes.steps(heard.event, self.ask)
        async with self.database.write() as tx:
            lease = await leases.prolong(tx, lease, self.time.now(), LEASE)
            sheet = Sheet(tx, repo.id)
            await self.recording.record(sheet, heard, repo, steps)
            await sheet.finish()
            if n is not None:
                await inbox.finish(tx, n, "done")

    async def _until_next(self) -> float:
        idle = POLL if self.database.is_shared else IDLE
        async with self.database.glance() as tx:
            moment = await inbox.next_moment(tx, SETTLE, self.time.now())
        if moment is None:
            return idle
        wait = max(0.0, (moment - self.time.now()).total_seconds())
        # What another process has leased is ours to look at again in a while, not at once.
        return min(idle, max(wait, POLL / 4) if self._refused else wait)


async def _all_ended(lanes: Sequence[Coroutine[Any, Any, bool]]) -> list[bool]:
    """Let every lane come to its end, also when the store fails under one: none goes on unattended."""
    ended = await asyncio.gather(*lanes, return_exceptions=True)
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return [each for each in ended if isinstance(each, bool)]
