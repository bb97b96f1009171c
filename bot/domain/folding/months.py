"""What does an entry add to its month, and what of it belongs to an earlier one?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain import entries as e
from bot.domain.figures import Correction
from bot.domain.folding.adding import added
from bot.domain.money import Money
from bot.domain.movements import COLUMNS, EndKind, Movement
from bot.domain.stages import Stage
from bot.domain.views import (
    BOOK,
    Closing,
    Gift,
    Key,
    Month,
    NotedPull,
    Pledge,
    Rows,
    book_of,
)

MonthEntry = e.MonthOpened | e.PullsNoted | e.MonthClosed

SILENT = frozenset({"MonthOpened", "PullsNoted", "MonthClosed", "RulesChanged", "Refused"})
"""Kinds of entries that nobody would want to read of: a month with no others is a quiet one."""

CONSEQUENCES = (
    e.PledgeReplaced
    | e.PledgeFellDue
    | e.PledgeSplit
    | e.PledgeDrawn
    | e.PledgeReleased
    | e.LapsePutOff
    | e.PledgeSettled
    | e.PledgeUnsettled
    | e.PledgeRefunded
    | e.PledgeUnrefunded
)
"""Entries that follow from another one, which tells of what was late or corrected."""

_FLOWS = {
    Stage.WITHDRAWN: "withdrawn",
    Stage.DECLINED: "declined",
    Stage.EXPIRED: "expired",
    Stage.DUE: "fell_due",
    Stage.LAPSED: "lapsed",
}
"""What a month counts when a pledge reaches a stage."""

_MONEY = e.MoneyReceived | e.MoneyPaid | e.MoneyPaidDirectly | e.MoneyRefunded | e.RecordReversed


@dataclass(frozen=True, slots=True)
class _Flow:
    """What is added to a row."""

    key: Key
    more: dict[str, int]


def keys(stamp: e.Stamp, entry: e.Entry) -> tuple[Key, ...]:
    """Name the rows about months that an entry touches."""
    if isinstance(entry, MonthEntry):
        return _keys_of_months(entry)
    flows: list[Key] = []
    if isinstance(entry, e.PledgeMade | e.PledgeEntry):
        flows = [(Month, stamp.month, entry.money.currency)]
    elif isinstance(entry, _MONEY):
        flows = [flow.key for flow in _of_money(stamp, entry)]
    return tuple(dict.fromkeys(flows))


def fold(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Rows:
    """Bring the rows about months up to date with one entry."""
    if isinstance(entry, MonthEntry):
        return _fold_month(stamp, entry, rows)
    changed: Rows = {}
    for flow in _flows(stamp, entry, rows):
        changed[flow.key] = added(flow.key, flow.more, changed, rows)
    if corrects(stamp, entry):
        changed[Correction, stamp.seq] = _correction(stamp, entry)
    return changed


def corrects(stamp: e.Stamp, entry: e.Entry) -> bool:
    """Tell whether an entry takes something back, or tells of an earlier month."""
    if isinstance(entry, CONSEQUENCES) or type(entry).__name__ in SILENT:
        return False
    if isinstance(entry, e.RecordReversed) or stamp.earlier:
        return True
    day = getattr(entry, "day", None)
    return day is not None and f"{day:%Y-%m}" < stamp.month


# --- flows ------------------------------------------------------------------------------------


def _flows(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Iterator[_Flow]:
    if isinstance(entry, e.PledgeMade):
        key: Key = (Month, stamp.month, entry.money.currency)
        yield _Flow(key, {"made": entry.money.minor, "made_count": 1})
    elif isinstance(entry, e.PledgeEntry):
        yield from _of_pledge(stamp, entry, rows)
    elif isinstance(entry, _MONEY):
        yield from _of_money(stamp, entry)


def _of_pledge(stamp: e.Stamp, entry: e.PledgeEntry, rows: Rows) -> Iterator[_Flow]:
    """Count a pledge that reached a stage, with what was still to be paid of it."""
    name = _FLOWS.get(entry.now)
    before = rows.get((Pledge, entry.pledge))
    if name is None or entry.was is entry.now or not isinstance(before, Pledge):
        return
    if entry.now is Stage.DUE and before.due_seq is not None:
        return  # it was due before, and its receipt was taken back
    key: Key = (Month, stamp.month, entry.money.currency)
    yield _Flow(key, {name: before.outstanding, f"{name}_count": 1})


def _of_money(stamp: e.Stamp, entry: _MONEY) -> Iterator[_Flow]:
    for n, move in enumerate(entry.moves):
        column = COLUMNS[move.source.kind, move.target.kind]
        key: Key = (Month, stamp.month, move.money.currency)
        unmatched = entry.unmatched if n == 0 else 0
        yield _Flow(key, {column.value: move.money.minor, "unmatched": unmatched})
        yield from _gift(stamp, move)


def _gift(stamp: e.Stamp, move: Movement) -> Iterator[_Flow]:
    for end, sign in ((move.source, 1), (move.target, -1)):
        if end.kind is EndKind.FUNDER:
            key: Key = (Gift, stamp.month, end.number, move.money.currency)
            yield _Flow(key, {"minor": sign * move.money.minor})


# --- months -----------------------------------------------------------------------------------


def _keys_of_months(entry: MonthEntry) -> tuple[Key, ...]:
    match entry:
        case e.MonthOpened():
            return (BOOK,)
        case e.PullsNoted():
            return tuple((NotedPull, pull.pull) for pull in entry.pulls)
        case e.MonthClosed():
            return (BOOK, (Closing, entry.month))
        case _:
            assert_never(entry)


def _fold_month(stamp: e.Stamp, entry: MonthEntry, rows: Rows) -> Rows:
    match entry:
        case e.MonthOpened():
            opened = replace(
                book_of(rows),
                month=entry.month,
                month_begins_at=entry.begins_at,
                month_ends_at=entry.ends_at,
            )
            return {BOOK: replace(opened, first_month=opened.first_month or entry.month)}
        case e.PullsNoted():
            return {(NotedPull, pull.pull): pull for pull in entry.pulls}
        case e.MonthClosed(month=month, figures=figures):
            book = book_of(rows)
            closing = Closing(
                month, stamp.seq, figures.begins_at, figures.ends_at, figures.quiet, figures
            )
            closed = replace(book, closed=stamp.seq, pledges_before=book.pledges)
            return {BOOK: closed, (Closing, month): closing}
        case _:
            assert_never(entry)


# --- corrections ------------------------------------------------------------------------------


def _correction(stamp: e.Stamp, entry: e.Entry) -> Correction:
    money = _money(entry)
    return Correction(
        seq=stamp.seq,
        month=stamp.month,
        kind=type(entry).__name__,
        at=stamp.at,
        day=getattr(entry, "day", None),
        issue=getattr(entry, "issue", None),
        pledge=getattr(entry, "pledge", None),
        record=getattr(entry, "record", None),
        minor=money.minor if money else None,
        currency=money.currency if money else None,
        comment=getattr(entry, "comment", None) or None,
    )


def _money(entry: e.Entry) -> Money | None:
    """Give the amount that moved, or that was promised."""
    moves: tuple[Movement, ...] = getattr(entry, "moves", ())
    return moves[0].money if moves else getattr(entry, "money", None)
