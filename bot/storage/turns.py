"""Who writes next, where only one can write at a time?

First come first served, but for one who may go ahead of everybody who waits: deliveries, since GitHub
waits for an answer only so long. After one of those somebody else has a turn, if somebody waits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType

_Line = deque[asyncio.Future[None]]


class Turns:
    """One turn at a time, for the tasks of one event loop."""

    def __init__(self) -> None:
        """Begin with nobody in turn."""
        self._taken = False
        self._ahead: _Line = deque()
        self._usual: _Line = deque()

    async def __aenter__(self) -> None:
        """Wait for a turn, in the order of coming."""
        await self._take(self._usual)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the turn to whoever is next; one of those ahead comes first."""
        self._pass_on(self._ahead, self._usual)

    @asynccontextmanager
    async def ahead(self) -> AsyncIterator[None]:
        """Have a turn before all that wait for a usual one."""
        await self._take(self._ahead)
        try:
            yield
        finally:
            self._pass_on(self._usual, self._ahead)

    async def _take(self, line: _Line) -> None:
        if not self._taken:
            self._taken = True
            return
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(given)
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled():
                self._pass_on(self._ahead, self._usual)
            raise

    def _pass_on(self, *lines: _Line) -> None:
        for line in lines:
            while line:
                given = line.popleft()
                if not given.done():
                    given.set_result(None)
                    return
        self._taken = False
