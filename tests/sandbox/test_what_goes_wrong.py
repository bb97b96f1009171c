"""Does each knob break exactly what it says?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.story import Project
    from tests.sandbox.kit import Client, Clock, Ear

COMMENTS = "/repos/acme/solver/issues/1/comments"
ROUTE = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"


def bodies(project: Project) -> list[str]:
    return [each.body for each in project.issues[0].comments]


async def test_a_502_may_come_although_the_comment_exists(
    client: Client, bot: str, project: Project
) -> None:
    client.box.faults.fail_after(ROUTE, times=1)
    assert (await client.ask("POST", COMMENTS, {"body": "One"}, auth=bot)).status == 502
    assert bodies(project) == ["One"]
    assert (await client.ask("POST", COMMENTS, {"body": "Two"}, auth=bot)).status == 201


async def test_a_503_may_come_and_nothing_was_done(
    client: Client, bot: str, project: Project
) -> None:
    client.box.faults.refuse("POST *", 503, times=2)
    for _ in range(2):
        assert (await client.ask("POST", COMMENTS, {"body": "One"}, auth=bot)).status == 503
    assert bodies(project) == []


async def test_the_connection_breaks_before_or_after(
    client: Client, bot: str, project: Project
) -> None:
    client.box.faults.reset_before("POST */comments", times=1)
    client.box.faults.reset_after("POST */comments", times=1)
    for left in ([], ["Hi"]):
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.ask("POST", COMMENTS, {"body": "Hi"}, auth=bot)
        assert bodies(project) == left
    assert client.box.requests[-1].status == 0


async def test_slow_answers_take_the_boxs_time(client: Client, bot: str, clock: Clock) -> None:
    client.box.faults.slow("GET *", 30, times=1)
    before = clock()
    await client.ask("GET", COMMENTS, auth=bot)
    assert (clock() - before).total_seconds() == 30


async def test_limits_say_when_to_come_back(client: Client, bot: str, clock: Clock) -> None:
    client.box.faults.limit(ROUTE, 90, times=1)
    said = await client.ask("POST", COMMENTS, {"body": "Hi"}, auth=bot)
    assert (said.status, said.headers["Retry-After"]) == (403, "90")
    assert "secondary rate limit" in said.body["message"]
    client.box.faults.limit(ROUTE, 90, status=429, secondary=False, times=1)
    said = await client.ask("POST", COMMENTS, {"body": "Hi"}, auth=bot)
    assert (said.status, said.headers["x-ratelimit-remaining"]) == (429, "0")
    assert int(said.headers["x-ratelimit-reset"]) == int(clock().timestamp()) + 90
    assert "Retry-After" not in said.headers


async def test_lists_may_lag_behind(
    client: Client, bot: str, clock: Clock, project: Project
) -> None:
    client.box.faults.stale("GET */comments", 10)
    await client.ask("POST", COMMENTS, {"body": "Hi"}, auth=bot)
    assert (await client.ask("GET", COMMENTS, auth=bot)).body == []
    clock.move(seconds=10)
    assert len((await client.ask("GET", COMMENTS, auth=bot)).body) == 1
    assert bodies(project) == ["Hi"]


async def test_a_lost_delivery_is_in_githubs_list_only(
    box: Sandbox, client: Client, ear: Ear, project: Project
) -> None:
    box.faults.lose("issue_comment.created", times=1)
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    await box.settled()
    lost = box.deliveries[0]
    assert (ear.heard, lost.listed, lost.succeeded) == ([], True, False)
    box.redeliver(lost.id)
    await box.settled()
    assert ear.events == ["issue_comment"]
    assert client.installation.active


async def test_a_delivery_may_come_twice_with_one_id(
    box: Sandbox, client: Client, ear: Ear, project: Project
) -> None:
    box.faults.duplicate("issue_comment", times=1)
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    await box.settled()
    guids = [headers["X-GitHub-Delivery"] for headers, _ in ear.heard]
    assert guids == [box.deliveries[0].guid] * 2
    assert client.installation.active


async def test_deliveries_may_overtake_each_other(
    box: Sandbox, client: Client, ear: Ear, project: Project
) -> None:
    box.faults.reorder("issue_comment", times=1)
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    box.world.person("mia").close(project.issues[0])
    await box.settled()
    assert ear.events == ["issues", "issue_comment"]
    assert client.installation.active


async def test_a_held_delivery_comes_at_last_when_all_is_settled(
    box: Sandbox, client: Client, ear: Ear, project: Project
) -> None:
    box.faults.reorder("issue_comment", times=1)
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    await asyncio.sleep(0.01)
    assert ear.events == []
    await box.settled()
    assert ear.events == ["issue_comment"]
    assert client.installation.active


async def test_a_delivery_may_be_late(
    box: Sandbox, client: Client, clock: Clock, project: Project
) -> None:
    box.faults.delay("issue_comment", 3600, times=1)
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    await box.settled()
    late = box.deliveries[0]
    assert late.delivered_at is not None
    assert (late.delivered_at - late.created_at).total_seconds() == 3600
    assert clock() == late.delivered_at
    assert client.installation.active


async def test_chances_are_drawn_from_the_given_dice(client: Client, bot: str) -> None:
    client.box.faults.refuse("GET *", 500, probability=0.5)
    said = [(await client.ask("GET", COMMENTS, auth=bot)).status for _ in range(40)]
    assert 5 < said.count(500) < 35


async def test_githubs_documented_limits_can_be_enforced(
    client: Client, bot: str, clock: Clock
) -> None:
    client.box.limits.enforced = True
    said = [
        (await client.ask("POST", COMMENTS, {"body": f"{n}"}, auth=bot)).status for n in range(81)
    ]
    assert (said.count(201), said[-1]) == (80, 403)
    refused = await client.ask("POST", COMMENTS, {"body": "80"}, auth=bot)
    assert refused.headers["Retry-After"] == "60"
    clock.move(seconds=60)
    assert (await client.ask("POST", COMMENTS, {"body": "80"}, auth=bot)).status == 201


async def test_the_hours_budget_runs_out_and_comes_back(
    client: Client, bot: str, clock: Clock
) -> None:
    client.box.limits.enforced = True
    budget = client.box.limits.budget(f"installation {client.installation.id}")
    budget.used = budget.limit
    said = await client.ask("GET", COMMENTS, auth=bot)
    assert (said.status, said.headers["x-ratelimit-remaining"]) == (403, "0")
    assert int(said.headers["x-ratelimit-reset"]) == int(clock().timestamp()) + 3600
    clock.move(minutes=59)
    fresh = await client.token()
    clock.move(minutes=1)
    assert (await client.ask("GET", COMMENTS, auth=fresh)).status == 200
