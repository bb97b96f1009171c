"""What the panel of a work order shows, with its pull requests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.order_panel import (
    PULLS_SHOWN,
)
from bot.domain.reviews import Learned
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.states import Outcome, State
from bot.domain.views import Fund
from bot.storage import inbox, order_showing, pulls, showing
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from tests.storage.kit import ISSUE, NOON, REPO, at, made, moved, record, tamper
from tests.storage.orders import (
    AMY,
    DAN,
    FAY,
    IDA,
    MIA,
    ON_ORDER,
    ORDER,
    OTHER_ORDER,
    TERMS,
    a_worked_ledger,
    drawn,
    linked,
    opened,
    paid_directly,
    received,
    reversed_,
    written,
)
from tests.storage.shown import (
    LATER,
    SOLVER,
    approval,
    disclosed,
    item,
    panel,
    pull,
    told,
)


@pytest.fixture
async def worked(database: Database) -> Database:
    await a_worked_ledger(database)
    return database


# --- the panel of a work order ----------------------------------------------------------------


async def test_the_panel_of_a_work_order_shows_all_that_hangs_on_it(worked: Database) -> None:
    shown = await panel(worked)
    assert (shown.repository, shown.order.number, shown.order.state) == (
        "acme/solver",
        57,
        State.ACTIVE,
    )
    assert [(each.number, each.item is not None) for each in shown.covered] == [
        (1, True),
        (2, True),
    ]
    assert [(each.currency, each.received) for each in shown.drawn] == [("USD", 500_00)]
    assert [(each.currency, each.standing) for each in shown.totals] == [("USD", 50_00)]
    assert sum(each.standing for each in shown.available) == 70_00
    assert [each.pledge for each in shown.pledges] == [1, 4], "the largest first"
    assert ([each.pledge for each in shown.ended], shown.ended_count) == ([7], 1)
    assert shown.pledge_count == 2
    assert shown.treasury.funds == (Fund(ORDER, "USD", received=500_00, fees=5_00, paid=200_00),)
    assert [each.record for each in shown.treasury.records] == [2, 1]
    assert shown.words[4]["scope"] == "Faster start."
    assert (shown.rules, shown.today, shown.under_review) == (Rules(), LATER.date(), False)


async def test_an_item_that_is_not_on_the_roadmap_is_named_by_number(database: Database) -> None:
    await record(database, opened(), written(), source="a", actor=AMY)
    shown = await panel(database)
    assert [(each.number, each.item) for each in shown.covered] == [(1, None), (2, None)]
    assert (shown.position.seq, shown.pledges, shown.parity) == (2, (), None)


async def test_there_is_no_panel_for_what_is_no_work_order(worked: Database) -> None:
    async with worked.read() as tx:
        assert await order_showing.order_panel(tx, SOLVER, ISSUE, LATER) is None
        assert await showing.item_panel(tx, SOLVER, ORDER) is None
        assert await order_showing.involved(tx, REPO, ISSUE) == frozenset()
        assert await order_showing.meant(tx, REPO, ISSUE) == {}


async def confirmed(database: Database) -> tuple[bool, bool]:
    """Tell whether the funder named is confirmed, by the panel and by the check run."""
    found = await disclosed(database)
    assert found is not None
    assert found.named == (None if FAY in found.funders else FAY)
    return (await panel(database)).confirmed, FAY in found.funders


async def test_a_funder_is_confirmed_by_a_pledge_that_stands(worked: Database) -> None:
    await told(worked, pull())
    assert await confirmed(worked) == (False, False)
    offered = made(8, pledger=15, funder=FAY, issue=ORDER, now=Stage.OFFERED)
    await record(worked, offered, source="q", actor=15)
    assert await confirmed(worked) == (False, False), "anybody can offer in somebody's name"
    taken = moved(e.PledgeAccepted, offered, Stage.OFFERED, Stage.STANDING, expires_at=None)
    await record(worked, taken, source="r", actor=MIA)
    assert await confirmed(worked) == (True, True)
    gone = moved(e.PledgeWithdrawn, offered, Stage.STANDING, Stage.WITHDRAWN)
    await record(worked, gone, source="s", actor=15)
    assert await confirmed(worked) == (False, False)


async def test_a_funder_is_confirmed_by_what_was_drawn_on_or_paid(worked: Database) -> None:
    await told(worked, pull())
    elsewhere = made(8, pledger=FAY, funder=FAY)
    await record(worked, elsewhere, source="q", actor=FAY)
    assert await confirmed(worked) == (False, False), "it stands on an item"
    await record(worked, drawn(elsewhere), source="r", actor=DAN)
    assert await confirmed(worked) == (True, True)


@pytest.mark.parametrize("paid", [received(3, 5_00, FAY), paid_directly(3, 5_00, FAY, DAN)])
async def test_a_funder_is_confirmed_by_money_until_it_is_taken_back(
    worked: Database, paid: e.MoneyReceived | e.MoneyPaidDirectly
) -> None:
    await told(worked, pull())
    await record(worked, paid, source="q", actor=MIA)
    assert await confirmed(worked) == (True, True)
    await record(worked, reversed_(paid), source="r", actor=MIA)
    assert await confirmed(worked) == (False, False)


async def test_nobody_named_is_nobody_confirmed(database: Database) -> None:
    text = written(terms=replace(TERMS, funder=None))
    await record(database, opened(), text, source="a", actor=AMY)
    assert not (await panel(database)).confirmed


async def test_why_a_pledge_on_it_was_declined_is_shown(worked: Database) -> None:
    gone = moved(
        e.PledgeDeclined,
        ON_ORDER,
        ON_ORDER.now,
        Stage.DECLINED,
        reason=e.FreeText("Too kind."),
    )
    await record(worked, gone, source="q", actor=MIA)
    shown = await panel(worked)
    assert shown.reasons == {4: "Too kind."}
    assert [each.pledge for each in shown.ended] == [4, 7], "the newest first"


async def test_an_event_under_review_is_said_on_the_panel_of_its_work_order(
    worked: Database,
) -> None:
    async with worked.write() as tx:
        await inbox.put(tx, [Delivery("x", "issues", b"{}", NOON)])
    tamper(worked, "UPDATE inbox SET state = 'quarantined', repo = ?, issue = ?", REPO, ORDER)
    assert (await panel(worked)).under_review
    assert not (await item(worked)).under_review
    assert not (await panel(worked, OTHER_ORDER)).under_review


async def test_the_panel_names_everybody_that_its_words_need(worked: Database) -> None:
    await told(worked, pull())
    shown = await panel(worked)
    assert {AMY, DAN, FAY, IDA, MIA, 11, 14} <= shown.people()


# --- its pull requests ------------------------------------------------------------------------


async def test_pull_requests_are_shown_with_facts_where_we_heard_of_them(worked: Database) -> None:
    await told(worked, pull())
    shown = await panel(worked)
    assert [each.link.pull for each in shown.pulls] == [6, 5], "the newest first"
    assert [each.facts is not None for each in shown.pulls] == [False, True]
    assert (shown.pull_count, shown.pulls[0].link.linked) == (2, False)


async def test_what_was_unlinked_and_names_nothing_is_shown_no_more(worked: Database) -> None:
    await record(worked, e.PullUnlinked(issue=ORDER, pull=5), source="q")
    shown = await panel(worked)
    assert [each.link.pull for each in shown.pulls] == [6]


async def test_of_many_pull_requests_the_newest_are_shown_and_all_are_counted(
    worked: Database,
) -> None:
    many = [linked(number) for number in range(100, 130)]
    await record(worked, *many, source="q")
    shown = await panel(worked)
    assert [each.link.pull for each in shown.pulls] == [*range(129, 129 - PULLS_SHOWN, -1)]
    assert shown.pull_count == 32


@pytest.mark.parametrize(
    ("reviewer", "writes", "free"),
    [
        (80, True, 1),
        (80, False, 0),
        (80, None, 0),
        (FAY, True, 0),
        (IDA, True, 0),
        (11, True, 0),
        (14, True, 0),
        (12, True, 1),
        (MIA, True, 1),
    ],
    ids=[
        "anybody who writes",
        "who does not write",
        "nobody knows",
        "the funder",
        "an interested person",
        "a pledger drawn on",
        "a pledger on the order",
        "a pledger not drawn on",
        "the steward",
    ],
)
async def test_an_approval_is_independent_when_nothing_was_declared(
    worked: Database, reviewer: int, *, writes: bool | None, free: int
) -> None:
    async with worked.write() as tx:
        await tx.exec_driver_sql("INSERT INTO people VALUES (80, 1080, NULL, 'leo', 'User')")
    await told(worked, pull(), approval(1, reviewer))
    if writes is not None:
        async with worked.write() as tx:
            await pulls.learn(tx, REPO, Learned(5, 1, writes=writes))
    (shown,) = [each for each in (await panel(worked)).pulls if each.link.pull == 5]
    assert shown.independent == free
    found = await disclosed(worked)
    assert found is not None
    assert [each.reviewer for each in found.approvals] == [reviewer]
    assert found.independent == ((reviewer,) if free else ())


async def test_funded_and_other_pull_requests_are_compared_while_the_work_went_on(
    worked: Database,
) -> None:
    """From the start of the work order (day 9) to its end, or until now."""
    await told(
        worked,
        pull(opened_at=at(days=12), told_at=at(days=12)),
        pull(90, opened_at=at(days=9), told_at=at(days=12)),
        pull(91, opened_at=at(days=8), told_at=at(days=12)),
    )
    shown = await panel(worked)
    assert shown.parity is not None
    assert (shown.parity.since, shown.parity.until) == (at(days=9), LATER)
    counts = [(group.funded.count, group.not_funded.count) for group in shown.parity.groups]
    assert sum(funded for funded, _ in counts) == 1
    assert sum(others for _, others in counts) == 1
    closed = e.OrderClosed(
        issue=ORDER,
        was=State.ACTIVE,
        now=State.CLOSED,
        outcome=Outcome.LANDED,
        final_report=False,
        alone=False,
        ends_at=at(days=30),
    )
    await record(worked, closed, source="q", actor=MIA, moment=at(days=15))
    ended = (await panel(worked)).parity
    assert ended is not None
    assert ended.until == at(days=15)
