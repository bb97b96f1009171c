"""Why can the database not be reached, in one sentence?

PostgreSQL's driver raises whatever went wrong on the way: an error of the network, or a refusal that
PostgreSQL names by a code (https://www.postgresql.org/docs/current/errcodes-appendix.html).
"""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

WRONG_USER = frozenset({"28000", "28P01"})
"""invalid_authorization_specification, invalid_password."""

NO_DATABASE = "3D000"
"""invalid_catalog_name."""


class Unreachable(Exception):
    """The server gives us no connection; the sentence says why."""


def connect(dialect: Dialect, _: object, words: Any, names: dict[str, Any]) -> Any:
    """Connect as SQLAlchemy would; listens to its `do_connect`.

    Raises:
        Unreachable: there is no connection to be had now.
    """
    try:
        return dialect.connect(*words, **names)
    except Exception as error:
        why = _why(error, names)
        if why is None:
            raise
        sentence = f"DATABASE_URL: {why}"
        raise Unreachable(sentence) from error


def _why(error: Exception, names: dict[str, Any]) -> str | None:
    place = f"{names.get('host') or 'localhost'}:{names.get('port') or 5432}"
    code = getattr(error, "sqlstate", None)
    if code in WRONG_USER:
        return f"the server at {place} refuses this user and password."
    if code == NO_DATABASE:
        return f"there is no database {names.get('database')!r} at {place}; `createdb` makes it."
    if code is not None:
        return f"the server at {place} does not let us in: {_first_line(error)}."
    if isinstance(error, OSError):  # TimeoutError is one
        return f"no database answers at {place}: {_first_line(error)}."
    return None


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError) and (error.errno or 0) > 0:
        return os.strerror(error.errno or 0)
    said = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return (said.strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def of_sqlite(error: DBAPIError) -> str | None:
    """Say what is wrong with the file, where that is all that is wrong.

    https://www.sqlite.org/rescode.html
    """
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    found = next((why for code, why in _FILES.items() if name.startswith(code)), None)
    return found and f"DATABASE_URL: {found}"


_FILES = {
    "SQLITE_NOTADB": "that file is not a database.",
    "SQLITE_CANTOPEN": "that file cannot be opened.",
    "SQLITE_READONLY": "that file cannot be written to.",
    "SQLITE_PERM": "that file may not be opened.",
    "SQLITE_FULL": "the disk is full.",
}
