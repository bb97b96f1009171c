"""Who of several processes looks for what we missed?"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import leases
from bot.storage.database import Database
from bot.storage.leases import Fenced, Lease
from bot.timing import Time

SWEEP, NIGHT = "sweep", "night"
"""Two rights: a long look around at night must not hold up what was missed."""

LENGTH = timedelta(minutes=10)
"""How long a right lasts if it is not prolonged: longer than any single question."""

PROLONGED_EVERY = 200.0
"""Seconds between two prolongings, by this machine's clock: a right runs out by the database's, and never
faster because a demonstration plays a month in a minute. Two may fail. Our own choice."""

log = structlog.get_logger(__name__)


class SomebodyElse(Exception):
    """Another process is at it, or has taken over."""


@dataclass(slots=True)
class Holding:
    """One right; whatever is written while we have it is written only if we still do."""

    database: Database
    time: Time
    name: str = SWEEP
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _lease: Lease | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Have the right while the block runs; within this process whoever comes second waits.

        It is prolonged meanwhile, however long the block reads before it writes.

        Raises:
            SomebodyElse: another process has it, or has it now; then the block is broken off.
        """
        async with self._turn:
            async with self.database.write() as tx:
                lease = await leases.take(tx, self.name, self.holder, self.time.now(), LENGTH)
            if lease is None:
                raise SomebodyElse
            self._lease = lease
            try:
                async with self._kept():
                    yield
            except Fenced as fenced:
                raise SomebodyElse from fenced
            finally:
                async with self.database.write() as tx:
                    await leases.release(tx, self._lease)

    @asynccontextmanager
    async def _kept(self) -> AsyncIterator[None]:
        """Prolong the right beside the block, and break the block off when the right is lost."""
        ending = asyncio.timeout(None)
        try:
            async with ending:
                prolonging = asyncio.create_task(self._prolong(ending))
                try:
                    yield
                finally:
                    prolonging.cancel()
                    await asyncio.wait([prolonging])
        except TimeoutError as error:
            if not ending.expired():
                raise
            raise SomebodyElse from error

    async def _prolong(self, ending: asyncio.Timeout) -> None:
        while True:
            await asyncio.sleep(PROLONGED_EVERY)
            try:
                async with self.writing():
                    pass
            except Fenced:
                ending.reschedule(asyncio.get_running_loop().time())
                return
            except DBAPIError as error:
                log.warning("a right could not be prolonged now", right=self.name, why=str(error))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that counts only while the right is ours, and prolongs it."""
        assert self._lease is not None
        async with self.database.write() as tx:
            await leases.hold(tx, self._lease)
            self._lease = await leases.prolong(tx, self._lease, self.time.now(), LENGTH)
            yield tx
