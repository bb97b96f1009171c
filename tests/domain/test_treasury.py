"""Which pledge does a receipt settle, what is paid out of what is there, and what goes back?"""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.refusals import Refusal, Why
from bot.domain.stages import Stage
from bot.domain.views import Fund, Record, Total, book_of
from tests.domain.facts import ADA, BOB, DAN, ISSUE, MIA, OTHER, WORK, ZOE
from tests.domain.kit import no_of, scene, stages, started, why_not
from tests.domain.knowing import one
from tests.domain.scene import Scene


def treasury(*pledges: str) -> Scene:
    """Let Ada pledge; of several, each is said to be sent, so that the next one adds to it."""
    world = scene()
    for n, line in enumerate(pledges, start=1):
        world.says(ADA, f"/pledge {line}")
        if n < len(pledges):
            world.says(ADA, f"/sent P-{n}")
    return world


def fund(world: Scene, issue: int = ISSUE.id, currency: str = "USD") -> Fund:
    return one(world.rows, Fund, issue, currency) or Fund(issue, currency)


def record(world: Scene, number: int) -> Record:
    found = one(world.rows, Record, number)
    assert found is not None
    return found


def received(world: Scene, rest: str) -> Record:
    """Record a receipt."""
    world.says(MIA, f"/received {rest}")
    return record(world, book_of(world.rows).records)


# --- matching ---------------------------------------------------------------------------------


def test_a_receipt_settles_the_pledge_that_is_named() -> None:
    world = treasury("$100", "$100")
    assert received(world, "$100 from @ada for P-2").pledge == 2
    assert stages(world) == {1: Stage.STANDING, 2: Stage.RECEIVED}


def test_a_receipt_settles_the_only_pledge_of_its_giver() -> None:
    world = treasury("$100")
    world.says(BOB, "/pledge $30")
    assert received(world, "$30 from @ada").pledge == 1


def test_of_several_it_settles_the_one_that_fits_exactly() -> None:
    world = treasury("$100", "$30", "$70")
    assert received(world, "$30 from @ada").pledge == 2


@pytest.mark.parametrize("typed", ["$50", "$100"])
def test_where_several_may_be_meant_it_asks_which(typed: str) -> None:
    world = treasury("$100", "$100")
    no = no_of(lambda: received(world, f"{typed} from @ada"))
    assert (no.why, no.facts) == (Why.WHICH_PLEDGE, {"pledges": "P-1, P-2"})


def test_money_for_an_organisation_settles_what_was_pledged_for_it() -> None:
    world = scene()
    world.says(ADA, "/pledge $100 for @acme")
    world.says(MIA, "/accept P-1")
    assert received(world, "$100 from @acme").pledge == 1


@pytest.mark.parametrize("giver", ["@bob", '"Ada"', '"Acme Inc"'])
def test_what_matches_no_pledge_is_recorded_unmatched(giver: str) -> None:
    world = treasury("$100")
    row = received(world, f"$40 from {giver}")
    assert (row.pledge, row.unmatched, row.settles) == (None, 40_00, None)
    assert (fund(world).balance, fund(world).unmatched) == (40_00, 40_00)


def test_a_party_by_name_is_the_same_each_time_and_no_account() -> None:
    world = scene()
    first = received(world, '$40 from "Acme Inc"')
    assert received(world, '$2 from "Acme \t Inc"').funder == first.funder
    assert received(world, "$3 from @acme").funder != first.funder


@pytest.mark.parametrize("end", ["offered", "withdrawn", "declined", "received"])
def test_a_receipt_for_what_is_offered_or_has_ended_is_recorded_unmatched(end: str) -> None:
    world = scene()
    world.says(ADA, f"/pledge $100{' for @acme' if end == 'offered' else ''}")
    match end:
        case "withdrawn":
            world.says(ADA, "/withdraw")
        case "declined":
            world.says(MIA, "/decline P-1 no")
        case "received":
            received(world, "$100 from @ada")
        case _:
            assert end == "offered"
    for rest in ("$100 from @ada for P-1", "$100 from @ada"):
        assert (received(world, rest).pledge, world.pledge(1).stage) == (None, Stage(end))
    assert fund(world).unmatched == 200_00


def test_a_pledge_that_is_not_there_is_named_in_the_refusal() -> None:
    world = treasury("$100")
    world.says(BOB, "/pledge $5", OTHER)
    for pledge in (2, 9):
        no = no_of(lambda pledge=pledge: received(world, f"$100 from @ada for P-{pledge}"))  # type: ignore[misc]
        assert (no.why, no.facts) == (Why.NO_SUCH_PLEDGE, {"pledge": f"P-{pledge}"})


# --- how much ---------------------------------------------------------------------------------


def test_a_part_leaves_the_rest_outstanding() -> None:
    world = treasury("$100")
    received(world, "$30 from @ada")
    assert (world.pledge(1).stage, world.pledge(1).outstanding) == (Stage.STANDING, 70_00)
    total = one(world.rows, Total, ISSUE.id, "USD")
    assert total is not None
    assert (total.standing, total.received) == (70_00, 30_00)
    received(world, "$70 from @ada")
    assert world.pledge(1).stage is Stage.RECEIVED


def test_a_surplus_is_shown_as_unmatched() -> None:
    world = treasury("$100")
    row = received(world, "$130 from @ada")
    assert (row.settles, row.unmatched) == (Money(100_00, "USD"), 30_00)
    assert (world.pledge(1).received, fund(world).balance) == (100_00, 130_00)


def test_a_fee_is_kept_on_the_way_and_settles_all_the_same() -> None:
    world = treasury("$100")
    row = received(world, "$100 from @ada fee 3.20")
    assert (row.fee, world.pledge(1).stage) == (3_20, Stage.RECEIVED)
    assert (fund(world).received, fund(world).fees, fund(world).balance) == (100_00, 3_20, 96_80)


@pytest.mark.parametrize("fee", ["101", "€1", "100.01"])
def test_a_fee_is_part_of_what_was_received(fee: str) -> None:
    world = treasury("$100")
    no = no_of(lambda: received(world, f"$100 from @ada fee {fee}"))
    assert (no.why, no.facts) == (Why.FEE_TOO_LARGE, {"amount": "USD 100.00"})


def test_money_in_another_currency_settles_what_it_is_said_to() -> None:
    world = treasury("$100")
    row = received(world, "€90 from @ada settles $100")
    assert (row.money, row.settles, row.unmatched) == (
        Money(90_00, "EUR"),
        Money(100_00, "USD"),
        0,
    )
    assert world.pledge(1).stage is Stage.RECEIVED
    assert (fund(world).received, fund(world, currency="EUR").received) == (0, 90_00)


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("€90 from @ada for P-1", Why.SETTLES_MISSING),
        ("€90 from @ada for P-1 settles €90", Why.SETTLES_CURRENCY),
        ("€90 from @ada for P-1 settles $100.01", Why.SETTLES_TOO_MUCH),
        ("€90 from @ada settles $101", Why.SETTLES_TOO_MUCH),
        ("€90 from @bob settles $100", Why.NO_SUCH_PLEDGE),
        ("€90 from @ada settles 5 JPY", Why.NO_SUCH_PLEDGE),
        ("90 from @ada", Why.CURRENCY_MISSING),
    ],
)
def test_what_is_settled_is_never_guessed(rest: str, why: Why) -> None:
    world = treasury("$100")
    assert why_not(lambda: received(world, rest)) is why
    assert not fund(world, currency="EUR").received


def test_without_a_word_about_it_another_currency_settles_nothing() -> None:
    world = treasury("$100")
    assert received(world, "€90 from @ada").unmatched == 90_00


# --- payments ---------------------------------------------------------------------------------


def test_a_payment_goes_out_of_what_is_there() -> None:
    world = treasury("$100")
    received(world, "$100 from @ada fee 1")
    world.says(MIA, "/paid $60 to @dan ref invoice 7")
    assert fund(world).balance == 39_00
    (entry,) = world.recorded(e.MoneyPaid)
    assert isinstance(entry, e.MoneyPaid)
    assert (entry.ref, entry.alone) == (e.FreeText("invoice 7"), False)


@pytest.mark.parametrize("verb", ["paid", "refunded"])
def test_more_than_is_there_is_refused_with_the_figures(verb: str) -> None:
    world = treasury("$100")
    received(world, "$100 from @ada fee 1")
    world.says(MIA, "/paid $60 to @dan")
    no = no_of(lambda: world.says(MIA, f"/{verb} $39.01 to @ada"))
    figures = {"balance": "USD 39.00", "received": "USD 100.00", "out": "USD 61.00"}
    assert (no.why, no.facts) == (Why.NOT_ENOUGH, figures)
    assert why_not(lambda: world.says(MIA, f"/{verb} €1 to @ada")) is Why.NOT_ENOUGH
    assert why_not(lambda: world.says(MIA, f"/{verb} $1 to @ada", OTHER)) is Why.NOT_ENOUGH


@pytest.mark.parametrize("rest", ["$5 to @mia", "$5 to @mia direct from @ada"])
def test_nobody_records_a_payment_to_themselves_unless_nobody_else_could(rest: str) -> None:
    world = treasury("$100")
    received(world, "$50 from @bob")
    world.treasurers = frozenset({MIA, ZOE})
    assert why_not(lambda: world.says(MIA, f"/paid {rest}")) is Why.OWN_PAYMENT
    assert world.tries(ZOE, f"/paid {rest}")
    assert not record(world, 2).alone
    world.treasurers = frozenset({MIA})
    assert world.tries(MIA, f"/paid {rest}")
    assert record(world, 3).alone


def test_a_direct_payment_settles_and_touches_no_balance() -> None:
    world = treasury("$100")
    world.says(MIA, "/paid $100 to @dan direct from @ada")
    row = record(world, 1)
    assert (row.funder, row.payee, row.pledge) == (ADA, DAN, 1)
    assert world.pledge(1).stage is Stage.RECEIVED
    assert (fund(world).balance, fund(world).direct) == (0, 100_00)
    assert why_not(lambda: world.says(MIA, "/paid $1 to @dan")) is Why.NOT_ENOUGH


# --- whose money ------------------------------------------------------------------------------


def test_what_is_received_for_a_pledge_drawn_on_belongs_to_the_work_order() -> None:
    for place in (ISSUE, WORK):
        world = started(treasury("$1000"))
        world.says(MIA, "/received $1000 from @ada", place)
        row = record(world, 1)
        assert (row.issue, row.fund) == (place.id, WORK.id)
        assert (fund(world).balance, fund(world, WORK.id).balance) == (0, 1_000_00)
        world.says(MIA, "/paid $1000 to @dan", WORK)


# --- who, and when ----------------------------------------------------------------------------

LINES = (
    "/received $5 from @ada",
    "/paid $5 to @dan",
    "/paid $5 to @dan direct from @ada",
    "/refunded $5 to @bob",
)


@pytest.mark.parametrize("line", [*LINES, "/reverse R-1 a slip"])
def test_only_a_treasurer_records_money(line: str) -> None:
    world = treasury("$100")
    received(world, "$50 from @bob")
    assert why_not(lambda: world.says(ADA, line)) is Why.NOT_TREASURER
    assert world.tries(MIA, line)


@pytest.mark.parametrize("line", LINES)
def test_money_moved_today_somewhere_on_earth_or_before(line: str) -> None:
    world = treasury("$100")
    received(world, "$50 from @bob")
    assert why_not(lambda: world.says(MIA, f"{line} on 2030-01-17")) is Why.DATE_AHEAD
    assert world.tries(MIA, f"{line} on 2030-01-16")
    assert record(world, 2).day == date(2030, 1, 16)


def test_a_day_is_ahead_only_where_it_has_begun_nowhere() -> None:
    world = treasury("$100")
    world.pass_time(hours=-2.5)
    assert why_not(lambda: received(world, "$5 from @ada on 2030-01-16")) is Why.DATE_AHEAD
    world.pass_time(hours=0.5)
    assert received(world, "$5 from @ada on 2030-01-16").day == date(2030, 1, 16)


def test_where_nothing_is_funded_nothing_is_recorded_and_nothing_said() -> None:
    with pytest.raises(Refusal) as caught:
        Scene().says(MIA, "/received $5 from @ada")
    assert (caught.value.why, caught.value.quiet) == (Why.NOT_HERE, True)


def test_money_is_a_fact_also_where_nothing_can_be_pledged_any_more() -> None:
    world = treasury("$100")
    world.close()
    world.unlabel()
    assert received(world, "$100 from @ada").pledge == 1
