"""Does the largest digest that the figures allow fit one comment, whatever people call things?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.comments import COMMENT_AT_MOST, length
from bot.comments.digest import LEVELS, lay_out
from bot.domain import figures as f
from bot.domain.money import DECIMALS, LARGEST
from bot.domain.states import Outcome, State
from tests.comments.digests import BUSY, BUSY_FIGURES, REVIEWS, correction, line
from tests.comments.facts import COMMENTS, NOW
from tests.comments.reading import read

CURRENCIES = sorted(DECIMALS)[:12]
"""A project that takes more is not known to us; the digest of one with all of them is tested, too."""

MUCH = LARGEST * 100
LONG = "`" * 500
WIDE = "\U0001f600" * 500
LOGINS = {number: f"{number:02}" + "a" * 37 + "_" + "b" * 8 for number in range(20)}
PAGES = "https://bursar.example/" + "z" * 140 + "/" + "y" * 100
HIGH = 999_999_000


def promised(currency: str) -> f.Promised:
    names = ("made", "withdrawn", "declined", "expired", "fell_due", "lapsed")
    flows = dict.fromkeys(names, MUCH) | {f"{name}_count": 10**6 for name in names}
    stocks = {
        f"{name}_now": MUCH for name in ("offered", "standing", "completion", "due", "lapsed")
    }
    return f.Promised(currency=currency, **flows, **stocks, by_age=(MUCH,) * 5)


def moved(currency: str) -> f.Moved:
    names = ("opening", "received", "fees", "paid", "refunded", "closing", "direct", "unmatched")
    return f.Moved(currency=currency, **dict.fromkeys(names, MUCH))


def pledges(count: int) -> tuple[f.PledgeLine, ...]:
    return tuple(
        line(HIGH + n, LARGEST, pledger=1 + n % 9, funder=10, issue=HIGH + n, comment=10**10 + n)
        for n in range(count)
    )


def items(currencies: list[str]) -> tuple[f.ItemLine, ...]:
    sums = tuple(f.ItemSum(currency=each, pledged=MUCH, received=MUCH) for each in currencies)
    return tuple(
        f.ItemLine(issue=HIGH + n, number=HIGH + n, reach=f.Reach.FUNDED, goal_minor=LARGEST,
                   goal_currency=currencies[0], sums=sums)
        for n in range(f.ITEMS_LISTED)
    )  # fmt: skip


def worst(currencies: list[str]) -> f.Figures:
    """Make the largest figures: every list is full, every number is long."""
    return replace(
        BUSY_FIGURES,
        under_review=10**6,
        offers_waiting=10**6,
        offers=pledges(f.WAITING_LISTED),
        orders_waiting_count=10**6,
        orders_waiting=tuple(
            f.WaitingOrder(issue=HIGH + n, number=HIGH + n, changed=True, since=NOW)
            for n in range(f.WAITING_LISTED)
        ),
        promised=tuple(promised(each) for each in currencies),
        new=pledges(f.PLEDGES_LISTED),
        due_count=10**5,
        due=pledges(f.PLEDGES_LISTED),
        declined=pledges(f.DECLINED_LISTED),
        money=tuple(moved(each) for each in currencies),
        funded=10**6,
        items=items(currencies),
        orders_count=10**6,
        orders=tuple(
            f.OrderLine(issue=HIGH + n, number=HIGH + n, state=State.CLOSED,
                        outcome=Outcome.DECLINED_ON_MERITS, reports=10**4, report_at=NOW,
                        late=True, pulls=10**6, merged=10**6, alone=True)
            for n in range(f.ORDERS_LISTED)
        ),
        reviews=replace(REVIEWS, merges=10**6, interested_merges=10**6, independent=10**7),
        dependence=tuple(
            f.Dependence(currency=each, total=MUCH, largest=MUCH, funder=10, funders=10**6)
            for each in currencies
        ),
        surges=tuple(
            f.Surge(currency=each, income=MUCH, median_twice=MUCH, months=12)
            for each in currencies
        ),
        corrections_count=10**6,
        corrections=tuple(
            correction(HIGH + n, "MoneyPaidDirectly", issue=HIGH + n, record=HIGH, minor=LARGEST,
                       currency="USD", day=date(2026, 9, 1), comment=10**10)
            for n in range(f.CORRECTIONS_LISTED)
        ),
    )  # fmt: skip


def written(currencies: list[str], words: str) -> str:
    places = {HIGH + n: HIGH + n for n in range(60)}
    message = replace(
        BUSY,
        repository=f"{'o' * 39}/{'r' * 100}",
        figures=worst(currencies),
        titles=dict.fromkeys(places, words),
        places=places,
        reasons={HIGH + n: words for n in range(60)},
        pages=PAGES,
    )
    return COMMENTS.render(message, LOGINS)


@pytest.mark.parametrize("words", [LONG, WIDE, "@x#1 " * 100, "|" * 500, "a word " * 70])
def test_the_largest_digest_fits_a_comment(words: str) -> None:
    assert length(written(CURRENCIES, words)) <= COMMENT_AT_MOST


def test_a_digest_of_every_currency_fits_a_comment() -> None:
    assert length(written(sorted(DECIMALS), LONG)) <= COMMENT_AT_MOST


def test_the_largest_digest_still_answers_the_nine_questions() -> None:
    said = written(CURRENCIES, LONG)
    assert [each for each in said.splitlines() if each.startswith("#### ")] == [
        "#### What waits for a decision",
        "#### What was promised",
        "#### Money recorded here",
        "#### Roadmap items",
        "#### Work orders",
        "#### Were funded pull requests reviewed like the others?",
        "#### Do we depend on one funder?",
        "#### Corrected, or told late",
        "#### Where is the data, how do I fund, how do I object?",
    ]
    assert "Ledger: entry" in said


def test_hostile_titles_leave_every_cell_where_it_was() -> None:
    cells = [kind for kind in read(written(CURRENCIES, "x")).shape if kind == "td_open"]
    for words in ("|" * 70, "\\|", "`|`", "a | b"):
        shown = read(written(CURRENCIES, words)).shape
        assert len([kind for kind in shown if kind == "td_open"]) == len(cells)


def test_what_there_is_no_room_for_is_counted() -> None:
    said = written(sorted(DECIMALS), LONG)
    shown = LEVELS[-1].lines
    assert f"- and {10**6 - shown} more offers\n" in said
    assert f"- and {10**6 - shown} more work orders\n" in said
    assert f"- and {10**5 - shown} more\n" in said
    assert f"- and {10**6 - shown} more\n" in said
    assert f"There are {10**6 - shown} more.\n" in said
    left = len(DECIMALS) - LEVELS[-1].currencies
    assert f"There are {left} more currencies, for which there is no room here." in said
    assert f"and {len(DECIMALS) - 1} more currencies |" in said


def test_with_little_room_currencies_with_money_stay_and_offers_alone_give_way() -> None:
    offers = tuple(f.Promised(currency=code, offered_now=5) for code in sorted(DECIMALS))
    promised = tuple(
        replace(each, standing_now=7) if each.currency == "ZAR" else each for each in offers
    )
    money = (f.Moved(currency="USD", received=1, closing=1),)
    message = replace(BUSY, figures=replace(BUSY_FIGURES, promised=promised, money=money))
    found = lay_out(message, replace(LEVELS[-1], currencies=3))
    assert found.currencies == ("AED", "USD", "ZAR")
    assert found.currencies_left == len(DECIMALS) - 3
    assert lay_out(message).currencies_left == 0


def test_each_level_is_shorter_than_the_one_before() -> None:
    message = replace(BUSY, figures=worst(CURRENCIES))
    lengths = [length(COMMENTS._digest(message, LOGINS, level)) for level in LEVELS]
    assert lengths == sorted(lengths, reverse=True)
    assert COMMENTS.render(BUSY, LOGINS) == COMMENTS._digest(BUSY, LOGINS, LEVELS[0])
