"""Pull requests: whose rights are asked, once, and which work order is at hand?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, About, Decision, Known, Proposal
from bot.domain.effects import Disclosure, OrderPanel, Refresh
from bot.domain.order_panel import DisclosureShown
from bot.domain.refs import PullRef
from bot.domain.refusals import Misunderstood, Refusal, Why
from bot.domain.reviews import Learned
from bot.domain.states import State
from bot.domain.views import Link, Order
from bot.events import happened as h
from bot.events.pulls import PULL_ACTIONS, REVIEW_ACTIONS
from bot.handlers import routes
from bot.lookup import CannotTell
from tests.domain.facts import STEWARD, WRITER, known, order, pull_facts
from tests.handlers.fakes import (
    ADA,
    APP,
    DAN,
    MIA,
    NOW,
    PULL_ISSUE,
    REPO,
    WORK,
    Answers,
    commented,
)

PULL = PullRef(number=5, head="c0ffee", author=DAN, body="It is faster.\n\nCWO: #57")
SHOWN = (Refresh(Disclosure(5)), Refresh(OrderPanel(WORK.id, 57)))
LEARNED = Learned(5, None, writes=True)


def active(*developers: int) -> Order:
    return order(State.ACTIVE, agreed=replace(order().terms, developers=developers))


def at_hand(order: Order | None, *links: Link, actor: int = DAN.id) -> Known:
    places = {} if order is None else {order.issue: order}
    return replace(known(item=None, order=order, actor=actor), links=links, places=places)


async def link_of(event: h.Event, answers: Answers) -> Proposal:
    """What is proposed about the link, and not about the configuration."""
    steps = await routes().steps(event, answers.lookup())
    outcome = steps[0].outcome
    assert isinstance(outcome, Proposal)
    return outcome


def changed(action: str, pull: PullRef = PULL) -> h.PullChanged:
    return h.PullChanged(REPO, pull, ADA, action, NOW)


def reviewed(action: str = "submitted", **changes: object) -> h.ReviewChanged:
    event = h.ReviewChanged(REPO, PULL, 31, MIA, "approved", action, NOW)
    return replace(event, **changes)  # type: ignore[arg-type]


# --- pull requests ----------------------------------------------------------------------------


async def test_the_work_order_named_in_the_description_is_at_hand_whole() -> None:
    proposal = await link_of(changed("edited"), Answers())
    assert proposal.about == About(pull=5, order_number=57, whole=True)
    decision = proposal.decide(at_hand(active(DAN.id)))
    (linked,) = decision.entries
    assert isinstance(linked, e.PullLinked)
    assert (linked.issue, linked.author, linked.by_steward) == (WORK.id, DAN.id, False)
    assert decision.effects == SHOWN


async def test_one_who_is_no_developer_only_names_it() -> None:
    proposal = await link_of(changed("edited"), Answers())
    (named,) = proposal.decide(at_hand(active(ADA.id))).entries
    assert isinstance(named, e.PullNamed)


async def test_without_the_line_no_work_order_is_at_hand_but_the_one_linked_before() -> None:
    proposal = await link_of(changed("edited"), Answers(pull=pull_facts(5, DAN.id)))
    assert proposal.about == About(pull=5, order_number=None, whole=True)
    before = Link(
        5, WORK.id, linked=True, named=True, by_steward=False, author=DAN.id, seq=3, at=NOW
    )
    (ended,) = proposal.decide(at_hand(active(DAN.id), before)).entries
    assert ended == e.PullUnlinked(issue=WORK.id, pull=5)
    assert proposal.decide(at_hand(None)) == NOTHING


async def test_whether_an_author_may_write_is_asked_once_when_it_is_opened() -> None:
    answers = Answers(rights={DAN.id: WRITER})
    proposal = await link_of(changed("opened"), answers)
    assert answers.asked.count("rights") == 1
    assert proposal.decide(at_hand(None)) == Decision(learned=(LEARNED,))
    for action in sorted(set(PULL_ACTIONS) - {"opened"}):
        answers = Answers(rights={DAN.id: WRITER})
        proposal = await link_of(changed(action), answers)
        assert "rights" not in answers.asked
        assert proposal.decide(at_hand(None)).learned == ()


async def test_nobody_asks_about_bots() -> None:
    answers = Answers(rights={APP.id: WRITER})
    proposal = await link_of(changed("opened", replace(PULL, author=APP)), answers)
    assert "rights" not in answers.asked
    assert proposal.decide(at_hand(None)) == NOTHING


async def test_an_author_who_cannot_be_looked_up_waits() -> None:
    with pytest.raises(CannotTell):
        await link_of(changed("opened"), Answers(unanswered="rights"))


async def test_whoever_merged_is_known_by_number() -> None:
    merged = replace(PULL, merged=True, is_open=False, merged_by=MIA)
    told = pull_facts(5, DAN.id, "CWO: #57", merged_by=MIA.id)
    proposal = await link_of(changed("closed", merged), Answers(pull=told))
    _, entry = proposal.decide(at_hand(active(DAN.id))).entries
    assert isinstance(entry, e.PullMerged)
    assert (entry.by, entry.interested) == (MIA.id, False)


async def test_what_turns_up_late_is_decided_by_what_was_told_newest() -> None:
    answers = Answers(pull=pull_facts(5, DAN.id, "It names nothing any more."))
    proposal = await link_of(changed("edited"), answers)
    assert proposal.about == About(pull=5, whole=True)
    assert proposal.decide(at_hand(None)) == NOTHING


# --- reviews ----------------------------------------------------------------------------------


async def test_whether_a_reviewer_may_write_is_asked_once_when_it_is_submitted() -> None:
    answers = Answers(rights={MIA.id: STEWARD})
    proposal = await link_of(reviewed(), answers)
    assert (proposal.about, answers.asked) == (
        About(pull=5, order_number=57, whole=True),
        ["rights", "pull"],
    )
    learned = Learned(5, 31, writes=True)
    assert proposal.decide(at_hand(None)) == Decision(learned=(learned,))
    for action in sorted(set(REVIEW_ACTIONS) - {"submitted"}):
        answers = Answers(rights={MIA.id: STEWARD})
        assert (await link_of(reviewed(action), answers)).decide(at_hand(None)) == NOTHING
        assert answers.asked == ["pull"]


async def test_nobody_asks_about_a_bot_that_reviews() -> None:
    answers = Answers(rights={APP.id: STEWARD})
    proposal = await link_of(reviewed(reviewer=APP), answers)
    assert answers.asked == ["pull"]
    assert proposal.decide(at_hand(None)) == NOTHING


async def test_a_review_is_no_entry_and_shows_anew_what_names_a_work_order() -> None:
    link = Link(5, WORK.id, linked=True, named=True, by_steward=False, author=DAN.id, seq=3, at=NOW)
    proposal = await link_of(reviewed("dismissed"), Answers())
    assert proposal.decide(at_hand(active(DAN.id), link)) == Decision((), SHOWN)


# --- a steward's word -------------------------------------------------------------------------


async def test_a_steward_links_a_pull_request_of_anybody() -> None:
    answers = Answers(rights={ADA.id: STEWARD})
    issue = replace(PULL_ISSUE, body="CWO: #57")
    (step,) = await routes().steps(commented("/cwo link #57", issue=issue), answers.lookup())
    assert isinstance(step.outcome, Proposal)
    assert answers.asked == ["rights", "pull"]
    about = About(actor=ADA.id, pull=5, order_number=57, whole=True)
    assert step.outcome.about == about
    (linked,) = step.outcome.decide(at_hand(active(), actor=ADA.id)).entries
    assert isinstance(linked, e.PullLinked)
    assert (linked.by_steward, linked.named, linked.author) == (True, True, DAN.id)
    stranger = Answers()
    (step,) = await routes().steps(commented("/cwo link #57", issue=issue), stranger.lookup())
    assert isinstance(step.outcome, Proposal)
    with pytest.raises(Refusal) as caught:
        step.outcome.decide(at_hand(active(), actor=ADA.id))
    assert caught.value.why is Why.NOT_STEWARD


async def test_a_link_that_cannot_be_read_asks_nothing() -> None:
    answers = Answers()
    for body in ("/cwo link", "/cwo link 57", "/cwo link #0", "/cwo link #57 #58"):
        (step,) = await routes().steps(commented(body, issue=PULL_ISSUE), answers.lookup())
        assert isinstance(step.outcome, Misunderstood)
    assert answers.asked == []


async def test_a_pull_request_whose_author_is_gone_can_be_linked() -> None:
    answers = Answers(rights={ADA.id: STEWARD})
    answers.pull = pull_facts(5, None)
    issue = replace(PULL_ISSUE, author=None)
    (step,) = await routes().steps(commented("/cwo link none", issue=issue), answers.lookup())
    assert isinstance(step.outcome, Proposal)
    assert step.outcome.about.order_number is None
    assert answers.asked == ["rights", "pull"]


async def test_the_disclosure_is_asked_for_by_the_number_of_the_pull_request() -> None:
    shown = DisclosureShown(
        repository="acme/rocket",
        number=5,
        head="c0ffee",
        order=57,
        linked=True,
        ended=False,
        author=DAN.id,
    )
    answers = Answers(disclosure=shown)
    assert await routes().message(Disclosure(5), REPO, answers.lookup()) == shown
    assert answers.asked == ["disclosure"]
