"""Which states does a work order go through, and which command moves it on?

The whole life of a work order is the table `COURSE`: state and act give the next state. A pair that the
table lacks is refused. `docs/work-order.md` is drawn from this table, and the tests walk every pair of it.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a work order stands."""

    DRAFT = "draft"
    DISCUSSION = "discussion"
    APPROVED = "approved"
    ACTIVE = "active"
    REPORTING = "reporting"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What people do to a work order, as they command it; `edit` is a material edit of the issue."""

    PROPOSE = "propose"
    EDIT = "edit"
    APPROVE = "approve"
    DECLINE = "decline"
    START = "start"
    REPORT = "report"
    FINISH = "finish"
    CLOSE = "close"
    CANCEL = "cancel"


class Outcome(StrEnum):
    """How the work ended; every one of them is a normal end of best effort."""

    LANDED = "landed"
    PARTLY_LANDED = "partly landed"
    DECLINED_ON_MERITS = "declined on merits"
    SUPERSEDED = "superseded"
    ABANDONED = "abandoned"


COURSE: dict[tuple[State, Act], State] = {
    (State.DRAFT, Act.PROPOSE): State.DISCUSSION,
    (State.DRAFT, Act.EDIT): State.DRAFT,
    (State.DRAFT, Act.CANCEL): State.CANCELLED,
    (State.DISCUSSION, Act.EDIT): State.DISCUSSION,
    (State.DISCUSSION, Act.APPROVE): State.APPROVED,
    (State.DISCUSSION, Act.DECLINE): State.DECLINED,
    (State.DISCUSSION, Act.CANCEL): State.CANCELLED,
    (State.APPROVED, Act.EDIT): State.APPROVED,
    (State.APPROVED, Act.APPROVE): State.APPROVED,
    (State.APPROVED, Act.DECLINE): State.DECLINED,
    (State.APPROVED, Act.START): State.ACTIVE,
    (State.APPROVED, Act.CANCEL): State.CANCELLED,
    (State.ACTIVE, Act.EDIT): State.ACTIVE,
    (State.ACTIVE, Act.APPROVE): State.ACTIVE,
    (State.ACTIVE, Act.START): State.ACTIVE,
    (State.ACTIVE, Act.REPORT): State.ACTIVE,
    (State.ACTIVE, Act.FINISH): State.REPORTING,
    (State.ACTIVE, Act.CLOSE): State.CLOSED,
    (State.ACTIVE, Act.CANCEL): State.CANCELLED,
    (State.REPORTING, Act.EDIT): State.REPORTING,
    (State.REPORTING, Act.APPROVE): State.REPORTING,
    (State.REPORTING, Act.CLOSE): State.CLOSED,
    (State.REPORTING, Act.CANCEL): State.CANCELLED,
}
"""After approval a material edit changes no state: the approved text stays in force until a steward
repeats `/cwo approve`. `/cwo start` on an active work order draws again, to fill a gap."""

AGREED = frozenset({State.APPROVED, State.ACTIVE, State.REPORTING, State.CLOSED})
"""States in which an approved text is in force."""

OVER = frozenset({State.CLOSED, State.DECLINED, State.CANCELLED})
"""States that a work order never leaves."""

STARTED = frozenset({State.ACTIVE, State.REPORTING})
"""States in which it holds what it drew."""


def next_state(state: State, act: Act) -> State | None:
    """Say where `act` takes a work order in `state`; None when the rules forbid it."""
    return COURSE.get((state, act))
