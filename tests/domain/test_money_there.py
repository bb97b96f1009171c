"""Is the money that a work order draws on still there, and where is it once the order is cancelled?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.refs import Account, IssueRef
from bot.domain.refusals import Why
from bot.domain.roadmap import Closing
from bot.domain.stages import Stage
from bot.domain.views import Fund
from tests.domain.facts import ADA, AMY, BOB, DAN, ISSUE, MIA, OTHER, WORK, written
from tests.domain.kit import approved, drawn, scene, stages, started, why_not
from tests.domain.knowing import one
from tests.domain.scene import Scene

NOT_PLANNED = Closing("not_planned", by_steward=True, by_hand=True)
SECOND = replace(WORK, id=WORK.id + 1, number=58, author=Account(1000 + AMY, "amy"))


def funded(pledges: str, *lines: str) -> Scene:
    """Let Ada pledge on the item, and the treasurer record these there."""
    world = scene()
    world.says(ADA, f"/pledge {pledges}")
    for line in lines:
        world.says(MIA, line)
    return world


def cancelled(world: Scene) -> Scene:
    world.says(AMY, "/cwo cancel Other plans.", WORK)
    return world


def restarted(world: Scene, issue: IssueRef = SECOND) -> Scene:
    """Start another work order on the same item."""
    approved(world, issue=issue).says(DAN, "/cwo start unfunded", issue)
    return world


def parts(world: Scene) -> dict[int, tuple[Stage, int, int, int | None]]:
    """Give stage, amount, what was received and the drawer of every pledge."""
    return {
        row.pledge: (row.stage, row.minor, row.received, row.drawn_by) for row in world.pledges()
    }


# --- drawing on what is there -----------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        ("/received $500 from @ada", "/paid $500 to @dan"),
        ("/received $500 from @ada", "/paid $1 to @dan"),
        ("/received $200 from @ada", "/paid $200 to @dan"),
        ("/paid $500 to @dan direct from @ada",),
        ("/received €460 from @ada settles $500",),
    ],
)
def test_what_is_not_in_the_fund_of_the_item_is_not_drawn(lines: tuple[str, ...]) -> None:
    world = approved(funded("$500", *lines))
    assert why_not(lambda: world.says(DAN, "/cwo start", WORK)) is Why.NOT_COVERED
    world.says(DAN, "/cwo start unfunded", WORK)
    assert drawn(world) == {}


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (("/received $500 from @ada fee 15",), 500_00),
        (("/received $500 from @ada fee 15", "/refunded $100 to @ada"), 500_00),
        (("/received $500 from @ada", "/refunded $100 to @ada"), 500_00),
        (("/received $500 from @ada", '/received $9 from "X"', "/paid $9 to @dan"), 500_00),
        (("/received $200 from @ada", "/refunded $200 to @ada"), 500_00),
    ],
)
def test_what_is_there_is_drawn(lines: tuple[str, ...], kept: int) -> None:
    world = started(funded("$500", *lines), how="unfunded")
    assert drawn(world) == {1: Money(kept, "USD")}


def test_the_oldest_come_first_and_what_others_drew_before_is_not_drawn_again() -> None:
    world = funded("$500", "/received $500 from @ada")
    world.says(BOB, "/pledge $300")
    world.says(MIA, "/received $300 from @bob")
    started(world, written(budget=(Money(500_00, "USD"),)))
    assert drawn(world) == {1: Money(500_00, "USD")}
    world.says(MIA, "/paid $1 to @dan")
    restarted(world)
    assert drawn(world, SECOND.id) == {}


def test_with_fees_nobody_elses_money_is_taken_for_ones_own() -> None:
    world = funded("$100", "/received $100 from @ada fee 50")
    world.says(BOB, "/pledge $100")
    world.says(MIA, "/received $100 from @bob fee 50")
    world.says(MIA, "/paid $100 to @dan")
    assert drawn(started(world, how="unfunded")) == {}


def test_what_lies_on_the_work_order_itself_was_spent_for_it() -> None:
    world = approved(scene())
    world.says(ADA, "/pledge $1000", WORK)
    world.says(MIA, "/received $1000 from @ada", WORK)
    world.says(MIA, "/paid $1000 to @amy", WORK)
    world.says(DAN, "/cwo start", WORK)
    assert drawn(world) == {1: Money(1_000_00, "USD")}


def test_two_items_have_two_funds() -> None:
    world = funded("$500", "/received $500 from @ada", "/paid $500 to @dan")
    world.says(BOB, "/pledge $500", OTHER)
    world.says(MIA, "/received $500 from @bob", OTHER)
    started(world, written(items=(12, 13)), "unfunded")
    assert drawn(world) == {2: Money(500_00, "USD")}


# --- released ---------------------------------------------------------------------------------


def test_what_was_received_for_a_cancelled_order_stays_and_the_rest_stands() -> None:
    world = started(funded("$1000"))
    world.says(MIA, "/received $200 from @ada", WORK)
    cancelled(world)
    assert parts(world) == {
        1: (Stage.RECEIVED, 200_00, 200_00, WORK.id),
        2: (Stage.STANDING, 800_00, 0, None),
    }
    assert world.pledge(2).rest_of == 1
    world.says(MIA, "/refunded $200 to @ada", WORK)
    assert stages(world) == {1: Stage.REFUNDED, 2: Stage.STANDING}


def test_what_went_back_before_the_order_was_cancelled_stays_refunded() -> None:
    world = started(funded("$1000"))
    world.says(MIA, "/received $200 from @ada", WORK)
    world.says(MIA, "/refunded $200 to @ada", WORK)
    cancelled(world)
    assert stages(world) == {1: Stage.REFUNDED, 2: Stage.STANDING}


def test_the_next_order_draws_on_what_stands_again() -> None:
    world = started(funded("$1000"))
    world.says(MIA, "/received $200 from @ada", WORK)
    world.says(MIA, "/paid $200 to @dan", WORK)
    restarted(cancelled(world))
    assert drawn(world, SECOND.id) == {2: Money(800_00, "USD")}


def test_of_several_each_rest_has_a_number_of_its_own() -> None:
    world = funded("$500")
    world.says(BOB, "/pledge $500")
    started(world)
    for name in ("ada", "bob"):
        world.says(MIA, f"/received $100 from @{name}", WORK)
    cancelled(world)
    assert {row.pledge: row.rest_of for row in world.pledges()} == {1: None, 2: None, 3: 1, 4: 2}


@pytest.mark.parametrize("part", [1_000, 300])
def test_money_that_was_there_before_the_draw_can_be_drawn_by_the_next_one(part: int) -> None:
    world = started(funded("$1000", f"/received ${part} from @ada"))
    assert world.pledge(1).early == part * 100
    cancelled(world)
    row = world.pledge(1)
    assert (row.drawn_by, row.deadline, row.early, row.due_at) == (None, None, 0, None)
    assert row.stage is (Stage.RECEIVED if part == 1_000 else Stage.STANDING)
    restarted(world)
    assert drawn(world, SECOND.id) == {1: Money(1_000_00, "USD")}


def test_an_early_receipt_that_is_taken_back_is_early_no_more() -> None:
    world = started(funded("$1000", "/received $300 from @ada"))
    world.says(MIA, "/reverse R-1 a slip")
    assert world.pledge(1).early == 0
    world.says(MIA, "/received $300 from @ada")
    world.says(MIA, "/reverse R-2 a slip", WORK)
    assert (world.pledge(1).early, world.pledge(1).received) == (0, 0)


def test_a_late_receipt_that_is_taken_back_leaves_what_was_early() -> None:
    world = started(funded("$1000", "/received $300 from @ada"))
    world.says(MIA, "/received $700 from @ada", WORK)
    cancelled(world)
    assert world.pledge(1).drawn_by == WORK.id
    world.says(MIA, "/reverse R-2 a slip", WORK)
    assert parts(world) == {1: (Stage.STANDING, 1_000_00, 300_00, None)}


def test_of_two_receipts_for_a_cancelled_order_the_other_stays_with_it() -> None:
    world = started(funded("$1000"))
    for amount in (600, 400):
        world.says(MIA, f"/received ${amount} from @ada", WORK)
    cancelled(world)
    world.says(MIA, "/reverse R-1 a slip", WORK)
    assert parts(world) == {
        1: (Stage.RECEIVED, 400_00, 400_00, WORK.id),
        2: (Stage.STANDING, 600_00, 0, None),
    }


def test_what_has_lapsed_stands_again_as_well() -> None:
    world = started(funded("$1000"))
    world.pass_time(days=300)
    assert stages(world) == {1: Stage.LAPSED}
    cancelled(world)
    assert parts(world) == {1: (Stage.STANDING, 1_000_00, 0, None)}
    world.says(MIA, "/received $1000 from @ada")
    fund = one(world.rows, Fund, ISSUE.id, "USD")
    assert fund is not None
    assert fund.balance == 1_000_00
    assert drawn(restarted(world), SECOND.id) == {1: Money(1_000_00, "USD")}


def test_what_was_received_does_not_fall_due_where_the_item_is_completed() -> None:
    world = started(funded("$1000", "/received $1000 from @ada"))
    world.close()
    cancelled(world)
    assert parts(world) == {1: (Stage.RECEIVED, 1_000_00, 1_000_00, None)}


def test_a_refund_that_is_taken_back_after_the_end_releases_what_was_there() -> None:
    world = started(
        funded("$1000", "/received $1000 from @ada", "/refunded $1000 to @ada"), how="unfunded"
    )
    assert drawn(world) == {}
    world = started(funded("$1000", "/received $1000 from @ada"))
    world.says(MIA, "/refunded $1000 to @ada")
    cancelled(world)
    assert world.pledge(1).stage is Stage.REFUNDED
    world.says(MIA, "/reverse R-2 a slip")
    assert parts(world) == {1: (Stage.RECEIVED, 1_000_00, 1_000_00, None)}


# --- ended ------------------------------------------------------------------------------------


def test_what_was_received_in_part_expires_with_its_item_and_keeps_that_part() -> None:
    world = funded("$1000", "/received $300 from @ada")
    world.unlabel()
    world.pass_time(days=14)
    row = world.pledge(1)
    assert (row.stage, row.received, row.because) == (Stage.EXPIRED, 300_00, "unlabelled")
    world.says(MIA, "/refunded $300 to @ada")
    assert world.pledge(1).refunded == 300_00


def _because(world: Scene) -> str | None:
    world.pass_time(days=14)
    row = world.pledge(1)
    assert row.stage is Stage.EXPIRED
    return row.because


def test_what_was_released_ends_because_its_place_is_over() -> None:
    for because in ("unlabelled", "not planned"):
        world = started(funded("$1000"))
        if because == "unlabelled":
            world.unlabel()
        else:
            world.close(closing=NOT_PLANNED)
        world.pass_time(days=20)
        assert _because(cancelled(world)) == because


def test_what_stands_on_a_cancelled_order_ends_because_that_is_over() -> None:
    world = approved(scene())
    world.says(ADA, "/pledge $1000", WORK)
    world.says(MIA, "/received $1000 from @ada", WORK)
    world.says(DAN, "/cwo start", WORK)
    cancelled(world)
    world.says(MIA, "/reverse R-1 a slip", WORK)
    assert _because(world) == "work order"


def test_the_day_of_the_pledger_stays_the_reason() -> None:
    world = scene()
    world.says(ADA, "/pledge $1000 until 2030-02-01")
    world.pass_time(days=60)
    assert world.pledge(1).because == "until"
    assert not world.recorded(e.PledgeReleased)
