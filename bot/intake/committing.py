"""How is whatever waits committed together, without making anybody wait for a batch?

One task commits; while it does, the next batch gathers by itself. No delay is added: measured, a fixed
window gains nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from bot.storage.database import Database
from bot.storage.receiving import Delivery, Opens, Receives, receiving
from bot.timing import Bell

BATCH_AT_MOST = 64
"""Deliveries committed together; bounds a transaction, adds no delay."""

BATCH_BYTES = 4 * 1024 * 1024
"""Bytes after which a batch is full, likewise; a larger delivery is a batch of its own."""

COMMIT_SECONDS = 8.0
"""GitHub gives up after 10 seconds; by then we must have said that we could not."""

LATE_SECONDS = 2.0
"""A delivery that waits for so long is likely to wait in vain: a commit takes milliseconds."""

AGAIN_EVERY = 5.0
"""Seconds between two tries to store what could not be stored, while nothing else comes."""

COMPLAIN_EVERY = 1.0
"""Seconds between two lines in the log, while the store fails for everybody."""

LOOK_EVERY = 0.5
"""Seconds between two looks at who has waited too long, while a commit takes long."""

COMING_SECONDS = 1.0
"""How long after a delivery more of them are expected."""

LARGE_BATCH = 16
"""A batch of so many says that deliveries come faster than we answer them."""

PRESSED_SECONDS = 0.05
"""How long one such batch counts; while more come, the next is there sooner."""

HELD_BACK_SECONDS = 0.25
"""How long other work is held back for deliveries at most; it does a hundred events in between."""

log = structlog.get_logger(__name__)


class NotStored(Exception):
    """A delivery is not on the disk, as far as we know: it must not be acknowledged."""


@dataclass(slots=True)
class _Waiting:
    delivery: Delivery
    since: float
    stored: asyncio.Future[None]


@dataclass(slots=True)
class Commits:
    """Commits what is handed in, in the order of coming."""

    database: Database
    stored: Bell
    """Rung when something was committed."""
    open: Callable[[Database], Opens] = receiving
    _waiting: deque[_Waiting] = field(default_factory=deque)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _runs: bool = False
    _ended: bool = False
    _complained: float = 0.0
    _pressed_until: float = 0.0
    _newest: float = -COMING_SECONDS
    _storing_since: float | None = None
    """When the oldest of what is being stored now came."""
    _refused: Delivery | None = None
    """The first that could not be stored since one could: then we do not know that others can be."""

    async def commit(self, delivery: Delivery) -> None:
        """Return when it is on the disk.

        Raises:
            NotStored: it is not, or took too long.
        """
        if self._ended:
            raise NotStored
        loop = asyncio.get_running_loop()
        self._newest = loop.time()
        one = _Waiting(delivery, self._newest, loop.create_future())
        self._waiting.append(one)
        self._arrived.set()
        if self._runs:
            await one.stored
        else:
            await _in_time(one.stored)

    def can_store(self) -> bool:
        """Tell whether deliveries are stored, by what became of the last ones and how long others wait."""
        oldest = self._storing_since
        if oldest is None and self._waiting:
            oldest = self._waiting[0].since
        late = oldest is not None and oldest + LATE_SECONDS < asyncio.get_running_loop().time()
        return self._runs and self._refused is None and not late

    def come_now(self) -> bool:
        """Tell whether deliveries are coming in: whoever holds the disk or the processor holds them up."""
        return asyncio.get_running_loop().time() < self._newest + COMING_SECONDS

    async def quiet(self) -> None:
        """Let deliveries go first: wait while GitHub waits for many answers, but only so long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + HELD_BACK_SECONDS
        while True:
            left = min(self._pressed_until, end) - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(left)

    async def run(self) -> None:
        """Commit batch by batch, until cancelled; then nothing is promised to anybody any more."""
        self._ended = False
        try:
            async with self.open(self.database) as receives:
                self._runs = True
                await self._keep_storing(receives)
        except asyncio.CancelledError:
            self._ended = True
            raise
        finally:
            self._runs = False
            _give_up(self._waiting)

    async def _keep_storing(self, receives: Receives) -> None:
        while True:
            await self._something_to_store()
            self._arrived.clear()
            while batch := self._batch():
                await self._store(receives, batch)

    async def _something_to_store(self) -> None:
        """Wait for a delivery; while we do not know that it can be stored, the refused one comes again.

        Whoever watches over us may send us nothing until we say that we are ready. It is the first that was
        refused, so that the order stays; nobody minds that a delivery is there whose sender was told no.
        """
        while self._refused is not None:
            if self._arrived.is_set():
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_EVERY):
                    await self._arrived.wait()
                return
            self._put_again(self._refused)
        await self._arrived.wait()

    def _put_again(self, refused: Delivery) -> None:
        loop = asyncio.get_running_loop()
        again = _Waiting(refused, loop.time(), loop.create_future())
        again.stored.add_done_callback(_nobody_waits)
        self._waiting.append(again)
        self._arrived.set()

    def _batch(self) -> list[_Waiting]:
        """Take what waits, but for those who have hung up."""
        batch: list[_Waiting] = []
        size = 0
        while self._waiting and len(batch) < BATCH_AT_MOST:
            one = self._waiting[0]
            size += len(one.delivery.body)
            if batch and size > BATCH_BYTES:
                break
            self._waiting.popleft()
            if not one.stored.done():
                batch.append(one)
        return batch

    async def _store(self, receives: Receives, batch: list[_Waiting]) -> None:
        self._storing_since = batch[0].since
        storing = asyncio.ensure_future(receives.put([one.delivery for one in batch]))
        try:
            while not (await asyncio.wait({storing}, timeout=LOOK_EVERY))[0]:
                self._give_up_on_old(batch)
        except asyncio.CancelledError:
            # The batch may be on the disk or not: nobody is told that it is.
            _give_up(batch)
            storing.cancel()
            await asyncio.gather(storing, return_exceptions=True)
            raise
        finally:
            self._storing_since = None
        self._tell(batch, storing.exception())

    def _tell(self, batch: list[_Waiting], problem: BaseException | None) -> None:
        if problem is not None:
            self._refuse(batch, problem)
            return
        self._refused = None
        if len(batch) >= LARGE_BATCH:
            self._pressed_until = asyncio.get_running_loop().time() + PRESSED_SECONDS
        self.stored.ring()
        for one in batch:
            if not one.stored.done():
                one.stored.set_result(None)

    def _give_up_on_old(self, batch: list[_Waiting]) -> None:
        since = asyncio.get_running_loop().time() - COMMIT_SECONDS
        old = [one for one in (*batch, *self._waiting) if one.since <= since]
        if old:
            self._refuse(old, TimeoutError(f"{COMMIT_SECONDS} s"))

    def _refuse(self, unstored: list[_Waiting], problem: BaseException) -> None:
        self._refused = self._refused or unstored[0].delivery
        self._complain(unstored, problem)
        _give_up(unstored)

    def _complain(self, unstored: list[_Waiting], problem: BaseException) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._complained + COMPLAIN_EVERY:
            return
        self._complained = now
        first = unstored[0].delivery.delivery
        log.error("deliveries not stored", count=len(unstored), first=first, error=repr(problem))


def _nobody_waits(stored: asyncio.Future[None]) -> None:
    """Look at the outcome, so that asyncio does not miss somebody who does."""
    if not stored.cancelled():
        stored.exception()


async def _in_time(stored: asyncio.Future[None]) -> None:
    """Wait for a commit while nobody looks at who waits too long: just after a start, say."""
    try:
        async with asyncio.timeout(COMMIT_SECONDS):
            await stored
    except TimeoutError:
        raise NotStored from None


def _give_up(waiting: Iterable[_Waiting]) -> None:
    """Tell them that theirs is not stored; they answer 503, and GitHub notes a failure."""
    for one in waiting:
        if not one.stored.done():
            one.stored.set_exception(NotStored())
