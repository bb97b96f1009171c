"""How can hours pass in a moment, and the same seed give the same run?

An event loop without sockets and threads. Its time is a number that jumps to the next timer when
nobody has anything to do; which of several callbacks that are ready runs first, the dice decide.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

RESOLUTION = 1e-6
"""Seconds; two timers that are closer than this are due together."""

STEPS_AT_MOST = 2_000_000
"""Rounds of the loop after which a run is taken to go in circles; our own limit."""


class NothingWillHappen(Exception):
    """Everybody waits, and nobody for a moment that will come."""


class GoesInCircles(Exception):
    """The run takes more steps than any run should."""


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop whose time is virtual, and whose order follows the dice."""

    def __init__(self, dice: random.Random) -> None:
        """Start at zero."""
        super().__init__()
        self._dice = dice
        self._moment = 0.0
        self._clock_resolution = RESOLUTION
        self._selector = _Waiting(self)
        self.steps = 0
        self.after_each_step: Callable[[], None] = _nothing
        """Called between two rounds, where nobody is at work: a crash can strike here."""

    def time(self) -> float:
        """Give the virtual time, in seconds since the start."""
        return self._moment

    def pass_time(self, seconds: float) -> None:
        """Jump ahead: whoever waits for a moment until then wakes at once."""
        self._moment += seconds

    def run_in_executor(self, _: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """Call at once: threads would come in an order of their own."""
        found = self.create_future()
        try:
            found.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it is the caller's to see
            found.set_exception(error)
        return found

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        """Do as `call_soon`: there is one thread."""
        return self.call_soon(callback, *args, context=context)

    def _run_once(self) -> None:
        self.steps += 1
        if self.steps > STEPS_AT_MOST:
            raise GoesInCircles
        self.after_each_step()
        ready: Any = self._ready  # type: ignore[attr-defined]
        if len(ready) > 1:
            order = list(ready)
            self._dice.shuffle(order)
            ready.clear()
            ready.extend(order)
        super()._run_once()  # type: ignore[misc]

    def _process_events(self, _: object) -> None:
        """There are no sockets."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who must be woken."""


class _Waiting:
    """Stands where a loop has its selector: waiting is jumping."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> tuple[()]:
        if timeout is None:
            raise NothingWillHappen
        if timeout > 0:
            self._loop.pass_time(timeout)
        return ()

    def close(self) -> None:
        """Nothing is open."""


def _nothing() -> None:
    pass
