"""Which reason does an answer of ours give?

The sentences stand in one template; an answer gives the reason whose sentence it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.app.serving import templates
from bot.domain.refusals import Why

_SENTENCE = re.compile(r'\bif why == "(?P<why>\w+)" %\}(?P<words>.*)')
_TAG = re.compile(r"\{[{%].*?[%}]\}")
_SHORTEST = 20
"""Characters that a part of a sentence has at least to tell it from others."""


def reason_in(answer: str) -> Why | None:
    """Read the reason; None where no sentence, or more than one, fits."""
    fitting = {why for why, parts in _sentences() if any(part in answer for part in parts)}
    return fitting.pop() if len(fitting) == 1 else None


@cache
def _sentences() -> tuple[tuple[Why, tuple[str, ...]], ...]:
    text = (templates("comments") / "command_refused.md.j2").read_text("utf-8")
    return tuple(_read(text))


def _read(text: str) -> Iterator[tuple[Why, tuple[str, ...]]]:
    for line in _SENTENCE.finditer(text):
        parts = [part.strip() for part in _TAG.split(line["words"])]
        whole = [part for part in parts if len(part) >= _SHORTEST]
        yield Why(line["why"]), tuple(whole) or (max(parts, key=len),)
