"""Whose approval of a pull request comes from somebody with no declared interest?"""

from __future__ import annotations

import pytest

from sandbox.world import Issue, PullRequest
from tests.stories.kit import Stage

REVIEWERS = ("rae", "gus")
FREE = "**no declared interest**: "


async def _reviewed(stage: Stage, order: Issue, by: str = "dev") -> PullRequest:
    """Rae and Gus, who both may write, approve of a pull request under the work order."""
    pull = stage.pull(by, "Part of it.", order)
    await stage.settled()
    for login in REVIEWERS:
        stage.person(login).review(pull, "APPROVED")
    await stage.settled()
    return pull


def _independent(stage: Stage, pull: PullRequest) -> set[str]:
    """Who is named as having no declared interest."""
    lines = stage.disclosed(pull).splitlines()
    named = next((line.partition(FREE)[2] for line in lines if FREE in line), "")
    return {login for login in (*REVIEWERS, "rachel", "bob", "renovate") if f"[{login}]" in named}


@pytest.fixture
async def rae(stage: Stage) -> str:
    stage.keeper("rae")
    return "rae"


async def test_whoever_may_write_and_is_not_involved_counts(stage: Stage, rae: str) -> None:
    order = await stage.started(unfunded=True)
    assert _independent(stage, await _reviewed(stage, order)) == {"rae", "gus"}


@pytest.mark.parametrize("part", ["funder", "interested", "developers"])
async def test_funder_interested_person_and_developer_never_count(
    stage: Stage, rae: str, part: str
) -> None:
    named = "@dev, @rae" if part == "developers" else "@rae"
    order = await stage.started(unfunded=True, **{part: named})
    pull = await _reviewed(stage, order)
    assert _independent(stage, pull) == {"gus"}
    assert "Approved by others" in stage.disclosed(pull)


async def test_a_pledger_drawn_on_never_counts(stage: Stage, rae: str) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("rae", item, "/pledge $200")
    pull = await _reviewed(stage, order)
    assert _independent(stage, pull) == {"rae", "gus"}
    await stage.says("dev", order, "/cwo start unfunded")
    assert _independent(stage, pull) == {"gus"}


async def test_a_pledger_who_took_the_drawn_pledge_back_still_does_not_count(
    stage: Stage, rae: str
) -> None:
    order = await stage.approved()
    await stage.records("rae", order, "/pledge $500")
    await stage.says("dev", order, "/cwo start")
    await stage.says("rae", order, "/withdraw")
    assert _independent(stage, await _reviewed(stage, order)) == {"gus"}


async def test_whoever_pledged_on_the_work_order_itself_does_not_count(
    stage: Stage, rae: str
) -> None:
    order = await stage.approved()
    pull = await _reviewed(stage, order)
    assert _independent(stage, pull) == {"rae", "gus"}
    await stage.records("rae", order, "/pledge $20 on completion")
    assert _independent(stage, pull) == {"gus"}


async def test_who_paid_the_developers_directly_does_not_count(stage: Stage, rae: str) -> None:
    order = await stage.started(unfunded=True)
    pull = await _reviewed(stage, order)
    await stage.records("mia", order, "/paid $100 to @dev direct from @rae")
    assert _independent(stage, pull) == {"gus"}


async def test_a_new_name_makes_nobody_independent(stage: Stage, rae: str) -> None:
    order = await stage.started(unfunded=True, interested="@rae")
    stage.person("rae").rename_self("rachel")
    pull = stage.pull("dev", "Part of it.", order)
    await stage.settled()
    stage.person("rachel").review(pull, "APPROVED")
    stage.person("gus").review(pull, "APPROVED")
    await stage.settled()
    assert _independent(stage, pull) == {"gus"}


async def test_the_author_of_a_linked_pull_request_is_involved_whoever_it_is(
    stage: Stage, rae: str
) -> None:
    order = await stage.started(unfunded=True)
    pull = stage.pull("rae", "My part.", order)
    await stage.settled()
    await stage.says("mia", pull.issue, f"/cwo link #{order.number}")
    stage.person("gus").review(pull, "APPROVED")
    stage.person("rae").merge(pull)
    await stage.settled()
    assert _independent(stage, pull) == {"gus"}
    assert "with a declared interest" in stage.panel(order)


async def test_people_without_write_access_and_bots_do_not_count(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    pull = stage.pull("dev", "Part of it.", order)
    await stage.settled()
    stage.person("bob").review(pull, "APPROVED")
    stage.box.world.add_bot("renovate", on="acme").review(pull, "APPROVED")
    await stage.settled()
    assert _independent(stage, pull) == set()
    assert "bob" in stage.disclosed(pull)


async def test_who_becomes_interested_later_stops_counting(stage: Stage, rae: str) -> None:
    order = await stage.started(unfunded=True)
    pull = await _reviewed(stage, order)
    written = order.body.replace(
        "### Interested people\n\n_No response_", "### Interested people\n\n@rae"
    )
    assert written != order.body
    stage.person("dev").edit_issue(order, body=written)
    await stage.settled()
    assert _independent(stage, pull) == {"gus"}


async def test_a_dismissed_or_replaced_approval_counts_no_more(stage: Stage, rae: str) -> None:
    order = await stage.started(unfunded=True)
    pull = await _reviewed(stage, order)
    first = pull.reviews[0]
    stage.person("mia").dismiss_review(first)
    stage.person("gus").review(pull, "CHANGES_REQUESTED", "On second thought: no.")
    await stage.settled()
    assert _independent(stage, pull) == set()
    stage.person("gus").review(pull, "APPROVED")
    stage.person("gus").review(pull, "COMMENTED", "Nice.")
    await stage.settled()
    assert _independent(stage, pull) == {"gus"}
