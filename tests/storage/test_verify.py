"""Whoever alters the ledger, a view or somebody's words is found out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.entries import ItemReopened, MonthOpened
from bot.storage import ledger
from bot.storage.codec import canonical
from bot.storage.database import Database
from bot.storage.tables import VIEWS
from tests.storage.kit import (
    ISSUE,
    Where,
    a_played_ledger,
    at,
    problems,
    record,
    rows,
    tamper,
)

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def store(database: Database) -> Database:
    await a_played_ledger(database)
    assert await problems(database) == []
    return database


def body_of(store: Where, seq: int) -> dict[str, Any]:
    ((line,),) = rows(store, "SELECT line FROM ledger WHERE seq = ?", seq)
    body: dict[str, Any] = json.loads(line)
    return body


def rewrite(store: Where, seq: int, body: dict[str, Any]) -> None:
    tamper(store, "UPDATE ledger SET line = ? WHERE seq = ?", canonical(body), seq)


def chain_again(store: Where) -> None:
    """What somebody does who knows how the chain is made."""
    previous, seq = "", 0
    for seq, line in rows(store, "SELECT seq, line FROM ledger ORDER BY seq"):
        previous = ledger.chained(previous, line)
        tamper(store, "UPDATE ledger SET hash = ? WHERE seq = ?", previous, seq)
    tamper(store, "UPDATE lanes SET hash = ?, seq = ?", previous, seq)


async def test_an_altered_amount_is_found(database: Database, store: Database) -> None:
    body = body_of(store, 3)
    body["entry"]["money"]["minor"] = 5_000_00
    rewrite(store, 3, body)
    found = await problems(database)
    assert "entry 3 was altered: its hash does not match" in found
    assert any(each.startswith("view pledge 1 ") for each in found)


async def test_an_altered_amount_with_the_chain_made_anew_is_found_by_the_views(
    database: Database, store: Database
) -> None:
    body = body_of(store, 4)
    body["entry"]["money"]["minor"] = 5_000_00
    rewrite(store, 4, body)
    chain_again(store)
    found = await problems(database)
    assert not [each for each in found if each.startswith("entry")]
    assert [each.split(":")[0] for each in found] == [
        "view month  USD",
        "view overall USD",
        "view pledge 2 (last changed by entry 4)",
        "view total 444500041 USD",
        "view unpaid 12 USD",
    ]


async def test_an_altered_line_that_changes_no_sum_is_found_unless_the_chain_is_made_anew(
    database: Database, store: Database
) -> None:
    """Only the hashes that our panels show on GitHub tell then (`bursar verify --github`)."""
    body = body_of(store, 4)
    body["late"] = True
    rewrite(store, 4, body)
    assert await problems(database) == ["entry 4 was altered: its hash does not match"]
    chain_again(store)
    assert await problems(database) == []


async def test_a_line_that_is_no_json_any_more_is_found(
    database: Database, store: Database
) -> None:
    tamper(store, "UPDATE ledger SET line = X'7B22' WHERE seq = 7")
    found = await problems(database)
    assert "entry 7 was altered: its hash does not match" in found
    assert any(each.startswith("entry 7 cannot be understood") for each in found)


@pytest.mark.parametrize(
    "line", ["null", "[]", "{}", '{"kind":"Nonsense"}', '"entry"', '{"entry":1}']
)
async def test_a_line_that_is_something_else_is_found(
    database: Database, store: Database, line: str
) -> None:
    tamper(store, "UPDATE ledger SET line = ? WHERE seq = 8", line.encode())
    chain_again(store)
    assert any(each.startswith("entry 8 cannot be understood") for each in await problems(database))


async def test_a_deleted_entry_is_found(database: Database, store: Database) -> None:
    tamper(store, "DELETE FROM ledger WHERE seq = 4")
    found = await problems(database)
    assert found[0] == "entry 4 is missing: entry 5 follows 3"
    assert "entry 5 was altered: its hash does not match" in found


async def test_a_deleted_end_is_found(database: Database, store: Database) -> None:
    tamper(store, "DELETE FROM ledger WHERE seq > 6")
    found = await problems(database)
    assert found[0] == "the ledger ends at entry 6, but the repository's position says 8"


async def test_an_entry_put_in_afterwards_is_found(database: Database, store: Database) -> None:
    tamper(
        store,
        "INSERT INTO ledger SELECT repo, 9, source || 'x', n, kind, issue, line, hash, recorded_at"
        " FROM ledger WHERE seq = 3",
    )
    found = await problems(database)
    assert "entry 9 was altered: its hash does not match" in found
    assert "entry 9 was altered: its columns do not match its line" in found


async def test_a_swapped_pair_is_found(database: Database, store: Database) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        tamper(store, "UPDATE ledger SET seq = ? WHERE seq = ?", new, old)
    found = await problems(database)
    assert {
        f"entry {seq} was altered: its {what}"
        for seq in (3, 4)
        for what in ("hash does not match", "columns do not match its line")
    } <= set(found)


@pytest.mark.parametrize(
    "change",
    [
        "source = 'comment:77'",
        "n = 5",
        "kind = 'Refused'",
        "issue = 5",
        "issue = NULL",
        "repo = 5",
    ],
)
async def test_altered_columns_of_an_entry_are_found(
    database: Database, store: Database, change: str
) -> None:
    tamper(store, f"UPDATE ledger SET {change} WHERE seq = 8")
    assert await problems(database) != []


async def test_a_ledger_moved_to_another_repository_is_found(
    database: Database, store: Database
) -> None:
    views = (table.name for table, _ in VIEWS.values())
    for table in ("ledger", "lanes", "texts", *views):
        tamper(store, f"UPDATE {table} SET repo = 5")
    assert len(await problems(database, 5)) == 8


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE pledges SET minor = 1 WHERE pledge = 1", "view pledge 1"),
        ("UPDATE pledges SET stage = 'lapsed' WHERE pledge = 1", "view pledge 1"),
        ("DELETE FROM pledges WHERE pledge = 2", "view pledge 2: the row is missing"),
        ("UPDATE totals SET due = 0", "view total 444500041 USD: due is 0, entries say 50000"),
        ("UPDATE unpaid SET minor = 0 WHERE person = 12", "view unpaid 12 USD"),
        ("UPDATE items SET goal_minor = 1", "view item 444500041"),
        ("UPDATE books SET pledges = 9", "view book"),
        (
            "INSERT INTO unpaid VALUES (186853002, 99, 'USD', 5)",
            "view unpaid 99 USD: no entry made this row",
        ),
    ],
)
async def test_an_altered_view_is_found_and_named(
    database: Database, store: Database, change: str, found: str
) -> None:
    tamper(store, change)
    (problem,) = await problems(database)
    assert problem.startswith(found)


@pytest.mark.parametrize("change", ["words = 'Too greedy.'", "salt = X'00'"])
async def test_altered_words_are_found(database: Database, store: Database, change: str) -> None:
    tamper(store, f"UPDATE texts SET {change}")
    assert await problems(database) == ["entry 6: the words of its reason were altered"]


async def test_what_is_recorded_later_is_in_order_too(database: Database, store: Database) -> None:
    await record(database, ItemReopened(ISSUE), source="event:reopened")
    assert len(rows(store, "SELECT 1 FROM ledger")) == 9
    assert await problems(database) == []


# --- months -----------------------------------------------------------------------------------


@pytest.fixture
async def in_months(database: Database, store: Database) -> Database:
    """The same ledger goes on, with months from here on."""
    january = MonthOpened(month="2026-01", begins_at=JANUARY, ends_at=at(hours=12), zone="UTC")
    await record(database, january, source="month:bounds:9")
    await record(database, ItemReopened(ISSUE), source="event:reopened", moment=at(90))
    await record(database, ItemReopened(ISSUE), source="event:told late", moment=at(days=-40))
    assert await problems(database) == []
    return store


@pytest.mark.parametrize(
    ("seq", "month", "problem"),
    [
        (10, "2026-02", "entry 10 is in the wrong month: it says 2026-02, 2026-01 was open"),
        (10, "", "entry 10 is in the wrong month: it says none, 2026-01 was open"),
        (4, "2026-01", "entry 4 is in the wrong month: it says 2026-01, none was open"),
    ],
)
async def test_an_entry_in_the_wrong_month_is_found(
    database: Database, in_months: Database, seq: int, month: str, problem: str
) -> None:
    body = body_of(in_months, seq)
    rewrite(in_months, seq, body | {"month": month})
    chain_again(in_months)
    assert problem in await problems(database)


@pytest.mark.parametrize(("seq", "earlier"), [(10, True), (11, False), (4, True)])
async def test_an_entry_that_denies_its_time_is_found(
    database: Database, in_months: Database, seq: int, earlier: bool
) -> None:
    body = body_of(in_months, seq)
    rewrite(in_months, seq, body | {"earlier": earlier})
    chain_again(in_months)
    problem = f"entry {seq} does not say rightly whether its time is of its month"
    assert problem in await problems(database)
