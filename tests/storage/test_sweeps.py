"""Is it remembered how far we have looked, and what is still held?"""

from __future__ import annotations

from bot.storage import inbox, sweeps
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.sweeps import DELIVERIES, KNOWN, REREAD
from tests.storage.kit import REPO, at


def _delivery(name: str, seconds: float = 0) -> Delivery:
    return Delivery(name, "issues", b"{}", at(seconds))


async def test_a_mark_is_where_it_was_put_last(database: Database) -> None:
    async with database.write() as tx:
        assert await sweeps.mark(tx, DELIVERIES) is None
        await sweeps.put(tx, DELIVERIES, at(0), 3)
        await sweeps.put(tx, DELIVERIES, at(60), 9)
    async with database.read() as tx:
        mark = await sweeps.mark(tx, DELIVERIES)
    assert mark is not None
    assert (mark.until, mark.n) == (at(60), 9)


async def test_marks_of_one_kind_are_given_by_repository(database: Database) -> None:
    async with database.write() as tx:
        await sweeps.put(tx, sweeps.of(REREAD, 1), at(0), 0)
        await sweeps.put(tx, sweeps.of(REREAD, 12), at(1), 0)
        await sweeps.put(tx, sweeps.of(KNOWN, 7), at(2), 0)
        await sweeps.put(tx, DELIVERIES, at(3), 0)
        assert set(await sweeps.marks(tx, REREAD)) == {1, 12}
        await sweeps.take_back(tx, sweeps.of(REREAD, 1))
        assert set(await sweeps.marks(tx, REREAD)) == {12}


async def test_of_two_wishes_the_earlier_one_counts(database: Database) -> None:
    async with database.write() as tx:
        await sweeps.want_reread(tx, REPO, at(60), 5)
        await sweeps.want_reread(tx, REPO, at(0), 2)
        await sweeps.want_reread(tx, REPO, at(90), 8)
        mark = (await sweeps.marks(tx, REREAD))[REPO]
    assert (mark.until, mark.n) == (at(0), 2)


async def test_what_the_inbox_lacks_is_told(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [_delivery("one"), _delivery("two")])
        assert await sweeps.lacking(tx, {"one", "three", "four"}) == {"three", "four"}
        assert await sweeps.lacking(tx, []) == set()


async def test_what_is_held_is_seen_by_nobody_until_it_is_let_go(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [_delivery("before")])
        await sweeps.hold(tx, [_delivery("late", 60)])
        await sweeps.hold(tx, [_delivery("later", 90), _delivery("before", 1)])
    async with database.read() as tx:
        assert [row.n for row in await inbox.unsorted(tx)] == [1]
        assert await sweeps.lacking(tx, {"late", "later"}) == set()
    async with database.write() as tx:
        assert await sweeps.let_go(tx)
        assert not await sweeps.let_go(tx)
        assert len(await inbox.unsorted(tx)) == 3


async def test_a_mark_lies_before_what_arrived_while_we_looked(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [_delivery(f"d{n}", n) for n in range(10)])
        assert await sweeps.here(tx) == 0
        assert await sweeps.arrived(tx, REPO, 0) == []  # nobody has placed them yet
