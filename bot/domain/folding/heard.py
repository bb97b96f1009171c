"""Who was decided last on an issue? So that a comment found late cannot undo what came after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import entries as e
from bot.domain.stages import Stage
from bot.domain.views import Key, Rows, Spoke, Thread

BY_STEWARDS = (
    e.GoalSet
    | e.PledgeAccepted
    | e.PledgeDeclined
    | e.OrderApproved
    | e.OrderDeclined
    | e.OrderClosed
    | e.MoneyReceived
    | e.MoneyPaid
    | e.MoneyPaidDirectly
    | e.MoneyRefunded
    | e.RecordReversed
)
"""Commands of stewards and treasurers."""

BY_OTHERS = (
    e.PledgeMade
    | e.PledgeWithdrawn
    | e.PledgeSent
    | e.OrderProposed
    | e.OrderStarted
    | e.OrderReported
    | e.OrderFinished
    | e.OrderCancelled
)
"""Commands of pledgers, authors and developers."""

COMMANDED = BY_STEWARDS | BY_OTHERS


def keys(stamp: e.Stamp, entry: e.Entry) -> tuple[Key, ...]:
    """Name the rows about who was heard where."""
    if not isinstance(entry, COMMANDED):
        return ()
    if stamp.actor is None:
        return ((Thread, entry.issue),)
    return ((Thread, entry.issue), (Spoke, entry.issue, stamp.actor))


def fold(stamp: e.Stamp, entry: e.Entry, rows: Rows) -> Rows:
    """Note when somebody, or a steward, was last decided here."""
    if not isinstance(entry, COMMANDED):
        return {}
    row = rows.get((Thread, entry.issue))
    thread = row if isinstance(row, Thread) else Thread(entry.issue)
    newest = replace(thread, decided_at=_later(thread.decided_at, stamp.at))
    if isinstance(entry, BY_STEWARDS):
        newest = replace(newest, steward_at=_later(thread.steward_at, stamp.at))
    if isinstance(entry, e.PledgeMade) and entry.now is Stage.OFFERED:
        newest = replace(newest, first_offer_told=True)
    return {(Thread, entry.issue): newest, **_spoke(stamp, entry.issue, rows)}


def _spoke(stamp: e.Stamp, issue: int, rows: Rows) -> Rows:
    if stamp.actor is None:
        return {}
    row = rows.get((Spoke, issue, stamp.actor))
    before = row.at if isinstance(row, Spoke) else None
    at = _later(before, stamp.at)
    return {(Spoke, issue, stamp.actor): Spoke(issue, stamp.actor, at)}


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one
