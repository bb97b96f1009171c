"""Does the bot find what it was not told, and is nothing done twice?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.entries import ItemEnded, PledgeMade
from sandbox.world import Issue
from tests.stories.kit import until
from tests.stories.restarting import Restarting, a_restarting_stage

LIST = "GET /app/hook/deliveries"
ONE = "GET /app/hook/deliveries/{delivery_id}"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Restarting]:
    async with a_restarting_stage(tmp_path) as stage:
        yield stage


async def _once_each(stage: Restarting, issue: Issue, *pledges: int) -> None:
    """These pledges in dollars are recorded once each, and shown by the one panel."""
    made = [each.money.minor for each in await stage.recorded(PledgeMade)]
    assert sorted(made) == sorted(pledge * 100 for pledge in pledges)
    assert f"**USD {sum(pledges)}.00** pledged" in stage.panel(issue)


# --- deliveries that failed -------------------------------------------------------------------


async def test_a_delivery_that_github_lost_is_found_by_the_next_sweep(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.lose("issue_comment.created", times=1)
    comment = await stage.says("ada", issue, "/pledge $50")
    assert stage.reactions(comment) == []
    await stage.looks()
    assert stage.reactions(comment) == ["+1"]
    await _once_each(stage, issue, 50)


async def test_it_is_found_by_itself_within_five_minutes(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.lose("issue_comment.created", times=1)
    comment = await stage.says("ada", issue, "/pledge $50")
    await stage.passes(timedelta(minutes=5, seconds=1))
    await until(lambda: stage.reactions(comment) == ["+1"])
    await stage.settled()
    await _once_each(stage, issue, 50)


async def test_what_happened_while_the_bot_was_down_is_found_when_it_is_back(
    stage: Restarting,
) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    await stage.stop()
    other = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("mia").label(other, "roadmap")
    stage.person("ada").comment(other, "/pledge $20")
    stage.person("bob").comment(issue, "/pledge $30")
    await stage.away(timedelta(days=2))
    stage.person("mia").close(other, "not_planned")
    await stage.away(timedelta(hours=1))
    await stage.comes_back()
    assert "**USD 80.00** pledged" in stage.panel(issue)
    assert "**USD 20.00** pledged" in stage.panel(other)
    assert (await stage.kinds(other))[-1] == "ItemClosed"


async def test_nothing_is_doubled_by_sweeping_again_and_again(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    before = await stage.entries()
    for _ in range(3):
        await stage.looks()
    await stage.stop()
    await stage.comes_back()
    assert await stage.entries() == before


async def test_a_redelivery_of_what_was_swept_changes_nothing(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    lost = stage.box.faults.lose("issue_comment.created", times=1)
    await stage.says("ada", issue, "/pledge $50")
    assert lost.acted == 1
    await stage.looks()
    (failed,) = [each for each in stage.box.deliveries if not each.succeeded]
    stage.box.redeliver(failed.id)
    await stage.settled()
    await stage.looks()
    await _once_each(stage, issue, 50)


async def test_a_sweep_with_nothing_missing_is_one_request(stage: Restarting) -> None:
    await stage.roadmap_item()
    await stage.looks()
    before = len(stage.box.requests)
    await stage.recovery.look()
    assert [each.route for each in stage.box.requests[before:]] == [LIST]


async def test_while_github_is_silent_the_next_sweep_does_it(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.lose("issue_comment.created", times=1)
    comment = await stage.says("ada", issue, "/pledge $50")
    stage.box.faults.refuse(LIST, times=1)
    swept = await stage.recovery.swept_up_to()
    await stage.recovery.look()
    assert await stage.recovery.swept_up_to() == swept
    stage.box.faults.refuse(ONE, times=1)
    stage.time.advance(timedelta(minutes=2))
    await stage.recovery.look()
    stage.time.advance(timedelta(minutes=2))
    await stage.looks()
    assert stage.reactions(comment) == ["+1"]


async def test_more_than_a_page_of_deliveries_is_found(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.stop()
    for number in range(130):
        stage.person("ada").comment(issue, f"Word {number}")
    stage.person("ada").comment(issue, "/pledge $50")
    await stage.away(timedelta(hours=1))
    await stage.comes_back()
    await _once_each(stage, issue, 50)
    assert len([e for e in stage.box.requests if e.route == LIST and "cursor" in e.query]) >= 1


async def test_a_delivery_that_github_lists_and_does_not_give_is_read_in_its_repository(
    stage: Restarting,
) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.lose("issue_comment.created", times=1)
    comment = await stage.says("ada", issue, "/pledge $50")
    (failed,) = [each for each in stage.box.deliveries if not each.succeeded]
    failed.payload = {}
    await stage.looks()
    assert stage.reactions(comment) == ["+1"]
    await _once_each(stage, issue, 50)


# --- the clock --------------------------------------------------------------------------------


async def test_the_clock_is_silent_about_a_moment_until_a_sweep_has_passed_it(
    stage: Restarting,
) -> None:
    """Put back on the roadmap in time, while the bot was away: nothing expires."""
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    stage.person("mia").unlabel(issue, "roadmap")
    await stage.passes(timedelta(days=13))
    await stage.stop()
    stage.person("mia").label(issue, "roadmap")
    await stage.away(timedelta(days=2))
    stage.box.faults.refuse(LIST)
    await stage.start()
    await stage.bot.clock.tick()
    await stage.settled()
    assert await stage.recorded(ItemEnded) == []
    stage.box.faults.clear()
    stage.time.advance(timedelta(minutes=2))
    await stage.bot.clock.tick()
    await stage.settled()
    await stage.bot.clock.tick()
    await stage.settled()
    assert await stage.recorded(ItemEnded) == []
    assert await stage.pledges() == {"P-1": "standing"}


# --- a restored backup ------------------------------------------------------------------------


async def test_a_restored_backup_catches_up(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    kept = await stage.back_up()
    await stage.says("bob", issue, "/pledge $30")
    other = await stage.roadmap_item("Preconditioners")
    await stage.says("ada", other, "/pledge $20")
    await stage.restore(kept)
    stage.person("eve").comment(issue, "/pledge $7")
    await stage.away(timedelta(days=1))
    await stage.comes_back()
    assert "**USD 87.00** pledged" in stage.panel(issue)
    assert "**USD 20.00** pledged" in stage.panel(other)
    assert len(stage.replies(issue)) == 0


async def test_what_was_said_since_the_backup_is_not_said_again(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    kept = await stage.back_up()
    other = await stage.roadmap_item("Preconditioners")
    await stage.says("eve", other, "/pledge 5 apples")
    order = await stage.work_order()
    said = stage.replies(other)
    assert len(said) == 1
    await stage.restore(kept)
    await stage.away(timedelta(hours=1))
    await stage.comes_back()
    assert stage.replies(other) == said
    assert [len(stage.bots(each)) for each in (issue, other, order)] == [1, 2, 1]
    assert "USD 500" in stage.panel(order)


async def test_a_digest_posted_since_the_backup_is_not_posted_again(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    kept = await stage.back_up()
    await stage.passes(timedelta(days=31))
    (digest,) = _digests(stage)
    await stage.restore(kept)
    await stage.away(timedelta(hours=1))
    await stage.comes_back()
    await stage.bot.clock.tick()
    await stage.settled()
    assert _digests(stage) == [digest]


def _digests(stage: Restarting) -> list[Issue]:
    return [each for each in stage.solver.issues.values() if each.has("funding-digest")]
