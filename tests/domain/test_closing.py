"""What does a month come to? Each figure of a digest, by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain import entries as e
from bot.domain import figures as f
from bot.domain.calendar import Span, after, span
from bot.domain.closing import Linked, MonthKnown, age, figures
from bot.domain.closing.money import dependence, surges
from bot.domain.closing.places import item_lines, order_line, orders_waiting
from bot.domain.reviews import NotedPull
from bot.domain.rules import Rules
from bot.domain.states import Outcome, State
from bot.domain.views import Closing, Fund, Gift, Month, Overall, Total
from tests.domain import facts
from tests.domain.facts import ADA, AMY, BOB, DAN, DAY, ISSUE, ITEM, LEO, MIA, OTHER, WORK, written
from tests.domain.kit import EVERYTHING_STANDS
from tests.domain.scene import Scene

JANUARY = span("2030-01", "UTC")
LONG_AGO = span("2020-01", "UTC").begins_at
KNOWN = MonthKnown(span=JANUARY, zone="UTC", first_month="2029-01", closed=None, stirred=True)


def project(**rules: object) -> Scene:
    """Begin in January with two items on the roadmap."""
    world = Scene()
    newest = Rules(accept_up_to=EVERYTHING_STANDS, **rules)  # type: ignore[arg-type]
    world.record(e.RulesChanged("c0ffee", newest), world.now, MIA)
    world.open_month()
    world.label()
    world.label(OTHER)
    return world


def month(world: Scene, label: str = "2030-01") -> f.Figures:
    """Let time pass until a month is over; gives its figures."""
    while (Closing, label) not in world.rows:
        world.pass_time(days=1)
    closing = world.rows[Closing, label]
    assert isinstance(closing, Closing)
    return closing.figures


def of_currency(parts: tuple[f.Promised, ...], currency: str = "USD") -> f.Promised:
    return next(each for each in parts if each.currency == currency)


# --- promises ---------------------------------------------------------------------------------


def test_what_was_promised_is_counted_in_its_month_and_what_stands_at_its_end() -> None:
    world = project()
    world.says(ADA, "/pledge $500")
    world.says(BOB, "/pledge $300")
    world.says(BOB, "/withdraw")
    world.says(DAN, "/pledge $70 until 2030-01-20")
    world.says(LEO, "/pledge $40 on completion", OTHER)
    world.says(ADA, "/pledge $900 for @acme", OTHER)
    world.says(MIA, "/decline P-5 too many strings", OTHER)
    world.says(ADA, "/pledge 20 EUR", OTHER)
    january, february = month(world), month(world, "2030-02")
    usd = of_currency(january.promised)
    assert (usd.made, usd.made_count) == (1_810_00, 5)
    assert (usd.withdrawn, usd.withdrawn_count) == (300_00, 1)
    assert (usd.expired, usd.expired_count) == (70_00, 1)
    assert (usd.declined, usd.declined_count) == (900_00, 1)
    assert (usd.standing_now, usd.completion_now, usd.offered_now) == (500_00, 40_00, 0)
    assert of_currency(january.promised, "EUR").made == 20_00
    assert [each.pledge for each in january.declined] == [5]
    later = of_currency(february.promised)
    assert replace(later, by_age=usd.by_age) == f.Promised(
        currency="USD", standing_now=500_00, completion_now=40_00, by_age=usd.by_age
    )
    assert february.new == february.declined == ()


def test_what_falls_due_and_lapses_counts_with_what_is_still_to_be_paid() -> None:
    world = project(lapse_after_days=30)
    world.says(ADA, "/pledge $500")
    world.says(MIA, "/received $200 from @ada for P-1")
    world.close()
    january, february = month(world), month(world, "2030-02")
    usd = of_currency(january.promised)
    assert (usd.fell_due, usd.fell_due_count, usd.due_now) == (300_00, 1, 300_00)
    assert [each.pledge for each in january.due] == [1]
    usd = of_currency(february.promised)
    assert (usd.fell_due, usd.lapsed, usd.lapsed_count) == (0, 300_00, 1)
    assert (usd.due_now, usd.lapsed_now) == (0, 300_00)
    assert february.due == ()


def test_offers_that_wait_are_named_oldest_first() -> None:
    world = project()
    for who in (ADA, BOB):
        world.says(who, f"/pledge ${who} for @acme", (ISSUE, OTHER)[who == BOB])
    found = month(world)
    assert (found.offers_waiting, [each.pledge for each in found.offers]) == (2, [1, 2])
    assert (found.offers[0].pledger, found.offers[0].funder) == (ADA, facts.ORG)


@pytest.mark.parametrize(
    ("days", "part"),
    [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (179, 2), (180, 3), (364, 3), (365, 4), (9999, 4)],
)
def test_a_promise_grows_older_at_whole_days(days: int, part: int) -> None:
    end = JANUARY.ends_at
    assert age(end - days * DAY, end) == part
    assert age(end - (days + 1) * DAY + timedelta(microseconds=1), end) == part


def test_promises_are_sorted_by_their_age_at_the_end_of_the_month() -> None:
    world = project()
    world.says(ADA, "/pledge $500")
    month(world)
    world.says(BOB, "/pledge $30")
    assert of_currency(month(world, "2030-03").promised).by_age == (0, 530_00, 0, 0, 0)
    assert of_currency(month(world, "2030-04").promised).by_age == (0, 30_00, 500_00, 0, 0)


def test_lists_are_bounded_and_say_how_many_there_are() -> None:
    world = project()
    for number in range(f.PLEDGES_LISTED + 2):
        world.says(100 + number, f"/pledge ${number + 1}")
    found = month(world)
    assert of_currency(found.promised).made_count == f.PLEDGES_LISTED + 2
    assert [each.pledge for each in found.new] == list(range(12, 2, -1))


# --- money ------------------------------------------------------------------------------------


def test_money_opens_with_what_was_there_and_closes_with_what_is() -> None:
    world = project()
    world.says(ADA, "/pledge $500")
    world.says(MIA, "/received $500 from @ada for P-1 fee $15")
    world.says(MIA, "/received $50 from @bob")
    world.says(MIA, "/paid $100 to @dan direct from @ada")
    (january,) = month(world).money
    assert january == f.Moved(
        currency="USD", received=550_00, fees=15_00, closing=535_00, direct=100_00, unmatched=50_00
    )
    world.says(MIA, "/paid $200 to @dan")
    world.says(MIA, "/refunded $50 to @bob")
    (february,) = month(world, "2030-02").money
    assert february == f.Moved(
        currency="USD",
        opening=535_00,
        paid=200_00,
        refunded=50_00,
        closing=285_00,
        unmatched=-50_00,
    )
    (march,) = month(world, "2030-03").money
    assert march == f.Moved(currency="USD", opening=285_00, closing=285_00)


def test_what_is_taken_back_counts_in_the_month_that_takes_it_back() -> None:
    world = project()
    world.says(MIA, "/received $500 from @ada")
    assert month(world).money[0].closing == 500_00
    world.says(MIA, "/reverse R-1 it never arrived")
    (february,) = month(world, "2030-02").money
    assert (february.opening, february.received, february.closing) == (500_00, -500_00, 0)
    assert month(world, "2030-03").money == ()


# --- dependence -------------------------------------------------------------------------------


def test_the_largest_giver_is_named_with_the_share_of_everything_given() -> None:
    gifts = (
        Gift("2029-12", ADA, "USD", 100),
        Gift("2030-01", ADA, "USD", 200),
        Gift("2030-01", BOB, "USD", 250),
        Gift("2030-01", BOB, "EUR", 7),
    )
    euros, dollars = dependence(gifts)
    assert euros == f.Dependence(currency="EUR", total=7, largest=7, funder=BOB, funders=1)
    assert dollars == f.Dependence(currency="USD", total=550, largest=300, funder=ADA, funders=2)


def test_of_two_who_gave_the_same_the_lower_number_is_named() -> None:
    gifts = (Gift("2030-01", BOB, "USD", 5), Gift("2030-01", ADA, "USD", 5))
    (found,) = dependence(gifts)
    assert (found.funder, found.largest, found.funders) == (min(ADA, BOB), 5, 2)


def test_whoever_had_everything_back_is_no_funder() -> None:
    gifts = (Gift("2029-12", ADA, "USD", 100), Gift("2030-01", ADA, "USD", -100))
    assert list(dependence(gifts)) == []
    (found,) = dependence((*gifts, Gift("2030-01", BOB, "USD", 1)))
    assert (found.total, found.funders) == (1, 1)


def test_direct_payments_count_and_refunds_do_not() -> None:
    world = project()
    world.says(MIA, "/received $500 from @ada")
    world.says(MIA, "/refunded $400 to @ada")
    world.says(MIA, "/paid $150 to @dan direct from @bob")
    (found,) = month(world).dependence
    assert (found.funder, found.largest, found.total, found.funders) == (BOB, 150_00, 250_00, 2)


def test_what_was_given_over_a_year_ago_is_no_dependence_any_more() -> None:
    world = project()
    world.says(MIA, "/received $500 from @ada")
    assert month(world, "2030-12").dependence != ()
    assert month(world, "2031-01").dependence == ()


# --- an unusual month -------------------------------------------------------------------------


def surge(income: int, earlier: list[int], first: str | None = None) -> tuple[f.Surge, ...]:
    """Say whether a month with this income is unusual, after these ones (the newest last)."""
    rows = [
        Month(after("2030-01", -len(earlier) + n), "USD", received=each)
        for n, each in enumerate(earlier)
        if each
    ]
    begun = first or after("2030-01", -len(earlier))
    flows = (Month("2030-01", "USD", received=income + 5, refunded=5),)
    return tuple(surges(replace(KNOWN, first_month=begun, flows=flows, earlier=tuple(rows))))


def test_three_times_the_median_is_not_yet_unusual() -> None:
    assert surge(300, [100] * 6) == ()
    (found,) = surge(301, [100] * 6)
    assert found == f.Surge(currency="USD", income=301, median_twice=200, months=6)


def test_five_earlier_months_are_too_few() -> None:
    assert surge(9_000, [100] * 5) == ()


def test_a_month_in_which_nothing_came_in_counts_for_the_median() -> None:
    (found,) = surge(301, [0, 0, 100, 100, 100, 500, 1000])
    assert found.median_twice == 200
    (found,) = surge(151, [0, 0, 0, 100, 100, 100])
    assert (found.median_twice, found.months) == (100, 6)


def test_a_median_of_nothing_makes_no_month_unusual() -> None:
    assert surge(9_000, [0, 0, 0, 0, 0, 9_000]) == ()


def test_only_twelve_months_are_looked_at() -> None:
    (found,) = surge(301, [100] * 12, first="2020-01")
    assert found.months == 12


# --- items ------------------------------------------------------------------------------------


def reached(
    goal: int | None, *, standing: int = 0, received: int = 0, code: str = "USD"
) -> f.Reach:
    item = replace(ITEM, goal_minor=goal, goal_currency="USD" if goal is not None else None)
    totals = (Total(ISSUE.id, code, standing=standing, received=received),)
    (line,) = item_lines(replace(KNOWN, items=(item,), totals=totals))
    return line.reach


def test_an_item_is_funded_when_pledged_and_received_reach_its_goal() -> None:
    assert reached(100, standing=60, received=39) is f.Reach.PARTLY
    assert reached(100, standing=60, received=40) is f.Reach.FUNDED
    assert reached(100, standing=101) is f.Reach.FUNDED
    assert reached(100) is f.Reach.NOT_FUNDED


def test_a_goal_counts_in_its_own_currency_alone() -> None:
    assert reached(100, standing=10**6, code="EUR") is f.Reach.PARTLY


def test_without_a_goal_an_item_is_partly_funded_or_not_at_all() -> None:
    assert reached(None, standing=10**6) is f.Reach.PARTLY
    assert reached(None) is f.Reach.NOT_FUNDED


def test_promises_on_completion_and_offers_fund_nothing_and_unmatched_money_does() -> None:
    promised = (Total(ISSUE.id, "USD", completion=10**6, offered=10**6),)
    (line,) = item_lines(replace(KNOWN, items=(ITEM,), totals=promised))
    assert line.sums == ()
    funds = (Fund(ISSUE.id, "USD", received=70, unmatched=30),)
    (line,) = item_lines(replace(KNOWN, items=(ITEM,), totals=promised, funds=funds))
    (found,) = line.sums
    assert found == f.ItemSum(currency="USD", pledged=0, received=30)


def test_funded_items_come_first_and_every_one_is_counted() -> None:
    world = project()
    world.says(MIA, "/goal $100", OTHER)
    world.says(ADA, "/pledge $100", OTHER)
    found = month(world)
    assert [each.number for each in found.items] == [OTHER.number, ISSUE.number]
    assert (found.funded, found.partly, found.not_funded) == (1, 0, 1)


# --- work orders ------------------------------------------------------------------------------


def test_a_work_order_waits_once_its_discussion_is_over_until_a_steward_decides() -> None:
    world = project()
    world.draft(WORK)
    world.says(AMY, "/cwo propose", WORK)
    (waiting,) = month(world).orders_waiting
    assert (waiting.number, waiting.changed) == (WORK.number, False)
    assert waiting.since == facts.NOW + 7 * DAY
    world.says(MIA, "/cwo approve", WORK)
    assert month(world, "2030-02").orders_waiting == ()
    world.edit(written(ends=date(2031, 1, 1)), who=AMY)
    (waiting,) = month(world, "2030-03").orders_waiting
    assert waiting.changed


def test_a_discussion_that_goes_on_at_the_end_of_the_month_waits_for_nobody() -> None:
    ends = JANUARY.ends_at
    for late, count in ((timedelta(0), 1), (timedelta(seconds=1), 0)):
        order = facts.order(State.DISCUSSION, discussion_ends_at=ends + late)
        assert len(list(orders_waiting(replace(KNOWN, orders=(order,))))) == count


def test_only_so_many_work_orders_that_wait_are_named() -> None:
    orders = tuple(
        replace(facts.order(State.DISCUSSION), issue=9100 + n, number=n) for n in range(30)
    )
    found = figures(replace(KNOWN, orders=orders))
    assert [each.number for each in found.orders_waiting] == list(range(f.WAITING_LISTED))
    assert found.orders_waiting_count == 30


@pytest.mark.parametrize(
    ("state", "missed", "late"),
    [
        (State.ACTIVE, True, True),
        (State.ACTIVE, False, False),
        (State.REPORTING, True, False),
        (State.CLOSED, True, False),
    ],
)
def test_a_report_is_late_while_the_work_goes_on(state: State, missed: bool, late: bool) -> None:
    order = facts.order(state, report_missed=missed)
    assert order_line(order, KNOWN).late is late


def test_a_work_order_tells_its_reports_pull_requests_and_outcome() -> None:
    order = facts.order(State.CLOSED, outcome=Outcome.DECLINED_ON_MERITS, reports=3, alone=True)
    known = replace(KNOWN, linked={WORK.id: Linked(pulls=4, merged=1)})
    found = order_line(order, known)
    assert (found.outcome, found.reports, found.alone) == (Outcome.DECLINED_ON_MERITS, 3, True)
    assert (found.pulls, found.merged) == (4, 1)


def test_a_work_order_that_ended_is_shown_once_more_and_then_no_more() -> None:
    world = project()
    world.draft(WORK)
    world.says(AMY, "/cwo propose", WORK)
    world.pass_time(days=7)
    world.says(MIA, "/cwo decline not now", WORK)
    assert [each.state for each in month(world).orders] == [State.DECLINED]
    assert month(world, "2030-02").orders == ()


# --- pull requests ----------------------------------------------------------------------------


def merged_pull(number: int, **changed: object) -> NotedPull:
    given: dict[str, object] = {
        "order": WORK.id,
        "opened_at": JANUARY.begins_at + DAY,
        "author_writes": True,
        "ready_at": JANUARY.begins_at + DAY,
        "first_review_at": JANUARY.begins_at + 2 * DAY,
        "rounds": number % 2,
        "merged_at": JANUARY.begins_at + 3 * DAY,
        "closed_at": JANUARY.begins_at + 3 * DAY,
    }
    return NotedPull(pull=number, **given | changed)  # type: ignore[arg-type]


def test_merges_of_the_month_are_counted_with_their_approvals_and_interests() -> None:
    told = (
        merged_pull(1, independent=2, interested=1, interested_merge=True),
        merged_pull(2, independent=1),
        merged_pull(3, order=None, independent=7),
        merged_pull(4, merge_noted="2029-12", independent=9),
        merged_pull(5, merged_at=None),
    )
    before = (told[3],)
    found = figures(replace(KNOWN, noted=before, told=told)).reviews
    assert (found.merges, found.interested_merges) == (2, 1)
    assert (found.independent, found.interested) == (3, 1)


def test_pull_requests_of_twelve_months_are_compared_in_whole_numbers() -> None:
    told = tuple(merged_pull(n) for n in range(6))
    found = figures(replace(KNOWN, told=told)).reviews
    assert found.since == span("2029-02", "UTC").begins_at
    funded = found.groups[0].funded
    assert (funded.count, funded.reviewed, funded.merged) == (6, 6, 6)
    assert (funded.first_review_seconds, funded.rounds_twice) == (86_400, 1)
    assert funded.to_merge_seconds == 2 * 86_400
    few = figures(replace(KNOWN, told=told[:4])).reviews.groups[0].funded
    assert few.too_few
    assert few.first_review_seconds is None


def test_what_was_told_since_takes_the_place_of_what_was_noted() -> None:
    noted = tuple(merged_pull(n, merged_at=None) for n in range(5))
    known = replace(KNOWN, noted=noted, told=(merged_pull(1), merged_pull(9, opened_at=LONG_AGO)))
    assert figures(known).reviews.merges == 2, "also one that was opened long ago"


def test_pull_requests_are_noted_when_something_new_was_told() -> None:
    world = project()
    world.told_of = {n: merged_pull(n, opened_at=world.now) for n in (1, 2)}
    month(world)
    world.told_of[2] = replace(world.told_of[2], rounds=9)
    month(world, "2030-02")
    noted = [entry for _, entry in world.ledger if isinstance(entry, e.PullsNoted)]
    assert [[each.pull for each in entry.pulls] for entry in noted] == [[1, 2], [2]]


# --- corrections ------------------------------------------------------------------------------


def test_a_reversal_is_a_correction_and_what_follows_from_it_is_not_listed() -> None:
    world = project()
    world.says(ADA, "/pledge $500")
    world.says(MIA, "/received $500 from @ada for P-1")
    world.says(MIA, "/reverse R-1 a slip")
    found = month(world)
    assert [each.kind for each in found.corrections] == ["RecordReversed"]
    assert (found.corrections[0].record, found.corrections_count) == (1, 1)


def test_money_of_an_earlier_month_is_late_and_of_this_month_is_not() -> None:
    world = project()
    world.says(MIA, "/received $10 from @ada on 2030-01-01")
    world.says(MIA, "/received $500 from @ada on 2029-12-31")
    (found,) = month(world).corrections
    assert (found.kind, found.day, found.minor) == ("MoneyReceived", date(2029, 12, 31), 500_00)
    assert (found.month, found.currency, found.issue) == ("2030-01", "USD", ISSUE.id)


def test_a_word_of_an_earlier_month_is_listed_where_it_is_recorded() -> None:
    world = project()
    spoken_at = world.now
    month(world)
    world.says(BOB, "/pledge $70", at=spoken_at)
    found = month(world, "2030-02")
    (late,) = found.corrections
    assert (late.kind, late.pledge, late.at) == ("PledgeMade", 1, spoken_at)
    assert of_currency(found.promised).made == 70_00
    assert month(world, "2030-03").corrections == ()


def test_corrections_are_bounded_and_counted() -> None:
    world = project()
    for number in range(f.CORRECTIONS_LISTED + 3):
        world.says(MIA, f"/received ${number + 1} from @ada on 2029-12-01")
    found = month(world)
    assert found.corrections_count == f.CORRECTIONS_LISTED + 3
    assert [each.record for each in found.corrections] == list(range(1, f.CORRECTIONS_LISTED + 1))


# --- quiet months -----------------------------------------------------------------------------


def test_a_month_in_which_nothing_is_told_is_quiet() -> None:
    world = project()
    assert not month(world).quiet
    world.record(e.RulesChanged("beef", Rules()), world.now, MIA)
    assert not world.tries(ADA, "/goal $5")
    world.told_of = {1: merged_pull(1, opened_at=world.now)}
    assert month(world, "2030-02").quiet
    world.says(ADA, "/pledge $5")
    assert not month(world, "2030-03").quiet


def test_each_month_names_the_entry_that_closed_the_one_before() -> None:
    world = project()
    january, february = month(world), month(world, "2030-02")
    closing = world.rows[Closing, "2030-01"]
    assert isinstance(closing, Closing)
    assert (january.previous, february.previous) == (None, closing.seq)


def test_a_month_without_any_row_has_no_figures() -> None:
    empty = Span("2030-01", JANUARY.begins_at, JANUARY.ends_at)
    found = figures(replace(KNOWN, span=empty, overall=(Overall("USD"),)))
    assert (found.money, found.items, found.orders, found.new) == ((), (), (), ())
    assert found.promised == (f.Promised(currency="USD"),)
