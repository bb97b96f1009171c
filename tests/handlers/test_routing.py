"""Who answers what, and who does not?"""

from __future__ import annotations

from typing import get_args

import pytest

from bot.domain.decisions import NOTHING, About, Proposal
from bot.domain.effects import ItemPanel, Message, Say, Target
from bot.domain.refs import Repo
from bot.domain.refusals import Misunderstood, No, Refusal, Why
from bot.domain.replies import HelpShown
from bot.events.happened import CommentMade, Event, IssueReopened
from bot.handlers import routes
from bot.lookup import CannotTell, Lookup
from bot.routing import Command, Router, Routes, Said, Step
from tests.domain.facts import known
from tests.handlers.fakes import ADA, ISSUE, NOW, REPO, Answers, commented

VERBS = ("pledge", "withdraw", "sent", "accept", "decline", "goal", "help")


async def steps(body: str, answers: Answers | None = None) -> list[Step]:
    return await routes().steps(commented(body), (answers or Answers()).lookup())


async def no(body: str, answers: Answers | None = None) -> No:
    (step,) = await steps(body, answers)
    assert isinstance(step.outcome, No)
    assert step.line == body
    return step.outcome


def test_help_lists_every_command_and_itself_last() -> None:
    verbs = [command.verb for command in routes().commands]
    assert set(VERBS) <= set(verbs)
    assert verbs[-1] == "help"
    assert [line.usage for line in routes().help()] == [each.usage for each in routes().commands]
    for command in routes().commands:
        assert command.usage.startswith(f"/{command.verb}")
        assert command.who
        assert command.does.endswith(".")


async def test_help_answers_with_that_table() -> None:
    (step,) = await steps("/help")
    assert isinstance(step.outcome, Proposal)
    (say,) = step.outcome.decide(known()).effects
    assert say == Say("help:77", ISSUE.number, HelpShown(routes().help()), answer=True)


async def test_help_is_quiet_where_nothing_works() -> None:
    (step,) = await steps("/help")
    assert isinstance(step.outcome, Proposal)
    with pytest.raises(Refusal) as caught:
        step.outcome.decide(known(item=None))
    assert (caught.value.why, caught.value.quiet) == (Why.NOT_HERE, True)


async def test_help_takes_no_words() -> None:
    assert (await no("/help me")).why is Why.TRAILING_WORDS


@pytest.mark.parametrize("kind", [kind for kind in get_args(Event) if kind is not CommentMade])
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


@pytest.mark.parametrize("part", ["commands", "events", "targets"])
def test_two_owners_of_one_thing_are_a_mistake(part: str) -> None:
    with pytest.raises(ValueError, match="has two owners"):
        Routes([waving(), only(waving(), part)])


async def test_an_event_without_a_handler_does_nothing() -> None:
    event = IssueReopened(REPO, ISSUE, ADA, NOW)
    assert await Routes([]).steps(event, Answers().lookup()) == []


async def test_a_new_subject_is_one_router() -> None:
    joined = Routes([waving()])
    found = await joined.steps(commented("/wave"), Answers().lookup())
    assert [(step.line, step.usage) for step in found] == [("/wave", "/wave")]
    panel = ItemPanel(ISSUE.id, ISSUE.number)
    assert await joined.message(panel, REPO, Answers().lookup()) == HelpShown(())
