"""Do the figures of an item's panel add up?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.comments import text
from bot.comments.panel import LEVELS, lay_out
from bot.comments.sums import Row
from bot.domain.money import DECIMALS, Money, read_amount, settle_amount
from bot.domain.panel import Treasury
from bot.domain.rules import Rules
from bot.domain.stages import LIVE, Stage
from bot.domain.views import Fund, Pledge
from tests.comments.facts import COMMENTS, ISSUE, NAMES, item, panel, pledge
from tests.comments.panels import CURRENCIES, MONEY
from tests.comments.reading import read

CODES = sorted(DECIMALS)


@st.composite
def live(draw: st.DrawFn, number: int) -> Pledge:
    """Draw a pledge as it may really be: wholly paid when received, not at all when offered."""
    stage = draw(st.sampled_from(sorted(LIVE)))
    minor = draw(st.integers(2, 900))
    partly = draw(st.integers(0, minor - 1))
    received = {Stage.OFFERED: 0, Stage.RECEIVED: minor}.get(stage, partly)
    return pledge(
        number,
        minor,
        draw(st.sampled_from(["EUR", "USD"])),
        stage,
        on_completion=draw(st.booleans()),
        received=received,
        refunded=draw(st.integers(0, received)),
    )


@given(
    st.integers(0, 12).flatmap(lambda most: st.tuples(*(live(n + 1) for n in range(most)))),
    st.integers(0, 50),
    st.sampled_from(LEVELS),
)
def test_the_rows_of_every_section_and_the_rest_add_up_to_its_sums(
    pledges: tuple[Pledge, ...], unmatched: int, level: object
) -> None:
    funds = (Fund(ISSUE, "USD", received=unmatched, unmatched=unmatched),)
    message = panel(*pledges, treasury=Treasury(funds=funds))
    shown = lay_out(message, level)  # type: ignore[arg-type]
    for section in shown.sections:
        for total in section.sums:
            parts = [*(line.money for line in section.shown), *section.unmatched]
            parts += [rest.money for rest in section.rest]
            here = [part.minor for part in parts if part.currency == total.currency]
            assert sum(here) == total.minor
            assert all(minor > 0 for minor in here)
    for row in shown.rows:
        ours = [each for each in pledges if each.currency == row.pledged.currency]
        received = sum(each.received - each.refunded for each in ours)
        extra = unmatched if row.received.currency == "USD" else 0
        assert row.received.minor == received + extra


def test_a_partly_received_pledge_stands_with_what_is_left_and_with_what_came() -> None:
    sections = {each.kind: each for each in lay_out(MONEY, LEVELS[0]).sections}
    pledged = {line.pledge.pledge: line.money.minor for line in sections["pledged"].shown}
    received = {line.pledge.pledge: line.money.minor for line in sections["received"].shown}
    assert pledged == {9: 300_00, 12: 500_00}
    assert received == {9: 200_00, 16: 500_00, 13: 250_00}
    written = COMMENTS.render(MONEY, NAMES)
    assert "USD 200.00 of USD 500.00 received" in written
    assert "drawn by [CWO #57]" in written


def test_a_work_order_that_the_message_does_not_name_is_named_without_a_number() -> None:
    written = COMMENTS.render(replace(MONEY, orders=()), NAMES)
    assert "drawn by a work order" in written
    assert "CWO #57" not in written


def test_an_item_links_to_the_form_filled_in_for_it() -> None:
    links = read(COMMENTS.render(MONEY, NAMES)).links
    form = next(link for link in links if "/issues/new?" in link)
    assert form == (
        "https://github.com/acme/rocket/issues/new?template=work-order.yml"
        "&title=Work%20order%3A%20%2312&items=%2312"
        "&scope=Roadmap%20item%20%2312%3A%20as%20described%20there."
    )


@pytest.mark.parametrize("rules", [Rules(), Rules(work_order_form="work-order.yaml")])
def test_there_is_no_link_to_a_form_that_is_not_there_or_leads_nowhere(rules: Rules) -> None:
    shown = item(is_open=not rules.work_order_form)
    assert "issues/new" not in COMMENTS.render(panel(shown=shown, rules=rules), NAMES)


def test_what_is_not_listed_is_counted() -> None:
    chosen = lay_out(CURRENCIES, LEVELS[0])
    rest = {each.money.currency: (each.count, each.money) for each in chosen.sections[0].rest}
    assert rest["USD"] == (12, Money(450_00, "USD"))
    fewer = lay_out(CURRENCIES, LEVELS[-1])
    rest = {each.money.currency: (each.count, each.money) for each in fewer.sections[0].rest}
    assert rest["USD"] == (14, Money(1_200_00, "USD"))
    assert fewer.others_left == 2


@pytest.mark.parametrize(
    ("pledged", "goal", "bar"),
    [
        (0, 100, "░" * 20 + " 0 %"),
        (1, 1000, "░" * 20 + " under 1 %"),
        (999, 1000, "▓" * 19 + "░ 99 %"),
        (1000, 1000, "▓" * 20 + " 100 %"),
        (2500, 1000, "▓" * 20 + " 250 %"),
        (5, None, None),
    ],
)
def test_the_bar_is_never_kinder_than_the_figures(
    pledged: int, goal: int | None, bar: str | None
) -> None:
    aim = None if goal is None else Money(goal, "USD")
    for received in {0, pledged // 3, pledged}:
        row = Row(Money(pledged - received, "USD"), Money(received, "USD"), aim)
        assert row.bar == bar


@pytest.mark.parametrize("currency", CODES)
def test_the_example_of_how_to_fund_can_be_typed_as_it_stands(currency: str) -> None:
    unit = 10 ** DECIMALS[currency]
    rules = Rules(currencies=(currency,), minimum={currency: 25 * unit + 1})
    line = lay_out(panel(rules=rules), LEVELS[0]).funding.example
    amount = settle_amount(read_amount(line.removeprefix("/pledge ")), (currency,))
    assert amount.currency == currency
    assert amount.minor >= 25 * unit + 1


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(seconds=-5), "under a minute"),
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_a_duration_is_written_in_words(time: timedelta, words: str) -> None:
    assert text.duration(time) == words


def test_a_moment_and_a_record_are_facts_that_are_shown_as_they_are() -> None:
    for fact in ("2026-11-29, 14:05 UTC", "R-7", "landed, partly landed"):
        assert text.fact(fact) == fact
