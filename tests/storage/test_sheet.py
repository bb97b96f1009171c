"""A sheet says what the database would say, before it is written as after it."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from bot.domain.effects import ItemPanel
from bot.domain.views import Key, Rows, Spoke, Total, Unpaid
from bot.storage import outbox, rows, tables
from bot.storage.database import Database
from bot.storage.sheet import Sheet
from tests.storage.kit import NOON, REPO, a_database, at

PEOPLE, CURRENCIES = (11, 12), ("EUR", "USD")


def owes(person: int, minor: int, currency: str = "USD") -> Rows:
    row = Unpaid(person, currency, minor)
    return {rows.key_of(row): row}


async def stored(database: Database) -> set[Unpaid]:
    async with database.read() as tx:
        return set(await rows.find(tx, REPO, Unpaid, ()))


class Mistake(Exception):
    """Somebody's."""


# --- what is changed --------------------------------------------------------------------------


async def test_what_is_put_is_read_back_at_once_and_written_at_the_end(database: Database) -> None:
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        sheet.put(owes(11, 500))
        assert await sheet.one(Unpaid, 11, "USD") == Unpaid(11, "USD", 500)
        assert await rows.one(tx, REPO, Unpaid, 11, "USD") is None
        await sheet.finish()
    assert await stored(database) == {Unpaid(11, "USD", 500)}


async def test_a_group_follows_rows_that_come_into_it_and_leave_it(database: Database) -> None:
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        assert await sheet.find(Unpaid, minor=0) == ()
        sheet.put(owes(11, 0))
        assert await sheet.find(Unpaid, minor=0) == (Unpaid(11, "USD", 0),)
        sheet.put(owes(11, 5))
        assert await sheet.find(Unpaid, minor=0) == ()
        assert await sheet.find(Unpaid, minor=frozenset({5, 6})) == (Unpaid(11, "USD", 5),)


async def test_a_row_that_a_complete_group_lacks_is_not_asked_for(database: Database) -> None:
    asked: list[str] = []
    engine = database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        await sheet.expect(Unpaid, ({"person": person} for person in PEOPLE))
        asked.clear()
        assert await sheet.one(Unpaid, 11, "USD") is None
        assert await sheet.find(Unpaid, person=12) == ()
        assert asked == []


async def test_a_panel_that_many_events_want_is_wanted_once(database: Database) -> None:
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        for seconds in range(3):
            sheet.at_end(outbox.refresh_all, ItemPanel(7, 1), at(seconds))
        await sheet.finish()
    async with database.read() as tx:
        found = (await tx.execute(select(tables.outbox))).mappings().all()
    assert [(row["want_rev"], row["wanted_at"]) for row in found] == [(1, NOON)]


# --- what is taken back -----------------------------------------------------------------------


@pytest.mark.parametrize("written", [False, True])
async def test_what_an_attempt_did_is_taken_back_and_what_came_before_stays(
    database: Database, *, written: bool
) -> None:
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        sheet.put(owes(11, 500))
        with suppress(Mistake):
            async with sheet.attempt():
                sheet.put(owes(11, 999))
                sheet.put(owes(12, 1))
                if written:
                    await sheet.plain()
                raise Mistake
        assert await sheet.one(Unpaid, 11, "USD") == Unpaid(11, "USD", 500)
        assert await sheet.one(Unpaid, 12, "USD") is None
        await sheet.finish()
    assert await stored(database) == {Unpaid(11, "USD", 500)}


async def test_an_attempt_inside_another_is_taken_back_with_it(database: Database) -> None:
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        with suppress(Mistake):
            async with sheet.attempt():
                async with sheet.attempt():
                    sheet.put(owes(11, 500))
                    await sheet.plain()
                await sheet.plain()
                raise Mistake
        await sheet.finish()
    assert await stored(database) == set()


async def test_what_was_written_beside_the_sheet_is_taken_back_too(database: Database) -> None:
    async with database.write() as tx:
        sheet = Sheet(tx, REPO)
        with suppress(Mistake):
            async with sheet.attempt():
                await outbox.say(await sheet.beside(), REPO, "k", 1, "words", NOON)
                raise Mistake
        await sheet.finish()
    async with database.read() as tx:
        assert (await tx.execute(select(tables.outbox))).all() == []


# --- whatever happens -------------------------------------------------------------------------


@dataclass
class Diary:
    """The same acts, kept in a dictionary."""

    rows: dict[Key, Unpaid] = field(default_factory=dict)


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("put"), st.sampled_from(PEOPLE), st.sampled_from(CURRENCIES), st.integers(0, 3)
        ),
        st.tuples(st.just("find"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("none")),
        st.tuples(st.just("plain")),
        st.tuples(st.just("begin")),
        st.tuples(st.just("fail")),
        st.tuples(st.just("keep")),
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(STEPS)
def test_a_sheet_agrees_with_a_dictionary_whatever_is_put_found_written_and_taken_back(
    steps: list[tuple[object, ...]],
) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_database(Path(folder)) as database:
            async with database.write() as tx:
                sheet, diary = Sheet(tx, REPO), Diary()
                left = list(steps)
                while left:
                    await _attempt(sheet, diary, left)
                await sheet.finish()
            assert await stored(database) == set(diary.rows.values())


async def _all(sheet: Sheet, diary: Diary, steps: list[tuple[object, ...]]) -> None:
    """Do the steps up to the end, or to the one that ends this attempt."""
    while steps:
        step = steps.pop(0)
        match step:
            case ("put", int(person), str(currency), int(minor)):
                sheet.put(owes(person, minor, currency))
                diary.rows |= {
                    k: r for k, r in owes(person, minor, currency).items() if isinstance(r, Unpaid)
                }
            case ("find", int(person)):
                found = set(await sheet.find(Unpaid, person=person))
                assert found == {row for row in diary.rows.values() if row.person == person}
            case ("none",):
                found = set(await sheet.find(Unpaid, minor=0))
                assert found == {row for row in diary.rows.values() if row.minor == 0}
                assert await sheet.load([(Spoke, 1, 11), (Total, 1, "USD")]) == {}
            case ("plain",):
                await sheet.plain()
            case ("begin",):
                await _attempt(sheet, diary, steps)
            case ("fail",):
                raise Mistake
            case _:
                return


async def _attempt(sheet: Sheet, diary: Diary, steps: list[tuple[object, ...]]) -> None:
    before = dict(diary.rows)
    try:
        async with sheet.attempt():
            await _all(sheet, diary, steps)
    except Mistake:
        diary.rows = before
