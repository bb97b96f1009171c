"""When may a work order be approved, and what does an edit of its text change?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.decisions import NOTHING, Decision
from bot.domain.money import Money
from bot.domain.refusals import Why
from bot.domain.states import State
from bot.domain.terms import Fault, Field, Problem, Terms
from bot.domain.work_orders import DiscussionOver, Written, decide_approve, decide_propose
from tests.domain.facts import (
    ADA,
    AMY,
    BOB,
    DAN,
    DAY,
    IDA,
    MIA,
    NOW,
    SECOND,
    STEWARD,
    WORK,
    known,
    order,
    said,
    written,
)
from tests.domain.kit import approved, no_of, scene, started, why_not
from tests.domain.scene import Scene

MATERIAL: dict[str, dict[str, Any]] = {
    "scope": {"scope": "Everything"},
    "how effort is paid": {"effort": "By the hour"},
    "developers": {"developers": (DAN, BOB)},
    "funder": {"funder": ADA},
    "no funder": {"funder": None},
    "budget": {"budget": (Money(1_001_00, "USD"),)},
    "currencies": {"budget": (Money(1_000_00, "USD"), Money(1, "EUR"))},
    "the first day": {"starts": date(2030, 2, 2)},
    "the last day": {"ends": date(2030, 7, 1)},
    "items": {"items": (12, 13)},
}
NOT_MATERIAL: dict[str, dict[str, Any]] = {
    "interested people": {"interested": (IDA, BOB)},
    "reports": {"report_every_days": 14},
    "review and maintenance": {"share": "10 %"},
    "how a login is written": {"logins": "dan fay ida"},
}


def discussed() -> Scene:
    world = scene()
    world.draft()
    world.says(AMY, "/cwo propose", WORK)
    return world


def approve(world: Scene) -> Decision:
    return world.says(MIA, "/cwo approve", WORK)


# --- the period -------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["approve", "decline not now"])
def test_nobody_decides_before_the_discussion_is_over_to_the_second(verb: str) -> None:
    world = discussed()
    world.now = NOW + 7 * DAY - SECOND
    no = no_of(lambda: world.says(MIA, f"/cwo {verb}", WORK))
    assert (no.why, no.facts) == (Why.DISCUSSION_RUNS, {"until": "2030-01-22, 12:00 UTC"})
    world.now = NOW + 7 * DAY
    assert world.says(MIA, f"/cwo {verb}", WORK).entries


def test_a_project_says_how_long_it_discusses() -> None:
    world = scene(discussion_days=0)
    world.draft()
    world.says(AMY, "/cwo propose", WORK)
    assert approve(world).entries


def test_the_end_of_the_discussion_is_told_to_the_author_once() -> None:
    world = discussed()
    world.pass_time(days=30)
    (say,) = world.told(DiscussionOver)
    assert isinstance(say.message, DiscussionOver)
    assert (say.number, say.message.author, say.message.changed) == (57, AMY, False)


def test_what_was_decided_before_anybody_looked_is_not_told() -> None:
    world = discussed()
    world.now += 7 * DAY
    approve(world)
    world.pass_time(days=30)
    assert not world.told(DiscussionOver)


# --- edits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", MATERIAL)
def test_a_material_edit_starts_the_discussion_anew(what: str) -> None:
    world = discussed()
    world.pass_time(days=6)
    world.edit(written(**MATERIAL[what]))
    assert world.order(WORK.id).discussion_ends_at == NOW + 13 * DAY
    world.pass_time(days=7, hours=-0.001)
    assert why_not(lambda: approve(world)) is Why.DISCUSSION_RUNS
    world.pass_time(hours=0.001)
    approve(world)
    assert world.order(WORK.id).agreed == written(**MATERIAL[what]).terms


@pytest.mark.parametrize("what", NOT_MATERIAL)
def test_an_edit_that_is_not_material_does_not(what: str) -> None:
    world = discussed()
    world.pass_time(days=6)
    world.edit(written(**NOT_MATERIAL[what]))
    world.pass_time(days=1)
    approve(world)
    assert world.order(WORK.id).agreed == written(**NOT_MATERIAL[what]).terms


@pytest.mark.parametrize("what", MATERIAL)
def test_after_approval_the_approved_text_stays_in_force_until_approved_again(what: str) -> None:
    world = approved(scene())
    world.edit(written(**MATERIAL[what]))
    order = world.order(WORK.id)
    assert (order.state, order.in_force, order.has_changed) == (
        State.APPROVED,
        written().terms,
        True,
    )
    assert why_not(lambda: approve(world)) is Why.DISCUSSION_RUNS
    world.pass_time(days=7)
    approve(world)
    order = world.order(WORK.id)
    assert (order.in_force, order.has_changed) == (written(**MATERIAL[what]).terms, False)


@pytest.mark.parametrize("what", NOT_MATERIAL)
def test_what_is_not_material_belongs_to_what_was_approved(what: str) -> None:
    world = approved(scene())
    world.edit(written(**NOT_MATERIAL[what]))
    order = world.order(WORK.id)
    assert (order.in_force, order.has_changed) == (written(**NOT_MATERIAL[what]).terms, False)
    assert why_not(lambda: approve(world)) is Why.NOTHING_CHANGED


@pytest.mark.parametrize("state", ["approved", "active", "reporting"])
def test_approving_twice_is_refused_while_nothing_has_changed(state: str) -> None:
    world = approved(scene())
    if state != "approved":
        world.says(DAN, "/cwo start unfunded", WORK)
    if state == "reporting":
        world.says(DAN, "/cwo finish Done.", WORK)
    assert why_not(lambda: approve(world)) is Why.NOTHING_CHANGED


def test_an_edit_that_is_taken_back_needs_no_approval_any_more() -> None:
    world = approved(scene())
    told = world.told(DiscussionOver)
    world.edit(written(scope="More"))
    world.edit(written())
    assert not world.order(WORK.id).has_changed
    assert why_not(lambda: approve(world)) is Why.NOTHING_CHANGED
    world.pass_time(days=30)
    assert world.told(DiscussionOver) == told


def test_an_edit_taken_back_before_approval_is_discussed_anew() -> None:
    world = discussed()
    world.pass_time(days=1)
    world.edit(written(scope="More"))
    world.pass_time(days=1)
    world.edit(written())
    assert world.order(WORK.id).discussion_ends_at == NOW + 9 * DAY


def test_a_small_edit_of_a_material_one_does_not_prolong_its_discussion() -> None:
    world = approved(scene())
    world.edit(written(scope="More"))
    ends_at = world.order(WORK.id).discussion_ends_at
    world.pass_time(days=3)
    world.edit(written(scope="More", share="10 %"))
    assert world.order(WORK.id).discussion_ends_at == ends_at
    world.pass_time(days=30)
    _, say = world.told(DiscussionOver)  # the first one was before it was approved
    assert isinstance(say.message, DiscussionOver)
    assert say.message.changed


def test_a_draft_is_discussed_only_once_it_is_proposed() -> None:
    world = scene()
    world.draft()
    world.edit(written(scope="More"))
    assert world.order(WORK.id).discussion_ends_at is None


def test_the_same_text_again_changes_nothing() -> None:
    world = approved(scene())
    assert world.edit(written()) is NOTHING


def test_an_edit_while_the_work_goes_on_neither_stops_it_nor_its_developers() -> None:
    world = started(scene(), how="unfunded")
    world.edit(written(developers=(BOB,)))
    assert world.tries(DAN, "/cwo report So far so good.", WORK)
    assert why_not(lambda: world.says(BOB, "/cwo report Mine.", WORK)) is Why.NOT_DEVELOPER


def test_an_edit_that_turns_up_late_does_not_end_the_discussion_sooner() -> None:
    world = scene()
    world.draft()
    world.pass_time(days=2)
    world.says(AMY, "/cwo propose", WORK)
    world.now -= DAY
    world.edit(written(scope="More"))
    assert world.order(WORK.id).discussion_ends_at == NOW + 9 * DAY


# --- the text that was seen -------------------------------------------------------------------

WORDS = {"scope": "Streaming", "effort": "Each month"}
SEEN: dict[str, Written] = {
    **{what: written(**(WORDS | changed)) for what, changed in MATERIAL.items()},
    "more interested people": written(**WORDS, interested=(IDA, BOB)),
    "nobody interested": written(**WORDS, interested=()),
    "nothing": Written(Terms()),
}


Deciding = tuple[Callable[[], Decision], Callable[[], Decision]]


def seeing(text: Written, words: dict[str, str]) -> Deciding:
    """Propose, and approve, a text that was recorded with these words, having seen this one."""
    draft = replace(known(item=None, order=order(), actor=AMY), words={2: words})
    talked = replace(known(item=None, order=order(State.DISCUSSION), actor=MIA), words={2: words})
    here = said(issue=WORK)
    return (
        lambda: decide_propose(here, text, draft),
        lambda: decide_approve(here, text, STEWARD, None, talked),
    )


@pytest.mark.parametrize("what", SEEN)
def test_a_text_that_was_not_seen_is_neither_proposed_nor_approved(what: str) -> None:
    for decide in seeing(SEEN[what], WORDS):
        assert why_not(decide) is Why.TEXT_DIFFERS


@pytest.mark.parametrize("what", NOT_MATERIAL.keys() - {"interested people"})
def test_what_binds_nobody_may_differ(what: str) -> None:
    text = written(**(WORDS | NOT_MATERIAL[what]))
    assert all(decide().entries for decide in seeing(text, WORDS))


def test_words_that_were_erased_are_not_held_against_anybody() -> None:
    for kept in ({}, {"scope": "Streaming"}):
        assert all(decide().entries for decide in seeing(written(**WORDS), kept))


def test_an_edit_that_is_late_is_seen_before_anything_else_is_said() -> None:
    row = order(State.ACTIVE)
    here = replace(known(item=None, order=row, actor=MIA), words={2: WORDS})
    new = written(**WORDS, budget=(Money(1, "USD"),))
    assert why_not(lambda: decide_approve(said(issue=WORK), new, STEWARD, None, here)) is (
        Why.TEXT_DIFFERS
    )


# --- the form ---------------------------------------------------------------------------------

BROKEN = (Problem(Field.SCOPE, Fault.MISSING), Problem(Field.BUDGET, Fault.UNREADABLE))


def test_a_form_that_lacks_something_is_neither_proposed_nor_approved() -> None:
    world = scene()
    world.draft(text=written(problems=BROKEN))
    no = no_of(lambda: world.says(AMY, "/cwo propose", WORK))
    assert (no.why, no.facts) == (Why.FORM_INCOMPLETE, {"fields": "Scope, Budget"})
    world.edit(written())
    world.says(AMY, "/cwo propose", WORK)
    world.edit(written(problems=BROKEN[:1]))
    world.pass_time(days=7)
    assert no_of(lambda: approve(world)).facts == {"fields": "Scope"}
