"""Nothing is asked while GitHub wants quiet, and no write leaves too late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest

from bot.app.quiet import SharedQuiet
from bot.github import leaving
from bot.github.client import Client
from bot.github.errors import Limited
from bot.github.leaving import leave_by, slept
from bot.github.quiet import Pauses
from bot.github.routes import CREATE_COMMENT, GET_REPOSITORY, LIST_COMMENTS
from bot.lookup import CannotTell
from bot.storage.database import Database
from bot.timing import Time
from tests.github.fake import START, Answer, Asked, Clock, FakeGitHub

HERE = {"owner": "acme", "repo": "widget"}
THERE = "GET /repos/acme/widget"
COMMENTS = "POST /repos/acme/widget/issues/1/comments"
SOON = timedelta(seconds=30)

ON_LINUX = pytest.mark.skipif(
    not hasattr(time, "CLOCK_BOOTTIME"), reason="no clock here ticks on while the machine sleeps"
)


class Others:
    """What other processes were told."""

    def __init__(self) -> None:
        self.known: dict[int, datetime] = {}
        self.told: list[tuple[int, datetime]] = []

    async def until(self, installation: int) -> datetime | None:
        return self.known.get(installation)

    async def keep(self, installation: int, until: datetime) -> None:
        self.told.append((installation, until))


@pytest.fixture
def others(client: Client) -> Others:
    others = Others()
    client._pauses = Pauses(client._now, others)
    return others


async def say(client: Client) -> object:
    return await client.write(9, CREATE_COMMENT, {"body": "Hi"}, **HERE, issue_number=1)


async def test_what_another_process_was_told_holds_here_too(
    client: Client, others: Others, github: FakeGitHub, clock: Clock
) -> None:
    github.on(THERE, Answer({"id": 1}))
    github.on(COMMENTS, Answer({"id": 5}, 201))
    others.known[9] = START + SOON
    with pytest.raises(CannotTell) as told:
        await client.read(9, GET_REPOSITORY, **HERE)
    with pytest.raises(Limited) as limited:
        await say(client)
    assert told.value.not_before == limited.value.until == START + SOON
    assert github.asked == [], "not even for a token"
    assert await client.read(10, GET_REPOSITORY, **HERE) == {"id": 1}
    others.known.clear()
    clock.forward(seconds=30)
    assert await say(client) == {"id": 5}


async def test_a_list_is_not_read_on_once_another_process_was_told_to_be_quiet(
    client: Client, others: Others, github: FakeGitHub
) -> None:
    listed = "/repos/acme/widget/issues/1/comments"
    following = f'<{github.url}{listed}?page=2>; rel="next"'

    def page(asked: Asked) -> Answer:
        others.known[9] = START + SOON
        return Answer([{"id": 1}], headers={"Link": following})

    github.on(f"GET {listed}", page)
    with pytest.raises(CannotTell) as told:
        await client.read_all(9, LIST_COMMENTS, owner="acme", repo="widget", issue_number=1)
    assert told.value.not_before == START + SOON
    assert github.lines == [f"GET {listed}"]


async def test_others_hear_of_a_limit_that_this_process_was_told(
    client: Client, others: Others, github: FakeGitHub
) -> None:
    github.on(THERE, Answer({"message": "no"}, 429, {"retry-after": "30"}))
    with pytest.raises(CannotTell):
        await client.read(9, GET_REPOSITORY, **HERE)
    assert others.told == [(9, START + SOON)]


async def test_of_two_limits_the_longer_one_holds(
    client: Client, others: Others, clock: Clock
) -> None:
    await client._pauses.begin(9, START + 2 * SOON)
    await client._pauses.begin(9, START + SOON)
    clock.forward(seconds=45)
    with pytest.raises(CannotTell):
        client._pauses.check(9)


async def test_what_waits_for_its_turn_is_not_sent_when_a_limit_begins_meanwhile(
    client: Client, github: FakeGitHub
) -> None:
    github.on(THERE, Answer({"id": 1}))
    await client.read(9, GET_REPOSITORY, **HERE)
    slots = client._out.slots
    client._out.slots = asyncio.Semaphore(0)
    waiting = asyncio.create_task(client.read(9, GET_REPOSITORY, **HERE))
    await asyncio.sleep(0.01)
    await client._pauses.begin(9, START + SOON)
    client._out.slots.release()
    with pytest.raises(CannotTell):
        await waiting
    client._out.slots = slots
    assert github.times(THERE) == 1


async def test_a_write_that_waited_too_long_does_not_leave(
    client: Client, github: FakeGitHub
) -> None:
    github.on(COMMENTS, Answer({"id": 5}, 201))
    now = asyncio.get_running_loop().time()
    leave_by(now - 1)
    with pytest.raises(Limited) as limited:
        await say(client)
    assert limited.value.until == START, "it did not happen, and may be tried at once"
    assert github.times(COMMENTS) == 0
    github.on(THERE, Answer({"id": 1}))
    assert await client.read(9, GET_REPOSITORY, **HERE) == {"id": 1}
    leave_by(now + 60)
    assert await say(client) == {"id": 5}


@pytest.fixture
def suspended(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the machine have been suspended for so many seconds: only one of its clocks shows it."""
    running = time.clock_gettime

    def suspend(seconds: float) -> None:
        asleep = {time.CLOCK_BOOTTIME: seconds}
        monkeypatch.setattr(time, "clock_gettime", lambda of: running(of) + asleep.get(of, 0.0))

    return suspend


@ON_LINUX
async def test_a_write_does_not_leave_after_a_sleep_of_the_machine_that_outlasted_it(
    client: Client, github: FakeGitHub, suspended: Callable[[float], None]
) -> None:
    github.on(COMMENTS, Answer({"id": 5}, 201))
    suspended(1000)
    leave_by(asyncio.get_running_loop().time() + 30)
    assert await say(client) == {"id": 5}, "what was before does not count"
    suspended(1020)
    assert await say(client) == {"id": 5}
    suspended(1040)
    with pytest.raises(Limited):
        await say(client)
    assert github.times(COMMENTS) == 2


@ON_LINUX
async def test_a_sleep_of_the_machine_counts_from_when_the_moment_was_reckoned(
    client: Client, github: FakeGitHub, suspended: Callable[[float], None]
) -> None:
    github.on(COMMENTS, Answer({"id": 5}, 201))
    reckoned, before = asyncio.get_running_loop().time(), slept()
    suspended(40)
    leave_by(reckoned + 30, before)
    with pytest.raises(Limited):
        await say(client)
    assert github.times(COMMENTS) == 0


async def test_where_no_clock_tells_of_a_sleep_there_was_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaving, "_TICKS_ON", None)
    assert slept() == 0.0


# --- in the database --------------------------------------------------------------------------


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    database = Database(store_url)
    yield database
    await database.close()


def process(database: Database, clock: Clock, holder: str) -> SharedQuiet:
    return SharedQuiet(database, Time(clock, asyncio.sleep), holder)


async def test_a_server_hears_of_a_limit_that_a_command_beside_it_was_told(
    database: Database, clock: Clock
) -> None:
    """Also on a file, where the server is alone but for `adopt`, `verify` and `rebuild --check`."""
    server, command = (process(database, clock, name) for name in ("server", "command"))
    assert await server.until(9) is None
    await command.keep(9, clock() + SOON)
    clock.forward(seconds=1)
    told = await server.until(9)
    assert told is not None
    assert abs(told - (START + SOON)) <= timedelta(seconds=1.5)
    assert await server.until(10) is None


@pytest.mark.sqlite_only("on PostgreSQL other servers ask too, so every look is a fresh one")
async def test_a_file_is_looked_into_once_a_second(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    async def look(_tx: object, installation: int, *_: object) -> None:
        looks.append(installation)

    monkeypatch.setattr("bot.storage.pacing.quiet_until", look)
    server = process(database, clock, "server")
    for _ in range(3):
        await server.until(9)
        await server.until(10)
        clock.forward(seconds=0.4)
    assert looks == [9, 10]
    clock.forward(seconds=0.4)
    await server.until(9)
    clock.forward(seconds=-3600)
    await server.until(9)
    assert looks == [9, 10, 9, 9], "a clock that is put back does not stop the looking"
