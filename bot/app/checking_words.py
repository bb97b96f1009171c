"""Do the words of a digest show the figures that its entries come to?

The recomputed figures are written again with the same template, and compared line by line. Names,
titles, reasons and addresses are left out: they may have changed, or been erased, since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import zip_longest

from bot.app.checking_digests import Marked
from bot.app.serving import templates
from bot.comments import Comments
from bot.domain import entries as e
from bot.domain.closing import figures
from bot.domain.closing.recounting import recounted
from bot.domain.digests import WORDING, DigestShown
from bot.domain.panel import Position
from bot.domain.views import Item, Order, Rows

_LEFT_OUT = (
    (re.compile(r"<!--.*?-->|<code[^>]*>.*?</code>", re.DOTALL), ""),
    # Code spans: that is how we show whatever people wrote.
    (re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)"), ""),
    # Links to people, who may be called `P-1`, and who may have been erased since.
    (re.compile(r"\[([A-Za-z0-9_-]+)\]\(https?://[^/\s)]+/\1\)|a former user", re.ASCII), ""),
    (re.compile(r"\]\([^)\s]*\)"), "]"),
    (re.compile(r"[^\S\n]+"), " "),
    (re.compile(r" (?=[:;,.)])"), ""),
    (re.compile(r":? *$", re.MULTILINE), ""),
)
"""What is taken away before words are compared, and what stands there instead."""

_PAGES = re.compile(r"\]\((?P<pages>https?://[^)\s]*)/ledger\.json\)", re.ASCII)

_ROOM = (0, 40, 70)
"""Lengths of titles to try: those of then decided how much of a long digest there was room for."""

_AT_MOST = 80
"""Characters of a line that a sentence shows."""


def word_problems(
    digest: Marked,
    closed: e.MonthClosed,
    rows: Rows,
    position: Position,
    names: Mapping[int, str],
    *,
    stirred: bool,
) -> Iterator[str]:
    """Compare the words of a digest with the rows as they were before its month was closed."""
    if digest.words is None:
        return
    if not 0 < closed.wording <= WORDING:
        yield f"{digest.where} is in wording {closed.wording}, which this Bursar does not know"
    if closed.wording != WORDING:
        return
    found = figures(recounted(rows, closed.figures, stirred=stirred))
    pages = _PAGES.search(digest.words)
    theirs = lines(digest.words)
    different: tuple[str, str] | None = None
    for room in _ROOM:
        message = DigestShown(
            repository="a/b",
            figures=found,
            position=position,
            titles=dict.fromkeys(dict(_places(rows)), "x" * room) if room else {},
            places=dict(_places(rows)),
            pages=pages["pages"] if pages else None,
        )
        ours = lines(_comments().render(message, names))
        if ours == theirs:
            return
        different = different or _first_difference(ours, theirs)
    if different:
        expected, said = different
        yield f"{digest.where} says {said} where its entries come to {expected}"


@cache
def _comments() -> Comments:
    return Comments(templates("comments"))


def not_compared(digest: Marked, closed: e.MonthClosed) -> str | None:
    """Say why the words of a digest were not compared, where that is no problem."""
    if digest.words is None:
        return f"{digest.where}: only its last line can be read, so its words were not compared."
    if 0 < closed.wording < WORDING:
        return f"{digest.where} is in an older wording, so its words were not compared."
    return None


def lines(words: str) -> list[str]:
    """Give the lines of Markdown of ours, but for names, titles, reasons and addresses."""
    words = "\n".join(words.splitlines())
    for pattern, instead in _LEFT_OUT:
        words = pattern.sub(instead, words)
    return [line for each in words.split("\n") if (line := each.strip())]


def _first_difference(ours: list[str], theirs: list[str]) -> tuple[str, str]:
    pairs = zip_longest(ours, theirs, fillvalue="nothing")
    expected, said = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    return _around(expected, said), _around(said, expected)


def _around(line: str, other: str) -> str:
    """Cut a line so that it shows where it differs."""
    same = next(
        (n for n, (one, two) in enumerate(zip(line, other, strict=False)) if one != two),
        min(len(line), len(other)),
    )
    start = max(0, same - _AT_MOST // 2) if len(line) > _AT_MOST else 0
    part = line[start : start + _AT_MOST]
    return f"“{'…' if start else ''}{part}{'…' if start + _AT_MOST < len(line) else ''}”"


def _places(rows: Rows) -> Iterator[tuple[int, int]]:
    for row in rows.values():
        if isinstance(row, Item | Order):
            yield row.issue, row.number
