"""How does one entry change the views? `fold` is pure.

From an entry and the rows that it touches (`touched`) to those rows as they are afterwards. The worker
folds inside the transaction that records the entry; `bursar verify` folds the whole ledger again
and compares.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.domain import entries as e
from bot.domain.folding import heard, months
from bot.domain.folding.items import ItemEntry, fold_item
from bot.domain.folding.money import MoneyEntry, fold_money, fold_reversed, money_keys
from bot.domain.folding.orders import OrderEntry, fold_order
from bot.domain.folding.pledges import PledgeEntry, fold_made, fold_pledge, pledge_keys
from bot.domain.folding.pulls import PullEntry, fold_pull
from bot.domain.views import BOOK, Item, Key, Link, Order, Rows, book_of

__all__ = ["fold", "touched"]


def touched(stamp: e.Stamp, entry: e.Entry) -> tuple[Key, ...]:
    """Name the rows that must be at hand to fold this entry."""
    return (*heard.keys(stamp, entry), *_keys(entry), *months.keys(stamp, entry))


def fold(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Rows:
    """Bring the touched rows up to date with one entry."""
    now = heard.fold(stamp, entry, rows) | _fold(stamp, entry, rows)
    return now | months.fold(stamp, entry, rows)


def _keys(entry: e.Entry) -> tuple[Key, ...]:
    if isinstance(entry, e.PledgeMade | PledgeEntry):
        return pledge_keys(entry)
    if isinstance(entry, MoneyEntry | e.RecordReversed):
        return money_keys(entry)
    if isinstance(entry, OrderEntry):
        return ((Order, entry.issue),)
    if isinstance(entry, PullEntry):
        return ((Link, entry.pull),)
    if isinstance(entry, ItemEntry):
        return ((Item, entry.issue),)
    match entry:
        case e.RulesChanged():
            return (BOOK,)
        case e.Refused() | e.MonthOpened() | e.PullsNoted() | e.MonthClosed():
            return ()
        case _:
            assert_never(entry)


def _fold(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Rows:
    if isinstance(entry, e.PledgeMade):
        return fold_made(stamp, entry, rows)
    if isinstance(entry, PledgeEntry):
        return fold_pledge(stamp, entry, rows)
    if isinstance(entry, MoneyEntry):
        return fold_money(stamp, entry, rows)
    if isinstance(entry, OrderEntry):
        return {(Order, entry.issue): fold_order(stamp, entry, rows.get((Order, entry.issue)))}
    if isinstance(entry, PullEntry):
        return {(Link, entry.pull): fold_pull(stamp, entry, rows.get((Link, entry.pull)))}
    if isinstance(entry, ItemEntry):
        return {(Item, entry.issue): fold_item(stamp, entry, rows.get((Item, entry.issue)))}
    match entry:
        case e.RecordReversed():
            return fold_reversed(stamp, entry, rows)
        case e.RulesChanged():
            book = replace(book_of(rows), rules=entry.rules, rules_commit=entry.commit)
            return {BOOK: book}
        case e.Refused() | e.MonthOpened() | e.PullsNoted() | e.MonthClosed():
            return {}
        case _:
            assert_never(entry)
