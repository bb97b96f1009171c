"""What do people try who mean no good? Each of these once worked, or nearly did."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.marks import marker
from sandbox.world import Issue
from tests.stories.kit import CONFIGURATION, Stage

COMMENTS = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"


async def _an_item_with_a_pledge(stage: Stage) -> Issue:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    return issue


async def test_a_mark_that_somebody_makes_us_quote_settles_nothing(stage: Stage) -> None:
    issue = await _an_item_with_a_pledge(stage)
    forged = marker(stage.solver.id, f"say:due:{issue.id}:P-1")
    answer = await stage.refuses("eve", issue, f"/pledge {forged}")
    assert forged not in answer
    stage.box.faults.refuse(COMMENTS, status=502, times=1)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert sum("@ada" in reply for reply in stage.replies(issue)) == 1


async def test_an_old_push_that_is_told_late_does_not_bring_old_rules_back(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.delay("push", seconds=5, times=1)
    generous = "pledges:\n  accept_up_to: {USD: 100000}\n"
    strict = "pledges:\n  accept_up_to: {USD: 1}\n"
    stage.person("mia").push(stage.solver, {CONFIGURATION: generous}, "Generous")
    stage.person("mia").push(stage.solver, {CONFIGURATION: strict}, "Strict")
    await stage.settled()
    await stage.time.sleep(10)
    await stage.settled()
    await stage.says("ada", issue, "/pledge $99999")
    assert await stage.pledges() == {"P-1": "offered"}


async def test_who_takes_over_a_freed_login_becomes_no_steward_by_another_file(
    stage: Stage,
) -> None:
    await stage.configure('roles:\n  stewards: ["@gus"]\npledges:\n  accept_up_to: {USD: 1}\n')
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $600")
    stage.person("gus").rename_self("gus-the-elder")
    stage.newcomer("gus")
    funding = {".github/FUNDING.yml": "open_collective: acme\n"}
    stage.person("mia").push(stage.solver, funding, "Where to give")
    await stage.settled()
    await stage.refuses("gus", issue, "/accept")
    assert await stage.pledges() == {"P-1": "offered"}


async def test_a_merge_makes_nothing_due_even_if_it_is_closed_again_at_once(stage: Stage) -> None:
    issue = await _an_item_with_a_pledge(stage)
    pull = stage.person("gus").open_pull(
        stage.solver, "Reorder", f"Closes #{issue.number}", {"lu.py": "fast"}, "reorder"
    )
    await stage.settled()
    stage.person("mia").merge(pull)
    stage.time.advance(timedelta(seconds=1))
    stage.person("dev").reopen(issue)
    stage.time.advance(timedelta(seconds=1))
    stage.person("dev").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "standing"}


async def test_a_label_taken_off_and_put_on_within_a_second_stays_on(stage: Stage) -> None:
    issue = await _an_item_with_a_pledge(stage)
    mia = stage.person("mia")
    mia.unlabel(issue, "roadmap")
    mia.label(issue, "roadmap")
    mia.unlabel(issue, "roadmap")
    mia.label(issue, "roadmap")
    await stage.settled()
    assert "Not on the roadmap" not in stage.panel(issue)


async def test_where_nothing_works_nothing_is_asked_of_github(stage: Stage) -> None:
    await stage.roadmap_item()
    plain = stage.person("mia").open_issue(stage.solver, "Not on the roadmap")
    await stage.settled()
    asked = len(stage.box.requests)
    words = "\n".join(f"/pledge $5 for @org{n}" for n in range(20))
    comment = await stage.says("eve", plain, words)
    assert stage.reactions(comment) == ["confused"]
    assert stage.reads(asked) == []


async def test_answers_and_panels_never_wait_for_a_crowd_of_reactions(stage: Stage) -> None:
    crowded = await stage.roadmap_item("Crowded")
    quiet = await stage.roadmap_item("Quiet")
    people = [stage.newcomer(f"troll{n}") for n in range(40)]
    for n in range(400):
        people[n % 40].comment(crowded, "/pledge $0")
    await stage.decided()
    stage.person("ada").comment(quiet, "/pledge $50")
    since = stage.time.now()
    while "USD 50.00" not in stage.panel(quiet):
        assert stage.time.now() - since < timedelta(minutes=5)
        await stage.time.sleep(5)


async def test_rights_by_teams_that_we_may_not_see_block_nobody(stage: Stage) -> None:
    await stage.configure('roles:\n  stewards: ["@acme/core"]\n')
    issue = await stage.roadmap_item()
    stage.box.faults.refuse("GET /orgs/*", status=403)
    await stage.refuses("eve", issue, "/accept")
    await stage.records("ada", issue, "/pledge $50")
