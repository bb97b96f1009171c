"""What is on the roadmap? What somebody with write access labelled, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.kit import Stage


async def test_whoever_has_write_access_can_put_an_issue_on_the_roadmap(stage: Stage) -> None:
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("gus").label(issue, "roadmap")
    await stage.settled()
    assert "this issue can be funded" in stage.panel(issue)
    (labelled,) = [e for e in await stage.entries() if e["kind"] == "ItemLabelled"]
    assert labelled["actor"]["login"] == "gus"


async def test_the_label_of_somebody_without_write_access_does_not_count(stage: Stage) -> None:
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("dev").label(issue, "roadmap")
    await stage.settled()
    assert stage.bots(issue) == []
    assert await stage.refusals() == ["labelled_without_write"]


async def test_a_stranger_cannot_label_through_an_issue_form(stage: Stage) -> None:
    form = stage.person("eve").open_issue(
        stage.solver, "Fund me", labels=["roadmap"], from_form=True
    )
    await stage.settled()
    assert form.has("roadmap")
    assert stage.bots(form) == []
    comment = await stage.says("ada", form, "/pledge $50")
    assert stage.reactions(comment) == ["confused"]
    assert stage.bots(form) == []


async def test_a_robot_puts_nothing_on_the_roadmap(stage: Stage) -> None:
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.box.world.app_in(stage.installation).label(issue, "roadmap")
    await stage.settled()
    assert stage.bots(issue) == []


async def test_a_label_on_a_closed_issue_makes_it_an_item_that_takes_no_pledges(
    stage: Stage,
) -> None:
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("mia").close(issue, "completed")
    stage.person("mia").label(issue, "roadmap")
    await stage.settled()
    assert "this issue can be funded" not in stage.panel(issue)
    assert "issue is closed" in await stage.refuses("ada", issue, "/pledge $50")
    stage.person("mia").reopen(issue)
    await stage.settled()
    await stage.records("ada", issue, "/pledge $50")


async def test_other_labels_ask_nothing_of_github(stage: Stage) -> None:
    await stage.roadmap_item()
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    before = len(stage.box.requests)
    stage.person("mia").label(issue, "enhancement")
    stage.person("mia").unlabel(issue, "enhancement")
    await stage.settled()
    assert stage.box.requests[before:] == []
    assert await stage.kinds() == ["ItemLabelled"]


async def test_a_roadmap_label_on_a_pull_request_is_ignored(stage: Stage) -> None:
    pull = stage.person("gus").open_pull(stage.solver, "Faster LU", "", {"lu.py": "fast"})
    stage.person("mia").label(pull, "roadmap")
    await stage.settled()
    assert stage.bots(pull.issue) == []
    assert await stage.kinds() == []


async def test_a_project_can_have_several_roadmap_labels(stage: Stage) -> None:
    await stage.configure("roadmap:\n  labels: [roadmap, fundable]\n")
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("mia").label(issue, "Fundable")
    await stage.settled()
    await stage.records("ada", issue, "/pledge $50")
    stage.person("mia").label(issue, "roadmap")
    stage.person("mia").unlabel(issue, "Fundable")
    await stage.settled()
    assert await stage.kinds() == ["ItemLabelled", "PledgeMade"]


async def test_taking_the_label_off_announces_when_pledges_expire(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    stage.person("mia").unlabel(issue, "roadmap")
    await stage.settled()
    assert "Not on the roadmap any more" in stage.panel(issue)
    assert stage.day(14) in stage.panel(issue)
    assert await stage.pledges() == {"P-1": "standing"}


async def test_a_fortnight_after_the_label_came_off_pledges_expire(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    await stage.records("bob", issue, "/pledge €50 on completion")
    stage.person("mia").unlabel(issue, "roadmap")
    await stage.passes(timedelta(days=13))
    assert await stage.pledges() == {"P-1": "standing", "P-2": "standing"}
    await stage.passes(timedelta(days=1))
    assert await stage.pledges() == {"P-1": "expired", "P-2": "expired"}
    assert "the issue left the roadmap" in stage.panel(issue)
    assert stage.replies(issue) == []


async def test_nothing_can_be_pledged_once_the_label_is_off(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.person("mia").unlabel(issue, "roadmap")
    await stage.settled()
    assert "not on the roadmap any more" in await stage.refuses("ada", issue, "/pledge $500")


async def test_labelling_again_within_the_fortnight_revives_the_pledges(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    stage.person("mia").unlabel(issue, "roadmap")
    await stage.passes(timedelta(days=13))
    stage.person("mia").label(issue, "roadmap")
    await stage.passes(timedelta(days=30))
    assert await stage.pledges() == {"P-1": "standing"}
    assert "Not on the roadmap" not in stage.panel(issue)


async def test_a_label_that_came_and_went_on_a_completed_issue_expires_nothing(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item(by="eve")
    await stage.records("ada", issue, "/pledge $500")
    stage.person("eve").close(issue, "completed")
    stage.person("mia").unlabel(issue, "roadmap")
    stage.person("mia").label(issue, "roadmap")
    await stage.passes(timedelta(days=15))
    assert await stage.pledges() == {"P-1": "standing"}
