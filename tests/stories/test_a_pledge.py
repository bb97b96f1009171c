"""The main job: label an issue, pledge on it, see the panel."""

from __future__ import annotations

from tests.storage.kit import UNTOLD
from tests.stories.kit import Stage


async def test_a_maintainer_labels_an_issue_and_the_panel_appears(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "pledge" in stage.panel(issue)
    assert await stage.kinds() == ["ItemLabelled"]


async def test_a_pledge_is_recorded_reacted_to_and_shown(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("ada", issue, "Great idea!\n\n/pledge $500")
    assert stage.reactions(comment) == ["+1"]
    assert "USD 500.00" in stage.panel(issue)
    assert stage.replies(issue) == []
    (_, pledged) = [e for e in await stage.entries() if e["kind"] not in UNTOLD]
    assert (pledged["minor"], pledged["currency"], pledged["change"]) == (
        50000,
        "USD",
        "new → standing",
    )
