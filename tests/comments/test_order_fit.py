"""Does the panel of a work order fit GitHub with any data, and do its figures hold?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.comments import COMMENT_AT_MOST, length
from bot.comments.check import SUMMARY_AT_MOST
from bot.comments.order_panel import LEVELS, lay_out
from bot.domain.money import LARGEST, Money
from bot.domain.order_panel import PULLS_SHOWN, Covered, OrderPanelShown, PullShown
from bot.domain.panel import ENDED_SHOWN, LARGEST_SHOWN, RECORDS_SHOWN, Position, Treasury
from bot.domain.parity import Access
from bot.domain.rules import Rail
from bot.domain.stages import Stage
from bot.domain.states import State
from bot.domain.terms import Fault, Field, Problem, Terms
from bot.domain.views import Drawn, Fund, Order, Total
from tests.comments.facts import COMMENTS, ISSUE, NAMES, NOW, item, pledge
from tests.comments.orders import ACTIVE, AGREED, CLOSED, DRAWN, EVERYTHING, TERMS, order_panel
from tests.comments.panels import ORDER
from tests.comments.pulls import DAY, LINKED, MERGED, PARITY, approval, facts, link
from tests.comments.test_fit import CODES, LOGINS, RECORD, REPOSITORY, RULES, WORDS

LONG = "`" * 20_000
PEOPLE = tuple(range(20))
WIDE = Terms(
    items=tuple(range(999_999_900, 999_999_950)),
    developers=PEOPLE,
    funder=3,
    interested=PEOPLE * 3,
    budget=tuple(Money(LARGEST, code) for code in CODES),
    starts=NOW.date(),
    ends=NOW.date(),
    report_every_days=30,
    problems=tuple(Problem(field, Fault.UNREADABLE) for field in Field),
)
PULL = replace(
    MERGED, base="\U0001f600|" * 120, into_default=False, reverted_by=999_999_999,
    approvals=tuple(approval(n) for n in PEOPLE), rounds=10**6,
)  # fmt: skip


def widest(state: State) -> Order:
    """Make a work order whose terms are as long as the form lets them be."""
    return replace(
        CLOSED if state is State.CLOSED else ACTIVE,
        number=999_999_999,
        state=state,
        terms=replace(WIDE, funder=None),
        text=50,
        agreed=WIDE,
        ended_text=60,
        ends_at=NOW,
        alone=True,
    )


def worst(state: State, words: str = LONG) -> OrderPanelShown:
    """Make the largest panel that the domain can hand over."""
    live = pledge(
        900_000_000, LARGEST, stage=Stage.DUE, pledger=1, funder=2, deadline=NOW, sent_at=NOW,
        received=5, refunded=4, rest_of=900_000_000, drawn_by=ORDER, issue=77,
    )  # fmt: skip
    rail = Rail("`" * 500, "https://x.example/" + "y" * 480, "\U0001f600" * 500)
    every = [LARGEST * 10**6] * 6
    return replace(
        EVERYTHING,
        repository=REPOSITORY,
        order=widest(state),
        rules=replace(RULES[1], rails=(rail,) * 40),
        position=Position(10**9, "f" * 64),
        words={40: dict.fromkeys(("scope", "effort", "share"), words), 60: {"reason": words}},
        covered=tuple(Covered(number, None) for number in WIDE.items),
        drawn=tuple(Drawn(ORDER, code, *every[:3]) for code in CODES),
        totals=tuple(Total(ORDER, code, *every) for code in CODES),
        pledges=(live,) * LARGEST_SHOWN * 8,
        pledge_count=10**6,
        ended=(replace(live, stage=Stage.DECLINED),) * ENDED_SHOWN,
        ended_count=10**6,
        reasons={900_000_000: "`" * 500},
        treasury=Treasury(
            funds=tuple(Fund(ORDER, code, *every) for code in CODES),
            records=(RECORD,) * RECORDS_SHOWN,
            count=10**6,
        ),
        pulls=(PullShown(link(999_999_999, interested_merge=True), PULL, 5),) * PULLS_SHOWN,
        pull_count=10**6,
        page="https://bursar.example/" + "z" * 300,
    )


@pytest.mark.parametrize("state", State)
def test_the_largest_panel_of_a_work_order_fits(state: State) -> None:
    written = COMMENTS.render(worst(state), LOGINS)
    assert length(written) <= COMMENT_AT_MOST
    assert "best effort, not a merge" in written


@pytest.mark.parametrize("state", State)
def test_state_and_sums_alone_are_small(state: State) -> None:
    shortest = COMMENTS._order_panel(worst(state), LOGINS, LEVELS[-1])
    assert length(shortest) < COMMENT_AT_MOST / 3


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(State), WORDS, st.integers(0, 80), st.integers(0, 20))
def test_every_panel_of_a_work_order_fits(
    state: State, words: str, pledges: int, pulls: int
) -> None:
    most = worst(state, words)
    message = replace(most, pledges=most.pledges[:pledges], pulls=most.pulls[:pulls])
    assert length(COMMENTS.render(message, LOGINS)) <= COMMENT_AT_MOST


def test_a_disclosure_fits_with_any_number_of_people() -> None:
    names = dict.fromkeys(range(500), '"' + "`" * 100 + '"')
    message = replace(
        LINKED,
        repository=REPOSITORY,
        funders=PEOPLE,
        funders_left=10**6,
        approvals=tuple(approval(n) for n in range(500)),
        independent=tuple(range(250)),
    )
    check = COMMENTS.check(message, names)
    assert length(check.summary) <= SUMMARY_AT_MOST
    assert "and 230 more" in check.summary


# --- figures ----------------------------------------------------------------------------------


def test_before_the_start_the_budget_is_held_against_what_could_be_drawn() -> None:
    totals = (
        Total(ISSUE, "USD", standing=100, due=20, received=3, lapsed=900, completion=800),
        Total(ISSUE + 1, "USD", standing=1, offered=700),
    )
    message = order_panel(AGREED, available=totals, totals=(Total(ORDER, "USD", standing=5),))
    first = lay_out(message, LEVELS[0]).budget[0]
    assert (first.row.pledged.minor, first.row.received.minor) == (126, 3)
    assert first.gap == Money(5_000_00 - 129, "USD")


def test_after_the_start_only_what_it_has_drawn_counts() -> None:
    message = order_panel(ACTIVE, drawn=DRAWN, totals=(Total(ORDER, "USD", standing=5),))
    dollars, euros = lay_out(message, LEVELS[0]).budget
    assert (dollars.row.pledged.minor, dollars.row.received.minor) == (2_300_00, 1_100_00)
    assert (dollars.gap, dollars.undrawn) == (Money(1_600_00, "USD"), Money(5, "USD"))
    assert (euros.gap, euros.gone) == (Money(1_000_00, "EUR"), Money(300_00, "EUR"))


def test_a_gap_is_never_negative() -> None:
    message = order_panel(ACTIVE, drawn=(Drawn(ORDER, "USD", outstanding=9_000_00),))
    assert lay_out(message, LEVELS[0]).budget[0].gap is None
    assert "gap USD" not in COMMENTS.render(message, NAMES)


def test_a_settlement_leaves_out_columns_that_say_nothing() -> None:
    message = order_panel(CLOSED, drawn=(Drawn(ORDER, "USD", outstanding=1),))
    settlement = lay_out(message, LEVELS[0]).settlement
    assert settlement is not None
    assert settlement.columns == ("budget", "drawn", "due", "received", "paid", "left")
    assert [row[0].currency for row in settlement.rows] == ["USD", "EUR"]
    assert lay_out(order_panel(CLOSED), LEVELS[0]).settlement is None


def test_a_missing_report_is_dated_by_the_rhythm_or_the_end_of_the_period() -> None:
    def since(**more: object) -> object:
        order = replace(ACTIVE, report_at=None, report_missed=True, **more)  # type: ignore[arg-type]
        return lay_out(order_panel(order), LEVELS[0]).awaited_since

    assert since(last_report_at=NOW) == NOW + 30 * DAY
    assert since(last_report_at=None) == ACTIVE.started_at + 30 * DAY if ACTIVE.started_at else 0
    only_end = replace(TERMS, report_every_days=None)
    assert str(since(agreed=only_end)) == "2027-05-01 00:00:00+00:00"
    assert (
        str(since(agreed=only_end, last_report_at=NOW + 900 * DAY)) == "2027-05-01 00:00:00+00:00"
    )
    assert lay_out(order_panel(ACTIVE), LEVELS[0]).awaited_since is None


def test_words_of_the_approved_text_are_shown_while_an_edit_waits() -> None:
    edited = replace(ACTIVE, text=50, terms=replace(TERMS, funder=None))
    words = {40: {"scope": "as approved"}, 50: {"scope": "as edited", "share": "more"}}
    written = COMMENTS.render(order_panel(edited, words=words), NAMES)
    assert "as approved" in written
    assert "as edited" not in written
    assert "[acme]" in written


def test_a_short_text_is_not_said_to_be_cut() -> None:
    written = COMMENTS.render(order_panel(ACTIVE, words={40: {"scope": "all of it"}}), NAMES)
    assert "cut here" not in written
    assert "How effort is paid" not in written


def test_a_record_made_on_a_covered_item_links_there() -> None:
    written = COMMENTS.render(EVERYTHING, NAMES)
    assert "/issues/12#issuecomment-2000007" in written
    elsewhere = replace(EVERYTHING, covered=(Covered(12, None),))
    assert "| R-7 |" in COMMENTS.render(elsewhere, NAMES)
    assert "another item" in COMMENTS.render(elsewhere, NAMES)


def test_only_independent_approvals_are_called_so() -> None:
    two = facts(61, approvals=(approval(1), approval(2)), closed_at=NOW)
    for independent, words in ((0, "2, none independent"), (1, "2, 1 of them"), (2, "2, all")):
        message = order_panel(ACTIVE, pulls=(PullShown(link(61), two, independent),))
        assert words in COMMENTS.render(message, NAMES)


def test_a_link_that_ended_is_called_so_and_access_that_is_not_known_too() -> None:
    gone = replace(link(61), linked=False, named=False)
    group = replace(PARITY.groups[0], access=Access.NOT_KNOWN)
    message = order_panel(
        ACTIVE, pulls=(PullShown(gone, facts(61)),), parity=replace(PARITY, groups=(group,))
    )
    written = COMMENTS.render(message, NAMES)
    assert "open; not linked any more" in written
    assert "authors whose access is not known" in written
    assert "*Named, not linked*" not in written


def test_an_item_off_the_roadmap_is_marked() -> None:
    message = order_panel(ACTIVE, covered=(Covered(12, item(on_roadmap=False)),))
    assert "issues/12) (not on the roadmap)" in COMMENTS.render(message, NAMES)


def test_a_day_is_the_last_one_before_a_report_is_due() -> None:
    order = replace(ACTIVE, report_at=NOW.replace(hour=0, minute=0) + timedelta(days=5))
    assert "due by 2026-11-26" in COMMENTS.render(order_panel(order), NAMES)
