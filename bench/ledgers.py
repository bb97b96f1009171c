"""Which ledgers are compared, and where are they kept? They are made once and copied for each run.

Under the system's folder for temporary files: a SQLite file each, and a PostgreSQL cluster for all.
A change of the tables, or of how a ledger is made, makes new ones.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bench import filling, written
from bench.processes import cpu_of_family
from bot.storage import migrate as steps
from bot.storage import tables
from bot.storage.database import Database
from tools.postgres import Server, drop_database, new_database

KEPT = Path(tempfile.gettempdir()) / "bursar-bench-ledgers"
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB", "autovacuum": "off"}
"""Vacuumed once after filling, and then left alone: a vacuum in one run and not in another would
be taken for the ledger's length."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A ledger: how long, over how many items; or how many of its pledges lie on the first one."""

    name: str
    count: int
    items: int
    people: int = filling.PEOPLE
    on_first: int | None = None


SHORT = Shape("short", 1_000, 10)


def long(count: int = 1_000_000) -> Shape:
    """Give a long ledger over many items; the first ten are as in the short one."""
    return Shape(f"long{count}", count, max(10, count // 1000))


PLEDGES = 10_000
FEW = Shape("few", 202 + PLEDGES, 100, PLEDGES + 1, on_first=10)
MANY = Shape("many", 202 + PLEDGES, 100, PLEDGES + 1, on_first=PLEDGES)
"""Ledgers of one length, with 10 and with 10,000 pledges on the first item."""


class OnSqlite:
    """Ledgers in files."""

    name = "SQLite"

    def cpu(self) -> float:
        """Give the processor time of the engine's own processes: it has none."""
        return 0.0

    async def make(self, shape: Shape) -> None:
        """Make a ledger, unless it is there."""
        if self._file(shape).exists():
            return
        KEPT.mkdir(exist_ok=True)
        part = self._file(shape).with_suffix(".part")
        part.unlink(missing_ok=True)
        await _fill(f"sqlite+aiosqlite:///{part}", shape)
        part.rename(self._file(shape))

    @asynccontextmanager
    async def copied(self, shape: Shape) -> AsyncIterator[str]:
        """Give the URL of a copy, for as long as the block lasts."""
        with tempfile.TemporaryDirectory(dir=KEPT) as place:
            await asyncio.to_thread(shutil.copyfile, self._file(shape), f"{place}/ledger.db")
            yield f"sqlite+aiosqlite:///{place}/ledger.db"

    def _file(self, shape: Shape) -> Path:
        return KEPT / f"{shape.name}-{_version()}.db"


class OnPostgres:
    """Ledgers in databases of one server."""

    name = "PostgreSQL"

    def __init__(self, server: Server) -> None:
        """Take the server, which runs over the folder that is kept."""
        self.server = server

    def cpu(self) -> float:
        """Give the processor time of the engine's own processes."""
        return cpu_of_family(self.server.pid)

    async def make(self, shape: Shape) -> None:
        """Make a ledger, unless it is there."""
        there = await self._say("SELECT string_agg(datname, ' ') FROM pg_database")
        if self._database(shape) in str(there).split():
            return
        await OnSqlite().make(shape)
        part = await new_database(self.server.url)
        async with OnSqlite().copied(shape) as url:
            await _carry_over(url, part)
        name = part.rpartition("/")[2]
        await self._say("VACUUM ANALYZE", name)
        await self._say(f'ALTER DATABASE "{name}" RENAME TO "{self._database(shape)}"')

    @asynccontextmanager
    async def copied(self, shape: Shape) -> AsyncIterator[str]:
        """Give the URL of a copy, for as long as the block lasts."""
        url = await new_database(self.server.url, like=self._database(shape))
        try:
            yield url
        finally:
            await drop_database(url)

    def _database(self, shape: Shape) -> str:
        return f"{shape.name}_{_version()}"

    async def _say(self, sentence: str, database: str = "postgres") -> object:
        url = f"{self.server.url.rpartition('/')[0]}/{database}"
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            result = await connection.execute(text(sentence))
            found = result.scalar() if result.returns_rows else None
        await engine.dispose()
        return found


def a_server() -> Server:
    """Give the server over the folder that is kept."""
    KEPT.mkdir(exist_ok=True)
    KEPT.chmod(0o755)
    return Server(KEPT / "postgres", durable=True, options=POSTGRES)


async def _fill(url: str, shape: Shape) -> None:
    print(f"    making the {shape.name} ledger ...", end=" ", flush=True)
    begin = time.perf_counter()
    database = Database(url)
    await steps.migrate(database)
    await filling.fill(
        database, shape.count, shape.items, people=shape.people, on_first=shape.on_first
    )
    await database.close()
    print(f"{time.perf_counter() - begin:.0f} s", flush=True)


async def _carry_over(url: str, part: str) -> None:
    """Copy every row from one engine to the other."""
    source, target = Database(url), Database(part)
    await steps.migrate(target)
    for table in tables.metadata.sorted_tables:
        async with source.read() as there, target.write() as here:
            rows = await there.stream(select(table))
            async for some in rows.mappings().partitions(filling.BATCH):
                await here.execute(insert(table), [dict(row) for row in some])
    await source.close()
    await target.close()


def _version() -> str:
    """Name the tables and the way of filling as they are now."""
    made = (Path(filling.__file__), Path(written.__file__))
    files = [*sorted((steps.STEPS / "versions").glob("*.py")), *made]
    whole = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    return whole.hexdigest()[:12]
