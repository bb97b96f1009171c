"""Does the page follow what happens, without disturbing the person in front of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.browser.busy import Busy
    from tests.browser.conftest import Travelling, Window

pytestmark = pytest.mark.browser
ITEM = "/acme/solver/issues/1"


async def test_comments_reactions_and_edits_appear_while_somebody_types(window: Window, busy: Busy):
    panel, pledge = busy.item.comments[0], busy.item.comments[1]
    await window.open(ITEM)
    await window.page.fill("#say", "I am still thi")
    busy.bot.edit_comment(panel, "**USD 1,450.00** pledged")
    busy.bot.react(pledge, "rocket")
    said = busy.bot.comment(busy.item, "A word from the bot")
    await expect(window.page.locator(f"#issuecomment-{said.id}.fresh")).to_contain_text("A word")
    await expect(window.page.locator(f"#issuecomment-{panel.id}")).to_contain_text("1,450.00")
    there = window.page.locator(f"#issuecomment-{pledge.id}")
    await expect(there.get_by_role("button", name="rocket from bursar[bot]")).to_be_visible()
    await expect(window.page.locator("#news")).to_contain_text("bursar")
    assert await window.page.input_value("#say") == "I am still thi"
    assert await window.page.evaluate("document.activeElement.id") == "say"
    others = window.page.locator("#timeline > .fresh")
    assert await others.count() == 3, "only what is new is marked"


async def test_labels_state_and_deletions_follow(window: Window, box: Travelling, busy: Busy):
    gus = box.world.person("gus")
    gone = busy.item.comments[-1]
    await window.open(ITEM)
    gus.unlabel(busy.item, "roadmap")
    gus.close(busy.item, "not_planned")
    gus.delete_comment(gone)
    await expect(window.page.locator("#subject")).to_contain_text("Closed as not planned")
    await expect(window.page.locator("#labels-now .label")).to_have_count(1)
    await expect(window.page.locator(f"#issuecomment-{gone.id}")).to_have_count(0)
    await expect(window.page.get_by_role("button", name="Reopen")).to_be_visible()


async def test_an_open_edit_is_left_alone_until_it_is_given_up(
    window: Window, box: Travelling, busy: Busy
):
    comment = busy.item.comments[1]
    await window.open(ITEM)
    here = window.page.locator(f"#issuecomment-{comment.id}")
    await here.get_by_text("Edit or delete").click()
    await here.locator("textarea").fill("half a thought")
    box.world.person("ada").edit_comment(comment, "/pledge $7")
    said = busy.bot.comment(busy.item, "Something else")
    await expect(window.page.locator(f"#issuecomment-{said.id}")).to_be_visible()
    assert await here.locator("textarea").input_value() == "half a thought"
    await here.locator("textarea").fill("/pledge $500")
    await window.page.locator("#say").focus()
    await expect(here.locator(".prose")).to_have_text("/pledge $7")
    assert await here.locator("details.edit").get_attribute("open") is not None


async def test_checks_and_what_happens_behind_follow(window: Window, box: Travelling, busy: Busy):
    await window.open(f"/acme/solver/pull/{busy.pull.number}")
    run = busy.solver.check_runs[0]
    run.title, run.conclusion = "Now with words", "success"
    box.world.person("bob").comment(busy.pull, "Nice")
    await expect(window.page.locator("#checks-now")).to_contain_text("Now with words")
    told = window.page.locator("#delivery-list li").first
    await expect(told).to_contain_text("issue_comment.created")
    assert await window.page.locator("#delivery-list li").count() == 6
