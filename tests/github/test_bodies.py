"""Nothing is carried to GitHub that a request is not for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.github.client import Client
from bot.github.routes import (
    CREATE_ISSUE,
    DIGEST_LABEL,
    LAST_CLOSING,
    ROUTES,
    NotAllowed,
    is_allowed,
)
from tests.github.conftest import REPO as WIDGET
from tests.github.fake import FakeGitHub

BASE = "https://api.github.com"
REPO = f"{BASE}/repos/acme/widget"

SAID = {"body": "Words."}
RUN = {"name": "Bursar", "status": "completed", "conclusion": "success"}
CLOSED = {"state": "closed", "state_reason": "completed"}
DIGEST = {"title": "October", "body": "Words.", "labels": [DIGEST_LABEL]}

WRITTEN = [
    ("POST", f"{REPO}/issues/12/comments", SAID),
    ("PATCH", f"{REPO}/issues/comments/5", SAID),
    ("POST", f"{REPO}/issues/comments/5/reactions", {"content": "+1"}),
    ("POST", f"{REPO}/check-runs", RUN | {"head_sha": "abc", "external_id": "x", "output": {}}),
    ("PATCH", f"{REPO}/check-runs/4", RUN | {"output": {"title": "x", "summary": "y"}}),
    ("POST", f"{REPO}/issues", DIGEST),
    ("PATCH", f"{REPO}/issues/12", CLOSED),
    ("POST", f"{BASE}/app/installations/9/access_tokens", {}),
    ("POST", f"{BASE}/graphql", {"query": LAST_CLOSING, "variables": {"number": 1}}),
]
"""What we send, with all that it may carry."""

NO_CLOSING: list[Any] = [
    {},
    [],
    None,
    "closed",
    {"state": "closed"},
    {"state_reason": "completed"},
    {"state": "open", "state_reason": "reopened"},
    {"state": "closed", "state_reason": "not_planned"},
    {"state": "closed", "state_reason": "duplicate"},
    {"state": "CLOSED", "state_reason": "completed"},
    {"state": ["closed"], "state_reason": "completed"},
    CLOSED | {"title": "Another"},
    CLOSED | {"body": "Other words."},
    CLOSED | {"body": None},
    CLOSED | {"labels": [DIGEST_LABEL]},
    CLOSED | {"labels": []},
    CLOSED | {"assignees": ["mia"]},
    CLOSED | {"assignees": []},
    CLOSED | {"assignee": "mia"},
    CLOSED | {"milestone": 1},
    CLOSED | {"milestone": None},
    CLOSED | {"type": "Bug"},
    CLOSED | {"issue_field_values": []},
    CLOSED | {"locked": True},
    CLOSED | {"lock_reason": "spam"},
    CLOSED | {"State": "open"},
    {"title": "Another"},
    {"body": "Other words."},
    {"labels": ["roadmap"]},
    {"assignees": ["mia"]},
    {"milestone": 1},
]
NO_OPENING: list[Any] = [
    {},
    {"title": "October"},
    {"title": "October", "body": "Words."},
    DIGEST | {"labels": []},
    DIGEST | {"labels": None},
    DIGEST | {"labels": DIGEST_LABEL},
    DIGEST | {"labels": ["roadmap"]},
    DIGEST | {"labels": [DIGEST_LABEL, "roadmap"]},
    DIGEST | {"labels": [DIGEST_LABEL, DIGEST_LABEL]},
    DIGEST | {"labels": [{"name": DIGEST_LABEL}]},
    DIGEST | {"labels": [DIGEST_LABEL.upper()]},
    DIGEST | {"assignee": "mia"},
    DIGEST | {"assignees": ["mia"]},
    DIGEST | {"milestone": 1},
    DIGEST | {"type": "Bug"},
    DIGEST | {"state": "closed"},
    DIGEST | {"issue": 12},
    DIGEST | {"head": "x", "base": "main"},
    DIGEST | {"title": 1},
    DIGEST | {"title": None},
    DIGEST | {"body": None},
    DIGEST | {"body": {"x": "y"}},
]

CARRIED_NEVER: list[tuple[str, str, Any]] = [
    # an issue is closed as completed, and nothing else happens to it
    *(("PATCH", f"{REPO}/issues/12", carried) for carried in NO_CLOSING),
    # an issue is opened as a digest, and as nothing else
    *(("POST", f"{REPO}/issues", carried) for carried in NO_OPENING),
    # what else is written carries what it is for
    ("POST", f"{REPO}/issues/12/comments", {}),
    ("POST", f"{REPO}/issues/12/comments", SAID | {"labels": ["roadmap"]}),
    ("POST", f"{REPO}/issues/12/comments", {"body": None}),
    ("PATCH", f"{REPO}/issues/comments/5", SAID | {"user": "mia"}),
    ("DELETE", f"{REPO}/issues/comments/5", {}),
    ("POST", f"{REPO}/issues/comments/5/reactions", {"content": "+1", "body": "x"}),
    ("POST", f"{REPO}/check-runs", RUN),
    ("POST", f"{REPO}/check-runs", RUN | {"head_sha": "abc", "actions": []}),
    ("PATCH", f"{REPO}/check-runs/4", RUN | {"head_sha": "abc"}),
    ("POST", f"{BASE}/app/installations/9/access_tokens", {"repositories": ["widget"]}),
    ("POST", f"{BASE}/app/installations/9/access_tokens", {"permissions": {"issues": "write"}}),
    ("GET", REPO, {}),
    ("GET", REPO, CLOSED),
    # GraphQL asks what it asks
    ("POST", f"{BASE}/graphql", {}),
    ("POST", f"{BASE}/graphql", []),
    ("POST", f"{BASE}/graphql", {"query": [LAST_CLOSING]}),
    ("POST", f"{BASE}/graphql", {"query": f"{LAST_CLOSING} "}),
    ("POST", f"{BASE}/graphql", {"query": "mutation { x }"}),
    ("POST", f"{BASE}/graphql", {"query": LAST_CLOSING, "operationName": "x"}),
]

TWISTED = [
    b"",
    b"{",
    b'{"state": "closed", "state_reason": "completed"} {}',
    b'[{"state": "closed", "state_reason": "completed"}]',
    b'{"state": "open", "state": "closed", "state_reason": "completed"}',
    b'{"state": "closed", "state": "open", "state_reason": "completed"}',
    b'{"state": "closed", "st\\u0061te": "open", "state_reason": "completed"}',
    b"state=closed&state_reason=completed",
    b"\xff" + json.dumps(CLOSED).encode(),
    b"\xef\xbb\xbf" + json.dumps(CLOSED).encode(),
    json.dumps(CLOSED).encode("utf-16"),
    json.dumps(CLOSED).encode("utf-32"),
    b"[" * 100_000,
]
"""Bodies that GitHub might read in another way than we do."""


@pytest.mark.parametrize(("method", "url", "carried"), WRITTEN)
def test_what_we_write_may_leave_with_all_that_belongs_to_it(
    method: str, url: str, carried: Any
) -> None:
    assert is_allowed(BASE, method, url, json.dumps(carried).encode())
    assert not is_allowed(BASE, method, url), "without its body it is something else"


@pytest.mark.parametrize(("method", "url", "carried"), CARRIED_NEVER)
def test_no_body_makes_more_of_a_request_than_we_want(method: str, url: str, carried: Any) -> None:
    assert not is_allowed(BASE, method, url, json.dumps(carried).encode())


@pytest.mark.parametrize("body", TWISTED)
def test_a_body_that_can_be_read_in_two_ways_may_not_leave(body: bytes) -> None:
    assert not is_allowed(BASE, "PATCH", f"{REPO}/issues/12", body)


@given(
    st.dictionaries(
        st.sampled_from(["title", "body", "labels", "assignees", "milestone", "type", "lock"]),
        st.one_of(st.none(), st.text(max_size=5), st.lists(st.text(max_size=5), max_size=2)),
        min_size=1,
    )
)
def test_nothing_else_goes_along_when_an_issue_is_closed(more: dict[str, Any]) -> None:
    assert not is_allowed(BASE, "PATCH", f"{REPO}/issues/12", json.dumps(CLOSED | more).encode())


@pytest.mark.parametrize("more", [{"assignees": ["mia"]}, {"labels": ["roadmap"]}])
async def test_what_may_not_be_carried_stops_before_the_network(
    client: Client, github: FakeGitHub, more: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed):
        await client.write(9, CREATE_ISSUE, DIGEST | more, owner=WIDGET.owner, repo=WIDGET.name)
    assert github.lines == []


def test_every_write_says_what_it_may_carry() -> None:
    bare = {each.path for each in ROUTES if each.method != "GET" and each.carries is None}
    assert bare == {"/repos/{owner}/{repo}/issues/comments/{comment_id}"}, "only what deletes"
    assert not any(each.carries for each in ROUTES if each.method == "GET")
