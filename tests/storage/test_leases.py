"""Who of several processes may do something: one at a time, and nobody who slept through their turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.storage import codec, leases
from bot.storage.database import Database
from bot.storage.leases import Fenced, Lease
from tests.storage.kit import NOON, REPO, at, rows, tamper

MINUTE = timedelta(minutes=1)
NAME = "lane:1"
TIMES = 10
"""How often two processes meet in the tests that let them race."""

ONE_CLOCK = "on SQLite one process works, and its own clock counts"
ROW_LOCKS = "on SQLite one writer excludes all others"


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """Another process's way to the same database (on SQLite, another command in the same process)."""
    if not database.is_shared:
        yield database
        return
    opened = Database(database.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


async def take(
    database: Database, holder: str, now: datetime = NOON, *, length: timedelta = MINUTE
) -> Lease | None:
    async with database.write() as tx:
        return await leases.take(tx, NAME, holder, now, length)


async def taken(database: Database, holder: str, now: datetime = NOON) -> Lease:
    lease = await take(database, holder, now)
    assert lease is not None
    return lease


async def hold(database: Database, lease: Lease) -> None:
    async with database.write() as tx:
        await leases.hold(tx, lease)


def run_out(database: Database) -> None:
    """Let time pass for the lease, whichever clock counts."""
    tamper(database, "UPDATE leases SET until = 0")


# --- taking -----------------------------------------------------------------------------------


async def test_what_somebody_holds_nobody_else_gets(database: Database) -> None:
    lease = await taken(database, "ada")
    assert (lease.name, lease.holder, lease.epoch) == (NAME, "ada", 1)
    assert await take(database, "bob") is None
    await hold(database, lease)


async def test_leases_of_other_names_are_free(database: Database) -> None:
    await taken(database, "ada")
    async with database.write() as tx:
        assert await leases.take(tx, "lane:2", "bob", NOON, MINUTE) is not None


async def test_ones_own_is_taken_anew_and_what_one_held_before_is_over(database: Database) -> None:
    """After a restart under the same name nothing of before may go on."""
    first = await taken(database, "ada")
    second = await taken(database, "ada")
    assert second.epoch > first.epoch
    with pytest.raises(Fenced):
        await hold(database, first)
    await hold(database, second)


async def test_what_has_run_out_anybody_gets(database: Database) -> None:
    first = await taken(database, "ada")
    run_out(database)
    second = await taken(database, "bob")
    assert second.epoch > first.epoch
    assert await take(database, "ada") is None


async def test_what_is_given_back_anybody_gets_at_once(database: Database) -> None:
    first = await taken(database, "ada")
    async with database.write() as tx:
        await leases.release(tx, first)
    second = await taken(database, "bob")
    assert second.epoch > first.epoch


async def test_of_two_that_come_at_once_one_gets_it(database: Database, other: Database) -> None:
    for _ in range(TIMES):
        run_out(database)
        found = await asyncio.gather(take(database, "ada"), take(other, "bob"))
        assert sum(lease is not None for lease in found) == 1


async def test_of_two_that_come_first_at_once_one_gets_it(
    database: Database, other: Database
) -> None:
    for _ in range(TIMES):
        tamper(database, "DELETE FROM leases")
        found = await asyncio.gather(take(database, "ada"), take(other, "bob"))
        assert sum(lease is not None for lease in found) == 1


async def test_epochs_only_grow(database: Database) -> None:
    epochs = []
    for holder in ("ada", "bob", "ada", "cyd"):
        lease = await taken(database, holder)
        epochs.append(lease.epoch)
        async with database.write() as tx:
            await leases.release(tx, lease)
    assert epochs == [1, 2, 3, 4]


async def test_a_lane_with_entries_of_newer_code_is_left_to_newer_code(database: Database) -> None:
    for version, gets_it in ((codec.VERSION, True), (codec.VERSION + 1, False)):
        tamper(database, "DELETE FROM lanes")
        tamper(database, f"INSERT INTO lanes (repo, version) VALUES ({REPO}, {version})")
        async with database.write() as tx:
            lease = await leases.take_lane(tx, REPO, "ada", NOON, MINUTE)
        assert (lease is not None) is gets_it


# --- holding ----------------------------------------------------------------------------------


async def test_whoever_slept_through_the_end_is_fenced_off(database: Database) -> None:
    asleep = await taken(database, "ada")
    run_out(database)
    awake = await taken(database, "bob")
    for would in (hold(database, asleep), prolonged(database, asleep)):
        with pytest.raises(Fenced):
            await would
    await hold(database, awake)


async def test_whoever_was_fenced_off_gives_nothing_back(database: Database) -> None:
    asleep = await taken(database, "ada")
    run_out(database)
    await taken(database, "bob")
    async with database.write() as tx:
        await leases.release(tx, asleep)
    assert await take(database, "cyd") is None


async def test_a_transaction_that_is_fenced_off_leaves_nothing(database: Database) -> None:
    asleep = await taken(database, "ada")
    run_out(database)
    await taken(database, "bob")

    async def go_on() -> None:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO lanes (repo) VALUES (1)"))
            await leases.hold(tx, asleep)

    with pytest.raises(Fenced):
        await go_on()
    assert rows(database, "SELECT * FROM lanes") == []


async def test_a_lease_that_nobody_took_over_holds_though_it_ran_out(database: Database) -> None:
    """Nobody has done anything in between, so nothing can go wrong."""
    lease = await taken(database, "ada")
    run_out(database)
    await hold(database, lease)
    again = await prolonged(database, lease)
    assert again.epoch == lease.epoch
    assert await take(database, "bob") is None


async def prolonged(database: Database, lease: Lease, now: datetime = NOON) -> Lease:
    async with database.write() as tx:
        return await leases.prolong(tx, lease, now, MINUTE)


async def test_a_prolonged_lease_ends_later(database: Database) -> None:
    lease = await taken(database, "ada")
    await asyncio.sleep(0.001)
    longer = await prolonged(database, lease, at(30))
    assert longer.until > lease.until
    assert rows(database, "SELECT until FROM leases") == [(microseconds(longer.until),)]


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


async def test_four_increments_at_once_under_a_lease_give_four(
    database: Database, other: Database
) -> None:
    """Read, wait, write: PostgreSQL loses updates unless something is locked first."""
    lease = await taken(database, "ada")
    tamper(database, "INSERT INTO lanes (repo) VALUES (1)")

    async def increment(through: Database) -> None:
        async with through.write() as tx:
            await leases.hold(tx, lease)
            seq = (await tx.execute(text("SELECT seq FROM lanes"))).scalar_one()
            await asyncio.sleep(0.02)
            await tx.execute(text("UPDATE lanes SET seq = :seq"), {"seq": seq + 1})

    await asyncio.gather(*(increment(each) for each in (database, other, database, other)))
    assert rows(database, "SELECT seq FROM lanes") == [(4,)]


@pytest.mark.postgresql_only(ROW_LOCKS)
async def test_what_is_held_changes_hands_after_the_transaction_and_not_before(
    database: Database, other: Database
) -> None:
    lease = await taken(database, "ada")
    run_out(database)
    async with database.write() as tx:
        await leases.hold(tx, lease)
        waiting = asyncio.create_task(take(other, "bob"))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        await tx.execute(text("INSERT INTO lanes (repo) VALUES (1)"))
    assert await waiting is not None
    with pytest.raises(Fenced):
        await hold(database, lease)
    assert rows(database, "SELECT repo FROM lanes") == [(1,)]


@pytest.mark.postgresql_only(ROW_LOCKS)
async def test_whoever_comes_second_to_a_turn_leaves_it(
    database: Database, other: Database
) -> None:
    async with database.write() as first, other.write() as second:
        assert await leases.turn(first, "sorting")
        assert not await leases.turn(second, "sorting")
        assert await leases.turn(second, "sweep")
    async with other.write() as second:
        assert await leases.turn(second, "sorting")


# --- whose clock ------------------------------------------------------------------------------


@pytest.mark.postgresql_only(ONE_CLOCK)
@pytest.mark.parametrize("skew", [timedelta(days=3650), timedelta(days=-3650)])
async def test_the_servers_clock_counts_whatever_a_process_believes(
    database: Database, skew: timedelta
) -> None:
    mistaken = datetime.now(UTC) + skew
    lease = await taken(database, "ada", mistaken)
    assert abs(lease.until - MINUTE - datetime.now(UTC)) < MINUTE
    assert await take(database, "bob", mistaken) is None
    longer = await prolonged(database, lease, mistaken)
    assert abs(longer.until - MINUTE - datetime.now(UTC)) < MINUTE


@pytest.mark.postgresql_only(ONE_CLOCK)
async def test_a_lease_runs_out_by_the_servers_clock(database: Database) -> None:
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    assert await take(database, "ada", long_ago, length=timedelta(milliseconds=300)) is not None
    assert await take(database, "bob", long_ago) is None
    async with asyncio.timeout(30):
        while await take(database, "bob", long_ago) is None:
            await asyncio.sleep(0.05)


@pytest.mark.sqlite_only("there the one process's clock counts")
async def test_on_one_machine_a_lease_runs_out_by_its_clock(database: Database) -> None:
    lease = await taken(database, "ada")
    assert lease.until == at(60)
    assert await take(database, "bob", at(59.9)) is None
    assert await take(database, "bob", at(60)) is not None
