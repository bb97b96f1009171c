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
SENT = """\
### Which matrix?

bcsstk17

### Why?

It is slow.\r
\r
Very.

### Log

_No response_

### When?

Later

### How?

LU, GMRES

### Terms

- [x] I have read [the rules](/acme/solver)
- [ ] I can help"""


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


async def test_a_form_is_chosen_filled_in_and_sent(window: Window, busy: Busy):
    await window.open(at(busy))
    await window.be("Ada")
    await window.page.get_by_role("link", name="New issue").click()
    await window.page.get_by_role("link", name="Study").click()
    assert await window.page.input_value("#title") == "Study: "
    await window.page.fill("#title", "Study: banded LU")
    await window.page.get_by_label("Which matrix?").fill("bcsstk17")
    await window.page.get_by_label("Why?").fill("It is slow.\n\nVery.")
    await window.page.get_by_label("When?").select_option("Later")
    await window.page.get_by_label("GMRES").check()
    await window.page.get_by_label("LU", exact=True).check()
    await window.press("Open the issue")
    refused = "document.querySelector('input:invalid').validationMessage"
    assert await window.page.evaluate(refused), "what is required keeps the form from being sent"
    await window.page.get_by_label("I have read").check()
    await window.press("Open the issue")
    issue = max(busy.solver.issues.values(), key=lambda each: each.number)
    assert (issue.title, issue.author.login) == ("Study: banded LU", "ada")
    assert issue.has("enhancement")
    assert issue.body == SENT
    shown = await window.text("#text .prose")
    assert "No response" in shown
    assert "bcsstk17" in shown


async def test_a_link_of_the_bot_s_fills_a_form_in(window: Window, box: Travelling, busy: Busy):
    """Texts are filled in, as on GitHub; nothing is chosen by an address."""
    asked = "template=study.yml&title=Study%3A+%231&matrix=a%26b&why=x%0Ay&when=Soon&unknown=1"
    for web in ("https://github.com", box.world.html_url):
        said = busy.bot.comment(
            busy.item, f"[Ask]({web}/acme/solver/issues/new?{asked}), or {web}/ada"
        )
        await window.open(at(busy, "/issues/1"))
        here = window.page.locator(f"#issuecomment-{said.id}")
        assert await here.get_by_role("link", name=f"{web}/ada").get_attribute("href") == "/ada"
        await here.get_by_role("link", name="Ask").click()
        assert await window.page.input_value("#title") == "Study: #1"
        assert await window.page.get_by_label("Which matrix?").input_value() == "a&b"
        assert await window.page.get_by_label("Why?").input_value() == "x\ny"
        assert await window.page.get_by_label("When?").input_value() == ""
    elsewhere = busy.bot.comment(busy.item, "[x](https://github.com/numpy/numpy)")
    await window.open(at(busy, "/issues/1"))
    link = window.page.locator(f"#issuecomment-{elsewhere.id}").get_by_role("link", name="x")
    assert await link.get_attribute("href") == "https://github.com/numpy/numpy"


async def test_what_a_form_refuses_is_told_and_kept(window: Window, busy: Busy):
    await window.open(at(busy, "/issues/new?template=study.yml"))
    await window.page.get_by_label("Which matrix?").fill("bcsstk17")
    await window.page.get_by_label("When?").select_option("Later")
    await window.page.get_by_label("QR").check()
    await window.page.evaluate("document.querySelector('main form').noValidate = true")
    await window.press("Open the issue")
    told = await window.text(".notice")
    assert "“Why?” must be filled in." in told
    assert "“I have read [the rules](/acme/solver)” must be filled in." in told
    assert await window.page.get_by_label("Which matrix?").input_value() == "bcsstk17"
    assert await window.page.get_by_label("When?").input_value() == "Later"
    assert await window.page.get_by_label("QR").is_checked()
    assert not await window.page.get_by_label("GMRES").is_checked()


async def test_an_address_fills_in_an_issue_without_a_form(window: Window, busy: Busy):
    await window.open(at(busy, "/issues/new?title=Slow&body=Very&template=gone.yml"))
    assert await window.page.input_value("#title") == "Slow"
    assert await window.page.input_value("#body") == "Very"


async def test_a_pull_request_is_squashed_taken_back_and_aimed_elsewhere(
    window: Window, box: Travelling, busy: Busy
):
    box.world.person("gus").push(busy.solver, {"next.md": "n"}, branch="next")
    await window.open(at(busy, "/pulls/new?base=next&path=solver/fast.py"))
    await window.be("Mia")
    await window.page.fill("#title", "Faster solve")
    await window.page.fill("#text", "fast = True\n")
    await window.press("Open the pull request")
    pull = busy.solver.pulls[-1]
    assert pull.base_branch == "next"
    await window.page.get_by_text("Edit title and text").click()
    await window.page.get_by_label("Into another branch").select_option("main")
    await window.press("Change the branch")
    assert pull.base_branch == "main"
    await window.press("Squash and merge")
    assert pull.merged
    assert busy.solver.files()["solver/fast.py"] == "fast = True\n"
    await window.press("Revert")
    assert await window.text("h1") == f'Revert "Faster solve" #{busy.solver.pulls[-1].number}'
    assert f"Reverts acme/solver#{pull.number}" in await window.text("#text .prose")


async def test_a_review_is_edited(window: Window, busy: Busy):
    review = busy.pull.reviews[0]
    await window.open(at(busy, f"/pull/{busy.pull.number}"))
    await window.be("Mia")
    here = window.page.locator(f"#review-{review.id}")
    await here.get_by_text("Edit the review").click()
    await here.locator("textarea").fill("The pivot is never checked, anywhere.")
    await here.get_by_role("button", name="Save the edit").click()
    assert review.body == "The pivot is never checked, anywhere."
    assert "edited" in await here.inner_text()


async def test_another_bot_proposes_an_update(window: Window, busy: Busy):
    for _ in range(2):
        await window.open(at(busy, "/pulls"))
        await window.press("Let renovate[bot] propose an update")
    first, second = busy.solver.pulls[-2:]
    assert first.author.login == second.author.login == "renovate[bot]"
    assert first.title != second.title
    assert "renovatebot" in (await window.text("#text")).replace("\n", "")


async def test_the_checks_of_the_newest_commit_are_shown_and_no_others(
    window: Window, box: Travelling, busy: Busy
):
    run = next(each for each in busy.solver.check_runs if each.head_sha == busy.pull.head_sha)
    run.title = "Work under CWO #57"
    await window.open(at(busy, f"/pull/{busy.pull.number}"))
    shown = await window.text("#checks")
    assert "neutral" in shown
    assert "Work under CWO #57" in shown
    assert await window.page.locator("#checks .prose strong").inner_text() == "CWO #57"
    box.world.person("dev").push_to_pull(busy.pull, {"more.py": "m"})
    await window.open(at(busy, f"/pull/{busy.pull.number}"))
    assert "No check has spoken" in await window.text("#checks")


async def test_commands_fit_what_one_looks_at(window: Window, box: Travelling, busy: Busy):
    order = box.world.person("ada").open_issue(busy.solver, "Work order: LU")
    box.world.person("mia").label(order, "work-order")
    await window.open(at(busy, f"/issues/{order.number}"))
    await window.be("Dev")
    await window.page.get_by_role("link", name="/cwo report").click()
    await window.press("Comment")
    said = order.comments[-1].body.replace("\r\n", "\n")
    assert said == "/cwo report\nThe symbolic phase is done."
    await window.open(at(busy, f"/pull/{busy.pull.number}"))
    await window.page.get_by_role("link", name=f"/cwo link #{order.number}").click()
    await window.press("Comment")
    assert busy.pull.issue.comments[-1].body == f"/cwo link #{order.number}"


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
