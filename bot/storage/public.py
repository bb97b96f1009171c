"""What of a ledger may anybody have, and how is it read page by page?

The lines themselves, the words beside them with their salts, and the names of today. Every page is a
short transaction of its own: a slow reader holds nothing up, and what the ledger says does not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import entries as e
from bot.domain.panel import Position
from bot.domain.refs import Account
from bot.storage import ledger, people
from bot.storage.ledger import Line
from bot.storage.readable import Names, PublicLine, PublicPlace, read_line
from bot.storage.tables import digests, funds, issues, items, orders, repositories, texts
from bot.storage.tables import ledger as lines

PAGE = 250
"""Lines, issues or places read at once."""

KEYS_AT_ONCE = 5000
"""Keys in one question; SQLite takes 32,766 (https://www.sqlite.org/limits.html, number 9)."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of a ledger without gaps: the entries after `previous`, up to `last`."""

    previous: Position
    last: Position


async def is_public(tx: AsyncConnection, repo: int) -> bool:
    """Tell whether a repository may be shown to everybody, as far as we were told."""
    query = select(repositories.c.id).where(
        repositories.c.id == repo,
        repositories.c.private.is_(False),
        repositories.c.removed.is_(False),
    )
    return (await tx.execute(query)).first() is not None


# --- which part -------------------------------------------------------------------------------


async def extent(
    tx: AsyncConnection, repo: int, since: datetime | None, until: datetime | None
) -> Extent:
    """Find the entries recorded in a half-open period; time of recording only grows."""
    last = await ledger.position(tx, repo)
    first = await _first_from(tx, repo, since, last.seq) if since else 1
    end = await _first_from(tx, repo, until, last.seq) if until else last.seq + 1
    end = max(first, end)
    return Extent(await _position(tx, repo, first - 1), await _position(tx, repo, end - 1))


async def _first_from(tx: AsyncConnection, repo: int, moment: datetime, last: int) -> int:
    """Find the first entry recorded at or after a moment, by halving: a look at each would take long."""
    low, high = 1, last + 1
    while low < high:
        middle = (low + high) // 2
        query = select(lines.c.recorded_at).where(lines.c.repo == repo, lines.c.seq == middle)
        recorded_at = (await tx.execute(query)).scalar_one_or_none()
        if recorded_at is None or recorded_at >= moment:
            high = middle
        else:
            low = middle + 1
    return low


async def _position(tx: AsyncConnection, repo: int, seq: int) -> Position:
    return Position(seq, await ledger.hash_at(tx, repo, seq) or "")


# --- pages ------------------------------------------------------------------------------------


async def page(
    tx: AsyncConnection, repo: int, after: int, last: int
) -> tuple[tuple[PublicLine, ...], Names]:
    """Read the next lines after an entry, and the names in them.

    Raises:
        NotReadable: a line was altered so that it says nothing.
    """
    found = await _next(tx, repo, after, last)
    if not found:
        return (), Names()
    beside = await _texts(tx, repo, found[0].seq, found[-1].seq)
    read = tuple(read_line(line, beside.get(line.seq, {})) for line in found)
    return read, await _names(tx, repo, read)


async def issues_after(
    tx: AsyncConnection, repo: int, after: int, last: int
) -> tuple[tuple[int, int, str], ...]:
    """Give id, number and title of the next issues that the ledger speaks of."""
    spoken_of = (
        select(lines.c.seq)
        .where(lines.c.repo == repo, lines.c.issue == issues.c.id, lines.c.seq <= last)
        .exists()
    )
    query = (
        select(issues.c.id, issues.c.number, issues.c.title)
        .where(issues.c.repo == repo, issues.c.id > after, spoken_of)
        .order_by(issues.c.id)
        .limit(PAGE)
    )
    return tuple((r.id, r.number, r.title) for r in await tx.execute(query))


async def digests_after(
    tx: AsyncConnection, repo: int, after: str, last: int
) -> tuple[dict[str, Any], ...]:
    """Give the next digest, in order of months; each is long, so one at a time."""
    shown = ("month", "seq", "hash", "title", "words", "issue")
    query = (
        select(*(digests.c[name] for name in shown))
        .where(digests.c.repo == repo, digests.c.month > after, digests.c.seq <= last)
        .order_by(digests.c.month)
        .limit(1)
    )
    return tuple(dict(record) for record in (await tx.execute(query)).mappings())


async def places_after(tx: AsyncConnection, repo: int, after: int) -> tuple[PublicPlace, ...]:
    """Give the next places where money ever lay."""
    query = (
        select(funds.c.issue)
        .where(funds.c.repo == repo, funds.c.issue > after)
        .distinct()
        .order_by(funds.c.issue)
        .limit(PAGE)
    )
    found = (await tx.execute(query)).scalars().all()
    places = await places_of(tx, repo, found)
    return tuple(places[issue] for issue in found)


async def currencies(tx: AsyncConnection, repo: int) -> tuple[str, ...]:
    """Give the currencies in which money was recorded: at most as many as there are."""
    query = select(funds.c.currency).where(funds.c.repo == repo).distinct()
    return tuple((await tx.execute(query.order_by(funds.c.currency))).scalars())


async def places_of(
    tx: AsyncConnection, repo: int, wanted: Iterable[int]
) -> dict[int, PublicPlace]:
    """Say which of these issues are items and which work orders, and their numbers."""
    found = {issue: PublicPlace(issue, None, is_order=False) for issue in wanted}
    for table, is_order in ((items, False), (orders, True)):
        for some in _chunks(found):
            query = select(table.c.issue, table.c.number)
            query = query.where(table.c.repo == repo, table.c.issue.in_(some))
            for issue, number in await tx.execute(query):
                found[issue] = PublicPlace(issue, number, is_order)
    return found


# --- reading ----------------------------------------------------------------------------------


async def _next(tx: AsyncConnection, repo: int, after: int, last: int) -> list[Line]:
    query = select(lines).where(lines.c.repo == repo, lines.c.seq > after, lines.c.seq <= last)
    records = (await tx.execute(query.order_by(lines.c.seq).limit(PAGE))).mappings().all()
    return [
        Line(**{name: value for name, value in record.items() if name != "repo"}, words={})
        for record in records
    ]


async def _texts(
    tx: AsyncConnection, repo: int, first: int, last: int
) -> dict[int, dict[str, tuple[bytes, str]]]:
    query = select(texts).where(texts.c.repo == repo, texts.c.seq.between(first, last))
    found: dict[int, dict[str, tuple[bytes, str]]] = {}
    for r in (await tx.execute(query)).mappings():
        found.setdefault(r["seq"], {})[r["field"]] = (r["salt"], r["words"])
    return found


async def _names(tx: AsyncConnection, repo: int, read: Iterable[PublicLine]) -> Names:
    persons: set[int] = set()
    wanted: set[int] = set()
    for each in read:
        persons |= each.persons
        wanted |= _issues_in(each.entry)
    accounts: dict[int, Account] = {}
    for some in _chunks(persons):
        accounts |= await people.accounts(tx, some)
    numbers: dict[int, int] = {}
    for some in _chunks(wanted):
        query = select(issues.c.id, issues.c.number)
        query = query.where(issues.c.repo == repo, issues.c.id.in_(some))
        numbers |= {issue: number for issue, number in await tx.execute(query)}  # noqa: C416 - a row is no pair to mypy
    return Names(accounts, numbers, await places_of(tx, repo, wanted))


def _issues_in(entry: e.Entry) -> set[int]:
    named = (getattr(entry, name, None) for name in ("issue", "fund"))
    return {issue for issue in named if issue is not None}


def _chunks(keys: Iterable[int]) -> list[list[int]]:
    every = sorted(keys)
    return [every[n : n + KEYS_AT_ONCE] for n in range(0, len(every), KEYS_AT_ONCE)]
