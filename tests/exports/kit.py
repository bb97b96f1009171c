"""A ledger in a store, whatever people tried, and its exports."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from bot.comments import Comments
from bot.domain import entries as e
from bot.domain.refs import Account, Repo
from bot.events.mirrored import IssueSeen
from bot.pages.exporting import open_export
from bot.storage import ledger, mirror, people
from bot.storage.database import Database
from bot.storage.ledger import Cause
from bot.timing import Time
from bot.worker.closing import Months
from tests.domain.dice import Dice
from tests.domain.facts import ISSUE, LOGINS, OTHER
from tests.domain.scene import Scene
from tests.domain.trying import throw
from tests.storage.kit import INSTALLATION, REPO, a_database, a_lease, a_repository, know, salt

SOLVER = Repo(REPO, "acme", "solver", INSTALLATION)
WEB = "https://github.example"
PAGES = "https://bursar.example"
MADE = datetime(2031, 1, 1, tzinfo=UTC)


def a_busy_scene(seed: int = 1, tries: int = 300) -> Dice:
    """People who tried many things."""
    dice = Dice(Scene(), Random(seed))
    for _ in range(tries):
        throw(dice)
    return dice


@asynccontextmanager
async def a_busy_store(folder: Path, seed: int = 1, tries: int = 300) -> AsyncIterator[Database]:
    async with a_database(folder) as database:
        await keep(database, a_busy_scene(seed, tries))
        yield database


async def keep(database: Database, dice: Dice) -> None:
    """Record what happened in memory; an entry is recorded when it happens."""
    await know_everybody(database, dice)
    async with database.write() as tx:
        recorded_at = dice.scene.ledger[0][0].at
        for stamp, entry in dice.scene.ledger:
            recorded_at = max(recorded_at, stamp.at)
            cause = Cause(f"comment:{stamp.seq}", stamp.at, stamp.actor, stamp.late)
            await ledger.record(tx, REPO, (entry,), cause, recorded_at, salt)


async def keep_by_month(database: Database, dice: Dice) -> None:
    """The same, with every month opened and closed as the worker does."""
    await know_everybody(database, dice)
    now = dice.scene.ledger[0][0].at
    comments = Comments(Path(__file__).parents[2] / "templates" / "comments")
    months = Months(database, comments, Time(lambda: now, asyncio.sleep), salt, _no_pages)
    for stamp, entry in dice.scene.ledger:
        if isinstance(entry, e.MonthOpened | e.PullsNoted | e.MonthClosed):
            continue
        now = max(now, stamp.at)
        await months.keep(SOLVER, stamp.at, await a_lease(database))
        cause = Cause(f"comment:{stamp.seq}", stamp.at, stamp.actor, stamp.late)
        async with database.write() as tx:
            await ledger.record(tx, REPO, (entry,), cause, now, salt)


async def _no_pages(_: Repo) -> None:
    return None


async def know_everybody(database: Database, dice: Dice) -> None:
    """Let the mirror know who took part, and the issues."""
    await know(database, a_repository(name="solver"))
    async with database.write() as tx:
        for login, number in LOGINS.items():
            account = Account(1000 + number, login)
            await people.remember(tx, account, lambda _, number=number: number)  # type: ignore[misc]
        for name, number in dice.scene.names.items():
            await people.remember_name(tx, name, lambda _, number=number: number)  # type: ignore[misc]
        for ref in (ISSUE, OTHER, *dice.orders):
            seen = IssueSeen(ref.id, REPO, ref.number, f"Title of #{ref.number}", MADE)
            await mirror.note(tx, seen, lambda _: 0)


async def text_of(
    database: Database,
    form: str,
    since: date | None = None,
    until: date | None = None,
    **more: Any,
) -> str:
    opened = await open_export(database, SOLVER, form, since, until, MADE, WEB, PAGES, **more)
    return b"".join([chunk async for chunk in opened.chunks]).decode()


async def document_of(database: Database, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(await text_of(database, "json", **more))
    return document


async def table_of(database: Database, **more: Any) -> list[dict[str, str]]:
    text = await text_of(database, "csv", **more)
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
