"""Which stages does a pledge go through, and what moves it on?

The whole life of a pledge is the table `LIFE`: stage and event give the next stage. A pair that the table
lacks is refused. `docs/pledge.md` is drawn from this table, and the tests walk every pair of it.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a pledge stands (glossary of `docs/`)."""

    OFFERED = "offered"
    STANDING = "standing"
    DUE = "due"
    LAPSED = "lapsed"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REFUNDED = "refunded"


class Event(StrEnum):
    """What can happen to a pledge."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    SAY_SENT = "say sent"
    DRAW = "draw"
    FALL_DUE = "fall due"
    RELEASE = "release"
    EXPIRE = "expire"
    LAPSE = "lapse"
    SETTLE = "settle"
    UNSETTLE = "unsettle"
    REFUND = "refund"
    UNREFUND = "unrefund"


LIFE: dict[tuple[Stage, Event], Stage] = {
    (Stage.OFFERED, Event.ACCEPT): Stage.STANDING,
    (Stage.OFFERED, Event.DECLINE): Stage.DECLINED,
    (Stage.OFFERED, Event.WITHDRAW): Stage.WITHDRAWN,
    (Stage.OFFERED, Event.REPLACE): Stage.REPLACED,
    (Stage.OFFERED, Event.EXPIRE): Stage.EXPIRED,
    (Stage.STANDING, Event.DECLINE): Stage.DECLINED,
    (Stage.STANDING, Event.WITHDRAW): Stage.WITHDRAWN,
    (Stage.STANDING, Event.REPLACE): Stage.REPLACED,
    (Stage.STANDING, Event.SAY_SENT): Stage.STANDING,
    (Stage.STANDING, Event.DRAW): Stage.DUE,
    (Stage.STANDING, Event.FALL_DUE): Stage.DUE,
    (Stage.STANDING, Event.EXPIRE): Stage.EXPIRED,
    (Stage.STANDING, Event.SETTLE): Stage.RECEIVED,
    (Stage.DUE, Event.WITHDRAW): Stage.WITHDRAWN,
    (Stage.DUE, Event.SAY_SENT): Stage.DUE,
    (Stage.DUE, Event.DRAW): Stage.DUE,
    (Stage.DUE, Event.RELEASE): Stage.STANDING,
    (Stage.DUE, Event.LAPSE): Stage.LAPSED,
    (Stage.DUE, Event.SETTLE): Stage.RECEIVED,
    (Stage.LAPSED, Event.WITHDRAW): Stage.WITHDRAWN,
    (Stage.LAPSED, Event.SAY_SENT): Stage.LAPSED,
    (Stage.LAPSED, Event.RELEASE): Stage.STANDING,
    (Stage.LAPSED, Event.SETTLE): Stage.RECEIVED,
    (Stage.RECEIVED, Event.DRAW): Stage.RECEIVED,
    (Stage.RECEIVED, Event.RELEASE): Stage.RECEIVED,
    (Stage.RECEIVED, Event.UNSETTLE): Stage.STANDING,
    (Stage.RECEIVED, Event.REFUND): Stage.REFUNDED,
    (Stage.REFUNDED, Event.UNREFUND): Stage.RECEIVED,
}
"""What settles only a part of a pledge, or takes such a part back, leaves its stage alone. A
standing pledge can be sent and settled, since it may be paid earlier than due; a lapsed one too,
since it can still be received. A receipt that is taken back lets the pledge stand again; what was due
before falls due again at once."""

UNDRAWN = frozenset({Stage.OFFERED, Stage.STANDING})
"""Stages in which a newer pledge takes the place of this one, and in which it can expire."""

UNPAID = frozenset({Stage.STANDING, Stage.DUE, Stage.LAPSED})
"""Stages whose outstanding amount counts towards a person's unpaid pledges, and which a receipt can
settle."""

LIVE = frozenset({Stage.OFFERED, Stage.STANDING, Stage.DUE, Stage.LAPSED, Stage.RECEIVED})
"""Stages that a panel lists as pledges; the others have ended, and are still shown."""


def next_stage(stage: Stage, event: Event) -> Stage | None:
    """Say where `event` takes a pledge at `stage`; None when the rules forbid it."""
    return LIFE.get((stage, event))
