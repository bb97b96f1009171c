"""How does a record of money change funds and accounts?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.domain import entries as e
from bot.domain.folding.adding import added
from bot.domain.movements import COLUMNS, Column, End, EndKind, Movement, RecordKind
from bot.domain.views import BOOK, Account, Fund, Key, Overall, Record, Rows, book_of

MoneyEntry = e.MoneyReceived | e.MoneyPaid | e.MoneyPaidDirectly | e.MoneyRefunded

_KINDS: dict[type[MoneyEntry], RecordKind] = {
    e.MoneyReceived: RecordKind.RECEIVED,
    e.MoneyPaid: RecordKind.PAID,
    e.MoneyPaidDirectly: RecordKind.DIRECT,
    e.MoneyRefunded: RecordKind.REFUNDED,
}


def money_keys(entry: MoneyEntry | e.RecordReversed) -> tuple[Key, ...]:
    """Name the rows that a record of money touches."""
    ends: list[Key] = []
    for move in entry.moves:
        currency = move.money.currency
        ends += [(Fund, entry.fund, currency), (Overall, currency)]
        ends += [_account(end, currency) for end in _outer(move)]
    return ((Record, entry.record), BOOK, *ends)


def fold_money(stamp: e.Stamp, entry: MoneyEntry, rows: Rows) -> Rows:
    """Add a record, and move its money."""
    return {
        (Record, entry.record): _record(stamp, entry),
        BOOK: replace(book_of(rows), records=entry.record),
        **_moved(entry.fund, entry.moves, entry.unmatched, rows),
    }


def fold_reversed(stamp: e.Stamp, entry: e.RecordReversed, rows: Rows) -> Rows:
    """Take a record back; it stays, marked."""
    row = rows.get((Record, entry.record))
    if not isinstance(row, Record):
        message = f"entry {stamp.seq} takes back R-{entry.record}, which was never recorded"
        raise TypeError(message)
    return {
        (Record, entry.record): replace(row, reversed_by=stamp.seq),
        **_moved(entry.fund, entry.moves, entry.unmatched, rows),
    }


def _moved(fund: int, moves: Iterable[Movement], unmatched: int, rows: Rows) -> Rows:
    changed: Rows = {}
    for n, move in enumerate(moves):
        column = COLUMNS[move.source.kind, move.target.kind]
        more = {column.value: move.money.minor, "unmatched": unmatched if n == 0 else 0}
        currency = move.money.currency
        keys: tuple[Key, ...] = ((Fund, fund, currency), (Overall, currency))
        for key in keys:
            changed[key] = added(key, more, changed, rows)
        for end in _outer(move):
            key = _account(end, currency)
            changed[key] = added(key, {_side(move): _gained(end, move)}, changed, rows)
    return changed


def _side(move: Movement) -> str:
    """Name the column of an account; what was paid directly stands apart."""
    direct = COLUMNS[move.source.kind, move.target.kind] is Column.DIRECT
    return "direct" if direct else "minor"


def _gained(end: End, move: Movement) -> int:
    return move.money.minor if end is move.target else -move.money.minor


def _account(end: End, currency: str) -> Key:
    return (Account, end.kind, end.number, currency)


def _outer(move: Movement) -> list[End]:
    return [end for end in (move.source, move.target) if end.kind is not EndKind.FUND]


def _record(stamp: e.Stamp, entry: MoneyEntry) -> Record:
    first = entry.moves[0]
    ends = {end.kind: end.number for end in (first.source, first.target)}
    return Record(
        record=entry.record,
        kind=_KINDS[type(entry)],
        issue=entry.issue,
        fund=entry.fund,
        minor=first.money.minor,
        currency=first.money.currency,
        fee=sum(move.money.minor for move in entry.moves[1:]),
        funder=ends.get(EndKind.FUNDER),
        payee=ends.get(EndKind.PAYEE),
        pledge=entry.pledge,
        settles_minor=entry.settles.minor if entry.settles else None,
        settles_currency=entry.settles.currency if entry.settles else None,
        unmatched=entry.unmatched,
        day=entry.day,
        comment=entry.comment,
        at=stamp.at,
        seq=stamp.seq,
        alone=entry.alone,
    )
