"""What the panel of an item shows of work orders and money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.panel import RECORDS_SHOWN
from bot.domain.states import Outcome, State
from bot.domain.views import Fund
from bot.storage.database import Database
from tests.storage.kit import ISSUE, OTHER_ISSUE, at, record
from tests.storage.orders import (
    AMY,
    DAN,
    MIA,
    ORDER,
    OTHER_ORDER,
    TERMS,
    a_worked_ledger,
    opened,
    paid_directly,
    people_of,
    received,
    written,
)
from tests.storage.shown import (
    item,
    panel,
)


@pytest.fixture
async def worked(database: Database) -> Database:
    await a_worked_ledger(database)
    return database


# --- the panel of an item ---------------------------------------------------------------------


async def test_an_item_names_the_work_orders_that_drew_on_it_or_cover_it(worked: Database) -> None:
    shown = await item(worked)
    assert [(each.number, each.state, each.outcome) for each in shown.orders] == [
        (57, State.ACTIVE, None),
        (58, State.DRAFT, None),
    ]
    elsewhere = written(OTHER_ORDER, replace(TERMS, items=(2,)))
    await record(worked, elsewhere, source="q", actor=AMY)
    assert [each.number for each in (await item(worked)).orders] == [57]
    assert [each.number for each in (await item(worked, OTHER_ISSUE)).orders] == [57, 58]


async def test_a_work_order_that_is_over_is_named_where_it_drew(worked: Database) -> None:
    closed = e.OrderClosed(
        issue=ORDER,
        was=State.ACTIVE,
        now=State.CLOSED,
        outcome=Outcome.DECLINED_ON_MERITS,
        final_report=False,
        alone=False,
        ends_at=at(days=30),
    )
    await record(worked, closed, source="q", actor=MIA)
    (first, _) = (await item(worked)).orders
    assert (first.number, first.outcome) == (57, Outcome.DECLINED_ON_MERITS)
    assert [each.number for each in (await item(worked, OTHER_ISSUE)).orders] == [58]


async def test_an_item_shows_the_money_recorded_on_it(worked: Database) -> None:
    assert (await item(worked)).treasury.count == 0
    receipt, direct = (
        received(3, 9_00, 12, issue=ISSUE),
        paid_directly(4, 5_00, 12, DAN, issue=ISSUE),
    )
    await record(worked, receipt, direct, source="q", actor=MIA)
    treasury = (await item(worked)).treasury
    assert treasury.funds == (Fund(ISSUE, "USD", received=9_00, direct=5_00, unmatched=9_00),)
    assert ([each.record for each in treasury.records], treasury.count) == ([4, 3], 2)
    assert treasury.people() == {12, DAN}


async def test_a_record_is_shown_where_it_was_typed_and_where_its_money_is(
    worked: Database,
) -> None:
    """A receipt typed on the item settles a pledge that the work order has drawn."""
    receipt = replace(received(3, 9_00, 12), issue=ISSUE)
    await record(worked, receipt, source="q", actor=MIA)
    assert [each.record for each in (await item(worked)).treasury.records] == [3]
    assert [each.record for each in (await panel(worked)).treasury.records] == [3, 2, 1]
    assert (await item(worked)).treasury.funds == ()


async def test_of_many_records_the_newest_are_shown_and_all_are_counted(worked: Database) -> None:
    many = [received(n, 1_00, 12) for n in range(3, 23)]
    await record(worked, *many, source="q", actor=MIA)
    treasury = (await panel(worked)).treasury
    assert [each.record for each in treasury.records] == [*range(22, 22 - RECORDS_SHOWN, -1)]
    assert treasury.count == 22


async def test_names_known_only_by_quotes_are_shown_like_logins(database: Database) -> None:
    await people_of(database)
    async with database.write() as tx:
        await tx.exec_driver_sql(
            "INSERT INTO people VALUES (7000, NULL, 'the fund', '\"The Fund\"', 'Name')"
        )
    text = written(terms=replace(TERMS, funder=7000), logins=e.FreeText("dan ida"))
    await record(database, opened(), text, source="a", actor=AMY)
    shown = await panel(database)
    assert 7000 in shown.people()
