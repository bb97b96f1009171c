"""How does a work order come in, and which reports are awaited?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.decisions import NOTHING
from bot.domain.refs import Account, IssueRef
from bot.domain.refusals import Why
from bot.domain.states import State
from bot.domain.work_orders import ReportAwaited
from bot.domain.work_orders import decide_propose as propose
from tests.domain.facts import AMY, BOB, DAN, DAY, ISSUE, NOW, WORK, known, said, written
from tests.domain.kit import no_of, scene, started

# --- how it comes in --------------------------------------------------------------------------


def test_an_issue_from_the_form_is_a_draft_and_binds_nobody() -> None:
    world = scene()
    opened, text = world.draft().entries
    assert opened == e.OrderOpened(WORK.id, WORK.number, AMY)
    assert isinstance(text, e.OrderWritten)
    assert world.order(WORK.id).state is State.DRAFT
    assert world.draft() is NOTHING


def test_an_item_of_the_roadmap_is_no_work_order_as_well() -> None:
    world = scene()
    no = no_of(lambda: world.draft(replace(ISSUE, author=Account(1000 + AMY, "amy"))))
    assert (no.why, no.quiet) == (Why.WRONG_PLACE, True)
    world.draft()
    no = no_of(lambda: world.label(WORK))
    assert (no.why, no.quiet) == (Why.WRONG_PLACE, True)


def test_proposing_brings_in_an_issue_that_was_labelled_before() -> None:
    spoken = replace(said(issue=WORK), by=Account(1000 + AMY, "amy"))
    decision = propose(spoken, written(), known(item=None, actor=AMY))
    assert [type(entry) for entry in decision.entries] == [
        e.OrderOpened,
        e.OrderWritten,
        e.OrderProposed,
    ]


@pytest.mark.parametrize("author", [None, Account(1000 + BOB, "bob")])
def test_only_its_author_brings_it_in(author: Account | None) -> None:
    issue: IssueRef = replace(WORK, author=author)
    spoken = replace(said(issue=issue), by=Account(1000 + AMY, "amy"))
    no = no_of(lambda: propose(spoken, written(), known(item=None, actor=AMY)))
    assert (no.why, no.quiet) == (Why.NOT_HERE, True)


# --- reports ----------------------------------------------------------------------------------


def test_the_next_report_is_awaited_by_its_rhythm_and_at_the_end_of_the_period() -> None:
    world = started(scene(), how="unfunded")
    begun = NOW + 7 * DAY
    assert world.order(WORK.id).report_at == begun + 30 * DAY
    world.pass_time(days=10)
    world.says(DAN, "/cwo report So far so good.", WORK)
    assert world.order(WORK.id).report_at == begun + 40 * DAY
    world.pass_time(days=100)
    world.says(DAN, "/cwo report Late.", WORK)
    world.pass_time(days=29)
    world.says(DAN, "/cwo report Soon done.", WORK)
    ends = world.order(WORK.id).report_at
    assert ends is not None
    assert ends.isoformat() == "2030-07-01T00:00:00+00:00"


def test_a_missing_report_is_asked_for_once_and_on_the_work_order() -> None:
    world = started(scene(), how="unfunded")
    world.pass_time(days=60)
    (say,) = world.told(ReportAwaited)
    assert isinstance(say.message, ReportAwaited)
    assert (say.number, say.message.final) == (57, False)
    assert world.order(WORK.id).report_missed
    world.says(DAN, "/cwo report Sorry.", WORK)
    assert not world.order(WORK.id).report_missed


def test_after_the_final_report_none_is_awaited() -> None:
    world = started(scene(), how="unfunded")
    world.says(DAN, "/cwo finish Done.", WORK)
    world.pass_time(days=300)
    assert not world.told(ReportAwaited)
