"""Which words are commands, whose are they, and where do they count?"""

from __future__ import annotations

import pytest

from tests.stories.kit import Stage, is_panel


async def test_help_lists_what_works_here(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("ada", issue, "/help")
    assert stage.reactions(comment) == ["+1"]
    (answer,) = stage.replies(issue)
    for verb in ("/pledge", "/withdraw", "/sent", "/goal", "/accept", "/decline", "/help"):
        assert verb in answer


async def test_a_misspelt_verb_gets_one_helpful_answer(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    answer = await stage.refuses("ada", issue, "/pleges $500")
    assert "/pledge <amount>" in answer
    assert await stage.pledges() == {}


async def test_verbs_are_case_insensitive(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/PLEDGE $500")


async def test_a_foreign_verb_gets_no_answer(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("gus", issue, "/lgtm\n/cc @dev\n/approve")
    assert stage.reactions(comment) == []
    assert stage.replies(issue) == []


@pytest.mark.parametrize(
    "words",
    [
        "> /pledge $500",
        "```\n/pledge $500\n```",
        "    /pledge $500",
        "- /pledge $500",
        "<!--\n/pledge $500\n-->",
        "I would /pledge $500",
        "`/pledge $500`",
        "| a |\n|---|\n/pledge $500",
    ],
    ids=["quote", "fence", "indented", "list", "html", "in a sentence", "code span", "table"],
)
async def test_only_a_line_of_plain_text_commands(stage: Stage, words: str) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("ada", issue, words)
    assert stage.reactions(comment) == []
    assert stage.replies(issue) == []
    assert await stage.pledges() == {}


async def test_edited_comments_are_not_read(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("ada", issue, "Great idea")
    stage.person("ada").edit_comment(comment, "/pledge $500")
    await stage.settled()
    pledged = await stage.records("ada", issue, "/pledge $50")
    stage.person("ada").edit_comment(pledged, "/pledge $500")
    await stage.settled()
    stage.person("ada").delete_comment(pledged)
    await stage.settled()
    assert "**USD 50.00** pledged" in stage.panel(issue)
    assert stage.reactions(comment) == []


async def test_somebody_elses_edit_puts_no_words_into_a_mouth(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("ada", issue, "Great idea")
    stage.person("mia").edit_comment(comment, "/pledge $500")
    await stage.settled()
    assert await stage.pledges() == {}


async def test_bots_command_nothing_and_neither_do_we(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    robot = stage.box.world.app_in(stage.installation)
    comment = robot.comment(issue, "/pledge $500")
    await stage.settled()
    assert stage.reactions(comment) == []
    assert await stage.pledges() == {}


async def test_on_a_pull_request_there_is_a_reaction_and_never_a_word(stage: Stage) -> None:
    pull = stage.person("gus").open_pull(stage.solver, "Faster LU", "", {"lu.py": "fast"})
    for words in ("/pledge $500", "/pledge 1.000", "/pleges $500", "/help", "/goal $5"):
        comment = await stage.says("ada", pull.issue, words)
        assert stage.reactions(comment) == ["confused"]
    assert stage.bots(pull.issue) == []


async def test_on_an_issue_that_is_no_item_there_is_a_reaction_and_never_a_word(
    stage: Stage,
) -> None:
    (issue, *_) = stage.project.issues
    for words in ("/pledge $500", "/pledge 1.000", "/pleges $500", "/help", "/withdraw"):
        comment = await stage.says("ada", issue, words)
        assert stage.reactions(comment) == ["confused"]
    assert stage.bots(issue) == []


async def test_one_comment_holds_twenty_commands_at_most(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "at most 20 commands" in await stage.refuses("ada", issue, "/pledge $1\n" * 21)
    await stage.records("ada", issue, "/pledge $1\n" * 20)
    assert "**USD 1.00** pledged" in stage.panel(issue)


async def test_an_answer_quotes_without_calling_anybody(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    answer = await stage.refuses("eve", issue, "/pledge $5 @mia #1 <img src=x> `x` $a$")
    assert "@mia" not in answer
    assert "#1 " not in answer


async def test_a_person_who_goes_on_and_on_is_answered_twenty_times_an_hour(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    comments = [stage.person("eve").comment(issue, "/pledge 1.000") for _ in range(25)]
    await stage.settled()
    assert len(stage.replies(issue)) == 20
    assert all(stage.reactions(comment) == ["confused"] for comment in comments)
    assert len(list(filter(is_panel, stage.bots(issue)))) == 1
