"""Does the bot find what happened while it was away for longer than GitHub keeps deliveries?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.configuration import CONFIGURATION
from bot.domain.entries import ItemEnded, PledgeMade, RulesChanged
from bot.storage import pulls
from sandbox.world import Issue
from tests.storage.kit import UNTOLD
from tests.stories.restarting import Restarting, a_restarting_stage

DAYS = timedelta(days=4)
HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Restarting]:
    async with a_restarting_stage(tmp_path) as stage:
        yield stage


async def _comes_back_after_days(stage: Restarting) -> None:
    """GitHub's list of deliveries does not tell of the outage any more."""
    await stage.away(DAYS)
    await stage.comes_back()
    for _ in range(2):  # names first; then what they lead to
        await stage.looks()


async def test_comments_labels_and_closings_of_a_long_outage_are_decided(
    stage: Restarting,
) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    await stage.stop()
    stage.person("bob").comment(issue, "/pledge $30")
    stage.time.advance(HOUR)
    other = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("mia").label(other, "roadmap")
    stage.time.advance(HOUR)
    stage.person("ada").comment(other, "/pledge $20")
    stage.person("eve").comment(other, "/pledge many dollars")
    stage.time.advance(HOUR)
    stage.person("mia").close(other, "not_planned")
    await _comes_back_after_days(stage)
    assert "**USD 80.00** pledged" in stage.panel(issue)
    assert "**USD 20.00** pledged" in stage.panel(other)
    assert (await stage.kinds(other))[-1] == "ItemClosed"
    assert len(stage.replies(other)) == 1
    made = await stage.recorded(PledgeMade)
    assert len(made) == 3


async def test_the_order_of_a_long_outage_is_githubs(stage: Restarting) -> None:
    """Closed before the pledge: refused; taken off and put back: nothing ends."""
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    other = await stage.roadmap_item("Preconditioners")
    await stage.stop()
    stage.person("mia").close(other, "not_planned")
    stage.time.advance(HOUR)
    late = stage.person("bob").comment(other, "/pledge $30")
    stage.person("mia").unlabel(issue, "roadmap")
    stage.time.advance(HOUR)
    stage.person("mia").label(issue, "roadmap")
    await _comes_back_after_days(stage)
    assert stage.reactions(late) == ["confused"]
    assert await stage.recorded(ItemEnded) == []
    assert await stage.pledges() == {"P-1": "standing"}


async def test_what_was_edited_in_a_long_outage_counts_as_it_was_said_first(
    stage: Restarting,
) -> None:
    issue = await stage.roadmap_item()
    await stage.stop()
    comment = stage.person("ada").comment(issue, "/pledge $50")
    stage.time.advance(HOUR)
    stage.person("mia").edit_comment(comment, "/pledge $5000")
    hidden = stage.person("bob").comment(issue, "/pledge $30")
    stage.time.advance(HOUR)
    stage.person("mia").edit_comment(hidden, "/pledge $3000")
    hidden.edits.clear()
    await _comes_back_after_days(stage)
    assert [each.money.minor for each in await stage.recorded(PledgeMade)] == [5000]
    assert stage.reactions(hidden) == []


async def test_reviews_and_merges_of_a_long_outage_are_known(stage: Restarting) -> None:
    order = await stage.started(unfunded=True)
    pull = stage.pull(order=order)
    await stage.settled()
    await stage.stop()
    stage.person("mia").review(pull, "CHANGES_REQUESTED", "Tests, please.")
    stage.time.advance(HOUR)
    stage.person("mia").review(pull, "APPROVED")
    stage.time.advance(HOUR)
    stage.person("mia").merge(pull)
    await _comes_back_after_days(stage)
    async with stage.bot.database.read() as tx:
        known = await pulls.pull(tx, stage.solver.id, pull.number)
        given = await pulls.reviews_of(tx, stage.solver.id, pull.number)
    assert known is not None
    assert known.merged_at is not None
    assert known.merged_at.replace(microsecond=0) == pull.merged_at.replace(microsecond=0)  # type: ignore[union-attr]
    assert [each.state for each in given] == ["changes_requested", "approved"]
    assert (await stage.kinds()).count("PullMerged") == 1


async def test_a_configuration_pushed_in_a_long_outage_is_in_force(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.stop()
    rules = "pledges:\n  currencies: [CHF]\n"
    stage.person("mia").push(stage.solver, {CONFIGURATION: rules}, "Francs only")
    await _comes_back_after_days(stage)
    changed = await stage.recorded(RulesChanged)
    assert changed[-1].rules.currencies == ("CHF",)
    await stage.refuses("ada", issue, "/pledge $50")


async def test_a_configuration_made_before_and_merged_in_a_long_outage_is_in_force(
    stage: Restarting,
) -> None:
    issue = await stage.roadmap_item()
    await stage.passes(timedelta(days=2))
    await stage.stop()
    rules = "pledges:\n  currencies: [CHF]\n"
    made = stage.person("mia").push(stage.solver, {CONFIGURATION: rules}, "Francs only")
    stage.solver.commits[made.sha] = replace(made, at=made.at - timedelta(days=1))
    await _comes_back_after_days(stage)
    changed = await stage.recorded(RulesChanged)
    assert changed[-1].rules.currencies == ("CHF",)
    await stage.refuses("ada", issue, "/pledge $50")


async def test_a_work_order_rewritten_in_a_long_outage_is_known(stage: Restarting) -> None:
    order = await stage.work_order()
    await stage.stop()
    body = order.body.replace("USD 500", "USD 700")
    assert body != order.body
    stage.person("dev").edit_issue(order, body=body)
    await _comes_back_after_days(stage)
    assert "USD 700" in stage.panel(order)


async def test_nothing_of_before_the_outage_is_decided_again(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    other = await stage.roadmap_item("Preconditioners")
    await stage.says("ada", issue, "/pledge $50")
    await stage.says("eve", issue, "/pledge nothing")
    stage.person("mia").unlabel(other, "roadmap")
    await stage.settled()
    stage.person("mia").label(other, "roadmap")
    stage.person("eve").open_issue(stage.solver, "Mine", labels=["roadmap"], from_form=True)
    order = await stage.started(unfunded=True)
    pull = stage.pull(order=order)
    stage.person("mia").review(pull, "APPROVED")
    await stage.settled()
    before = await stage.entries()
    said = _said(stage)
    await stage.stop()
    await _comes_back_after_days(stage)
    entries = await stage.entries()
    assert entries[: len(before)] == before
    assert {each["kind"] for each in entries[len(before) :]} <= UNTOLD  # a month may have ended
    assert _said(stage) == said


def _said(stage: Restarting) -> list[int]:
    """How many comments the bot has where it has any (a digest has none)."""
    counts = [len(stage.bots(issue)) for issue in stage.solver.issues.values()]
    return [count for count in counts if count]


async def test_reading_everything_again_from_the_beginning_changes_nothing(
    stage: Restarting,
) -> None:
    """The inbox has each act under GitHub's name for its delivery, and takes it under no second one."""
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    stage.person("eve").open_issue(stage.solver, "Mine", labels=["roadmap"], from_form=True)
    stage.person("mia").close(issue)
    await stage.settled()
    stage.person("mia").reopen(issue)
    await stage.settled()
    before = await stage.entries()
    again = stage.recovery.again
    async with stage.recovery.holding.taken():
        repo = await stage.repo()
        await again.read(repo, stage.solver.created_at, 0, deep=True)
    await stage.settled()
    assert await stage.entries() == before
    async with stage.recovery.holding.taken():
        assert await again.read(repo, stage.solver.created_at, 0, deep=True) >= 0
    await stage.settled()
    assert await stage.entries() == before


async def test_the_clock_waits_for_a_repository_that_is_not_read_yet(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    stage.person("mia").unlabel(issue, "roadmap")
    await stage.passes(timedelta(days=10))
    await stage.stop()
    stage.person("mia").label(issue, "roadmap")
    await stage.away(timedelta(days=6))
    silent = stage.box.faults.refuse("GET /repos/{owner}/{repo}/issues/comments")
    await stage.comes_back()
    await stage.bot.clock.tick()
    assert stage.solver.id in await stage.recovery.unread()
    await stage.settled()
    assert await stage.recorded(ItemEnded) == []
    stage.box.faults.remove(silent)
    await stage.looks()
    await stage.bot.clock.tick()
    await stage.settled()
    assert await stage.recovery.unread() == frozenset()
    assert await stage.recorded(ItemEnded) == []


async def test_a_repository_added_in_a_long_outage_is_found_and_read(stage: Restarting) -> None:
    issue = await stage.roadmap_item()
    await stage.stop()
    mia = stage.person("mia")
    tools = stage.box.world.add_repository("acme/tools", files={"README.md": "# Tools\n"})
    wanted: Issue = mia.open_issue(tools, "A command line")
    mia.label(wanted, "roadmap")
    mia.comment(wanted, "/pledge $40")
    await _comes_back_after_days(stage)
    assert "**USD 40.00** pledged" in stage.panel(wanted)
    assert stage.panel(issue)
