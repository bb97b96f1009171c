"""How are the rows of the views loaded by key, and saved?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from sqlalchemy import Select, and_, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.views import Key, Row, Rows
from bot.storage.tables import VIEWS

R = TypeVar("R", bound=Row)


async def load(tx: AsyncConnection, repo: int, keys: Iterable[Key]) -> Rows:
    """Load the rows with these keys; those that do not exist are left out."""
    found: Rows = {}
    for key in dict.fromkeys(keys):
        table, names = VIEWS[key[0]]
        wanted = [table.c.repo == repo]
        wanted += [table.c[name] == part for name, part in zip(names, key[1:], strict=True)]
        record = (await tx.execute(select(table).where(and_(*wanted)))).mappings().first()
        if record is not None:
            found[key] = row_of(key[0], record)
    return found


async def one(tx: AsyncConnection, repo: int, kind: type[R], *key: int | str) -> R | None:
    """Load one row, if it exists."""
    full = cast("Key", (kind, *key))
    return cast("R | None", (await load(tx, repo, (full,))).get(full))


async def every(tx: AsyncConnection, kind: type[R], query: Select[Any]) -> tuple[R, ...]:
    """Run a query over the table of a view."""
    records = (await tx.execute(query)).mappings()
    return tuple(row_of(kind, record) for record in records)


async def save(tx: AsyncConnection, repo: int, rows: Rows) -> None:
    """Write rows over what was there."""
    for key, row in rows.items():
        table, names = VIEWS[key[0]]
        values = {"repo": repo, **{field.name: getattr(row, field.name) for field in fields(row)}}
        statement = insert(table).values(values)
        changed = {
            name: statement.excluded[name] for name in values if name not in ("repo", *names)
        }
        keys = ["repo", *names]
        await tx.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else statement.on_conflict_do_nothing(index_elements=keys)
        )


def row_of(kind: type[R], record: Mapping[Any, Any]) -> R:
    """Make a row of the domain from a record of its table."""
    return kind(**{field.name: record[field.name] for field in fields(kind)})


async def all_rows(tx: AsyncConnection, repo: int) -> Rows:
    """Load every row of a repository's views (for `bursar verify`)."""
    found: Rows = {}
    for kind, (table, names) in VIEWS.items():
        records = await tx.execute(select(table).where(table.c.repo == repo))
        for record in records.mappings():
            key = cast("Key", (kind, *(record[name] for name in names)))
            found[key] = row_of(kind, record)
    return found
