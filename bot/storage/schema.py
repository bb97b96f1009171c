"""What do all our tables share?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, MetaData, Table, text

metadata = MetaData()


def table(name: str, *parts: Any) -> Table:
    """Name a table; SQLite keeps to the types of its columns (https://www.sqlite.org/stricttables.html)."""
    return Table(name, metadata, *parts, sqlite_strict=True)


def index_where(name: str, *columns: Column[Any], where: str | ColumnElement[bool]) -> Index:
    """Index only the rows for which something holds; both engines can."""
    only = text(where) if isinstance(where, str) else where
    return Index(name, *columns, sqlite_where=only, postgresql_where=only)
