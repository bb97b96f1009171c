"""The page behind a panel: every pledge of an item, for anybody, unless the repository is private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from demo.stage import Stage, a_stage
from sandbox.world import Issue


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path, Stage, speed=60) as stage:
        yield stage


async def an_item(stage: Stage) -> Issue:
    issue = stage.person("mia").open_issue(stage.project.solver, "Faster <b>LU</b>")
    stage.person("mia").label(issue, "roadmap")
    stage.person("ada").comment(issue, "/pledge $500")
    await stage.settled()
    return issue


async def get(stage: Stage, path: str) -> tuple[int, str, dict[str, str]]:
    address = stage.box.app.webhook_url.partition("/api/")[0]
    async with aiohttp.ClientSession() as session, session.get(address + path) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def test_anybody_can_look_up_every_pledge_of_a_public_item(stage: Stage) -> None:
    issue = await an_item(stage)
    status, text, headers = await get(stage, f"/acme/solver/items/{issue.number}")
    assert status == 200
    assert "USD 500.00" in text
    assert f"issues/{issue.number}#issuecomment-{issue.comments[0].id}" in text
    assert "Faster &lt;b&gt;LU&lt;/b&gt;" in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_the_panel_leads_there(stage: Stage) -> None:
    issue = await an_item(stage)
    assert f"/acme/solver/items/{issue.number}" in stage.panel(issue)


async def test_names_of_repositories_know_no_case(stage: Stage) -> None:
    issue = await an_item(stage)
    assert (await get(stage, f"/ACME/Solver/items/{issue.number}"))[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/acme/solver/items/9999", "/acme/nothing/items/1", "/nobody/solver/items/1"],
)
async def test_what_never_existed_is_not_found(stage: Stage, path: str) -> None:
    assert (await get(stage, path))[0] == 404


async def test_a_repository_that_became_private_is_as_if_it_never_existed(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.person("mia").make_private(stage.project.solver)
    await stage.settled()
    hidden = await get(stage, f"/acme/solver/items/{issue.number}")
    unknown = await get(stage, "/acme/nothing/items/1")
    assert (hidden[0], hidden[1]) == (unknown[0], unknown[1]) == (404, unknown[1])


async def test_a_hundred_pledges_are_on_the_first_page_and_the_rest_one_link_away(
    stage: Stage,
) -> None:
    issue = stage.person("mia").open_issue(stage.project.solver, "Much wanted")
    stage.person("mia").label(issue, "roadmap")
    for n in range(101):
        stage.box.world.add_user(f"funder{n}", f"Funder {n}")
        stage.person(f"funder{n}").comment(issue, "/pledge $5")
    await stage.settled()
    _, first, _ = await get(stage, f"/acme/solver/items/{issue.number}")
    assert "?before=2" in first
    assert ">P-1<" not in first
    _, second, _ = await get(stage, f"/acme/solver/items/{issue.number}?before=2")
    assert ">P-1<" in second
    assert "Older pledges" not in second


async def test_an_event_that_arrives_late_reveals_no_private_repository(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.box.faults.delay("issue_comment", seconds=5, times=1)
    stage.person("ada").comment(issue, "Late, and told when the repository was public")
    stage.person("mia").make_private(stage.project.solver)
    await stage.time.sleep(20)
    await stage.settled()
    await stage.jump(timedelta(minutes=2))
    assert (await get(stage, f"/acme/solver/items/{issue.number}"))[0] == 404


async def test_where_github_cannot_be_asked_nothing_is_shown(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.person("mia").suspend(stage.installation)
    stage.person("mia").make_private(stage.project.solver)
    await stage.settled()
    assert (await get(stage, f"/acme/solver/items/{issue.number}"))[0] == 404


async def test_an_issue_that_is_gone_leaves_no_title_behind(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.person("mia").delete_issue(issue)
    await stage.settled()
    assert (await get(stage, f"/acme/solver/items/{issue.number}"))[0] == 404
