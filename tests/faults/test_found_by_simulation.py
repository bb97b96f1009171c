"""What did the simulator find? Each of these once went wrong in some seed."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.kit import Stage, until

A_MOMENT = timedelta(seconds=1)
"""GitHub tells time in seconds."""


async def test_a_repository_that_moves_to_another_account_with_the_app_goes_on_there(
    stage: Stage,
) -> None:
    world, mia = stage.box.world, stage.person("mia")
    world.add_organization("apex", "Apex")
    world.add_member("apex", "mia", "admin")
    mia.install(stage.box.app, "all", on="apex")
    issue = await stage.roadmap_item()
    mia.transfer_repository(stage.solver, "apex")
    await stage.settled()
    await stage.records("ada", issue, "/pledge $100")
    assert "**USD 100.00** pledged" in stage.panel(issue)


async def test_a_goal_found_late_does_not_put_an_item_back_on_the_roadmap(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.delay("issue_comment.created", 60, times=1)
    early = stage.person("mia").comment(issue, "/goal $500")
    stage.time.advance(A_MOMENT)
    stage.person("mia").unlabel(issue, "roadmap")
    await until(lambda: stage.reactions(early) == ["confused"])
    await stage.settled()
    assert await stage.refusals() == ["not_on_roadmap"]
    assert await stage.kinds() == ["ItemLabelled", "ItemUnlabelled", "Refused"]


async def test_a_label_taken_off_counts_also_when_it_is_told_after_a_later_closing(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.delay("issues.unlabeled", 60, times=1)
    stage.person("mia").unlabel(issue, "roadmap")
    stage.time.advance(A_MOMENT)
    stage.person("mia").close(issue, "not_planned")
    await stage.decided()
    await stage.time.sleep(70)
    await stage.settled()
    assert "ItemUnlabelled" in await stage.kinds()


async def test_a_transfer_that_is_told_late_lets_nothing_be_given_up(stage: Stage) -> None:
    world, mia = stage.box.world, stage.person("mia")
    world.add_organization("apex", "Apex")
    world.add_member("apex", "mia", "admin")
    mia.install(stage.box.app, "all", on="apex")
    issue = await stage.roadmap_item()
    stage.box.faults.lose("repository.transferred", times=1)
    stage.person("ada").comment(issue, "/pledge $100")
    mia.transfer_repository(stage.solver, "apex")
    await stage.settled()
    assert "**USD 100.00** pledged" in stage.panel(issue)
