"""How are the rows of the views loaded by key, saved, and chosen for a decision?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decisions import About, Choice, Known
from bot.domain.rules import Rules
from bot.domain.stages import LIVE, UNDRAWN, Stage
from bot.domain.views import BOOK, Book, Item, Key, Pledge, Row, Rows, Unpaid
from bot.storage import codec
from bot.storage.people import person_number
from bot.storage.tables import VIEWS, pledges, unpaid

OFFERS_NAMED = 10
"""How many offers an answer names at most when it must ask which one was meant."""


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


async def save(tx: AsyncConnection, repo: int, rows: Rows) -> None:
    """Write rows over what was there."""
    for key, row in rows.items():
        table, names = VIEWS[key[0]]
        values = {"repo": repo, **_columns_of(row)}
        statement = insert(table).values(values)
        changed = {
            name: statement.excluded[name] for name in values if name not in ("repo", *names)
        }
        await tx.execute(
            statement.on_conflict_do_update(index_elements=["repo", *names], set_=changed)
        )


def row_of(kind: type[Row], record: Mapping[Any, Any]) -> Row:
    """Make a row of the domain from a record of its table."""
    values = {field.name: record[field.name] for field in fields(kind)}
    if isinstance(values.get("rules"), str):
        values["rules"] = codec.read(msgspec.json.decode(values["rules"]), Rules)
    return kind(**values)


def _columns_of(row: Row) -> dict[str, Any]:
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    if isinstance(values.get("rules"), Rules):
        values["rules"] = codec.canonical(codec.plain(values["rules"])).decode()
    return values


async def known(tx: AsyncConnection, repo: int, about: About) -> Known:
    """Load what a decision may know: every part by key, none of it a history."""
    rows = await load(tx, repo, (BOOK, *([(Item, about.issue)] if about.issue is not None else ())))
    book = cast("Book", rows.get(BOOK, Book()))
    item = cast("Item | None", rows.get((Item, about.issue))) if about.issue is not None else None
    actor = await person_number(tx, about.actor)
    funder = await person_number(tx, about.funder)
    return Known(
        newest_rules=book.rules,
        item=item,
        pledges=await _chosen(tx, repo, about, actor, funder) if item else (),
        actor=actor,
        funder=funder,
        unpaid=await _unpaid(tx, repo, actor),
        newest_pledge=book.pledges,
        actor_decided_at=await _actor_decided_at(tx, repo, about, actor),
    )


async def select_pledges(tx: AsyncConnection, query: Select[Any]) -> tuple[Pledge, ...]:
    """Run a query over the pledges' table."""
    records = (await tx.execute(query)).mappings()
    return tuple(cast("Pledge", row_of(Pledge, record)) for record in records)


def pledges_of(repo: int, issue: int, *where: ColumnElement[bool]) -> Select[Any]:
    """Query pledges of one item."""
    return select(pledges).where(pledges.c.repo == repo, pledges.c.issue == issue, *where)


async def _chosen(
    tx: AsyncConnection, repo: int, about: About, actor: int | None, funder: int | None
) -> tuple[Pledge, ...]:
    issue = about.issue
    assert issue is not None
    found: dict[int, Pledge] = {}
    for query in _queries(repo, issue, about, actor, funder):
        found |= {pledge.pledge: pledge for pledge in await select_pledges(tx, query)}
    if about.choice is Choice.OFFERS:  # accepting one ends the funder's older ones
        funders = {pledge.funder for pledge in found.values()}
        stage = pledges.c.stage.in_(UNDRAWN)
        query = pledges_of(repo, issue, pledges.c.funder.in_(funders), stage)
        found |= {pledge.pledge: pledge for pledge in await select_pledges(tx, query)}
    return tuple(found[number] for number in sorted(found))


def _queries(
    repo: int, issue: int, about: About, actor: int | None, funder: int | None
) -> Iterable[Select[Any]]:
    live = pledges.c.stage.in_(LIVE)
    if about.pledge is not None:
        yield pledges_of(repo, issue, pledges.c.pledge == about.pledge)
    match about.choice:
        case Choice.OWN_LIVE:
            yield pledges_of(repo, issue, pledges.c.pledger == actor, live)
            yield pledges_of(repo, issue, pledges.c.funder == (funder or actor), live)
        case Choice.OFFERS if about.pledge is None:
            offered = pledges_of(repo, issue, pledges.c.stage == Stage.OFFERED)
            yield offered.order_by(pledges.c.pledge).limit(OFFERS_NAMED)
        case Choice.LIVE:
            yield pledges_of(repo, issue, live)
        case Choice.NONE | Choice.OFFERS:
            pass  # nothing, or the one that was named


async def _unpaid(tx: AsyncConnection, repo: int, actor: int | None) -> dict[str, int]:
    if actor is None:
        return {}
    query = select(unpaid).where(unpaid.c.repo == repo, unpaid.c.person == actor)
    rows = [row_of(Unpaid, record) for record in (await tx.execute(query)).mappings()]
    return {row.currency: row.minor for row in rows if isinstance(row, Unpaid)}


async def _actor_decided_at(tx: AsyncConnection, repo: int, about: About, actor: int | None) -> Any:
    if actor is None or about.issue is None:
        return None
    query = select(func.max(pledges.c.changed_at, type_=pledges.c.changed_at.type)).where(
        pledges.c.repo == repo, pledges.c.issue == about.issue, pledges.c.pledger == actor
    )
    return (await tx.execute(query)).scalar()


async def all_rows(tx: AsyncConnection, repo: int) -> Rows:
    """Load every row of a repository's views (for `bursar verify`)."""
    found: Rows = {}
    for kind, (table, names) in VIEWS.items():
        records = await tx.execute(select(table).where(table.c.repo == repo))
        for record in records.mappings():
            found[(kind, *(record[name] for name in names))] = row_of(kind, record)
    return found
