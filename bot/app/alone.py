"""Is this the only process that works on the database?

On SQLite one process decides and sends. The operating system's lock on a file beside the database
says so; it goes with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.storage.database import DatabaseUnusable


class AlreadyRunning(Exception):
    """Another process works on this database."""


class Alone:
    """Holds the lock of a SQLite file; without a file (in memory) there is nobody else anyway."""

    def __init__(self, file: str | None) -> None:
        """Take the database's file."""
        self._path = Path(f"{file}.lock") if file and file != ":memory:" else None
        self._handle: int | None = None

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            AlreadyRunning: somebody else holds it.
            DatabaseUnusable: there is no place for it.
        """
        if self._path is None:
            return self
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            sentence = f"DATABASE_URL: {self._path} cannot be written: {error.strerror}."
            raise DatabaseUnusable(sentence) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            sentence = f"Another Bursar works on this database already ({self._path} is locked)."
            raise AlreadyRunning(sentence) from error
        self._handle = handle
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
