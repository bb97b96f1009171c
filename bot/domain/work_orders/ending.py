"""How does a work order end, and what becomes of what it had drawn on?"""

from __future__ import annotations

from datetime import datetime

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.dues import Because, all_fall_due, due_notices
from bot.domain.effects import Effect
from bot.domain.guards import check_in_order, speaker
from bot.domain.moves import disclosures, panel_of
from bot.domain.order_guards import Holders, check_uninvolved_steward, moved, order_here
from bot.domain.refs import Spoken
from bot.domain.refusals import Refusal, Why
from bot.domain.releasing import release
from bot.domain.roles import Rights
from bot.domain.states import Act, Outcome, State
from bot.domain.views import Order
from bot.domain.work_orders.showing import all_panels, fortnight_after


def decide_close(
    outcome: Outcome, spoken: Spoken, rights: Rights, stewards: Holders, known: Known
) -> Decision:
    """Close a work order with its outcome; what was promised on completion falls due, whatever it is."""
    order = order_here(known)
    alone = check_uninvolved_steward(order, order.in_force, known, rights, stewards)
    was, now = moved(order, Act.CLOSE)
    check_in_order(spoken, known)
    closed = e.OrderClosed(
        issue=order.issue,
        was=was,
        now=now,
        outcome=outcome,
        final_report=was is State.REPORTING,
        alone=alone,
        ends_at=fortnight_after(spoken.at),
    )
    promised = [pledge for pledge in known.pledges if pledge.on_completion]
    due = all_fall_due(promised, known, spoken.at)
    notices = due_notices(due, known, spoken.at, Because.CLOSED)
    effects: tuple[Effect, ...] = (*all_panels(known), *disclosures(known), *notices)
    return Decision((closed, *due), effects)


def decide_cancel(reason: str, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Give a work order up; what was not received stands again."""
    order = order_here(known)
    person = speaker(known)
    concerned = {order.author, *order.in_force.developers}
    if person not in concerned and not rights.steward:
        raise Refusal(Why.NOT_CONCERNED)
    was, now = moved(order, Act.CANCEL)
    check_in_order(spoken, known)
    return _cancelled(order, was, now, reason, "command", spoken.at, known)


def decide_gone(how: str, at: datetime, known: Known) -> Decision:
    """Give up a work order whose issue was deleted or moved; nobody can be told there any more."""
    order = known.order
    if order is None or order.is_over:
        return NOTHING
    return _cancelled(order, order.state, State.CANCELLED, "", how, at, known)


def _cancelled(  # each is one thing that the reader names
    order: Order, was: State, now: State, reason: str, how: str, at: datetime, known: Known
) -> Decision:
    cancelled = e.OrderCancelled(
        issue=order.issue,
        was=was,
        now=now,
        reason=e.FreeText(reason),
        how=how,
        ends_at=fortnight_after(at),
    )
    released = tuple(release(known, order, at))
    shown = all_panels(known)
    if how != "command":
        shown = tuple(panel for panel in shown if panel != panel_of(order))
    return Decision((cancelled, *released), (*shown, *disclosures(known)))
