"""Does the bot still say what it said, and does everything that it can say have an example?"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys

import pytest

import bot.domain
from bot.comments import COMMENT_AT_MOST, Checked, length, template_name
from bot.domain.commands import read_comment
from bot.domain.effects import Message
from bot.domain.order_panel import DisclosureShown
from bot.domain.refusals import Why
from bot.domain.replies import CommandRefused
from bot.domain.stages import LIFE, Event, Stage
from bot.domain.states import COURSE, Act, State
from tests.comments.examples import EXAMPLES
from tests.comments.facts import COMMENTS, NAMES, TEMPLATES
from tests.comments.golden import GOLDEN, expected, said
from tests.comments.refusals import REFUSED

UNUSED_WORDS = ("reward", "claim", "winner", "hunter")


def message_classes() -> set[type[Message]]:
    for module in pkgutil.walk_packages(bot.domain.__path__, "bot.domain."):
        importlib.import_module(module.name)
    # A slotted dataclass leaves the class that it was made from behind until it is collected.
    return {
        each
        for each in Message.__subclasses__()
        if getattr(sys.modules[each.__module__], each.__name__, None) is each
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_bot_says_what_the_golden_example_says(name: str) -> None:
    now = said(EXAMPLES[name])
    assert now == expected(name, now)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_never_commands_the_bot(name: str) -> None:
    now = said(EXAMPLES[name])
    assert read_comment(now) == ()
    assert not [line for line in now.splitlines() if line.lstrip().startswith("/")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_keeps_to_the_words_of_the_product(name: str) -> None:
    now = said(EXAMPLES[name]).lower()
    assert not [word for word in UNUSED_WORDS if re.search(rf"\b{word}", now)]
    assert now.count("bounty") == (1 if name.startswith("item_panel_shown") else 0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_message_fits_a_comment_and_leaves_no_gaps(name: str) -> None:
    now = said(EXAMPLES[name])
    assert length(now) <= COMMENT_AT_MOST
    assert "\n\n\n" not in now
    assert not [line for line in now.splitlines() if line != line.rstrip()]


def test_no_golden_example_is_left_over() -> None:
    files = {str(file.relative_to(GOLDEN).with_suffix("")) for file in GOLDEN.rglob("*.md")}
    assert files == set(EXAMPLES)


def test_every_message_class_has_a_template_and_an_example() -> None:
    shown = {type(message) for message in EXAMPLES.values()}
    assert shown == message_classes()
    for message in shown:
        assert (TEMPLATES / template_name(message)).is_file()


def test_no_template_is_unused() -> None:
    files = {file.name for file in TEMPLATES.iterdir()}
    parts = {name for name in files if name.startswith("_")}
    assert files - parts == {template_name(message) for message in message_classes()}
    sources = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in files)
    assert all(f'"{part}"' in sources for part in parts)


def test_every_example_is_named_after_its_template() -> None:
    for name, message in EXAMPLES.items():
        assert name.startswith(template_name(type(message)).removesuffix(".md.j2"))


def sentence(refused: CommandRefused) -> str:
    said_first = COMMENTS.render(refused, NAMES).split("\n", 1)[0]
    return said_first.removeprefix("**Not recorded.**").strip()


def test_every_reason_has_a_sentence_of_its_own() -> None:
    sentences = [sentence(refused) for refused in REFUSED.values()]
    assert len(sentences) == len(Why) == len(set(sentences))
    assert all(each.endswith(".") for each in sentences), sentences


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("event", Event)
def test_what_the_stages_forbid_can_be_said(stage: Stage, event: Event) -> None:
    if (stage, event) in LIFE:
        return
    facts = {"pledge": "P-3", "stage": stage.value, "event": event.value}
    said_first = sentence(CommandRefused("/accept P-3", Why.WRONG_STATE, "/accept", facts))
    assert said_first.startswith(f"P-3 is {stage.value} now")


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", [*(act.value for act in Act), "link"])
def test_what_the_states_forbid_can_be_said(state: State, act: str) -> None:
    if act != "link" and (state, Act(act)) in COURSE:
        return
    facts = {"state": state.value, "act": act}
    said_first = sentence(CommandRefused("/cwo start", Why.ORDER_STATE, "/cwo start", facts))
    assert re.match(r"(This|That) work order is [a-z ]+ now", said_first)


def test_a_check_run_is_named_and_disclosure_is_no_vote() -> None:
    for message in EXAMPLES.values():
        if isinstance(message, Checked):
            check = COMMENTS.check(message, NAMES)
            if isinstance(message, DisclosureShown):
                assert (check.name, check.head) == ("Funding disclosure", message.head)
                assert check.conclusion == "neutral"
            else:
                assert (check.name, check.head) == ("Bursar configuration", None)
