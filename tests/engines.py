"""Which engine do the tests run on, and where does each test's empty database come from?

`pytest --engine postgresql` runs them on a server of the process's own: started when the first test
needs it, stopped when the run ends, however it ends. Every database is a copy of one that was
migrated once.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import URL
from sqlalchemy.engine import make_url

from bot.storage.database import Database
from bot.storage.migrate import migrate
from tools.postgres import Server

T = TypeVar("T")


class Engine(StrEnum):
    """What keeps the tables."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


LOCKED = "10s"
"""How long a look from outside waits for a lock that the test holds: then the test is wrong."""

_chosen: list[Engine] = [Engine.SQLITE]
_running: list[Postgres] = []


def choose(engine: Engine) -> None:
    _chosen[:] = [engine]


def chosen() -> Engine:
    return _chosen[0]


Make = Callable[[str], Awaitable[None]]
"""Fills a database that has not even tables."""


@contextmanager
def a_database_made_by(make: Make, folder: Path) -> Iterator[str]:
    """Give the URL of a database like the one that `make` makes; it is asked once in a process."""
    if chosen() is Engine.SQLITE:
        yield url_of(a_file_made_by(make, folder))
        return
    server = the_server()
    url = server.new(server.template(make))
    try:
        yield url
    finally:
        server.drop(url)


async def bare(_: str) -> None:
    """Leave it without any tables."""


async def empty(url: str) -> None:
    """Make today's tables, with nothing in them."""
    database = Database(url)
    await migrate(database)
    await database.close()


def look(url: URL, query: str, *values: Any) -> list[Any]:
    """Look into a database from outside, as another process would."""
    if url.get_backend_name() == "postgresql":
        return the_server().ask(url, query, *values)
    with closing(sqlite3.connect(url.database or "")) as connection:
        return connection.execute(query, values).fetchall()


def change(url: URL, statement: str, *values: Any) -> None:
    """Change a database behind the bot's back."""
    if url.get_backend_name() == "postgresql":
        the_server().ask(url, statement, *values)
        return
    with closing(sqlite3.connect(url.database or "")) as connection, connection:
        connection.execute(statement, values)


# --- SQLite -----------------------------------------------------------------------------------


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def an_empty_file(folder: Path) -> Path:
    return a_file_made_by(empty, folder)


def a_file_made_by(make: Make, folder: Path) -> Path:
    file = folder / "bursar.db"
    file.write_bytes(_bytes(make))
    return file


@cache
def _bytes(make: Make) -> bytes:
    """Make a database beside the event loop that may be running here."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as aside:
        file = Path(folder) / "made.db"
        file.touch()
        aside.submit(lambda: asyncio.run(_made(make, url_of(file)))).result()
        return file.read_bytes()


async def _made(make: Make, url: str) -> None:
    await make(url)


# --- PostgreSQL -------------------------------------------------------------------------------


def the_server() -> Postgres:
    if not _running:
        _running.append(Postgres())
    return _running[0]


def stop_the_server() -> None:
    while _running:
        _running.pop().stop()


class Postgres:
    """A server for this process, and a thread that talks to it past the tests' own event loops."""

    def __init__(self) -> None:
        place = _quick_place()
        _clear_up(place or Path(tempfile.gettempdir()))
        prefix = f"{LEFT}{os.getpid()}-"
        self.folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        self.server = Server(self.folder)
        self.server.start()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._numbers = itertools.count(1)
        self._connections: dict[str, asyncpg.Connection] = {}
        self._templates: dict[Make, str] = {}

    def url_of(self, name: str) -> str:
        return make_url(self.server.url).set(database=name).render_as_string(hide_password=False)

    def template(self, make: Make) -> str:
        """Name the database that was made so."""
        if make not in self._templates:
            name = f"made_{next(self._numbers)}"
            self._say(f"CREATE DATABASE {name}")
            self._aside(_made(make, self.url_of(name)))
            self._templates[make] = name
        return self._templates[make]

    def new(self, like: str) -> str:
        """Copy a database, file by file: for one of a few megabytes that is quickest.

        Nobody may be connected to it meanwhile, and we are not.
        """
        self._aside(self._leave(make_url(self.url_of(like))))
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
        return self.url_of(name)

    def drop(self, url: str) -> None:
        self._aside(self._leave(make_url(url)))
        self._say(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def ask(self, url: URL, query: str, *values: Any) -> list[Any]:
        """Ask in SQLite's words: `?` for a value, X'00' for bytes."""
        number = itertools.count(1)
        query = re.sub(r"\?", lambda _: f"${next(number)}", query)
        query = re.sub(r"\bX'([0-9A-Fa-f]*)'", r"'\\x\1'::bytea", query)
        return self._aside(self._ask(url, query, values))

    def stop(self) -> None:
        for url in list(self._connections):
            self._aside(self._leave(make_url(url)))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- pieces -------------------------------------------------------------------------------

    def _say(self, sentence: str) -> None:
        self._aside(self._ask(make_url(self.server.url), sentence, ()))

    def _aside(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _ask(self, url: URL, query: str, values: tuple[Any, ...]) -> list[Any]:
        connection = await self._connection(url)
        return [tuple(row) for row in await connection.fetch(query, *values)]

    async def _connection(self, url: URL) -> asyncpg.Connection:
        address = _plain(url)
        known = self._connections.get(address)
        if known is None or known.is_closed():
            settings = {"lock_timeout": LOCKED}
            known = await asyncpg.connect(address, server_settings=settings)
            self._connections[address] = known
        return known

    async def _leave(self, url: URL) -> None:
        known = self._connections.pop(_plain(url), None)
        if known is not None:
            with contextlib.suppress(asyncpg.PostgresError, OSError):
                await known.close()


IN_MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory; elsewhere, or where it is small, the usual place must do."""

ENOUGH = 2 * 2**30
"""A server with a few databases, while the log of what was written is kept: well below this."""


def _quick_place() -> Path | None:
    is_roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ENOUGH
    return IN_MEMORY if is_roomy else None


LEFT = "bursar-tests-"
"""How our folders are called; the number of the process follows."""


def _clear_up(place: Path) -> None:
    """Remove what processes left that were killed; their servers ended with them."""
    for folder in place.glob(f"{LEFT}*-*"):
        owner = folder.name.removeprefix(LEFT).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
