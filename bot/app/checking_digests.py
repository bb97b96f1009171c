"""Does a digest agree with the ledger that it was made from?

The entry that closes a month holds the figures of its digest, and its hash stands in the words that were
published. Whoever alters the ledger and makes the whole chain anew cannot alter those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app.opening import CannotDo
from bot.app.reading_export import string, whole
from bot.domain import entries as e
from bot.domain.calendar import after, span
from bot.domain.closing import figures
from bot.domain.closing.recounting import recounted
from bot.domain.refs import Account
from bot.domain.views import Closing, Item, Order, Rows, book_of

_MARK = re.compile(
    r"<!-- bursar-position (?P<seq>[0-9]{1,15}) (?P<hash>[0-9a-f]{64}) -->\s*"
    r"(?:<!-- bursar [0-9]+ digest:(?P<month>[0-9]{4}-[0-9]{2}) -->)?\s*\Z",
    re.ASCII,
)
"""The last lines of a digest: what it quotes of others stands before them."""

_TITLE = re.compile(r"\A\s*# [^\n]*\n")
"""The title above the words, as `bursar digest` prints it."""

_SHOWN = re.compile(r"Ledger: entry (?P<seq>[0-9]{1,15}), (?P<hash>[0-9a-f]{12})\s*\Z", re.ASCII)
"""The last line of a digest as a page or a mail shows it."""

_HASH = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}", re.ASCII)
"""All of a hash, or its first digits as they are shown."""

_ZONES = timedelta(days=1)
"""How far from UTC a time zone may be, so that nobody needs our tables of them."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A digest, by what is said of where it is from; it fixes the hash of one entry."""

    where: str
    seq: int
    hash: str
    """All of it, or its first digits."""
    words: str | None = None
    """Its Markdown, where that is known."""
    month: str | None = None
    """Where it says so."""
    is_text: bool = True
    """False: what the export says of a digest, beside its words."""


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text that fixes nothing."""

    where: str


Digest = Marked | Unmarked


def marked(where: str, words: str, month: str | None = None) -> Digest:
    """Read which entry the words of a digest fix."""
    if mark := _MARK.search(words):
        named = mark["month"] or month
        return Marked(where, int(mark["seq"]), mark["hash"], _TITLE.sub("", words), named)
    if shown := _SHOWN.search(words):
        return Marked(where, int(shown["seq"]), shown["hash"], None, month)
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


def own_digests(head: dict[str, Any]) -> Iterator[Digest]:
    """Read the digests of an export: what it says of each, and what their words fix."""
    for digest in head.get("digests", ()):
        month = string(digest["month"])
        where = f"the digest of {month} in the export"
        yield Marked(
            where, whole(digest["seq"]), string(digest["hash"]), None, month, is_text=False
        )
        yield marked(f"the text of {where}", string(digest["words"]), month)


def digest_problems(
    digests: tuple[Digest, ...],
    first: int,
    last: int,
    hashes: Mapping[int, str],
    closings: Mapping[int, str],
) -> Iterator[str]:
    """Compare what digests fix with the hashes of the entries that they name.

    The entries checked are those after `first`, up to `last`; `closings` says which of them close
    which month.
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
        elif not _HASH.fullmatch(digest.hash):
            yield f"{digest.where} shows no hash for entry {digest.seq}"
        elif not hashes.get(digest.seq, "").startswith(digest.hash):
            yield f"{digest.where} shows another hash for entry {digest.seq} than the export has"
        elif digest.seq > first:
            yield from _month_of_digest(digest, closings)


def _month_of_digest(digest: Marked, closings: Mapping[int, str]) -> Iterator[str]:
    closed = closings.get(digest.seq)
    if closed is None:
        yield f"{digest.where} names entry {digest.seq}, which closes no month"
    elif digest.month not in {None, closed}:
        yield f"{digest.where} names entry {digest.seq}, which closes {closed}"


def missing_digests(head: dict[str, Any], closings: Mapping[int, str]) -> Iterator[str]:
    """Find months that were closed, and have no digest in the export, or several."""
    count = Counter(digest["month"] for digest in head.get("digests", ()))
    for month in dict.fromkeys((*closings.values(), *count)):
        if not count[month]:
            yield f"the digest of {month} is missing"
        elif count[month] > 1:
            yield f"the digest of {month} stands in the export {count[month]} times"


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
        each.name
        for each in fields(expected)
        if getattr(expected, each.name) != getattr(said, each.name)
    ]
    if wrong:
        yield f"the digest of {closed.month} says otherwise than its entries: {', '.join(wrong)}"
    for each in said.money:
        if each.opening + each.received - each.fees - each.paid - each.refunded != each.closing:
            yield f"the digest of {closed.month} does not add up in {each.currency}"


# --- months -----------------------------------------------------------------------------------


def month_problems(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Iterator[str]:
    """Hold an entry against the month that was open, and a new month against the one before."""
    book = book_of(rows)
    begins_at = book.month_begins_at
    if stamp.month != book.month:
        said, was = (month or "none" for month in (stamp.month, book.month))
        yield f"it is in the wrong month: it says {said}, {was} was open"
    if stamp.earlier != (begins_at is not None and stamp.at < begins_at):
        yield "it does not say rightly whether its time is of its month"
    if isinstance(entry, e.MonthOpened):
        yield from _bounds_problems(entry, rows)
    if isinstance(entry, e.MonthClosed) and (Closing, entry.month) in rows:
        yield f"{entry.month} was closed before"


def _bounds_problems(opened: e.MonthOpened, rows: Rows) -> Iterator[str]:
    book = book_of(rows)
    about = span(opened.month, "UTC")
    if not opened.begins_at < opened.ends_at or not (
        _is_near(opened.begins_at, about.begins_at) and _is_near(opened.ends_at, about.ends_at)
    ):
        yield f"the bounds of {opened.month} are not those of a month"
    if not book.month:
        return
    is_over = (Closing, book.month) in rows
    expected = (
        (after(book.month), book.month_ends_at) if is_over else (book.month, book.month_begins_at)
    )
    if (opened.month, opened.begins_at) != expected:
        yield f"{opened.month} does not begin where the month before ended"


def _is_near(moment: datetime, utc: datetime) -> bool:
    return abs(moment - utc) <= _ZONES


# --- numbers and people -----------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """Who and what a document said that the numbers in its entries are."""

    accounts: dict[int, tuple[int, str]] = field(default_factory=dict)
    persons: dict[tuple[int, str], int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    issues: set[int] = field(default_factory=set)
    """Those that entries name."""

    def people_problems(self, accounts: Mapping[int, Account]) -> Iterator[str]:
        """Hold the people of one entry against those of the entries before it."""
        for person, account in accounts.items():
            key = (account.id, "" if account.id else account.login)
            if self.accounts.setdefault(person, key) != key:
                yield f"person {person} is {account.login!r} here, and another account before"
            elif self.persons.setdefault(key, person) != person:
                yield f"{account.login!r} is person {person} here, and another person before"
            self.names[person] = account.login


def number_problems(known: Known, numbers: Mapping[int, int], rows: Rows) -> Iterator[str]:
    """Compare the numbers of issues beside the entries with those that the entries say."""
    said = {row.issue: row.number for row in rows.values() if isinstance(row, Item | Order)}
    for issue in sorted(known.issues - numbers.keys()):
        yield f"the number of issue {issue} is missing, which entries name"
    for issue, number in sorted(said.items()):
        if numbers.get(issue, number) != number:
            yield f"issue {issue} is #{number} by its entries, but #{numbers[issue]} above them"
