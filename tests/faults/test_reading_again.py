"""Who reads again what was not told keeps the right to it, tells nothing twice, and nothing by halves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.recovering.again import Again
from bot.app.recovering.holding import LENGTH, NIGHT, PROLONGED_EVERY, Holding, SomebodyElse
from bot.domain.refs import Repo
from bot.events.reading import hear
from bot.github.errors import NotThere
from bot.github.rereading import Told
from bot.lookup import CannotTell
from bot.storage import inbox, leases, sweeps
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.sweeps import REREAD
from bot.timing import Bell
from tests.events.kit import raw, real
from tests.storage.kit import INSTALLATION, NOON, REPO, a_database, at, know, rows, tamper
from tests.worker.kit import Clock

SOLVER = Repo(REPO, "Codertocat", "Hello-World", INSTALLATION)
LABELLED = raw(real("issues", "labeled"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database(tmp_path) as database:
        await know(database)
        yield database


@dataclass
class Reading:
    """What GitHub tells again, for as long as it takes."""

    told: list[Told] = field(default_factory=list)
    takes: float = 0
    fails: CannotTell | None = None
    there: bool = True
    asked: int = 0

    async def timelines(self, *_: Any) -> AsyncIterator[Told]:
        self.asked += 1
        await asyncio.sleep(self.takes)
        if self.fails is not None:
            raise self.fails
        for told in self.told:
            yield told

    async def _nothing(self, *_: Any) -> AsyncIterator[Told]:
        for told in self.told[:0]:
            yield told

    configurations = pulls = comments = texts = _nothing

    async def is_there(self, _: Repo) -> bool:
        return self.there


def an_again(database: Database, reading: Reading, right: str = "sweep") -> Again:
    clock = Clock()
    holding = Holding(database, clock.time, right)
    return Again(reading, holding, Bell(clock.time))  # type: ignore[arg-type]


async def read(again: Again, since: datetime = NOON, after: int = 0) -> int:
    async with again.holding.taken():
        return await again.read(SOLVER, since, after)


async def wanted(database: Database) -> set[int]:
    async with database.read() as tx:
        return set(await sweeps.marks(tx, REREAD))


async def want(database: Database) -> None:
    async with database.write() as tx:
        await sweeps.want_reread(tx, REPO, NOON, 0)


def a_label(name: str = "reread:issue_event:9", seconds: float = 0) -> Told:
    return Told(name, "issues", LABELLED, at(seconds))


# --- the right --------------------------------------------------------------------------------


async def test_whoever_reads_for_longer_than_a_right_lasts_keeps_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.recovering.holding.PROLONGED_EVERY", 0.01)
    holding = Holding(database, Clock().time)
    async with holding.taken():
        tamper(database, "UPDATE leases SET until = 0")  # so long a time has passed
        for _ in range(500):
            if rows(database, "SELECT 1 FROM leases WHERE until > 0"):
                break
            await asyncio.sleep(0.01)
        async with database.write() as tx:
            other = await leases.take(tx, holding.name, "other", NOON, LENGTH)
        assert other is None


async def test_whoever_has_lost_the_right_stops_reading(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.recovering.holding.PROLONGED_EVERY", 0.01)
    with pytest.raises(SomebodyElse):
        await _reads_until_it_is_lost(Holding(database, Clock().time))


async def _reads_until_it_is_lost(holding: Holding) -> None:
    async with holding.taken():
        tamper(holding.database, "UPDATE leases SET until = 0")
        async with holding.database.write() as tx:
            assert await leases.take(tx, holding.name, "other", NOON, LENGTH)
        await asyncio.wait_for(asyncio.Event().wait(), 5)


async def test_what_takes_too_long_by_itself_is_nobody_elses_doing(database: Database) -> None:
    holding = Holding(database, Clock().time)
    with pytest.raises(TimeoutError):
        async with holding.taken():
            raise TimeoutError


# --- nothing twice, nothing by halves ---------------------------------------------------------


@pytest.mark.parametrize("placed", [True, False])
async def test_what_has_just_come_in_is_not_told_again(database: Database, *, placed: bool) -> None:
    delivery = Delivery("by-github", "issues", LABELLED, at(0))
    again = an_again(database, Reading([a_label()]), NIGHT)
    async with database.write() as tx:
        await inbox.put(tx, [delivery])
    if placed:
        async with database.write() as tx:
            await inbox.place(tx, [(1, hear("issues", LABELLED, at(0)))])
    assert await read(again) == 0
    assert rows(database, "SELECT delivery FROM inbox") == [("by-github",)]


async def test_a_comment_that_nobody_has_looked_into_is_known_by_its_id(database: Database) -> None:
    body = raw(real("issue_comment", "created"))
    async with database.write() as tx:
        await inbox.put(tx, [Delivery("by-github", "issue_comment", body, at(0))])
    told = Told("reread:comment:1:created", "issue_comment", body, at(0))
    assert await read(an_again(database, Reading([told]))) == 0


async def test_nothing_is_read_while_half_of_what_was_missed_is_held(database: Database) -> None:
    """What was told again could be decided before the older half that is still to come."""
    async with database.write() as tx:
        await sweeps.hold(tx, [Delivery("missed", "issues", LABELLED, at(-60))])
    reading = Reading([a_label()])
    await want(database)
    again = an_again(database, reading)
    with pytest.raises(CannotTell):
        async with again.holding.taken():
            await again.read_what_is_wanted()
    assert reading.asked == 0
    assert rows(database, "SELECT state FROM inbox") == [("held",)]
    assert await wanted(database) == {REPO}
    async with database.write() as tx:
        assert await sweeps.let_go(tx)
    async with again.holding.taken():
        await again.read_what_is_wanted()
    assert await wanted(database) == set()


async def test_what_a_broken_reading_left_behind_is_let_go_by_the_next(database: Database) -> None:
    async with database.write() as tx:
        await sweeps.hold(tx, [Delivery("reread:issue_event:9", "issues", LABELLED, NOON)], REPO)
    again = an_again(database, Reading([a_label()]))
    assert await read(again) == 0
    assert rows(database, "SELECT delivery, state FROM inbox") == [("reread:issue_event:9", "new")]


async def test_two_who_read_at_once_leave_nothing_held(database: Database) -> None:
    told = [a_label(f"reread:issue_event:{n}", n * 60) for n in range(250)]
    both = [an_again(database, Reading(told), right) for right in ("sweep", NIGHT)]
    await asyncio.gather(*(read(each) for each in both))
    states = rows(database, "SELECT state, count(*) FROM inbox GROUP BY state")
    assert states == [("new", 250)]


# --- what is not there ------------------------------------------------------------------------


@pytest.mark.parametrize("there", [True, False])
async def test_a_repository_is_given_up_only_when_it_is_gone_itself(
    database: Database, *, there: bool
) -> None:
    await want(database)
    again = an_again(database, Reading(fails=NotThere("410", status=410), there=there))
    async with again.holding.taken():
        if there:
            with pytest.raises(CannotTell):
                await again.read_what_is_wanted()
        else:
            await again.read_what_is_wanted()
    assert await wanted(database) == ({REPO} if there else set())


async def test_a_right_is_longer_than_the_time_between_two_prolongings() -> None:
    assert timedelta(seconds=3 * PROLONGED_EVERY) <= LENGTH
