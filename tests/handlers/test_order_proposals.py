"""Work orders: who is asked about, when, and what becomes of the words of the form?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, About, Choice
from bot.domain.effects import OrderPanel
from bot.domain.refs import Account, IssueRef
from bot.domain.refusals import No, Refusal, Why
from bot.domain.roles import Role
from bot.domain.rules import Rules
from bot.domain.states import State
from bot.events import happened as h
from bot.handlers import routes
from bot.lookup import LabelledIssue
from tests.domain.facts import DAY, MIA, STEWARD, known, order
from tests.handlers.fakes import (
    ADA,
    APP,
    DAN,
    ISSUE,
    NOW,
    REPO,
    WORK,
    Answers,
    commented,
)
from tests.handlers.orders import (
    FORM,
    HERE,
    MIA_ACCOUNT,
    NOBODY_KNOWN,
    TERMS,
    an_order,
    commanded,
    no_order_yet,
    proposed,
)

BY_ADA = replace(FORM, body=FORM.body.replace("@dan", "@ada"))

# --- labels, edits, adoption ------------------------------------------------------------------


async def test_the_label_of_the_project_makes_work_orders() -> None:
    answers = no_order_yet(rules=Rules(work_order_label="cwo"))
    assert await proposed(h.IssueLabelled(REPO, FORM, "work-order", ADA, NOW), answers) == []
    assert len(await proposed(h.IssueLabelled(REPO, FORM, "CWO", ADA, NOW), answers)) == 1


@pytest.mark.parametrize("author", [None, APP])
async def test_an_issue_of_an_app_or_of_nobody_is_no_work_order(author: Account | None) -> None:
    issue = replace(FORM, author=author)
    assert await proposed(h.IssueLabelled(REPO, issue, "work-order", ADA, NOW), Answers()) == []


async def test_whoever_labels_it_the_author_is_who_opened_the_issue() -> None:
    event = h.IssueLabelled(REPO, replace(FORM, author=DAN), "work-order", ADA, NOW)
    (proposal,) = await proposed(event, no_order_yet())
    made, _ = proposal.decide(NOBODY_KNOWN).entries
    assert isinstance(made, e.OrderOpened)
    assert made.author == DAN.id


async def test_a_roadmap_item_is_no_work_order_as_well() -> None:
    event = h.IssueLabelled(REPO, replace(FORM, id=ISSUE.id), "work-order", ADA, NOW)
    (proposal,) = await proposed(event, Answers())
    with pytest.raises(Refusal) as caught:
        proposal.decide(known())
    assert (caught.value.why, caught.value.quiet) == (Why.WRONG_PLACE, True)


async def test_an_edit_is_read_anew_for_a_work_order_and_nothing_else() -> None:
    answers = an_order()
    (proposal,) = await proposed(h.IssueEdited(REPO, FORM, ADA, NOW), answers)
    assert proposal.about == HERE
    (text,) = proposal.decide(known(item=None, order=order())).entries
    assert isinstance(text, e.OrderWritten)
    assert text.terms == TERMS
    for elsewhere in (ISSUE, replace(ISSUE, id=1, labels=("bug",))):
        answers = Answers()
        assert await proposed(h.IssueEdited(REPO, elsewhere, ADA, NOW), answers) == []
        assert set(answers.asked) <= {"spot", "rules"}


async def test_an_edit_brings_in_what_was_labelled_before() -> None:
    (proposal,) = await proposed(h.IssueEdited(REPO, FORM, DAN, NOW), no_order_yet())
    assert proposal.about == About(WORK.id, DAN.id)
    made, _ = proposal.decide(NOBODY_KNOWN).entries
    assert isinstance(made, e.OrderOpened)
    assert made.author == ADA.id


def labelled(issue: IssueRef, *, is_open: bool = True) -> LabelledIssue:
    return LabelledIssue(issue, MIA_ACCOUNT, is_open=is_open)


async def test_adoption_brings_in_open_work_orders_of_people() -> None:
    others = (
        labelled(replace(FORM, id=1), is_open=False),
        labelled(replace(FORM, id=2, author=APP)),
        labelled(replace(FORM, id=3, author=None)),
    )
    answers = no_order_yet(labelled=(labelled(FORM), *others))
    (proposal,) = await proposed(h.AdoptionWanted(REPO, NOW), answers)
    assert proposal.about == About(WORK.id, ADA.id)
    assert [type(entry) for entry in proposal.decide(NOBODY_KNOWN).entries] == [
        e.OrderOpened,
        e.OrderWritten,
    ]
    assert proposal.decide(known(item=None, order=order())) is NOTHING


async def test_an_issue_with_both_labels_is_adopted_as_an_item_and_keeps_no_other_out() -> None:
    """A refusal would undo the whole adoption."""
    both = replace(FORM, id=1, labels=("roadmap", "work-order"))
    known_item = replace(FORM, id=2)
    found = (labelled(both), labelled(known_item), labelled(FORM))
    answers = no_order_yet(items=frozenset({2}), labelled=found, rights={MIA_ACCOUNT.id: STEWARD})
    proposals = await proposed(h.AdoptionWanted(REPO, NOW), answers)
    assert [proposal.about.issue for proposal in proposals] == [1, WORK.id]


# --- commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "choice"),
    [
        ("/cwo propose", Choice.NONE),
        ("/cwo approve", Choice.NONE),
        ("/cwo decline too soon", Choice.NONE),
        ("/cwo start", Choice.DRAWABLE),
        ("/cwo report all is well", Choice.NONE),
        ("/cwo finish it is done", Choice.NONE),
        ("/cwo close landed", Choice.COVERED),
        ("/cwo cancel no time", Choice.COVERED),
    ],
)
async def test_a_command_wants_the_whole_work_order_and_the_pledges_it_touches(
    body: str, choice: Choice
) -> None:
    proposal = await commanded(body, an_order())
    assert proposal.about == replace(HERE, choice=choice)


@pytest.mark.parametrize("body", ["/cwo approve", "/cwo decline no", "/cwo close abandoned"])
async def test_the_other_stewards_are_asked_for_only_where_the_actor_is_involved(
    body: str,
) -> None:
    read = ["meant"] if body == "/cwo approve" else []
    free = an_order(rights={ADA.id: STEWARD})
    await commanded(body, free)
    assert free.asked == ["spot", "rights", "person", "involved", *read]
    involved = an_order(rights={ADA.id: STEWARD}, involved=frozenset({ADA.id}))
    await commanded(body, involved)
    assert involved.asked == ["spot", "rights", "person", "involved", "holders", *read]


async def test_stewards_who_cannot_all_be_seen_are_not_none_besides_the_actor() -> None:
    answers = an_order(
        rights={ADA.id: STEWARD}, involved=frozenset({ADA.id}), holders={Role.STEWARD: None}
    )
    proposal = await commanded("/cwo close landed", answers)
    active = order(State.ACTIVE, agreed=replace(order().terms, developers=(ADA.id,)))
    with pytest.raises(Refusal) as caught:
        proposal.decide(known(item=None, order=active, actor=ADA.id))
    assert caught.value.why is Why.INVOLVED


@pytest.mark.parametrize(
    ("stewards", "alone"), [(frozenset({ADA.id}), True), (frozenset({ADA.id, MIA}), None)]
)
async def test_the_only_steward_may_decide_although_involved(
    stewards: frozenset[int], alone: bool | None
) -> None:
    answers = an_order(
        rights={ADA.id: STEWARD},
        involved=frozenset({ADA.id}),
        holders={Role.STEWARD: stewards},
    )
    proposal = await commanded("/cwo approve", answers, issue=BY_ADA)
    discussed = order(State.DISCUSSION, terms=replace(TERMS, developers=(ADA.id,)))
    here = known(item=None, order=discussed, actor=ADA.id)
    if alone is None:
        with pytest.raises(Refusal) as caught:
            proposal.decide(here)
        assert caught.value.why is Why.INVOLVED
        return
    (approved,) = proposal.decide(here).entries
    assert isinstance(approved, e.OrderApproved)
    assert approved.alone


async def test_a_draft_is_proposed_as_its_author_saw_it() -> None:
    proposal = await commanded("/cwo propose", an_order(), issue=FORM)
    complete = known(item=None, order=order(author=ADA.id, terms=TERMS), actor=ADA.id)
    (entry,) = proposal.decide(complete).entries
    assert isinstance(entry, e.OrderProposed)
    other = order(author=ADA.id, terms=replace(TERMS, developers=(MIA,)))
    with pytest.raises(Refusal) as caught:
        proposal.decide(known(item=None, order=other, actor=ADA.id))
    assert caught.value.why is Why.TEXT_DIFFERS


@pytest.mark.parametrize("body", [WORK.body, "Something else.", FORM.body.replace("@dan", "@ada")])
async def test_a_text_that_is_not_the_one_recorded_is_not_approved(body: str) -> None:
    answers = an_order(rights={ADA.id: STEWARD})
    proposal = await commanded("/cwo approve", answers, issue=replace(FORM, body=body))
    talked = known(item=None, order=order(State.DISCUSSION, terms=TERMS), actor=ADA.id)
    with pytest.raises(Refusal) as caught:
        proposal.decide(talked)
    assert caught.value.why is Why.TEXT_DIFFERS


async def test_who_may_not_approve_has_nobody_looked_up() -> None:
    answers = an_order()
    await commanded("/cwo approve", answers, issue=FORM)
    assert answers.asked == ["spot", "rights", "person", "involved"]


async def test_proposing_an_issue_that_was_labelled_before_brings_it_in() -> None:
    proposal = await commanded("/cwo propose", no_order_yet(), issue=FORM)
    entries = proposal.decide(NOBODY_KNOWN).entries
    assert [type(entry) for entry in entries] == [e.OrderOpened, e.OrderWritten, e.OrderProposed]


async def test_a_developer_needs_no_rights() -> None:
    answers = an_order()
    for body in ("/cwo start", "/cwo report well", "/cwo finish done"):
        await commanded(body, answers, DAN)
    assert set(answers.asked) == {"spot"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("/cwo decline", Why.REASON_MISSING),
        ("/cwo cancel", Why.REASON_MISSING),
        ("/cwo close", Why.OUTCOME_UNREADABLE),
        ("/cwo close merged", Why.OUTCOME_UNREADABLE),
        ("/cwo start funded", Why.TRAILING_WORDS),
        ("/cwo approve it", Why.TRAILING_WORDS),
    ],
)
async def test_what_cannot_be_read_asks_github_nothing(body: str, why: Why) -> None:
    answers = an_order()
    (step,) = await routes().steps(commented(body, issue=WORK), answers.lookup())
    assert isinstance(step.outcome, No)
    assert (step.outcome.why, answers.asked) == (why, ["spot"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("/cwo report All is well.", True),
        ("/cwo report\n\nAll is well.", True),
        ("All is well.\n\n/cwo report", True),
        ("/cwo report <!-- x -->\n\nAll is well.", True),
        ("/cwo report", False),
        ("/cwo report\n\n/lgtm\n", False),
        ("/cwo report <!-- x -->", False),
        ("/cwo report\n<!-- All is well. -->", False),
    ],
)
async def test_a_report_stands_behind_the_command_or_beside_it(body: str, said: bool) -> None:
    proposal = await commanded(body, an_order(), DAN)
    active = order(State.ACTIVE, agreed=replace(order().terms, developers=(DAN.id,)))
    here = known(item=None, order=active, actor=DAN.id)
    if said:
        (entry,) = proposal.decide(here).entries
        assert isinstance(entry, e.OrderReported)
        return
    with pytest.raises(No) as caught:
        proposal.decide(here)
    assert caught.value.why is Why.REPORT_EMPTY


# --- moments and panels -----------------------------------------------------------------------


async def test_moments_and_departures_want_what_the_work_order_covers() -> None:
    (moment,) = await proposed(h.WorkOrderMomentPassed(REPO, WORK.id, NOW), an_order())
    assert moment.about == About(WORK.id, choice=Choice.COVERED, whole=True)
    talked = order(State.DISCUSSION, tells_at=NOW)
    (entry,) = moment.decide(known(item=None, order=talked, actor=None)).entries
    assert entry == e.DiscussionEnded(WORK.id)
    event = h.IssueGone(REPO, WORK, "deleted", ADA, NOW)
    _, gone = await proposed(event, an_order())
    assert gone.about == About(WORK.id, ADA.id, choice=Choice.COVERED, whole=True)
    (cancelled,) = gone.decide(known(item=None, order=order(), actor=ADA.id)).entries
    assert isinstance(cancelled, e.OrderCancelled)
    assert (cancelled.how, cancelled.ends_at) == ("deleted", NOW + 14 * DAY)


async def test_closing_or_reopening_the_issue_changes_no_state() -> None:
    answers = an_order()
    assert await proposed(h.IssueClosed(REPO, WORK, "completed", ADA, NOW), answers) == []
    (reopened,) = await proposed(h.IssueReopened(REPO, WORK, ADA, NOW), answers)
    assert reopened.decide(known(item=None, order=order())) is NOTHING
    assert answers.asked == ["spot"]


async def test_the_panel_of_a_work_order_is_asked_for_by_its_issue() -> None:
    answers = an_order()
    target = OrderPanel(WORK.id, WORK.number)
    assert await routes().message(target, REPO, answers.lookup()) is None
    assert answers.asked == ["order_panel"]
