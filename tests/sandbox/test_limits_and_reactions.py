"""What does GitHub's pace allow in the box, and how do many reactions come in one request?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.github.reactions import DOCUMENTS, Wanted, variables
from sandbox.payloads.basics import node_id

if TYPE_CHECKING:
    from sandbox.story import Project
    from sandbox.world import Comment
    from tests.sandbox.kit import Client, Clock

COMMENTS = "/repos/acme/solver/issues/1/comments"


@pytest.fixture
async def comments(project: Project, client: Client) -> list[Comment]:
    ada = client.box.world.person("ada")
    return [ada.comment(project.issues[0], f"{n}") for n in range(3)]


async def react(client: Client, bot: str, *nodes: str) -> Any:
    wanted = [Wanted(node, "+1") for node in nodes]
    body = {"query": DOCUMENTS[len(wanted)], "variables": variables(wanted)}
    return await client.ask("POST", "/graphql", body, auth=bot)


def names(comments: list[Comment]) -> list[str]:
    return [node_id("IssueComment", each.id) for each in comments]


async def test_reactions_come_together_and_twice_is_once(
    client: Client, bot: str, comments: list[Comment]
) -> None:
    for _ in range(2):
        said = await react(client, bot, *names(comments))
        assert (said.status, "errors" in said.body) == (200, False)
        assert said.body["data"]["r2"]["reaction"]["content"] == "THUMBS_UP"
    assert [[each.content for each in comment.reactions] for comment in comments] == [["+1"]] * 3


async def test_one_that_is_gone_does_not_keep_the_others(
    client: Client, bot: str, comments: list[Comment]
) -> None:
    client.box.world.person("ada").delete_comment(comments[1])
    said = await react(client, bot, *names(comments))
    assert said.status == 200
    assert [said.body["data"][name] is None for name in ("r0", "r1", "r2")] == [False, True, False]
    (error,) = said.body["errors"]
    assert (error["type"], error["path"]) == ("NOT_FOUND", ["r1"])


async def test_an_installation_reacts_only_where_it_may_write(
    client: Client, comments: list[Comment]
) -> None:
    body: Any = {"permissions": {"issues": "read"}}
    reader = await client.token(**body)
    said = await react(client, reader, *names(comments[:1]))
    assert said.body["errors"][0]["type"] == "FORBIDDEN"
    assert comments[0].reactions == []


async def test_each_field_counts_as_a_write(
    client: Client, bot: str, comments: list[Comment], clock: Clock
) -> None:
    client.box.limits.enforced = True
    for n in range(26):
        assert (await react(client, bot, *names(comments))).status == 200, n
    refused = await react(client, bot, *names(comments))
    assert (refused.status, refused.headers["Retry-After"]) == (403, "60")
    clock.move(seconds=60)
    assert (await react(client, bot, *names(comments))).status == 200


async def test_edits_count_as_writes(client: Client, bot: str, clock: Clock) -> None:
    client.box.limits.enforced = True
    made = await client.ask("POST", COMMENTS, {"body": "0"}, auth=bot)
    address = f"/repos/acme/solver/issues/comments/{made.body['id']}"
    said = [
        (await client.ask("PATCH", address, {"body": f"{n}"}, auth=bot)).status for n in range(80)
    ]
    assert (said.count(200), said[-1]) == (79, 403)


async def test_whoever_asks_although_it_shall_be_quiet_is_noted(
    client: Client, bot: str, clock: Clock
) -> None:
    client.box.faults.limit("GET *", 30, times=1)
    assert (await client.ask("GET", COMMENTS, auth=bot)).status == 403
    assert client.box.limits.intrusions == [], "what was under way at that moment may come"
    clock.move(seconds=29)
    await client.ask("GET", COMMENTS, auth=bot)
    clock.move(seconds=1)
    await client.ask("GET", COMMENTS, auth=bot)
    (intrusion,) = client.box.limits.intrusions
    assert intrusion.bucket == f"installation {client.installation.id}"


async def test_too_many_questions_in_a_minute_are_refused(
    client: Client, bot: str, clock: Clock
) -> None:
    client.box.limits.enforced = True
    budget = client.box.limits.budget(f"installation {client.installation.id}")
    budget.points = [(clock(), 900)]
    assert (await client.ask("GET", COMMENTS, auth=bot)).headers["Retry-After"] == "60"
    clock.move(seconds=60)
    assert (await client.ask("GET", COMMENTS, auth=bot)).status == 200
