"""When does what SQLite has logged go into the database itself?

By default a commit that makes the log long enough does it, and whoever waits for that commit waits
longer: that was the slowest hundredth of our answers. Here a thread with a connection of its own does
it beside the commits. https://www.sqlite.org/wal.html#ckpt
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import structlog

EVERY_SECONDS = 0.25
"""Between two looks; measured: 8.7 ms became 5.1 ms for the slowest hundredth at 1,000 a second."""

BEGIN_ANEW_AT = 96 * 1024 * 1024
"""Bytes of log after which writers wait for a moment, so that it can begin anew: under load that
never ends there is always a newer commit, and the log would grow for ever."""

KEPT = 16 * 1024 * 1024
"""Bytes of log that stay when nothing happens; a longer one is cut off."""

PATIENCE_MS = 50
"""How long a reader may hold up a new beginning, with the writers waiting behind it."""

AGAIN_AFTER = 40
"""Looks without another try after a reader held one up (10 seconds)."""

log = structlog.get_logger(__name__)


class Checkpoints(threading.Thread):
    """Brings the log of a database into it, now and then, until it is told to end."""

    def __init__(self, file: Path) -> None:
        """Take the database's file; nothing happens before `start`."""
        super().__init__(name="checkpoints", daemon=True)
        self._file, self._log = file, Path(f"{file}-wal")
        self._ended = threading.Event()
        self._seen = 0
        self._pause = 0
        self._page = 0

    def end(self) -> None:
        """Tell it to end; it does so within a checkpoint."""
        self._ended.set()

    def run(self) -> None:
        """Look again and again; whatever goes wrong, go on: a long log is no lost delivery."""
        while not self._ended.wait(EVERY_SECONDS):
            try:
                self._keep_looking()
            except sqlite3.Error as error:
                log.warning("checkpoint failed", error=repr(error))

    def _keep_looking(self) -> None:
        with closing(sqlite3.connect(self._file, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
            ((self._page,),) = connection.execute("PRAGMA page_size")
            while True:
                self.look(connection)
                if self._ended.wait(EVERY_SECONDS):
                    return

    def look(self, connection: sqlite3.Connection) -> None:
        """Do what the log needs now."""
        self._pause = max(0, self._pause - 1)
        size, changed = self._state()
        if changed == self._seen:
            if size > KEPT and not self._pause:
                self._begin_anew(connection, "TRUNCATE")
            return
        self._seen = changed
        _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages * self._page > BEGIN_ANEW_AT and not self._pause:
            self._begin_anew(connection, "RESTART")

    def _begin_anew(self, connection: sqlite3.Connection, how: str) -> None:
        busy, _, _ = connection.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
        self._pause = AGAIN_AFTER if busy else 0

    def _state(self) -> tuple[int, int]:
        try:
            found = self._log.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_size, found.st_mtime_ns
