"""What does each handler ask, and what does it propose?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.configuration import (
    CONFIGURATION,
    FUNDING,
    Configuration,
    ConfigurationReported,
    Mistake,
)
from bot.domain.decisions import NOTHING, About, Choice, Decision, Known, Proposal
from bot.domain.effects import ConfigurationCheck, ItemPanel, Refresh, RefreshPanels
from bot.domain.panel import ItemPanelShown, Position
from bot.domain.refs import Account, PullRef
from bot.domain.refusals import No, Refusal, Why
from bot.domain.roles import Rights
from bot.domain.rules import Rail, RoleList, Rules
from bot.domain.stages import Stage
from bot.events import happened as h
from bot.events.pulls import PULL_ACTIONS
from bot.handlers import routes
from bot.lookup import CannotTell, LabelledIssue
from tests.domain.facts import DAY, ITEM, STEWARD, STRANGER, WRITER, known, on, pledge
from tests.handlers.fakes import ADA, APP, ISSUE, MIA, NOW, ORG, REPO, Answers, commented

HERE = About(ISSUE.id, ADA.id)
PULL = PullRef(number=5, head="c0ffee", author=ADA)


async def proposed(event: h.Event, answers: Answers | None = None) -> list[Proposal]:
    steps = await routes().steps(event, (answers or Answers()).lookup())
    return [step.outcome for step in steps if isinstance(step.outcome, Proposal)]


async def commanded(body: str, answers: Answers | None = None, by: Account = ADA) -> Proposal:
    (proposal,) = await proposed(commented(body, by), answers)
    return proposal


async def refused(body: str, answers: Answers | None = None) -> No:
    (step,) = await routes().steps(commented(body), (answers or Answers()).lookup())
    assert isinstance(step.outcome, No)
    return step.outcome


def kinds(decision: Decision) -> list[type]:
    return [type(entry) for entry in decision.entries]


# --- commands ---------------------------------------------------------------------------------


async def test_a_plain_pledge_asks_github_nothing() -> None:
    answers = Answers()
    proposal = await commanded("/pledge $5", answers)
    assert proposal.about == replace(HERE, choice=Choice.OWN_LIVE, whole=True)
    assert kinds(proposal.decide(known())) == [e.PledgeMade]
    assert answers.asked == ["spot"]


async def test_a_pledge_for_an_organisation_looks_it_up() -> None:
    proposal = await commanded("/pledge $5 for @ACME")
    assert proposal.about == replace(HERE, choice=Choice.OWN_LIVE, funder=ORG.id, whole=True)
    (made,) = proposal.decide(known(funder=7)).entries
    assert isinstance(made, e.PledgeMade)
    assert (made.now, made.funder) == (Stage.OFFERED, 7)


async def test_a_pledge_for_oneself_is_a_plain_one() -> None:
    answers = Answers()
    assert (await commanded("/pledge $5 for @ada", answers)).about.funder is None
    assert answers.asked == ["spot"]


async def test_nobody_pledges_for_another_person_or_for_nobody() -> None:
    person = await refused("/pledge $5 for @mia")
    assert (person.why, person.facts) == (Why.ACCOUNT_NOT_ORGANISATION, {"account": "mia"})
    nobody = await refused("/pledge $5 for @nobody")
    assert (nobody.why, nobody.facts) == (Why.ACCOUNT_UNKNOWN, {"account": "nobody"})


@pytest.mark.parametrize(
    ("body", "entry"), [("/withdraw", e.PledgeWithdrawn), ("/sent", e.PledgeSent)]
)
async def test_a_pledger_needs_no_rights(body: str, entry: type) -> None:
    answers = Answers()
    bare = await commanded(body, answers)
    named = await commanded(f"{body} P-3", answers)
    assert bare.about == replace(HERE, choice=Choice.OWN_LIVE)
    assert named.about == replace(HERE, choice=Choice.OWN_LIVE, pledge=3)
    assert kinds(bare.decide(known(pledge(1)))) == [entry]
    assert set(answers.asked) == {"spot"}


@pytest.mark.parametrize(
    ("body", "entry"),
    [("/accept", e.PledgeAccepted), ("/decline because", e.PledgeDeclined)],
)
async def test_a_steward_is_looked_up(body: str, entry: type) -> None:
    answers = Answers(rights={MIA.id: STEWARD})
    proposal = await commanded(body, answers, MIA)
    assert proposal.about == About(ISSUE.id, MIA.id, choice=Choice.OFFERS)
    offer = known(pledge(1, Stage.OFFERED), actor=9)
    assert kinds(proposal.decide(offer)) == [entry]
    assert answers.asked == ["spot", "rights"]
    stranger = await commanded(body, Answers(), MIA)
    with pytest.raises(Refusal) as caught:
        stranger.decide(offer)
    assert caught.value.why is Why.NOT_STEWARD


async def test_a_goal_looks_its_steward_up() -> None:
    proposal = await commanded("/goal $500", Answers(rights={ADA.id: STEWARD}))
    assert proposal.about == HERE
    assert kinds(proposal.decide(known())) == [e.GoalSet]


async def test_what_cannot_be_read_asks_github_nothing() -> None:
    answers = Answers()
    for body in ("/accept please", "/decline", "/goal much", "/pledge 1.000 for @acme"):
        await refused(body, answers)
    assert set(answers.asked) == {"spot"}


# --- labels -----------------------------------------------------------------------------------


def labelled(label: str = "roadmap", by: Account = MIA) -> h.IssueLabelled:
    return h.IssueLabelled(REPO, ISSUE, label, by, NOW)


def unlabelled(label: str = "roadmap") -> h.IssueUnlabelled:
    return h.IssueUnlabelled(REPO, replace(ISSUE, labels=()), label, MIA, NOW)


@pytest.mark.parametrize("event", [labelled("bug"), unlabelled("bug"), labelled("roadmap 2")])
async def test_another_label_asks_nothing_of_github(event: h.Event) -> None:
    answers = Answers()
    assert await proposed(event, answers) == []
    assert set(answers.asked) == {"rules"}


async def test_the_roadmap_label_looks_up_whoever_set_it() -> None:
    answers = Answers(rights={MIA.id: WRITER})
    (proposal,) = await proposed(labelled("Roadmap"), answers)
    assert proposal.about == About(ISSUE.id, MIA.id)
    assert kinds(proposal.decide(known(item=None))) == [e.ItemLabelled]
    assert answers.asked == ["rules", "rights", "rules"]


async def test_the_label_of_an_app_does_not_count() -> None:
    answers = Answers(rights={APP.id: STEWARD})
    (proposal,) = await proposed(labelled(by=APP), answers)
    with pytest.raises(Refusal):
        proposal.decide(known(item=None))
    assert set(answers.asked) == {"rules"}


async def test_the_labels_are_those_of_the_project() -> None:
    answers = Answers(rules=Rules(labels=("wanted",)))
    assert await proposed(labelled(), answers) == []
    assert len(await proposed(labelled("Wanted"), answers)) == 1


async def test_the_label_taken_off_starts_the_end() -> None:
    (proposal,) = await proposed(unlabelled())
    assert proposal.decide(known()).entries == (e.ItemUnlabelled(ISSUE.id, NOW + 14 * DAY),)


async def test_a_labeller_who_cannot_be_looked_up_waits() -> None:
    with pytest.raises(CannotTell):
        await proposed(labelled(), Answers(unanswered="rights"))


# --- closing and the like ---------------------------------------------------------------------


def closed(reason: str = "completed", by: Account = MIA) -> h.IssueClosed:
    return h.IssueClosed(REPO, ISSUE, reason, by, NOW)


async def close(event: h.IssueClosed, answers: Answers) -> list[type]:
    (proposal,) = await proposed(event, answers)
    assert proposal.about == About(ISSUE.id, event.by.id, choice=Choice.LIVE)
    return kinds(proposal.decide(known(pledge(1), actor=9)))


async def test_closed_by_a_stewards_hand_pledges_fall_due() -> None:
    answers = Answers(rights={MIA.id: STEWARD})
    assert await close(closed(), answers) == [e.ItemClosed, e.PledgeFellDue]
    assert answers.asked == ["spot", "rights", "closed_by_hand"]


@pytest.mark.parametrize(
    ("event", "answers", "asked"),
    [
        (closed(), Answers(rights={MIA.id: STEWARD}, by_hand=False), ["rights", "closed_by_hand"]),
        (closed(), Answers(rights={MIA.id: WRITER}), ["rights"]),
        (closed(by=APP), Answers(rights={APP.id: STEWARD}), []),
        (closed("not_planned"), Answers(rights={MIA.id: STEWARD}), []),
        (closed("duplicate"), Answers(rights={MIA.id: STEWARD}), []),
    ],
    ids=["by a merge", "by a writer", "by an app", "not planned", "duplicate"],
)
async def test_closed_otherwise_nothing_falls_due(
    event: h.IssueClosed, answers: Answers, asked: list[str]
) -> None:
    assert await close(event, answers) == [e.ItemClosed]
    assert answers.asked == ["spot", *asked]


async def test_an_issue_that_is_no_item_is_not_looked_up() -> None:
    answers = Answers(items=frozenset())
    assert await proposed(closed(), answers) == []
    assert answers.asked == ["spot"]


@pytest.mark.parametrize("question", ["spot", "rights", "closed_by_hand"])
async def test_a_closing_that_cannot_be_judged_waits(question: str) -> None:
    with pytest.raises(CannotTell):
        await close(closed(), Answers(rights={MIA.id: STEWARD}, unanswered=question))


async def test_reopened_deleted_and_moved_issues_are_noted() -> None:
    (reopened,) = await proposed(h.IssueReopened(REPO, ISSUE, MIA, NOW))
    assert kinds(reopened.decide(known(item=on(ITEM, is_open=False)))) == [e.ItemReopened]
    gone, order_gone = await proposed(h.IssueGone(REPO, ISSUE, "transferred", MIA, NOW))
    entry = e.ItemGone(ISSUE.id, "transferred", NOW + 14 * DAY)
    assert gone.decide(known()).entries == (entry,)
    assert order_gone.decide(known()) is NOTHING
    assert reopened.about == gone.about == About(ISSUE.id, MIA.id)


async def test_moments_are_decided_about_the_rows_that_they_name() -> None:
    (deadline,) = await proposed(h.PledgeDeadlinePassed(REPO, ISSUE.id, 3, NOW))
    assert deadline.about == About(ISSUE.id, pledge=3)
    old = pledge(3, deadline=NOW)
    assert kinds(deadline.decide(known(old, actor=None))) == [e.PledgeExpired]
    (end,) = await proposed(h.ItemEndPassed(REPO, ISSUE.id, NOW))
    assert end.about == About(ISSUE.id, choice=Choice.LIVE)
    left = known(old, actor=None, item=on(ITEM, on_roadmap=False, ends_at=NOW))
    assert kinds(end.decide(left)) == [e.ItemEnded, e.PledgeExpired]


async def test_adoption_looks_every_labeller_up_once() -> None:
    found = (
        LabelledIssue(ISSUE, MIA, is_open=True),
        LabelledIssue(replace(ISSUE, id=9002), ADA, is_open=False),
        LabelledIssue(replace(ISSUE, id=9003), None, is_open=True),
    )
    answers = Answers(labelled=found, rights={MIA.id: WRITER})
    proposals = await proposed(h.AdoptionWanted(REPO, NOW), answers)
    nothing = known(item=None)
    recorded = [kinds(each.decide(nothing)) for each in proposals]
    assert recorded == [[e.ItemLabelled], [e.Refused], [e.Refused]]
    assert [each.about.actor for each in proposals] == [MIA.id, ADA.id, None]
    asked_for_orders = ["rules", "labelled_issues"]
    assert answers.asked == ["rules", "labelled_issues", "rights", "rights", *asked_for_orders]


async def test_adoption_that_cannot_list_the_issues_waits() -> None:
    with pytest.raises(CannotTell):
        await proposed(h.AdoptionWanted(REPO, NOW), Answers(unanswered="labelled_issues"))


async def test_the_panel_is_shown_as_it_is_now() -> None:
    shown = ItemPanelShown(
        repository="acme/rocket", item=ITEM, rules=Rules(), position=Position(1, "00")
    )
    answers = Answers(panel=shown)
    panel = ItemPanel(ISSUE.id, ISSUE.number)
    assert await routes().message(panel, REPO, answers.lookup()) == shown
    other = ItemPanel(4, 4)
    assert await routes().message(other, REPO, answers.lookup()) is None


# --- configuration ----------------------------------------------------------------------------

NEW = Rules(currencies=("EUR",))
SHOWN = Refresh(ConfigurationCheck("c0ffee"))
NOTHING_KNOWN = Known()


@pytest.mark.parametrize(
    "push",
    [
        h.Pushed(REPO, "an old commit", frozenset({CONFIGURATION, "README.md"}), NOW),
        h.Pushed(REPO, "an old commit", frozenset(), NOW, forced=True),
    ],
)
async def test_a_push_that_may_touch_the_rules_reads_the_newest_commit(push: h.Pushed) -> None:
    answers = Answers(configuration=Configuration(NEW))
    (proposal,) = await proposed(push, answers)
    assert proposal.about == About()
    decision = proposal.decide(NOTHING_KNOWN)
    assert decision == Decision((e.RulesChanged("c0ffee", NEW),), (SHOWN, RefreshPanels()))


async def test_a_push_of_the_funding_file_changes_rails_and_nothing_else() -> None:
    rails = (Rail("Open Collective", "https://opencollective.com/acme"),)
    read = Rules(stewards=RoleList((99,)), rails=rails)
    answers = Answers(configuration=Configuration(read))
    (proposal,) = await proposed(h.Pushed(REPO, "c0ffee", frozenset({FUNDING}), NOW), answers)
    before = Rules(stewards=RoleList((1,)))
    (entry,) = proposal.decide(Known(newest_rules=before)).entries
    assert isinstance(entry, e.RulesChanged)
    assert (entry.rules.stewards, entry.rules.rails) == (before.stewards, rails)


async def test_any_other_push_asks_nothing() -> None:
    answers = Answers()
    push = h.Pushed(REPO, "c0ffee", frozenset({"README.md", "docs/bursar.yml"}), NOW)
    assert await proposed(push, answers) == []
    assert answers.asked == []


async def test_a_pull_request_that_touches_the_configuration_gets_a_check_and_no_entry() -> None:
    pull = h.PullChanged(REPO, PULL, ADA, "opened", NOW)
    link, check = await proposed(pull, Answers(files=frozenset({CONFIGURATION})))
    assert check.decide(NOTHING_KNOWN) == Decision((), (SHOWN,))
    others = await proposed(pull, Answers(files=frozenset({FUNDING, "README.md"})))
    assert [each.about for each in others] == [link.about]


@pytest.mark.parametrize("action", sorted(h.HEAD_MOVES))
async def test_the_check_goes_wherever_the_head_may_have_moved(action: str) -> None:
    pull = h.PullChanged(REPO, PULL, ADA, action, NOW)
    proposals = await proposed(pull, Answers(files=frozenset({CONFIGURATION})))
    assert SHOWN in [effect for each in proposals for effect in each.decide(NOTHING_KNOWN).effects]


@pytest.mark.parametrize("action", sorted(set(PULL_ACTIONS) - h.HEAD_MOVES))
async def test_nothing_is_asked_about_the_files_of_a_head_that_did_not_move(action: str) -> None:
    answers = Answers(files=frozenset({CONFIGURATION}))
    (link,) = await proposed(h.PullChanged(REPO, PULL, ADA, action, NOW), answers)
    assert link.decide(NOTHING_KNOWN) == NOTHING
    assert "pull_files" not in answers.asked


async def test_a_repository_gets_its_first_rules_from_its_default_branch() -> None:
    answers = Answers(configuration=Configuration(NEW))
    (proposal,) = await proposed(h.RulesWanted(REPO, NOW), answers)
    assert proposal.decide(NOTHING_KNOWN).entries == (e.RulesChanged("c0ffee", NEW),)
    assert proposal.decide(known(rules=Rules())) is NOTHING
    assert answers.asked == ["default_head", "configuration"]


@pytest.mark.parametrize("commit", ["c0ffee", "deadbeef"])
async def test_the_check_tells_whether_the_commit_is_in_force(commit: str) -> None:
    read = Configuration(None, (Mistake(3, "No."),))
    answers = Answers(configuration=read)
    message = await routes().message(ConfigurationCheck(commit), REPO, answers.lookup())
    assert message == ConfigurationReported(read, on_default_branch=commit == "c0ffee")


@pytest.mark.parametrize("question", ["default_head", "configuration"])
async def test_rules_that_cannot_be_read_wait(question: str) -> None:
    with pytest.raises(CannotTell):
        await proposed(h.RulesWanted(REPO, NOW), Answers(unanswered=question))


async def test_rights_are_asked_of_the_one_who_speaks() -> None:
    answers = Answers(rights={MIA.id: Rights(steward=True), ADA.id: STRANGER})
    proposal = await commanded("/goal none", answers)
    with pytest.raises(Refusal) as caught:
        proposal.decide(known())
    assert caught.value.why is Why.NOT_STEWARD
