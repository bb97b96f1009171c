"""How can a month pass in a minute?

`FastTime` runs faster than the wall clock and can jump ahead, for the box and for whoever plays in
it: every interval and every limit keeps its real length in this time.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

TICK = 0.02
"""Wall-clock seconds between two looks of a sleeper, so that a jump wakes it soon."""


class FastTime:
    """A clock that runs `speed` times as fast as the wall clock, from `start` on."""

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        """Start the clock; without `start`, it shows the present moment."""
        self._speed = speed
        self._base = start or datetime.now(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Give the moment (aware, UTC)."""
        return self._base + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of this clock pass; a jump ahead counts."""
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - a jump rings nothing
            await asyncio.sleep(min(left / self._speed, max(TICK, left / self._speed / 50)))

    def advance(self, step: timedelta) -> None:
        """Jump ahead."""
        self._base += step

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on."""
        self._base, self._since = self.now(), time.monotonic()
        self._speed = speed
