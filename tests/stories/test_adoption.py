"""How do issues come in that carried the label before Bursar was there?"""

from __future__ import annotations

import pytest

from bot.app import working
from bot.app.adopting import adopt
from bot.storage import outbox
from sandbox.world import Issue
from tests.storage.kit import NOON, OTHER_REPO, tamper
from tests.stories.kit import Stage


async def _labelled_before(stage: Stage) -> tuple[Issue, Issue, Issue]:
    """An open and a closed issue that Mia labelled, and one of a stranger's form."""
    mia = stage.person("mia")
    mia.uninstall(stage.installation)
    wanted = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    finished = stage.person("bob").open_issue(stage.solver, "Done long ago")
    for issue in (wanted, finished):
        mia.label(issue, "roadmap")
    mia.close(finished, "completed")
    form = stage.person("eve").open_issue(
        stage.solver, "Fund me", labels=["roadmap"], from_form=True
    )
    mia.install(stage.box.app, "all", on="acme")
    await stage.settled()
    return wanted, finished, form


async def test_at_installation_issues_that_are_labelled_already_get_nothing(stage: Stage) -> None:
    issues = await _labelled_before(stage)
    assert [stage.bots(issue) for issue in issues] == [[], [], []]
    comment = await stage.says("ada", issues[0], "/pledge $50")
    assert stage.reactions(comment) == ["confused"]


async def test_a_stewards_goal_brings_one_in(stage: Stage) -> None:
    wanted, _, form = await _labelled_before(stage)
    comment = await stage.says("ada", wanted, "/goal $500")
    assert stage.reactions(comment) == ["confused"]
    await stage.records("mia", wanted, "/goal $500")
    await stage.records("ada", wanted, "/pledge $50")
    assert "**USD 50.00** pledged · goal USD 500.00" in stage.panel(wanted)
    await stage.records("mia", form, "/goal $1")


async def test_a_goal_brings_in_a_closed_issue_as_closed(stage: Stage) -> None:
    _, finished, _ = await _labelled_before(stage)
    await stage.records("mia", finished, "/goal $500")
    assert "issue is closed" in await stage.refuses("ada", finished, "/pledge $50")


async def test_a_fresh_label_brings_one_in(stage: Stage) -> None:
    wanted, _, _ = await _labelled_before(stage)
    stage.person("mia").unlabel(wanted, "roadmap")
    stage.person("mia").label(wanted, "roadmap")
    await stage.settled()
    await stage.records("ada", wanted, "/pledge $50")


async def test_adopt_brings_in_what_maintainers_labelled(stage: Stage) -> None:
    wanted, finished, form = await _labelled_before(stage)
    done = await adopt(stage.settings, "acme", "solver")
    await stage.settled()
    assert done.issues == (wanted.number, finished.number)
    assert "this issue can be funded" in stage.panel(wanted)
    assert "this issue can be funded" not in stage.panel(finished)
    assert stage.bots(form) == []
    await stage.records("ada", wanted, "/pledge $50")


async def test_adopting_twice_brings_nothing_in_twice(stage: Stage) -> None:
    await _labelled_before(stage)
    await adopt(stage.settings, "acme", "solver")
    again = await adopt(stage.settings, "acme", "solver")
    assert again.issues == ()
    assert (await stage.kinds()).count("ItemLabelled") == 2


async def test_adopting_does_not_wait_for_what_other_repositories_have_to_show(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "OUTCOME_SECONDS", 20)
    wanted, finished, _ = await _labelled_before(stage)
    async with stage.bot.database.write() as tx:
        await outbox.say(tx, OTHER_REPO, "a", 1, "This waits for long.", NOON)
    done = await adopt(stage.settings, "acme", "solver")
    assert done.issues == (wanted.number, finished.number)
    assert "this issue can be funded" in stage.panel(wanted)
    tamper(stage.bot.database, "DELETE FROM outbox WHERE words = 'This waits for long.'")
