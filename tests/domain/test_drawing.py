"""Which pledges does a work order draw on, and how much of them?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import entries as e
from bot.domain.dues import PledgesFellDue, draw
from bot.domain.effects import Say
from bot.domain.money import Money
from bot.domain.refs import Account
from bot.domain.refusals import Why
from bot.domain.stages import Stage
from bot.domain.states import State
from bot.domain.views import Pledge
from tests.domain.facts import (
    ADA,
    AMY,
    BOB,
    DAN,
    DAY,
    HUNDRED,
    ISSUE,
    MIA,
    NOW,
    OTHER,
    WORK,
    ZOE,
    known,
    order,
    pledge,
    written,
)
from tests.domain.kit import approved, drawn, no_of, scene, stages, started, why_not
from tests.domain.scene import Scene

USD_1000 = Money(1_000_00, "USD")
SECOND_ORDER = replace(WORK, id=WORK.id + 1, number=58, author=Account(1000 + AMY, "amy"))


def pledged(*lines: str, world: Scene | None = None) -> Scene:
    """Let a different person make each of these pledges, an hour apart."""
    found = world or scene()
    for who, line in enumerate(lines, start=1 + len(found.pledges())):
        place, _, rest = line.rpartition(": ")
        found.says(who, f"/pledge {rest}", {"": ISSUE, "13": OTHER, "57": WORK}[place])
        found.pass_time(1)
    return found


# --- which, and in which order ----------------------------------------------------------------


def test_the_oldest_are_drawn_first_up_to_the_budget() -> None:
    world = started(pledged("$300", "$300", "$400", "$500"))
    assert drawn(world) == {n: Money(m, "USD") for n, m in ((1, 300_00), (2, 300_00), (3, 400_00))}
    assert stages(world) == {1: Stage.DUE, 2: Stage.DUE, 3: Stage.DUE, 4: Stage.STANDING}


def test_of_the_last_one_only_what_is_needed_is_drawn() -> None:
    world = started(pledged("$900", "$300 until 2031-01-31"))
    assert drawn(world)[2] == HUNDRED
    rest = world.pledge(3)
    assert (rest.money, rest.stage, rest.rest_of) == (Money(200_00, "USD"), Stage.STANDING, 2)
    first = world.pledge(2)
    kept = ("issue", "pledger", "funder", "until", "comment", "made_at", "on_completion")
    assert [getattr(rest, name) for name in kept] == [getattr(first, name) for name in kept]
    assert rest.deadline is not None
    assert rest.deadline.date() == date(2031, 2, 1)


def test_the_rest_of_a_split_pledge_keeps_its_place_before_younger_ones() -> None:
    world = started(pledged("$900", "$300", "$500"))
    text = written(budget=(HUNDRED,), items=(12,))
    world.draft(SECOND_ORDER, text)
    world.says(AMY, "/cwo propose", SECOND_ORDER)
    world.pass_time(days=7)
    world.says(MIA, "/cwo approve", SECOND_ORDER)
    world.says(DAN, "/cwo start", SECOND_ORDER)
    assert drawn(world, SECOND_ORDER.id) == {4: HUNDRED}
    assert world.pledge(4).rest_of == 2
    assert world.pledge(5).rest_of == 4


def test_a_currency_is_never_drawn_for_another() -> None:
    budget = (USD_1000, Money(200_00, "EUR"), Money(500, "JPY"))
    world = approved(pledged("$1000", "€150", "€100", "JPY 9000", "5 SEK"), written(budget=budget))
    world.says(DAN, "/cwo start", WORK)
    assert drawn(world) == {
        1: USD_1000,
        2: Money(150_00, "EUR"),
        3: Money(50_00, "EUR"),
        4: Money(500, "JPY"),
    }


def test_items_that_are_covered_and_the_work_order_itself_are_drawn_on_and_nothing_else() -> None:
    world = pledged("13: $500")
    approved(world)
    pledged("57: $1", "$600", world=world)
    world.says(DAN, "/cwo start unfunded", WORK)
    assert set(drawn(world)) == {2, 3}


def test_offers_and_promises_on_completion_are_never_drawn() -> None:
    world = scene()
    world.says(ADA, "/pledge $600 for @acme")
    world.says(BOB, "/pledge $600 on completion")
    approved(world)
    no = no_of(lambda: world.says(DAN, "/cwo start", WORK))
    assert (no.why, no.facts) == (Why.NOT_COVERED, {"gap": "USD 1,000.00"})


@pytest.mark.parametrize(
    "given",
    [
        pledge(1, on_completion=True),
        pledge(1, Stage.OFFERED),
        pledge(1, Stage.LAPSED),
        pledge(1, Stage.WITHDRAWN),
        replace(pledge(1, Stage.DUE), drawn_by=SECOND_ORDER.id),
    ],
)
def test_whatever_is_at_hand_only_what_may_be_drawn_is(given: Pledge) -> None:
    drawing = draw(order(State.APPROVED), known(given, item=None), NOW)
    assert (drawing.entries, drawing.gaps) == ((), (USD_1000,))


def test_two_work_orders_never_draw_on_the_same_pledge() -> None:
    world = started(pledged("$1000"))
    world.draft(SECOND_ORDER)
    world.says(AMY, "/cwo propose", SECOND_ORDER)
    world.pass_time(days=7)
    world.says(MIA, "/cwo approve", SECOND_ORDER)
    assert why_not(lambda: world.says(DAN, "/cwo start", SECOND_ORDER)) is Why.NOT_COVERED
    world.says(DAN, "/cwo start unfunded", SECOND_ORDER)
    assert drawn(world, SECOND_ORDER.id) == {}


def test_what_is_due_already_is_drawn_and_not_asked_for_twice() -> None:
    world = pledged("$1000")
    world.close()
    assert len(world.told(PledgesFellDue)) == 1
    started(world)
    assert drawn(world) == {1: USD_1000}
    assert len(world.told(PledgesFellDue)) == 1


def test_a_pledge_that_was_called_sent_is_drawn_and_waits_for_its_receipt() -> None:
    world = pledged("$1000")
    world.says(ADA, "/sent")
    started(world)
    assert (world.pledge(1).stage, world.pledge(1).deadline) == (Stage.DUE, None)
    assert not world.told(PledgesFellDue)


# --- received before ----------------------------------------------------------------------------


def test_what_was_received_already_is_drawn_whole_even_beyond_the_budget() -> None:
    world = pledged("$700", "$900")
    for who in ("ada", "bob"):
        world.says(MIA, f"/received {'$700' if who == 'ada' else '$900'} from @{who}")
    started(world)
    assert drawn(world) == {1: Money(700_00, "USD"), 2: Money(900_00, "USD")}
    assert stages(world) == {1: Stage.RECEIVED, 2: Stage.RECEIVED}
    assert not world.told(PledgesFellDue)


def test_of_a_pledge_received_in_part_that_part_is_drawn_at_least() -> None:
    world = pledged("$900", "$500")
    world.says(MIA, "/received $300 from @bob")
    started(world)
    assert drawn(world) == {1: Money(900_00, "USD"), 2: Money(300_00, "USD")}
    assert stages(world) == {1: Stage.DUE, 2: Stage.RECEIVED, 3: Stage.STANDING}
    assert world.pledge(2).deadline is None
    assert world.pledge(3).money == Money(200_00, "USD")


def test_a_part_that_was_received_does_not_have_to_be_paid_again() -> None:
    world = pledged("$1000")
    world.says(MIA, "/received $300 from @ada")
    started(world)
    (say,) = world.told(PledgesFellDue)
    assert isinstance(say.message, PledgesFellDue)
    assert [line.money for line in say.message.lines] == [Money(700_00, "USD")]


def test_what_was_refunded_does_not_cover_the_budget() -> None:
    world = pledged("$1500")
    world.says(MIA, "/received $400 from @ada")
    world.says(MIA, "/refunded $400 to @ada")
    started(world)
    assert drawn(world) == {1: Money(1_400_00, "USD")}
    assert world.pledge(1).outstanding == 1_000_00


# --- gaps -------------------------------------------------------------------------------------


def test_a_gap_is_refused_with_its_figure_unless_unfunded() -> None:
    budget = (USD_1000, Money(50_00, "EUR"))
    world = approved(pledged("$999.99"), written(budget=budget))
    no = no_of(lambda: world.says(DAN, "/cwo start", WORK))
    assert (no.why, no.facts) == (Why.NOT_COVERED, {"gap": "USD 0.01, EUR 50.00"})
    assert drawn(world) == {}
    world.says(DAN, "/cwo start unfunded", WORK)
    assert world.order(WORK.id).state is State.ACTIVE
    assert world.order(WORK.id).unfunded
    assert set(drawn(world)) == {1}


def test_unfunded_says_nothing_where_there_is_no_gap() -> None:
    world = started(pledged("$1000"), how="unfunded")
    assert not world.order(WORK.id).unfunded


def test_starting_again_fills_a_gap_and_only_that() -> None:
    world = started(pledged("$400"), how="unfunded")
    pledged("$300", "$500", world=world)
    report_at = world.order(WORK.id).report_at
    world.says(DAN, "/cwo start", WORK)
    assert drawn(world) == {
        1: Money(400_00, "USD"),
        2: Money(300_00, "USD"),
        3: Money(300_00, "USD"),
    }
    assert (world.order(WORK.id).unfunded, world.order(WORK.id).report_at) == (False, report_at)
    assert why_not(lambda: world.says(DAN, "/cwo start", WORK)) is Why.NO_GAP


def test_starting_again_is_refused_while_there_is_nothing_to_fill_the_gap_with() -> None:
    world = started(pledged("$400"), how="unfunded")
    for line in ("/cwo start", "/cwo start unfunded"):
        no = no_of(lambda line=line: world.says(DAN, line, WORK))  # type: ignore[misc]
        assert (no.why, no.facts) == (Why.NOT_COVERED, {"gap": "USD 600.00"})


def test_what_is_withdrawn_leaves_a_gap_that_another_fills() -> None:
    world = started(pledged("$1000"))
    world.says(ADA, "/withdraw", ISSUE)
    pledged("$2000", world=world)
    world.says(DAN, "/cwo start", WORK)
    assert drawn(world) == {1: USD_1000, 2: USD_1000}


def test_a_smaller_budget_draws_no_more_and_a_larger_one_the_difference() -> None:
    world = started(pledged("$1000", "$500"))
    for budget, more in ((500_00, {}), (1_200_00, {2: Money(200_00, "USD")})):
        world.edit(written(budget=(Money(budget, "USD"),)))
        world.pass_time(days=7)
        world.says(MIA, "/cwo approve", WORK)
        assert world.tries(DAN, "/cwo start", WORK) is bool(more)
        assert drawn(world) == {1: USD_1000, **more}


# --- whom it concerns -------------------------------------------------------------------------


def test_each_pledger_is_told_once_and_where_they_pledged() -> None:
    world = pledged("$500", "13: $300")
    approved(world, written(items=(12, 13)))
    world.says(ZOE, "/pledge $200", WORK)
    world.says(DAN, "/cwo start", WORK)
    says = {say.number: say for say in world.told(PledgesFellDue)}
    assert sorted(says) == [12, 13, 57]
    assert [says[number].message.people() for number in (12, 13, 57)] == [{ADA}, {BOB}, {ZOE}]


def test_a_start_shows_on_the_panels_of_everything_that_it_concerns() -> None:
    world = pledged("$500")
    approved(world, written(items=(12, 13)))
    decision = world.says(DAN, "/cwo start unfunded", WORK)
    shown = {getattr(getattr(each, "target", None), "number", None) for each in decision.effects}
    assert shown >= {12, 13, 57}
    assert sum(isinstance(each, Say) for each in decision.effects) == 1


def test_whoever_gave_is_involved_from_then_on() -> None:
    world = pledged("$1000")
    world.stewards = frozenset({ADA, MIA})
    started(world)
    world.says(DAN, "/cwo finish Done.", WORK)
    assert why_not(lambda: world.says(ADA, "/cwo close landed", WORK)) is Why.INVOLVED
    assert world.tries(MIA, "/cwo close landed", WORK)


def test_a_start_is_recorded_with_its_gaps_and_the_day_of_the_first_report() -> None:
    world = started(pledged("$400"), how="unfunded")
    (entry,) = world.recorded(e.OrderStarted)
    assert isinstance(entry, e.OrderStarted)
    assert (entry.unfunded, entry.gaps) == (True, (Money(600_00, "USD"),))
    at = next(stamp.at for stamp, each in world.ledger if each is entry)
    assert entry.report_at == at + 30 * DAY
    assert at > NOW
