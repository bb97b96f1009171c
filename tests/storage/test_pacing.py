"""What one process wrote and was told, all processes know."""

from __future__ import annotations

from bot.storage import pacing
from bot.storage.database import Database
from tests.storage.kit import INSTALLATION, at, rows

MINE, OTHERS = "mine", "others"


async def quiet(database: Database, seconds: float, holder: str = OTHERS) -> None:
    async with database.write() as tx:
        await pacing.be_quiet(tx, INSTALLATION, at(seconds), at(), holder)


async def left(database: Database, holder: str = MINE, installation: int = INSTALLATION) -> float:
    async with database.read() as tx:
        until = await pacing.quiet_until(tx, installation, at(), holder)
    return (until - at()).total_seconds() if until else 0


async def test_a_wish_for_quiet_is_heard_by_the_others(database: Database) -> None:
    await quiet(database, 60)
    assert 55 <= await left(database) <= 60
    assert await left(database, installation=INSTALLATION + 1) == 0


async def test_who_was_told_knows_by_its_own_clock(database: Database) -> None:
    await quiet(database, 60, MINE)
    assert await left(database) == 0
    assert 55 <= await left(database, OTHERS) <= 60


async def test_the_longest_wish_stays(database: Database) -> None:
    await quiet(database, 60)
    await quiet(database, 30, MINE)
    assert 55 <= await left(database) <= 60
    await quiet(database, 90, "third")
    assert 85 <= await left(database) <= 90


async def test_what_is_over_is_over(database: Database) -> None:
    await quiet(database, -1)
    assert await left(database) == 0


async def test_writes_of_one_moment_add_up(database: Database) -> None:
    async with database.write() as tx:
        for _ in range(2):
            await pacing.note(tx, INSTALLATION, at(1), 20)
        await pacing.note(tx, INSTALLATION, at(2), 1)
        await pacing.note(tx, INSTALLATION + 1, at(2), 1)
        written = await pacing.written(tx, INSTALLATION, at(3), at(3))
    assert written == [(at(1), 40), (at(2), 1)]


async def test_writes_are_forgotten_after_an_hour(database: Database) -> None:
    async with database.write() as tx:
        await pacing.note(tx, INSTALLATION, at(), 1)
        await pacing.note(tx, INSTALLATION, at(minutes=59), 1)
        await pacing.note(tx, INSTALLATION, at(minutes=61), 1)
        now = at(minutes=61)
        assert await pacing.written(tx, INSTALLATION, now, now) == [(at(minutes=59), 1), (now, 1)]
    assert rows(database, "SELECT count(*) FROM writes") == [(2,)]
