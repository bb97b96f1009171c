"""GitHub's limits make a rebuilding slow, and never hopeless."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app.opening import CannotDo
from bot.app.rebuilding import Rebuilt, rebuild
from bot.app.rebuilding.asking import ATTEMPTS
from bot.storage import pacing
from bot.storage.database import Database
from bot.storage.pace_tables import pauses
from bot.timing import Time
from tests import engines
from tests.stories.kit import Stage

PER_HOUR = 12
"""So few requests that no list of this story is read within one hour."""

COMMENTS = "GET /repos/{owner}/{repo}/issues/comments"
PULLS = "GET /repos/{owner}/{repo}/pulls"
REVIEWS = "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews"
AS_APP = {
    "GET /repos/{owner}/{repo}/installation",
    "POST /app/installations/{installation_id}/access_tokens",
}

LONGEST = timedelta(days=3)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """Where the ledger is rebuilt."""
    aside = tmp_path / "rebuilt"
    aside.mkdir()
    with engines.a_database_made_by(engines.empty, aside) as url:
        yield url


async def test_a_series_longer_than_an_hours_requests_is_read_to_its_end(
    stage: Stage, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    for number in range(2 * PER_HOUR):
        stage.pull("ada", f"Faster, step {number}.")
    await stage.settled()
    before = await stage.entries()
    await the_server_stops(stage)
    monkeypatch.setattr("sandbox.limits.PER_HOUR", PER_HOUR)
    monkeypatch.setattr("bot.github.transport.CACHE_BYTES", 0)  # a long series outgrows it
    stage.box.limits.budgets.clear()
    stage.box.limits.enforced = True
    began = stage.time.now()
    rebuilt = await rebuilt_into(empty, stage)
    assert rebuilt.findings == ()
    assert rebuilt.entries == len(before)
    assert timedelta(hours=2) < stage.time.now() - began < LONGEST
    assert stage.box.limits.intrusions == [], "nothing was asked before a limit was over"


async def test_a_short_outage_in_the_middle_costs_one_request(stage: Stage, empty: str) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    stage.pull("ada")
    await stage.settled()
    await the_server_stops(stage)
    asked = len(stage.box.requests)
    stage.box.faults.refuse(REVIEWS, status=502, times=2)
    assert (await rebuilt_into(empty, stage)).is_whole
    routes = [each.route for each in stage.box.requests[asked:]]
    assert routes.count(REVIEWS) == 3
    assert routes.count(PULLS) == 1


async def test_what_github_refuses_for_good_is_said_soon(stage: Stage, empty: str) -> None:
    await stage.roadmap_item()
    await the_server_stops(stage)
    stage.box.faults.refuse(COMMENTS, status=403)
    asked = len(stage.box.requests)
    with pytest.raises(CannotDo, match="Nothing was written"):
        await rebuilt_into(empty, stage)
    routes = [each.route for each in stage.box.requests[asked:]]
    assert routes.count(COMMENTS) < ATTEMPTS


async def test_while_a_pause_holds_that_a_server_was_told_nothing_is_asked(
    stage: Stage, empty: str
) -> None:
    """A rebuilding works in a store of its own; GitHub's wishes for quiet stand in the real one."""
    await the_server_stops(stage)
    now = stage.time.now()
    async with opened(empty) as real, real.write() as tx:
        until = now + timedelta(minutes=30)
        await pacing.be_quiet(tx, stage.installation.id, until, now, "a server")
    asked = len(stage.box.requests)
    with pytest.raises(CannotDo, match="A limit of GitHub holds"):
        await rebuilt_into(empty, stage)
    routes = {each.route for each in stage.box.requests[asked:]}
    assert all(route.startswith("GET /app") or route in AS_APP for route in routes), routes


async def test_the_next_server_hears_of_a_pause_that_a_rebuilding_was_told(
    stage: Stage, empty: str
) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    await the_server_stops(stage)
    began = stage.time.now()
    stage.box.faults.limit(COMMENTS, 3600, times=1)
    assert (await rebuilt_into(empty, stage)).is_whole
    async with opened(empty) as real, real.read() as tx:
        told = await tx.execute(select(pauses.c.installation, pauses.c.until))
        ((installation, until),) = told.all()
    assert installation == stage.installation.id
    assert until > began + timedelta(minutes=30), (
        "an hour, by a clock that runs slower than the stage's"
    )


# --- pieces -----------------------------------------------------------------------------------


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def the_server_stops(stage: Stage) -> None:
    stage.rooms.cancel()
    await asyncio.gather(stage.rooms, return_exceptions=True)


async def rebuilt_into(url: str, stage: Stage) -> Rebuilt:
    """Rebuild with a clock that jumps wherever somebody waits."""

    async def jump(seconds: float) -> None:
        stage.time.advance(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    chosen = stage.settings.model_copy(update={"database_url": url})
    return await rebuild(chosen, "acme", "solver", time=Time(stage.time.now, jump))
