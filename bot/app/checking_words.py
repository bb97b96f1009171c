"""Do the words of a digest show the figures that its entries come to?

The recomputed figures are written again with the same template, and every number is compared, in
order. Names, titles and reasons are left out: they may have changed, or been erased, since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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

_MARKS = re.compile(r"<!--.*?-->|<code[^>]*>.*?</code>", re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
"""Code spans: that is how we show whatever people wrote."""
_PROFILE = re.compile(r"\[[^\]]*\]\(https?://[^/\s)]+/[A-Za-z0-9_-]+\)", re.ASCII)
"""Links to people, who may be called `P-1`."""
_TARGET = re.compile(r"\]\([^)\s]*\)")
_NUMBER = re.compile(
    r"(?:[A-Z]{3} |[PR]-|#)?-?[0-9][0-9,.:-]*[0-9]|(?:[A-Z]{3} |[PR]-|#)?[0-9]", re.ASCII
)
"""Amounts, counts, shares, days, and the numbers of pledges, records and issues."""


def word_problems(
    digest: Marked, closed: e.MonthClosed, rows: Rows, position: Position, *, stirred: bool
) -> Iterator[str]:
    """Compare the words of a digest with the rows as they were before its month was closed."""
    if digest.words is None or closed.wording != WORDING:
        return
    found = figures(recounted(rows, closed.figures, stirred=stirred))
    message = DigestShown(
        repository="a/b", figures=found, position=position, places=dict(_places(rows))
    )
    expected = numbers(Comments(templates("comments")).render(message, {}))
    for ours, theirs in zip_longest(expected, numbers(digest.words), fillvalue="nothing"):
        if ours != theirs:
            yield f"{digest.where} says {theirs} where its entries come to {ours}"
            return


def numbers(words: str) -> list[str]:
    """Give every number in Markdown of ours, but for those in names, titles and addresses."""
    for pattern, instead in ((_MARKS, ""), (_CODE, ""), (_PROFILE, ""), (_TARGET, "]")):
        words = pattern.sub(instead, words)
    return _NUMBER.findall(words)


def _places(rows: Rows) -> Iterator[tuple[int, int]]:
    for row in rows.values():
        if isinstance(row, Item | Order):
            yield row.issue, row.number
