"""Does everything that the panel of an item or a check run can be asked to show fit GitHub?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.comments import COMMENT_AT_MOST, length
from bot.comments.check import ANNOTATIONS_AT_MOST, SUMMARY_AT_MOST
from bot.comments.panel import LEVELS
from bot.domain.configuration import Configuration, ConfigurationReported, Mistake
from bot.domain.money import DECIMALS, LARGEST
from bot.domain.movements import RecordKind
from bot.domain.panel import (
    CURRENCIES_LISTED,
    ENDED_SHOWN,
    LARGEST_SHOWN,
    RECORDS_SHOWN,
    ItemPanelShown,
    OrderLine,
    Position,
    Treasury,
)
from bot.domain.rules import Rail, RoleList, Rules
from bot.domain.stages import LIVE, Stage
from bot.domain.states import Outcome, State
from bot.domain.views import Fund, Pledge, Total
from tests.comments.facts import COMMENTS, ISSUE, NOW, item, pledge, record
from tests.comments.panels import CURRENCIES, ORDER
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
        because=draw(st.sampled_from(["until", "offer", "unlabelled", "work order", "other"])),
        received=draw(st.sampled_from([0, 1])),
        drawn_by=draw(st.sampled_from([None, ORDER, 77])),
        rest_of=draw(st.none() | st.just(900_000_000)),
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
        treasury=draw(st.sampled_from([Treasury(), FULL])),
        orders=ORDERS[: draw(st.integers(0, len(ORDERS)))],
    )


def _total(currency: str) -> Total:
    most = LARGEST * 10**6
    return Total(ISSUE, currency, *[most, 10**6] * 6)


RECORD = record(
    999_999_999, RecordKind.DIRECT, LARGEST, funder=1, payee=2, pledge=900_000_000, settles=1,
    unmatched=LARGEST - 1, fee=LARGEST, alone=True, fund=ORDER,
)  # fmt: skip
FULL = Treasury(
    funds=tuple(Fund(ISSUE, code, *[LARGEST * 10**6] * 6) for code in CODES),
    records=(RECORD,) * RECORDS_SHOWN,
    count=10**6,
)
ORDERS = tuple(
    OrderLine(ORDER + n, 999_999_990 + n, State.CLOSED, Outcome.DECLINED_ON_MERITS)
    for n in range(200)
)
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
        treasury=FULL,
        orders=ORDERS,
    )


def test_the_largest_panel_fits_and_keeps_its_largest_pledges() -> None:
    written = COMMENTS.render(worst(), LOGINS)
    assert length(written) <= COMMENT_AT_MOST
    assert "P-900000000" in written


def test_the_sums_alone_are_small() -> None:
    """However large names and numbers get, the last level has room to spare."""
    panel_of_sums = COMMENTS._item_panel(worst(), LOGINS, LEVELS[-1])
    assert length(panel_of_sums) < COMMENT_AT_MOST / 3


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
    check = COMMENTS.check(ConfigurationReported(found, on_default_branch=True), {})
    assert length(check.summary) <= SUMMARY_AT_MOST
    assert length(check.title) < 255


def test_a_check_run_shows_as_many_mistakes_as_one_request_takes() -> None:
    found = Configuration(None, tuple(Mistake(line, "x" * 9_999) for line in range(60)))
    check = COMMENTS.check(ConfigurationReported(found, on_default_branch=False), {})
    assert len(check.annotations) == ANNOTATIONS_AT_MOST
    assert "The first 50 are shown" in check.summary
    assert check.title == "60 mistakes in the configuration"
    assert check.conclusion == "failure"


def test_a_panel_without_a_public_page_links_nowhere_else() -> None:
    written = COMMENTS.render(replace(CURRENCIES, page=None), {1: "ada"})
    assert all("github.com" in link or "acme" in link for link in read(written).links)
    assert "and 12 more, together" in written
