"""How can a short statement on SQLite cost no more than the statement?

`aiosqlite` hands each call to a thread and waits for its answer: four times a statement, and dearer than
the statement itself. The worker's statements are short, by key and off the disk's cache, so they
happen where they are made. What may wait stays in the thread: for another's lock (`BEGIN`), for the
disk (`COMMIT`), and opening and closing. Decision 0020.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from aiosqlite.core import Connection

_ITER_CHUNK = 64
"""Rows that aiosqlite fetches at once; its own default."""


class InPlace(Connection):
    """A connection whose statements happen in the thread of the event loop."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._connection is None or _may_wait(fn, args):
            return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return fn(*args, **kwargs)


def connect(path: str, **given: Any) -> InPlace:
    """Open a file; the connection is used by the loop and by its own thread, never at once."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(path, **given | {"check_same_thread": False})
        return opened

    return InPlace(connector, _ITER_CHUNK)


def _may_wait(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    if isinstance(getattr(fn, "__self__", None), sqlite3.Cursor):
        return bool(args) and str(args[0]).startswith("BEGIN")
    return getattr(fn, "__name__", "") != "cursor"
