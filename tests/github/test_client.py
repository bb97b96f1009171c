"""What reaches GitHub, what comes back, and what it means."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.github import client as client_module
from bot.github import transport
from bot.github.client import Client
from bot.github.errors import Final, Limited, Moved, NotThere, Unread, Unsure
from bot.github.routes import (
    CREATE_COMMENT,
    CREATE_TOKEN,
    DELETE_COMMENT,
    GET_APP,
    GET_FILE,
    GET_REPOSITORY,
    GET_USER,
    LAST_CLOSING,
    LIST_COMMENTS,
    LIST_DELIVERIES,
    LIST_REPOSITORIES,
    NotAllowed,
    Route,
)
from bot.lookup import CannotTell
from tests.github.conftest import make_client
from tests.github.fake import START, Answer, Asked, Clock, FakeGitHub, with_etag

READ = "GET /repos/acme/widget"
COMMENTS = "/repos/acme/widget/issues/12/comments"
HERE: dict[str, Any] = {"owner": "acme", "repo": "widget"}
ISSUE: dict[str, Any] = {**HERE, "issue_number": 12}
NO = {"message": "no"}


async def read(client: Client) -> Any:
    return await client.read(9, GET_REPOSITORY, **HERE)


async def write(client: Client) -> Any:
    return await client.write(9, CREATE_COMMENT, {"body": "hi"}, **ISSUE)


# --- what is sent -----------------------------------------------------------------------------


async def test_a_read_names_us_our_version_and_the_api_version(
    client: Client, github: FakeGitHub
) -> None:
    github.on(READ, Answer({"id": 1}))
    assert await read(client) == {"id": 1}
    sent = github.last.headers
    assert sent["user-agent"] == "bursar/0.1.0"
    assert sent["x-github-api-version"] == "2022-11-28"
    assert sent["authorization"] == "Bearer ghs_1"


async def test_requests_are_counted_by_method_and_route(
    client: Client, github: FakeGitHub, counted: list[tuple[str, str]]
) -> None:
    github.on(READ, Answer({"id": 1}))
    github.on(f"POST {COMMENTS}", Answer({"id": 5}, 201))
    await read(client)
    await write(client)
    assert counted == [
        ("POST", "/app/installations/{installation_id}/access_tokens"),
        ("GET", "/repos/{owner}/{repo}"),
        ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ]


async def test_github_enterprise_server_has_a_path_of_its_own(
    session: aiohttp.ClientSession, clock: Clock
) -> None:
    github = FakeGitHub(clock, prefix="/api")
    await github.start()
    github.on("GET /v3/repos/acme/widget", Answer({"id": 1}))
    github.on(
        "POST /v3/app/installations/9/access_tokens",
        Answer({"token": "t", "expires_at": "2030-01-31T13:00:00Z"}, 201),
    )
    github.on("POST /graphql", Answer({"data": {"ok": True}}))
    there = make_client(f"{github.url}/v3/", session, clock)
    assert await read(there) == {"id": 1}
    assert await there.query(9, LAST_CLOSING, owner="a", name="b", number=1) == {"ok": True}
    await github.stop()


async def test_the_app_itself_shows_its_jwt(client: Client, github: FakeGitHub) -> None:
    github.on("GET /app", Answer({"id": 77}))
    assert await client.read_as_app(GET_APP) == {"id": 77}
    assert github.last.headers["authorization"].startswith("Bearer ey")
    github.on("GET /app/hook/deliveries", Answer([{"id": 1}]))
    assert await client.read_all_as_app(LIST_DELIVERIES) == [{"id": 1}]


# --- tokens -----------------------------------------------------------------------------------


async def test_a_token_is_asked_for_once_and_again_shortly_before_its_end(
    client: Client, github: FakeGitHub, clock: Clock
) -> None:
    github.on(READ, Answer({"id": 1}))
    await asyncio.gather(*(read(client) for _ in range(5)))
    assert github.tokens == 1
    clock.forward(minutes=54)
    await read(client)
    assert github.tokens == 1
    clock.forward(minutes=1)
    await read(client)
    assert github.tokens == 2


async def test_a_refused_token_is_replaced_and_the_request_sent_once_more(
    client: Client, github: FakeGitHub
) -> None:
    github.on(READ, Answer({"message": "Bad credentials"}, 401), Answer({"id": 1}))
    github.on(f"POST {COMMENTS}", Answer(NO, 401), Answer({"id": 5}, 201))
    assert await read(client) == {"id": 1}
    assert await write(client) == {"id": 5}
    assert github.tokens == 3
    assert github.times(f"POST {COMMENTS}") == 2


async def test_refused_twice_is_no_answer_and_no_third_try(
    client: Client, github: FakeGitHub
) -> None:
    github.on(READ, Answer(NO, 401))
    github.on(f"POST {COMMENTS}", Answer(NO, 401))
    with pytest.raises(CannotTell):
        await read(client)
    with pytest.raises(Limited):
        await write(client)
    assert github.times(READ) == 2
    assert github.times(f"POST {COMMENTS}") == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(NO, 500),
        Answer(NO, 401),
        Answer({"token": "x"}, 201),
        Answer([], 201),
        Answer(1, 201),
    ],
)
async def test_without_a_token_a_write_has_not_happened(
    client: Client, github: FakeGitHub, answer: Answer
) -> None:
    github.on("POST /app/installations/9/access_tokens", answer)
    with pytest.raises(CannotTell):
        await read(client)
    with pytest.raises(Limited) as limited:
        await write(client)
    assert limited.value.until == START + timedelta(seconds=60)
    assert github.lines == []


async def test_an_installation_that_is_gone_is_final_for_writes(
    client: Client, github: FakeGitHub
) -> None:
    github.on("POST /app/installations/9/access_tokens", Answer(NO, 404))
    with pytest.raises(Final):
        await write(client)
    with pytest.raises(NotThere):
        await read(client)


# --- conditional requests and pages -----------------------------------------------------------


async def test_what_has_not_changed_is_not_sent_again(client: Client, github: FakeGitHub) -> None:
    github.on(READ, with_etag({"id": 1}))
    assert await read(client) == {"id": 1}
    assert "if-none-match" not in github.last.headers
    assert await read(client) == {"id": 1}
    assert github.last.headers["if-none-match"] == '"one"'


async def test_one_installation_never_sees_what_another_was_told(
    client: Client, github: FakeGitHub
) -> None:
    github.on(READ, with_etag({"id": 1}))
    await read(client)
    await client.read(10, GET_REPOSITORY, **HERE)
    assert "if-none-match" not in github.last.headers


async def test_the_store_is_bounded() -> None:
    store = transport.new_cache()
    for n in range(10_000):
        store[9, str(n)] = transport._Kept(("e", None, [], None), transport.ENTRY_BYTES)
    assert len(store) <= transport.CACHE_BYTES / transport.ENTRY_BYTES


def pages(github: FakeGitHub, count: int, *, path: str = COMMENTS) -> None:
    def answer(asked: Asked) -> Answer:
        page = int(asked.query.get("page", "1"))
        link = f'<{github.url}{path}?per_page=100&page={page + 1}>; rel="next"'
        return Answer([{"id": page}], headers={"Link": link} if page < count else {})

    github.on(f"GET {COMMENTS}", answer)
    github.on(f"GET {path}", answer)


async def test_all_pages_are_read(client: Client, github: FakeGitHub) -> None:
    pages(github, 3)
    found = await client.read_all(9, LIST_COMMENTS, **ISSUE)
    assert found == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert github.last.query == {"per_page": "100", "page": "3"}


async def test_pages_may_be_addressed_by_the_repository_s_id(
    client: Client, github: FakeGitHub
) -> None:
    pages(github, 3, path="/repositories/1/issues/12/comments")
    assert len(await client.read_all(9, LIST_COMMENTS, **ISSUE)) == 3


async def test_a_list_that_is_too_long_is_no_answer(client: Client, github: FakeGitHub) -> None:
    pages(github, 10)
    assert len(await client.read_all(9, LIST_COMMENTS, pages=10, **ISSUE)) == 10
    with pytest.raises(CannotTell, match="more than 9 pages"):
        await client.read_all(9, LIST_COMMENTS, pages=9, **ISSUE)


@pytest.mark.parametrize(
    "link", ["http://elsewhere.example/x", "{url}/user", "{url}/repos/acme/widget/../../user"]
)
async def test_a_next_page_elsewhere_is_not_followed(
    client: Client, github: FakeGitHub, link: str
) -> None:
    link = link.replace("{url}", github.url)
    github.on(f"GET {COMMENTS}", Answer([{"id": 1}], headers={"Link": f'<{link}>; rel="next"'}))
    with pytest.raises(CannotTell):
        await client.read_all(9, LIST_COMMENTS, **ISSUE)
    assert github.lines == [f"GET {COMMENTS}"]


async def test_items_may_lie_in_a_field(client: Client, github: FakeGitHub) -> None:
    github.on(
        "GET /installation/repositories", Answer({"total_count": 1, "repositories": [{"id": 1}]})
    )
    assert await client.read_all(9, LIST_REPOSITORIES) == [{"id": 1}]


# --- patience ---------------------------------------------------------------------------------


async def test_with_patience_the_same_page_is_asked_for_again(
    client: Client, github: FakeGitHub, clock: Clock
) -> None:
    silences: list[tuple[datetime | None, int]] = []

    async def wait(silence: Unread, times: int) -> bool:
        silences.append((silence.not_before, times))
        clock.forward(seconds=60)
        return True

    def page(number: int) -> Answer:
        link = f'<{github.url}{COMMENTS}?page={number + 1}>; rel="next"'
        return Answer([{"id": number}], headers={"Link": link} if number < 3 else {})

    slow = Answer(NO, 429, {"Retry-After": "60"})
    github.on(f"GET {COMMENTS}", page(1), slow, Answer(NO, 502), page(2), page(3))
    client.patience = wait
    found = await client.read_all(9, LIST_COMMENTS, **ISSUE)
    assert [each["id"] for each in found] == [1, 2, 3]
    assert silences == [(START + timedelta(seconds=60), 1), (None, 2)]
    pages = [each.query.get("page") for each in github.asked if each.path == COMMENTS]
    assert pages == [None, "2", "2", "2", "3"]


async def test_patience_ends_where_it_is_told_to(client: Client, github: FakeGitHub) -> None:
    async def once_more(_: Unread, times: int) -> bool:
        return times < 2

    client.patience = once_more
    github.on(READ, Answer(NO, 502))
    with pytest.raises(CannotTell):
        await read(client)
    assert github.times(READ) == 2


async def test_without_a_token_patience_counts_each_request_once(
    client: Client, github: FakeGitHub
) -> None:
    async def twice_more(_: Unread, times: int) -> bool:
        return times < 3

    client.patience = twice_more
    tokens = "POST /app/installations/9/access_tokens"
    github.on(tokens, Answer(NO, 502))
    with pytest.raises(CannotTell):
        await read(client)
    assert github.times(tokens) == 3


async def test_a_write_is_sent_once_however_patient_we_are(
    client: Client, github: FakeGitHub
) -> None:
    async def for_ever(_: Unread, __: int) -> bool:
        return True

    client.patience = for_ever
    github.on(f"POST {COMMENTS}", Answer(NO, 502))
    with pytest.raises(Unsure):
        await write(client)
    assert github.times(f"POST {COMMENTS}") == 1


# --- redirects --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_read_follows_a_renamed_repository(
    client: Client, github: FakeGitHub, status: int
) -> None:
    github.on(READ, Answer(NO, status, {"Location": f"{github.url}/repositories/1"}))
    github.on("GET /repositories/1", Answer({"id": 1}))
    assert await read(client) == {"id": 1}


@pytest.mark.parametrize(
    "location",
    [
        "http://elsewhere.example/repositories/1",
        "//elsewhere.example/repositories/1",
        "/user",
        "/repos/acme/widget/../../user",
        "/repos/acme/%2e%2e",
        "http://[",
        "",
    ],
)
async def test_a_read_is_not_sent_elsewhere(
    client: Client, github: FakeGitHub, location: str
) -> None:
    github.on(READ, Answer(NO, 302, {"Location": location}))
    with pytest.raises(CannotTell):
        await read(client)
    assert set(github.lines) == {READ}


async def test_a_read_that_goes_round_in_circles_ends(client: Client, github: FakeGitHub) -> None:
    github.on(READ, Answer(NO, 302, {"Location": "/repos/acme/widget"}))
    with pytest.raises(CannotTell):
        await read(client)
    assert github.times(READ) == transport.REDIRECTS_AT_MOST + 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_write_is_never_sent_on(client: Client, github: FakeGitHub, status: int) -> None:
    elsewhere = f"{github.url}/repositories/1/issues/12/comments"
    github.on(f"POST {COMMENTS}", Answer(NO, status, {"Location": elsewhere}))
    with pytest.raises(Moved):
        await write(client)
    assert github.lines == [f"POST {COMMENTS}"]


# --- what the answers mean --------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_not_there_is_an_answer(
    client: Client, github: FakeGitHub, status: int
) -> None:
    github.on(READ, Answer(NO, status))
    with pytest.raises(NotThere):
        await read(client)


@pytest.mark.parametrize("status", [304, 400, 403, 409, 418, 422, 451, 500, 502, 503, 520])
async def test_any_other_failure_of_a_read_is_no_answer(
    client: Client, github: FakeGitHub, status: int
) -> None:
    github.on(READ, Answer(NO if status != 304 else None, status))
    with pytest.raises(Unread):
        await read(client)
    assert github.times(READ) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 405, 410, 413, 415, 422, 451])
async def test_a_refused_write_is_final_and_tells_why(
    client: Client, github: FakeGitHub, status: int
) -> None:
    github.on(f"POST {COMMENTS}", Answer({"message": "Validation Failed\nat length"}, status))
    with pytest.raises(Final) as final:
        await write(client)
    assert (final.value.status, final.value.sentence) == (status, "Validation Failed")


@pytest.mark.parametrize("status", [409, 418, 500, 502, 503, 504, 520, None])
async def test_after_any_other_failure_nobody_knows(
    client: Client, github: FakeGitHub, status: int | None
) -> None:
    github.on(f"POST {COMMENTS}", Answer(NO, status))
    with pytest.raises(Unsure):
        await write(client)
    assert github.times(f"POST {COMMENTS}") == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(raw=b"<html>", status=200),
        Answer(raw=b"{", status=201),
        Answer(raw=b"\xff", status=201),
        Answer(raw=b"{}", status=201, type="application/json; charset=nonsense"),
        Answer(raw=b"[" * 100_000, status=201),
        Answer({}, status=203),
    ],
    ids=["html", "cut", "bytes", "charset", "deep", "status"],
)
async def test_an_answer_that_is_not_github_s_leaves_a_write_unsure(
    client: Client, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"POST {COMMENTS}", answer)
    github.on(READ, answer)
    with pytest.raises(Unsure):
        await write(client)
    with pytest.raises(CannotTell):
        await read(client)


async def test_a_broken_connection_is_no_answer(client: Client, github: FakeGitHub) -> None:
    github.on(READ, Answer(status=None))
    with pytest.raises(CannotTell):
        await read(client)


async def test_no_connection_means_that_nothing_happened(
    session: aiohttp.ClientSession, clock: Clock, github: FakeGitHub, client: Client
) -> None:
    github.on(READ, Answer({"id": 1}))
    await read(client)
    await github.stop()
    await asyncio.sleep(0.05)  # until the open connection knows that it is closed
    with pytest.raises(Limited):
        await write(client)
    with pytest.raises(CannotTell):
        await read(make_client("http://127.0.0.1:9", session, clock))


async def test_a_time_out_leaves_a_write_unsure(
    client: Client, github: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.on(READ, Answer({"id": 1}))
    await read(client)
    monkeypatch.setattr(transport, "_TIMEOUT", aiohttp.ClientTimeout(total=0.000_001))
    with pytest.raises(Unsure):
        await write(client)
    with pytest.raises(CannotTell):
        await read(client)


async def test_deleting_answers_nothing(client: Client, github: FakeGitHub) -> None:
    github.on("DELETE /repos/acme/widget/issues/comments/5", Answer(None, 204))
    assert await client.write(9, DELETE_COMMENT, None, **HERE, comment_id=5) is None


# --- limits -----------------------------------------------------------------------------------

AT = str(int((START + timedelta(minutes=20)).timestamp()))
LIMITS: list[tuple[int, dict[str, str], str, float]] = [
    (403, {"Retry-After": "30"}, "slow", 30),
    (429, {"Retry-After": "30"}, "slow", 30),
    (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": AT}, "slow", 1200),
    (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": AT}, "slow", 1200),
    (403, {"Retry-After": "30", "x-ratelimit-remaining": "0", "x-ratelimit-reset": AT}, "slow", 30),
    (403, {}, "You have exceeded a secondary rate limit.", 60),
    (403, {}, "You have triggered an abuse detection mechanism.", 60),
    (429, {}, "Too Many Requests", 60),
    (403, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": AT}, "a Secondary Rate Limit", 60),
    (403, {"x-ratelimit-remaining": "0"}, "slow", 60),
    (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, "slow", 60),
    (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, "slow", 1),
    (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 15}, "slow", 86400),
    (403, {"Retry-After": "9" * 15}, "slow", 86400),
    (429, {"Retry-After": "9" * 400}, "slow", 60),
    (403, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, "slow", 60),
    (403, {"Retry-After": "-5"}, "slow", 60),
    (403, {"Retry-After": "0"}, "slow", 1),
]


@pytest.mark.parametrize(("status", "headers", "message", "seconds"), LIMITS)
async def test_a_limit_says_when_to_come_back(
    client: Client,
    github: FakeGitHub,
    status: int,
    headers: dict[str, str],
    message: str,
    seconds: float,
) -> None:
    answer = Answer({"message": message}, status, headers)
    github.on(f"POST {COMMENTS}", answer)
    github.on("GET /users/mia", answer)
    with pytest.raises(Limited) as limited:
        await write(client)
    assert limited.value.until == START + timedelta(seconds=seconds)
    with pytest.raises(CannotTell) as told:
        await client.read(10, GET_USER, username="mia")
    assert told.value.not_before == START + timedelta(seconds=seconds)


async def test_while_a_limit_holds_nothing_is_sent(
    client: Client, github: FakeGitHub, clock: Clock
) -> None:
    github.on(f"POST {COMMENTS}", Answer(NO, 429, {"Retry-After": "30"}), Answer({"id": 5}, 201))
    github.on(READ, Answer({"id": 1}))
    with pytest.raises(Limited):
        await write(client)
    with pytest.raises(CannotTell) as told:
        await read(client)
    with pytest.raises(Limited) as limited:
        await write(client)
    assert told.value.not_before == limited.value.until == START + timedelta(seconds=30)
    assert github.lines == [f"POST {COMMENTS}"]
    assert await client.read(10, GET_REPOSITORY, **HERE) == {"id": 1}
    clock.forward(seconds=30)
    assert await write(client) == {"id": 5}


# --- GraphQL ----------------------------------------------------------------------------------


async def ask(client: Client) -> Any:
    return await client.query(9, LAST_CLOSING, owner="acme", name="widget", number=1)


async def test_graphql_answers(client: Client, github: FakeGitHub) -> None:
    github.on("POST /graphql", Answer({"data": {"repository": None}}))
    assert await ask(client) == {"repository": None}
    sent = github.last
    assert sent.body["variables"] == {"owner": "acme", "name": "widget", "number": 1}
    assert sent.headers["authorization"] == "Bearer ghs_1"


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"errors": [{"message": "no", "type": "NOT_FOUND"}], "data": {"repository": None}}),
        Answer({"errors": []}),
        Answer({"errors": "what"}),
        Answer({}),
        Answer([]),
        Answer(None),
        Answer(raw=b"<html>", type="text/html"),
        Answer(raw=b"{", status=200),
        Answer(NO, 502),
        Answer(NO, 404),
        Answer(status=None),
    ],
)
async def test_any_trouble_of_graphql_is_no_answer(
    client: Client, github: FakeGitHub, answer: Answer
) -> None:
    github.on("POST /graphql", answer)
    with pytest.raises((CannotTell, NotThere)):
        await ask(client)


async def test_a_limit_of_graphql_comes_with_status_200(client: Client, github: FakeGitHub) -> None:
    headers = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": AT}
    errors = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    github.on("POST /graphql", Answer(errors, 200, headers))
    with pytest.raises(CannotTell) as told:
        await ask(client)
    assert told.value.not_before == datetime(2030, 1, 31, 12, 20, tzinfo=UTC)


# --- what never leaves ------------------------------------------------------------------------

OWN = Route("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/merge", "contents: write", "")


@pytest.mark.usefixtures("no_requests")
async def test_what_is_not_on_the_list_is_a_bug_and_never_sent(client: Client) -> None:
    calls = [
        client.write(9, OWN, {}, **HERE, pull_number=1),
        client.read(9, OWN, **HERE, pull_number=1),
        client.write(9, GET_REPOSITORY, {}, **HERE),
        client.read(9, CREATE_COMMENT, **ISSUE),
        client.write(9, CREATE_TOKEN, {}, installation_id=9),
        client.read(9, GET_APP),
        client.read_as_app(GET_REPOSITORY, **HERE),
        client.read(9, GET_REPOSITORY, **HERE, ref="main"),
        client.read(9, GET_REPOSITORY, owner="acme"),
        client.query(9, "mutation { x }"),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            await call


@pytest.mark.parametrize(
    "variables",
    [
        {"owner": "..", "repo": "x"},
        {"owner": "acme", "repo": "."},
        {"owner": "acme", "repo": "widget/pulls"},
        {"owner": "acme", "repo": ""},
        {"owner": "acme", "repo": "a b"},
        {"owner": "acme", "repo": "a?b=c"},
        {"owner": "acme", "repo": "a#b"},
        {"owner": "acme", "repo": "a%2fb"},
        {"owner": "acme", "repo": "wîdget"},
        {"owner": "a\r\nx: y", "repo": "widget"},
    ],
)
async def test_names_cannot_change_the_path(
    client: Client, github: FakeGitHub, variables: dict[str, str]
) -> None:
    with pytest.raises(NotAllowed):
        await client.read(9, GET_REPOSITORY, **variables)
    assert github.lines == []


async def test_files_keep_their_slashes_and_nothing_else(
    client: Client, github: FakeGitHub
) -> None:
    github.on("GET /repos/acme/widget/contents/.github/bursar.yml", Answer({"type": "file"}))
    path = [".github", "bursar.yml"]
    assert await client.read(9, GET_FILE, **HERE, path=path, ref="abc") == {"type": "file"}
    assert github.last.query == {"ref": "abc"}
    with pytest.raises(NotAllowed):
        await client.read(9, GET_FILE, **HERE, path=["..", "x"], ref="abc")


def test_a_lease_can_be_made_to_outlast_a_write() -> None:
    assert client_module.WRITE_SECONDS_AT_MOST >= 4 * transport.TIMEOUT_SECONDS
