"""Who answers what, and who does not?"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from bot.domain.decisions import NOTHING, About, Proposal
from bot.domain.effects import ItemPanel, Message, Say, Target
from bot.domain.refs import IssueRef, Repo
from bot.domain.refusals import Misunderstood, No, Refusal, Why
from bot.domain.replies import HelpShown
from bot.events.happened import CommentMade, Event, IssueReopened, MonthEndPassed
from bot.handlers import routes
from bot.handlers.help import lines
from bot.lookup import CannotTell, Lookup, Spot
from bot.routing import Command, Router, Routes, Said, Step
from tests.domain.facts import known
from tests.handlers.fakes import ADA, ISSUE, NOW, PULL_ISSUE, REPO, WORK, Answers, commented

ANYWHERE = ("pledge", "withdraw", "sent", "accept", "decline", "help")
MONEY = ("received", "paid", "refunded", "reverse")
COURSE = ("propose", "approve", "decline", "start", "report", "finish", "close", "cancel")
ON_ITEMS = (*ANYWHERE, *MONEY, "goal")
ON_ORDERS = (*ANYWHERE, *MONEY, *(f"cwo {word}" for word in COURSE))
VERBS = (*ON_ITEMS, *ON_ORDERS, "cwo link")


def an_order() -> Answers:
    return Answers(items=frozenset(), orders=frozenset({WORK.id}))


async def steps(body: str, answers: Answers | None = None, issue: IssueRef = ISSUE) -> list[Step]:
    said = commented(body, issue=issue)
    return await routes().steps(said, (answers or Answers()).lookup())


async def no(body: str, answers: Answers | None = None, issue: IssueRef = ISSUE) -> No:
    (step,) = await steps(body, answers, issue)
    assert isinstance(step.outcome, No)
    assert step.line == body
    return step.outcome


def test_help_lists_every_command_and_itself_last() -> None:
    verbs = [command.verb for command in routes().commands]
    assert (len(verbs), set(verbs)) == (len(set(VERBS)), set(VERBS))
    assert verbs[-1] == "help"
    for command in routes().commands:
        assert command.usage.startswith(f"/{command.verb}")
        assert command.who
        assert command.does.endswith(".")


@pytest.mark.parametrize(
    ("spot", "verbs"), [(Spot.ITEM, ON_ITEMS), (Spot.ORDER, ON_ORDERS), (Spot.PULL, ("cwo link",))]
)
async def test_help_lists_what_works_at_each_kind_of_place(
    spot: Spot, verbs: tuple[str, ...]
) -> None:
    works = [command for command in routes().commands if spot in command.spots]
    assert {command.verb for command in works} == set(verbs)
    assert [line.usage for line in lines(works, spot)] == [command.usage for command in works]
    assert lines(list(routes().commands), None) == ()


@pytest.mark.parametrize(
    ("issue", "spot", "length"),
    [(ISSUE, Spot.ITEM, len(ON_ITEMS)), (WORK, Spot.ORDER, len(ON_ORDERS))],
)
async def test_help_answers_with_that_table(issue: IssueRef, spot: Spot, length: int) -> None:
    (step,) = await steps("/help", Answers(orders=frozenset({WORK.id})), issue)
    assert isinstance(step.outcome, Proposal)
    (say,) = step.outcome.decide(known()).effects
    table = lines(list(routes().commands), spot)
    assert len(table) == length
    assert say == Say("help:77", issue.number, HelpShown(table), answer=True)


async def test_help_is_quiet_where_nothing_works() -> None:
    (step,) = await steps("/help")
    assert isinstance(step.outcome, Proposal)
    with pytest.raises(Refusal) as caught:
        step.outcome.decide(known(item=None))
    assert (caught.value.why, caught.value.quiet) == (Why.NOT_HERE, True)


async def test_help_takes_no_words() -> None:
    assert (await no("/help me")).why is Why.TRAILING_WORDS


IN_THE_LANE = {CommentMade, MonthEndPassed}
"""Comments go to commands; a month is closed before the worker looks at any event of the lane."""


@pytest.mark.parametrize("kind", [kind for kind in get_args(Event) if kind not in IN_THE_LANE])
def test_every_event_has_its_handler(kind: type[Event]) -> None:
    assert kind in routes()._all.events


@pytest.mark.parametrize("target", get_args(Target))
def test_every_target_can_be_rendered(target: type[Target]) -> None:
    assert target in routes()._all.targets


@pytest.mark.parametrize(
    "body", ["Nice work!", "", "/lgtm", "/assign @ada\n/sendit", "> /pledge $5"]
)
async def test_what_is_not_for_us_asks_nothing(body: str) -> None:
    answers = Answers()
    assert await steps(body, answers) == []
    assert answers.asked == []


@pytest.mark.parametrize(
    ("line", "verb"),
    [("/pleges $500", "pledge"), ("/Withdrawl P-1", "withdraw"), ("/acept", "accept")],
)
async def test_a_misspelt_verb_is_answered_with_the_right_usage(line: str, verb: str) -> None:
    (step,) = await steps(line)
    assert isinstance(step.outcome, Misunderstood)
    assert (step.outcome.why, step.outcome.facts) == (Why.MISSPELT, {"verb": verb})
    assert step.usage.startswith(f"/{verb}")


async def test_the_commands_of_one_comment_become_steps_in_order() -> None:
    found = await steps("/pledge $5\n/lgtm\n/goal 7\ntext\n\n/pleges\n/help")
    assert [step.line for step in found] == ["/pledge $5", "/goal 7", "/pleges", "/help"]
    assert [isinstance(step.outcome, Proposal) for step in found] == [True, True, False, True]


async def test_a_comment_may_hold_20_commands_and_foreign_ones_besides() -> None:
    assert len(await steps("/withdraw\n" * 20 + "/lgtm\n" * 20)) == 20
    (step,) = await steps("/withdraw P-1\n" * 21)
    assert isinstance(step.outcome, Misunderstood)
    assert (step.outcome.why, step.outcome.facts) == (Why.TOO_MANY_COMMANDS, {"most": "20"})
    assert step.line == "/withdraw P-1"


async def test_a_command_that_cannot_be_read_carries_its_usage() -> None:
    (step,) = await steps("/pledge 1.000")
    assert isinstance(step.outcome, Misunderstood)
    assert (step.line, step.usage) == ("/pledge 1.000", routes().commands[0].usage)


async def test_a_question_without_an_answer_is_no_no() -> None:
    with pytest.raises(CannotTell):
        await steps("/accept P-1", Answers(unanswered="rights"))
    with pytest.raises(CannotTell):
        await steps("/pledge $5 for @acme", Answers(unanswered="account"))


# --- verbs of two words -----------------------------------------------------------------------


@pytest.mark.parametrize("body", ["/cwo propose", "/CWO Propose", "/cwo  \t PROPOSE  "])
async def test_a_verb_of_two_words_knows_no_case_and_any_space_between(body: str) -> None:
    (step,) = await steps(body, an_order(), WORK)
    assert isinstance(step.outcome, Proposal)
    assert (step.line, step.usage) == (body.rstrip(), "/cwo propose")


async def test_the_words_behind_both_are_those_of_the_command() -> None:
    (step,) = await steps("/cwo start unfunded", an_order(), WORK)
    assert isinstance(step.outcome, Proposal)
    assert (await no("/cwo start now", an_order(), WORK)).why is Why.TRAILING_WORDS
    assert (await no("/cwo propose it", an_order(), WORK)).why is Why.TRAILING_WORDS


@pytest.mark.parametrize("body", ["/cwo", "/CWO", "/cwo #57", "/cwo unfunded start"])
async def test_the_first_word_alone_is_answered_with_the_second_ones(body: str) -> None:
    (step,) = await steps(body, an_order(), WORK)
    assert isinstance(step.outcome, Misunderstood)
    words = [verb.split()[1] for verb in ON_ORDERS if " " in verb]
    assert step.outcome.why is Why.WHICH_COMMAND
    assert step.outcome.facts == {"commands": ", ".join([*words, "link"])}
    assert (step.line, step.usage) == (body, "/cwo …")


@pytest.mark.parametrize(
    ("body", "verb"),
    [
        ("/cwo strat", "cwo start"),
        ("/cwo aprove", "cwo approve"),
        ("/cwoo start", "cwo start"),
        ("/CWO Reprot all is well", "cwo report"),
    ],
)
async def test_a_misspelt_word_of_two_is_answered_with_the_right_usage(
    body: str, verb: str
) -> None:
    (step,) = await steps(body, an_order(), WORK)
    assert isinstance(step.outcome, Misunderstood)
    assert (step.outcome.why, step.outcome.facts) == (Why.MISSPELT, {"verb": verb})
    assert step.usage.startswith(f"/{verb}")


@pytest.mark.parametrize("body", ["/cw start", "/lgtm propose", "/start", "/propose"])
async def test_a_foreign_first_word_stays_foreign(body: str) -> None:
    assert await steps(body, an_order(), WORK) == []


# --- where a command works --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "issue", "belongs"),
    [
        ("/goal $500", WORK, Spot.ITEM),
        ("/cwo start", ISSUE, Spot.ORDER),
        ("/cwo link #57", ISSUE, Spot.PULL),
        ("/cwo link #57", WORK, Spot.PULL),
        ("/cwo approve", PULL_ISSUE, Spot.ORDER),
        ("/pledge $500", PULL_ISSUE, Spot.ITEM),
        ("/received $500 from @ada", PULL_ISSUE, Spot.ITEM),
        ("/help", PULL_ISSUE, Spot.ITEM),
    ],
)
async def test_a_command_in_the_wrong_place_says_where_it_belongs(
    body: str, issue: IssueRef, belongs: Spot
) -> None:
    answers = Answers(orders=frozenset({WORK.id}))
    found = await no(body, answers, issue)
    assert isinstance(found, Refusal)
    assert (found.why, found.facts) == (Why.WRONG_PLACE, {"belongs": belongs})
    assert set(answers.asked) <= {"spot"}, "nothing is asked of GitHub about it"


async def test_a_misspelt_command_is_mended_before_its_place_is() -> None:
    assert (await no("/cwo lnik #57", None, ISSUE)).why is Why.MISSPELT


async def test_where_nothing_works_every_command_is_refused_quietly_at_once() -> None:
    answers = Answers(items=frozenset())
    for body in ("/pledge $5", "/cwo start", "/cwo", "/pleges $5"):
        found = await no(body, answers, replace(ISSUE, labels=("bug",)))
        assert (found.why, found.quiet) == (Why.NOT_HERE, True)
    assert set(answers.asked) == {"spot", "rules"}


@pytest.mark.parametrize(
    ("labels", "works"), [(("Work-Order",), "/cwo propose"), (("Roadmap",), "/goal $500")]
)
async def test_a_label_tells_what_an_issue_is_before_it_was_brought_in(
    labels: tuple[str, ...], works: str
) -> None:
    answers = Answers(items=frozenset())
    issue = replace(WORK, labels=labels)
    (step,) = await steps(works, answers, issue)
    assert isinstance(step.outcome, Proposal)
    other = "/goal $500" if works.startswith("/cwo") else "/cwo propose"
    assert (await no(other, answers, issue)).why is Why.WRONG_PLACE


async def test_what_was_recorded_counts_for_more_than_a_label() -> None:
    issue = replace(ISSUE, labels=("work-order",))
    assert (await no("/cwo propose", Answers(), issue)).why is Why.WRONG_PLACE


# --- the tables -------------------------------------------------------------------------------

WAVE = Command("wave", "/wave", "anyone", "Waves.")


def waving() -> Router:
    router = Router()

    @router.command(WAVE)
    async def wave(_: Said, __: Lookup) -> Proposal:
        return Proposal(About(), lambda _: NOTHING)

    @router.event(IssueReopened)
    async def reopened(_: IssueReopened, __: Lookup) -> list[Proposal]:
        return []

    @router.refresh(ItemPanel)
    async def panel(_: ItemPanel, __: Repo, ___: Lookup) -> Message | None:
        return HelpShown(())

    return router


def only(router: Router, part: str) -> Router:
    alone = Router()
    getattr(alone, part).update(getattr(router, part))
    return alone


@pytest.mark.parametrize("part", ["commands", "targets"])
def test_two_owners_of_one_thing_are_a_mistake(part: str) -> None:
    with pytest.raises(ValueError, match="has two owners"):
        Routes([waving(), only(waving(), part)])


async def test_an_event_may_be_answered_by_several_subjects_in_their_order() -> None:
    def hearing(issue: int) -> Router:
        router = Router()

        @router.event(IssueReopened)
        async def reopened(_: IssueReopened, __: Lookup) -> list[Proposal]:
            return [Proposal(About(issue), lambda _: NOTHING)]

        return router

    joined = Routes([hearing(1), waving(), hearing(2)])
    found = await joined.steps(IssueReopened(REPO, ISSUE, ADA, NOW), Answers().lookup())
    outcomes = [step.outcome for step in found]
    assert [each.about for each in outcomes if isinstance(each, Proposal)] == [About(1), About(2)]


async def test_an_event_without_a_handler_does_nothing() -> None:
    event = IssueReopened(REPO, ISSUE, ADA, NOW)
    assert await Routes([]).steps(event, Answers().lookup()) == []


async def test_a_new_subject_is_one_router() -> None:
    joined = Routes([waving()])
    found = await joined.steps(commented("/wave"), Answers().lookup())
    assert [(step.line, step.usage) for step in found] == [("/wave", "/wave")]
    panel = ItemPanel(ISSUE.id, ISSUE.number)
    assert await joined.message(panel, REPO, Answers().lookup()) == HelpShown(())
