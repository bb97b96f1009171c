"""An empty database of today's tables, and what is put into it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from sqlalchemy.engine import make_url

from bot.domain import entries as e
from bot.domain.folding.months import SILENT
from bot.domain.money import Money
from bot.domain.stages import Stage
from bot.events.mirrored import RepositorySeen
from bot.storage import leases, ledger, mirror, verify
from bot.storage.database import Database
from bot.storage.leases import Lease
from bot.storage.ledger import Cause
from tests import engines
from tests.engines import an_empty_file, url_of

# Known here as well, where most tests look.
__all__ = ["an_empty_file", "url_of"]

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
REPO, OTHER_REPO = 186853002, 186853261
INSTALLATION = 375706
ISSUE, OTHER_ISSUE = 444500041, 444500042
NUMBERS = {ISSUE: 1, OTHER_ISSUE: 2, 444500057: 57, 444500058: 58}
"""Numbers of the items and work orders in these tests, by GitHub's ids."""

UNTOLD = SILENT - {"Refused"}
"""Kinds of entries that tests leave out where they list what happened: rules and months."""


def at(seconds: float = 0, **more: float) -> datetime:
    """A moment so long after noon."""
    return NOON + timedelta(seconds=seconds, **more)


@asynccontextmanager
async def a_database(
    folder: Path, file: Path | None = None, *, made_by: engines.Make = engines.empty
) -> AsyncIterator[Database]:
    """A database of its own (or, on SQLite alone, in a file that is there already)."""
    with ExitStack() as stack:
        new = engines.a_database_made_by(made_by, folder)
        url = url_of(file) if file else stack.enter_context(new)
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()


def file_of(database: Database) -> Path:
    """Where SQLite keeps it; for tests that are about SQLite alone."""
    assert not database.is_shared, "say rows(database, ...), which works on every engine"
    return Path(database.url.database or "")


Where = Database | Path


def rows(where: Where, query: str, *values: Any) -> list[Any]:
    """Look into a database from outside, as another process would."""
    return engines.look(_address(where), query, *values)


def tamper(where: Where, statement: str, *values: Any) -> None:
    """Change a database behind our back."""
    engines.change(_address(where), statement, *values)


def _address(where: Where) -> URL:
    return where.url if isinstance(where, Database) else make_url(url_of(where))


_SCAN = re.compile(r"(?:(Seq)|Index|Index Only|Bitmap Heap) Scan (?:using \S+ )?on (\w+)")
_STEP = re.compile(
    r"(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?(?:INDEX|INTEGER PRIMARY KEY) ?(.*))?"
)


async def steps_of(database: Database, statement: str, values: Any) -> list[tuple[str, str]]:
    """Which tables does a statement look into, and by what? A table that is read whole has "".

    SQLite says `SEARCH t USING INDEX i (a=? AND b=?)`, PostgreSQL `Index Scan using i on t` and then
    `Index Cond: ((a = 1) AND (b = 2))`.
    """
    steps: list[tuple[str, str]] = []
    async with database.read() as tx:
        if not database.is_shared:
            plan = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            found = [_STEP.match(step["detail"]) for step in plan.mappings()]
            return [(each[2], each[3] or "") for each in found if each]
        # Small tables are read whole in any case, unless that is made dear.
        await tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for line in (await tx.exec_driver_sql(f"EXPLAIN {statement}", values)).scalars():
            if scan := _SCAN.search(line):
                steps.append((scan[2], "" if scan[1] else "an index"))
            elif steps and "Index Cond: " in line:
                steps[-1] = steps[-1][0], line.partition("Index Cond: ")[2]
    return steps


def multiplied(database: Database, table: str, *keys: str, times: int = 5_000) -> None:
    """Let a table have many more rows like its first one: PostgreSQL plans by what it knows of them."""
    new = ", ".join(f"'{key}', other" for key in keys)
    row = f"jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({new}))"
    series = f"(SELECT * FROM {table} LIMIT 1) t, generate_series(1000000, {1000000 + times}) other"
    tamper(database, f"INSERT INTO {table} SELECT ({row}).* FROM {series}")
    tamper(database, f"ANALYZE {table}")


def salt(size: int) -> bytes:
    return bytes(range(size))


def a_repository(repo: int = REPO, **changed: Any) -> RepositorySeen:
    given: dict[str, Any] = {
        "id": repo,
        "installation": INSTALLATION,
        "owner": "acme",
        "name": f"solver-{repo}",
        "private": False,
        "told_at": NOON,
    }
    return RepositorySeen(**given | changed)


async def know(database: Database, *seen: RepositorySeen) -> None:
    """Let the mirror know repositories."""
    async with database.write() as tx:
        for each in seen or (a_repository(),):
            await mirror.note_repository(tx, each)


async def record(
    database: Database,
    *entries: e.Entry,
    source: str = "event:1",
    moment: datetime = NOON,
    actor: int | None = 7,
    repo: int = REPO,
    where: int | None = None,
) -> None:
    """Append entries that one cause has; a comment stands on the place that the first is about."""
    if where is None and source.startswith("comment:"):
        first = entries[0]
        place = getattr(first, "drawn_by", None) or getattr(first, "issue", None)
        where = NUMBERS.get(place or 0)
    async with database.write() as tx:
        cause = Cause(source, moment, actor, where=where)
        await ledger.record(tx, repo, entries, cause, moment, salt)


async def problems(database: Database, repo: int = REPO) -> list[str]:
    async with database.read() as tx:
        return [each async for each in verify.differences(tx, repo)]


def made(pledge: int, minor: int = 500_00, **changed: Any) -> e.PledgeMade:
    given: dict[str, Any] = {
        "issue": ISSUE,
        "pledge": pledge,
        "pledger": 11,
        "funder": 11,
        "money": Money(minor, "USD"),
        "dues": (e.Due(minor, on_completion=False),),
        "until": None,
        "now": Stage.STANDING,
        "expires_at": None,
        "comment": 9000 + pledge,
    }
    return e.PledgeMade(**given | changed)


def moved(kind: Any, pledge: e.PledgeMade, was: Stage, now: Stage, **more: Any) -> Any:
    """An entry about a pledge that moves on."""
    return kind(
        issue=pledge.issue,
        pledge=pledge.pledge,
        pledger=pledge.pledger,
        money=pledge.money,
        on_completion=False,
        was=was,
        now=now,
        **more,
    )


async def a_played_ledger(database: Database) -> None:
    """One item with three pledges, one of them declined with words, one due."""
    first, second = made(1), made(2, 450_50, pledger=12, funder=12)
    offer = made(3, 9_000_000_00, now=Stage.OFFERED, pledger=13, expires_at=at(days=30))
    await record(database, e.ItemLabelled(ISSUE, 1), source="event:labelled")
    await record(database, e.GoalSet(ISSUE, Money(1000_00, "USD")), source="comment:1")
    await record(database, first, source="comment:2", actor=11)
    await record(database, second, source="comment:3", actor=12)
    await record(database, offer, source="comment:4", actor=13)
    declined = moved(
        e.PledgeDeclined, offer, Stage.OFFERED, Stage.DECLINED, reason=e.FreeText("Too kind.")
    )
    await record(database, declined, source="comment:5")
    due = moved(e.PledgeFellDue, first, Stage.STANDING, Stage.DUE, lapses_at=at(days=60))
    closed = e.ItemClosed(ISSUE, "completed", completed=True, expires_at=None)
    await record(database, closed, due, source="event:closed", moment=at(60))


async def a_lease(database: Database, repo: int = REPO) -> Lease:
    """The lane of a repository is ours."""
    async with database.write() as tx:
        lease = await leases.take_lane(tx, repo, "a test", NOON, timedelta(days=3650))
    assert lease is not None
    return lease
