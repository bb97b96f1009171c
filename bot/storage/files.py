"""Is there a database in a file, and who may read it?

The file says who stands behind the ledger's numbers: it is made for its owner's eyes alone. SQLite
gives its log the same mode. https://www.sqlite.org/fileformat2.html#file_permissions
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bot.storage.database import Database, DatabaseUnusable

OWN = 0o600
"""Mode of what only its owner may read and write."""


def file_of(database: Database) -> Path | None:
    """Name the file; None for a server's database and for one in memory."""
    name = database.url.database
    if database.is_shared or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def is_there(database: Database) -> bool:
    """Tell whether it is there to be read: opening it would make an empty one."""
    file = file_of(database)
    return file is None or file.exists()


def make_private(database: Database) -> None:
    """Make the file, for its owner alone, if there is none; an empty file is an empty database.

    Raises:
        DatabaseUnusable: it cannot be made.
    """
    file = file_of(database)
    if file is None:
        return
    try:
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, OWN))
    except OSError as error:
        sentence = f"DATABASE_URL: {file} cannot be written: {error.strerror}."
        raise DatabaseUnusable(sentence) from error
