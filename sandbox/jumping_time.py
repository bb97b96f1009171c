"""How can a year pass in half a minute?

`JumpingTime` is a clock that can stand still. Whoever sleeps is woken when the clock reaches that
moment, by running or by a jump; nobody polls. So a player lets everybody act, waits until nothing
is under way, and jumps to the moment for which somebody waits next.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import datetime, timedelta
from typing import TypeAlias

from sandbox.fast_time import FastTime

Sleeper: TypeAlias = tuple[datetime, int, "asyncio.Future[None]"]


class JumpingTime(FastTime):
    """A clock that runs at any speed, also at none, and wakes whoever waits for a moment."""

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        super().__init__(speed, start)
        self._sleepers: list[Sleeper] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of this clock pass; zero only lets others go first."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        until = self.now() + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (until, next(self._order), woken))
        self._wind()
        await woken

    def advance(self, step: timedelta) -> None:
        super().advance(step)
        self._ring()

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on; at speed zero only jumps move the clock."""
        super().set_speed(speed)
        self._wind()

    def stand_still(self) -> None:
        self.set_speed(0.0)

    def jump_to(self, moment: datetime) -> None:
        """Jump ahead; never back."""
        self.advance(max(moment - self.now(), timedelta(0)))

    @property
    def next_moment(self) -> datetime | None:
        """The first moment for which somebody waits."""
        self._forget_cancelled()
        return self._sleepers[0][0] if self._sleepers else None

    # -- waking ------------------------------------------------------------------------------

    def _ring(self) -> None:
        """Wake everybody whose moment has come."""
        now = self.now()
        while self._sleepers and self._sleepers[0][0] <= now:
            *_, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
        self._wind()

    def _wind(self) -> None:
        """Have the event loop ring at the first moment, if the clock runs."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (first := self.next_moment) is not None and self._speed > 0:
            left = (first - self.now()).total_seconds() / self._speed
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(left, 0.0), self._ring)

    def _forget_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
