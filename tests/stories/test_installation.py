"""What if the App is suspended, removed, or the repository renamed, hidden or taken away?"""

from __future__ import annotations

from datetime import timedelta

from sandbox.world import Issue
from tests.stories.kit import Stage


async def _a_pledge_that_ends_soon(stage: Stage) -> Issue:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, f"/pledge $100 until {stage.day(3)}")
    return issue


async def _days_pass_unseen(stage: Stage, days: int) -> None:
    stage.time.advance(timedelta(days=days))
    await stage.bot.clock.tick()
    await stage.decided()


async def test_while_suspended_nothing_is_sent_and_afterwards_it_is(stage: Stage) -> None:
    issue = await _a_pledge_that_ends_soon(stage)
    stage.person("mia").suspend(stage.installation)
    await stage.decided()
    asked = len(stage.box.requests)
    await _days_pass_unseen(stage, 5)
    assert await stage.pledges() == {"P-1": "expired"}
    assert stage.asked(asked) == []
    assert "**USD 100.00** pledged" in stage.panel(issue)
    stage.person("mia").unsuspend(stage.installation)
    await stage.settled()
    assert "ended as promised" in stage.panel(issue)


async def test_after_removal_nothing_is_asked_and_a_new_installation_catches_up(
    stage: Stage,
) -> None:
    issue = await _a_pledge_that_ends_soon(stage)
    stage.person("mia").uninstall(stage.installation)
    await stage.decided()
    asked = len(stage.box.requests)
    await _days_pass_unseen(stage, 5)
    assert stage.asked(asked) == []
    stage.person("mia").install(stage.box.app, "all", on="acme")
    await _what_was_missed_is_read(stage)
    assert await stage.pledges() == {"P-1": "expired"}
    assert "ended as promised" in stage.panel(issue)


async def test_a_repository_taken_out_of_the_installation_is_left_alone(stage: Stage) -> None:
    mia, box = stage.person("mia"), stage.box
    mia.uninstall(stage.installation)
    chosen = mia.install(box.app, [stage.solver, stage.project.docs], on="acme")
    issue = await _a_pledge_that_ends_soon(stage)
    mia.remove_repositories(chosen, [stage.solver])
    await stage.decided()
    asked = len(box.requests)
    await _days_pass_unseen(stage, 5)
    assert stage.asked(asked) == []
    mia.add_repositories(chosen, [stage.solver])
    await stage.passes(timedelta(minutes=1))
    await stage.records("bob", issue, "/pledge $50")
    await _what_was_missed_is_read(stage)
    assert "**USD 50.00** pledged" in stage.panel(issue)


async def test_a_renamed_repository_keeps_its_ledger_and_its_panels(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").rename_repository(stage.solver, "solvers")
    await stage.records("bob", issue, "/pledge $50")
    assert "**USD 150.00** pledged" in stage.panel(issue)
    assert "/acme/solvers/issues/" in stage.panel(issue)
    assert stage.writes()[-1].path.startswith("/repos/acme/solvers/")


async def test_writing_to_an_old_name_follows_the_rename(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.lose("repository.renamed")
    comment = stage.person("ada").comment(issue, "/pledge $100")
    await stage.box.settled()
    stage.person("mia").rename_repository(stage.solver, "solvers")
    await stage.settled()
    assert stage.reactions(comment) == ["+1"]
    assert "**USD 100.00** pledged" in stage.panel(issue)


async def test_a_repository_that_became_private_goes_on(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.person("mia").make_private(stage.solver)
    await stage.settled()
    await stage.records("mia", issue, "/pledge $100")
    assert "**USD 100.00** pledged" in stage.panel(issue)


async def test_a_deleted_repository_is_left_alone(stage: Stage) -> None:
    await _a_pledge_that_ends_soon(stage)
    stage.person("mia").delete_repository(stage.solver)
    await stage.decided()
    asked = len(stage.box.requests)
    await _days_pass_unseen(stage, 5)
    assert stage.asked(asked) == []


async def _what_was_missed_is_read(stage: Stage) -> None:
    """The clock speaks of a repository's moments only when what was missed there has been read."""
    for _ in range(12):
        if await stage.pledges() == {"P-1": "expired"}:
            return
        await stage.passes(timedelta(minutes=5))
