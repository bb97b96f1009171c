"""Does the digest of a month with ten thousand pledges fit one issue?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.comments import COMMENT_AT_MOST, length
from bot.domain import entries as e
from bot.domain import figures as f
from bot.domain.calendar import span
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.views import Item, Month, Overall, Pledge, Row
from bot.storage import digests
from bot.storage.database import Database
from bot.storage.tables import VIEWS
from bot.worker.closing import Months
from tests.storage.kit import NOON, REPO, a_database, a_lease, know, record, rows, salt
from tests.worker.kit import Clock, fixed, the_comments

PLEDGES = 10_000
ITEMS = 400
CURRENCIES = ("EUR", "GBP", "JPY", "USD")
STAGES = (Stage.OFFERED, Stage.STANDING, Stage.DUE, Stage.DECLINED)
JANUARY = span("2026-01", "UTC")


def pledge(number: int) -> Pledge:
    """One of many: on any item, in any currency, at any stage."""
    return Pledge(
        pledge=number,
        issue=number % ITEMS + 1,
        pledger=number % 999,
        funder=number % 777,
        minor=10**9 + number,
        currency=CURRENCIES[number % 4],
        on_completion=False,
        until=None,
        stage=STAGES[number // 4 % 4],
        comment=10**9 + number,
        made_at=NOON - timedelta(days=number % 400),
        changed_at=NOON,
        seq=number,
        due_at=NOON,
    )


def everything() -> list[list[Row]]:
    """What the views hold of ten thousand pledges on four hundred items, table by table."""
    many = 10**12
    return [
        [Item(n, n) for n in range(2, ITEMS + 1)],
        [pledge(n) for n in range(1, PLEDGES + 1)],
        [Month("2026-01", code, many, PLEDGES, received=many) for code in CURRENCIES],
        [Overall(code, many, PLEDGES, many, PLEDGES, received=many) for code in CURRENCIES],
    ]


async def put(tx: AsyncConnection, found: list[Row]) -> None:
    """Write new rows of one table, all at once."""
    names = [each.name for each in fields(found[0])]
    values = [{"repo": REPO} | {name: getattr(row, name) for name in names} for row in found]
    await tx.execute(insert(VIEWS[type(found[0])][0]), values)


@pytest.fixture
async def crowded(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database(tmp_path) as database:
        await know(database)
        opened = e.MonthOpened(
            month=JANUARY.month, begins_at=JANUARY.begins_at, ends_at=JANUARY.ends_at, zone="UTC"
        )
        await record(database, e.RulesChanged("c0ffee", Rules()), opened, e.ItemLabelled(1, 1))
        async with database.write() as tx:
            for found in everything():
                await put(tx, found)
        yield database


async def test_a_month_with_ten_thousand_pledges_is_one_digest_that_fits(crowded: Database) -> None:
    clock = Clock(JANUARY.ends_at)
    months = Months(crowded, the_comments(), clock.time, salt, fixed("https://bursar.example/a/b"))
    await months.keep(Repo(REPO, "acme", "solver", 1), clock.now(), await a_lease(crowded))
    async with crowded.read() as tx:
        (digest,) = await digests.all_months(tx, REPO)
    assert length(digest.words) <= COMMENT_AT_MOST
    ((posted,),) = rows(crowded, "SELECT words FROM outbox WHERE kind = 'digest'")
    assert length(posted) < COMMENT_AT_MOST + 1024
    assert f"{4 * PLEDGES - f.PLEDGES_LISTED} more" in digest.words
    assert "There are 360 more." in digest.words
