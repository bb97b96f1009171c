"""Does a digest agree with the ledger that it was made from?

The entry that closes a month holds the figures of its digest, and its hash stands in the words that were
published. Whoever alters the ledger and makes the whole chain anew cannot alter those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from bot.app.opening import CannotDo
from bot.domain import entries as e
from bot.domain.closing import figures
from bot.domain.closing.recounting import recounted
from bot.domain.views import Rows, book_of

_MARK = re.compile(
    r"<!-- bursar-position (?P<seq>[0-9]{1,15}) (?P<hash>[0-9a-f]{64}) -->\s*"
    r"(?:<!-- bursar [0-9]+ digest:[0-9]{4}-[0-9]{2} -->)?\s*\Z",
    re.ASCII,
)
"""The last lines of a digest: what it quotes of others stands before them."""

_TITLE = re.compile(r"\A\s*# [^\n]*\n")
"""The title above the words, as `bursar digest` prints it."""

_SHOWN = re.compile(r"Ledger: entry (?P<seq>[0-9]{1,15}), (?P<hash>[0-9a-f]{12})\s*\Z", re.ASCII)
"""The last line of a digest as a page or a mail shows it."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A digest, by what is said of where it is from; it fixes the hash of one entry."""

    where: str
    seq: int
    hash: str
    """All of it, or its first digits."""
    words: str | None = None
    """Its Markdown, where that is known."""


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text that fixes nothing."""

    where: str


Digest = Marked | Unmarked


def marked(where: str, words: str) -> Digest:
    """Read which entry the words of a digest fix."""
    if mark := _MARK.search(words):
        return Marked(where, int(mark["seq"]), mark["hash"], _TITLE.sub("", words))
    if shown := _SHOWN.search(words):
        return Marked(where, int(shown["seq"]), shown["hash"])
    return Unmarked(where)


def read_digest(path: Path) -> Digest:
    """Read the text of a digest as it was published.

    Raises:
        CannotDo: the file cannot be read.
    """
    try:
        words = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"{path} cannot be read: {error}."
        raise CannotDo(problem) from error
    return marked(f"the digest in {path}", words)


def digest_problems(
    digests: tuple[Digest, ...], first: int, last: int, hashes: Mapping[int, str]
) -> Iterator[str]:
    """Compare what digests fix with the hashes of the entries that they name.

    The entries checked are those after `first`, up to `last`.
    """
    for digest in digests:
        if isinstance(digest, Unmarked):
            yield (
                f"{digest.where} does not end with its line about the ledger: "
                "copy all of it, best its source"
            )
        elif digest.seq < first:
            yield f"{digest.where} was made at entry {digest.seq}, before the export begins"
        elif digest.seq > last:
            yield f"{digest.where} was made at entry {digest.seq}, but the export ends at entry {last}"
        elif not hashes.get(digest.seq, "").startswith(digest.hash):
            yield f"{digest.where} shows another hash for entry {digest.seq} than the export has"


def closing_problems(closed: e.MonthClosed, rows: Rows, *, stirred: bool) -> Iterator[str]:
    """Work out the figures of a month again, from all rows as they were before it was closed.

    Only how many events were under review cannot be known from entries.
    """
    said, book = closed.figures, book_of(rows)
    bounds = (closed.month, said.begins_at, said.ends_at)
    if bounds != (book.month, book.month_begins_at, book.month_ends_at) or said.month != book.month:
        yield f"the digest of {closed.month} is of another month than the one that was open"
        return
    expected = figures(recounted(rows, said, stirred=stirred))
    wrong = [
        field.name
        for field in fields(expected)
        if getattr(expected, field.name) != getattr(said, field.name)
    ]
    if wrong:
        yield f"the digest of {closed.month} says otherwise than its entries: {', '.join(wrong)}"
