"""Can the checker of requests and answers say no, and does it say yes to GitHub's own examples?"""

import re
from typing import Any

import pytest

from tests.github_contract.openapi import check_answer, check_request, operation_of
from tests.github_contract.published import published
from tests.github_contract.schemas import ContractBroken

COMMENTS = "/repos/acme/rocket/issues/12/comments"
CHECK_RUNS = "/repos/acme/rocket/check-runs"

# Where GitHub's examples do not follow GitHub's own rules. What stands here is the published rule.
UNFIT_EXAMPLES = {
    "apps/create-installation-access-token 201": "does not name: repositories[0]",
    "apps/list-repos-accessible-to-installation 200": "does not name: repositories[0]",
    "apps/redeliver-webhook-delivery 202": "None is not of type 'object'",
    "issues/get 200": "'assignee' is a required property",
    "meta/get 200": "ssh_key_fingerprints.SHA256_RSA: 1234567890 is not of type 'string'",
    "pulls/create 201": "requested_teams[0]: 'type' is a required property",
    "pulls/get 200": "requested_teams[0]: 'type' is a required property",
    "pulls/list 200": "[0].requested_teams[0]: 'type' is a required property",
    "pulls/update 200": "requested_teams[0]: 'type' is a required property",
    "repos/get 200": "'language' is a required property",
    "repos/get-collaborator-permission-level 200": "user: 'role_name' is a required property",
    "repos/get-commit 200": "files[0]: 'contents_url' is a required property",
}


def example_of(operation: str, status: int) -> Any:
    """GitHub's own example of an answer."""
    return next(
        each["value"]
        for each in published("examples")
        if (each["operation"], each["status"]) == (operation, status)
    )


def complaint_about(example: dict[str, Any]) -> str | None:
    """What the checker says about one of GitHub's own examples."""
    path = re.sub(r"\{\w+\}", "7", example["path"])
    try:
        if example["status"] is None:
            check_request(example["method"], path, {}, example["value"])
        else:
            check_answer(example["method"], path, example["status"], example["value"])
    except ContractBroken as broken:
        return str(broken)
    return None


def test_every_published_example_fits_but_for_the_known_ones() -> None:
    complaints = {
        f"{each['operation']} {each['status']}": said
        for each in published("examples")
        if (said := complaint_about(each))
    }
    assert complaints.keys() == UNFIT_EXAMPLES.keys()
    for name, expected in UNFIT_EXAMPLES.items():
        assert expected in complaints[name]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/repos/a/b/contents/.github/bursar.yml", "repos/get-content"),
        ("GET", "/repos/a/b/contents/", "repos/get-content"),
        ("GET", "/repos/a/b/contents", "repos/get-content"),
        ("PUT", "/repos/a/b/contents/docs/deep/down.md", "repos/create-or-update-file-contents"),
        ("GET", "/repos/a/b/commits/heads/main", "repos/get-commit"),
        ("GET", "/repos/a/b/commits/heads/main/check-runs", "checks/list-for-ref"),
        ("GET", "/repos/a/b/issues/comments", "issues/list-comments-for-repo"),
        ("GET", "/repos/a/b/issues/comments/5", "issues/get-comment"),
        ("get", "/repos/a/b/issues/5", "issues/get"),
        ("DELETE", "/repos/a/b/issues/5/labels/good%20first", "issues/remove-label"),
        ("GET", "/user", "users/get-authenticated"),
        ("GET", "/repositories/1017/issues/5", "issues/get"),
    ],
)
def test_an_operation_is_found_by_its_path(method: str, path: str, name: str) -> None:
    assert operation_of(method, path) == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/repos/a/b/isues/5"),
        ("PUT", "/repos/a/b/issues/5"),
        ("POST", "/repos/a/b/issues/"),
        ("GET", "/api/v3/user"),
        ("POST", "/graphql"),
    ],
)
def test_a_path_or_method_that_github_lacks_is_unknown(method: str, path: str) -> None:
    with pytest.raises(ContractBroken, match="no operation that we know of"):
        check_request(method, path, {}, None)


def test_a_complete_request_passes() -> None:
    check_request("POST", COMMENTS, {}, {"body": "Hello"})
    check_request("GET", COMMENTS, {"per_page": "100", "since": "2030-01-01T00:00:00Z"}, None)
    check_request("POST", CHECK_RUNS, {}, check_run())


def check_run(**changes: object) -> dict[str, object]:
    """A check run as the bot creates it, or with some fields changed."""
    output = {"title": "Funded", "summary": "under CWO #57"}
    known = {"name": "Funding disclosure", "head_sha": "a" * 40, "output": output}
    return {**known, "status": "completed", "conclusion": "neutral", **changes}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"colour": "green"}, "fields that GitHub does not name: colour"),
        ({"output": {"title": "t", "summary": "s", "sumary": "s"}}, "does not name: output.sumary"),
        ({"output": {"title": "t"}}, "output: 'summary' is a required property"),
        ({"output": {"title": "t", "summary": "s" * 65_536}}, "output.summary: .* is too long"),
        ({"started_at": "yesterday"}, "started_at: 'yesterday' is not a 'date-time'"),
        ({"name": 7}, "name: 7 is not of type 'string'"),
        ({"conclusion": "great"}, "does not fit"),
    ],
)
def test_a_wrong_body_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ContractBroken, match=complaint):
        check_request("POST", CHECK_RUNS, {}, check_run(**changes))


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "complaint"),
    [
        ("POST", COMMENTS, {}, {}, "'body' is a required property"),
        ("POST", COMMENTS, {}, None, "needs a body"),
        ("GET", COMMENTS, {"order": "asc"}, None, "no query parameter 'order'"),
        ("GET", COMMENTS, {"per_page": "many"}, None, "'per_page' .* not of type 'integer'"),
        ("GET", COMMENTS, {"since": "2030-01-01"}, None, "not a 'date-time'"),
        ("GET", COMMENTS, {}, {"body": "x"}, "takes no body"),
        ("GET", "/repos/a/b/issues/five", {}, None, "'issue_number' .* not of type 'integer'"),
        ("GET", "/repos/a/b/issues", {"state": "ajar"}, None, "'ajar' is not one of"),
    ],
)
def test_a_wrong_request_is_refused(
    method: str, path: str, query: dict[str, object], body: object, complaint: str
) -> None:
    with pytest.raises(ContractBroken, match=complaint):
        check_request(method, path, query, body)


def test_a_published_answer_passes_and_a_spoilt_one_does_not() -> None:
    comment = example_of("issues/create-comment", 201)
    check_answer("POST", COMMENTS, 201, comment)
    for spoilt, complaint in [
        ({**comment, "id": "1"}, "id: '1' is not of type 'integer'"),
        ({**comment, "created_at": "2030"}, "created_at: '2030' is not a 'date-time'"),
        ({**comment, "html_url": "no link"}, "html_url: 'no link' is not a 'uri'"),
        ({**comment, "colour": "red"}, "fields that GitHub does not name: colour"),
        ({**comment, "user": {**comment["user"], "x": 1}}, "does not name: user.x"),
        ({key: comment[key] for key in comment if key != "user"}, "'user' is a required"),
        (None, "None is not of type 'object'"),
    ]:
        with pytest.raises(ContractBroken, match=complaint):
            check_answer("POST", COMMENTS, 201, spoilt)


def test_only_usual_errors_may_be_undocumented_and_they_carry_a_message() -> None:
    for status in (401, 403, 429):
        check_answer("GET", COMMENTS, status, {"message": "No."})
    check_answer("GET", COMMENTS, 304, None)
    check_answer("GET", COMMENTS, 502, "<html>Unicorn</html>")
    with pytest.raises(ContractBroken, match="with a message"):
        check_answer("GET", COMMENTS, 401, "no")
    with pytest.raises(ContractBroken, match="never answers 418"):
        check_answer("GET", COMMENTS, 418, {"message": "I am a teapot."})
    with pytest.raises(ContractBroken, match="never answers 200"):
        check_answer("POST", COMMENTS, 200, {})


def test_an_error_that_is_documented_without_a_body_may_say_why() -> None:
    path = "/repos/acme/rocket/pulls/5/merge"
    check_answer("GET", path, 404, {"message": "Not Found"})
    with pytest.raises(ContractBroken, match="with a message"):
        check_answer("GET", path, 404, None)


def test_an_answer_without_a_body_has_none() -> None:
    path = "/repos/acme/rocket/issues/comments/5"
    check_answer("DELETE", path, 204, None)
    with pytest.raises(ContractBroken, match="without a body"):
        check_answer("DELETE", path, 204, {"deleted": True})
