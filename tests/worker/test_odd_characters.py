"""Characters that no table keeps stop no lane: NUL, which PostgreSQL refuses, and half a character."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.refs import Account
from tests.events.kit import changed, real
from tests.storage.kit import problems, rows
from tests.worker.kit import deliver, fixed
from tests.worker.lane import ADA, MIA, Lane

NUL, HALF = "\x00", "\ud83d"
"""What JSON can say and neither engine's text can hold."""


@pytest.fixture
async def item(lane: Lane) -> Lane:
    await lane.labels()
    await lane.decides()
    return lane


async def goes_on(lane: Lane, *kinds: str) -> None:
    """The lane took what it could, and takes what comes next."""
    await lane.decides()
    await lane.says("/pledge $7", MIA)
    await lane.decides()
    assert await lane.kinds() == ["ItemLabelled", *kinds, "PledgeMade"]
    assert "quarantined" not in lane.states()
    assert await problems(lane.database) == []


async def test_nul_in_a_comment_is_no_command_and_no_harm(item: Lane) -> None:
    await item.says(f"/pledge $5{NUL}")
    await item.decides()
    await item.says(f"Thanks {NUL}!\n\n/pledge $6")
    await goes_on(item, *(await item.kinds())[1:], "PledgeMade")


async def test_nul_in_words_that_are_kept_becomes_a_replacement_character(item: Lane) -> None:
    await item.says("/pledge $500")
    await item.decides()
    await item.says(f"/decline P-1 Too {NUL} kind.", MIA)
    await item.decides()
    ((kept,),) = rows(item.database, "SELECT words FROM texts")
    assert kept == "Too \ufffd kind."
    assert await problems(item.database) == []


@pytest.mark.parametrize("path", ["issue.title", "comment.user.login"])
async def test_nul_in_names_becomes_a_replacement_character(item: Lane, path: str) -> None:
    await item.hears("issue_comment", told(item, path, f"a{NUL}b"))
    await item.decides()
    names = "SELECT login FROM people UNION ALL SELECT title FROM issues"
    assert ("a\ufffdb",) in rows(item.database, names)
    await goes_on(item, "PledgeMade")


@pytest.mark.parametrize("path", ["issue.title", "comment.user.login", "comment.body"])
async def test_half_a_character_is_passed_over(item: Lane, path: str) -> None:
    """GitHub's own database cannot hold it, so somebody else made that up."""
    await item.hears("issue_comment", told(item, path, f"a{HALF}b"))
    await goes_on(item)


@pytest.mark.parametrize("odd", [f"a{NUL}cme", f"a{HALF}cme"], ids=["NUL", "half"])
async def test_names_that_github_answers_with_are_kept_as_well_as_can_be(
    item: Lane, odd: str
) -> None:
    """Answers of the API are read by another reader of JSON, which takes both."""
    organisation = Account(500, odd, "Organization")
    item.ask = replace(item.ask, account=fixed(organisation))
    await item.says("/pledge $5 for @acme")
    await goes_on(item, "PledgeMade")


async def test_a_delivery_under_a_strange_name_is_kept(item: Lane) -> None:
    """Headers are no JSON; intake refuses such names, and the store would bear them."""
    body = json.dumps(real("issues", "reopened")).encode()
    await deliver(item.database, item.clock, f"name{NUL}", "issues", body)
    await goes_on(item)


def told(lane: Lane, path: str, words: str) -> dict[str, Any]:
    """Ada pledges in a comment, of which one part is odd."""
    body = real("issue_comment", "created")
    given = {
        "comment.id": 5500,
        "comment.body": "/pledge $5",
        "issue.body": "",
        "comment.user": {"id": ADA.id, "login": "ada", "type": "User"},
        "sender": {"id": ADA.id, "login": "ada", "type": "User"},
        "comment.created_at": lane.clock.now().isoformat(),
        "issue.number": 1,
        "issue.updated_at": lane.clock.now().isoformat(),
        path: words,
    }
    for where, value in given.items():
        body = changed(body, where, value)
    return body
