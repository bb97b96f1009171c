"""How does SQLite answer at once, fail when it shall, and end with the process that uses it?

`aiosqlite` hands every call to a thread; here it happens where it is made. Each connection belongs
to the life of the bot that opened it: when that life ends, what was not committed is gone.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from aiosqlite.core import Connection


class Owner(Protocol):
    """Whose connection it is: asked before and after what matters."""

    dead: bool
    connections: list[sqlite3.Connection]
    proxies: list[Any]

    def beginning(self) -> None:
        """Let a writing transaction begin, or raise."""

    def committing(self) -> None:
        """Let it be committed, or raise: then nothing was."""

    def committed(self) -> None:
        """Learn that it was; what is raised now comes too late."""


OWNER: ContextVar[Owner | None] = ContextVar("OWNER", default=None)
"""Whose code is running: tasks inherit it."""

DEAD = "this process has ended"
_connect = sqlite3.connect


class Guarded(sqlite3.Connection):
    """A connection of some life of the bot."""

    def __init__(self, *given: Any, **more: Any) -> None:
        """Open it for whoever is running."""
        super().__init__(*given, **more)
        self.owner = OWNER.get()
        self.writing = False
        if self.owner is not None:
            self.check()
            self.owner.connections.append(self)

    def check(self) -> None:
        """Refuse the dead."""
        if self.owner is not None and self.owner.dead:
            raise sqlite3.OperationalError(DEAD)

    def cursor(self, *_: Any, **__: Any) -> Any:
        """Give a cursor that looks at what it is told."""
        return super().cursor(GuardedCursor)

    def begin(self, sql: str) -> None:
        """Note whether a transaction means to write."""
        self.writing = "IMMEDIATE" in sql.upper()
        if self.writing and self.owner is not None:
            self.owner.beginning()

    def commit(self) -> None:
        """Commit, unless something strikes."""
        self._finish(super().commit)

    def rollback(self) -> None:
        """Take back; the dead have nothing to take back."""
        self.writing = False
        if self.owner is None or not self.owner.dead:
            super().rollback()

    def execute(self, sql: str, *given: Any) -> Any:
        """Carry out, as a cursor does."""
        return self.cursor().execute(sql, *given)

    def _finish(self, commit: Callable[[], Any]) -> Any:
        self.check()
        owner, writing, self.writing = self.owner, self.writing, False
        if owner is None or not writing:
            return commit()
        try:
            owner.committing()
        except sqlite3.Error:
            if not owner.dead:
                super().rollback()
            raise
        done = commit()
        owner.committed()
        return done

    def end(self) -> None:
        """Die: what was not committed is gone."""
        super().close()


class GuardedCursor(sqlite3.Cursor):
    """A cursor of such a connection."""

    def execute(self, sql: str, *given: Any) -> Any:
        """Carry out one statement."""
        connection: Any = self.connection
        connection.check()
        if sql[:5].upper() == "BEGIN":
            connection.begin(sql)
        if sql[:6].upper() == "COMMIT":
            return connection._finish(lambda: super(GuardedCursor, self).execute(sql, *given))
        return super().execute(sql, *given)


@contextmanager
def at_once() -> Iterator[None]:
    """Let every statement of this process happen at once, in the thread of the event loop."""
    usual = Connection.__init__, Connection.__await__, Connection._execute

    def begin(self: Any, *given: Any, **more: Any) -> None:
        usual[0](self, *given, **more)
        self._tx = _NoQueue()
        owner = OWNER.get()
        if owner is not None:
            owner.proxies.append(self)

    def opened(self: Any) -> Any:
        return self._connect().__await__()

    _put(begin, opened, _execute)
    sqlite3.connect = _guarded
    try:
        yield
    finally:
        sqlite3.connect = _connect
        _put(*usual)


def _put(*three: Any) -> None:
    names = ("__init__", "__await__", "_execute")
    for name, function in zip(names, three, strict=True):
        setattr(Connection, name, function)


def _guarded(*given: Any, **more: Any) -> Any:
    return _connect(*given, **{"factory": Guarded, **more})


async def _execute(connection: Any, function: Callable[..., Any], *given: Any, **more: Any) -> Any:
    if connection._connection is None:
        raise ValueError("Connection closed")
    if given and isinstance(given[0], str) and given[0][:5] == "BEGIN":
        await asyncio.sleep(0)  # others may come first, as with a thread
    return function(*given, **more)


class _NoQueue:
    """Stands where a connection has the queue to its thread."""

    def put_nowait(self, asked: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        found, function = asked
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - it is the caller's to see
            if found is not None:
                found.set_exception(error)
        else:
            if found is not None:
                found.set_result(result)
