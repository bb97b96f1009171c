"""Until when did GitHub ask us to be quiet, whichever of our processes it asked?

GitHub bans integrations that go on asking while a limit holds; that goes for reads too.
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot.github.errors import Unread

Patience = Callable[[Unread, int], Awaitable[bool]]
"""Told of a read without an answer and how often it was asked: waits, and says whether to ask once more."""


async def no_patience(_silence: Unread, _times: int) -> bool:
    """Ask once: whoever wants to know comes again later."""
    return False


class Quiet(Protocol):
    """What all our processes together know of GitHub's limits."""

    async def until(self, installation: int) -> datetime | None:
        """Say until when other processes were asked to be quiet; None when they were not."""

    async def keep(self, installation: int, until: datetime) -> None:
        """Let the others know that this process was asked."""


class NobodyElse:
    """A process that is alone, and forgets when it ends."""

    async def until(self, installation: int) -> datetime | None:  # noqa: ARG002 - asked by protocol
        """Know of no others."""
        return None

    async def keep(self, installation: int, until: datetime) -> None:
        """Have nobody to tell."""


class Pauses:
    """When each installation may ask again."""

    def __init__(self, now: Callable[[], datetime], others: Quiet) -> None:
        """Take the clock, and what the other processes know."""
        self._now, self._others = now, others
        self._until: dict[int, datetime] = {}

    def check(self, installation: int) -> None:
        """Look right before a request leaves.

        Raises:
            Unread: a limit holds.
        """
        until = self._until.get(installation)
        if until is None:
            return
        if self._now() < until:
            raise Unread("A limit of GitHub holds", not_before=until)
        del self._until[installation]

    async def check_with_others(self, installation: int) -> None:
        """Look before a request is begun (a page of a list is one), also at what other processes were told.

        Raises:
            Unread: a limit holds.
        """
        if until := await self._others.until(installation):
            self._learn(installation, until)
        self.check(installation)

    async def begin(self, installation: int, until: datetime) -> None:
        """Ask nothing until then, in no process."""
        self._learn(installation, until)
        await self._others.keep(installation, until)

    def _learn(self, installation: int, until: datetime) -> None:
        self._until[installation] = max(until, self._until.get(installation, until))
