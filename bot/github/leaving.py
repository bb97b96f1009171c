"""Until when may a write leave this process?

Whoever writes holds a lease, and another process takes over when it ends. A request that waited too
long before it left, or whose process was stopped meanwhile, must not leave any more.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

_BY: ContextVar[float | None] = ContextVar("leave_by", default=None)


class TooLate(Exception):
    """The request was not sent: its time was over."""


def leave_by(moment: float) -> None:
    """Let writes of this task leave until a moment of the event loop's clock, and not after it."""
    _BY.set(moment)


def check() -> None:
    """Look once more, right before a write is sent.

    Raises:
        TooLate: it must not be.
    """
    moment = _BY.get()
    if moment is not None and asyncio.get_running_loop().time() > moment:
        raise TooLate
