"""Where do the commands of work orders and of the treasury count, and how are they read?"""

from __future__ import annotations

import re

from tests.stories.kit import Stage

_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


async def test_help_on_a_work_order_lists_what_works_there(stage: Stage) -> None:
    order, item = await stage.work_order(), await stage.roadmap_item()
    for issue in (order, item):
        await stage.says("ada", issue, "/help")
    (here,), (there,) = stage.replies(order), stage.replies(item)
    for verb in ("/cwo propose", "/cwo start", "/cwo close", "/pledge", "/received", "/reverse"):
        assert verb in here
    assert "/goal" not in here
    assert "/cwo" not in there
    assert "/received" in there


async def test_commands_of_work_orders_do_nothing_on_items_and_nothing_at_all_elsewhere(
    stage: Stage,
) -> None:
    item, bug = await stage.roadmap_item(), stage.project.issues[1]
    order = await stage.work_order()
    assert await stage.why_not("dev", item, "/cwo start") == "wrong_place"
    assert await stage.why_not("mia", order, f"/cwo link #{order.number}") == "wrong_place"
    pull = stage.pull("dev", "Part of it.", order)
    await stage.settled()
    for place in (bug, pull.issue):
        for words in ("/cwo start", "/received $5 from @ada", "/paid $5 to @dev"):
            comment = await stage.says("mia", place, words)
            assert stage.reactions(comment) == ["confused"]
        assert stage.bots(place) == []


async def test_verbs_are_read_kindly_and_never_guessed(stage: Stage) -> None:
    order = await stage.work_order()
    assert await stage.why_not("dev", order, "/cwo") == "which_command"
    assert await stage.why_not("dev", order, "/cwo begin") == "which_command"
    assert await stage.why_not("dev", order, "/cwo porpose") == "misspelt"
    assert await stage.why_not("dev", order, "/cwo propose now") == "trailing_words"
    await stage.records("dev", order, "/CWO  Propose")
    assert await stage.state(order) == "discussion"


async def test_a_comment_with_several_commands_is_decided_as_one(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    together = "/received $500 from @ada\n/paid $501 to @dev"
    assert await stage.why_not("mia", order, together) == "not_enough"
    assert (await stage.books()).funds == {}
    await stage.records("mia", order, "/received $500 from @ada\n/paid $500 to @dev")
    assert "R-2" in stage.panel(order)


async def test_a_comment_edited_into_a_command_is_not_read(stage: Stage) -> None:
    order = await stage.work_order()
    comment = await stage.says("dev", order, "Soon I will propose this.")
    stage.person("dev").edit_comment(comment, "/cwo propose")
    await stage.settled()
    assert await stage.state(order) == "draft"
    assert stage.reactions(comment) == []


async def test_words_of_people_stay_within_their_quotes(stage: Stage) -> None:
    nasty = "`**bold** @eve <img src=x> [x](http://evil.example) \u202e | $9,000"
    order = await stage.work_order(scope=nasty, effort=nasty, funder="Eve <b>Inc</b>")
    await stage.discussed(order)
    await stage.records("mia", order, f"/cwo decline {nasty}")
    panel = stage.panel(order)
    assert panel.count("**bold**") == 3
    outside = _CODE.sub("", panel)
    for bare in ("<img", "<b>", "@eve", "**bold**", "evil.example", "\u202e"):
        assert bare not in outside
