"""What do moments that pass mean for a work order?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.dues import period_end
from bot.domain.effects import Message, Say
from bot.domain.moves import expire, expires_by_itself, panels
from bot.domain.views import Order


@dataclass(frozen=True, slots=True)
class DiscussionOver(Message):
    """Tells the author that the public discussion is over, and what comes next."""

    author: int
    changed: bool
    """Whether it was about an edit of an approved work order."""

    def people(self) -> frozenset[int]:
        """Give the author."""
        return frozenset({self.author})


@dataclass(frozen=True, slots=True)
class ReportAwaited(Message):
    """Reminds the developers once, quietly, that a report was to be in."""

    due_at: datetime
    final: bool


def decide_moment(moment: datetime, known: Known) -> Decision:
    """Say what a moment that has passed means: discussion over, report missed, fortnight over."""
    order = known.order
    if order is None:
        return NOTHING
    found: list[Decision] = []  # two moments may be the same
    if order.tells_at == moment:
        found.append(_discussed(order, known))
    if order.report_at == moment:
        found.append(_missed(order, moment, known))
    if order.ends_at == moment:
        found.append(_ended(order, known))
    entries = tuple(entry for each in found for entry in each.entries)
    return Decision(entries, tuple(effect for each in found for effect in each.effects))


def _discussed(order: Order, known: Known) -> Decision:
    message = DiscussionOver(order.author, changed=order.agreed is not None)
    key = f"discussed:{order.issue}:{order.text}"
    say = Say(key=key, number=order.number, message=message)
    return Decision((e.DiscussionEnded(order.issue),), (*panels(known), say))


def _missed(order: Order, moment: datetime, known: Known) -> Decision:
    """Remind once, and on the work order itself: never on a pull request."""
    ends_at = period_end(order)
    final = moment == ends_at
    last = ends_at if ends_at is not None and ends_at > moment else None
    key = f"report:{order.issue}:{int(moment.timestamp())}"
    say = Say(key=key, number=order.number, message=ReportAwaited(moment, final))
    return Decision((e.ReportMissed(order.issue, moment, last),), (*panels(known), say))


def _ended(order: Order, known: Known) -> Decision:
    expired = tuple(
        expire(pledge, "work order")
        for pledge in known.pledges
        if pledge.issue == order.issue and expires_by_itself(pledge)
    )
    shown = () if order.is_gone else panels(known)
    return Decision((e.OrderEnded(order.issue), *expired), shown)
