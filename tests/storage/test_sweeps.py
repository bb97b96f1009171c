"""Is it remembered how far we have looked, and what is still held?"""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from bot.events.reading import Heard
from bot.storage import inbox, sweeps, tables
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


async def test_what_two_look_for_is_let_go_by_each_for_itself(database: Database) -> None:
    async with database.write() as tx:
        await sweeps.hold(tx, [_delivery("missed")])
        await sweeps.hold(tx, [_delivery("read again", 60)], REPO)
        await sweeps.hold(tx, [_delivery("read elsewhere", 90)], REPO + 1)
        assert await sweeps.let_go(tx, REPO)
        assert not await sweeps.let_go(tx, REPO)
        assert [row.n for row in await inbox.unsorted(tx)] == [2]
        assert await sweeps.is_held(tx)
        assert await sweeps.let_go(tx)
        assert not await sweeps.is_held(tx)
        assert [row.n for row in await inbox.unsorted(tx)] == [1, 2]


async def test_what_is_held_while_another_lets_go_is_not_forgotten(database: Database) -> None:
    if not database.is_shared:
        pytest.skip("on SQLite one writer excludes all others")
    async with database.write() as tx:
        await sweeps.hold(tx, [_delivery("missed")])
    async with database.write() as night:
        await sweeps.hold(night, [_delivery("read again")], REPO)
        async with database.write() as tx:
            assert await sweeps.let_go(tx)
            assert not await sweeps.let_go(tx, REPO)  # not there yet for anybody else
    async with database.write() as tx:
        assert await sweeps.let_go(tx, REPO)
        assert len(await inbox.unsorted(tx)) == 2


async def test_letting_go_looks_at_nothing_but_what_is_held(database: Database) -> None:
    held = update(tables.inbox).where(sweeps.IS_HELD).values(state="new")
    async with database.read() as tx:
        sql = str(held.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True}))
        if database.is_shared:
            await tx.execute(text("SET LOCAL enable_seqscan = off"))
            plan = await tx.execute(text(f"EXPLAIN {sql}"))
        else:
            plan = await tx.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
        assert "inbox_held" in str(plan.all())


async def test_what_arrived_about_a_repository_is_given_before_it_is_placed_too(
    database: Database,
) -> None:
    """It may be held, or nobody has looked into it yet; then only its body tells where it belongs."""
    async with database.write() as tx:
        await inbox.put(tx, [_delivery("new")])
        await sweeps.hold(tx, [_delivery("held", 60)])
        await inbox.put(tx, [_delivery("elsewhere"), _delivery("nowhere")])
        await inbox.place(tx, [(3, Heard("x", at(0), REPO + 1)), (4, Heard("y", at(0)))])
        found = [each.n async for each in sweeps.arrived(tx, REPO, 0)]
    assert found == [1, 2]


async def test_what_arrived_is_given_in_pages(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.sweeps.PAGE", 2)
    async with database.write() as tx:
        await inbox.put(tx, [_delivery(f"d{n}", n) for n in range(5)])
        assert [each.n async for each in sweeps.arrived(tx, REPO, 1)] == [2, 3, 4, 5]


async def test_a_mark_lies_before_what_arrived_while_we_looked(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [_delivery(f"d{n}", n) for n in range(10)])
        assert await sweeps.here(tx) == 0
