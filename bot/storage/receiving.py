"""How do deliveries become durable, as many as wait in one commit?

The one place that goes past SQLAlchemy: what GitHub waits for is worth it. Nothing is parsed here, and a
delivery that is there already stays as it is, so that a batch can be tried again.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.checkpoints import Checkpoints
from bot.storage.database import BUSY_TIMEOUT_MS, Database
from bot.storage.inserting import insert
from bot.storage.tables import bodies, inbox
from bot.storage.types import storable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_IN_POSTGRESQL = """
WITH fresh AS (
    INSERT INTO inbox (delivery, event, received_at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
    ON CONFLICT (delivery) DO NOTHING
    RETURNING n, delivery, received_at
)
INSERT INTO bodies (n, received_at, body)
SELECT fresh.n, fresh.received_at, given.body
FROM fresh JOIN unnest($1::text[], $4::bytea[]) AS given (delivery, body) USING (delivery)
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived: GitHub's delivery id, the event's name, the bytes, and when."""

    delivery: str
    event: str
    body: bytes
    received_at: datetime

    @property
    def row(self) -> tuple[str, str, int]:
        """Give the values as the columns of the inbox hold them."""
        return self.delivery, self.event, (self.received_at - _EPOCH) // _MICROSECOND


async def put(tx: AsyncConnection, deliveries: Sequence[Delivery], *, state: str = "new") -> None:
    """Note deliveries in a transaction that is open; one that is there already stays as it is."""
    given = _each_once(deliveries)
    if not given:
        return
    rows = [
        {
            "delivery": each.delivery,
            "event": each.event,
            "received_at": each.received_at,
            "state": state,
        }
        for each in given.values()
    ]
    fresh = await tx.execute(_NEW, rows)
    with_bodies = [
        {"n": n, "received_at": given[name].received_at, "body": given[name].body}
        for n, name in fresh
    ]
    if with_bodies:
        await tx.execute(insert(bodies), with_bodies)


_NEW = insert(inbox).on_conflict_do_nothing().returning(inbox.c.n, inbox.c.delivery)


def _each_once(deliveries: Sequence[Delivery]) -> dict[str, Delivery]:
    """Give them by their ids, in order; the first of the same id counts."""
    given: dict[str, Delivery] = {}
    for each in deliveries:
        given.setdefault(storable(each.delivery), each)
    return given


class Receives(Protocol):
    """What makes deliveries durable."""

    async def put(self, deliveries: Sequence[Delivery]) -> None:
        """Commit them, one batch at a time: when this returns they are on the disk."""


Opens = AbstractAsyncContextManager[Receives]


def receiving(database: Database) -> Opens:
    """Choose the way for this database; open while deliveries are received."""
    if database.is_shared:
        return _in_postgresql(database)
    return _in_sqlite(database)


@asynccontextmanager
async def through(database: Database) -> AsyncIterator[Receives]:
    """Take everybody's way: for plays in which every statement happens in the thread of the event loop."""
    yield _Through(database)


@dataclass(frozen=True, slots=True)
class _Through:
    database: Database

    async def put(self, deliveries: Sequence[Delivery]) -> None:
        async with self.database.write() as tx:
            await put(tx, deliveries)


# --- SQLite -----------------------------------------------------------------------------------


@asynccontextmanager
async def _in_sqlite(database: Database) -> AsyncIterator[Receives]:
    """Commit in a thread of its own; meanwhile another one looks after the log, and ends before us."""
    file = Path(database.url.database or "")
    receives = _InSqlite(database, file)
    checkpoints = Checkpoints(file)
    checkpoints.start()
    try:
        yield receives
    finally:
        await receives.close(checkpoints)


class _InSqlite:
    """One thread with one connection: one hop for a whole batch."""

    def __init__(self, database: Database, file: Path) -> None:
        self._database, self._file = database, file
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")
        self._connection: sqlite3.Connection | None = None

    async def put(self, deliveries: Sequence[Delivery]) -> None:
        """Commit when it is our turn; whoever else writes has transactions of milliseconds."""
        loop = asyncio.get_running_loop()
        async with self._database.ahead():
            await loop.run_in_executor(self._thread, self._commit, deliveries)

    async def close(self, checkpoints: Checkpoints) -> None:
        """Close the connection, in the thread that opened it; then nobody of this room has one."""
        loop = asyncio.get_running_loop()
        checkpoints.end()
        await loop.run_in_executor(self._thread, self._end)
        await loop.run_in_executor(self._thread, checkpoints.join)
        self._thread.shutdown(wait=False)

    def _commit(self, deliveries: Sequence[Delivery]) -> None:
        given = _each_once(deliveries)
        try:
            connection = self._connection or self._open()
            connection.execute("BEGIN IMMEDIATE")
            _store(connection, given)
            connection.execute("COMMIT")
        except BaseException:
            # Whatever state it is in now: the next batch begins with a new connection.
            self._end()
            raise

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, isolation_level=None)
        self._connection = connection
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "wal_autocheckpoint=0",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _store(connection: sqlite3.Connection, given: dict[str, Delivery]) -> None:
    """Put them into both tables; only what is new has its bytes kept."""
    values = [value for each in given.values() for value in each.row]
    fresh = connection.execute(_insert_inbox(len(given)), values).fetchall()
    if fresh:
        kept = [value for n, name, moment in fresh for value in (n, moment, given[name].body)]
        connection.execute(_insert_bodies(len(fresh)), kept)


@cache
def _insert_inbox(rows: int) -> str:
    """Write one statement for a batch: Python's lock is let go and taken again once, not once a row."""
    return (
        "INSERT INTO inbox (delivery, event, received_at) "  # noqa: S608 - our own words
        f"VALUES {_marks(rows)} ON CONFLICT DO NOTHING RETURNING n, delivery, received_at"
    )


@cache
def _insert_bodies(rows: int) -> str:
    return f"INSERT INTO bodies (n, received_at, body) VALUES {_marks(rows)}"  # noqa: S608


def _marks(rows: int) -> str:
    return ", ".join(["(?, ?, ?)"] * rows)


# --- PostgreSQL -------------------------------------------------------------------------------


@asynccontextmanager
async def _in_postgresql(database: Database) -> AsyncIterator[Receives]:
    """Keep one connection for it."""
    receives = _InPostgresql(database)
    try:
        yield receives
    finally:
        await receives.close()


class _InPostgresql:
    """One statement for a whole batch, in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held = AsyncExitStack()
        self._statement: Any = None

    async def put(self, deliveries: Sequence[Delivery]) -> None:
        """Commit; on a connection that broke since, once more on a new one."""
        given = _each_once(deliveries).values()
        columns = [list(column) for column in zip(*(each.row for each in given), strict=True)]
        columns.append([each.body for each in given])
        was_open = self._statement is not None
        try:
            await self._insert(columns)
        except Exception:
            await self.close()
            if not was_open:
                raise
            await self._insert(columns)

    async def _insert(self, columns: list[list[Any]]) -> None:
        if self._statement is None:
            connection = await self._held.enter_async_context(self._database.bare())
            self._statement = await connection.prepare(_IN_POSTGRESQL)
        await self._statement.fetch(*columns)

    async def close(self) -> None:
        """Give the connection back."""
        self._statement = None
        held, self._held = self._held, AsyncExitStack()
        with suppress(Exception):
            await held.aclose()
