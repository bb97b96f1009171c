"""How do several processes share one clock that runs fast, and can be changed while they run?

The clock is a small file that every process maps: a moment, the reading of the machine's monotonic
clock that belongs to it, and how fast time runs since then. Linux's monotonic clock is the same for
all processes.
"""

from __future__ import annotations

import asyncio
import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_READING = struct.Struct("<ddd")
_SLOTS = (1, 1 + _READING.size)
_SIZE = 1 + 2 * _READING.size

LOOK_EVERY = 0.1
"""Wall-clock seconds after which a sleeper looks whether the clock was changed."""


class SharedClock:
    """One clock for all processes of a campaign; `skew` makes this process's view of it wrong."""

    def __init__(self, path: Path, skew: timedelta = timedelta(0)) -> None:
        """Map a clock that `start` has made."""
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self.path = path
        self._skew = skew.total_seconds()

    @classmethod
    def start(cls, path: Path, speed: float) -> SharedClock:
        """Make a clock that shows the present moment and runs at this speed from now on."""
        path.write_bytes(b"\0" * _SIZE)
        clock = cls(path)
        clock._set(time.time(), speed)
        return clock

    @property
    def speed(self) -> float:
        """How many seconds of this clock pass in a second."""
        return self._reading()[2]

    def true_now(self) -> datetime:
        """Give the moment (aware, UTC) as it is for everybody else."""
        return datetime.fromtimestamp(self._seconds(), UTC)

    def now(self) -> datetime:
        """Give the moment (aware, UTC) as this process sees it."""
        return datetime.fromtimestamp(self._seconds() + self._skew, UTC)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of this clock pass, also when it is changed meanwhile."""
        until = self._seconds() + seconds
        while (left := until - self._seconds()) > 0:  # noqa: ASYNC110 - another process may set it
            await asyncio.sleep(min(left / max(self.speed, 1e-3), LOOK_EVERY))
        if seconds <= 0:
            await asyncio.sleep(0)

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on, everywhere."""
        self._set(self._seconds(), speed)

    def jump(self, step: timedelta) -> None:
        """Move ahead at once, everywhere."""
        self._set(self._seconds() + step.total_seconds(), self.speed)

    def _seconds(self) -> float:
        base, since, speed = self._reading()
        return base + (time.monotonic() - since) * speed

    def _reading(self) -> tuple[float, float, float]:
        base, since, speed = _READING.unpack_from(self._map, _SLOTS[self._map[0]])
        return base, since, speed

    def _set(self, base: float, speed: float) -> None:
        """Write the place that nobody reads, then point to it: nobody ever reads half a clock."""
        other = 1 - self._map[0]
        _READING.pack_into(self._map, _SLOTS[other], base, time.monotonic(), speed)
        self._map[0] = other
