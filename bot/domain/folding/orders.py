"""How does an entry change a work order?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import entries as e
from bot.domain.views import Order, Row

OrderEntry = (
    e.OrderOpened
    | e.OrderWritten
    | e.OrderProposed
    | e.OrderApproved
    | e.OrderDeclined
    | e.OrderStarted
    | e.OrderReported
    | e.OrderFinished
    | e.OrderClosed
    | e.OrderCancelled
    | e.DiscussionEnded
    | e.ReportMissed
    | e.OrderEnded
)


def fold_order(stamp: e.Stamp, entry: OrderEntry, row: Row | None) -> Order:
    """Bring a work order up to date."""
    if isinstance(entry, e.OrderOpened):
        return Order(entry.issue, entry.number, entry.author, stamp.at)
    if not isinstance(row, Order):
        message = f"entry {stamp.seq} speaks of an issue that was never a work order"
        raise TypeError(message)
    if isinstance(entry, e.OrderEntry):
        row = replace(row, state=entry.now)
    return _particulars(stamp, entry, row)


def _particulars(stamp: e.Stamp, entry: OrderEntry, row: Order) -> Order:  # noqa: C901, PLR0912 - one case for each kind
    match entry:
        case e.OrderOpened():
            return row
        case e.OrderWritten():
            return _written(stamp, entry, row)
        case e.OrderProposed():
            return _discussed_until(stamp, entry.discussion_ends_at, row)
        case e.DiscussionEnded():
            return replace(row, tells_at=None)
        case e.OrderApproved():
            return _approved(stamp, entry, row)
        case e.OrderDeclined():
            declined = replace(_over(stamp, row), ended_text=stamp.seq, ends_at=entry.ends_at)
            return replace(declined, alone=row.alone or entry.alone)
        case e.OrderStarted():
            return replace(
                row,
                started_at=row.started_at or stamp.at,
                unfunded=entry.unfunded,
                report_at=entry.report_at,
            )
        case e.OrderReported():
            return _reported(stamp, replace(row, report_at=entry.report_at), entry.comment)
        case e.OrderFinished():
            finished = replace(row, report_at=None, finished_at=stamp.at)
            return _reported(stamp, finished, entry.comment)
        case e.ReportMissed():
            return replace(row, report_at=entry.report_at, report_missed=True)
        case e.OrderClosed():
            closed = replace(_over(stamp, row), outcome=entry.outcome, ends_at=entry.ends_at)
            return replace(closed, alone=row.alone or entry.alone)
        case e.OrderCancelled():
            gone = entry.how != "command"
            cancelled = replace(_over(stamp, row), ended_text=stamp.seq, is_gone=gone)
            return replace(cancelled, ends_at=entry.ends_at)
        case e.OrderEnded():
            return replace(row, ends_at=None)
        case _:
            assert_never(entry)


def _written(stamp: e.Stamp, entry: e.OrderWritten, row: Order) -> Order:
    """Take over what is written; words that change nothing agreed stay part of what was agreed."""
    newest = replace(row, terms=entry.terms, text=stamp.seq, written_at=stamp.at)
    if entry.discussion_ends_at is not None:
        newest = _discussed_until(stamp, entry.discussion_ends_at, newest)
    if row.agreed_text is not None and not entry.material:
        newest = replace(newest, agreed=entry.terms, agreed_text=stamp.seq, tells_at=None)
    return newest


def _discussed_until(stamp: e.Stamp, ends_at: datetime, row: Order) -> Order:
    """Note when the discussion ends; of one that is over at once nobody need be told."""
    tells_at = ends_at if ends_at > stamp.at else None
    return replace(row, discussion_ends_at=ends_at, tells_at=tells_at)


def _approved(stamp: e.Stamp, entry: e.OrderApproved, row: Order) -> Order:
    return replace(
        row,
        agreed=row.terms,
        agreed_text=entry.text,
        tells_at=None,
        approved_at=stamp.at,
        approved_by=stamp.actor,
        alone=row.alone or entry.alone,
    )


def _reported(stamp: e.Stamp, row: Order, comment: int) -> Order:
    return replace(
        row,
        reports=row.reports + 1,
        report_missed=False,
        last_report=comment,
        last_report_at=stamp.at,
    )


def _over(stamp: e.Stamp, row: Order) -> Order:
    return replace(
        row,
        tells_at=None,
        report_at=None,
        closed_at=stamp.at,
        over_seq=stamp.seq,
        closed_by=stamp.actor,
    )
