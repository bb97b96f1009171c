"""How soon is a panel right, and how much does that ask of GitHub?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sandbox.world import Issue
from tests.stories.kit import Stage, a_stage
from tests.stories.reading import headline

PLEDGES = 100
WITHIN = timedelta(seconds=60)
SLOWLY = 4.0
"""How much faster than the wall clock this story runs: slow enough that our own work counts."""


@pytest.mark.slow
async def test_a_hundred_pledges_in_a_minute_are_few_panels_and_soon_exact(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.roadmap_item("A first item, so that the rules are known")
        issue = stage.person("mia").open_issue(stage.solver, "Faster sparse LU")
        people = [stage.newcomer(f"funder-{n}") for n in range(PLEDGES)]
        stage.time.set_speed(SLOWLY)
        began = stage.time.now()
        stage.person("mia").label(issue, "roadmap")
        for n, person in enumerate(people):
            await _at(stage, began + WITHIN * n / (PLEDGES - 1))
            person.comment(issue, f"/pledge ${n + 1}.50")
        last = stage.time.now()
        exact = await _exact_at(stage, issue)
        stage.time.set_speed(60.0)
        await stage.settled()
        assert (await stage.kinds()).count("PledgeMade") == PLEDGES
        panels = _panel_writes(stage, issue)
        assert panels[0] - began <= timedelta(seconds=5)
        assert len(panels) <= 7
        assert exact - last <= timedelta(seconds=15)


async def test_a_pledge_costs_two_writes_and_two_reads_when_caches_are_warm(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("bob", issue, "/pledge $100")
    before = len(stage.box.requests)
    await stage.records("ada", issue, "/pledge $100")
    assert len(stage.writes(before)) <= 2
    assert len(stage.reads(before)) <= 2


async def _at(stage: Stage, moment: datetime) -> None:
    await stage.time.sleep((moment - stage.time.now()).total_seconds())


async def _exact_at(stage: Stage, issue: Issue) -> datetime:
    """Wait for the panel that shows every pledge; say when it was there."""
    everything = {"USD": sum(100 * (n + 1) + 50 for n in range(PLEDGES))}
    for _ in range(6000):
        if headline(stage.panel(issue)) == everything:
            break
        await stage.time.sleep(0.05)
    return stage.time.now()


def _panel_writes(stage: Stage, issue: Issue) -> list[datetime]:
    """When the panel of this issue was posted or edited."""
    posted = f"/repos/acme/solver/issues/{issue.number}/comments"
    edited = f"/repos/acme/solver/issues/comments/{stage.panel_comment(issue).id}"
    return [each.at for each in stage.writes() if each.path in {posted, edited}]
