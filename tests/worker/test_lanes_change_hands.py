"""Several processes decide: a lane's lines are written by whoever holds its lease, and by nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.roles import Rights
from bot.lookup import CannotTell
from bot.storage import leases
from bot.storage.database import Database
from bot.storage.leases import Lease
from bot.worker.deciding import Decider
from tests.storage.kit import REPO, problems, rows, tamper
from tests.worker.kit import EVERYTHING, a_decider, decide_all
from tests.worker.lane import Lane

HOUR = timedelta(hours=1)


def a_process(lane: Lane, name: str, **answers: Any) -> Decider:
    """One more process that decides in the lane, with answers of its own."""
    decider = a_decider(lane.database, lane.clock, replace(lane.ask, **answers), lane.subjects)
    decider.holder = name
    return decider


async def taken_over(lane: Lane, holder: str) -> Lease:
    """Another process takes the lane, since whoever has it slept for too long."""
    tamper(lane.database, "UPDATE leases SET until = 0")
    async with lane.database.write() as tx:
        lease = await leases.take_lane(tx, REPO, holder, lane.clock.now(), HOUR)
    assert lease is not None
    return lease


async def given_back(database: Database, lease: Lease) -> None:
    async with database.write() as tx:
        await leases.release(tx, lease)


@pytest.fixture
async def busy(lane: Lane) -> Lane:
    """An item on the roadmap, and a goal that is told and settled, but not decided."""
    await lane.labels()
    await lane.decides()
    await lane.says("/goal $500")
    lane.clock.move(seconds=10)
    return lane


async def test_nothing_is_decided_in_a_lane_that_another_process_has(busy: Lane) -> None:
    lease = await taken_over(busy, "somebody else")
    before = await busy.lines()
    await a_process(busy, "we").drain()
    assert await busy.lines() == before
    assert busy.states() == ["done", "ready"]
    await given_back(busy.database, lease)
    await busy.decides()
    assert await busy.kinds() == ["ItemLabelled", "GoalSet"]


async def test_a_lane_with_entries_of_newer_code_waits_for_newer_code(busy: Lane) -> None:
    tamper(busy.database, "UPDATE lanes SET version = 999")
    await a_process(busy, "old code").drain()
    assert await busy.kinds() == ["ItemLabelled"]
    tamper(busy.database, "UPDATE lanes SET version = 1")
    await busy.decides()
    assert await busy.kinds() == ["ItemLabelled", "GoalSet"]


async def test_whoever_slept_through_its_lease_while_asking_writes_nothing(busy: Lane) -> None:
    """As after SIGSTOP: GitHub is asked, the lease runs out, and another process has decided."""
    awake, slept = a_process(busy, "awake"), []

    async def sleeps(*_: object) -> Rights:
        slept.append(1)
        tamper(busy.database, "UPDATE leases SET until = 0")
        await decide_all(awake, busy.clock)
        return EVERYTHING

    await a_process(busy, "asleep", rights=sleeps).drain()
    assert slept
    assert await busy.kinds() == ["ItemLabelled", "GoalSet"]
    assert set(busy.states()) == {"done"}
    assert await problems(busy.database) == []


@pytest.mark.parametrize("error", [CannotTell("slept too long"), ZeroDivisionError("a bug")])
async def test_whoever_slept_through_its_lease_leaves_what_others_decided_as_it_is(
    busy: Lane, error: Exception
) -> None:
    """Not even the note that its own attempt failed."""
    awake, slept = a_process(busy, "awake"), []

    async def sleeps(*_: object) -> Rights:
        slept.append(1)
        tamper(busy.database, "UPDATE leases SET until = 0")
        await decide_all(awake, busy.clock)
        raise error

    tamper(busy.database, "UPDATE inbox SET attempts = 4 WHERE state = 'ready'")
    await a_process(busy, "asleep", rights=sleeps).drain()
    assert slept
    assert set(busy.states()) == {"done"}
    assert await busy.kinds() == ["ItemLabelled", "GoalSet"]


async def test_two_processes_at_once_decide_everything_once_and_in_order(lane: Lane) -> None:
    await lane.labels()
    for _ in range(12):
        await lane.says("/pledge $5")
        lane.clock.move(seconds=1)
    lane.clock.move(seconds=10)
    both = [a_process(lane, name) for name in ("one", "other")]
    for _ in range(20):
        await asyncio.gather(*(each.drain() for each in both))
        lane.clock.move(seconds=1)
    made = rows(lane.database, "SELECT source FROM ledger WHERE kind = 'PledgeMade' ORDER BY seq")
    assert made == [(f"comment:{5000 + n}",) for n in range(1, 13)]
    assert set(lane.states()) == {"done"}
