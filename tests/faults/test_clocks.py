"""Our clock and GitHub's differ: nothing is decided before its time, nor in another order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app.recovering import Recovery
from bot.app.recovering.missed import IN_FLIGHT
from bot.clock import Clock as Ticking
from bot.events.reading import ITEM_END
from bot.github.client import Client
from bot.github.identity import AppKey
from bot.storage import sweeps
from bot.storage.database import Database
from bot.timing import Bell
from sandbox.server import Sandbox
from tests.events.kit import changed, real, without
from tests.storage.kit import ISSUE, NOON, a_database, know, rows
from tests.worker.kit import Clock
from tests.worker.lane import Lane, stamp

TEN_MINUTES = timedelta(minutes=10)


@asynccontextmanager
async def recovering(
    database: Database, ours: Clock, githubs: Callable[[], datetime]
) -> AsyncIterator[Recovery]:
    """Our recovery beside a GitHub with a clock of its own."""
    async with Sandbox(now=githubs, with_page=False) as box, aiohttp.ClientSession() as session:
        key = AppKey.read(box.app.id, box.app.private_key_pem)
        client = Client(session, key, base_url=box.api_url, version="0.1.0", now=ours.now)
        yield Recovery.over(database, client, ours.time, Bell(ours.time), app_id=box.app.id)


@pytest.mark.parametrize(
    ("ahead", "up_to"),
    [(TEN_MINUTES, NOON), (-TEN_MINUTES, NOON - TEN_MINUTES), (timedelta(days=5), NOON)],
    ids=["ahead", "behind", "days ahead"],
)
async def test_nothing_is_missing_up_to_the_earlier_of_both_clocks(
    tmp_path: Path, ahead: timedelta, up_to: datetime
) -> None:
    async with (
        a_database(tmp_path) as database,
        recovering(database, Clock(NOON + ahead), lambda: NOON) as recovery,
    ):
        await know(database)
        for _ in range(2):
            await recovery.catch_up()
            assert await recovery.swept_up_to() == up_to - IN_FLIGHT
            async with database.read() as tx:
                assert await sweeps.marks(tx, sweeps.REREAD) == {}, "GitHub's list reaches back"


async def test_with_our_clock_ahead_a_deadline_passes_when_it_does_for_github(
    tmp_path: Path,
) -> None:
    """An item off the roadmap has two weeks to come back, also in their last ten minutes."""
    async with a_database(tmp_path) as database:
        lane = Lane(database, Clock())
        ends_at = await _off_the_roadmap(lane)
        lane.clock.at = ends_at + timedelta(seconds=40)
        async with recovering(
            database, lane.clock, lambda: lane.clock.now() - TEN_MINUTES
        ) as recovery:
            ticking = Ticking(database, lane.clock.time, Bell(lane.clock.time), recovery)
            await ticking.tick()
            assert not _is_said(lane), "for GitHub there are nine minutes left"
            lane.clock.at = ends_at + TEN_MINUTES + IN_FLIGHT
            await ticking.tick()
            assert _is_said(lane)


async def _off_the_roadmap(lane: Lane) -> datetime:
    """Take a pledged item off the roadmap; gives the moment at which that becomes final."""
    await know(lane.database)
    await lane.labels()
    await lane.decides()
    await lane.says("/pledge USD 500")
    await lane.decides()
    body = real("issues", "labeled") | {"action": "unlabeled", "label": {"name": "bug"}}
    for path, value in {
        "issue.id": ISSUE,
        "issue.updated_at": stamp(lane.clock.now()),
        "issue.labels": [],
    }.items():
        body = changed(body, path, value)
    await lane.hears("issues", body)
    await lane.decides()
    ((ends_at,),) = rows(lane.database, "SELECT ends_at FROM items")
    return datetime.fromtimestamp(ends_at / 1e6, UTC)


def _is_said(lane: Lane) -> bool:
    query = "SELECT count(*) FROM inbox WHERE event = ?"
    return bool(rows(lane.database, query, ITEM_END)[0][0])


async def test_with_our_clock_behind_a_closing_stays_behind_the_comments_before_it(
    tmp_path: Path,
) -> None:
    async with a_database(tmp_path) as database:
        lane = Lane(database, Clock())
        await know(database)
        await lane.labels()
        await lane.decides()
        githubs = lane.clock.now() + TEN_MINUTES - timedelta(seconds=10)
        await lane.says("/pledge USD 500", when=githubs)
        closed = without(real("issues", "labeled") | {"action": "closed"}, "label")
        at = stamp(githubs + timedelta(seconds=1))
        for path, value in {
            "issue.state": "closed",
            "issue.id": ISSUE,
            "issue.closed_at": at,
            "issue.updated_at": at,
            "issue.state_reason": "completed",
        }.items():
            closed = changed(closed, path, value)
        await lane.hears("issues", closed)
        await lane.decides()
        said = ["ItemLabelled", "PledgeMade", "ItemClosed", "PledgeFellDue"]
        assert await lane.kinds() == said
