"""Which moments have passed?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain import entries as e
from bot.domain.stages import Stage
from bot.storage import deadlines
from bot.storage.database import Database
from bot.storage.deadlines import Passed
from tests.storage.kit import (
    ISSUE,
    OTHER_REPO,
    REPO,
    a_repository,
    at,
    know,
    made,
    moved,
    record,
)


async def passed(database: Database, seconds: float) -> list[Passed]:
    async with database.read() as tx:
        return await deadlines.passed(tx, at(seconds))


@pytest.fixture
async def item(database: Database) -> None:
    await know(database)
    await record(database, e.ItemLabelled(ISSUE, 1))


@pytest.mark.usefixtures("item")
async def test_moments_come_oldest_first_and_not_before_their_time(database: Database) -> None:
    await record(database, made(1, expires_at=at(20)), source="a")
    await record(database, made(2, pledger=12, expires_at=at(10)), source="b")
    await record(database, made(3, pledger=13), source="c")
    await record(database, e.ItemUnlabelled(ISSUE, at(15)), source="d")
    assert await passed(database, 9.999) == []
    assert await passed(database, 20) == [
        Passed(REPO, ISSUE, 2, at(10)),
        Passed(REPO, ISSUE, 0, at(15)),
        Passed(REPO, ISSUE, 1, at(20)),
    ]


@pytest.mark.usefixtures("item")
async def test_what_has_ended_has_no_moment_any_more(database: Database) -> None:
    pledge = made(1, expires_at=at(10))
    await record(database, pledge, source="a")
    await record(
        database,
        moved(e.PledgeWithdrawn, pledge, Stage.STANDING, Stage.WITHDRAWN),
        e.ItemUnlabelled(ISSUE, at(15)),
        e.ItemEnded(ISSUE),
        source="b",
    )
    assert await passed(database, 1000) == []


@pytest.mark.parametrize("changed", [{"removed": True}, {"installation": None}])
@pytest.mark.usefixtures("item")
async def test_where_we_may_not_act_moments_wait_until_we_may(
    database: Database, changed: dict[str, Any]
) -> None:
    """Said while the App is not installed they would be passed over, and never be said again."""
    await record(database, made(1, expires_at=at(10)), source="a")
    await know(database, a_repository(told_at=at(5), **changed))
    assert await passed(database, 20) == []
    await know(database, a_repository(told_at=at(30)))
    assert await passed(database, 40) == [Passed(REPO, ISSUE, 1, at(10))]


@pytest.mark.usefixtures("item")
async def test_repositories_have_moments_of_their_own(database: Database) -> None:
    await know(database, a_repository(OTHER_REPO))
    await record(database, e.ItemLabelled(ISSUE, 1), repo=OTHER_REPO)
    await record(database, made(1, expires_at=at(10)), source="a", repo=OTHER_REPO)
    assert [each.repo for each in await passed(database, 20)] == [OTHER_REPO]
