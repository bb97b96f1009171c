"""How do storage and formats come together? `open_export` streams a ledger for pages and command line.

Rooms of one floor hand each other values through here. Every page of lines is a short transaction of
its own, so that a slow reader holds nothing up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.money import Money
from bot.domain.movements import EndKind
from bot.domain.panel import Position
from bot.domain.refs import Repo
from bot.exports import WRITINGS, Export
from bot.exports.parts import Header, Json, Place, Sum, Told
from bot.storage import public
from bot.storage.database import Database
from bot.storage.public import Extent
from bot.storage.readable import Names, PublicLine, PublicPlace, party, readable

CHUNK_CHARACTERS = 2**16
"""Text handed on at once: a network writes few large pieces faster than many small ones."""

Progress = Callable[[int, int], None]
"""Told how many of how many entries are written."""


class NotPublic(Exception):
    """The repository may not be shown to everybody, or not any more."""


class Opened(NamedTuple):
    """An export that is ready to be read: its media type, and its bytes."""

    content_type: str
    chunks: AsyncIterator[bytes]


async def open_export(
    database: Database,
    repo: Repo,
    form: str,
    since: date | None,
    until: date | None,
    now: datetime,
    web_url: str,
    public_url: str,
    *,
    only_public: bool = True,
    progress: Progress | None = None,
) -> Opened:
    """Begin to export a ledger.

    Args:
        database: where the ledger is kept.
        repo: whose ledger; GitHub was asked already whether it may be shown.
        form: one of `bot.exports.FORMATS`.
        since: first day (UTC) of recording; None: from the beginning.
        until: the day after the last one; None: everything.
        now: when this is.
        web_url: where GitHub's pages are.
        public_url: where this Bursar's pages are; may be empty.
        only_public: stop as soon as the repository is not public any more.
        progress: told as entries are written.

    Raises:
        NotPublic: it is not public (with `only_public`); while reading, it became private.
        NotReadable: while reading, a line was found altered.
    """
    source = _Source(database, repo, web_url, only_public, progress)
    async with source.reading() as tx:
        source.extent = await public.extent(tx, repo.id, _start(since), _start(until))
    header = Header(
        repo.id,
        repo.full_name,
        source.web,
        f"{public_url or web_url}/{repo.full_name}",
        now,
        source.extent.previous,
        source.extent.last,
        since,
        until,
    )
    writing = WRITINGS[form]
    return Opened(writing.content_type, _in_chunks(writing.write(source.export(header))))


_NOTHING = Extent(Position(0, ""), Position(0, ""))


@dataclass(slots=True)
class _Source:
    """One repository's ledger, read page by page."""

    database: Database
    repo: Repo
    web_url: str
    only_public: bool
    progress: Progress | None
    extent: Extent = _NOTHING

    @property
    def web(self) -> str:
        """Give where the repository is on GitHub."""
        return f"{self.web_url}/{self.repo.full_name}"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a short transaction; the repository may have become private since the last one."""
        async with self.database.read() as tx:
            if self.only_public and not await public.is_public(tx, self.repo.id):
                raise NotPublic
            yield tx

    def export(self, header: Header) -> Export:
        """Give everything that a format may ask for."""
        return Export(
            header,
            self._entries,
            self._issues,
            self._digests,
            self._places,
            self._currencies,
            self._opening,
        )

    async def _lines(self, after: int, last: int) -> AsyncIterator[tuple[PublicLine, Names]]:
        while after < last:
            async with self.reading() as tx:
                lines, names = await public.page(tx, self.repo.id, after, last)
            if not lines:
                return
            for line in lines:
                yield line, names
            after = lines[-1].line.seq

    async def _entries(self) -> AsyncIterator[Told]:
        first, last = self.extent.previous.seq, self.extent.last.seq
        async for line, names in self._lines(first, last):
            yield _told(line, names, self.web)
            seq = line.line.seq
            if self.progress and (seq % public.PAGE == 0 or seq == last):
                self.progress(seq - first, last - first)

    async def _issues(self) -> AsyncIterator[tuple[int, Json]]:
        after = 0
        while True:
            async with self.reading() as tx:
                found = await public.issues_after(tx, self.repo.id, after, self.extent.last.seq)
            if not found:
                return
            for after, number, title in found:
                yield after, {"number": number, "title": title}

    async def _digests(self) -> AsyncIterator[Json]:
        after, last = "", self.extent.last.seq
        while True:
            async with self.reading() as tx:
                found = await public.digests_after(tx, self.repo.id, after, last)
            if not found:
                return
            for digest in found:
                if digest["seq"] > self.extent.previous.seq:
                    yield digest
            after = found[-1]["month"]

    async def _places(self) -> AsyncIterator[Place]:
        after = 0
        while True:
            async with self.reading() as tx:
                found = await public.places_after(tx, self.repo.id, after)
            if not found:
                return
            for place in found:
                yield _place(place)
            after = found[-1].issue

    async def _currencies(self) -> AsyncIterator[str]:
        async with self.reading() as tx:
            found = await public.currencies(tx, self.repo.id)
        for currency in found:
            yield currency

    async def _opening(self) -> AsyncIterator[Sum]:
        """Add up what came before; this takes a row for each place, not for each entry."""
        there: Counter[tuple[int, str]] = Counter()
        async for line, _ in self._lines(0, self.extent.previous.seq):
            for move in getattr(line.entry, "moves", ()):
                for end, sign in ((move.source, -1), (move.target, 1)):
                    if end.kind is EndKind.FUND:
                        there[end.number, move.money.currency] += sign * move.money.minor
        async with self.reading() as tx:
            places = await public.places_of(tx, self.repo.id, {issue for issue, _ in there})
        for (issue, currency), minor in sorted(there.items()):
            if minor:
                yield Sum(_place(places[issue]), Money(minor, currency))


def _told(found: PublicLine, names: Names, web: str) -> Told:
    line, fund = found.line, getattr(found.entry, "fund", None)
    accounts = {n: names.accounts[n] for n in sorted(found.persons) if n in names.accounts}
    return Told(
        line.seq,
        line.hash,
        line.line,
        found.stamp,
        found.entry,
        readable(line, found.stamp, found.entry, names, web),
        {name: {"salt": salt.hex(), "words": words} for name, (salt, words) in found.texts.items()},
        {str(person): party(account) for person, account in accounts.items()},
        {person: account.login for person, account in accounts.items()},
        _place(names.places[fund]) if fund is not None else None,
    )


def _place(place: PublicPlace) -> Place:
    return Place(place.issue, place.number, place.is_order)


def _start(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


async def _in_chunks(pieces: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """Hand on text in pieces of a good size."""
    waiting: list[str] = []
    size = 0
    async for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= CHUNK_CHARACTERS:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()
