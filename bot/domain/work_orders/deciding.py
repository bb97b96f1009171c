"""Who proposes, approves and declines a work order?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import entries as e
from bot.domain.decisions import Decision, Known
from bot.domain.guards import check_in_order, speaker
from bot.domain.moves import disclosures, panel_of, panels
from bot.domain.order_guards import (
    Holders,
    check_complete,
    check_discussed,
    check_uninvolved_steward,
    moved,
    order_here,
)
from bot.domain.refs import Spoken
from bot.domain.refusals import Refusal, Why
from bot.domain.roles import Rights
from bot.domain.states import Act, State
from bot.domain.views import Order
from bot.domain.work_orders.showing import fortnight_after
from bot.domain.work_orders.texts import Written, check_same_text, decide_opened


def decide_propose(spoken: Spoken, written: Written | None, known: Known) -> Decision:
    """Begin the public discussion; an issue labelled before Bursar came is brought in by this.

    Args:
        spoken: the command.
        written: the text that the author saw; None where it was not read.
        known: what is recorded.
    """
    order, first = _brought_in(spoken, written, known)
    if speaker(known) != order.author:
        raise Refusal(Why.NOT_AUTHOR)
    was, now = moved(order, Act.PROPOSE)
    if not first:
        check_same_text(order, written, known)
    check_complete(order)
    check_in_order(spoken, known)
    ends_at = spoken.at + timedelta(days=known.rules.discussion_days)
    proposed = e.OrderProposed(issue=order.issue, was=was, now=now, discussion_ends_at=ends_at)
    return Decision((*first, proposed), (panel_of(order),))


def _brought_in(
    spoken: Spoken, written: Written | None, known: Known
) -> tuple[Order, tuple[e.Entry, ...]]:
    author = spoken.issue.author
    if known.place is not None or written is None or author is None or author.id != spoken.by.id:
        return order_here(known), ()
    order = Order(spoken.issue.id, spoken.issue.number, speaker(known), spoken.at)
    opened = decide_opened(spoken.issue, order.author, written, known)
    return replace(order, terms=written.terms), opened.entries


def decide_approve(
    spoken: Spoken, written: Written | None, rights: Rights, stewards: Holders, known: Known
) -> Decision:
    """Put the text as written now into force, if it is the one that the steward saw."""
    order = order_here(known)
    alone = check_uninvolved_steward(order, order.terms, known, rights, stewards)
    was, now = moved(order, Act.APPROVE)
    check_same_text(order, written, known)
    if was is not State.DISCUSSION and not order.has_changed:
        raise Refusal(Why.NOTHING_CHANGED)
    check_complete(order)
    check_discussed(order, spoken.at)
    check_in_order(spoken, known)
    approved = e.OrderApproved(issue=order.issue, was=was, now=now, text=order.text, alone=alone)
    agreed = replace(order, state=now, agreed=order.terms)
    linked = tuple(_linked(agreed, known))
    return Decision((approved, *linked), (*panels(known), *disclosures(known)))


def _linked(order: Order, known: Known) -> list[e.PullLinked]:
    """Link the pull requests of named developers that have named it already."""
    return [
        e.PullLinked(
            issue=order.issue, pull=link.pull, author=link.author, by_steward=False, named=True
        )
        for link in known.links
        if not link.linked and link.named and link.author in order.in_force.developers
    ]


def decide_decline(
    reason: str, spoken: Spoken, rights: Rights, stewards: Holders, known: Known
) -> Decision:
    """Decline a work order, with a reason that is published without blame."""
    order = order_here(known)
    alone = check_uninvolved_steward(order, order.terms, known, rights, stewards)
    was, now = moved(order, Act.DECLINE)
    check_discussed(order, spoken.at)
    check_in_order(spoken, known)
    declined = e.OrderDeclined(
        issue=order.issue,
        was=was,
        now=now,
        reason=e.FreeText(reason),
        alone=alone,
        ends_at=fortnight_after(spoken.at),
    )
    return Decision((declined,), (*panels(known), *disclosures(known)))
