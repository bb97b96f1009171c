"""Does every pair of state and act do what the table of a work order's course says, and who may?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.order_guards import Holders
from bot.domain.refusals import Misunderstood, Refusal, Why
from bot.domain.roles import Rights
from bot.domain.states import AGREED, COURSE, OVER, STARTED, Act, Outcome, State, next_state
from bot.domain.terms import Terms
from bot.domain.views import Order
from bot.domain.work_orders import (
    decide_approve,
    decide_cancel,
    decide_close,
    decide_decline,
    decide_finish,
    decide_gone,
    decide_propose,
    decide_report,
    decide_start,
    decide_written,
)
from tests.domain.facts import (
    ADA,
    AMY,
    DAN,
    FAY,
    IDA,
    ITEM,
    LEO,
    MIA,
    NOW,
    STEWARD,
    STRANGER,
    TERMS,
    WORK,
    ZOE,
    folded,
    known,
    order,
    pledge,
    refusal,
    rows_of,
    said,
    written,
)

HERE = said(issue=WORK)

ACTS: dict[Act, Callable[[Rights, Holders, Known], Decision]] = {
    Act.PROPOSE: lambda _, __, now: decide_propose(HERE, None, now),
    Act.EDIT: lambda _, __, now: decide_written(written(scope="More"), NOW, now),
    Act.APPROVE: lambda rights, holders, now: decide_approve(HERE, None, rights, holders, now),
    Act.DECLINE: lambda rights, holders, now: decide_decline("No.", HERE, rights, holders, now),
    Act.START: lambda _, __, now: decide_start(True, HERE, now),
    Act.REPORT: lambda _, __, now: decide_report("So far so good.", HERE, now),
    Act.FINISH: lambda _, __, now: decide_finish("Done.", HERE, now),
    Act.CLOSE: lambda rights, holders, now: decide_close(
        Outcome.LANDED, HERE, rights, holders, now
    ),
    Act.CANCEL: lambda rights, _, now: decide_cancel("No time.", HERE, rights, now),
}
BY = {
    **dict.fromkeys((Act.PROPOSE, Act.CANCEL), AMY),
    **dict.fromkeys((Act.START, Act.REPORT, Act.FINISH), DAN),
    **dict.fromkeys((Act.APPROVE, Act.DECLINE, Act.CLOSE, Act.EDIT), MIA),
}
"""Somebody who may."""

PAIRS = [(state, act) for state in State for act in Act]
FORBIDDEN = [pair for pair in PAIRS if pair not in COURSE]


def here(state: State, act: Act) -> Order:
    """Make the work order in a state; approved again it can be only if its text has changed."""
    return order(state, text=3 if act is Act.APPROVE else 2)


def at_hand(row: Order, actor: int) -> Known:
    now = known(pledge(1), item=None, order=row, actor=actor)
    return replace(now, places={ITEM.issue: ITEM, row.issue: row})


def act_on(row: Order, act: Act, actor: int, holders: Holders = None) -> Decision:
    rights = STEWARD if actor == MIA else STRANGER
    return ACTS[act](rights, holders, at_hand(row, actor))


# --- the table --------------------------------------------------------------------------------


def test_every_act_is_tried_here() -> None:
    assert set(ACTS) == set(BY) == set(Act)


@pytest.mark.parametrize(("state", "act"), COURSE)
def test_what_the_table_allows_leads_where_it_says(state: State, act: Act) -> None:
    row = here(state, act)
    entries = act_on(row, act, BY[act]).entries
    assert entries
    found = folded(rows_of(row, pledge(1)), *entries)[(Order, row.issue)]
    assert isinstance(found, Order)
    assert found.state is COURSE[state, act]
    steps = [entry for entry in entries if isinstance(entry, e.OrderEntry)]
    assert [(step.was, step.now) for step in steps] == [
        (state, COURSE[state, act]) for _ in range(act is not Act.EDIT)
    ]


@pytest.mark.parametrize(("state", "act"), [pair for pair in FORBIDDEN if pair[1] is not Act.EDIT])
def test_what_the_table_lacks_is_refused_and_says_so(state: State, act: Act) -> None:
    with pytest.raises(Refusal) as caught:
        act_on(here(state, act), act, BY[act])
    facts = {"state": state.value, "act": act.value}
    assert refusal(caught.value) == (Why.ORDER_STATE, facts, False)


@pytest.mark.parametrize("state", [pair[0] for pair in FORBIDDEN if pair[1] is Act.EDIT])
def test_an_edit_of_what_is_over_changes_nothing(state: State) -> None:
    assert state in OVER
    assert act_on(order(state), Act.EDIT, MIA) is NOTHING


@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_the_next_state_is_looked_up_in_the_table(state: State, act: Act) -> None:
    assert next_state(state, act) is COURSE.get((state, act))


def test_what_is_over_stays_over_and_every_state_can_be_reached() -> None:
    assert {state for state, _ in COURSE} == set(State) - OVER
    reached = {State.DRAFT}
    for _ in State:
        reached |= {now for (was, _), now in COURSE.items() if was in reached}
    assert reached == set(State)


def test_what_is_agreed_was_approved_and_what_has_started_is_agreed() -> None:
    approved = {COURSE[pair] for pair in COURSE if pair[1] is Act.APPROVE}
    assert approved | {State.CLOSED} == AGREED
    assert STARTED < AGREED


@pytest.mark.parametrize("state", sorted(set(State) - OVER))
def test_a_work_order_whose_issue_has_gone_is_cancelled_from_anywhere(state: State) -> None:
    decision = decide_gone("deleted", NOW, at_hand(order(state), MIA))
    cancelled = decision.entries[0]
    assert isinstance(cancelled, e.OrderCancelled)
    assert (cancelled.was, cancelled.now, cancelled.how) == (state, State.CANCELLED, "deleted")


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_does_not_end_again_when_its_issue_goes(state: State) -> None:
    assert decide_gone("deleted", NOW, at_hand(order(state), MIA)) is NOTHING


# --- who may ----------------------------------------------------------------------------------

PEOPLE = {
    "the author": (AMY, STRANGER),
    "a developer": (DAN, STRANGER),
    "an uninvolved steward": (MIA, STEWARD),
    "an involved steward": (IDA, STEWARD),
    "a treasurer": (LEO, Rights(treasurer=True)),
    "a stranger": (ADA, STRANGER),
}
MAY = {
    Act.PROPOSE: {"the author"},
    Act.APPROVE: {"an uninvolved steward"},
    Act.DECLINE: {"an uninvolved steward"},
    Act.START: {"a developer"},
    Act.REPORT: {"a developer"},
    Act.FINISH: {"a developer"},
    Act.CLOSE: {"an uninvolved steward"},
    Act.CANCEL: {"the author", "a developer", "an uninvolved steward", "an involved steward"},
}
WHY_NOT = {
    Act.PROPOSE: Why.NOT_AUTHOR,
    Act.START: Why.NOT_DEVELOPER,
    Act.REPORT: Why.NOT_DEVELOPER,
    Act.FINISH: Why.NOT_DEVELOPER,
    Act.CANCEL: Why.NOT_CONCERNED,
}
ABLE = {act: next(state for state, other in COURSE if other is act) for act in MAY}
"""A state in which somebody may."""


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("act", MAY)
def test_each_command_is_for_those_whom_the_rules_name(act: Act, who: str) -> None:
    actor, rights = PEOPLE[who]
    now = at_hand(here(ABLE[act], act), actor)
    if who in MAY[act]:
        assert ACTS[act](rights, None, now).entries
        return
    with pytest.raises(Refusal) as caught:
        ACTS[act](rights, None, now)
    involved = Why.INVOLVED if rights.steward else Why.NOT_STEWARD
    assert caught.value.why is WHY_NOT.get(act, involved)


@pytest.mark.parametrize("act", MAY)
def test_who_may_not_is_told_that_whatever_the_state(act: Act) -> None:
    for state in State:
        with pytest.raises(Refusal) as caught:
            act_on(order(state), act, ADA)
        assert caught.value.why is WHY_NOT.get(act, Why.NOT_STEWARD)


@pytest.mark.parametrize("act", MAY)
def test_a_command_of_work_orders_is_refused_on_an_item_and_silent_elsewhere(act: Act) -> None:
    for item, quiet, why in ((ITEM, False, Why.WRONG_PLACE), (None, True, Why.NOT_HERE)):
        with pytest.raises(Refusal) as caught:
            ACTS[act](STEWARD, None, known(item=item, actor=MIA))
        assert (caught.value.why, caught.value.quiet) == (why, quiet)


NOTHING_SAID = (
    " \n",
    "<!-- all is well -->",
    "<!-- all is well",
    "\N{ZERO WIDTH SPACE}",
    "```\n```",
    "```python\n```",
    "> All is well.\n> Quite.",
    "<br>\n<p align=center></p>",
    "&nbsp;",
    "\N{WHITE HEAVY CHECK MARK}",
)
SAID = (
    "Ok",
    "7",
    "\N{HIRAGANA LETTER A}",
    "> Well?\n\nYes.",
    "```\n1 passed\n```",
    "<https://ci.test>",
    "1 < 2",
)


@pytest.mark.parametrize("text", NOTHING_SAID)
@pytest.mark.parametrize("decide", [decide_report, decide_finish])
def test_a_report_that_says_nothing_is_none(decide: Callable[..., Decision], text: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        decide(text, HERE, at_hand(order(State.ACTIVE), DAN))
    assert caught.value.why is Why.REPORT_EMPTY


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("decide", [decide_report, decide_finish])
def test_a_report_may_be_short(decide: Callable[..., Decision], text: str) -> None:
    assert decide(text, HERE, at_hand(order(State.ACTIVE), DAN)).entries


# --- involved, and alone ----------------------------------------------------------------------

NEWER = replace(TERMS, funder=None, developers=(LEO,), interested=())
INVOLVED: dict[str, tuple[int, Order, frozenset[int]]] = {
    "the funder named": (FAY, order(), frozenset()),
    "a developer": (DAN, order(), frozenset()),
    "somebody interested": (IDA, order(), frozenset()),
    "a pledger drawn on": (ADA, order(), frozenset({ADA})),
    "in the approved text only": (IDA, order(terms=NEWER, text=3), frozenset()),
    "in the new text only": (LEO, order(terms=NEWER, text=3), frozenset()),
}
DECIDES = (Act.APPROVE, Act.DECLINE, Act.CLOSE)


def decided(act: Act, who: str, holders: Holders) -> Decision:
    actor, made, givers = INVOLVED[who]
    row = replace(here(ABLE[act], act), terms=made.terms, text=3)
    if act is not Act.APPROVE:
        row = replace(row, agreed=TERMS, agreed_text=2)
    if who == "in the approved text only":
        row = replace(row, state=State.ACTIVE if act is Act.CLOSE else State.APPROVED)
        row = replace(row, agreed=TERMS, agreed_text=2)
    now = replace(at_hand(row, actor), givers=givers)
    return ACTS[act](STEWARD, holders, now)


@pytest.mark.parametrize("who", INVOLVED)
@pytest.mark.parametrize("act", DECIDES)
def test_whoever_is_involved_does_not_decide(act: Act, who: str) -> None:
    actor = INVOLVED[who][0]
    for holders in (None, frozenset({actor, MIA})):
        with pytest.raises(Refusal) as caught:
            decided(act, who, holders)
        assert caught.value.why is Why.INVOLVED


@pytest.mark.parametrize("who", INVOLVED)
@pytest.mark.parametrize("act", DECIDES)
def test_where_nobody_uninvolved_holds_the_role_an_involved_one_may(act: Act, who: str) -> None:
    actor = INVOLVED[who][0]
    decision = decided(act, who, frozenset({actor}))
    step = next(entry for entry in decision.entries if isinstance(entry, e.OrderEntry))
    assert isinstance(step, e.OrderApproved | e.OrderDeclined | e.OrderClosed)
    assert step.alone
    row = folded(rows_of(order(step.was), pledge(1)), *decision.entries)[(Order, WORK.id)]
    assert isinstance(row, Order)
    assert row.alone


NAMED: dict[str, tuple[Terms, Terms | None, frozenset[int]]] = {
    "interested": (replace(TERMS, developers=(MIA,), interested=(LEO,)), None, frozenset()),
    "a developer": (replace(TERMS, developers=(MIA, LEO)), None, frozenset()),
    "a funder": (replace(TERMS, developers=(MIA,), funder=LEO), None, frozenset()),
    "a giver": (replace(TERMS, developers=(MIA,)), None, frozenset({LEO})),
    "both interested": (replace(TERMS, interested=(MIA, LEO)), None, frozenset()),
    "nobody": (replace(TERMS, developers=(MIA,)), None, frozenset()),
    "interested in an edit": (
        replace(TERMS, developers=(MIA,), interested=(LEO,)),
        replace(TERMS, developers=(MIA,)),
        frozenset(),
    ),
    "a developer in an edit": (
        replace(TERMS, developers=(MIA, LEO)),
        replace(TERMS, developers=(MIA,)),
        frozenset(),
    ),
}
"""What the only other steward, Leo, is named as beside Mia: in which text, and in which approved one."""
MAY_ALONE = {
    **{who: set(DECIDES) for who in NAMED},
    "interested": set[Act](),
    "nobody": set[Act](),
    "interested in an edit": set[Act](),
    "a developer in an edit": {Act.APPROVE},
}
"""Of these, what Mia may decide."""


def among_two(act: Act, who: str, actor: int) -> bool:
    """Tell whether one of two stewards may decide."""
    terms, agreed, givers = NAMED[who]
    row = replace(here(ABLE[act], act), terms=terms, text=3)
    if agreed is not None and act is Act.APPROVE:
        row = replace(row, state=State.ACTIVE)
    if agreed is not None or act is Act.CLOSE:
        row = replace(row, agreed=agreed or terms, agreed_text=2)
    now = replace(at_hand(row, actor), givers=givers)
    try:
        return bool(ACTS[act](STEWARD, frozenset({MIA, LEO}), now).entries)
    except Refusal as no:
        if no.why is Why.INVOLVED:
            return False
        raise


CASES = [
    (who, act) for who in NAMED for act in DECIDES
    if act is not Act.DECLINE or "edit" not in who  # only what was never approved is declined
]  # fmt: skip


@pytest.mark.parametrize(("who", "act"), CASES)
def test_naming_the_other_stewards_does_not_open_the_way_for_an_involved_one(
    who: str, act: Act
) -> None:
    assert among_two(act, who, MIA) is (act in MAY_ALONE[who])


@pytest.mark.parametrize(("who", "act"), CASES)
def test_of_two_stewards_one_can_always_decide(who: str, act: Act) -> None:
    assert among_two(act, who, MIA) or among_two(act, who, LEO)


def test_a_developer_of_an_edit_that_nobody_approved_cancels_nothing() -> None:
    edited = order(State.ACTIVE, terms=replace(TERMS, developers=(DAN, ZOE)), text=3)
    with pytest.raises(Refusal) as caught:
        decide_cancel("No.", HERE, STRANGER, at_hand(edited, ZOE))
    assert caught.value.why is Why.NOT_CONCERNED
    assert decide_cancel("No time.", HERE, STRANGER, at_hand(edited, DAN)).entries


@pytest.mark.parametrize("act", DECIDES)
def test_an_uninvolved_steward_is_not_alone_whoever_else_holds_the_role(act: Act) -> None:
    for holders in (None, frozenset({MIA}), frozenset({MIA, IDA})):
        decision = act_on(here(ABLE[act], act), act, MIA, holders)
        step = next(entry for entry in decision.entries if isinstance(entry, e.OrderEntry))
        assert not getattr(step, "alone", None)
