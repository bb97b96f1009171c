"""Which lines of a ledger does somebody want to see who turns its pages, and what do they point at?

Everything here costs the same however long the ledger is: pages go by key, and a search for some
kinds of entry looks at so many lines at most and then says how far it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ledger import Line
from bot.storage.tables import (
    closings,
    corrections,
    issues,
    items,
    ledger,
    orders,
    pledges,
    records,
    texts,
)

LOOKED_AT = 2_000
"""Lines that one search looks at; some milliseconds, our own limit."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which lines are wanted: of these kinds, about this issue, within a range of numbers."""

    kinds: frozenset[str] = frozenset()
    """Empty: every kind."""
    issue: int | None = None
    """GitHub's issue id."""
    first: int = 1
    last: int | None = None
    corrections: bool = False
    """Only what takes something back, or came late: a view knows these, whatever their kinds."""


@dataclass(frozen=True, slots=True)
class Found:
    """Some lines, the newest first, and where others are."""

    lines: tuple[Line, ...]
    older: int | None
    """Look before this number for more; None: there are none."""
    newer: int | None
    """Look after this number for more; None: there are none."""
    unfinished: bool = False
    """Whether the search stopped at its limit before the page was full."""


async def before(
    tx: AsyncConnection, repo: int, sought: Sought, seq: int | None, size: int
) -> Found:
    """Give the newest lines older than `seq`, or the newest there are."""
    seqs, reached = await _search(tx, repo, sought, seq, size, newest_first=True)
    more = seqs[size - 1] if len(seqs) > size else reached
    newer = None if seq is None else seq - 1
    return Found(
        await lines_at(tx, repo, seqs[:size]), more, newer, len(seqs) <= size and more is not None
    )


async def after(tx: AsyncConnection, repo: int, sought: Sought, seq: int, size: int) -> Found:
    """Give the oldest lines newer than `seq`, newest first as everywhere."""
    seqs, reached = await _search(tx, repo, sought, seq, size, newest_first=False)
    more = seqs[size - 1] if len(seqs) > size else reached
    return Found(
        await lines_at(tx, repo, seqs[:size]), seq + 1, more, len(seqs) <= size and more is not None
    )


async def lines_at(tx: AsyncConnection, repo: int, seqs: Iterable[int]) -> tuple[Line, ...]:
    """Give these lines, the newest first, with the words beside them."""
    wanted = tuple(seqs)
    if not wanted:
        return ()
    words = await _words(tx, repo, wanted)
    query = select(ledger).where(ledger.c.repo == repo, ledger.c.seq.in_(wanted))
    records_found = (await tx.execute(query.order_by(ledger.c.seq.desc()))).mappings()
    return tuple(_line(each, words.get(each["seq"], {})) for each in records_found)


# --- what they point at -----------------------------------------------------------------------


class PlaceKind(StrEnum):
    """What an issue is to us."""

    ITEM = "item"
    ORDER = "order"
    GONE = "gone"
    """It was deleted or moved: nothing can be shown of it."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Spot:
    """An issue by its number, and what it is to us."""

    number: int
    kind: PlaceKind


async def spots(tx: AsyncConnection, repo: int, wanted: Iterable[int]) -> dict[int, Spot]:
    """Give number and kind of some issues, by GitHub's ids; those never heard of are left out."""
    ids = set(wanted)
    mirrored = select(issues.c.id, issues.c.number).where(
        issues.c.repo == repo, issues.c.id.in_(ids)
    )
    found = {row[0]: Spot(row[1], PlaceKind.OTHER) for row in await tx.execute(mirrored)}
    of_items = select(items.c.issue, items.c.number, items.c.closed_as).where(
        items.c.repo == repo, items.c.issue.in_(ids)
    )
    for issue, number, closed_as in await tx.execute(of_items):
        gone = closed_as in {"deleted", "transferred"}
        found[issue] = Spot(number, PlaceKind.GONE if gone else PlaceKind.ITEM)
    of_orders = select(orders.c.issue, orders.c.number, orders.c.is_gone).where(
        orders.c.repo == repo, orders.c.issue.in_(ids)
    )
    for issue, number, is_gone in await tx.execute(of_orders):
        found[issue] = Spot(number, PlaceKind.GONE if is_gone else PlaceKind.ORDER)
    return found


async def issue_numbered(tx: AsyncConnection, repo: int, number: int) -> int | None:
    """Give GitHub's id of the item, work order or other issue with this number."""
    for table, column in ((items, items.c.issue), (orders, orders.c.issue), (issues, issues.c.id)):
        query = select(column).where(table.c.repo == repo, table.c.number == number)
        found: int | None = (await tx.execute(query.limit(1))).scalar_one_or_none()
        if found is not None:
            return found
    return None


async def pledge_comments(
    tx: AsyncConnection, repo: int, numbers: Iterable[int | None]
) -> dict[int, tuple[int, int]]:
    """Say where pledges were made: number to issue id and comment."""
    query = select(pledges.c.pledge, pledges.c.issue, pledges.c.comment)
    return await _comments(
        tx, query.where(pledges.c.repo == repo, pledges.c.pledge.in_(set(numbers)))
    )


async def record_comments(
    tx: AsyncConnection, repo: int, numbers: Iterable[int | None]
) -> dict[int, tuple[int, int]]:
    """Say where receipts and payments were recorded: number to issue id and comment."""
    query = select(records.c.record, records.c.issue, records.c.comment)
    return await _comments(
        tx, query.where(records.c.repo == repo, records.c.record.in_(set(numbers)))
    )


# --- months -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Closed:
    """A month that is over; its lines go from `first` to `last`."""

    month: str
    first: int
    last: int
    quiet: bool


async def closed_months(
    tx: AsyncConnection, repo: int, size: int, *, before: str | None = None
) -> tuple[Closed, ...]:
    """Give the newest months that are over, or those before another one, newest first."""
    newest = _months(repo).limit(size + 1)
    if before is not None:
        newest = newest.where(closings.c.month < before)
    return _with_starts((await tx.execute(newest)).all())[:size]


async def closed_month(tx: AsyncConnection, repo: int, month: str) -> Closed | None:
    """Give one month that is over."""
    query = _months(repo).where(closings.c.month <= month).limit(2)
    found = _with_starts((await tx.execute(query)).all())
    return found[0] if found and found[0].month == month else None


def _months(repo: int) -> Select[Any]:
    query = select(closings.c.month, closings.c.seq, closings.c.quiet)
    return query.where(closings.c.repo == repo).order_by(closings.c.month.desc())


def _with_starts(found: Sequence[Any]) -> tuple[Closed, ...]:
    """Let each month begin where the one before it ended; these are the newest first."""
    ends = [*(row.seq for row in found[1:]), 0]
    return tuple(
        Closed(row.month, end + 1, row.seq, bool(row.quiet))
        for row, end in zip(found, ends, strict=False)
    )


# --- pieces -----------------------------------------------------------------------------------


async def _search(
    tx: AsyncConnection,
    repo: int,
    sought: Sought,
    seq: int | None,
    size: int,
    *,
    newest_first: bool,
) -> tuple[list[int], int | None]:
    """Give one number more than a page has, and how far we looked if that is not the end."""
    looking = _range(repo, sought, seq, newest_first=newest_first)
    if sought.corrections or not sought.kinds:
        return list((await tx.execute(looking.limit(size + 1))).scalars()), None
    looked = (await tx.execute(looking.add_columns(ledger.c.kind).limit(LOOKED_AT))).all()
    found = [row[0] for row in looked if row[1] in sought.kinds]
    reached = looked[-1][0] if len(looked) == LOOKED_AT else None
    return found[: size + 1], reached


def _range(repo: int, sought: Sought, seq: int | None, *, newest_first: bool) -> Select[Any]:
    """Query the numbers of lines in order, from `seq` on."""
    table = corrections if sought.corrections else ledger
    number = table.c.seq
    query = select(number).where(table.c.repo == repo, number >= sought.first)
    if sought.last is not None:
        query = query.where(number <= sought.last)
    if sought.issue is not None:
        query = query.where(table.c.issue == sought.issue)
    if seq is not None:
        query = query.where(number < seq if newest_first else number > seq)
    return query.order_by(number.desc() if newest_first else number)


async def _words(
    tx: AsyncConnection, repo: int, seqs: tuple[int, ...]
) -> dict[int, dict[str, str]]:
    query = select(texts.c.seq, texts.c.field, texts.c.words).where(
        texts.c.repo == repo, texts.c.seq.in_(seqs)
    )
    found: dict[int, dict[str, str]] = {}
    for seq, field, words in await tx.execute(query):
        found.setdefault(seq, {})[field] = words
    return found


def _line(record: Mapping[Any, Any], words: dict[str, str]) -> Line:
    kept = {f.name: record[f.name] for f in fields(Line) if f.name != "words"}
    return Line(**kept, words=words)


async def _comments(tx: AsyncConnection, query: Select[Any]) -> dict[int, tuple[int, int]]:
    return {row[0]: (row[1], row[2]) for row in await tx.execute(query)}
