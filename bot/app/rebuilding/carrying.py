"""How does a rebuilt ledger get into the real store? All of it in one transaction, or nothing."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.opening import CannotDo
from bot.storage import leases, ledger, quarantine, sweeps, tables
from bot.storage.database import Database
from bot.storage.inserting import insert as upsert

OF_A_REPOSITORY = (
    tables.ledger,
    tables.texts,
    tables.lanes,
    *(table for table, _ in tables.VIEWS.values()),
    tables.digests,
    tables.pulls,
    tables.reviews,
    tables.review_facts,
    tables.outbox,
)
"""What belongs to one repository, and is not there yet in the real store."""

MIRRORED = (tables.installations, tables.repositories, tables.issues)
"""What the real store may know already, and then knows better."""

LEASE = timedelta(seconds=60)
"""How long the lane is ours while its ledger is brought over; other writers wait or are fenced off."""

OVERLAP = timedelta(minutes=15)
"""How far before the beginning of the reading the next server reads again: more than clocks differ."""

AT_ONCE = 200
"""Rows in one statement."""


async def lend_people(real: Database, scratch: Database) -> None:
    """Take over who is known by which number: other ledgers in the real store name them by it."""
    async with real.read() as tx:
        known = await _rows(tx, tables.people)
    async with scratch.write() as tx:
        await _put(tx, tables.people, known)


async def carry(
    scratch: Database, real: Database, repo: int, now: datetime, began: datetime
) -> int:
    """Bring a repository's ledger over; gives the number of entries.

    What is said from `began` on, when reading began, may not be in it: the next server reads that.

    Raises:
        CannotDo: something was recorded for it meanwhile, or is being decided just now.
    """
    async with scratch.read() as old, real.write() as new:
        lease = await leases.take_lane(new, repo, secrets.token_hex(8), now, LEASE)
        if lease is None:
            problem = "A server decides in this repository just now. Stop it, and try again."
            raise CannotDo(problem)
        if (await ledger.position(new, repo)).seq:
            problem = "The repository's ledger is not empty any more: a server recorded meanwhile."
            raise CannotDo(problem)
        await _put(new, tables.people, await _rows(old, tables.people), again=True)
        await _check_people(old, new)
        for table in MIRRORED:
            await _put(new, table, await _rows(old, table), again=True)
        await _put(new, tables.inbox, await _told(old), again=True)
        await _put(new, tables.bodies, await _put_aside(old, new), again=True)
        for table in OF_A_REPOSITORY:
            await _put(new, table, await _rows(old, table, repo))
        await sweeps.want_reread(new, repo, began - OVERLAP, 0)
        await leases.release(new, lease)
        return (await ledger.position(new, repo)).seq


async def _check_people(old: AsyncConnection, new: AsyncConnection) -> None:
    """See that nobody got another number meanwhile: the ledger's lines cannot be changed."""
    numbers = (tables.people.c.person, tables.people.c.account, tables.people.c.name)
    ours = {tuple(row) for row in await old.execute(select(*numbers))}
    theirs = {tuple(row) for row in await new.execute(select(*numbers))}
    if not ours <= theirs:
        problem = "A server came to know somebody meanwhile. Stop it, and try again."
        raise CannotDo(problem)


async def _told(tx: AsyncConnection) -> list[dict[str, Any]]:
    """Give what was told, so that it is not told again; its place in the line is the store's own."""
    return [{k: v for k, v in row.items() if k != "n"} for row in await _rows(tx, tables.inbox)]


async def _put_aside(old: AsyncConnection, new: AsyncConnection) -> list[dict[str, Any]]:
    """Give the bytes of events in quarantine, so that they can be tried again; others are not needed."""
    numbers = {each.delivery: each.n for each in await quarantine.listed(new)}
    found = []
    for each in await quarantine.listed(old):
        if (n := numbers.get(each.delivery)) is not None:
            body = await quarantine.body(old, each.n)
            found.append({"n": n, "received_at": each.received_at, "body": body})
    return found


async def _rows(tx: AsyncConnection, table: Table, repo: int | None = None) -> list[dict[str, Any]]:
    query = select(table) if repo is None else select(table).where(table.c.repo == repo)
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def _put(
    tx: AsyncConnection, table: Table, rows: list[dict[str, Any]], *, again: bool = False
) -> None:
    """Insert rows; those that are there already stay as they are where that may be so."""
    statement = upsert(table).on_conflict_do_nothing() if again else insert(table)
    for start in range(0, len(rows), AT_ONCE):
        await tx.execute(statement, rows[start : start + AT_ONCE])
