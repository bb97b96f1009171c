"""Does GitHub's own client find in the sandbox what it finds on GitHub?

client.mjs works through a day of a GitHub App with Octokit, and prints what it found; here stands
what it must have found.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.server import Sandbox
from tests import npm
from tests.github_contract.openapi import check_answer, check_request

pytestmark = pytest.mark.node
HERE = Path(__file__).parent
Found = dict[str, Any]
PATIENCE = 60  # seconds for the whole day


@pytest.fixture(scope="module")
def day() -> tuple[Found, Sandbox]:
    """Octokit's one day on a fresh sandbox; fails in words where it cannot be installed."""
    try:
        npm.install(HERE, "node")
    except npm.NotInstalled as reason:
        pytest.fail(str(reason), pytrace=False)
    return asyncio.run(_day())


@pytest.fixture(scope="module")
def found(day: tuple[Found, Sandbox]) -> Found:
    """What Octokit found."""
    return day[0]


async def _day() -> tuple[Found, Sandbox]:
    async with Sandbox() as box:
        _populate(box)
        given = {
            "baseUrl": box.api_url,
            "appId": box.app.id,
            "privateKey": box.app.private_key_pem,
            "userToken": "ghp_mia",
            "owner": "acme",
            "repo": "solver",
        }
        return await _run(json.dumps(given)), box


def _populate(box: Sandbox) -> None:
    world = box.world
    world.add_user("mia")
    world.add_organization("acme")
    world.add_member("acme", "mia", "admin")
    world.add_repository("acme/solver", files={"README.md": "# Solver\n", "src/lu.py": "x = 1\n"})
    world.add_repository("acme/secret", private=True)
    world.person("mia").install(box.app, on="acme")


async def _run(given: str) -> Found:
    node = npm.node()
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        node,
        HERE / "client.mjs",
        env=npm.environment(node),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    )
    said, complaints = await asyncio.wait_for(process.communicate(given.encode()), PATIENCE)
    assert process.returncode == 0, complaints.decode()
    found: Found = json.loads(said)
    return found


def test_the_app_finds_itself_its_installation_and_all_repositories(found: Found) -> None:
    assert found["itself"]["slug"] == "bursar"
    assert [each["account"]["login"] for each in found["installations"]] == ["acme"]
    assert found["here"]["id"] == found["installations"][0]["id"]
    assert sorted(found["repositories"]) == ["acme/secret", "acme/solver"]


def test_a_person_opens_an_issue_and_labels_it(found: Found) -> None:
    assert found["me"] == "mia"
    assert (found["issue"]["number"], found["issue"]["user"]["login"]) == (1, "mia")
    assert found["issue"]["performed_via_github_app"] is None
    assert found["labels"] == {"added": ["roadmap"], "removed": []}


def test_the_app_comments_as_its_bot(found: Found) -> None:
    comment = found["comments"]["created"][0]
    assert (comment["user"]["login"], comment["user"]["type"]) == ("bursar[bot]", "Bot")
    assert comment["performed_via_github_app"]["id"] == found["itself"]["id"]


def test_an_edited_comment_reads_as_edited(found: Found) -> None:
    comments = found["comments"]
    assert comments["edited"]["id"] == comments["created"][0]["id"]
    assert comments["edited"]["body"] == comments["read"]["body"] == "Edited"


def test_pages_follow_each_other_to_the_last_and_leave_nothing_out(found: Found) -> None:
    """Five comments, the last one deleted, two on a page."""
    assert found["comments"]["pages"] == [["Edited", "Comment 2"], ["Comment 3", "Comment 4"]]


def test_the_same_reaction_twice_is_one(found: Found) -> None:
    reactions = found["reactions"]
    assert (reactions["first"]["status"], reactions["again"]["status"]) == (201, 200)
    assert reactions["first"]["id"] == reactions["again"]["id"]
    assert (reactions["listed"], reactions["left"]) == (1, 0)


def test_a_check_run_is_begun_completed_and_listed(found: Found) -> None:
    runs = found["checkRuns"]
    assert (runs["created"]["status"], runs["created"]["conclusion"]) == ("in_progress", None)
    assert (runs["updated"]["status"], runs["updated"]["conclusion"]) == ("completed", "neutral")
    assert runs["updated"]["output"]["title"] == "Funding disclosure"
    assert runs["created"]["head_sha"] == runs["head"]
    assert runs["listed"] == ["octokit-1"]


def test_files_and_folders_are_read(found: Found) -> None:
    assert found["contents"] == {"names": ["README.md", "src"], "readme": "# Solver\n"}


def test_the_role_of_a_person_is_told_in_both_words(found: Found) -> None:
    permission = found["permission"]
    assert (permission["permission"], permission["role_name"]) == ("admin", "admin")
    assert permission["id"] == found["issue"]["user"]["id"]


def test_refusals_have_the_statuses_that_octokit_knows(found: Found) -> None:
    assert found["refusals"] == {
        "missing": 404,
        "unknownToken": 401,
        "tooLong": 422,
        "unchanged": 304,
    }


def test_what_octokit_asks_and_is_answered_fits_the_published_description(
    day: tuple[Found, Sandbox],
) -> None:
    _, box = day
    assert box.requests
    for each in box.requests:
        if each.status and each.status < 400:  # a refused one need not fit
            check_request(each.method, each.path, each.query, each.request or None)
        if each.status != 304:  # recorded with the body that was not sent
            check_answer(each.method, each.path, each.status, each.response)
