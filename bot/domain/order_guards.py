"""May this be done to this work order, by this person, now? And who is involved in it?"""

from __future__ import annotations

from datetime import datetime

from bot.domain.decisions import Known
from bot.domain.guards import check_steward, speaker
from bot.domain.refusals import Refusal, Why
from bot.domain.roles import Rights
from bot.domain.states import Act, State, next_state
from bot.domain.terms import Terms
from bot.domain.views import Order

Holders = frozenset[int] | None
"""Person numbers of everybody who holds a role; None when it was not asked."""


def order_here(known: Known) -> Order:
    """Give the work order; on a roadmap item the command is refused, elsewhere nothing is said."""
    if known.order is not None:
        return known.order
    if known.item is not None:
        raise Refusal(Why.WRONG_PLACE, belongs="order")
    raise Refusal(Why.NOT_HERE, quiet=True)


def moved(order: Order, act: Act) -> tuple[State, State]:
    """Give the state that it leaves and the one it reaches; refuses what the table lacks."""
    state = next_state(order.state, act)
    if state is None:
        raise Refusal(Why.ORDER_STATE, state=order.state.value, act=act.value)
    return order.state, state


def involved(order: Order, known: Known) -> frozenset[int]:
    """Name everybody involved: funder or pledgers drawn on, developers, named interested people.

    Whoever stands in the approved text or in the one written now counts.
    """
    at_hand = known.order is not None and known.order.issue == order.issue
    givers = known.givers if at_hand else known.linked_givers
    return givers | _named(order.in_force) | _named(order.terms)


def _named(terms: Terms) -> frozenset[int]:
    return _bound(terms) | frozenset(terms.interested)


def _bound(terms: Terms) -> frozenset[int]:
    """Name whoever is to give or to work; somebody merely interested is not among them."""
    funder = frozenset() if terms.funder is None else frozenset({terms.funder})
    return funder | frozenset(terms.developers)


def check_uninvolved_steward(
    order: Order, text: Terms, known: Known, rights: Rights, stewards: Holders
) -> bool:
    """Refuse an involved steward, unless there is nobody else; says whether that was so.

    Whoever can edit the text can name anybody in it: so it does not count who stands in an edit
    that is not what is decided on, and somebody merely interested goes before who gives or works.

    Args:
        order: the work order.
        text: what is decided on.
        known: whose command it is, and who gave.
        rights: what that person may do here.
        stewards: who else holds the role, asked when the person seemed involved.
    """
    check_steward(rights)
    actor = speaker(known)
    if actor not in involved(order, known):
        return False
    excused = known.givers | _bound(order.in_force) | _bound(text)
    if actor not in known.givers | _bound(order.in_force) | _bound(order.terms):
        excused |= {*order.in_force.interested, *text.interested}
    if stewards is None or not stewards - {actor} <= excused:
        raise Refusal(Why.INVOLVED)
    return True


def check_developer(order: Order, known: Known) -> None:
    """Refuse whoever is no developer of the text in force."""
    if speaker(known) not in order.in_force.developers:
        raise Refusal(Why.NOT_DEVELOPER)


def check_complete(order: Order) -> None:
    """Refuse a work order whose form lacks something, naming the fields."""
    if order.terms.problems:
        fields = dict.fromkeys(problem.field.value for problem in order.terms.problems)
        raise Refusal(Why.FORM_INCOMPLETE, fields=", ".join(fields))


def check_discussed(order: Order, at: datetime) -> None:
    """Refuse to decide while the public discussion runs."""
    ends_at = order.discussion_ends_at
    if ends_at is not None and at < ends_at:
        raise Refusal(Why.DISCUSSION_RUNS, until=f"{ends_at:%Y-%m-%d, %H:%M} UTC")
