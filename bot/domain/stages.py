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
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Event(StrEnum):
    """What can happen to a pledge."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REPLACE = "replace"
    SAY_SENT = "say sent"
    FALL_DUE = "fall due"
    EXPIRE = "expire"
    LAPSE = "lapse"


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
    (Stage.STANDING, Event.FALL_DUE): Stage.DUE,
    (Stage.STANDING, Event.EXPIRE): Stage.EXPIRED,
    (Stage.DUE, Event.WITHDRAW): Stage.WITHDRAWN,
    (Stage.DUE, Event.SAY_SENT): Stage.DUE,
    (Stage.DUE, Event.LAPSE): Stage.LAPSED,
    (Stage.LAPSED, Event.WITHDRAW): Stage.WITHDRAWN,
    (Stage.LAPSED, Event.SAY_SENT): Stage.LAPSED,
}
"""A standing pledge can be said to be sent, since it may be paid earlier than due; a lapsed one
too, since it can still be received. Neither changes the stage: only a receipt is income."""

UNDRAWN = frozenset({Stage.OFFERED, Stage.STANDING})
"""Stages in which a newer pledge takes the place of this one, and in which it can expire."""

UNPAID = frozenset({Stage.STANDING, Stage.DUE, Stage.LAPSED})
"""Stages whose amount counts towards a person's unpaid pledges."""

LIVE = frozenset({Stage.OFFERED, Stage.STANDING, Stage.DUE, Stage.LAPSED})
"""Stages that a panel lists as pledges; the others have ended, and are still shown."""


def next_stage(stage: Stage, event: Event) -> Stage | None:
    """Say where `event` takes a pledge at `stage`; None when the rules forbid it."""
    return LIFE.get((stage, event))
