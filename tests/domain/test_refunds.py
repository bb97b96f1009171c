"""To whom does money go back, for which pledge, and how much of that was received at all?"""

from __future__ import annotations

import pytest

from bot.domain.money import Money
from bot.domain.refusals import Why
from bot.domain.stages import Stage
from bot.domain.views import Fund, Record
from tests.domain.facts import ADA, BOB, ISSUE, MIA, WORK
from tests.domain.kit import no_of, scene, started, why_not
from tests.domain.knowing import one
from tests.domain.scene import Scene


def paid(*lines: str) -> Scene:
    """Let Ada pledge 100 dollars, and the treasurer record these."""
    world = scene()
    world.says(ADA, "/pledge $100")
    for line in lines:
        world.says(MIA, line)
    return world


def refuses(world: Scene, line: str) -> tuple[Why, dict[str, str]]:
    no = no_of(lambda: world.says(MIA, line))
    return no.why, no.facts


def unmatched(world: Scene, currency: str = "USD") -> int:
    fund = one(world.rows, Fund, ISSUE.id, currency)
    return fund.unmatched if fund else 0


# --- another currency -------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", " for P-1", " settles $100", " for P-1 settles $100"])
def test_all_that_came_in_another_currency_takes_all_that_it_settled(rest: str) -> None:
    world = paid("/received €90 from @ada settles $100", f"/refunded €90 to @ada{rest}")
    assert (world.pledge(1).stage, world.pledge(1).refunded) == (Stage.REFUNDED, 100_00)
    assert unmatched(world, "EUR") == 0


def test_of_a_part_in_another_currency_it_must_be_said_what_it_settled() -> None:
    world = paid("/received €90 from @ada settles $100")
    missing = (Why.SETTLES_MISSING, {"pledge": "P-1", "currency": "USD"})
    assert refuses(world, "/refunded €45 to @ada") == missing
    assert refuses(world, "/refunded €45 to @ada for P-1") == missing
    assert refuses(world, "/refunded €45 to @ada settles €45")[0] is Why.SETTLES_CURRENCY
    left = {"pledge": "P-1", "left": "USD 100.00", "free": "EUR 0.00"}
    assert refuses(world, "/refunded €45 to @ada settles $101") == (Why.REFUNDS_TOO_MUCH, left)
    world.says(MIA, "/refunded €45 to @ada settles $60")
    assert world.pledge(1).refunded == 60_00
    world.says(MIA, "/refunded €45 to @ada")
    assert world.pledge(1).stage is Stage.REFUNDED


def test_each_currency_gives_back_what_came_in_it() -> None:
    world = paid("/received €50 from @ada settles $60", "/received $40 from @ada")
    world.says(MIA, "/refunded $40 to @ada for P-1")
    assert world.pledge(1).refunded == 40_00
    world.says(MIA, "/refunded €50 to @ada")
    assert world.pledge(1).stage is Stage.REFUNDED


def test_money_that_matched_nothing_goes_back_beside_a_pledge_in_another_currency() -> None:
    world = paid("/received €90 from @ada settles $100", "/received €50 from @ada")
    world.says(MIA, "/refunded €50 to @ada")
    assert (world.pledge(1).refunded, unmatched(world, "EUR")) == (0, 0)


# --- whose money ------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["$5 to @bob", "$101 to @ada", '$5 to "Ada"'])
def test_nobody_gets_back_more_than_they_gave(line: str) -> None:
    world = paid("/received $100 from @ada", "/received $50 from @zoe")
    given = "USD 100.00" if "@ada" in line else "USD 0.00"
    figures = {"given": given, "back": "USD 0.00"}
    assert refuses(world, f"/refunded {line}") == (Why.NOT_GIVEN, figures)
    assert unmatched(world) == 50_00


def test_what_went_back_already_is_counted() -> None:
    world = paid("/received $100 from @ada", "/received $50 from @zoe", "/refunded $60 to @ada")
    figures = {"given": "USD 100.00", "back": "USD 60.00"}
    assert refuses(world, "/refunded $40.01 to @ada") == (Why.NOT_GIVEN, figures)
    world.says(MIA, "/refunded $40 to @ada")
    assert world.pledge(1).stage is Stage.REFUNDED


def test_what_was_taken_back_was_neither_given_nor_refunded() -> None:
    world = paid("/received $100 from @ada", "/received $500 from @zoe", "/refunded $60 to @ada")
    world.says(MIA, "/reverse R-3 a slip")
    world.says(MIA, "/reverse R-1 a slip")
    assert refuses(world, "/refunded $1 to @ada")[0] is Why.NOT_GIVEN


def test_what_somebody_else_paid_for_a_pledge_goes_back_to_them() -> None:
    world = paid("/received $100 from @bob for P-1")
    assert refuses(world, "/refunded $5 to @ada")[0] is Why.NOT_GIVEN
    world.says(MIA, "/refunded $100 to @bob")
    assert world.pledge(1).stage is Stage.REFUNDED


def test_for_one_pledge_no_more_goes_back_than_came_for_it() -> None:
    world = paid("/received $100 from @ada")
    world.says(ADA, "/pledge $70")
    world.says(MIA, "/received $70 from @ada")
    world.says(MIA, "/received $50 from @zoe")
    left = {"pledge": "P-1", "left": "USD 100.00", "free": "USD 0.00"}
    assert refuses(world, "/refunded $120 to @ada for P-1") == (Why.REFUNDS_TOO_MUCH, left)


def test_of_a_refund_only_a_part_may_be_for_a_pledge() -> None:
    world = paid("/received $130 from @ada", "/refunded $50 to @ada settles $20")
    assert (world.pledge(1).refunded, unmatched(world)) == (20_00, 0)
    assert refuses(world, "/refunded $5 to @ada settles $6")[0] is Why.SETTLES_ABOVE


def test_what_was_paid_directly_is_not_refunded() -> None:
    world = paid("/paid $100 to @dan direct from @ada", "/received $40 from @ada")
    assert refuses(world, "/refunded $40 to @ada for P-1")[0] is Why.NOTHING_TO_REFUND
    world.says(MIA, "/refunded $40 to @ada")
    assert (world.pledge(1).stage, unmatched(world)) == (Stage.RECEIVED, 0)
    world.says(MIA, "/reverse R-1 a slip")
    assert world.pledge(1).stage is Stage.STANDING


def test_money_goes_back_out_of_the_fund_where_it_is() -> None:
    world = scene()
    world.says(ADA, "/pledge $1000")
    started(world)
    world.says(MIA, "/received $1000 from @ada", WORK)
    world.says(MIA, "/received $500 from @bob")
    for rest in ("", " for P-1"):
        line = f"/refunded $500 to @ada{rest}"
        assert why_not(lambda line=line: world.says(MIA, line)) in {  # type: ignore[misc]
            Why.NOT_GIVEN,
            Why.NOTHING_TO_REFUND,
        }
    world.says(MIA, "/refunded $1000 to @ada", WORK)
    assert world.pledge(1).stage is Stage.REFUNDED


# --- taking back ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["@ada", "@bob"])
def test_a_receipt_whose_giver_had_it_back_is_not_taken_back(who: str) -> None:
    first, second = f"/received $100 from {who}", "/received $100 from @zoe"
    world = paid(first, second, f"/refunded $100 to {who}")
    assert refuses(world, "/reverse R-1 wrong")[0] is Why.ALREADY_SPENT
    world.says(MIA, "/reverse R-2 wrong")
    world.says(MIA, "/reverse R-3 wrong")
    world.says(MIA, "/reverse R-1 wrong")


def test_where_the_same_party_gave_more_one_receipt_may_be_taken_back() -> None:
    world = paid(*["/received $50 from @bob"] * 3, "/refunded $50 to @bob")
    world.says(MIA, "/reverse R-1 wrong")
    world.says(MIA, "/reverse R-2 wrong")
    assert refuses(world, "/reverse R-3 wrong")[0] is Why.ALREADY_SPENT


# --- settling ---------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["/received $1 from", "/paid $1 to @dan direct from"])
def test_money_settles_at_most_what_it_is(line: str) -> None:
    world = paid()
    assert refuses(world, f"{line} @ada settles $100") == (
        Why.SETTLES_ABOVE,
        {"amount": "USD 1.00"},
    )


def test_what_is_not_said_to_settle_matches_nothing() -> None:
    world = paid("/received $90 from @ada settles $1")
    assert unmatched(world) == 89_00
    row = one(world.rows, Record, 1)
    assert row is not None
    assert (row.settles, row.unmatched) == (Money(1_00, "USD"), 89_00)
    assert world.tries(BOB, "/pledge $5")
