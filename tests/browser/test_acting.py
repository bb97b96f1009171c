"""Does what a person does on the page happen in the world?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox.page.trying import CONFIGURATION

if TYPE_CHECKING:
    from tests.browser.busy import Busy
    from tests.browser.conftest import Travelling, Window

pytestmark = pytest.mark.browser


def at(busy: Busy, rest: str = "") -> str:
    return f"/{busy.solver.full_name}{rest}"


async def test_the_three_things_to_try_lead_through_a_first_pledge(
    window: Window, box: Travelling, busy: Busy
):
    box.world.person("mia").unlabel(busy.item, "roadmap")
    await window.open("/")
    await window.press("Be Mia, and go there")
    await window.press("Put on the roadmap")
    assert busy.item.has("roadmap")
    await window.open("/")
    await window.press("Be Ada, and write it")
    await window.press("Comment")
    said = busy.item.comments[-1]
    assert (said.author.login, said.body) == ("ada", "/pledge €250")


async def test_the_introduction_goes_away_and_comes_back(window: Window, busy: Busy):
    await window.open(at(busy))
    await window.press("Got it, put this away")
    assert "directed funding in the open" not in await window.text()
    await window.press("Show the introduction again")
    assert "directed funding in the open" in await window.text()


async def test_a_sample_is_put_on_a_line_of_its_own_after_what_was_typed(
    window: Window, busy: Busy
):
    await window.open(at(busy, "/issues/1"))
    await window.be("Ada")
    await window.page.fill("#say", "Gladly.")
    await window.page.get_by_role("link", name="/pledge €250 on completion").click()
    await window.press("Comment")
    assert busy.item.comments[-1].body == "Gladly.\r\n/pledge €250 on completion"


async def test_an_issue_is_opened_labelled_renamed_and_closed(window: Window, busy: Busy):
    await window.open(at(busy, "/issues/new"))
    await window.page.fill("#title", "A <b>new</b> thing")
    await window.page.fill("#body", "Because")
    await window.page.get_by_label("bug").check()
    await window.press("Open the issue")
    issue = max(busy.solver.issues.values(), key=lambda each: each.number)
    assert (issue.title, issue.author.login, issue.has("bug")) == (
        "A <b>new</b> thing",
        "mia",
        True,
    )
    await window.page.get_by_text("Edit title and text").click()
    await window.page.fill("#edit-title", "An old thing")
    await window.press("Save")
    await window.press("Remove bug")
    await window.press("Close as not planned")
    assert (issue.title, issue.labels) == ("An old thing", [])
    assert (issue.state, issue.state_reason) == ("closed", "not_planned")
    await window.press("Reopen")
    assert issue.state == "open"


async def test_whoever_may_not_is_told_so_and_keeps_what_was_typed(window: Window, busy: Busy):
    await window.open(at(busy, "/issues/1"))
    await window.be("Ada")
    assert "Ada cannot change labels here" in await window.text()
    await window.press("Close as completed")
    assert "Ada cannot close other people's issues here: only people with triage rights can." in (
        await window.text(".notice")
    )
    assert busy.item.state == "open"
    await window.open(at(busy, f"/pull/{busy.pull.number}"))
    await window.press("Merge")
    assert "Ada cannot merge pull requests here" in await window.text(".notice")
    assert not busy.pull.merged


async def test_an_empty_comment_is_refused_in_a_sentence(window: Window, busy: Busy):
    await window.open(at(busy, "/issues/1"))
    await window.press("Comment")
    assert "There is nothing in it yet: write something first." in await window.text(".notice")


async def test_own_comments_are_edited_and_deleted_and_reactions_taken_back(
    window: Window, busy: Busy
):
    comment = next(each for each in busy.item.comments if each.body == "/pledge $500")
    await window.open(at(busy, "/issues/1"))
    await window.be("Ada")
    here = window.page.locator(f"#issuecomment-{comment.id}")
    await here.get_by_text("Edit or delete").click()
    await here.locator("textarea").fill("/pledge $5")
    await here.get_by_role("button", name="Save the edit").click()
    assert (comment.body, len(comment.edits)) == ("/pledge $5", 1)
    await here.get_by_role("button", name="thumbs up").first.click()
    assert [each.user.login for each in comment.reactions] == ["bursar[bot]", "ada"]
    await here.get_by_role("button", name="thumbs up").first.click()
    assert [each.user.login for each in comment.reactions] == ["bursar[bot]"]
    await here.get_by_text("Edit or delete").click()
    await here.get_by_role("button", name="Delete the comment").click()
    assert comment.deleted


async def test_a_pull_request_is_opened_from_a_fork_pushed_to_reviewed_and_merged(
    window: Window, busy: Busy
):
    await window.open(at(busy, "/pulls/new"))
    await window.be("Dev")
    await window.page.fill("#title", "Faster solve")
    await window.page.fill("#path", "solver/fast.py")
    await window.page.fill("#text", "fast = True\n")
    await window.press("Open the pull request")
    pull = busy.solver.pulls[-1]
    assert (pull.title, pull.head_repository.full_name) == ("Faster solve", "dev/solver")
    await window.page.get_by_role("link", name="Push another commit").click()
    await window.page.fill("#text", "fast = False\n")
    await window.page.fill("#path", "solver/fast.py")
    await window.press("Commit and push")
    assert len(pull.commits) == 2
    await window.press("Approve")
    assert "Dev cannot approve their own pull request" in await window.text(".notice")
    await window.be("Mia")
    await window.open(at(busy, f"/pull/{pull.number}"))
    await window.page.fill("#review-body", "Why False?")
    await window.press("Request changes")
    await window.page.get_by_text("Dismiss", exact=True).click()
    await window.press("Dismiss this review")
    assert [each.state for each in pull.reviews] == ["DISMISSED"]
    await window.press("Merge")
    assert pull.merged
    assert busy.solver.files()["solver/fast.py"] == "fast = False\n"


async def test_a_refused_review_keeps_its_words(window: Window, busy: Busy):
    await window.open(at(busy, f"/pull/{busy.pull.number}"))
    await window.be("Dev")
    await window.page.fill("#review-body", "Mine is good.")
    await window.press("Approve")
    assert await window.page.input_value("#review-body") == "Mine is good."
    assert await window.page.input_value("#say") == ""


async def test_a_mistake_in_the_configuration_can_be_pushed_and_looked_at(
    window: Window, busy: Busy
):
    await window.open(at(busy, f"/edit?path={CONFIGURATION}"))
    await window.page.get_by_role("link", name="broken YAML").click()
    await window.press("Commit and push")
    head = busy.solver.head()
    assert head
    assert busy.solver.files()[CONFIGURATION].startswith("pledges:\n  currencies: [USD, EUR\n")
    assert await window.page.title() == f"Update {CONFIGURATION} · GitHub in a box"
    checked = next(run for run in busy.solver.check_runs if run.conclusion == "failure")
    await window.open(at(busy, f"/runs/{checked.id}"))
    assert "did you mean `stewards`?" in await window.text("#checks")
    await window.page.get_by_role("link", name=f"{CONFIGURATION}:2").click()
    assert await window.page.locator("#line-2 .code").text_content() == "  stewardz: []"


async def test_the_clock_can_be_moved(window: Window, box: Travelling, busy: Busy):
    await window.open(at(busy, "/issues/1"))
    await window.press("14 days")
    assert box.at.isoformat() == "2026-02-14T12:00:00+00:00"
    assert "14 Feb 2026, 12:00" in await window.text("aside")


async def test_deliveries_can_be_read_and_asked_for_again(
    window: Window, box: Travelling, busy: Busy
):
    before = len(box.deliveries)
    await window.open("/-/behind")
    await window.page.locator("#told-list summary").first.click()
    await window.press("Deliver this again")
    assert len(box.deliveries) == before + 1
    assert box.deliveries[-1].redelivery


async def test_what_one_may_not_see_is_not_there(window: Window):
    answer = await window.open("/acme/secret")
    assert answer
    assert answer.status == 200
    await window.be("Ada")
    assert "nothing that Ada may see" in await window.text()


@pytest.mark.parametrize("path", ["/", "/acme/solver/issues/1", "/acme/solver/pulls/new"])
async def test_it_works_without_javascript(box: Travelling, busy: Busy, browser, path: str):
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{box.page_url}{path}")
    await page.get_by_role("button", name=re.compile("^Ada")).first.click()
    await page.goto(f"{box.page_url}/acme/solver/issues/1")
    await page.get_by_role("link", name="/pledge $500").click()
    await page.get_by_role("button", name="Comment").click()
    assert busy.item.comments[-1].body == "/pledge $500"
    await context.close()
