"""Words of people on a page are on one line, with nothing hidden in them, and not endless."""

from __future__ import annotations

import pytest

from bot.pages.pointing import WORDS_AT_MOST
from bot.pages.writing import said


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\u00ad", "\x1b", "\ufffe"])
def test_nothing_hidden_is_shown(hidden: str) -> None:
    assert hidden not in said(f"to be {hidden}funded")


def test_words_stay_on_one_line_and_end() -> None:
    assert said("one\ntwo") == "one two"
    assert len(said("x" * 10_000)) <= WORDS_AT_MOST
