"""Does every pair of stage and event do what the table of a pledge's life says, and nothing else?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed

import pytest

from bot.domain import entries as e
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.asked_money import MoneyAsked, RecordNamed
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.money import read_amount
from bot.domain.movements import RecordKind
from bot.domain.pledges import (
    decide_accept,
    decide_deadline,
    decide_decline,
    decide_pledge,
    decide_sent,
    decide_withdraw,
)
from bot.domain.refusals import Refusal, Why
from bot.domain.roadmap import Closing, decide_closed, decide_item_end
from bot.domain.stages import LIFE, LIVE, UNDRAWN, UNPAID, Event, Stage, next_stage
from bot.domain.states import State
from bot.domain.treasury import decide_received, decide_refunded, decide_reverse
from bot.domain.views import Fund, Order, Place, Pledge, Record, Rows
from bot.domain.work_orders import decide_cancel, decide_start
from tests.domain.facts import (
    ADA,
    BOB,
    DAN,
    DAY,
    ISSUE,
    ITEM,
    MIA,
    NOW,
    STEWARD,
    STRANGER,
    WORK,
    folded,
    known,
    on,
    order,
    pledge,
    rows_of,
    said,
)

BY_HAND = Closing("completed", by_steward=True, by_hand=True)
DEADLINE = NOW + 3 * DAY
HAS_DEADLINE = {Stage.OFFERED, Stage.STANDING, Stage.DUE}


def accept(old: Pledge) -> Decision:
    return decide_accept(PledgeNamed(old.pledge), said(), STEWARD, known(old, actor=MIA))


def decline(old: Pledge) -> Decision:
    asked = PledgeNamed(old.pledge, "not now")
    return decide_decline(asked, said(), STEWARD, known(old, actor=MIA))


def withdraw(old: Pledge) -> Decision:
    return decide_withdraw(PledgeNamed(old.pledge), said(), known(old))


def replace(old: Pledge) -> Decision:
    return decide_pledge(PledgeAsked(read_amount("$5")), said(), known(old))


def say_sent(old: Pledge) -> Decision:
    return decide_sent(PledgeNamed(old.pledge, "SEPA 17"), said(), known(old))


def fall_due(old: Pledge) -> Decision:
    return decide_closed(BY_HAND, NOW, known(old, actor=MIA))


def expire(old: Pledge) -> Decision:
    left = on(ITEM, on_roadmap=False, ends_at=NOW)
    return decide_item_end(NOW, known(old, item=left, actor=None))


def pass_deadline(old: Pledge) -> Decision:
    return decide_deadline(old.pledge, DEADLINE, known(old, actor=None))


def draw(old: Pledge) -> Decision:
    return decide_start(True, said(issue=WORK), at_order(APPROVED, old))


def release(old: Pledge) -> Decision:
    drawn = at_order(ACTIVE, changed(old, drawn_by=WORK.id, early=old.received))
    return decide_cancel("no time", said(issue=WORK), STRANGER, drawn)


def settle(old: Pledge) -> Decision:
    now = known(old, actor=MIA)
    asked = MoneyAsked.received("$100 from @ada for P-1")
    return decide_received(asked, ADA, said(), STEWARD, now)


def refund(old: Pledge) -> Decision:
    given = (RECORD,) if old.stage is Stage.RECEIVED else (changed(RECORD, pledge=None),)
    now = changed(known(old, actor=MIA), funds={(ISSUE.id, "USD"): FUND}, given=given)
    return decide_refunded(MoneyAsked.refunded("$100 to @ada"), ADA, said(), STEWARD, now)


def unsettle(old: Pledge) -> Decision:
    if old.stage is Stage.REFUNDED:  # the money is not here any more
        with pytest.raises(Refusal) as caught:
            reverse(old, RecordKind.RECEIVED)
        assert caught.value.why is Why.ALREADY_SPENT
        return NOTHING
    partly = changed(old, minor=200_00, received=100_00)
    return reverse(old if old.received else partly, RecordKind.RECEIVED)


def unrefund(old: Pledge) -> Decision:
    return reverse(old, RecordKind.REFUNDED)


def reverse(old: Pledge, kind: RecordKind) -> Decision:
    record = changed(RECORD, kind=kind)
    now = changed(known(old, actor=MIA), record=record, funds={(ISSUE.id, "USD"): FUND})
    return decide_reverse(RecordNamed(1, "a slip"), said(), STEWARD, now)


def at_order(here: Order, *pledges: Pledge) -> Known:
    now = known(*pledges, item=None, order=here, actor=DAN)
    places: dict[int, Place] = {ITEM.issue: ITEM, here.issue: here}
    return changed(now, places=places, funds={(ISSUE.id, "USD"): FUND})


APPROVED, ACTIVE = order(State.APPROVED), order(State.ACTIVE)
FUND = Fund(ISSUE.id, "USD", received=100_00)
RECORD = Record(
    record=1,
    kind=RecordKind.RECEIVED,
    issue=ISSUE.id,
    fund=ISSUE.id,
    minor=100_00,
    currency="USD",
    fee=0,
    funder=ADA,
    payee=None,
    pledge=1,
    settles_minor=100_00,
    settles_currency="USD",
    unmatched=0,
    day=None,
    comment=1,
    at=NOW,
    seq=1,
)

DECIDED: dict[Event, Callable[[Pledge], Decision]] = {
    Event.ACCEPT: accept,
    Event.DECLINE: decline,
    Event.WITHDRAW: withdraw,
    Event.REPLACE: replace,
    Event.SAY_SENT: say_sent,
    Event.FALL_DUE: fall_due,
    Event.EXPIRE: expire,
    Event.LAPSE: pass_deadline,
    Event.DRAW: draw,
    Event.RELEASE: release,
    Event.SETTLE: settle,
    Event.UNSETTLE: unsettle,
    Event.REFUND: refund,
    Event.UNREFUND: unrefund,
}
ENTRIES: dict[Event, type[e.PledgeEntry]] = {
    Event.ACCEPT: e.PledgeAccepted,
    Event.DECLINE: e.PledgeDeclined,
    Event.WITHDRAW: e.PledgeWithdrawn,
    Event.REPLACE: e.PledgeReplaced,
    Event.SAY_SENT: e.PledgeSent,
    Event.FALL_DUE: e.PledgeFellDue,
    Event.EXPIRE: e.PledgeExpired,
    Event.LAPSE: e.PledgeLapsed,
    Event.DRAW: e.PledgeDrawn,
    Event.RELEASE: e.PledgeReleased,
    Event.SETTLE: e.PledgeSettled,
    Event.UNSETTLE: e.PledgeUnsettled,
    Event.REFUND: e.PledgeRefunded,
    Event.UNREFUND: e.PledgeUnrefunded,
}
COMMANDED = {Event.ACCEPT, Event.DECLINE, Event.WITHDRAW, Event.SAY_SENT}
"""Events that somebody asks for, so that a "no" is answered."""

TAKEN_BACK = {Event.UNSETTLE, Event.UNREFUND}
"""Events that may also concern a part of a pledge, whose stage they then leave alone."""

PAIRS = [(stage, event) for stage in Stage for event in Event]
FORBIDDEN = [pair for pair in PAIRS if pair not in LIFE]


def at(stage: Stage) -> Pledge:
    deadline = DEADLINE if stage in HAS_DEADLINE else None
    received = 100_00 if stage in {Stage.RECEIVED, Stage.REFUNDED} else 0
    refunded = 100_00 if stage is Stage.REFUNDED else 0
    return changed(pledge(1, stage, deadline=deadline), received=received, refunded=refunded)


def rows_at_hand(old: Pledge, event: Event) -> Rows:
    """Give what is there besides the pledge: the record, and the work order if there is one."""
    rows: Rows = {**rows_of(ITEM, old), (Record, 1): RECORD}
    if event in {Event.DRAW, Event.RELEASE}:
        rows |= {(Order, WORK.id): APPROVED}
    return rows


def test_every_event_is_decided_and_recorded_by_an_entry_of_its_own() -> None:
    assert set(DECIDED) == set(ENTRIES) == set(Event)
    assert len(set(ENTRIES.values())) == len(Event)


@pytest.mark.parametrize(("stage", "event"), LIFE)
def test_what_the_table_allows_moves_the_pledge_as_it_says(stage: Stage, event: Event) -> None:
    old = at(stage)
    entries = DECIDED[event](old).entries
    moved = [entry for entry in entries if isinstance(entry, e.PledgeEntry)]
    assert [type(entry) for entry in moved] == [ENTRIES[event]]
    assert (moved[0].pledge, moved[0].was, moved[0].now) == (1, stage, LIFE[stage, event])
    assert (moved[0].money, moved[0].pledger) == (old.money, old.pledger)
    row = folded(rows_at_hand(old, event), *entries)[(Pledge, 1)]
    assert isinstance(row, Pledge)
    assert (row.was, row.stage) == (stage, LIFE[stage, event])


@pytest.mark.parametrize(("stage", "event"), [pair for pair in FORBIDDEN if pair[1] in COMMANDED])
def test_a_command_that_the_table_lacks_is_refused(stage: Stage, event: Event) -> None:
    with pytest.raises(Refusal) as caught:
        DECIDED[event](at(stage))
    assert caught.value.why is Why.WRONG_STATE
    assert caught.value.facts == {"pledge": "P-1", "stage": stage.value, "event": event.value}


@pytest.mark.parametrize(
    ("stage", "event"), [pair for pair in FORBIDDEN if pair[1] not in COMMANDED]
)
def test_a_moment_that_the_table_lacks_does_nothing(stage: Stage, event: Event) -> None:
    entries = [
        entry for entry in DECIDED[event](at(stage)).entries if isinstance(entry, ENTRIES[event])
    ]
    if event in TAKEN_BACK:
        assert all(entry.now is entry.was is stage for entry in entries)
    else:
        assert not entries


@pytest.mark.parametrize("stage", Stage)
def test_a_deadline_ends_what_can_end_by_it(stage: Stage) -> None:
    entries = pass_deadline(at(stage)).entries
    ends = {Stage.OFFERED: e.PledgeExpired, Stage.STANDING: e.PledgeExpired}
    wanted = {**ends, Stage.DUE: e.PledgeLapsed}.get(stage)
    assert [type(entry) for entry in entries] == ([wanted] if wanted else [])


@pytest.mark.parametrize(("stage", "event"), PAIRS)
def test_the_next_stage_is_looked_up_in_the_table(stage: Stage, event: Event) -> None:
    assert next_stage(stage, event) is LIFE.get((stage, event))


def test_what_has_ended_stays_ended() -> None:
    assert {stage for stage, event in LIFE if event is not Event.UNREFUND} == LIVE
    assert {stage for stage, event in LIFE if event is Event.UNREFUND} == {Stage.REFUNDED}
    assert UNDRAWN | UNPAID | {Stage.RECEIVED} == LIVE


def test_every_stage_can_be_reached() -> None:
    reached = {Stage.OFFERED, Stage.STANDING}
    for _ in Stage:
        reached |= {now for (was, _), now in LIFE.items() if was in reached}
    assert reached == set(Stage)


def test_what_a_new_pledge_replaces_is_undrawn() -> None:
    assert {stage for stage, event in LIFE if event is Event.REPLACE} == UNDRAWN
    assert {stage for stage, event in LIFE if event is Event.EXPIRE} == UNDRAWN


def test_only_an_offer_can_be_accepted() -> None:
    assert {stage for stage, event in LIFE if event is Event.ACCEPT} == {Stage.OFFERED}


def test_bob_cannot_move_the_pledge_of_ada() -> None:
    for decide in (decide_withdraw, decide_sent):
        with pytest.raises(Refusal) as caught:
            decide(PledgeNamed(1), said(), known(pledge(1), actor=BOB))
        assert caught.value.why is Why.NOT_PLEDGER
