"""Charts obey the policy of the pages, say their point in words, and have their figures in a table."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.charts import TICKS_AT_MOST, Chart, Series, chart, ticks

MONTHS = (*(f"2026-{n:02d}" for n in range(2, 13)), "2027-01")


def drawn(*, stacked: bool = False) -> Chart:
    came = Series("Received", tuple(1_000_25 * n for n in range(12)))
    went = Series("Paid out", tuple(500_00 * (n % 3) for n in range(12)))
    words = "Most of it in <March>"
    return chart("money-USD", "Money & more", words, "USD", MONTHS, (came, went), stacked=stacked)


@pytest.mark.parametrize("stacked", [False, True])
def test_a_chart_has_a_title_a_description_and_nothing_that_runs(stacked: bool) -> None:
    svg = str(drawn(stacked=stacked).svg)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "money-USD-title money-USD-words"
    assert [(each.tag, each.text) for each in root[:2]] == [
        ("title", "Money & more"),
        ("desc", "Most of it in <March>"),
    ]
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|href|<!--|xmlns", svg)


def test_every_amount_is_drawn_and_says_itself() -> None:
    root = ET.fromstring(str(drawn().svg))
    said = [each.text for each in root.iter("title") if each.get("class") == "said"]
    assert len(said) == 24
    assert "March 2026: USD 1,000.25 received" in said
    assert "January 2027: USD 11,002.75 received" in said


def test_the_table_has_the_same_figures() -> None:
    table = list(drawn().rows())
    assert [name for name, _ in table] == list(MONTHS)
    assert table[1] == ("2026-03", (1_000_25, 500_00))


def test_the_same_months_are_the_same_bytes() -> None:
    assert drawn().svg == drawn().svg


def test_where_a_year_begins_its_number_stands() -> None:
    root = ET.fromstring(str(drawn().svg))
    letters = [each.text for each in root.iter("text")]
    assert "2027" in letters
    assert "Feb" in letters


@given(st.integers(0, 10**15), st.sampled_from([1, 100, 1000]))
def test_lines_across_are_few_even_and_reach_the_most(most: int, unit: int) -> None:
    lines = ticks(most, unit)
    assert lines[0] == 0
    assert lines[-1] >= most
    assert 2 <= len(lines) <= TICKS_AT_MOST + 1
    assert len({b - a for a, b in pairwise(lines)}) == 1


@pytest.mark.parametrize("currency", ["JPY", "USD", "KWD"])
def test_every_currency_has_its_own_decimals(currency: str) -> None:
    made = chart("k", "t", "w", currency, ("2026-03",), (Series("Received", (123_456,)),))
    assert {"JPY": "JPY 123,456", "USD": "USD 1,234.56", "KWD": "KWD 123.456"}[currency] in made.svg
