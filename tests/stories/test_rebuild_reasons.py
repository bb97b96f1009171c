"""An answer that was given once tells its reason again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.rebuilding.reasons import reason_in
from bot.domain.refusals import Why

GOLDEN = Path(__file__).resolve().parents[1] / "comments" / "golden" / "command_refused"


EXAMPLES = [path for path in sorted(GOLDEN.glob("*.md")) if path.stem in set(Why)]
"""Those that are named by their reason; others show what else such an answer can say."""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_answer_tells_its_reason(path):
    assert reason_in(path.read_text("utf-8")) is Why(path.stem)


def test_every_reason_has_an_example():
    assert {path.stem for path in EXAMPLES} == {why.value for why in Why}


def test_what_somebody_quoted_tells_nothing():
    words = "This is for the stewards of the project to decide."
    answer = f"**Not recorded.** The amount is zero.\n\nYou wrote: `/pledge 0 {words}`\n"
    assert reason_in(answer) is not Why.NOT_STEWARD
    assert reason_in("Something else entirely") is None
