"""Which reason does an answer of ours give?

The sentences stand in one template; an answer gives the reason whose sentence it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.app.serving import templates
from bot.domain.refusals import Why

_SENTENCE = re.compile(r'(?:el)?if why == "(?P<why>\w+)" -?%\}(?P<words>.*)')
_TAG = re.compile(r"\{[{%].*?[%}]\}")
_SHORTEST = 6
"""Characters that a part of a sentence has at least to tell it from others."""


def reason_in(answer: str) -> Why | None:
    """Read the reason: the sentence of which most is there; None where no one fits best.

    What a person wrote is quoted below the first paragraph, so it tells nothing here.
    """
    first = answer.partition("\n\n")[0]
    fit = {why: sum(len(part) for part in parts if part in first) for why, parts in _sentences()}
    best = max(fit.values())
    fitting = [why for why, length in fit.items() if length == best]
    return fitting[0] if best and len(fitting) == 1 else None


@cache
def _sentences() -> tuple[tuple[Why, tuple[str, ...]], ...]:
    text = (templates("comments") / "command_refused.md.j2").read_text("utf-8")
    return tuple(_read(text))


def _read(text: str) -> Iterator[tuple[Why, tuple[str, ...]]]:
    for line in _SENTENCE.finditer(text):
        parts = [part.strip() for part in _TAG.split(line["words"])]
        whole = [part for part in parts if len(part) >= _SHORTEST]
        yield Why(line["why"]), tuple(whole) or (max(parts, key=len),)
