"""How does the work start, and how is it reported?"""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

from bot.domain import entries as e
from bot.domain.decisions import Decision, Known
from bot.domain.dues import Because, draw, due_notices, period_end
from bot.domain.effects import Effect
from bot.domain.guards import check_in_order
from bot.domain.moves import disclosures, panels
from bot.domain.order_guards import check_developer, moved, order_here
from bot.domain.refs import Spoken
from bot.domain.refusals import Misunderstood, Refusal, Why
from bot.domain.sections import without_comments
from bot.domain.states import Act, State
from bot.domain.views import Order
from bot.domain.work_orders.showing import all_panels

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>", re.ASCII)
_SAYS_NOTHING = re.compile(r"\s*(?:>|```|~~~)")
"""The beginning of a quoted line, or of one that opens or ends a block of code."""


def decide_start(unfunded: bool, spoken: Spoken, known: Known) -> Decision:  # noqa: FBT001 - a word of the command
    """Start the work, or draw again to fill a gap; what is drawn on falls due."""
    order = order_here(known)
    check_developer(order, known)
    was, now = moved(order, Act.START)
    check_in_order(spoken, known)
    drawn = draw(order, known, spoken.at)
    _check_covered(was, bool(drawn.entries), unfunded, tuple(map(str, drawn.gaps)))
    first = was is State.APPROVED
    started = e.OrderStarted(
        issue=order.issue,
        was=was,
        now=now,
        unfunded=bool(drawn.gaps),
        gaps=drawn.gaps,
        report_at=next_report(order, spoken.at) if first else order.report_at,
    )
    due = [entry for entry in drawn.entries if isinstance(entry, e.PledgeDrawn)]
    notices = due_notices(due, known, spoken.at, Because.STARTED)
    effects: tuple[Effect, ...] = (*all_panels(known), *disclosures(known), *notices)
    return Decision((*drawn.entries, started), effects)


def _check_covered(was: State, drew: bool, unfunded: bool, gaps: tuple[str, ...]) -> None:  # noqa: FBT001
    """Refuse a start that lacks money, unless asked for; and a second one that finds none."""
    if was is State.ACTIVE and not drew:
        raise Refusal(Why.NOT_COVERED if gaps else Why.NO_GAP, gap=", ".join(gaps))
    if was is State.APPROVED and gaps and not unfunded:
        raise Refusal(Why.NOT_COVERED, gap=", ".join(gaps))


def decide_report(text: str, spoken: Spoken, known: Known) -> Decision:
    """Note a progress report: the comment itself; the next one's day moves on."""
    order = order_here(known)
    check_developer(order, known)
    was, now = moved(order, Act.REPORT)
    _check_said(text)
    check_in_order(spoken, known)
    reported = e.OrderReported(
        issue=order.issue,
        was=was,
        now=now,
        comment=spoken.comment,
        report_at=next_report(order, spoken.at),
    )
    return Decision((reported,), panels(known))


def decide_finish(text: str, spoken: Spoken, known: Known) -> Decision:
    """Note the final report; a steward closes the work order with its outcome."""
    order = order_here(known)
    check_developer(order, known)
    was, now = moved(order, Act.FINISH)
    _check_said(text)
    check_in_order(spoken, known)
    finished = e.OrderFinished(issue=order.issue, was=was, now=now, comment=spoken.comment)
    return Decision((finished,), panels(known))


def _check_said(text: str) -> None:
    """Refuse what says nothing of its own: comments, tags, quotes and the edges of code say nothing."""
    shown = html.unescape(_TAG.sub("", without_comments(text)))
    own = (line for line in shown.splitlines() if not _SAYS_NOTHING.match(line))
    if not any(sign.isalnum() for line in own for sign in line):
        raise Misunderstood(Why.REPORT_EMPTY)


def next_report(order: Order, at: datetime) -> datetime | None:
    """Give the moment at which the next report is due: by its rhythm, and at the end of the period."""
    ends_at = period_end(order)
    days = order.in_force.report_every_days
    by_rhythm = at + timedelta(days=days) if days else None
    moments = [moment for moment in (by_rhythm, ends_at) if moment is not None and moment > at]
    return min(moments, default=None)
