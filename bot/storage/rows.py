"""How are the rows of the views loaded, found and saved?

Each kind of row has its statements built once; what differs from call to call are the values. What a
transaction works on for a whole batch of events stands on a `Sheet` (`bot.storage.sheet`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Select, Table, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.views import Key, Row, Rows
from bot.storage.inserting import Insert, insert
from bot.storage.tables import VIEWS

R = TypeVar("R", bound=Row)

Where = tuple[tuple[str, Any], ...]
"""What rows must have: a column's value, or one of a frozen set of values."""

COLUMNS: dict[type[Any], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in VIEWS
}
"""The names of a row's fields, in order: its table's columns behind `repo`."""


_BY_NAME = {kind for kind in VIEWS if any(field.kw_only for field in fields(kind))}
"""Kinds whose fields must be named."""

_TABLES: dict[type[Any], tuple[Table, tuple[str, ...]]] = dict(VIEWS)


async def load(tx: AsyncConnection, repo: int, keys: Iterable[Key]) -> Rows:
    """Load the rows with these keys; those that do not exist are left out. One query for each kind."""
    found: Rows = {}
    for kind, wanted in _by_kind(keys).items():
        for row in await find(tx, repo, kind, _superset(kind, wanted)):
            key = key_of(row)
            if key in wanted:
                found[key] = row
    return found


async def one(tx: AsyncConnection, repo: int, kind: type[R], *key: int | str) -> R | None:
    """Load one row, if it exists."""
    full = cast("Key", (kind, *key))
    return cast("R | None", (await load(tx, repo, (full,))).get(full))


async def find(tx: AsyncConnection, repo: int, kind: type[R], where: Where) -> tuple[R, ...]:
    """Find the rows of a kind that have these values, in no order."""
    shape = tuple((name, _how(value)) for name, value in where)
    given = {name: value for name, value in where if _how(value) in {"in", "is"}}
    given = {
        name: list(value) if isinstance(value, frozenset) else value
        for name, value in given.items()
    }
    records = await tx.execute(_finding(cast("Any", kind), shape), {"repo": repo} | given)
    make = cast("Any", kind)
    if kind in _BY_NAME:
        return tuple(make(**dict(zip(COLUMNS[kind], row, strict=True))) for row in records)
    return tuple(make(*record) for record in records)


async def every(tx: AsyncConnection, kind: type[R], query: Select[Any]) -> tuple[R, ...]:
    """Run a query over the table of a view."""
    records = (await tx.execute(query)).mappings()
    return tuple(row_of(kind, record) for record in records)


async def save(tx: AsyncConnection, repo: int, rows: Iterable[Row]) -> None:
    """Write rows over what was there. One statement for each kind."""
    kinds: dict[type[Row], list[dict[str, Any]]] = {}
    for row in rows:
        kind = type(row)
        values = {name: getattr(row, name) for name in COLUMNS[kind]}
        kinds.setdefault(kind, []).append({"repo": repo} | values)
    for kind, values_of_kind in kinds.items():
        await tx.execute(_UPSERTS[kind], values_of_kind)


def row_of(kind: type[R], record: Mapping[Any, Any]) -> R:
    """Make a row of the domain from a record of its table."""
    return kind(**{name: record[name] for name in COLUMNS[kind]})


def key_of(row: Row) -> Key:
    """Name a row by its kind and its key."""
    kind = type(row)
    return cast("Key", (kind, *(getattr(row, name) for name in VIEWS[kind][1])))


def has(row: Row, where: Where) -> bool:
    """Say of a row at hand whether it has these values: what `find` asks the database."""
    for name, wanted in where:
        value = getattr(row, name)
        if value not in wanted if isinstance(wanted, frozenset) else value != wanted:
            return False
    return True


async def all_rows(tx: AsyncConnection, repo: int) -> Rows:
    """Load every row of a repository's views (for `bursar verify`)."""
    found: Rows = {}
    for kind in VIEWS:
        for row in await find(tx, repo, kind, ()):
            found[key_of(row)] = row
    return found


# --- pieces -----------------------------------------------------------------------------------


def _how(value: Any) -> Any:
    """Say how a column is compared: with one value, with several, or with what needs no parameter."""
    if isinstance(value, frozenset):
        return "in"
    return value if value is None or isinstance(value, bool) else "is"


@cache
def _finding(kind: type[Any], shape: tuple[tuple[str, Any], ...]) -> Select[Any]:
    """Build the query for conditions of one shape; the values are its parameters."""
    table = _TABLES[kind][0]
    wanted = [table.c.repo == bindparam("repo")]
    for name, how in shape:
        column = table.c[name]
        if how == "in":
            wanted.append(column.in_(bindparam(name, expanding=True)))
        else:
            wanted.append(column == bindparam(name) if how == "is" else column.is_(how))
    return select(*(table.c[name] for name in COLUMNS[kind])).where(and_(*wanted))


def _by_kind(keys: Iterable[Key]) -> dict[type[Row], set[Key]]:
    kinds: dict[type[Row], set[Key]] = {}
    for key in keys:
        kinds.setdefault(key[0], set()).add(key)
    return kinds


def _superset(kind: type[Row], keys: Iterable[Key]) -> Where:
    """Say of each part of the key which values it may have: what else that finds is left out."""
    names = VIEWS[kind][1]
    parts: Sequence[Any] = tuple(zip(*(key[1:] for key in keys), strict=True))
    merged = (frozenset(part) for part in parts)
    return tuple(
        (name, next(iter(part)) if len(part) == 1 else part)
        for name, part in zip(names, merged, strict=False)
    )


def _upsert(kind: type[Row]) -> Insert:
    table, names = VIEWS[kind]
    statement = insert(table)
    keys = ["repo", *names]
    changed = {name: statement.excluded[name] for name in COLUMNS[kind] if name not in names}
    if not changed:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


_UPSERTS: dict[type[Any], Insert] = {kind: _upsert(kind) for kind in VIEWS}
