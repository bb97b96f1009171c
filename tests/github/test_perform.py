"""Putting things on GitHub, and finding them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.github.client import Client
from bot.github.errors import Final, Unsure
from bot.github.perform import ANNOTATIONS_AT_MOST, Annotation, CheckRun, Perform
from bot.lookup import CannotTell
from tests.github.conftest import APP_ID, REPO
from tests.github.fake import Answer, FakeGitHub

COMMENTS = "/repos/acme/widget/issues/12/comments"
COMMENT = "/repos/acme/widget/issues/comments/5"
RUNS = "/repos/acme/widget/check-runs"
OF_COMMIT = "GET /repos/acme/widget/commits/abc/check-runs"
SINCE = datetime(2030, 1, 31, 11, 0, tzinfo=UTC)
RUN = CheckRun("Bursar configuration", "abc", "configuration:abc", "failure", "A mistake", "It is:")
REMARK = Annotation(".github/bursar.yml", 3, "Unknown key.")


@pytest.fixture
def perform(client: Client) -> Perform:
    return Perform(client, app_id=APP_ID)


def comment(number: int, *, app: int | None = APP_ID, body: str | None = "x <!-- m -->") -> Any:
    return {"id": number, "body": body, "performed_via_github_app": {"id": app} if app else None}


async def test_a_comment_is_created_edited_and_deleted(
    perform: Perform, github: FakeGitHub
) -> None:
    github.on(f"POST {COMMENTS}", Answer({"id": 5}, 201))
    github.on(f"PATCH {COMMENT}", Answer({"id": 5}))
    github.on(f"DELETE {COMMENT}", Answer(None, 204), Answer({"message": "gone"}, 404))
    assert await perform.create_comment(REPO, 12, "hi") == 5
    await perform.edit_comment(REPO, 5, "ho")
    assert github.last.body == {"body": "ho"}
    await perform.delete_comment(REPO, 5)
    await perform.delete_comment(REPO, 5)


async def test_deleting_what_may_not_be_deleted_is_final(
    perform: Perform, github: FakeGitHub
) -> None:
    github.on(f"DELETE {COMMENT}", Answer({"message": "no"}, 403))
    with pytest.raises(Final):
        await perform.delete_comment(REPO, 5)


@pytest.mark.parametrize("body", [{}, [], {"id": "5"}, {"id": None}])
async def test_a_creation_without_an_id_must_be_searched_for(
    perform: Perform, github: FakeGitHub, body: Any
) -> None:
    github.on(f"POST {COMMENTS}", Answer(body, 201))
    with pytest.raises(Unsure):
        await perform.create_comment(REPO, 12, "hi")


async def test_only_our_own_comments_with_the_marker_are_found(
    perform: Perform, github: FakeGitHub
) -> None:
    found = [
        comment(9),
        comment(3),
        comment(4, app=None),
        comment(5, app=78),
        comment(6, body="another"),
        comment(7, body=None),
    ]
    github.on(f"GET {COMMENTS}", Answer(found))
    assert await perform.find_own_comments(REPO, 12, "<!-- m -->", SINCE) == [3, 9]
    assert github.last.query == {"since": "2030-01-31T11:00:00Z", "per_page": "100"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"message": "x"}, 500),
        Answer({"message": "x"}, 404),
        Answer({"message": "x"}, 410),
        Answer({"message": "x"}, 429),
        Answer({"id": 1}),
        Answer([1]),
        Answer([None]),
        Answer([{"body": "<!-- m -->", "performed_via_github_app": {"id": APP_ID}}]),
        Answer(status=None),
    ],
)
async def test_a_search_that_fails_never_looks_empty(
    perform: Perform, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {COMMENTS}", answer)
    with pytest.raises(CannotTell):
        await perform.find_own_comments(REPO, 12, "<!-- m -->", SINCE)


@pytest.mark.parametrize("status", [200, 201])
async def test_reacting_again_is_fine(perform: Perform, github: FakeGitHub, status: int) -> None:
    github.on(f"POST {COMMENT}/reactions", Answer({"id": 1, "content": "+1"}, status))
    await perform.react(REPO, 5, "+1")
    assert github.last.body == {"content": "+1"}


async def test_a_check_run_is_created_complete(perform: Perform, github: FakeGitHub) -> None:
    github.on(f"POST {RUNS}", Answer({"id": 4}, 201))
    assert await perform.create_check(REPO, replace(RUN, annotations=(REMARK,))) == 4
    assert github.last.body == {
        "head_sha": "abc",
        "name": "Bursar configuration",
        "external_id": "configuration:abc",
        "status": "completed",
        "conclusion": "failure",
        "output": {
            "title": "A mistake",
            "summary": "It is:",
            "annotations": [
                {
                    "path": ".github/bursar.yml",
                    "start_line": 3,
                    "end_line": 3,
                    "annotation_level": "failure",
                    "message": "Unknown key.",
                }
            ],
        },
    }


async def test_no_more_annotations_than_github_takes(perform: Perform, github: FakeGitHub) -> None:
    github.on(f"POST {RUNS}", Answer({"id": 4}, 201))
    await perform.create_check(REPO, replace(RUN, annotations=(REMARK,) * 60))
    assert len(github.last.body["output"]["annotations"]) == ANNOTATIONS_AT_MOST


async def test_an_edit_does_not_add_the_annotations_again(
    perform: Perform, github: FakeGitHub
) -> None:
    github.on(f"PATCH {RUNS}/4", Answer({"id": 4}))
    await perform.edit_check(REPO, 4, replace(RUN, annotations=(REMARK,)))
    assert "annotations" not in github.last.body["output"]
    assert "head_sha" not in github.last.body


async def test_our_oldest_check_run_with_the_external_id_is_found(
    perform: Perform, github: FakeGitHub
) -> None:
    def run(number: int, external: str | None = "configuration:abc", app: int = APP_ID) -> Any:
        return {"id": number, "external_id": external, "app": {"id": app}}

    found = [run(8), run(6), run(2, app=1), run(3, "other"), run(4, None)]
    github.on(OF_COMMIT, Answer({"total_count": 5, "check_runs": found}))
    assert await perform.find_check(REPO, "abc", "configuration:abc") == 6
    assert await perform.find_check(REPO, "abc", "unknown") is None
    assert github.last.query == {"app_id": "77", "filter": "all", "per_page": "100"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"message": "x"}, 500),
        Answer({"message": "x"}, 404),
        Answer({"check_runs": [{"id": 1, "app": None}]}),
        Answer({"check_runs": None}),
        Answer({}),
    ],
)
async def test_a_search_for_a_check_run_that_fails_never_looks_empty(
    perform: Perform, github: FakeGitHub, answer: Answer
) -> None:
    github.on(OF_COMMIT, answer)
    with pytest.raises(CannotTell):
        await perform.find_check(REPO, "abc", "x")
