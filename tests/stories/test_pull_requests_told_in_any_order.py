"""Other things happen to a pull request at the same time; the check run is there all the same."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.entries import PullMerged
from tests.stories.kit import Stage


async def test_a_label_and_a_review_right_after_the_opening_hide_no_disclosure(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True, funder="@ada")
    pull = stage.pull("dev", "Part of it.", order)
    stage.time.advance(timedelta(seconds=1))
    stage.person("mia").label(pull.issue, "enhancement")
    stage.person("dev").review(pull, "COMMENTED", "Please look at the second file first.")
    await stage.settled()
    assert f"under CWO #{order.number}" in stage.disclosed(pull)


async def test_a_push_and_a_label_leave_the_new_head_disclosed(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    pull = stage.pull("dev", "Part of it.", order)
    await stage.settled()
    stage.person("dev").push_to_pull(pull, {"solver/more.py": "x = 1\n"}, "More")
    stage.time.advance(timedelta(seconds=1))
    stage.person("mia").label(pull.issue, "enhancement")
    await stage.settled()
    assert len(stage.disclosures(pull, pull.head_sha)) == 1


async def test_a_merge_is_noted_although_a_label_came_right_after_it(stage: Stage) -> None:
    order = await stage.started(unfunded=True, interested="@gus")
    pull = stage.pull("dev", "Part of it.", order)
    await stage.settled()
    stage.person("gus").merge(pull)
    stage.time.advance(timedelta(seconds=1))
    stage.person("mia").label(pull.issue, "enhancement")
    await stage.settled()
    (merged,) = await stage.recorded(PullMerged)
    assert merged.interested


async def test_one_that_was_opened_before_bursar_listened_can_be_linked(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    hooks, stage.box.app.webhook_url = stage.box.app.webhook_url, ""
    pull = stage.pull("gus", "Nobody heard of it.")
    await stage.box.settled()
    stage.box.app.webhook_url = hooks
    recorded = await stage.says("mia", pull.issue, f"/cwo link #{order.number}")
    assert stage.reactions(recorded) == ["+1"]
    assert f"under CWO #{order.number}" in stage.disclosed(pull)
