"""How does one entry change the views? `fold` is pure.

From an entry and the rows that it touches (`touched`) to those rows as they are afterwards. The worker
folds inside the transaction that records the entry; `bursar verify` folds the whole ledger again
and compares.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import entries as e
from bot.domain.stages import UNPAID, Stage
from bot.domain.views import BOOK, Book, Item, Key, Pledge, Row, Rows, Total, Unpaid

PledgeEntry = (
    e.PledgeAccepted
    | e.PledgeDeclined
    | e.PledgeWithdrawn
    | e.PledgeReplaced
    | e.PledgeSent
    | e.PledgeFellDue
    | e.PledgeExpired
    | e.PledgeLapsed
)
ItemEntry = (
    e.ItemLabelled
    | e.ItemUnlabelled
    | e.ItemClosed
    | e.ItemReopened
    | e.ItemGone
    | e.ItemEnded
    | e.GoalSet
)


def touched(entry: e.Entry) -> tuple[Key, ...]:
    """Name the rows that must be at hand to fold this entry."""
    match entry:
        case e.PledgeMade() | e.PledgeEntry():
            currency = entry.money.currency
            return (
                (Item, entry.issue),
                (Pledge, entry.pledge),
                (Total, entry.issue, currency),
                (Unpaid, entry.pledger, currency),
                BOOK,
            )
        case e.RulesChanged():
            return (BOOK,)
        case e.Refused():
            return ()
        case _:
            return ((Item, entry.issue),)


def fold(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Rows:
    """Bring the touched rows up to date with one entry."""
    match entry:
        case e.Refused():
            return {}
        case e.RulesChanged():
            book = _book(rows)
            return {BOOK: replace(book, rules=entry.rules, rules_commit=entry.commit)}
        case e.PledgeMade():
            return _fold_made(stamp, entry, rows)
        case e.PledgeEntry():
            return _fold_pledge(stamp, entry, rows)
        case _:
            item = _fold_item(stamp, entry, rows.get((Item, entry.issue)))
            return {(Item, entry.issue): item}


def _book(rows: Rows) -> Book:
    row = rows.get(BOOK)
    return row if isinstance(row, Book) else Book()


# --- items ------------------------------------------------------------------------------------


def _fold_item(stamp: e.Stamp, entry: ItemEntry, row: Row | None) -> Item:
    if isinstance(entry, e.ItemLabelled):
        old = row if isinstance(row, Item) else Item(entry.issue, entry.number)
        return replace(
            old,
            on_roadmap=True,
            labelled_by=stamp.actor if entry.by is None else entry.by,
            ends_at=_unless_closed(old),
            told_at=_later(old.told_at, stamp.at),
        )
    if not isinstance(row, Item):
        message = f"entry {stamp.seq} speaks of an issue that was never a roadmap item"
        raise TypeError(message)
    if isinstance(entry, e.ItemUnlabelled | e.ItemClosed | e.ItemReopened | e.ItemGone):
        row = replace(row, told_at=_later(row.told_at, stamp.at))
    match entry:
        case e.ItemUnlabelled():
            return replace(row, on_roadmap=False, ends_at=row.ends_at or entry.expires_at)
        case e.ItemClosed():
            return replace(
                row,
                is_open=False,
                completed=entry.completed,
                closed_as=entry.reason,
                ends_at=row.ends_at or entry.expires_at,
            )
        case e.ItemReopened():
            ends_at = None if row.on_roadmap else row.ends_at
            return replace(row, is_open=True, completed=False, closed_as=None, ends_at=ends_at)
        case e.ItemGone():
            ends_at = row.ends_at or entry.expires_at
            return replace(
                row, on_roadmap=False, is_open=False, closed_as=entry.how, ends_at=ends_at
            )
        case e.ItemEnded():
            return replace(row, ends_at=None)
        case e.GoalSet():
            return replace(
                row,
                goal_minor=entry.goal.minor if entry.goal else None,
                goal_currency=entry.goal.currency if entry.goal else None,
                decided_at=_later(row.decided_at, stamp.at),
                steward_at=_later(row.steward_at, stamp.at),
            )
        case _:
            assert_never(entry)


def _unless_closed(item: Item) -> datetime | None:
    """Keep the end of an item that was closed as not planned; a label alone does not revive it."""
    return None if item.is_open or item.closed_as == "completed" else item.ends_at


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one


def _heard(rows: Rows, entry: e.PledgeMade | PledgeEntry, stamp: e.Stamp) -> Item:
    """Note on the item when somebody, or a steward, was last decided here."""
    item = rows[(Item, entry.issue)]
    assert isinstance(item, Item)
    if not isinstance(entry, e.PledgeMade | e.PledgeWithdrawn | e.PledgeSent | STEWARD_ENTRIES):
        return item
    steward_at = item.steward_at
    if isinstance(entry, STEWARD_ENTRIES):
        steward_at = _later(steward_at, stamp.at)
    told = item.first_offer_told or entry.now is Stage.OFFERED
    decided_at = _later(item.decided_at, stamp.at)
    return replace(item, decided_at=decided_at, steward_at=steward_at, first_offer_told=told)


STEWARD_ENTRIES = e.PledgeAccepted | e.PledgeDeclined


# --- pledges ----------------------------------------------------------------------------------


def _fold_made(stamp: e.Stamp, entry: e.PledgeMade, rows: Rows) -> Rows:
    on_completion = all(due.on_completion for due in entry.dues)
    pledge = Pledge(
        pledge=entry.pledge,
        issue=entry.issue,
        pledger=entry.pledger,
        funder=entry.funder,
        minor=entry.money.minor,
        currency=entry.money.currency,
        on_completion=on_completion,
        until=entry.until,
        stage=entry.now,
        comment=entry.comment,
        made_at=stamp.at,
        changed_at=stamp.at,
        seq=stamp.seq,
        deadline=entry.expires_at,
    )
    return {
        (Pledge, entry.pledge): pledge,
        BOOK: replace(_book(rows), pledges=entry.pledge),
        **_sums(stamp, entry, rows, was=None, on_completion=on_completion),
    }


def _fold_pledge(stamp: e.Stamp, entry: PledgeEntry, rows: Rows) -> Rows:
    row = rows.get((Pledge, entry.pledge))
    if not isinstance(row, Pledge):
        message = f"entry {stamp.seq} speaks of P-{entry.pledge}, which was never made"
        raise TypeError(message)
    moved = replace(row, stage=entry.now, was=entry.was, changed_at=stamp.at, seq=stamp.seq)
    return {
        (Pledge, entry.pledge): _particulars(stamp, entry, moved),
        **_sums(stamp, entry, rows, was=entry.was, on_completion=entry.on_completion),
    }


def _particulars(stamp: e.Stamp, entry: PledgeEntry, row: Pledge) -> Pledge:
    match entry:
        case e.PledgeAccepted():
            return replace(row, deadline=entry.expires_at)
        case e.PledgeFellDue():
            lapses_at = None if row.sent_at else entry.lapses_at
            return replace(row, deadline=lapses_at, due_at=stamp.at)
        case e.PledgeSent():
            return replace(row, deadline=None, sent_at=stamp.at)
        case e.PledgeReplaced():
            return replace(row, deadline=None, replaced_by=entry.by_pledge)
        case e.PledgeExpired():
            return replace(row, deadline=None, because=entry.because)
        case e.PledgeDeclined() | e.PledgeWithdrawn() | e.PledgeLapsed():
            return replace(row, deadline=None)
        case _:
            assert_never(entry)


# --- sums -------------------------------------------------------------------------------------


def _sums(
    stamp: e.Stamp,
    entry: e.PledgeMade | PledgeEntry,
    rows: Rows,
    *,
    was: Stage | None,
    on_completion: bool,
) -> Rows:
    minor, currency = entry.money.minor, entry.money.currency
    total_key: Key = (Total, entry.issue, currency)
    unpaid_key: Key = (Unpaid, entry.pledger, currency)
    total, unpaid = rows.get(total_key), rows.get(unpaid_key)
    total = total if isinstance(total, Total) else Total(entry.issue, currency)
    unpaid = unpaid if isinstance(unpaid, Unpaid) else Unpaid(entry.pledger, currency)
    if was is not None:
        total = _add(total, _column(was, on_completion=on_completion), -minor, -1)
    total = _add(total, _column(entry.now, on_completion=on_completion), minor, 1)
    change = (minor if entry.now in UNPAID else 0) - (minor if was in UNPAID else 0)
    return {
        (Item, entry.issue): _heard(rows, entry, stamp),
        total_key: total,
        unpaid_key: replace(unpaid, minor=unpaid.minor + change),
    }


def _column(stage: Stage, *, on_completion: bool) -> str | None:
    """Name the column that a stage counts in; ended pledges are in no total."""
    match stage:
        case Stage.OFFERED:
            return "offered"
        case Stage.STANDING:
            return "completion" if on_completion else "standing"
        case Stage.DUE:
            return "due"
        case Stage.LAPSED:
            return "lapsed"
        case Stage.WITHDRAWN | Stage.DECLINED | Stage.EXPIRED | Stage.REPLACED:
            return None
        case _:
            assert_never(stage)


def _add(total: Total, column: str | None, minor: int, count: int) -> Total:
    if column is None:
        return total
    counter = f"{column}_count"
    return replace(
        total,
        **{column: getattr(total, column) + minor, counter: getattr(total, counter) + count},
    )
