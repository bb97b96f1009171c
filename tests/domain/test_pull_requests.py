"""When does a pull request belong to a work order, and by whose word?"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from bot.domain import entries as e
from bot.domain.decisions import About, Decision
from bot.domain.effects import Disclosure, OrderPanel, Refresh
from bot.domain.pull_requests import LINKABLE, decide_pull
from bot.domain.refs import Account
from bot.domain.refusals import Why
from bot.domain.reviews import Learned
from bot.domain.states import OVER, State
from bot.domain.views import Link, Order
from tests.domain.facts import (
    AMY,
    BOB,
    DAN,
    IDA,
    MIA,
    NOW,
    WORK,
    ZOE,
    order,
    pull_facts,
    written,
)
from tests.domain.kit import approved, no_of, scene, why_not
from tests.domain.knowing import one
from tests.domain.scene import Scene

PULL = 7
OTHER_WORK = replace(WORK, id=WORK.id + 1, number=58, author=Account(1000 + AMY, "amy"))
A, B = WORK.id, OTHER_WORK.id

Short = tuple[int, bool, bool, bool] | None
"""Work order, linked, named in the description, by a steward; None: no link."""

BEFORE: dict[str, Short] = {
    "nothing": None,
    "named": (A, False, True, False),
    "linked": (A, True, True, False),
    "linked by a steward": (A, True, False, True),
    "linked by a steward, and named": (A, True, True, True),
}
LINKED_B, NAMED_B = (B, True, True, False), (B, False, True, False)
BODIES = {"nothing": "", "A": "CWO: #57", "B": "CWO: #58", "none of ours": "CWO: #99"}

Leads = tuple[Short, Short, Short]
"""If a developer of an agreed work order says so; if anybody else does, or it is not agreed; if it is over."""

ENDED: Leads = (None, None, None)
BOTH = BEFORE["linked by a steward, and named"]
TABLE: dict[tuple[str, str], Leads] = {
    ("nothing", "nothing"): ENDED,
    ("nothing", "A"): (BEFORE["linked"], BEFORE["named"], None),
    ("nothing", "B"): (LINKED_B, NAMED_B, None),
    ("nothing", "none of ours"): ENDED,
    ("named", "nothing"): ENDED,
    ("named", "A"): (BEFORE["linked"], BEFORE["named"], BEFORE["named"]),
    ("named", "B"): (LINKED_B, NAMED_B, None),
    ("named", "none of ours"): ENDED,
    ("linked", "nothing"): (None, None, BEFORE["linked"]),
    ("linked", "A"): (BEFORE["linked"],) * 3,
    ("linked", "B"): (LINKED_B, NAMED_B, BEFORE["linked"]),
    ("linked", "none of ours"): (None, None, BEFORE["linked"]),
    ("linked by a steward", "nothing"): (BEFORE["linked by a steward"],) * 3,
    ("linked by a steward", "A"): (BEFORE["linked by a steward"],) * 3,
    ("linked by a steward", "B"): (
        LINKED_B,
        BEFORE["linked by a steward"],
        BEFORE["linked by a steward"],
    ),
    ("linked by a steward", "none of ours"): (BEFORE["linked by a steward"],) * 3,
    ("linked by a steward, and named", "nothing"): (None, None, BOTH),
    ("linked by a steward, and named", "A"): (BEFORE["linked by a steward, and named"],) * 3,
    ("linked by a steward, and named", "B"): (LINKED_B, NAMED_B, BOTH),
    ("linked by a steward, and named", "none of ours"): (None, None, BOTH),
}


def at(state: State, before: Short, author: int = DAN) -> Scene:
    """Have two work orders in a state, and what is known of the pull request."""
    world = scene()
    world.rows |= {(Order, A): order(state), (Order, B): replace(order(state), issue=B, number=58)}
    if before is not None:
        issue, linked, named, by_steward = before
        world.rows[Link, PULL] = Link(PULL, issue, linked, named, by_steward, author, seq=1, at=NOW)
    return world


def shortly(world: Scene) -> Short:
    link = one(world.rows, Link, PULL)
    if link is None or not (link.linked or link.named):
        return None
    return (link.order, link.linked, link.named, link.by_steward)


def ends(entries: tuple[e.Entry, ...]) -> list[int]:
    return [entry.issue for entry in entries if isinstance(entry, e.PullUnlinked)]


# --- by the description -----------------------------------------------------------------------


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(product(BEFORE, BODIES))


@pytest.mark.parametrize("author", [DAN, ZOE], ids=["a developer", "somebody else"])
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("before", "names"), TABLE)
def test_a_description_links_names_and_unlinks_as_the_table_says(
    before: str, names: str, state: State, author: int
) -> None:
    world = at(state, BEFORE[before], author)
    able = author == DAN and state in LINKABLE
    expected = TABLE[before, names][0 if able else 2 if state in OVER else 1]
    entries = world.pull(PULL, author, BODIES[names]).entries
    assert shortly(world) == expected
    was = BEFORE[before]
    left = was is not None and (expected is None or expected[0] != was[0])
    assert ends(entries) == ([was[0]] if left and was is not None else [])
    assert bool(entries) == (expected != was)


@pytest.mark.parametrize("before", BEFORE)
def test_the_same_event_again_changes_nothing(before: str) -> None:
    for body in BODIES.values():
        world = at(State.ACTIVE, BEFORE[before])
        world.pull(PULL, DAN, body)
        assert world.pull(PULL, DAN, body).entries == ()


def test_a_developer_of_the_new_text_alone_is_none_yet() -> None:
    world = approved(scene())
    world.edit(written(developers=(DAN, BOB)))
    world.pull(PULL, BOB, "CWO: #57")
    assert shortly(world) == BEFORE["named"]
    world.pass_time(days=7)
    world.says(MIA, "/cwo approve", WORK)
    assert shortly(world) == BEFORE["linked"]


def test_approval_links_what_its_developers_have_named_before_and_nobody_elses() -> None:
    world = scene()
    world.draft()
    for number, author, body in ((7, DAN, "CWO: #57"), (8, ZOE, "CWO: #57"), (9, DAN, "")):
        world.pull(number, author, body)
    world.says(AMY, "/cwo propose", WORK)
    world.pass_time(days=7)
    decision = world.says(MIA, "/cwo approve", WORK)
    linked = [entry for entry in decision.entries if isinstance(entry, e.PullLinked)]
    assert [(entry.pull, entry.by_steward, entry.named) for entry in linked] == [(7, False, True)]
    shown = {each.target for each in decision.effects if isinstance(each, Refresh)}
    assert {Disclosure(7), Disclosure(8)} <= shown


def test_everything_that_it_concerns_is_shown_anew() -> None:
    world = at(State.ACTIVE, BEFORE["linked"])
    shown = {
        each.target
        for each in world.pull(PULL, DAN, "CWO: #58").effects
        if isinstance(each, Refresh)
    }
    assert shown == {Disclosure(PULL), OrderPanel(A, 57), OrderPanel(B, 58)}


def test_a_pull_request_that_names_nothing_shows_nothing() -> None:
    assert scene().pull(PULL, DAN, "Fixes #12") == Decision()


# --- by a steward -----------------------------------------------------------------------------


def link(world: Scene, rest: str, who: int = MIA, body: str = "") -> tuple[e.Entry, ...]:
    return world.link(who, PULL, ZOE, rest, body).entries


@pytest.mark.parametrize("state", sorted(LINKABLE))
@pytest.mark.parametrize("before", BEFORE)
def test_a_steward_links_to_what_is_agreed_whatever_was_before(state: State, before: str) -> None:
    for number, issue in ((57, A), (58, B)):
        for body in ("", f"CWO: #{number}"):
            world = at(state, BEFORE[before])
            entries = link(world, f"#{number}", body=body)
            assert shortly(world) == (issue, True, bool(body), True)
            left = BEFORE[before] is not None and issue == B
            assert ends(entries) == ([A] if left else [])


@pytest.mark.parametrize("state", sorted(set(State) - LINKABLE))
def test_nothing_is_linked_to_what_is_not_agreed_or_over(state: State) -> None:
    no = no_of(lambda: link(at(state, None), "#57"))
    assert (no.why, no.facts) == (Why.ORDER_STATE, {"state": state.value, "act": "link"})


def test_what_is_no_work_order_is_named_in_the_refusal() -> None:
    for before in BEFORE.values():
        no = no_of(lambda before=before: link(at(State.ACTIVE, before), "#99"))  # type: ignore[misc]
        assert (no.why, no.facts) == (Why.NO_SUCH_ORDER, {"order": "99"})


@pytest.mark.parametrize("who", [DAN, AMY, IDA, ZOE])
@pytest.mark.parametrize("rest", ["#57", "none"])
def test_nobody_but_a_steward_links_by_command(who: int, rest: str) -> None:
    assert why_not(lambda: link(at(State.ACTIVE, BEFORE["linked"]), rest, who)) is Why.NOT_STEWARD


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("before", [name for name, row in BEFORE.items() if row and row[1]])
def test_a_steward_takes_a_link_away_in_any_state(before: str, state: State) -> None:
    world = at(state, BEFORE[before])
    assert ends(link(world, "none")) == [A]
    assert shortly(world) is None


@pytest.mark.parametrize("before", ["nothing", "named"])
def test_what_is_not_linked_cannot_be_unlinked(before: str) -> None:
    assert why_not(lambda: link(at(State.ACTIVE, BEFORE[before]), "none")) is Why.NOT_LINKED


# --- merges and reviews -----------------------------------------------------------------------


def test_a_merge_is_noted_once_and_only_of_what_is_linked() -> None:
    for before, link_before in BEFORE.items():
        body = "CWO: #57" if before != "linked by a steward" else ""
        world = at(State.ACTIVE, link_before, ZOE)
        for _ in range(2):
            world.pull(PULL, ZOE, body, merged_by=MIA)
        linked = before.startswith("linked")
        assert len(world.recorded(e.PullMerged)) == linked
        row = one(world.rows, Link, PULL)
        assert row is not None
        assert row.interested_merge is (False if linked else None)


def test_an_interest_in_one_work_order_is_none_in_another() -> None:
    world = at(State.ACTIVE, BEFORE["linked"])
    world.pull(PULL, DAN, "CWO: #57", merged_by=IDA)
    row = one(world.rows, Link, PULL)
    assert row is not None
    assert row.interested_merge is True
    link(world, "#58")
    row = one(world.rows, Link, PULL)
    assert row is not None
    assert (row.order, row.interested_merge) == (B, None)


@pytest.mark.parametrize("before", BEFORE)
def test_a_review_records_nothing_and_is_shown_where_a_work_order_is_named(before: str) -> None:
    world = at(State.ACTIVE, BEFORE[before])
    learned = Learned(PULL, 1, writes=True)
    known = world.known(About(pull=PULL, order_number=57, whole=True))
    body = "CWO: #57" if before.endswith("named") or before == "linked" else ""
    decision = decide_pull(pull_facts(PULL, ZOE, body), learned, known)
    assert (decision.entries, decision.learned) == ((), (learned,))
    assert bool(decision.effects) == (before != "nothing")


def test_what_was_merged_before_it_was_linked_is_noted_with_the_link() -> None:
    world = at(State.ACTIVE, None)
    world.link(MIA, PULL, ZOE, "#57", merged_by=IDA)
    (merged,) = world.recorded(e.PullMerged)
    assert isinstance(merged, e.PullMerged)
    assert (merged.issue, merged.by, merged.interested) == (A, IDA, True)


def test_the_work_order_that_it_is_linked_to_judges_a_merge_not_the_one_it_names() -> None:
    world = at(State.ACTIVE, BEFORE["linked by a steward"], ZOE)
    world.pull(PULL, ZOE, "CWO: #58", merged_by=IDA)
    (merged,) = world.recorded(e.PullMerged)
    assert isinstance(merged, e.PullMerged)
    assert (merged.issue, shortly(world)) == (A, BEFORE["linked by a steward"])


def test_what_was_merged_stays_linked_whatever_becomes_of_its_description() -> None:
    world = at(State.ACTIVE, BEFORE["linked"])
    world.pull(PULL, DAN, "CWO: #57", merged_by=MIA)
    assert world.pull(PULL, DAN, "", merged_by=MIA).entries == ()
    assert shortly(world) == BEFORE["linked"]


def test_what_a_steward_took_away_only_a_steward_brings_back() -> None:
    world = at(State.ACTIVE, BEFORE["linked"])
    world.link(MIA, PULL, DAN, "none", "CWO: #57")
    assert world.pull(PULL, DAN, "CWO: #57").entries == ()
    assert shortly(world) is None
    world.link(MIA, PULL, DAN, "#57", "CWO: #57")
    assert shortly(world) == BOTH


def test_a_link_that_turns_up_late_undoes_nothing() -> None:
    world = at(State.ACTIVE, BEFORE["linked"])
    world.pass_time(days=1)
    world.link(MIA, PULL, DAN, "none")
    world.pass_time(days=-1)
    assert why_not(lambda: world.link(MIA, PULL, DAN, "#57")) is Why.OUT_OF_ORDER
