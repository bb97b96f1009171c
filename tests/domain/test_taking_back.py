"""What goes back to whoever gave, and how is a wrong record taken back?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import entries as e
from bot.domain.refs import IssueRef
from bot.domain.refusals import Why
from bot.domain.roadmap import Closing
from bot.domain.stages import Stage
from bot.domain.views import Account, Fund, Pledge, Record
from tests.domain.facts import ADA, AMY, BOB, DAY, ISSUE, MIA, OTHER, WORK
from tests.domain.kit import no_of, scene, stages, started, why_not
from tests.domain.knowing import every, one
from tests.domain.scene import Scene

NOT_PLANNED = Closing("not_planned", by_steward=True, by_hand=True)


def paid(*lines: str) -> Scene:
    """Let Ada pledge 100 dollars, and the treasurer record these."""
    world = scene()
    world.says(ADA, "/pledge $100")
    for line in lines:
        world.says(MIA, line)
    return world


def reverse(world: Scene, number: int, place: IssueRef = ISSUE) -> None:
    world.says(MIA, f"/reverse R-{number} A slip of the pen.", place)


def fund(world: Scene, issue: int = ISSUE.id) -> Fund:
    return one(world.rows, Fund, issue, "USD") or Fund(issue, "USD")


def money(world: Scene) -> set[object]:
    """Give everything that money changes, but for clocks, numbers of entries and empty rows."""
    funds = [row for row in every(world.rows, Fund) if row != Fund(row.issue, row.currency)]
    accounts = [row for row in every(world.rows, Account) if row.minor or row.direct]
    pledges = [
        (row.pledge, row.stage, row.received, row.refunded, row.drawn_by)
        for row in every(world.rows, Pledge)
    ]
    return {*funds, *accounts, *pledges}


# --- refunds ----------------------------------------------------------------------------------


def test_a_refund_of_all_that_was_received_ends_the_pledge() -> None:
    world = paid("/received $100 from @ada", "/refunded $100 to @ada ref sorry")
    row = world.pledge(1)
    assert (row.stage, row.received, row.refunded, row.deadline) == (
        Stage.REFUNDED,
        100_00,
        100_00,
        None,
    )
    assert fund(world).balance == 0


def test_a_refund_of_a_part_leaves_it_received() -> None:
    world = paid("/received $100 from @ada", "/refunded $30 to @ada")
    assert (world.pledge(1).stage, world.pledge(1).refunded) == (Stage.RECEIVED, 30_00)
    world.says(MIA, "/refunded $70 to @ada for P-1")
    assert world.pledge(1).stage is Stage.REFUNDED


def test_what_was_received_in_part_and_refunded_does_not_end_the_pledge() -> None:
    world = paid("/received $40 from @ada", "/refunded $40 to @ada")
    row = world.pledge(1)
    assert (row.stage, row.outstanding, row.refunded) == (Stage.STANDING, 60_00, 40_00)
    assert why_not(lambda: world.says(MIA, "/refunded $1 to @ada for P-1")) is Why.NOT_ENOUGH


def test_more_than_a_pledge_was_paid_goes_back_as_what_it_is() -> None:
    world = paid("/received $100 from @ada", "/received $50 from @ada", "/refunded $120 to @ada")
    assert world.pledge(1).stage is Stage.REFUNDED
    (entry,) = world.recorded(e.PledgeRefunded)
    assert isinstance(entry, e.PledgeRefunded)
    assert entry.refunded.minor == 100_00
    assert (fund(world).balance, fund(world).unmatched) == (30_00, 30_00)


def test_what_matched_no_pledge_goes_back_without_one() -> None:
    world = paid("/received $100 from @bob", "/refunded $60 to @bob")
    assert (fund(world).balance, fund(world).unmatched) == (40_00, 40_00)
    assert world.pledge(1).stage is Stage.STANDING


@pytest.mark.parametrize("rest", ["$5 to @ada for P-1", "$5 to @bob for P-1"])
def test_for_a_pledge_nothing_goes_back_that_was_not_received(rest: str) -> None:
    world = paid("/received $100 from @bob")
    no = no_of(lambda: world.says(MIA, f"/refunded {rest}"))
    assert (no.why, no.facts) == (Why.NOTHING_TO_REFUND, {"pledge": "P-1"})


def test_of_several_pledges_it_asks_which_was_refunded() -> None:
    world = paid("/received $100 from @ada")
    world.says(ADA, "/pledge $70")
    world.says(MIA, "/received $70 from @ada")
    assert why_not(lambda: world.says(MIA, "/refunded $20 to @ada")) is Why.WHICH_PLEDGE
    world.says(MIA, "/refunded $70 to @ada")
    assert stages(world) == {1: Stage.RECEIVED, 2: Stage.REFUNDED}


# --- reversals --------------------------------------------------------------------------------

RECORDED: dict[str, tuple[tuple[str, ...], str]] = {
    "a receipt": ((), "/received $100 from @ada fee 3 ref x"),
    "a part": ((), "/received $30 from @ada"),
    "a surplus": ((), "/received $130 from @ada"),
    "money unmatched": ((), '/received €90 from "Acme Inc"'),
    "another currency": ((), "/received €90 from @ada settles $100 fee 2"),
    "a payment": (("/received $100 from @ada",), "/paid $60 to @dan"),
    "a direct payment": ((), "/paid $100 to @dan direct from @ada"),
    "a refund": (("/received $100 from @ada",), "/refunded $100 to @ada"),
    "a refund in part": (("/received $100 from @ada",), "/refunded $30 to @ada"),
    "a refund of a surplus": (("/received $130 from @ada",), "/refunded $130 to @ada"),
    "a refund of money unmatched": (("/received $130 from @bob",), "/refunded $30 to @bob"),
}


@pytest.mark.parametrize("what", RECORDED)
def test_a_reversal_leaves_everything_as_it_was_before_and_both_are_seen(what: str) -> None:
    first, line = RECORDED[what]
    world = paid(*first)
    before = money(world)
    world.says(MIA, line)
    number = len(first) + 1
    reverse(world, number)
    assert money(world) == before
    row = one(world.rows, Record, number)
    assert row is not None
    assert row.reversed_by is not None
    (entry,) = world.recorded(e.RecordReversed)
    assert isinstance(entry, e.RecordReversed)
    assert entry.reason == e.FreeText("A slip of the pen.")


@pytest.mark.parametrize("what", RECORDED)
def test_nothing_is_taken_back_twice(what: str) -> None:
    first, line = RECORDED[what]
    world = paid(*first, line)
    number = len(first) + 1
    reverse(world, number)
    no = no_of(lambda: reverse(world, number))
    assert (no.why, no.facts) == (Why.RECORD_REVERSED, {"record": f"R-{number}"})


@pytest.mark.parametrize(
    "then", ["/paid $60 to @dan", "/refunded $60 to @ada", "/refunded $100 to @ada"]
)
def test_a_receipt_that_went_out_again_is_not_taken_back(then: str) -> None:
    world = paid("/received $100 from @ada", then)
    left = "USD 0.00" if "$100" in then else "USD 40.00"
    no = no_of(lambda: reverse(world, 1))
    assert (no.why, no.facts) == (Why.ALREADY_SPENT, {"record": "R-1", "balance": left})
    reverse(world, 2)
    reverse(world, 1)
    assert fund(world).balance == 0


def test_a_receipt_refunded_since_is_not_taken_back_whatever_else_is_there() -> None:
    world = paid("/received $100 from @ada", "/received $500 from @bob", "/refunded $1 to @ada")
    assert why_not(lambda: reverse(world, 1)) is Why.ALREADY_SPENT


def test_money_that_matched_nothing_and_went_back_is_not_taken_back_either() -> None:
    world = paid("/received $100 from @ada", "/received $50 from @bob", "/refunded $50 to @bob")
    assert why_not(lambda: reverse(world, 2)) is Why.ALREADY_SPENT


def test_a_record_is_taken_back_where_it_was_recorded_or_whose_money_it_is() -> None:
    world = scene()
    world.says(ADA, "/pledge $1000")
    started(world)
    world.says(MIA, "/received $1000 from @ada", ISSUE)
    for number, place in ((1, OTHER), (2, ISSUE)):
        no = no_of(lambda number=number, place=place: reverse(world, number, place))  # type: ignore[misc]
        assert (no.why, no.facts) == (Why.NO_SUCH_RECORD, {"record": f"R-{number}"})
    reverse(world, 1, WORK)
    assert fund(world, WORK.id).balance == 0


# --- what was not received after all ----------------------------------------------------------


def test_a_pledge_stands_again_until_its_day() -> None:
    world = scene()
    world.says(ADA, "/pledge $100 until 2030-06-01")
    world.says(MIA, "/received $100 from @ada")
    assert world.pledge(1).deadline is None
    reverse(world, 1)
    row = world.pledge(1)
    assert (row.stage, row.deadline) == (Stage.STANDING, world.now + 137.5 * DAY)


def test_what_was_due_is_due_again_and_lapses_in_its_time() -> None:
    world = paid()
    world.close()
    world.says(MIA, "/received $100 from @ada")
    world.pass_time(days=90)
    reverse(world, 1)
    row = world.pledge(1)
    assert (row.stage, row.due_at, row.deadline) == (
        Stage.DUE,
        world.now,
        world.now + 60 * DAY,
    )


def test_what_would_be_due_by_now_is_due() -> None:
    world = paid("/received $100 from @ada")
    world.close()
    reverse(world, 1)
    assert world.pledge(1).stage is Stage.DUE


def test_what_would_have_ended_by_now_has_a_fortnight() -> None:
    for leave in (Scene.unlabel, lambda world: world.close(closing=NOT_PLANNED)):
        world = paid("/received $100 from @ada")
        leave(world)
        world.pass_time(days=100)
        reverse(world, 1)
        row = world.pledge(1)
        assert (row.stage, row.deadline) == (Stage.STANDING, world.now + 14 * DAY)


def test_what_was_received_in_part_and_has_ended_does_not_stand_again() -> None:
    world = paid("/received $30 from @ada")
    world.unlabel()
    world.pass_time(days=100)
    reverse(world, 1)
    assert (world.pledge(1).stage, world.pledge(1).received) == (Stage.EXPIRED, 0)


def test_what_was_said_to_be_sent_waits_on() -> None:
    world = scene()
    world.says(ADA, "/pledge $100 until 2030-06-01")
    world.says(ADA, "/sent")
    world.says(MIA, "/received $100 from @ada")
    reverse(world, 1)
    world.pass_time(days=400)
    assert world.pledge(1).stage is Stage.STANDING


def test_what_a_work_order_had_drawn_on_is_due_to_it_again() -> None:
    world = paid("/received $100 from @ada")
    started(world, how="unfunded")
    assert world.pledge(1).stage is Stage.RECEIVED
    reverse(world, 1)
    assert (world.pledge(1).stage, world.pledge(1).drawn_by) == (Stage.DUE, WORK.id)


def test_what_a_cancelled_work_order_had_drawn_on_stands_again() -> None:
    world = started(paid(), how="unfunded")
    world.says(MIA, "/received $100 from @ada")
    world.says(AMY, "/cwo cancel Other plans.", WORK)
    assert world.pledge(1).drawn_by == WORK.id
    reverse(world, 1)
    assert (world.pledge(1).stage, world.pledge(1).drawn_by) == (Stage.STANDING, None)


def test_what_was_promised_on_completion_of_a_closed_work_order_is_due() -> None:
    world = started(scene(), how="unfunded")
    world.says(BOB, "/pledge $100 on completion", WORK)
    world.says(MIA, "/received $100 from @bob", WORK)
    world.says(MIA, "/cwo close landed", WORK)
    reverse(world, 1, WORK)
    assert world.pledge(1).stage is Stage.DUE


def test_a_withdrawn_pledge_stays_withdrawn() -> None:
    world = paid("/received $30 from @ada")
    world.says(ADA, "/withdraw")
    reverse(world, 1)
    assert (world.pledge(1).stage, world.pledge(1).received) == (Stage.WITHDRAWN, 0)


def test_two_receipts_for_one_pledge_are_taken_back_one_by_one() -> None:
    world = paid("/received $60 from @ada", "/received $40 from @ada")
    reverse(world, 1)
    assert (world.pledge(1).stage, world.pledge(1).outstanding) == (Stage.STANDING, 60_00)
    world.says(MIA, "/received $60 from @ada")
    reverse(world, 2)
    reverse(world, 3)
    assert (world.pledge(1).stage, world.pledge(1).outstanding) == (Stage.STANDING, 100_00)


def test_a_late_reversal_undoes_nothing_that_was_decided_after_it() -> None:
    world = paid("/received $60 from @ada")
    at = world.now - timedelta(seconds=1)
    assert why_not(lambda: world.says(MIA, "/reverse R-1 late", at=at)) is Why.OUT_OF_ORDER
    assert world.pledge(1).received == 60_00
