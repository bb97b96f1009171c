"""Who writes for an installation, when may it, and is it still ours to do?

One process at a time holds an installation's lease, and with it the pace at which GitHub allows
writes. Before each write one transaction prolongs the lease, so that it outlasts the request, and
notes the write: what happens after it, another process knows of it. Whatever comes of the write is
noted under the same lease, or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.github.leaving import leave_by, slept
from bot.github.transport import TIMEOUT_SECONDS
from bot.storage import leases, outbox, pacing
from bot.storage.database import Database
from bot.storage.leases import Lease
from bot.timing import Time
from bot.worker.pace import Pace

LEASE = timedelta(seconds=60)
"""How long an installation stays with a process that says nothing more; our own choice."""

MUST_LEAVE_WITHIN = LEASE.total_seconds() - TIMEOUT_SECONDS - 10
"""Seconds in which a write must have left: then it has ended before the lease can, also where two
clocks run a little apart."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Turn:
    """The right to write for one installation, as long as nobody else has taken over."""

    database: Database
    time: Time
    pace: Pace
    installation: int
    lease: Lease
    _unanswered: bool = False

    @asynccontextmanager
    async def writing(self, count: int = 1) -> AsyncIterator[AsyncConnection]:
        """Note that so many writes follow; what else is to be noted before goes into it.

        Raises:
            Fenced: somebody else has taken over, and nothing may be written.
        """
        await self.comes()
        asked_at, before = asyncio.get_running_loop().time(), slept()
        now = self.time.now()
        async with self.database.write() as tx:
            self.lease = await leases.prolong(tx, self.lease, now, LEASE)
            await pacing.note(tx, self.installation, self.lease.until - LEASE, count)
            yield tx
        self.pace.wrote(self.installation, now, count)
        self._unanswered = True
        leave_by(asked_at + MUST_LEAVE_WITHIN, before)

    async def begins(self, count: int = 1) -> None:
        """Note that so many writes follow, none of which can be doubled.

        Raises:
            Fenced: somebody else has taken over, and nothing may be written.
        """
        async with self.writing(count):
            pass

    @asynccontextmanager
    async def noting(self) -> AsyncIterator[AsyncConnection]:
        """Note what became of a write.

        Raises:
            Fenced: somebody else has taken over, and finds out for itself.
        """
        if self._unanswered:
            self.pace.answered(self.installation, self.time.now())
            self._unanswered = False
        async with self.database.write() as tx:
            await leases.hold(tx, self.lease)
            yield tx

    async def comes(self) -> None:
        """Wait until GitHub's pace allows a write."""
        now = self.time.now()
        next_write = self.pace.next_write(self.installation, now)
        if next_write > now:
            await self.time.sleep((next_write - now).total_seconds())

    async def ends(self) -> None:
        """Let others have the installation at once."""
        async with self.database.write() as tx:
            await leases.release(tx, self.lease)


@dataclass(slots=True)
class Turns:
    """Takes turns with other processes."""

    database: Database
    time: Time
    holder: str
    """A name that no other process has."""
    pace: Pace = field(default_factory=Pace)
    _last: dict[int, int] = field(default_factory=dict)
    """The epoch of each installation's last lease of ours."""

    async def take(self, installation: int) -> Turn | None:
        """Take the right to write for an installation; None while another process has it.

        What that process left half done is in doubt, and what it wrote counts for our pace.
        """
        now = self.time.now()
        async with self.database.write() as tx:
            name = f"installation:{installation}"
            lease = await leases.take(tx, name, self.holder, now, LEASE)
            if lease is None:
                return None
            if self._last.get(installation) != lease.epoch - 1:
                log.info("an installation is taken over", installation=installation)
                written = await pacing.written(tx, installation, lease.until - LEASE, now)
                self.pace.learn(installation, written, now)
            await outbox.doubt_what_was_sending(tx, installation, now)
        self._last[installation] = lease.epoch
        return Turn(self.database, self.time, self.pace, installation, lease)

    async def quiet_until(self, installation: int) -> datetime | None:
        """Say until when GitHub asked for quiet, before a restart or of another process."""
        if installation in self._last and not self.database.is_shared:
            return None
        async with self.database.read() as tx:
            return await pacing.quiet_until(tx, installation, self.time.now(), self.holder)
