"""How do we know the time, and how do we wait?

Time is handed in where the rooms are wired, so that a test or a demonstration can run a month in a
minute with every rule as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far GitHub's clock may be ahead of ours: a time further ahead is not believed. Our own limit."""


@dataclass(frozen=True, slots=True)
class Time:
    """The present moment (aware, UTC), and a way to let seconds pass."""

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]


class Bell:
    """Wakes a loop: rung by whoever has work for it, waited for at most so long."""

    def __init__(self, time: Time) -> None:
        """Take the time that waiting is measured in."""
        self._rung = asyncio.Event()
        self._time = time

    def ring(self) -> None:
        """Say that there is work."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Wait until it is rung, or until so many seconds have passed."""
        waiting = [
            asyncio.ensure_future(self._rung.wait()),
            asyncio.ensure_future(self._time.sleep(max(seconds, 0.0))),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        self._rung.clear()
