"""Who is a steward, and what if GitHub does not say?"""

from __future__ import annotations

from datetime import timedelta

from tests.stories.kit import Stage, until

PERMISSION = "GET /repos/*/collaborators/*"


async def test_whoever_maintains_the_repository_is_a_steward(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "for the stewards" in await stage.refuses("gus", issue, "/goal $5")
    stage.person("mia").set_role(stage.solver, "bob", "maintain")
    await stage.records("bob", issue, "/goal $5")


async def test_stewards_can_be_named_by_login(stage: Stage) -> None:
    await stage.configure('roles:\n  stewards: ["@gus"]\n')
    issue = await stage.roadmap_item()
    await stage.records("gus", issue, "/goal $5")
    assert "for the stewards" in await stage.refuses("mia", issue, "/goal $5")


async def test_stewards_can_be_named_by_team(stage: Stage) -> None:
    await stage.configure('roles:\n  stewards: ["@acme/core"]\n')
    issue = await stage.roadmap_item()
    await stage.records("gus", issue, "/goal $5")
    assert "for the stewards" in await stage.refuses("ada", issue, "/goal $5")


async def test_an_empty_list_means_nobody(stage: Stage) -> None:
    await stage.configure("roles:\n  stewards: []\n")
    issue = await stage.roadmap_item()
    assert "for the stewards" in await stage.refuses("mia", issue, "/goal $5")


async def test_a_named_steward_who_renames_the_account_stays_one(stage: Stage) -> None:
    await stage.configure('roles:\n  stewards: ["@gus"]\n')
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $900")
    stage.person("gus").rename_self("gustav")
    stage.newcomer("gus")
    assert "for the stewards" in await stage.refuses("gus", issue, "/accept")
    await stage.records("gustav", issue, "/accept")


async def test_the_panel_names_people_as_they_are_called_today(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("ada").rename_self("countess")
    await stage.records("countess", issue, "/pledge $200")
    assert "[countess](" in stage.panel(issue)
    assert "[ada](" not in stage.panel(issue)
    assert await stage.pledges() == {"P-1": "replaced", "P-2": "standing"}


async def test_who_lost_the_role_is_no_steward_a_minute_later(stage: Stage) -> None:
    stage.person("mia").set_role(stage.solver, "gus", "maintain")
    issue = await stage.roadmap_item()
    await stage.records("gus", issue, "/goal $5")
    stage.person("mia").set_role(stage.solver, "gus", "write")
    await stage.passes(timedelta(seconds=61))
    assert "for the stewards" in await stage.refuses("gus", issue, "/goal none")


async def test_while_github_does_not_tell_a_role_the_command_waits(stage: Stage) -> None:
    issue, other = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    await stage.passes(timedelta(minutes=2))
    fault = stage.box.faults.refuse(PERMISSION, 503)
    goal = stage.person("mia").comment(issue, "/goal $1000")
    later = stage.person("ada").comment(issue, "/pledge $100")
    elsewhere = stage.person("bob").comment(other, "/pledge $50")
    await until(lambda: stage.reactions(elsewhere) == ["+1"])
    await until(lambda: fault.acted >= 3)
    assert stage.reactions(goal) == stage.reactions(later) == []
    assert stage.replies(issue) == []
    stage.box.faults.remove(fault)
    await stage.settled()
    assert stage.reactions(goal) == stage.reactions(later) == ["+1"]
    assert (await stage.kinds())[-3:] == ["PledgeMade", "GoalSet", "PledgeMade"]


async def test_a_label_waits_for_the_role_of_whoever_set_it(stage: Stage) -> None:
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.box.faults.refuse(PERMISSION, 500, times=2)
    stage.person("mia").label(issue, "roadmap")
    await stage.settled()
    assert "this issue can be funded" in stage.panel(issue)
