"""How can a whole year go through SQLite in a minute?

`aiosqlite` hands every call to a thread and waits for it: four times for one statement. Where the
store lies in memory and nobody else is waiting, the way there and back takes longer than the
statement. `sqlite_at_once` lets the calls happen where they are made. Only for playing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosqlite.core import Connection

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a place for folders that tempfile makes and names
"""Where Linux keeps files in memory; elsewhere the usual place must do."""


@contextmanager
def sqlite_at_once() -> Iterator[None]:
    """Let every statement of this process happen at once, in the thread of the event loop."""
    usual = Connection._execute  # noqa: SLF001 - the one door to the thread
    Connection._execute = _at_once  # type: ignore[method-assign, assignment]  # noqa: SLF001
    try:
        yield
    finally:
        Connection._execute = usual  # type: ignore[method-assign]  # noqa: SLF001


async def _at_once(
    connection: Connection, function: Callable[..., Any], *given: Any, **more: Any
) -> Any:
    assert connection._conn is not None  # noqa: SLF001 - raises when it is closed
    return function(*given, **more)


@contextmanager
def a_passing_folder() -> Iterator[Path]:
    """Open a folder that goes when the play is over: in memory, where there is such a place."""
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="bursar-demo-", dir=place) as folder:
        yield Path(folder)
