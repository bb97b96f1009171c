"""What becomes of pledges when a work order is cancelled, closed or gone, and when do they lapse?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import entries as e
from bot.domain.dues import DrawnPledgeGone, PledgesFellDue
from bot.domain.effects import Refresh, Say
from bot.domain.money import Money
from bot.domain.refusals import Why
from bot.domain.roadmap import Closing
from bot.domain.stages import Stage
from bot.domain.states import Outcome, State
from bot.domain.views import Drawn
from tests.domain.facts import (
    ADA,
    AMY,
    BOB,
    DAN,
    DAY,
    IDA,
    ISSUE,
    MIA,
    WORK,
    ZOE,
    written,
)
from tests.domain.kit import approved, drawn, scene, stages, started, why_not
from tests.domain.scene import Scene

NOT_PLANNED = Closing("not_planned", by_steward=True, by_hand=True)
PERIOD_OVER = datetime(2030, 7, 1, tzinfo=UTC)


def funded() -> Scene:
    """Start a work order with a pledge on its item and one of its own."""
    world = scene()
    world.says(ADA, "/pledge $600")
    approved(world)
    world.says(BOB, "/pledge $400", WORK)
    world.says(DAN, "/cwo start", WORK)
    return world


def cancel(world: Scene) -> None:
    world.says(AMY, "/cwo cancel Other plans.", WORK)


# --- cancelled --------------------------------------------------------------------------------


def test_cancelled_what_was_not_received_stands_again() -> None:
    world = funded()
    world.says(MIA, "/received $400 from @bob", WORK)
    cancel(world)
    assert stages(world) == {1: Stage.STANDING, 2: Stage.RECEIVED}
    assert (world.pledge(1).drawn_by, world.pledge(1).due_at, world.pledge(1).deadline) == (
        None,
        None,
        None,
    )
    assert world.pledge(2).drawn_by == WORK.id
    assert world.order(WORK.id).state is State.CANCELLED


def test_of_a_pledge_received_in_part_the_rest_stands_again() -> None:
    world = funded()
    world.says(MIA, "/received $100 from @ada", WORK)
    cancel(world)
    assert stages(world) == {1: Stage.RECEIVED, 2: Stage.STANDING, 3: Stage.STANDING}
    assert (world.pledge(3).outstanding, world.pledge(3).rest_of) == (500_00, 1)


def test_on_an_item_closed_as_completed_it_is_due_again() -> None:
    world = funded()
    world.close()
    world.pass_time(days=3)
    cancel(world)
    row = world.pledge(1)
    assert (row.stage, row.drawn_by, row.due_at) == (Stage.DUE, None, world.now)
    assert row.deadline == world.now + 60 * DAY


@pytest.mark.parametrize("how", ["unlabelled", "not planned"])
def test_on_an_item_that_has_left_it_has_the_fortnight(how: str) -> None:
    world = funded()
    if how == "unlabelled":
        world.unlabel()
    else:
        world.close(closing=NOT_PLANNED)
    world.pass_time(days=100)
    assert world.pledge(1).stage is Stage.DUE
    cancel(world)
    assert (world.pledge(1).stage, world.pledge(1).deadline) == (
        Stage.STANDING,
        world.now + 14 * DAY,
    )
    world.pass_time(days=14)
    assert world.pledge(1).stage is Stage.EXPIRED


def test_the_day_that_a_pledger_set_holds_again_if_it_is_sooner() -> None:
    world = scene()
    world.says(ADA, "/pledge $1000 until 2030-03-01")
    started(world)
    assert world.pledge(1).deadline == PERIOD_OVER
    cancel(world)
    assert world.pledge(1).deadline == datetime(2030, 3, 2, tzinfo=UTC)


def test_what_is_said_to_be_sent_does_not_end_while_it_is_on_its_way() -> None:
    world = funded()
    world.says(ADA, "/sent")
    world.unlabel()
    cancel(world)
    world.pass_time(days=400)
    assert world.pledge(1).stage is Stage.STANDING


def test_what_lies_on_a_cancelled_work_order_ends_a_fortnight_later() -> None:
    world = funded()
    cancel(world)
    world.pass_time(days=14, hours=-1)
    assert stages(world) == {1: Stage.STANDING, 2: Stage.STANDING}
    world.pass_time(1)
    assert stages(world) == {1: Stage.STANDING, 2: Stage.EXPIRED}


@pytest.mark.parametrize("who", [AMY, DAN, MIA, IDA])
def test_the_author_a_developer_and_any_steward_may_cancel(who: int) -> None:
    world = funded()
    world.stewards |= {IDA}
    world.says(who, "/cwo cancel Other plans.", WORK)
    assert why_not(lambda: world.says(who, "/cwo cancel Again.", WORK)) is Why.ORDER_STATE


def test_a_stranger_may_not_cancel() -> None:
    world = funded()
    assert why_not(lambda: world.says(ZOE, "/cwo cancel Why not?", WORK)) is Why.NOT_CONCERNED


def test_a_work_order_whose_issue_has_gone_releases_its_pledges_and_ends_quietly() -> None:
    world = funded()
    before = len(world.effects)
    world.gone()
    assert stages(world) == {1: Stage.STANDING, 2: Stage.STANDING}
    world.pass_time(days=14)
    assert stages(world) == {1: Stage.STANDING, 2: Stage.EXPIRED}
    assert not list(world.moments())
    panels = [each.target for each in world.effects[before:] if isinstance(each, Refresh)]
    assert {getattr(panel, "number", None) for panel in panels} == {ISSUE.number}
    assert not [each for each in world.effects[before:] if isinstance(each, Say)]


# --- closed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
def test_closed_what_was_promised_on_completion_falls_due_whatever_the_outcome(
    outcome: Outcome,
) -> None:
    world = scene()
    world.says(ADA, "/pledge $50 on completion")
    world.says(BOB, "/pledge $1000")
    started(world)
    world.says(ZOE, "/pledge $60 on completion", WORK)
    world.says(MIA, f"/cwo close {outcome}", WORK)
    assert stages(world) == dict.fromkeys((1, 2, 3), Stage.DUE)
    assert drawn(world) == {2: Money(1_000_00, "USD")}
    says = [say for say in world.told(PledgesFellDue) if say.message.people() & {ADA, ZOE}]
    assert sorted((say.number, *say.message.people()) for say in says) == [(12, ADA), (57, ZOE)]


def test_closed_what_it_had_drawn_on_stays_due_and_what_lies_undrawn_has_a_fortnight() -> None:
    world = funded()
    world.says(ZOE, "/pledge $5", WORK)
    world.says(MIA, "/cwo close abandoned", WORK)
    world.pass_time(days=14)
    assert stages(world) == {1: Stage.DUE, 2: Stage.DUE, 3: Stage.EXPIRED}


def test_closed_without_a_final_report_says_so() -> None:
    for final in (False, True):
        world = funded()
        if final:
            world.says(DAN, "/cwo finish Done.", WORK)
        world.says(MIA, "/cwo close landed", WORK)
        (entry,) = world.recorded(e.OrderClosed)
        assert isinstance(entry, e.OrderClosed)
        assert entry.final_report is final


def test_nobody_pledges_to_what_is_over() -> None:
    world = funded()
    world.says(MIA, "/cwo close landed", WORK)
    assert why_not(lambda: world.says(ZOE, "/pledge $5", WORK)) is Why.ORDER_OVER


def test_before_anybody_has_approved_it_every_pledge_to_it_waits_for_a_steward() -> None:
    world = scene()
    world.draft()
    world.says(ADA, "/pledge $5", WORK)
    assert stages(world) == {1: Stage.OFFERED}
    world.says(MIA, "/accept", WORK)
    assert stages(world) == {1: Stage.STANDING}


# --- lapsing ----------------------------------------------------------------------------------


def test_nothing_lapses_before_the_period_is_over() -> None:
    world = funded()
    assert {row.deadline for row in world.pledges()} == {PERIOD_OVER}
    world.pass_time(hours=(PERIOD_OVER - world.now) / timedelta(hours=1) - 0.001)
    assert stages(world) == {1: Stage.DUE, 2: Stage.DUE}
    world.pass_time(0.001)
    assert stages(world) == {1: Stage.LAPSED, 2: Stage.LAPSED}


def test_after_a_short_period_the_usual_days_count() -> None:
    world = scene()
    world.says(ADA, "/pledge $1000")
    started(world, written(ends=date(2030, 2, 5)))
    assert world.pledge(1).deadline == world.now + 60 * DAY


def test_a_period_that_was_prolonged_and_approved_puts_the_lapse_off() -> None:
    world = funded()
    world.edit(written(ends=date(2030, 12, 31)))
    world.pass_time(days=7)
    world.says(MIA, "/cwo approve", WORK)
    world.pass_time(hours=(PERIOD_OVER - world.now) / timedelta(hours=1))
    assert stages(world) == {1: Stage.DUE, 2: Stage.DUE}
    assert len(world.recorded(e.LapsePutOff)) == 2
    world.pass_time(days=183)
    assert world.now < datetime(2031, 1, 1, tzinfo=UTC)
    assert stages(world) == {1: Stage.DUE, 2: Stage.DUE}
    world.pass_time(days=1)
    assert stages(world) == {1: Stage.LAPSED, 2: Stage.LAPSED}


def test_a_period_that_was_prolonged_and_not_approved_does_not() -> None:
    world = funded()
    world.edit(written(ends=date(2030, 12, 31)))
    world.pass_time(hours=(PERIOD_OVER - world.now) / timedelta(hours=1))
    assert stages(world) == {1: Stage.LAPSED, 2: Stage.LAPSED}


def test_what_has_lapsed_can_still_be_received_and_counts_again() -> None:
    world = funded()
    world.pass_time(days=300)
    world.says(MIA, "/received $600 from @ada", WORK)
    assert world.pledge(1).stage is Stage.RECEIVED
    row = world.rows[Drawn, WORK.id, "USD"]
    assert row == Drawn(WORK.id, "USD", outstanding=0, received=600_00, gone=400_00)


# --- gaps are told once -----------------------------------------------------------------------


def gaps(world: Scene) -> list[DrawnPledgeGone]:
    return [say.message for say in world.told(DrawnPledgeGone)]  # type: ignore[misc]


def test_a_withdrawn_pledge_that_was_drawn_on_is_told_once_with_what_will_not_come() -> None:
    world = funded()
    world.says(MIA, "/received $100 from @ada", WORK)
    world.says(ADA, "/withdraw")
    assert gaps(world) == [DrawnPledgeGone(57, 1, Money(500_00, "USD"), "withdrawn")]


def test_a_lapsed_one_is_told_once_also_if_it_is_withdrawn_afterwards() -> None:
    world = funded()
    world.pass_time(days=300)
    world.says(ADA, "/withdraw")
    assert [(each.pledge, each.how) for each in gaps(world)] == [(1, "lapsed"), (2, "lapsed")]


@pytest.mark.parametrize("end", ["/cwo cancel Other plans.", "/cwo close landed"])
def test_once_the_work_order_is_over_nobody_is_told(end: str) -> None:
    world = funded()
    world.says(MIA, end, WORK)
    world.pass_time(1)
    world.says(ADA, "/withdraw")
    world.pass_time(days=300)
    assert gaps(world) == []


def test_a_pledge_that_nothing_had_drawn_on_leaves_no_gap() -> None:
    world = scene()
    world.says(ADA, "/pledge $100")
    world.says(ADA, "/withdraw")
    assert gaps(world) == []
