"""Until when may a write leave this process?

Whoever writes holds a lease, and another process takes over when it ends. A request that waited too
long before it left, or whose process was stopped meanwhile, must not leave any more.
"""

from __future__ import annotations

import asyncio
import time
from contextvars import ContextVar

_BY: ContextVar[tuple[float, float] | None] = ContextVar("leave_by", default=None)

_TICKS_ON: int | None = getattr(time, "CLOCK_BOOTTIME", None)
"""A clock that does not stand still while the machine is suspended, as the event loop's does; Linux has one.
https://man7.org/linux/man-pages/man2/clock_getres.2.html"""


class TooLate(Exception):
    """The request was not sent: its time was over."""


def slept() -> float:
    """Give a number that grows by the seconds for which the machine is suspended, where that can be told."""
    if _TICKS_ON is None:
        return 0.0
    # In this order: whoever is stopped in between takes a write for too late, and none for in time.
    ticked = time.clock_gettime(_TICKS_ON)
    return ticked - asyncio.get_running_loop().time()


def leave_by(moment: float, before: float | None = None) -> None:
    """Let writes of this task leave until a moment of the event loop's clock, and not after it.

    `before` is what `slept` gave when the moment was reckoned; without it, that is now.
    """
    _BY.set((moment, slept() if before is None else before))


def check() -> None:
    """Look once more, right before a write is sent.

    Raises:
        TooLate: it must not be.
    """
    by = _BY.get()
    if by is None:
        return
    moment, before = by
    # A loop whose time is played runs ahead of the machine: that is no sleep, and no gain either.
    suspended = max(slept() - before, 0.0)
    if asyncio.get_running_loop().time() + suspended > moment:
        raise TooLate
