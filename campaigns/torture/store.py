"""What stands in the database? Read with plain drivers and plain SQL, past all of the bot's code."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tools.postgres import Server, new_database

Row = tuple[Any, ...]

UNDECIDED = "SELECT count(*) FROM inbox WHERE state NOT IN ('done', 'ignored', 'quarantined')"
UNSHOWN = (
    "SELECT count(*) FROM outbox WHERE want_rev > sent_rev AND state NOT IN ('failed', 'left')"
)
INBOX = "SELECT delivery, state, attempts, error FROM inbox ORDER BY n"
LEDGER = "SELECT repo, seq, source, n, kind, line FROM ledger ORDER BY repo, seq"
OUTBOX = "SELECT repo, key, kind, state, want_rev, sent_rev FROM outbox"


class Store(Protocol):
    """A database that can be asked, and taken away."""

    @property
    def url(self) -> str:
        """Where the bot finds it."""
        ...

    async def rows(self, query: str) -> Sequence[Row]:
        """Ask; one snapshot for one query."""
        ...

    async def waiting(self) -> int:
        """Count what is neither decided nor shown yet; what cannot be asked is not calm."""
        ...

    async def undecided(self) -> int:
        """Count what is not decided yet."""
        ...

    async def deliveries(self) -> set[str]:
        """Name the deliveries that are stored."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger."""

    repo: int
    seq: int
    source: str
    n: int
    kind: str
    body: dict[str, Any]


async def ledger(store: Store) -> list[Line]:
    """Read every line."""
    return [
        Line(repo, seq, source, n, kind, json.loads(bytes(line)))
        for repo, seq, source, n, kind, line in await store.rows(LEDGER)
    ]


@dataclass
class Sqlite:
    """A file."""

    path: Path

    @property
    def url(self) -> str:
        """Where the bot finds it."""
        return f"sqlite+aiosqlite:///{self.path}"

    async def rows(self, query: str) -> Sequence[Row]:
        """Ask, in a thread."""
        return await asyncio.to_thread(self._rows, query)

    def _rows(self, query: str) -> Sequence[Row]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)) as found:
            return found.execute(query).fetchall()

    async def waiting(self) -> int:
        """Count what is under way."""
        return await self._count(UNDECIDED, UNSHOWN)

    async def undecided(self) -> int:
        """Count what is not decided yet."""
        return await self._count(UNDECIDED)

    async def _count(self, *queries: str) -> int:
        try:
            return sum([(await self.rows(query))[0][0] for query in queries])
        except sqlite3.Error:
            return 1

    async def deliveries(self) -> set[str]:
        """Name the deliveries that are stored."""
        try:
            return {row[0] for row in await self.rows(INBOX)}
        except sqlite3.Error:
            return set()


@dataclass
class Postgres:
    """A database on a server of its own."""

    url: str
    server: Server

    async def rows(self, query: str) -> Sequence[Row]:
        """Ask, over a connection of its own."""
        engine = create_async_engine(self.url, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                return [tuple(row) for row in await connection.execute(text(query))]
        finally:
            await engine.dispose()

    async def waiting(self) -> int:
        """Count what is under way."""
        return await self._count(UNDECIDED, UNSHOWN)

    async def undecided(self) -> int:
        """Count what is not decided yet."""
        return await self._count(UNDECIDED)

    async def _count(self, *queries: str) -> int:
        try:
            return sum([(await self.rows(query))[0][0] for query in queries])
        except (OSError, SQLAlchemyError):
            return 1

    async def deliveries(self) -> set[str]:
        """Name the deliveries that are stored."""
        try:
            return {row[0] for row in await self.rows(INBOX)}
        except (OSError, SQLAlchemyError):
            return set()


@asynccontextmanager
async def a_store(engine: str, folder: Path) -> AsyncIterator[Store]:
    """Open a database of the campaign's own."""
    if engine == "sqlite":
        await asyncio.to_thread(folder.mkdir, exist_ok=True)
        yield Sqlite(folder / "bursar.db")
        return
    server = Server(folder, durable=True)
    try:
        await asyncio.to_thread(server.start)
        yield Postgres(await new_database(server.url), server)
    finally:
        await asyncio.to_thread(server.stop)
