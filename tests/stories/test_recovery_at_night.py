"""Is what no webhook told put right at night?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.recovering.nightly import NIGHT_BEGINS, NIGHT_LASTS
from bot.domain.entries import ItemClosed, ItemGone, ItemUnlabelled, PledgeMade
from bot.storage import mirror, reached
from sandbox.world import Issue, Label
from tests.stories.restarting import Restarting, a_restarting_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Restarting]:
    async with a_restarting_stage(tmp_path) as stage:
        yield stage


async def _a_night(stage: Restarting) -> None:
    """The next night passes, with everything that is looked at in it."""
    await stage.settled()
    now = stage.time.now()
    night = now.replace(hour=NIGHT_BEGINS.hour, minute=0, second=0, microsecond=0)
    over = night + NIGHT_LASTS + timedelta(minutes=1)
    stage.time.advance((over if over > now else over + timedelta(days=1)) - now)
    for _ in range(2):
        await stage.looks()


async def _item(stage: Restarting) -> Issue:
    """A roadmap item that Bursar has known for a night."""
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $50")
    await _a_night(stage)
    return issue


def _deaf(stage: Restarting, *events: str) -> None:
    """Of these GitHub never tells, and does not even list that it should have."""
    for each in events:
        stage.box.faults.lose(each, hidden=True)


# --- issues -----------------------------------------------------------------------------------


async def test_a_comment_and_a_label_that_were_never_delivered_are_read_again(
    stage: Restarting,
) -> None:
    issue = await _item(stage)
    _deaf(stage, "issue_comment.created", "issues.labeled")
    comment = stage.person("bob").comment(issue, "/pledge $30")
    other = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.person("mia").label(other, "roadmap")
    await stage.looks()
    assert stage.reactions(comment) == []
    await _a_night(stage)
    assert "**USD 80.00** pledged" in stage.panel(issue)
    assert stage.panel(other)


async def test_a_label_that_was_deleted_from_the_repository_takes_items_off(
    stage: Restarting,
) -> None:
    """GitHub tells of the label alone, and not of the issues that lose it."""
    issue = await _item(stage)
    label: Label = stage.solver.labels.pop("roadmap")
    issue.labels.remove(label)
    await _a_night(stage)
    (left,) = await stage.recorded(ItemUnlabelled)
    assert left.issue == issue.id
    await _a_night(stage)
    assert len(await stage.recorded(ItemUnlabelled)) == 1


@pytest.mark.parametrize("how", ["deleted", "transferred"])
async def test_an_issue_that_went_away_unheard_is_gone(stage: Restarting, how: str) -> None:
    issue = await _item(stage)
    _deaf(stage, f"issues.{how}", "issues.opened")
    mia = stage.person("mia")
    if how == "deleted":
        mia.delete_issue(issue)
    else:
        mia.transfer_issue(issue, stage.project.docs)
    await _a_night(stage)
    (gone,) = await stage.recorded(ItemGone)
    assert (gone.issue, gone.how) == (issue.id, how)


async def test_an_issue_closed_unheard_is_closed_by_whoever_did_it(stage: Restarting) -> None:
    issue = await _item(stage)
    _deaf(stage, "issues.closed")
    stage.person("mia").close(issue)
    await _a_night(stage)
    (closed,) = await stage.recorded(ItemClosed)
    assert closed.completed


# --- panels -----------------------------------------------------------------------------------


async def test_a_panel_that_somebody_changed_unheard_is_put_right(stage: Restarting) -> None:
    issue = await _item(stage)
    right = stage.panel(issue)
    _deaf(stage, "issue_comment.edited")
    stage.person("mia").edit_comment(stage.panel_comment(issue), "All mine now.\n" + right)
    await _a_night(stage)
    assert stage.panel(issue) == right


async def test_a_panel_that_somebody_deleted_unheard_comes_back_once(stage: Restarting) -> None:
    issue = await _item(stage)
    _deaf(stage, "issue_comment.deleted")
    stage.person("mia").delete_comment(stage.panel_comment(issue))
    await _a_night(stage)
    assert "**USD 50.00** pledged" in stage.panel(issue)
    stage.person("mia").delete_comment(stage.panel_comment(issue))
    await _a_night(stage)
    assert stage.bots(issue) == []
    stage.person("ada").comment(issue, "Where is it?")
    await stage.settled()


async def test_a_night_without_drift_writes_nothing_and_asks_little(stage: Restarting) -> None:
    issue = await _item(stage)
    await _a_night(stage)
    before = len(stage.box.requests)
    entries = await stage.entries()
    await _a_night(stage)
    assert stage.writes(before) == []
    asked = [each.route for each in stage.asked(before)]
    assert len(asked) <= 16, asked
    assert await stage.entries() == entries
    assert len(stage.bots(issue)) == 1


# --- repositories and installations -----------------------------------------------------------


async def test_a_repository_renamed_unheard_has_its_new_name(stage: Restarting) -> None:
    await _item(stage)
    _deaf(stage, "repository.*")
    stage.person("mia").rename_repository(stage.solver, "resolver")
    await _a_night(stage)
    assert (await stage.repo()).name == "resolver"


async def test_a_repository_made_private_unheard_is_hidden(stage: Restarting) -> None:
    await _item(stage)
    _deaf(stage, "repository.*")
    stage.person("mia").make_private(stage.solver)
    async with stage.bot.database.read() as tx:
        assert await mirror.public_repo(tx, "acme", "solver") is not None
    await _a_night(stage)
    async with stage.bot.database.read() as tx:
        assert await mirror.public_repo(tx, "acme", "solver") is None


async def test_a_repository_deleted_unheard_is_out_of_reach(stage: Restarting) -> None:
    await _item(stage)
    _deaf(stage, "repository.*")
    stage.person("mia").delete_repository(stage.solver)
    await _a_night(stage)
    async with stage.bot.database.read() as tx:
        assert await mirror.repo_by_id(tx, stage.solver.id) is None


async def test_an_installation_suspended_and_lifted_unheard_is_known(stage: Restarting) -> None:
    issue = await _item(stage)
    _deaf(stage, "installation.*")
    mia = stage.person("mia")
    mia.suspend(stage.installation)
    await _a_night(stage)
    async with stage.bot.database.read() as tx:
        assert not await mirror.active(tx, stage.installation.id)
    mia.unsuspend(stage.installation)
    await _a_night(stage)
    async with stage.bot.database.read() as tx:
        assert await mirror.active(tx, stage.installation.id)
    await stage.records("bob", issue, "/pledge $30")


async def test_an_installation_removed_unheard_is_over(stage: Restarting) -> None:
    await _item(stage)
    _deaf(stage, "installation.*")
    stage.person("mia").uninstall(stage.installation)
    await _a_night(stage)
    async with stage.bot.database.read() as tx:
        assert not await mirror.active(tx, stage.installation.id)
        _, repositories = await reached.everything(tx)
    assert all(each.removed for each in repositories.values())


async def test_an_installation_made_unheard_is_found(stage: Restarting) -> None:
    await _item(stage)
    mia = stage.person("mia")
    mia.uninstall(stage.installation)
    await stage.settled()
    _deaf(stage, "installation.*")
    mia.install(stage.box.app, "all", on="acme")
    await _a_night(stage)
    stage.box.faults.clear()
    other = await stage.roadmap_item("Preconditioners")
    await stage.records("ada", other, "/pledge $20")
    assert len(await stage.recorded(PledgeMade)) == 2
