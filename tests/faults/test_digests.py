"""GitHub fails while a digest is published. Is there exactly one issue in the end, and closed?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.storage import marks, outbox, publishing
from sandbox.faults import Fault, Faults
from sandbox.world import Issue
from tests.stories.kit import Stage

OPEN = "POST /repos/{owner}/{repo}/issues"
CLOSE = "PATCH /repos/{owner}/{repo}/issues/{issue_number}"
SEARCH = "GET /repos/{owner}/{repo}/issues"
LABEL = "funding-digest"
KEY = publishing.key_of("2026-10")
WORDS = "# October\n\n/pledge $5\n\nCWO: #1\n\nCloses #1"

Strike = Callable[[Faults], Fault]

AFTER: dict[str, Strike] = {
    "502 after opening": lambda faults: faults.fail_after(OPEN, 502, times=1),
    "reset after opening": lambda faults: faults.reset_after(OPEN, times=1),
}
OTHERS: dict[str, Strike] = {
    "500 before opening": lambda faults: faults.refuse(OPEN, 500, times=1),
    "reset before opening": lambda faults: faults.reset_before(OPEN, times=1),
    "502 after closing": lambda faults: faults.fail_after(CLOSE, 502, times=1),
    "reset before closing": lambda faults: faults.reset_before(CLOSE, times=1),
    "a limit on opening": lambda faults: faults.limit(OPEN, 60, times=1),
    "a limit on closing": lambda faults: faults.limit(CLOSE, 60, times=1),
}


async def publish(stage: Stage) -> None:
    """What the end of a month asks for."""
    async with stage.bot.database.write() as tx:
        now = stage.time.now()
        await outbox.publish(tx, stage.solver.id, KEY, "October 2026", WORDS, now)
    await stage.settled()


def digests(stage: Stage) -> list[Issue]:
    return [each for each in stage.solver.issues.values() if each.title == "October 2026"]


async def stands(stage: Stage) -> Issue:
    """One issue of ours, labelled and closed, and nothing followed from it."""
    (issue,) = digests(stage)
    assert (issue.state, issue.state_reason) == ("closed", "completed")
    assert issue.via_app is stage.box.app
    assert [label.name for label in issue.labels] == [LABEL]
    assert issue.body == f"{WORDS}\n\n{marks.marker(stage.solver.id, KEY)}"
    assert (issue.comments, issue.reactions) == ([], [])
    assert await stage.kinds(issue) == []
    return issue


@pytest.mark.parametrize("untold", [False, True], ids=["told", "untold"])
@pytest.mark.parametrize("strike", AFTER.values(), ids=AFTER.keys())
async def test_an_issue_that_exists_although_nobody_said_so_is_not_opened_twice(
    stage: Stage, strike: Strike, untold: bool
) -> None:
    if untold:
        stage.box.faults.lose("issues.opened", times=1)
    fault = strike(stage.box.faults)
    await publish(stage)
    assert fault.acted == 1
    await stands(stage)


@pytest.mark.parametrize("strike", OTHERS.values(), ids=OTHERS.keys())
async def test_what_failed_is_done_once_in_the_end(stage: Stage, strike: Strike) -> None:
    fault = strike(stage.box.faults)
    await publish(stage)
    assert fault.acted == 1
    await stands(stage)


async def test_a_digest_that_comes_back_as_an_event_is_no_item_and_commands_nothing(
    stage: Stage,
) -> None:
    item = await stage.roadmap_item()
    before = await stage.kinds()
    await publish(stage)
    issue = await stands(stage)
    told = {each.name for each in stage.box.deliveries if each.event == "issues"}
    assert {"issues.opened", "issues.labeled", "issues.closed"} <= told
    assert await stage.kinds() == before
    assert item.state == "open"
    comment = await stage.says("ada", issue, "/pledge $5")
    assert await stage.kinds() == [*before, "Refused"]
    assert stage.reactions(comment) == ["confused"]


async def test_a_search_that_is_behind_or_fails_opens_no_second_issue(stage: Stage) -> None:
    stage.box.faults.lose("issues.opened", times=1)
    stage.box.faults.fail_after(OPEN, 502, times=1)
    stage.box.faults.stale(SEARCH, seconds=30)
    failing = stage.box.faults.refuse(SEARCH, 500, times=2)
    await publish(stage)
    assert failing.acted == 2
    await stands(stage)


async def test_our_mark_in_somebody_elses_issue_counts_for_nothing(stage: Stage) -> None:
    mark = marks.marker(stage.solver.id, KEY)
    forged = stage.person("mia").open_issue(stage.solver, "Mine", f"Void.\n\n{mark}", [LABEL])
    await stage.settled()
    stage.box.faults.reset_before(OPEN, times=1)
    await publish(stage)
    await stands(stage)
    assert forged.state == "open"


async def test_an_issue_without_its_label_is_found_all_the_same(stage: Stage) -> None:
    stage.box.faults.lose("issues.opened", times=1)
    stage.box.faults.fail_after(OPEN, 502, times=1)
    stage.box.faults.refuse(SEARCH, 500, times=1)
    async with stage.bot.database.write() as tx:
        now = stage.time.now()
        await outbox.publish(tx, stage.solver.id, KEY, "October 2026", WORDS, now)
    while not digests(stage):
        await stage.time.sleep(1)
    stage.person("mia").unlabel(digests(stage)[0], LABEL)
    await stage.settled()
    (issue,) = digests(stage)
    assert (issue.state, issue.labels) == ("closed", [])


async def test_where_issues_are_switched_off_there_is_none_and_it_is_not_tried_again(
    stage: Stage,
) -> None:
    refused = stage.box.faults.refuse(OPEN, 410)
    await publish(stage)
    await publish(stage)
    assert refused.acted == 1
    assert digests(stage) == []
