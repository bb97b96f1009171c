"""Are verdicts computed from what was measured?"""

from __future__ import annotations

import pytest

from bench.table import Figure, Sheet, at_least, at_most


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((0.2, 0.31, 0.5), "PASS"),
        ((0.36, 0.4, 0.1), "PASS, aim reached"),
        ((0.29, 0.9, 0.1), "MISS"),
        ((), "not measured"),
    ],
)
def test_the_median_decides(values: tuple[float, ...], verdict: str):
    assert Figure(at_least("a ratio", "", 0.30, 0.36), values).verdict == verdict


def test_where_less_is_better_more_is_a_miss():
    assert Figure(at_most("a time", "ms", 10, 3), (10.1,)).verdict == "MISS"
    assert Figure(at_most("a time", "ms", 10, 3), (3.0,)).verdict == "PASS, aim reached"


def test_a_figure_without_a_target_has_no_verdict():
    assert not Figure(at_most("a time", "ms"), (5.0,)).verdict


def test_the_table_shows_median_and_spread(capsys: pytest.CaptureFixture[str]):
    sheet = Sheet()
    sheet.add(at_most("p99", "ms", 10, 3), (1234.0, 2.5, 7.125), "a word")
    assert "| p99    | ≤ 10 | ≤ 3 | 7.12 (2.5 .. 1,234) ms" in sheet.text()
    assert "PASS; a word" in sheet.text()
    assert sheet.missed() == 0
    assert "p99" in capsys.readouterr().out
