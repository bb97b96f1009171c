"""Several processes write for one installation: one after the other, and all at one pace."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.effects import React, Reaction
from bot.storage import leases, marks, outbox, pacing, upcoming
from bot.storage.database import Database
from bot.storage.leases import Fenced
from bot.worker.turns import LEASE, Turn, Turns
from tests.storage.kit import INSTALLATION, REPO, a_database, at, know, rows
from tests.worker.kit import Clock, GitHub, Play, lookup

SECOND = timedelta(seconds=1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with a_database(tmp_path) as database:
        await know(database)
        yield database


def turns(database: Database, clock: Clock, holder: str) -> Turns:
    return Turns(database, clock.time, holder)


async def taken(turns: Turns) -> Turn:
    turn = await turns.take(INSTALLATION)
    assert turn is not None
    return turn


async def say(database: Database, key: str = "a") -> None:
    async with database.write() as tx:
        words = f"Words.\n\n{marks.marker(REPO, f'say:{key}')}"
        await outbox.say(tx, REPO, key, 1, words, at())


async def lease_ends(database: Database, clock: Clock) -> None:
    """Let so much time pass that nobody holds anything any more, whosever clock counts."""
    clock.at += LEASE
    async with database.write() as tx:
        await leases.forget_holders(tx)


async def intend(turn: Turn) -> None:
    """As a process leaves it that is killed in the middle of a request."""
    async with turn.database.read() as tx:
        found = await upcoming.next_to_send(tx, INSTALLATION, turn.time.now())
    assert found is not None
    async with turn.writing() as tx:
        await outbox.intend(tx, found.row, turn.time.now())


# --- one after the other ----------------------------------------------------------------------


async def test_one_process_at_a_time_has_the_turn(database: Database) -> None:
    clock = Clock()
    one, two = turns(database, clock, "one"), turns(database, clock, "two")
    turn = await taken(one)
    assert await two.take(INSTALLATION) is None
    assert await two.take(INSTALLATION + 1) is not None, "other installations go on"
    await turn.ends()
    assert await two.take(INSTALLATION) is not None


@pytest.mark.sqlite_only("the clock of a server cannot be moved")
async def test_a_write_keeps_the_turn_for_longer(database: Database) -> None:
    clock = Clock()
    one, two = turns(database, clock, "one"), turns(database, clock, "two")
    turn = await taken(one)
    for _ in range(3):
        clock.at += LEASE - SECOND
        await turn.begins()
        assert await two.take(INSTALLATION) is None


async def test_who_slept_through_the_end_of_its_turn_writes_and_notes_nothing_more(
    database: Database,
) -> None:
    clock = Clock()
    one, two = turns(database, clock, "one"), turns(database, clock, "two")
    await say(database)
    asleep = await taken(one)
    await lease_ends(database, clock)
    awake = await taken(two)
    with pytest.raises(Fenced):
        await asleep.begins()
    with pytest.raises(Fenced):
        await intend(asleep)
    with pytest.raises(Fenced):
        async with asleep.noting() as tx:
            await outbox.open_count(tx)
    await asleep.ends()
    assert await one.take(INSTALLATION) is None, "what is over cannot be given back"
    await awake.begins()
    assert rows(database, "SELECT state FROM outbox") == [("idle",)]


async def test_what_another_left_half_done_is_in_doubt(database: Database) -> None:
    clock = Clock()
    await say(database)
    await intend(await taken(turns(database, clock, "one")))
    await lease_ends(database, clock)
    await taken(turns(database, clock, "two"))
    assert rows(database, "SELECT state FROM outbox") == [("unknown",)]
    async with database.read() as tx:
        assert await upcoming.next_moment(tx, clock.now()) == clock.now() + outbox.GRACE


async def test_other_installations_are_not_in_doubt(database: Database) -> None:
    clock = Clock()
    await say(database)
    await intend(await taken(turns(database, clock, "one")))
    assert await turns(database, clock, "two").take(INSTALLATION + 1) is not None
    assert rows(database, "SELECT state FROM outbox") == [("sending",)]


# --- at one pace ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 20])
async def test_what_one_has_written_counts_for_the_next(database: Database, count: int) -> None:
    clock = Clock()
    one, two = turns(database, clock, "one"), turns(database, clock, "two")
    turn = await taken(one)
    began = clock.now()
    for _ in range(80 // count):
        await turn.begins(count)
        clock.at += timedelta(milliseconds=1)
    await turn.ends()
    await taken(two)
    free_at = two.pace.next_write(INSTALLATION, clock.now())
    assert timedelta(minutes=1) <= free_at - began < timedelta(minutes=3)


async def test_a_restart_forgets_no_write(database: Database) -> None:
    clock = Clock()
    turn = await taken(turns(database, clock, "one"))
    for _ in range(3):
        await turn.begins()
    again = turns(database, clock, "one")
    await taken(again)
    assert len(again.pace.writes[INSTALLATION]) == 3


@pytest.mark.sqlite_only("the clock of a server cannot be moved")
async def test_after_an_hour_writes_are_dropped(database: Database) -> None:
    clock = Clock()
    turn = await taken(turns(database, clock, "one"))
    for _ in range(3):
        await turn.begins()
    clock.at += timedelta(hours=2)
    await turn.begins()
    assert rows(database, "SELECT count(*) FROM writes") == [(1,)]


async def test_a_write_of_a_process_whose_clock_is_ahead_is_of_just_now(database: Database) -> None:
    async with database.write() as tx:
        await pacing.note(tx, INSTALLATION, at(600), 5)
        assert await pacing.written(tx, INSTALLATION, at(0), at(0)) == [(at(0), 5)]


async def test_moments_are_told_by_the_clock_of_whoever_asks(database: Database) -> None:
    async with database.write() as tx:
        await pacing.note(tx, INSTALLATION, at(600), 5)
        assert await pacing.written(tx, INSTALLATION, at(610), at(10)) == [(at(0), 5)]


# --- together ---------------------------------------------------------------------------------


async def test_two_processes_say_everything_once_and_at_githubs_pace(tmp_path: Path) -> None:
    clock = Clock()
    async with a_database(tmp_path) as database:
        await know(database)
        for n in range(12):
            await say(database, f"{n}")
        async with database.write() as tx:
            for n in range(30):
                await outbox.react(tx, REPO, React(n, Reaction.RECORDED, f"IC_{n:04}"), at())
        github = GitHub(clock, database)
        plays = [Play(database, clock, github, lookup(database), holder=h) for h in ("one", "two")]
        async with asyncio.timeout(60):
            await asyncio.gather(*(play.to_the_end() for play in plays))
        for n in range(12):
            assert github.count(marks.marker(REPO, f"say:{n}")) == 1
        assert {comment for comment, _ in github.reactions} == set(range(30))
        moments = github.writes()
        assert all(b - a >= SECOND for a, b in itertools.pairwise(moments))
        assert github.uncommitted == []
