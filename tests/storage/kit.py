"""An empty database of today's tables, and what is put into it."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.domain import entries as e
from bot.domain.folding.months import SILENT
from bot.domain.money import Money
from bot.domain.stages import Stage
from bot.events.mirrored import RepositorySeen
from bot.storage import mirror, verify
from bot.storage.database import Database
from bot.storage.ledger import Cause, Recorder
from bot.storage.migrate import migrate

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


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@cache
def _empty() -> bytes:
    """The bytes of a database right after its migration, made once in a process."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as aside:
        file = Path(folder) / "empty.db"
        aside.submit(lambda: asyncio.run(_make(file))).result()
        return file.read_bytes()


async def _make(file: Path) -> None:
    database = Database(url_of(file))
    await migrate(database)
    await database.close()


def an_empty_file(folder: Path) -> Path:
    file = folder / "bursar.db"
    file.write_bytes(_empty())
    return file


@asynccontextmanager
async def a_database(folder: Path, file: Path | None = None) -> AsyncIterator[Database]:
    """A database in a file of its own (or in one that is there already)."""
    database = Database(url_of(file or an_empty_file(folder)))
    try:
        yield database
    finally:
        await database.close()


def file_of(database: Database) -> Path:
    return Path(database.url.database or "")


def rows(file: Path, query: str, *values: Any) -> list[Any]:
    """Look into a database from outside, as another process would."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query, values).fetchall()


def tamper(file: Path, statement: str, *values: Any) -> None:
    """Change a database behind our back."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)


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
        recorder = Recorder(tx, repo, cause, moment, salt)
        await recorder.record(entries)


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
