"""How is the database opened, read and written?

Every writing transaction starts with `BEGIN IMMEDIATE`: SQLAlchemy's default on SQLite loses
updates silently. One writing connection, first come first served, so that nothing in this process
ever waits for a lock of this process; readers have connections of their own (WAL).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000
"""How long a process waits for another's transaction (the command line beside the server)."""

READERS = 4
"""Reading connections; each is a thread of aiosqlite."""


class DatabaseUnusable(Exception):
    """The database cannot be used as configured; the sentence says what to do."""


class Database:
    """One database: `read()` for looking, `write()` for one transaction that writes."""

    def __init__(self, url: str) -> None:
        """Take the URL; nothing is opened before the first use."""
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            sentence = "DATABASE_URL is no URL; write sqlite+aiosqlite:///bursar.db, for example."
            raise DatabaseUnusable(sentence) from error
        if parsed.get_backend_name() != "sqlite":
            sentence = (
                "DATABASE_URL must be a SQLite file for now, such as "
                "sqlite+aiosqlite:///bursar.db; PostgreSQL comes with a later release."
            )
            raise DatabaseUnusable(sentence)
        folder = Path(parsed.database or ".").parent
        if not folder.is_dir():
            sentence = f"DATABASE_URL: there is no folder {folder}."
            raise DatabaseUnusable(sentence)
        self.url = parsed.set(drivername="sqlite+aiosqlite")
        self._writer = _engine(
            self.url.render_as_string(hide_password=False), size=1, begin="IMMEDIATE"
        )
        self._reader = _engine(
            self.url.render_as_string(hide_password=False), size=READERS, begin="DEFERRED"
        )
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a writing transaction; it commits when the block ends without an error."""
        async with self._turn, self._writer.begin() as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a snapshot to read from."""
        async with self._reader.begin() as tx:
            yield tx

    async def check(self) -> None:
        """Ask the database a question, to learn whether it answers."""
        async with self.read() as tx:
            await tx.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(url: str, *, size: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=size, max_overflow=0)
    _set_up_sqlite(engine.sync_engine, begin)
    return engine


def _set_up_sqlite(engine: Engine, begin: str) -> None:
    """Say what each connection is for; see https://www.sqlite.org/pragma.html."""

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")
