"""What a decision may know is loaded by key, and it is all of it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bot.domain import entries as e
from bot.domain.decisions import About, Choice, Known
from bot.domain.stages import Stage
from bot.domain.states import State
from bot.domain.views import Item, Order
from bot.storage import knowing, ledger, rows
from bot.storage.database import Database
from bot.storage.sheet import Sheet
from tests.domain import knowing as in_memory
from tests.storage.kit import (
    ISSUE,
    OTHER_ISSUE,
    OTHER_REPO,
    REPO,
    at,
    made,
    moved,
    problems,
    record,
)
from tests.storage.orders import (
    AMY,
    DAN,
    FAY,
    IDA,
    MIA,
    ON_ITEM,
    ORDER,
    OTHER_ORDER,
    TERMS,
    a_worked_ledger,
    cancelled,
    opened,
    received,
    written,
)

NOWHERE = 999


@pytest.fixture
async def worked(database: Database) -> Database:
    await a_worked_ledger(database)
    assert await problems(database) == []
    return database


async def known(database: Database, about: About, repo: int = REPO) -> Known:
    async with database.read() as tx:
        return await knowing.known(Sheet(tx, repo), about)


async def numbers(database: Database, about: About) -> list[int]:
    return [pledge.pledge for pledge in (await known(database, about)).pledges]


def order(choice: Choice, **more: object) -> About:
    return replace(About(ORDER, choice=choice, whole=True), **more)  # type: ignore[arg-type]


# --- which pledges ----------------------------------------------------------------------------


async def test_a_work_order_may_draw_on_what_is_live_and_undrawn_where_it_may(
    worked: Database,
) -> None:
    """On the items that it covers and on itself: offers are seen too, and the decision leaves them."""
    assert await numbers(worked, order(Choice.DRAWABLE)) == [3, 4, 5]


async def test_money_received_before_anything_drew_on_it_can_be_drawn(worked: Database) -> None:
    early = made(8, pledger=16, funder=16, issue=OTHER_ISSUE)
    await record(worked, early, source="q", actor=16)
    settled = moved(
        e.PledgeSettled, early, Stage.STANDING, Stage.RECEIVED, record=3, settled=early.money
    )
    receipt = received(3, 500_00, 16, issue=OTHER_ISSUE, pledge=8)
    await record(worked, receipt, settled, source="r")
    assert 8 in await numbers(worked, order(Choice.DRAWABLE))


async def test_what_its_end_touches_is_drawn_by_it_lies_on_it_or_waits_for_completion(
    worked: Database,
) -> None:
    assert await numbers(worked, order(Choice.COVERED)) == [1, 2, 4]


async def test_a_party_is_known_by_what_it_gave_here_drawn_or_not(worked: Database) -> None:
    """P-1 lies on the item and was drawn by the work order; P-7 ended there."""
    assert await numbers(worked, About(ORDER, choice=Choice.OF_PARTY, party=11)) == [1, 7]
    assert await numbers(worked, About(ISSUE, choice=Choice.OF_PARTY, party=11)) == [1]
    speaks, gives = (About(OTHER_ISSUE, choice=Choice.OF_PARTY, party=party) for party in (13, 90))
    assert await numbers(worked, speaks) == await numbers(worked, gives) == [3]
    assert await numbers(worked, About(ORDER, choice=Choice.OF_PARTY, party=16)) == []


async def test_own_pledges_are_those_that_lie_here_or_were_drawn_from_here(
    worked: Database,
) -> None:
    on_order = About(ORDER, 1011, choice=Choice.OWN_LIVE)
    assert await numbers(worked, on_order) == [1], "it can be withdrawn on the work order as well"
    assert await numbers(worked, replace(on_order, issue=ISSUE)) == [1]
    assert await numbers(worked, replace(on_order, issue=OTHER_ISSUE)) == []
    for_org = About(OTHER_ISSUE, 1015, funder=1090, choice=Choice.OWN_LIVE)
    assert await numbers(worked, for_org) == [3, 5]


async def test_a_pledge_that_is_named_is_found_here_and_nowhere_else(worked: Database) -> None:
    for choice in (Choice.NONE, Choice.OFFERS):
        assert await numbers(worked, About(ORDER, choice=choice, pledge=1)) == [1]
        assert await numbers(worked, About(OTHER_ORDER, choice=choice, pledge=1)) == []
    assert await numbers(worked, About(ISSUE, choice=Choice.LIVE)) == [1, 2]


async def test_a_pledge_brings_the_work_order_that_drew_on_it(worked: Database) -> None:
    found = await known(worked, About(ISSUE, pledge=1))
    assert found.places.keys() == {ISSUE, ORDER}
    assert isinstance(found.places[ORDER], Order)
    back = await known(worked, About(ORDER, pledge=1))
    assert back.places.keys() == {ISSUE, ORDER}
    assert isinstance(back.places[ISSUE], Item)


# --- records and funds ------------------------------------------------------------------------


async def test_a_record_brings_its_pledge_and_the_fund_that_it_filled(worked: Database) -> None:
    found = await known(worked, About(ISSUE, record=1))
    assert found.record is not None
    assert (found.record.pledge, found.newest_record) == (1, 2)
    assert [pledge.pledge for pledge in found.pledges] == [1]
    fund = found.funds[ORDER, "USD"]
    assert (fund.received, fund.fees, fund.paid, fund.balance) == (500_00, 5_00, 200_00, 295_00)


async def test_a_place_knows_its_own_funds_only(worked: Database) -> None:
    assert (await known(worked, About(ORDER))).funds.keys() == {(ORDER, "USD")}
    assert (await known(worked, About(ISSUE))).funds == {}
    assert (await known(worked, About(ISSUE, record=77))).record is None


# --- work orders ------------------------------------------------------------------------------


async def test_a_work_order_wanted_whole_comes_with_words_draws_givers_and_links(
    worked: Database,
) -> None:
    found = await known(worked, About(ORDER, 1000 + AMY, whole=True))
    assert found.order is not None
    assert (found.order.number, found.item, found.actor) == (57, None, AMY)
    assert (found.drawn["USD"].received, found.drawn["USD"].outstanding) == (500_00, 0)
    assert found.givers == {11, 14}, "who was drawn on, and who pledged here and did not withdraw"
    assert {link.pull for link in found.links} == {5, 6}
    assert found.words == {
        4: {
            "scope": "Faster start.",
            "effort": "Per hour.",
            "share": "20 percent.",
            "logins": "dan fay ida",
        }
    }
    assert found.places.keys() == {ORDER, ISSUE, OTHER_ISSUE}, "and the items that it covers"


async def test_a_work_order_not_wanted_whole_costs_less(worked: Database) -> None:
    found = await known(worked, About(ORDER, 1000 + AMY))
    assert [len(part) for part in (found.drawn, found.givers, found.words, found.links)] == [0] * 4
    assert found.places.keys() == {ORDER}


async def test_the_words_of_every_text_that_matters_are_known(worked: Database) -> None:
    edit = written(terms=replace(TERMS, items=(2,)), scope=e.FreeText("Faster end."))
    await record(worked, edit, source="q", actor=AMY)
    await record(worked, cancelled(), source="r", actor=DAN)
    found = await known(worked, About(ORDER, whole=True))
    assert found.order is not None
    assert found.order.agreed_text == 4
    words = {text: kept.get("scope") for text, kept in found.words.items()}
    assert words == {
        4: "Faster start.",
        found.order.text: "Faster end.",
        found.order.ended_text: None,
    }
    assert found.words[found.order.ended_text or 0] == {"reason": "No time."}
    assert found.order.in_force.items == (1, 2), "the approved text stays in force"


async def test_who_spoke_last_on_a_work_order_is_known(worked: Database) -> None:
    found = await known(worked, About(ORDER, 1000 + MIA))
    assert found.thread is not None
    assert (found.thread.steward_at, found.actor_decided_at) == (at(days=11), at(days=11))


# --- pull requests ----------------------------------------------------------------------------


async def test_a_pull_request_brings_its_link_and_the_order_that_is_named(worked: Database) -> None:
    found = await known(worked, About(pull=5, order_number=58, whole=True))
    assert found.order is not None
    assert (found.order.number, [link.pull for link in found.links]) == (58, [5])
    assert found.places.keys() == {ORDER, OTHER_ORDER, ISSUE, OTHER_ISSUE}
    assert found.givers == {16}


@pytest.mark.parametrize("named", [None, 99])
async def test_without_a_work_order_of_that_number_the_one_linked_is_at_hand(
    worked: Database, named: int | None
) -> None:
    found = await known(worked, About(pull=5, order_number=named, whole=True))
    assert found.order is not None
    assert found.order.number == 57
    unheard = await known(worked, About(pull=77, order_number=named, whole=True))
    assert (unheard.order, unheard.links, unheard.pledges) == (None, (), ())


async def test_of_two_work_orders_of_one_number_the_newest_is_meant(worked: Database) -> None:
    """An issue was moved away, and GitHub gave its number to nobody; but an import might."""
    await record(worked, opened(777, 57), written(777), source="q", actor=AMY)
    found = await known(worked, About(order_number=57))
    assert found.order is not None
    assert found.order.issue == 777


# --- all of it --------------------------------------------------------------------------------

ISSUES = (None, ISSUE, OTHER_ISSUE, ORDER, OTHER_ORDER, NOWHERE)


def abouts() -> list[About]:
    found = [
        About(issue, actor, choice=choice, whole=whole)
        for issue, actor, choice, whole in product(ISSUES, (None, 1011), Choice, (False, True))
    ]
    for issue in ISSUES:
        found += [About(issue, pledge=pledge) for pledge in (1, 3, 7)]
        found += [About(issue, choice=Choice.OF_PARTY, party=party) for party in (11, 13, 90)]
        found += [About(issue, record=record) for record in (1, 2, 3)]
        found.append(About(issue, 1013, funder=1090, choice=Choice.OWN_LIVE))
    for pull, number, whole in product((5, 6, 8, 9), (None, 57, 58, 59), (False, True)):
        found.append(About(actor=1000 + DAN, pull=pull, order_number=number, whole=whole))
    return found


async def test_the_store_knows_exactly_what_the_rules_are_tested_with(worked: Database) -> None:
    """The tests of the domain answer the same questions in memory, from the same rows."""
    async with worked.read() as tx:
        all_rows = await rows.all_rows(tx, REPO)
        words = {line.seq: line.words async for line in ledger.lines(tx, REPO)}
        for about in abouts():
            found = await knowing.known(Sheet(tx, REPO), about)
            expected = in_memory.known(all_rows, words, about)
            assert _sorted(found) == _sorted(expected), about


def _sorted(found: Known) -> Known:
    return replace(found, links=tuple(sorted(found.links, key=lambda link: link.pull)))


async def test_another_repository_knows_nothing_of_it(worked: Database) -> None:
    for about in (About(ORDER, whole=True), About(pull=5, order_number=57, whole=True)):
        assert await known(worked, about, OTHER_REPO) == Known()
    about = About(ORDER, choice=Choice.OF_PARTY, party=11, record=1)
    assert await known(worked, about, OTHER_REPO) == Known()


async def test_nobody_is_a_giver_of_what_has_ended_on_the_order_itself(worked: Database) -> None:
    """P-7 was withdrawn before anything drew on it; P-1 stays although it was drawn from an item."""
    async with worked.read() as tx:
        assert await knowing.givers(tx, REPO, ORDER) == {11, 14}
        assert await knowing.givers(tx, REPO, NOWHERE) == frozenset()
    gone = moved(
        e.PledgeReleased, ON_ITEM, Stage.DUE, Stage.STANDING, drawn_by=ORDER, expires_at=None
    )
    await record(worked, gone, cancelled(), source="q")
    async with worked.read() as tx:
        assert await knowing.givers(tx, REPO, ORDER) == {11, 14}, "who paid stays a giver"
        order = await rows.one(tx, REPO, Order, ORDER)
    assert order is not None
    assert order.state is State.CANCELLED
    assert {order.in_force.funder, *order.in_force.interested} == {FAY, IDA}
