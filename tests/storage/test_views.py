"""Rows of the views: saved and loaded by key, exactly."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.folding import fold
from bot.domain.money import Money
from bot.domain.rules import Rules
from bot.domain.views import BOOK, Book, Item, Key, Row, Rows, Total
from bot.storage import ledger
from bot.storage import rows as kept
from bot.storage.database import Database
from bot.storage.tables import VIEWS
from tests.storage.kit import OTHER_REPO, REPO, a_database, a_played_ledger, record
from tests.storage.test_codec import built

A_FEW = settings(max_examples=15, deadline=None)


def key_of(row: Row) -> Key:
    return (type(row), *(getattr(row, name) for name in VIEWS[type(row)][1]))


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
@A_FEW
@given(data=st.data())
def test_every_row_comes_back_as_it_was(kind: type[Row], data: st.DataObject) -> None:
    given_rows = data.draw(st.lists(built(kind), min_size=1, max_size=4, unique_by=key_of))
    changed = data.draw(built(kind))
    asyncio.run(_round_trip({key_of(row): row for row in given_rows}, changed))


async def _round_trip(rows: Rows, changed: Row) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_database(Path(folder)) as database, database.write() as tx:
            await kept.save(tx, REPO, rows.values())
            assert await kept.load(tx, REPO, rows) == rows
            assert await kept.all_rows(tx, REPO) == rows
            rows = rows | {key_of(changed): changed}
            await kept.save(tx, REPO, [changed])
            assert await kept.all_rows(tx, REPO) == rows
            assert await kept.all_rows(tx, OTHER_REPO) == {}


async def test_what_is_not_there_is_left_out(database: Database) -> None:
    async with database.read() as tx:
        assert await kept.load(tx, REPO, [BOOK, (Item, 5), (Total, 5, "USD")]) == {}


async def test_the_views_are_what_the_entries_add_up_to(database: Database) -> None:
    await a_played_ledger(database)
    folded: Rows = {}
    async with database.read() as tx:
        async for line in ledger.lines(tx, REPO):
            folded |= fold(line.stamp(), line.entry(), folded)
        assert await kept.all_rows(tx, REPO) == folded
    item = folded[(Item, 444500041)]
    assert isinstance(item, Item)
    assert (item.goal, item.completed) == (Money(1000_00, "USD"), True)
    total = folded[(Total, 444500041, "USD")]
    assert isinstance(total, Total)
    assert (total.due, total.standing, total.offered_count) == (500_00, 450_50, 0)


async def test_rules_stand_in_the_book(database: Database) -> None:
    from bot.domain.entries import RulesChanged  # noqa: PLC0415

    rules = Rules(labels=("fund me",), minimum={"JPY": 5}, timezone="Europe/Paris")
    await record(database, RulesChanged("c" * 40, rules))
    async with database.read() as tx:
        book = (await kept.load(tx, REPO, [BOOK]))[BOOK]
    assert book == Book(rules=rules, rules_commit="c" * 40)


def test_every_field_of_a_row_has_a_column() -> None:
    for kind, (table, names) in VIEWS.items():
        assert {column.name for column in table.columns} == {
            "repo",
            *(field.name for field in fields(kind)),
        }
        assert [column.name for column in table.primary_key] == ["repo", *names]
