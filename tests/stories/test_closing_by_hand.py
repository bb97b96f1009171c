"""Nothing falls due because something was merged."""

from __future__ import annotations

from tests.stories.kit import Stage


async def test_closing_by_a_merge_makes_nothing_fall_due(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $500")
    pull = stage.person("gus").open_pull(
        stage.solver, "Reorder columns", f"Closes #{issue.number}", {"lu.py": "fast"}, "reorder"
    )
    stage.person("mia").merge(pull)
    await stage.settled()
    assert issue.state == "closed"
    assert "PledgeFellDue" not in await stage.kinds()
    assert "by hand" in stage.panel(issue)


async def test_closing_by_a_stewards_hand_makes_pledges_fall_due(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $500")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert "PledgeFellDue" in await stage.kinds()
    (notice,) = stage.replies(issue)
    assert notice.count("@ada") == 1
