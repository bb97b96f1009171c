"""How is the database opened, read and written?

SQLite: one process, one writing connection, first come first served, so that nothing in this process
ever waits for a lock of this process; readers have connections of their own (WAL). Every writing
transaction starts with `BEGIN IMMEDIATE`: SQLAlchemy's default on SQLite loses updates silently.

PostgreSQL: several processes. A writing transaction is READ COMMITTED and locks what it depends on
(`bot.storage.leases`); a reading one is a snapshot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage import in_place, reaching
from bot.storage.turns import Turns

BUSY_TIMEOUT_MS = 10_000
"""How long a process waits for another's lock (on SQLite: the command line beside the server)."""

CHECKPOINT_PAGES = 32_768
"""Pages (128 MiB) after which a commit shortens the log itself: only where no server runs, whose own thread
does it much earlier, beside the commits (`checkpoints`)."""

READERS = 4
"""Reading connections on SQLite; each is a thread of aiosqlite."""

GLANCERS = 2
"""Connections for short looks: one is enough, unless a look waits for something else meanwhile."""

CONNECTIONS = 12
"""Connections of a process on PostgreSQL, whose own default is 100 for everybody
(https://www.postgresql.org/docs/current/runtime-config-connection.html)."""

IDLE_IN_TRANSACTION_MS = 30_000
"""After which the server ends the transaction of a process that sleeps in it, and with it the locks."""

_EXAMPLES = "sqlite+aiosqlite:///bursar.db or postgresql+asyncpg://user:password@host/bursar"


class DatabaseUnusable(Exception):
    """The database cannot be used as configured; the sentence says what to do."""


class Database:
    """One database: `read()` for looking, `write()` for one transaction that writes."""

    def __init__(self, url: str) -> None:
        """Take the URL; nothing is opened before the first use.

        Raises:
            DatabaseUnusable: the URL names no database that Bursar works with.
        """
        self.url = _understood(url)
        self.is_shared = self.url.get_backend_name() == "postgresql"
        """Whether several processes work on it."""
        engines = _on_postgresql(self.url) if self.is_shared else _on_sqlite(self.url)
        self._writer, self._glancer, self._reader = engines
        self._turn = Turns()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a writing transaction; it commits when the block ends without an error."""
        if self.is_shared:
            async with self._writer.begin() as tx:
                yield tx
            return
        async with self._turn, self._writer.begin() as tx:
            yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a snapshot to read from."""
        async with self._reader.begin() as tx:
            yield tx

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """Open a snapshot for a few short looks by key: on SQLite they take no way to a thread and back."""
        async with self._glancer.begin() as tx:
            yield tx

    def ahead(self) -> AbstractAsyncContextManager[None]:
        """Take the writers' turn before all that wait for `write()`: `receiving` commits by itself (SQLite)."""
        return self._turn.ahead()

    @asynccontextmanager
    async def bare(self) -> AsyncIterator[Any]:
        """Lend asyncpg's own connection, outside of any transaction, to `receiving` (PostgreSQL)."""
        async with self._writer.connect() as connection:
            yield (await connection.get_raw_connection()).driver_connection

    async def check(self) -> None:
        """Ask the database a question, to learn whether it answers."""
        async with self.read() as tx:
            await tx.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._reader.dispose()
        await self._glancer.dispose()
        await self._writer.dispose()


def _understood(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        sentence = f"DATABASE_URL is no URL; write {_EXAMPLES}, for example."
        raise DatabaseUnusable(sentence) from error
    match parsed.get_backend_name():
        case "sqlite":
            folder = Path(parsed.database or ".").parent
            if not folder.is_dir():
                sentence = f"DATABASE_URL: there is no folder {folder}."
                raise DatabaseUnusable(sentence)
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+asyncpg")
        case _:
            sentence = f"DATABASE_URL must be {_EXAMPLES}, for example."
            raise DatabaseUnusable(sentence)


# --- SQLite -----------------------------------------------------------------------------------


def _on_sqlite(url: URL) -> tuple[AsyncEngine, AsyncEngine, AsyncEngine]:
    here = {"async_creator_fn": in_place.connect}
    return (
        _sqlite(url, size=1, begin="IMMEDIATE", connect_args=here),
        _sqlite(url, size=GLANCERS, begin="DEFERRED", connect_args=here),
        _sqlite(url, size=READERS, begin="DEFERRED"),
    )


def _sqlite(url: URL, *, size: int, begin: str, **more: Any) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=size, max_overflow=0, **more)
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
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")


# --- PostgreSQL -------------------------------------------------------------------------------


def _on_postgresql(url: URL) -> tuple[AsyncEngine, AsyncEngine, AsyncEngine]:
    """Open one pool, seen in two ways; https://www.postgresql.org/docs/current/runtime-config-client.html."""
    settings = {
        "application_name": "bursar",
        "jit": "off",  # our statements are short; compiling them takes longer than they do
        "lock_timeout": str(BUSY_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
    }
    engine = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"server_settings": settings},
    )
    event.listen(engine.sync_engine, "do_connect", reaching.connect)
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(isolation_level="READ COMMITTED"), reading, reading
