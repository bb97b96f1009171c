"""What do all our tables share?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, Table

metadata = MetaData()


def table(name: str, *parts: Any) -> Table:
    """Name a table; SQLite keeps to the types of its columns (https://www.sqlite.org/stricttables.html)."""
    return Table(name, metadata, *parts, sqlite_strict=True)
