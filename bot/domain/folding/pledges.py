"""How does an entry change a pledge, and every sum that it counts in?"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.domain import entries as e
from bot.domain.folding import sums
from bot.domain.stages import Stage
from bot.domain.views import (
    BOOK,
    Drawn,
    Key,
    Overall,
    Pledge,
    Record,
    Rows,
    Total,
    Unpaid,
    book_of,
)

PledgeEntry = (
    e.PledgeAccepted
    | e.PledgeDeclined
    | e.PledgeWithdrawn
    | e.PledgeReplaced
    | e.PledgeSent
    | e.PledgeFellDue
    | e.PledgeExpired
    | e.PledgeLapsed
    | e.PledgeSplit
    | e.PledgeDrawn
    | e.PledgeReleased
    | e.LapsePutOff
    | e.PledgeSettled
    | e.PledgeUnsettled
    | e.PledgeRefunded
    | e.PledgeUnrefunded
)


def pledge_keys(entry: e.PledgeMade | PledgeEntry) -> tuple[Key, ...]:
    """Name the rows that an entry about a pledge touches."""
    currency = entry.money.currency
    keys: tuple[Key, ...] = (
        (Pledge, entry.pledge),
        (Total, entry.issue, currency),
        (Overall, currency),
        (Unpaid, entry.pledger, currency),
        BOOK,
    )
    if isinstance(entry, e.PledgeUnsettled):
        keys = (*keys, (Record, entry.record))
    if isinstance(entry, e.PledgeMade) or entry.drawn_by is None:
        return keys
    return (*keys, (Drawn, entry.drawn_by, currency))


def fold_made(stamp: e.Stamp, entry: e.PledgeMade, rows: Rows) -> Rows:
    """Add a new pledge."""
    pledge = Pledge(
        pledge=entry.pledge,
        issue=entry.issue,
        pledger=entry.pledger,
        funder=entry.funder,
        minor=entry.money.minor,
        currency=entry.money.currency,
        on_completion=all(due.on_completion for due in entry.dues),
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
        BOOK: replace(book_of(rows), pledges=entry.pledge),
        **sums.moved(None, pledge, rows),
    }


def fold_pledge(stamp: e.Stamp, entry: PledgeEntry, rows: Rows) -> Rows:
    """Bring a pledge up to date."""
    row = rows.get((Pledge, entry.pledge))
    if not isinstance(row, Pledge):
        message = f"entry {stamp.seq} speaks of P-{entry.pledge}, which was never made"
        raise TypeError(message)
    moved = replace(row, stage=entry.now, was=entry.was, changed_at=stamp.at, seq=stamp.seq)
    if isinstance(entry, e.PledgeSplit):
        return _split(row, moved, entry, rows)
    if isinstance(entry, e.PledgeUnsettled):
        moved = _unsettled(entry, moved, rows)
    now = _particulars(stamp, entry, moved)
    return {(Pledge, entry.pledge): now, **sums.moved(row, now, rows)}


def _split(row: Pledge, moved: Pledge, entry: e.PledgeSplit, rows: Rows) -> Rows:
    """Part a pledge in two; together they count for what it counted before."""
    deadline = None if entry.now in {Stage.RECEIVED, Stage.REFUNDED} else row.deadline
    kept = replace(moved, minor=entry.kept.minor, deadline=deadline)
    rest = replace(
        moved,
        pledge=entry.as_pledge,
        stage=entry.was,
        minor=entry.rest.minor,
        received=0,
        refunded=0,
        early=0,
        rest_of=entry.pledge,
    )
    first = sums.moved(row, kept, rows)
    return {
        (Pledge, entry.pledge): kept,
        (Pledge, entry.as_pledge): rest,
        BOOK: replace(book_of(rows), pledges=entry.as_pledge),
        **first,
        **sums.moved(None, rest, rows | first),
    }


def _particulars(stamp: e.Stamp, entry: PledgeEntry, row: Pledge) -> Pledge:  # noqa: C901, PLR0912 - one case for each kind
    match entry:
        case e.PledgeAccepted():
            return replace(row, deadline=entry.expires_at)
        case e.PledgeFellDue():
            lapses_at = None if row.sent_at else entry.lapses_at
            since = row.due_seq or stamp.seq
            return replace(row, deadline=lapses_at, due_at=stamp.at, due_seq=since)
        case e.PledgeSent():
            return replace(row, deadline=None, sent_at=stamp.at)
        case e.PledgeReplaced():
            return replace(row, deadline=None, replaced_by=entry.by_pledge)
        case e.PledgeExpired():
            return replace(row, deadline=None, because=entry.because)
        case e.PledgeDeclined() | e.PledgeWithdrawn() | e.PledgeLapsed() | e.PledgeSplit():
            return replace(row, deadline=None)
        case e.PledgeDrawn():
            return _drawn(stamp, entry, row)
        case e.PledgeReleased():
            deadline = None if row.sent_at else entry.expires_at
            free = replace(row, drawn_by=None, due_at=None, due_seq=None)
            return replace(free, deadline=deadline, early=0)
        case e.LapsePutOff():
            return replace(row, deadline=entry.lapses_at)
        case e.PledgeSettled():
            deadline = None if entry.now is Stage.RECEIVED else row.deadline
            return replace(row, received=row.received + entry.settled.minor, deadline=deadline)
        case e.PledgeUnsettled():
            return _standing_again(entry, row)
        case e.PledgeRefunded():
            return replace(row, refunded=row.refunded + entry.refunded.minor)
        case e.PledgeUnrefunded():
            return replace(row, refunded=row.refunded - entry.refunded.minor)
        case _:
            assert_never(entry)


def _unsettled(entry: e.PledgeUnsettled, row: Pledge, rows: Rows) -> Pledge:
    """Take back what a receipt had settled; its record tells whose fund it had filled."""
    record = rows.get((Record, entry.record))
    fund = record.fund if isinstance(record, Record) else row.issue
    return row.without(entry.settled.minor, fund)


def _standing_again(entry: e.PledgeUnsettled, row: Pledge) -> Pledge:
    """Let the clock of what stands run again, unless the money is said to be on its way."""
    if row.stage is not Stage.STANDING:
        return row
    return replace(row, deadline=None if row.sent_at else entry.expires_at)


def _drawn(stamp: e.Stamp, entry: e.PledgeDrawn, row: Pledge) -> Pledge:
    """Reserve it; what was paid already, or said to be sent, has no clock any more."""
    row = replace(row, early=0 if row.issue == entry.drawn_by else row.received)
    if row.stage is Stage.RECEIVED:
        return replace(row, drawn_by=entry.drawn_by)
    lapses_at = None if row.sent_at else entry.lapses_at
    row = replace(row, due_at=row.due_at or stamp.at, due_seq=row.due_seq or stamp.seq)
    return replace(row, drawn_by=entry.drawn_by, deadline=lapses_at)
