"""Does everything that a panel or a check run can be asked to show fit where GitHub shows it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.comments import COMMENT_AT_MOST, length
from bot.comments.check import ANNOTATIONS_AT_MOST, SUMMARY_AT_MOST
from bot.comments.panel import LEVELS, Row, lay_out
from bot.domain.configuration import Configuration, ConfigurationReported, Mistake
from bot.domain.money import DECIMALS, LARGEST, Money, read_amount, settle_amount
from bot.domain.panel import (
    CURRENCIES_LISTED,
    ENDED_SHOWN,
    LARGEST_SHOWN,
    ItemPanelShown,
    Position,
)
from bot.domain.rules import Rail, RoleList, Rules
from bot.domain.stages import LIVE, Stage
from bot.domain.views import Pledge, Total
from tests.comments.examples import CURRENCIES
from tests.comments.facts import COMMENTS, ISSUE, NOW, item, panel, pledge
from tests.comments.reading import read

CODES = sorted(DECIMALS)
LOGINS = {number: f"{number:02}" + "a" * 37 + "_" + "b" * 8 for number in range(20)}
REPOSITORY = f"{'o' * 39}/{'r' * 100}"
# Signs that grow: a backtick lengthens both fences, `@` gains a joiner, some need two code units.
WORDS = st.text(st.sampled_from("x`@#\U0001f600|"), max_size=500)
MINORS = st.integers(1, LARGEST)
LISTED = tuple(CODES[:CURRENCIES_LISTED])


@st.composite
def pledges(draw: st.DrawFn, stages: frozenset[Stage], currency: str, number: int) -> Pledge:
    """Draw a pledge with as long a text as there can be."""
    return pledge(
        number,
        draw(MINORS),
        currency,
        draw(st.sampled_from(sorted(stages))),
        pledger=draw(st.integers(0, 19)),
        funder=draw(st.integers(0, 19)),
        on_completion=draw(st.booleans()),
        until=draw(st.none() | st.just(NOW.date())),
        deadline=draw(st.none() | st.just(NOW + timedelta(days=9))),
        sent_at=draw(st.none() | st.just(NOW)),
        was=draw(st.none() | st.sampled_from(Stage)),
        replaced_by=draw(st.none() | st.integers(1, 60)),
        because=draw(st.sampled_from(["until", "offer", "unlabelled", "not planned", "other"])),
    )


@st.composite
def panels(draw: st.DrawFn) -> ItemPanelShown:
    """Draw a panel up to the largest that the domain can hand over."""
    live = [
        draw(pledges(LIVE, currency, 900_000_000 + 100 * place + number))
        for place, currency in enumerate(LISTED)
        for number in range(draw(st.integers(0, LARGEST_SHOWN)))
    ]
    ended = [
        draw(pledges(frozenset(Stage) - LIVE, LISTED[0], 990_000_000 + number))
        for number in range(draw(st.integers(0, ENDED_SHOWN)))
    ]
    rail = st.builds(Rail, WORDS, st.just("https://x.example/" + "y" * 480), WORDS)
    return ItemPanelShown(
        repository=REPOSITORY,
        item=draw(st.sampled_from(ITEMS)),
        rules=replace(draw(st.sampled_from(RULES)), rails=tuple(draw(st.lists(rail, max_size=40)))),
        position=Position(10**9, "f" * 64),
        totals=tuple(_total(code) for code in CODES[: draw(st.integers(0, len(CODES)))]),
        pledges=tuple(live),
        ended=tuple(ended),
        ended_count=draw(st.integers(0, 10**6)),
        reasons={each.pledge: draw(WORDS) for each in ended},
        page=draw(st.none() | st.just("https://bursar.example/" + "z" * 300)),
        under_review=draw(st.booleans()),
    )


def _total(currency: str) -> Total:
    most = LARGEST * 10**6
    return Total(ISSUE, currency, *[most, 10**6] * 5)


EVERY_CURRENCY = dict.fromkeys(CODES, LARGEST)
RULES = (
    Rules(),
    Rules(currencies=tuple(CODES), minimum=EVERY_CURRENCY, accept_up_to=EVERY_CURRENCY),
    Rules(currencies=("EUR",), accept_up_to={}),
)
ITEMS = (
    item(),
    item(goal=LARGEST),
    item(is_open=False, completed=True, closed_as="completed"),
    item(is_open=False, closed_as="completed"),
    item(is_open=False, on_roadmap=False, closed_as="duplicate", ends_at=NOW),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(panels())
def test_every_panel_fits_a_comment(message: ItemPanelShown) -> None:
    written = COMMENTS.render(message, LOGINS)
    assert length(written) <= COMMENT_AT_MOST
    assert "best effort, not a merge" in written


def worst() -> ItemPanelShown:
    """Make the largest panel that the domain can hand over."""
    live = [
        pledge(900_000_000 + 100 * place + number, LARGEST, code, Stage.DUE, pledger=1, funder=2,
               deadline=NOW, sent_at=NOW)
        for place, code in enumerate(LISTED)
        for number in range(LARGEST_SHOWN)
    ]  # fmt: skip
    ended = [
        pledge(number, LARGEST, stage=Stage.DECLINED, funder=2) for number in range(ENDED_SHOWN)
    ]
    rail = Rail("`" * 500, "https://x.example/" + "y" * 480, "\U0001f600" * 500)
    return ItemPanelShown(
        repository=REPOSITORY,
        item=item(goal=LARGEST),
        rules=replace(RULES[1], rails=(rail,) * 40),
        position=Position(10**9, "f" * 64),
        totals=tuple(_total(code) for code in CODES),
        pledges=tuple(live),
        ended=tuple(ended),
        ended_count=10**6,
        reasons={each.pledge: "`" * 500 for each in ended},
        page="https://bursar.example/" + "z" * 300,
        under_review=True,
    )


def test_the_largest_panel_fits_and_keeps_its_largest_pledges() -> None:
    written = COMMENTS.render(worst(), LOGINS)
    assert length(written) <= COMMENT_AT_MOST
    assert "P-900000000" in written


def test_the_sums_alone_are_small() -> None:
    """However large names and numbers get, the last level has room to spare."""
    panel_of_sums = COMMENTS._panel(worst(), LOGINS, LEVELS[-1])
    assert length(panel_of_sums) < COMMENT_AT_MOST / 4


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
    row = Row(Money(pledged, "USD"), None if goal is None else Money(goal, "USD"))
    assert row.bar == bar


@pytest.mark.parametrize("currency", CODES)
def test_the_example_of_how_to_fund_can_be_typed_as_it_stands(currency: str) -> None:
    unit = 10 ** DECIMALS[currency]
    rules = Rules(currencies=(currency,), minimum={currency: 25 * unit + 1})
    line = lay_out(panel(rules=rules), LEVELS[0]).funding.example
    amount = settle_amount(read_amount(line.removeprefix("/pledge ")), (currency,))
    assert amount.currency == currency
    assert amount.minor >= 25 * unit + 1


def test_a_check_run_fits_whatever_the_configuration_holds() -> None:
    long = "`" * 5_000
    rules = Rules(
        labels=(long,) * 90,
        stewards=RoleList(teams=(long,) * 90),
        currencies=tuple(CODES),
        minimum=EVERY_CURRENCY,
        accept_up_to=EVERY_CURRENCY,
        rails=(Rail(long, long, long),) * 90,
    )
    found = Configuration(rules)
    check = COMMENTS.check(ConfigurationReported(found, on_default_branch=True))
    assert length(check.summary) <= SUMMARY_AT_MOST
    assert length(check.title) < 255


def test_a_check_run_shows_as_many_mistakes_as_one_request_takes() -> None:
    found = Configuration(None, tuple(Mistake(line, "x" * 9_999) for line in range(60)))
    check = COMMENTS.check(ConfigurationReported(found, on_default_branch=False))
    assert len(check.annotations) == ANNOTATIONS_AT_MOST
    assert "The first 50 are shown" in check.summary
    assert check.title == "60 mistakes in the configuration"
    assert check.conclusion == "failure"


def test_a_panel_without_a_public_page_links_nowhere_else() -> None:
    written = COMMENTS.render(replace(CURRENCIES, page=None), {1: "ada"})
    assert all("github.com" in link or "acme" in link for link in read(written).links)
    assert "and 12 more, together" in written
