"""Which moments have passed?"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.clock import Clock
from bot.domain import entries as e
from bot.domain.stages import Stage
from bot.domain.states import State
from bot.storage import deadlines
from bot.storage.database import Database
from bot.storage.deadlines import Passed
from bot.storage.tables import VIEWS
from bot.storage.types import Moment
from bot.timing import Bell, Time
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
    rows,
)
from tests.storage.orders import (
    ORDER,
    approved,
    cancelled,
    drawn,
    opened,
    proposed,
    started,
    written,
)

DAY = 86_400
YEAR = 366 * DAY


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
        Passed("pledge", REPO, ISSUE, 2, at(10), seq=3),
        Passed("item", REPO, ISSUE, 0, at(15), seq=0),
        Passed("pledge", REPO, ISSUE, 1, at(20), seq=2),
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
    assert await passed(database, 40) == [Passed("pledge", REPO, ISSUE, 1, at(10), seq=2)]


@pytest.mark.usefixtures("item")
async def test_repositories_have_moments_of_their_own(database: Database) -> None:
    await know(database, a_repository(OTHER_REPO))
    await record(database, e.ItemLabelled(ISSUE, 1), repo=OTHER_REPO)
    await record(database, made(1, expires_at=at(10)), source="a", repo=OTHER_REPO)
    assert [each.repo for each in await passed(database, 20)] == [OTHER_REPO]


@pytest.mark.usefixtures("item")
async def test_a_moment_that_a_pledge_comes_back_to_is_said_again(database: Database) -> None:
    """It was said while the pledge was being drawn on; released, the pledge has the same end."""
    time = Time(lambda: at(20), asyncio.sleep)
    clock = Clock(database, time, Bell(time))
    pledge = made(1, expires_at=at(10))
    await record(database, pledge, source="a")
    assert (await clock.tick(), await clock.tick()) == (1, 1)
    await record(database, drawn(pledge), source="b")
    assert await clock.tick() == 0
    back = moved(e.PledgeReleased, pledge, Stage.DUE, Stage.STANDING, expires_at=at(10))
    await record(database, back, source="c")
    assert (await clock.tick(), await clock.tick()) == (1, 1)
    said = rows(database, "SELECT delivery, body FROM inbox JOIN bodies USING (n) ORDER BY n")
    assert len({name for name, _ in said}) == len(said) == 2
    assert len({body for _, body in said}) == 1


# --- work orders ------------------------------------------------------------------------------


@pytest.fixture
async def order(database: Database) -> None:
    await know(database)
    await record(database, opened(), written(), source="opened")


@pytest.mark.usefixtures("order")
async def test_a_draft_waits_for_nothing(database: Database) -> None:
    assert await passed(database, 10 * YEAR) == []


@pytest.mark.usefixtures("order")
async def test_the_end_of_a_discussion_is_said_until_it_was_told(database: Database) -> None:
    await record(database, proposed(days=7), source="a")
    assert await passed(database, 7 * DAY - 1) == []
    assert await passed(database, 7 * DAY) == [Passed("order", REPO, ORDER, 0, at(days=7), seq=2)]
    await record(database, e.DiscussionEnded(ORDER), source="b")
    assert await passed(database, 8 * DAY) == []


@pytest.mark.usefixtures("order")
async def test_a_report_that_is_due_is_said_until_it_was_missed_or_came(
    database: Database,
) -> None:
    await record(database, proposed(), approved(2), started(days=30), source="a")
    assert await passed(database, 30 * DAY) == [Passed("order", REPO, ORDER, 0, at(days=30), seq=2)]
    await record(database, e.ReportMissed(ORDER, at(days=30), at(days=60)), source="b")
    assert await passed(database, 60 * DAY - 1) == []
    assert await passed(database, 60 * DAY) == [Passed("order", REPO, ORDER, 0, at(days=60), seq=2)]
    await record(database, e.ReportMissed(ORDER, at(days=60), None), source="c")
    assert await passed(database, YEAR) == []


@pytest.mark.usefixtures("order")
async def test_the_fortnight_after_the_end_is_said_until_it_is_over(database: Database) -> None:
    await record(database, proposed(), source="a")
    await record(database, cancelled(was=State.DISCUSSION, days=14), source="b")
    assert await passed(database, YEAR) == [Passed("order", REPO, ORDER, 0, at(days=14), seq=2)]
    await record(database, e.OrderEnded(ORDER), source="c")
    assert await passed(database, YEAR) == []


@pytest.mark.usefixtures("order")
async def test_moments_of_items_orders_and_pledges_stand_in_one_line(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1), made(1, expires_at=at(days=9)), source="a")
    await record(database, e.ItemUnlabelled(ISSUE, at(days=5)), proposed(days=7), source="b")
    kinds = [(each.kind, each.at) for each in await passed(database, 9 * DAY)]
    assert kinds == [("item", at(days=5)), ("order", at(days=7)), ("pledge", at(days=9))]


async def test_every_moment_of_a_view_is_watched_or_known_to_need_no_watching() -> None:
    """A column that holds a moment to come must be in the list, or nobody would notice it."""
    watched = {f"{column.table.name}.{column.name}" for _, column in deadlines.MOMENTS}
    moments = {
        f"{table.name}.{column.name}"
        for table, _ in VIEWS.values()
        for column in table.columns
        if isinstance(column.type, Moment)
    }
    past = {
        "books.month_begins_at",
        "closings.begins_at",
        "closings.ends_at",
        "corrections.at",
        "items.label_told_at",
        "items.state_told_at",
        "links.at",
        "noted.closed_at",
        "noted.first_review_at",
        "noted.merged_at",
        "noted.opened_at",
        "noted.ready_at",
        "orders.opened_at",
        "orders.written_at",
        "orders.last_report_at",
        "orders.approved_at",
        "orders.started_at",
        "orders.finished_at",
        "orders.closed_at",
        "pledges.made_at",
        "pledges.changed_at",
        "pledges.sent_at",
        "pledges.due_at",
        "records.at",
        "spoke.at",
        "threads.decided_at",
        "threads.steward_at",
    }
    told_otherwise = {"orders.discussion_ends_at"}  # `tells_at` is when it is said
    assert moments == watched | past | told_otherwise
