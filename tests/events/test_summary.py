"""The first paragraph of an issue is what its card says of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.events.summary import SUMMARY_AT_MOST, summary_of


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("It is slow.\n\nAnd more.", "It is slow."),
        (
            "### Why\n\nIt is *very* [slow](https://x.example),\nand `lu()` fails.",
            "It is very slow, and lu() fails.",
        ),
        ("![badge](https://x.example/b.svg)\n\nWords at last.", "Words at last."),
        ("<!-- please fill in -->\n\nWords.", "Words."),
        ("### Scope\n\n_No response_\n\n### Why\n\nBecause.", "Because."),
        ("> quoted\n\n- a list\n\n```\ncode\n```\n\nAt the end.", "At the end."),
        ("<div>html</div>", ""),
        ("", ""),
        ("A <b>bold</b> claim", "A bold claim"),
    ],
)
def test_the_first_paragraph_with_words_is_the_summary(body: str, words: str) -> None:
    assert summary_of(body) == words


def test_a_long_paragraph_is_cut_between_words() -> None:
    summary = summary_of("word " * 300)
    assert len(summary) <= SUMMARY_AT_MOST
    assert summary.endswith("word…")


@given(st.text(max_size=300))
def test_any_text_gives_one_bounded_line(body: str) -> None:
    summary = summary_of(body)
    assert len(summary) <= SUMMARY_AT_MOST
    assert "\n" not in summary
