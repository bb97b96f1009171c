"""A digest is opened as ours, found as ours, and nothing else is ever closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.github.client import Client
from bot.github.errors import Final, NotThere, Unsure
from bot.github.publishing import Publishing
from bot.lookup import CannotTell
from tests.github.conftest import APP_ID, REPO
from tests.github.fake import Answer, Asked, FakeGitHub

ISSUES = "/repos/acme/widget/issues"
MARK = "<!-- bursar 1 digest:2026-10 -->"
SINCE = datetime(2030, 1, 31, 11, 0, tzinfo=UTC)


@pytest.fixture
def digests(client: Client) -> Publishing:
    return Publishing(client, app_id=APP_ID)


def an_issue(number: int, *, app: int | None = APP_ID, **changed: Any) -> dict[str, Any]:
    opened = SINCE + timedelta(minutes=number)
    return {
        "number": number,
        "body": f"Words.\n\n{MARK}",
        "state": "open",
        "created_at": opened.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "performed_via_github_app": {"id": app} if app else None,
    } | changed


async def test_an_issue_is_opened_with_the_label_of_a_digest(
    digests: Publishing, github: FakeGitHub
) -> None:
    github.on(f"POST {ISSUES}", Answer(an_issue(12), 201))
    assert await digests.open_issue(REPO, "October", "Words.") == 12
    assert github.last.body == {
        "title": "October",
        "body": "Words.",
        "labels": ["funding-digest"],
    }


@pytest.mark.parametrize("body", [{}, [], {"number": "5"}, {"number": None}])
async def test_an_issue_without_a_number_must_be_searched_for(
    digests: Publishing, github: FakeGitHub, body: Any
) -> None:
    github.on(f"POST {ISSUES}", Answer(body, 201))
    with pytest.raises(Unsure):
        await digests.open_issue(REPO, "October", "Words.")


@pytest.mark.parametrize("status", [404, 410, 422])
async def test_where_there_are_no_issues_the_no_is_final(
    digests: Publishing, github: FakeGitHub, status: int
) -> None:
    github.on(f"POST {ISSUES}", Answer({"message": "Issues are disabled"}, status))
    with pytest.raises(Final):
        await digests.open_issue(REPO, "October", "Words.")


# --- closing ----------------------------------------------------------------------------------


async def test_our_own_issue_is_closed_as_completed(
    digests: Publishing, github: FakeGitHub
) -> None:
    github.on(f"GET {ISSUES}/12", Answer(an_issue(12)))
    github.on(f"PATCH {ISSUES}/12", Answer(an_issue(12, state="closed")))
    assert await digests.close_issue(REPO, 12, MARK)
    assert github.last.body == {"state": "closed", "state_reason": "completed"}


@pytest.mark.parametrize(
    "found",
    [
        an_issue(12, app=None),
        an_issue(12, app=78),
        an_issue(12, body="Something else."),
        an_issue(12, body=None),
        an_issue(12, body=f"{MARK}\n\nQuoted."),
        an_issue(12, body="<!-- bursar 1 digest:2026-11 -->"),
        an_issue(12, state="closed"),
    ],
)
async def test_nothing_is_closed_that_is_not_ours_and_open(
    digests: Publishing, github: FakeGitHub, found: Any
) -> None:
    github.on(f"GET {ISSUES}/12", Answer(found))
    assert not await digests.close_issue(REPO, 12, MARK)
    assert github.lines == [f"GET {ISSUES}/12"]


async def test_an_issue_that_was_deleted_needs_no_closing(
    digests: Publishing, github: FakeGitHub
) -> None:
    github.on(f"GET {ISSUES}/12", Answer({"message": "This issue was deleted"}, 410))
    assert not await digests.close_issue(REPO, 12, MARK)


@pytest.mark.parametrize("status", [404, 410])
async def test_an_issue_that_is_deleted_while_it_is_closed_is_as_good_as_closed(
    digests: Publishing, github: FakeGitHub, status: int
) -> None:
    github.on(f"GET {ISSUES}/12", Answer(an_issue(12)))
    github.on(f"PATCH {ISSUES}/12", Answer({"message": "gone"}, status))
    assert not await digests.close_issue(REPO, 12, MARK)


async def test_a_new_issue_that_github_does_not_show_yet_is_closed_later(
    digests: Publishing, github: FakeGitHub
) -> None:
    github.on(f"GET {ISSUES}/12", Answer({"message": "Not Found"}, 404), Answer(an_issue(12)))
    github.on(f"PATCH {ISSUES}/12", Answer(an_issue(12, state="closed")))
    with pytest.raises(NotThere):
        await digests.close_issue(REPO, 12, MARK)
    assert await digests.close_issue(REPO, 12, MARK)


@pytest.mark.parametrize(
    "answer",
    [
        Answer([1]),
        Answer({"body": MARK, "performed_via_github_app": {"id": APP_ID}}),
        Answer({"body": 5, "performed_via_github_app": {"id": APP_ID}}),
        Answer({"message": "x"}, 500),
        Answer(status=None),
    ],
)
async def test_what_cannot_be_looked_at_is_not_closed(
    digests: Publishing, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ISSUES}/12", answer)
    with pytest.raises(CannotTell):
        await digests.close_issue(REPO, 12, MARK)
    assert f"PATCH {ISSUES}/12" not in github.lines


# --- searching --------------------------------------------------------------------------------


async def test_only_our_own_issues_with_the_mark_at_the_end_are_found(
    digests: Publishing, github: FakeGitHub
) -> None:
    listed = [
        an_issue(9),
        an_issue(8, app=None),
        an_issue(7, app=78),
        an_issue(6, body="another"),
        an_issue(5, body=f"{MARK} quoted"),
        an_issue(4, body=None),
        an_issue(3, state="closed"),
        an_issue(-1),
    ]
    github.on(f"GET {ISSUES}", Answer(listed))
    assert await digests.find_own_issues(REPO, MARK, SINCE) == [3, 9]
    assert github.last.query == {
        "state": "all",
        "sort": "created",
        "direction": "desc",
        "per_page": "100",
        "page": "1",
    }


async def test_a_search_reads_no_further_than_to_the_attempt(
    digests: Publishing, github: FakeGitHub
) -> None:
    """However many issues there are: the newest come first."""

    def page(asked: Asked) -> Answer:
        newest = 250 - 100 * int(asked.query["page"])
        others = [an_issue(newest - n, app=None) for n in range(100)]
        return Answer([*others[:50], an_issue(newest - 50), *others[51:]])

    github.on(f"GET {ISSUES}", page)
    assert await digests.find_own_issues(REPO, MARK, SINCE) == [0, 100]
    assert github.times(f"GET {ISSUES}") == 2


async def test_where_issues_were_switched_off_a_search_is_over(
    digests: Publishing, github: FakeGitHub
) -> None:
    github.on(f"GET {ISSUES}", Answer({"message": "Issues are disabled for this repo"}, 410))
    with pytest.raises(Final):
        await digests.find_own_issues(REPO, MARK, SINCE)


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"message": "x"}, 500),
        Answer({"message": "x"}, 404),
        Answer({"message": "x"}, 429),
        Answer({"number": 1}),
        Answer([1]),
        Answer([None]),
        Answer([an_issue(3) | {"number": None}]),
        Answer([an_issue(3, created_at=None)]),
        Answer([an_issue(3, created_at="soon")]),
        Answer([an_issue(3, created_at="2030-01-31T12:00:00")]),
        Answer([an_issue(3, body=5)]),
        Answer(status=None),
    ],
)
async def test_a_search_that_fails_never_looks_empty(
    digests: Publishing, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ISSUES}", answer)
    with pytest.raises(CannotTell):
        await digests.find_own_issues(REPO, MARK, SINCE)


async def test_a_list_without_an_end_is_given_up(digests: Publishing, github: FakeGitHub) -> None:
    github.on(f"GET {ISSUES}", Answer([an_issue(5, app=None)] * 100))
    with pytest.raises(CannotTell):
        await digests.find_own_issues(REPO, MARK, SINCE)
    assert github.times(f"GET {ISSUES}") == 100
