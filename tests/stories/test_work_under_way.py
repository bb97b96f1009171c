"""What does a work order draw on, how is the work reported, and how does it end?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.entries import OrderCancelled, OrderClosed, PledgeDrawn
from bot.domain.states import Outcome
from tests.stories.kit import Stage
from tests.stories.reading import settled

# --- drawing ----------------------------------------------------------------------------------


async def test_the_start_draws_on_the_oldest_pledges_first_and_splits_the_last(
    stage: Stage,
) -> None:
    item, other = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    order = await stage.approved(items=f"#{item.number}, #{other.number}", budget="USD 500")
    await stage.records("ada", other, "/pledge $200")
    await stage.records("bob", item, "/pledge $100")
    await stage.records("gus", order, "/pledge $350")
    await stage.says("dev", order, "/cwo start")
    assert await stage.pledges() == {
        "P-1": "due",
        "P-2": "due",
        "P-3": "due",
        "P-4": "standing",
    }
    assert (await stage.books()).amounts() == {
        "P-1": ("USD", 200_00),
        "P-2": ("USD", 100_00),
        "P-3": ("USD", 200_00),
        "P-4": ("USD", 150_00),
    }
    assert "**USD 500.00** drawn" in stage.panel(order)
    assert f"drawn by [CWO #{order.number}]" in stage.panel(item)
    assert f"drawn by [CWO #{order.number}]" in stage.panel(other)


async def test_each_pledger_is_told_once_where_they_pledged(stage: Stage) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $200")
    await stage.records("bob", order, "/pledge $300")
    await stage.says("dev", order, "/cwo start")
    (told,), (_, told_here) = stage.replies(item), stage.replies(order)
    assert told.count("@ada") == told_here.count("@bob") == 1
    assert "@bob" not in told
    assert "@ada" not in told_here


async def test_a_start_without_enough_is_refused_with_the_gap_unless_it_is_unfunded(
    stage: Stage,
) -> None:
    order = await stage.approved(budget="USD 500 and EUR 300")
    await stage.records("ada", order, "/pledge $480")
    assert "USD 20.00, EUR 300.00" in await stage.refuses("dev", order, "/cwo start")
    assert await stage.pledges() == {"P-1": "standing"}
    await stage.says("dev", order, "/cwo start unfunded")
    assert await stage.pledges() == {"P-1": "due"}
    assert "gap USD 20.00" in stage.panel(order)
    assert "gap EUR 300.00" in stage.panel(order)


async def test_a_second_start_draws_for_the_gap_and_never_twice_on_one_pledge(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True)
    assert await stage.why_not("dev", order, "/cwo start") == "not_covered"
    await stage.records("ada", order, "/pledge $500")
    await stage.notifies("dev", order, "/cwo start")
    assert await stage.why_not("dev", order, "/cwo start") == "no_gap"
    drawn = await stage.recorded(PledgeDrawn)
    assert [entry.pledge for entry in drawn] == [1]


async def test_what_one_work_order_has_drawn_no_other_can_count_on(stage: Stage) -> None:
    item = await stage.roadmap_item()
    first = await stage.approved(items=f"#{item.number}")
    second = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $500")
    await stage.says("dev", first, "/cwo start")
    assert await stage.why_not("dev", second, "/cwo start") == "not_covered"
    assert "USD 500.00 missing" in stage.panel(second)


async def test_panels_of_work_orders_follow_what_is_pledged_on_the_items_they_cover(
    stage: Stage,
) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $200")
    assert "**USD 200.00** pledged" in stage.panel(order)
    await stage.records("ada", item, "/withdraw")
    assert "USD 500.00 missing" in stage.panel(order)


async def test_before_approval_every_pledge_on_a_work_order_waits_for_a_steward(
    stage: Stage,
) -> None:
    order = await stage.work_order()
    await stage.records("ada", order, "/pledge $20")
    assert await stage.pledges() == {"P-1": "offered"}
    await stage.records("mia", order, "/accept P-1")
    assert await stage.pledges() == {"P-1": "standing"}


async def test_a_drawn_pledge_that_is_withdrawn_shows_as_a_gap_and_is_told_once(
    stage: Stage,
) -> None:
    order = await stage.approved()
    await stage.records("ada", order, "/pledge $200")
    await stage.records("bob", order, "/pledge $300")
    await stage.says("dev", order, "/cwo start")
    notice = await stage.notifies("ada", order, "/withdraw")
    assert "USD 200.00" in notice
    assert "@" not in notice
    assert "gap USD 200.00" in stage.panel(order)
    await stage.records("gus", order, "/pledge $200")
    await stage.notifies("dev", order, "/cwo start")
    assert "gap" not in stage.panel(order).partition("\n#### ")[0]


# --- reports ----------------------------------------------------------------------------------


async def test_only_named_developers_start_report_and_finish(stage: Stage) -> None:
    order = await stage.approved(developers="@dev, @gus")
    for login in ("mia", "ada"):
        assert await stage.why_not(login, order, "/cwo start unfunded") == "not_developer"
    await stage.records("gus", order, "/cwo start unfunded")
    assert await stage.why_not("mia", order, "/cwo report All is well.") == "not_developer"
    assert await stage.why_not("dev", order, "/cwo report") == "report_empty"
    await stage.records("dev", order, "/cwo report All is well.")
    assert await stage.why_not("mia", order, "/cwo finish Done.") == "not_developer"
    await stage.records("gus", order, "/cwo finish\n\nBoth parts are there.\n\n- one\n- two")
    assert await stage.state(order) == "reporting"
    assert "2 in" in stage.panel(order)
    assert await stage.why_not("dev", order, "/cwo report More.") == "order_state"


async def test_a_report_moves_the_next_ones_date_on(stage: Stage) -> None:
    order = await stage.started(unfunded=True, reports="Every two weeks")
    assert f"next report is due by {stage.day(14)}" in stage.panel(order)
    await stage.passes(timedelta(days=3))
    await stage.records("dev", order, "/cwo report The interface is there.")
    assert f"next report is due by {stage.day(14)}" in stage.panel(order)
    assert "1 in" in stage.panel(order)


# --- ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
async def test_whatever_the_outcome_what_was_promised_on_completion_falls_due(
    stage: Stage, outcome: Outcome
) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $100 on completion")
    await stage.records("bob", order, "/pledge €50 on completion")
    await stage.records("gus", item, "/pledge $40")
    await stage.says("dev", order, "/cwo start unfunded")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "standing", "P-3": "due"}
    said = len(stage.replies(order)), len(stage.replies(item))
    await stage.says("mia", order, f"/cwo close {outcome.value}")
    assert await stage.pledges() == {"P-1": "due", "P-2": "due", "P-3": "due"}
    (here,), (there,) = stage.replies(order)[said[0] :], stage.replies(item)[said[1] :]
    assert "@bob: EUR 50.00" in here
    assert "@ada: USD 100.00" in there
    assert "@gus" not in there
    (closed,) = await stage.recorded(OrderClosed)
    assert closed.outcome is outcome
    assert not closed.final_report
    assert "no final report" in stage.panel(order)


async def test_a_steward_who_is_not_involved_closes_with_one_of_five_outcomes(
    stage: Stage,
) -> None:
    stage.keeper("rae")
    order = await stage.started(unfunded=True, interested="@rae")
    await stage.records("dev", order, "/cwo finish It is all there.")
    assert await stage.why_not("mia", order, "/cwo close merged") == "outcome_unreadable"
    assert await stage.why_not("dev", order, "/cwo close landed") == "not_steward"
    assert await stage.why_not("rae", order, "/cwo close landed") == "involved"
    await stage.records("mia", order, "/cwo close Declined on its merits")
    assert "Closed: declined on its merits" in stage.panel(order)
    assert "no final report" not in stage.panel(order)
    assert await stage.why_not("mia", order, "/cwo close landed") == "order_state"


async def test_a_cancelled_work_order_lets_what_was_not_received_stand_again(
    stage: Stage,
) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $200")
    await stage.records("bob", item, "/pledge $300")
    await stage.says("dev", order, "/cwo start")
    await stage.records("mia", order, "/received $200 from @ada")
    assert await stage.why_not("ada", order, "/cwo cancel I changed my mind.") == "not_concerned"
    await stage.records("dev", order, "/cwo cancel I have no time any more.")
    assert await stage.pledges() == {"P-1": "received", "P-2": "standing"}
    assert "I have no time any more." in stage.panel(order)
    assert settled(stage.panel(order))["USD"]["Left here"] == 200_00
    again = await stage.approved(items=f"#{item.number}", budget="USD 300")
    await stage.notifies("dev", again, "/cwo start", on=item)
    assert await stage.pledges() == {"P-1": "received", "P-2": "due"}


@pytest.mark.parametrize("who", ["dev", "gus", "mia"])
async def test_author_developer_and_steward_can_cancel_in_every_state_before_the_end(
    stage: Stage, who: str
) -> None:
    draft = await stage.work_order(developers="@gus")
    discussed = await stage.work_order(developers="@gus")
    await stage.discussed(discussed)
    approved = await stage.approved(developers="@gus")
    active = await stage.approved(developers="@gus")
    await stage.records("gus", active, "/cwo start unfunded")
    reporting = await stage.approved(developers="@gus")
    await stage.records("gus", reporting, "/cwo start unfunded")
    await stage.records("gus", reporting, "/cwo finish Done.")
    for order in (draft, discussed, approved, active, reporting):
        await stage.records(who, order, "/cwo cancel It is not needed.")
        assert await stage.state(order) == "cancelled"
    assert await stage.why_not(who, active, "/cwo cancel Again.") == "order_state"


async def test_a_work_order_whose_issue_is_deleted_is_given_up(stage: Stage) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $500")
    await stage.says("dev", order, "/cwo start")
    stage.person("mia").delete_issue(order)
    await stage.settled()
    assert await stage.pledges() == {"P-1": "standing"}
    (cancelled,) = await stage.recorded(OrderCancelled)
    assert cancelled.how == "deleted"
    assert f"CWO #{order.number}" not in stage.panel(item).partition("\n#### ")[0]
