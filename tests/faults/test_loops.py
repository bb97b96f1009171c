"""Two programs answer each other, or one person never stops. What do we say, and what do we record?"""

from __future__ import annotations

from bot.worker.recording import ANSWERS_PER_PERSON
from tests.stories.kit import Stage

OF_NO_USE = "/pledge 1.000"
"""Refused with words: it can be read in two ways."""

ROUNDS = ANSWERS_PER_PERSON + 5


async def test_a_bot_is_never_answered_so_no_loop_begins(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    bot = stage.box.world.add_bot("renovate", on="acme")
    for words in (OF_NO_USE, "/help", "/pledge $100"):
        comment = bot.comment(issue, words)
        await stage.settled()
        assert stage.reactions(comment) == []
    assert stage.replies(issue) == [OF_NO_USE, "/help", "/pledge $100"], (
        "its own words, and no more"
    )
    assert await stage.kinds() == ["ItemLabelled"]


async def test_somebody_who_repeats_our_words_is_answered_once(stage: Stage) -> None:
    """No line of ours is a command, so that repeating it is none."""
    issue = await stage.roadmap_item()
    parrot = stage.newcomer("parrot")
    parrot.comment(issue, OF_NO_USE)
    await stage.settled()
    (answer,) = stage.replies(issue)
    for ours in (answer, stage.panel(issue)):
        parrot.comment(issue, ours)
        await stage.settled()
    assert stage.replies(issue) == [answer]


async def test_above_a_number_of_answers_only_reactions_are_given_and_all_is_recorded(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    said = [stage.person("ada").comment(issue, OF_NO_USE) for _ in range(ROUNDS)]
    await stage.settled()
    assert len(stage.replies(issue)) == ANSWERS_PER_PERSON
    assert len(await stage.refusals()) == ROUNDS
    assert [stage.reactions(each) for each in said] == [["confused"]] * ROUNDS


async def test_whoever_is_over_the_number_still_pledges_and_others_are_answered(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    for _ in range(ROUNDS):
        stage.person("ada").comment(issue, OF_NO_USE)
    await stage.settled()
    await stage.records("ada", issue, "/pledge $100")
    await stage.refuses("bob", issue, OF_NO_USE)
    assert await stage.pledges() == {"P-1": "standing"}
