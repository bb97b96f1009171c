"""How is the ledger written, read and chained?

Insert-only. Each line is the canonical JSON (RFC 8785) of an entry, kept byte for byte as written;
its hash covers the line and the hash before it, so that no line can be altered, left out or moved
without every later hash changing.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import entries as e
from bot.domain.folding import fold, touched
from bot.domain.panel import Position
from bot.domain.views import Book
from bot.storage import codec
from bot.storage.sheet import Sheet
from bot.storage.tables import lanes, ledger, texts

SALT_BYTES = 16
"""Length of the salt of free text (NIST SP 800-132 asks for at least 16 bytes)."""

PAGE = 1000
"""Lines read at once when walking a whole ledger."""

Salt = Callable[[int], bytes]
"""Draws random bytes; handed in where the rooms are wired."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What made us record: its name (unique per event or comment), when, and whose act it was."""

    source: str
    at: datetime
    actor: int | None
    late: bool = False
    where: int | None = None
    """Number of the issue or pull request on which it happened."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger as it is kept, with its hash."""

    seq: int
    source: str
    n: int
    kind: str
    issue: int | None
    line: bytes
    hash: str
    recorded_at: datetime
    words: dict[str, str]

    def body(self) -> dict[str, Any]:
        """Read the line's JSON."""
        decoded: dict[str, Any] = msgspec.json.decode(self.line)
        return decoded

    def entry(self) -> e.Entry:
        """Read the entry back into the domain's own class."""
        body = self.body()
        fields = codec.give_texts(body["entry"], self.words)
        return codec.read(fields, codec.KINDS[body["kind"]])

    def stamp(self) -> e.Stamp:
        """Read where, when and by whom."""
        body = self.body()
        return e.Stamp(
            body["seq"],
            codec.read(body["at"], datetime),
            body["actor"],
            body["late"],
            body["month"],
            body["earlier"],
            body["where"],
        )


def chained(previous: str, line: bytes) -> str:
    """Hash a line together with the hash before it."""
    return hashlib.sha256(previous.encode("ascii") + b"\n" + line).hexdigest()


async def position(tx: AsyncConnection, repo: int) -> Position:
    """Say how far a repository's ledger reaches."""
    query = select(lanes.c.seq, lanes.c.hash).where(lanes.c.repo == repo)
    found = (await tx.execute(query)).first()
    return Position(found.seq, found.hash) if found else Position(0, "")


async def newest_at(tx: AsyncConnection, repo: int) -> datetime | None:
    """Give the time of the newest entry, as GitHub has it."""
    query = select(ledger).where(ledger.c.repo == repo).order_by(ledger.c.seq.desc()).limit(1)
    record = (await tx.execute(query)).mappings().first()
    return _line(record, {}).stamp().at if record else None


async def hash_at(tx: AsyncConnection, repo: int, seq: int) -> str | None:
    """Give the hash of one entry."""
    query = select(ledger.c.hash).where(ledger.c.repo == repo, ledger.c.seq == seq)
    return (await tx.execute(query)).scalar_one_or_none()


class Recorder:
    """Appends entries to one repository's ledger and folds them into the views."""

    def __init__(self, sheet: Sheet, cause: Cause, now: datetime, salt: Salt) -> None:
        """Take the sheet of the transaction, what caused the entries, and our own time."""
        self._sheet, self._cause, self._now, self._salt = sheet, cause, now, salt
        self._n = 0

    async def record(self, entries: Iterable[e.Entry]) -> None:
        """Append entries in order."""
        for entry in entries:
            await self._append(entry)

    async def _append(self, entry: e.Entry) -> None:
        before = await self._sheet.head()
        stamp = await self._stamp(before.seq + 1)
        line, kept = self._line(stamp, entry)
        hashed = chained(before.hash, line)
        self._sheet.append(self._row(stamp.seq, entry, line, hashed), self._texts(stamp.seq, kept))
        found = await self._sheet.load(touched(stamp, entry))
        self._sheet.put(fold(stamp, entry, found))
        self._n += 1

    async def _stamp(self, seq: int) -> e.Stamp:
        """Say where an entry stands, and in which month."""
        book = await self._sheet.one(Book) or Book()
        begins_at = book.month_begins_at
        return e.Stamp(
            seq,
            self._cause.at,
            self._cause.actor,
            self._cause.late,
            book.month,
            begins_at is not None and self._cause.at < begins_at,
            self._cause.where,
        )

    def _line(self, stamp: e.Stamp, entry: e.Entry) -> tuple[bytes, list[codec.KeptText]]:
        body = codec.plain(entry)
        kept = codec.take_texts(entry, body, self._salt(SALT_BYTES))
        line = {
            "v": codec.VERSION,
            "repository": self._sheet.repo,
            "seq": stamp.seq,
            "kind": type(entry).__name__,
            "at": codec.rfc3339(stamp.at),
            "actor": stamp.actor,
            "late": stamp.late,
            "month": stamp.month,
            "earlier": stamp.earlier,
            "where": stamp.where,
            "source": self._cause.source,
            "n": self._n,
            "entry": body,
        }
        return codec.canonical(line), kept

    def _row(self, seq: int, entry: e.Entry, line: bytes, hashed: str) -> dict[str, Any]:
        return {
            "repo": self._sheet.repo,
            "seq": seq,
            "source": self._cause.source,
            "n": self._n,
            "kind": type(entry).__name__,
            "issue": getattr(entry, "issue", None),
            "line": line,
            "hash": hashed,
            "recorded_at": self._now,
        }

    def _texts(self, seq: int, kept: Iterable[codec.KeptText]) -> list[dict[str, Any]]:
        place = {"repo": self._sheet.repo, "seq": seq}
        return [
            place | {"field": text.field, "salt": text.salt, "words": text.words} for text in kept
        ]


async def record(
    tx: AsyncConnection,
    repo: int,
    entries: Iterable[e.Entry],
    cause: Cause,
    now: datetime,
    salt: Salt,
) -> None:
    """Append entries and write them at once."""
    sheet = Sheet(tx, repo)
    await Recorder(sheet, cause, now, salt).record(entries)
    await sheet.finish()


async def lines(
    tx: AsyncConnection, repo: int, *, issue: int | None = None, after: int = 0
) -> AsyncIterator[Line]:
    """Walk a repository's ledger in order, a page at a time."""
    while True:
        query = select(ledger).where(ledger.c.repo == repo, ledger.c.seq > after)
        if issue is not None:
            query = query.where(ledger.c.issue == issue)
        page = (await tx.execute(query.order_by(ledger.c.seq).limit(PAGE))).mappings().all()
        if not page:
            return
        words = await _words(tx, repo, page[0]["seq"], page[-1]["seq"])
        for record in page:
            yield _line(record, words.get(record["seq"], {}))
        after = page[-1]["seq"]


async def lines_of(tx: AsyncConnection, repo: int, source: str) -> list[Line]:
    """Give the lines that one comment or event caused."""
    query = select(ledger).where(ledger.c.repo == repo, ledger.c.source == source)
    records = (await tx.execute(query.order_by(ledger.c.n))).mappings()
    return [_line(record, {}) for record in records]


def _line(record: Any, words: dict[str, str]) -> Line:
    return Line(
        record["seq"],
        record["source"],
        record["n"],
        record["kind"],
        record["issue"],
        record["line"],
        record["hash"],
        record["recorded_at"],
        words,
    )


async def words_of(tx: AsyncConnection, repo: int, seqs: tuple[int, ...]) -> dict[int, str]:
    """Give the free text beside these entries."""
    query = select(texts.c.seq, texts.c.words).where(texts.c.repo == repo, texts.c.seq.in_(seqs))
    return {seq: words for seq, words in await tx.execute(query)}  # noqa: C416 - a row is no pair to mypy


async def texts_of(tx: AsyncConnection, repo: int, seq: int) -> dict[str, tuple[bytes, str]]:
    """Give the free text beside one entry, with the salts (for `bursar verify`)."""
    query = select(texts).where(texts.c.repo == repo, texts.c.seq == seq)
    return {r["field"]: (r["salt"], r["words"]) for r in (await tx.execute(query)).mappings()}


async def repositories_with_entries(tx: AsyncConnection) -> tuple[int, ...]:
    """Name every repository that has a ledger."""
    return tuple((await tx.execute(select(lanes.c.repo).order_by(lanes.c.repo))).scalars())


async def _words(
    tx: AsyncConnection, repo: int, first: int, last: int
) -> dict[int, dict[str, str]]:
    query = select(texts.c.seq, texts.c.field, texts.c.words).where(
        texts.c.repo == repo, texts.c.seq.between(first, last)
    )
    found: dict[int, dict[str, str]] = {}
    for seq, field, words in await tx.execute(query):
        found.setdefault(seq, {})[field] = words
    return found
