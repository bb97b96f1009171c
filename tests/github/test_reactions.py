"""Many reactions go in one request, and nothing else can go that way."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st

from bot.github.client import Client
from bot.github.errors import Final, Limited, Unsure
from bot.github.reactions import AT_ONCE, DOCUMENTS, Wanted, is_comment, may_be_sent, variables
from bot.github.routes import LAST_CLOSING, is_allowed
from sandbox.api.graphql import SCHEMA
from sandbox.payloads.basics import node_id
from tests.github.fake import START, Answer, FakeGitHub

BASE = "https://api.github.com"
NODES = ("IC_kwDOABCD4s5abcde", node_id("IssueComment", 77))
TWO = (Wanted(NODES[0], "+1"), Wanted(NODES[1], "confused"))
THERE = {"reaction": {"content": "THUMBS_UP"}}
GONE = {"type": "NOT_FOUND", "path": ["r1"], "message": "Could not resolve to a node"}


def sent(wanted: tuple[Wanted, ...] = TWO) -> dict[str, Any]:
    return {"query": DOCUMENTS[len(wanted)], "variables": variables(wanted)}


def leaves(body: Any) -> bool:
    return is_allowed(BASE, "POST", f"{BASE}/graphql", json.dumps(body).encode())


# --- what may be sent -------------------------------------------------------------------------


def test_every_document_is_one_that_github_understands() -> None:
    assert list(DOCUMENTS) == list(range(1, AT_ONCE + 1))
    for document in DOCUMENTS.values():
        assert validate(SCHEMA, parse(document)) == []


def test_reactions_to_comments_may_leave() -> None:
    assert leaves(sent())
    assert leaves(sent(TWO[:1]))


@pytest.mark.parametrize(
    "node",
    [
        "",
        "I_kwDOABCD4s5abcde",
        "PR_kwDOABCD4s5abcde",
        "PRR_kwDOABCD4s5abcde",
        "PRRC_kwDOABCD4s5abcde",
        "DC_kwDOABCD4s5abcde",
        "IC_",
        "IC_kwDOABCD4s5abcde\n",
        "IC_kwDOABCD4s5äbcde",
        node_id("Issue", 77),
        node_id("PullRequest", 77),
        node_id("PullRequestReview", 77),
        node_id("PullRequestReviewComment", 77),
        node_id("IssueComment", 77) + "x",
    ],
)
def test_nothing_but_a_comment_is_reacted_to(node: str) -> None:
    assert not is_comment(node)
    body = sent()
    body["variables"]["s1"] = node
    assert not leaves(body)


@pytest.mark.parametrize(
    "changed",
    [
        {"query": f"{DOCUMENTS[2]} "},
        {"query": DOCUMENTS[3]},
        {"query": DOCUMENTS[2].replace("addReaction", "removeReaction")},
        {"query": f"{DOCUMENTS[2]}\n{LAST_CLOSING}"},
        {"operationName": "AddReactions"},
        {"variables": {}},
        {"variables": None},
        {"variables": [1]},
        {"variables": variables(TWO) | {"c1": "HEART"}},
        {"variables": variables(TWO) | {"c1": "THUMBS_DOWN"}},
        {"variables": variables(TWO) | {"c1": ["THUMBS_UP"]}},
        {"variables": variables(TWO) | {"s1": [NODES[0]]}},
        {"variables": variables(TWO) | {"s2": NODES[0]}},
    ],
)
def test_no_other_mutation_may_leave(changed: dict[str, Any]) -> None:
    assert not leaves(sent() | changed)


@given(st.text(max_size=60))
def test_no_other_words_make_a_mutation(words: str) -> None:
    assert not may_be_sent({"query": f"mutation {words}", "variables": {}})


# --- what comes of it -------------------------------------------------------------------------


async def test_each_reaction_has_its_own_answer(client: Client, github: FakeGitHub) -> None:
    github.on("POST /graphql", Answer({"data": {"r0": THERE, "r1": None}, "errors": [GONE]}))
    assert await client.react(9, TWO) == (True, False)
    assert github.last.body == sent()
    assert github.last.headers["authorization"] == "Bearer ghs_1"


@pytest.mark.parametrize(
    "body",
    [
        {"data": None, "errors": [{"message": "Field 'addReaction' doesn't exist"}]},
        {"errors": [{"message": "Parse error"}]},
        {"data": {"r0": {}, "r1": {"reaction": None}}},
        {"data": {"r0": "yes", "r1": True}},
        {"data": []},
    ],
)
async def test_what_is_not_said_to_be_there_is_not(
    client: Client, github: FakeGitHub, body: Any
) -> None:
    github.on("POST /graphql", Answer(body))
    assert await client.react(9, TWO) == (False, False)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (Answer({"message": "no"}, 404), Final),
        (Answer({"message": "no"}, 403), Final),
        (Answer({"message": "no"}, 502), Unsure),
        (Answer(status=None), Unsure),
        (Answer(raw=b"<html>", type="text/html"), Unsure),
        (Answer({"errors": "what"}), Unsure),
        (Answer([]), Unsure),
        (Answer({"message": "You have exceeded a secondary rate limit"}, 403), Limited),
        (Answer({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit"}]}), Limited),
    ],
)
async def test_trouble_has_the_same_names_as_that_of_any_write(
    client: Client, github: FakeGitHub, answer: Answer, raised: type[Exception]
) -> None:
    github.on("POST /graphql", answer)
    with pytest.raises(raised):
        await client.react(9, TWO)


async def test_a_limit_of_graphql_is_a_limit_for_everything(
    client: Client, github: FakeGitHub
) -> None:
    errors = {"errors": [{"message": "You have exceeded a secondary rate limit"}]}
    github.on("POST /graphql", Answer(errors, 200, {"retry-after": "90"}))
    for _ in range(3):
        with pytest.raises(Limited) as limited:
            await client.react(9, TWO)
        assert limited.value.until == START + timedelta(seconds=90)
    assert github.lines == ["POST /graphql"]
