"""Nothing is asked while GitHub wants quiet, and no write leaves too late."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.github.client import Client
from bot.github.errors import Limited
from bot.github.leaving import leave_by
from bot.github.quiet import Pauses
from bot.github.routes import CREATE_COMMENT, GET_REPOSITORY
from bot.lookup import CannotTell
from tests.github.fake import START, Answer, Clock, FakeGitHub

HERE = {"owner": "acme", "repo": "widget"}
THERE = "GET /repos/acme/widget"
COMMENTS = "POST /repos/acme/widget/issues/1/comments"
SOON = timedelta(seconds=30)


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
