"""Nothing leaves for GitHub that is not on the list."""

from __future__ import annotations

import json

import pytest
from graphql import OperationDefinitionNode, OperationType, parse
from hypothesis import given
from hypothesis import strategies as st

from bot.github.client import Client
from bot.github.routes import (
    DOCUMENTS,
    LAST_CLOSING,
    LIST_COMMENTS,
    ROUTES,
    NotAllowed,
    Route,
    graphql_endpoint,
    is_allowed,
)
from tests.github.test_bodies import CLOSED, DIGEST, SAID
from tests.github_contract.openapi import operation_of

BASE = "https://api.github.com"
GHE = "https://ghe.example/api/v3"
REPO = f"{BASE}/repos/acme/widget"

FINE = [
    ("GET", REPO),
    ("GET", f"{BASE}/repositories/1"),
    ("GET", f"{BASE}/repositories/1/issues/12/comments?per_page=100&page=2"),
    ("GET", f"{REPO}/issues?labels=good%20first%20issue&state=all&per_page=100"),
    ("GET", f"{REPO}/contents/.github/bursar.yml?ref=abc"),
    ("GET", f"{BASE}/users/dependabot%5Bbot%5D"),
    ("GET", f"{REPO}/collaborators?permission=admin&per_page=100"),
    ("GET", f"{REPO}/collaborators?affiliation=direct&per_page=100&page=2"),
    ("GET", f"{BASE}/orgs/acme/teams/core/members?per_page=100&page=2"),
    ("DELETE", f"{REPO}/issues/comments/5"),
]

NEVER = [
    # what this bot must not do
    ("PUT", f"{REPO}/pulls/1/merge"),
    ("POST", f"{REPO}/merges"),
    ("PUT", f"{REPO}/pulls/1/update-branch"),
    ("PATCH", f"{REPO}/pulls/1"),
    ("POST", f"{REPO}/pulls/1/reviews"),
    ("POST", f"{REPO}/pulls/1/reviews/2/events"),
    ("PUT", f"{REPO}/pulls/1/reviews/2"),
    ("DELETE", f"{REPO}/pulls/1/reviews/2"),
    ("PUT", f"{REPO}/pulls/1/reviews/2/dismissals"),
    ("POST", f"{REPO}/pulls/1/reviews/2/comments"),
    ("POST", f"{REPO}/pulls/1/requested_reviewers"),
    ("DELETE", f"{REPO}/pulls/1/requested_reviewers"),
    ("PUT", f"{REPO}/pulls/1/ready_for_review"),
    ("POST", f"{REPO}/pulls"),
    ("POST", f"{REPO}/pulls/1/codespaces"),
    # a pull request is spoken to as an issue, or not at all
    ("POST", f"{REPO}/pulls/1/comments"),
    ("POST", f"{REPO}/pulls/1/comments/2/replies"),
    ("PATCH", f"{REPO}/pulls/comments/2"),
    ("POST", f"{REPO}/pulls/comments/2/reactions"),
    ("POST", f"{REPO}/commits/abc/comments"),
    ("POST", f"{REPO}/issues/1/reactions"),
    ("POST", f"{REPO}/discussions/1/comments"),
    ("POST", f"{REPO}/issues/1/labels"),
    ("PUT", f"{REPO}/issues/1/labels"),
    ("DELETE", f"{REPO}/issues/1/labels/roadmap"),
    ("DELETE", f"{REPO}/issues/1/labels"),
    ("POST", f"{REPO}/labels"),
    ("PATCH", f"{REPO}/labels/roadmap"),
    ("POST", f"{REPO}/issues/1/assignees"),
    ("DELETE", f"{REPO}/issues/1/assignees"),
    ("PUT", f"{REPO}/issues/1"),
    ("DELETE", f"{REPO}/issues/1"),
    ("PATCH", f"{REPO}/issues"),
    ("PATCH", f"{REPO}/issues/0"),
    ("PATCH", f"{REPO}/issues/1/"),
    ("PATCH", f"{REPO}/issues/1?state=open"),
    ("PATCH", f"{BASE}/repositories/1/issues/1"),
    ("PUT", f"{REPO}/issues/1/lock"),
    ("DELETE", f"{REPO}/issues/1/lock"),
    ("PUT", f"{REPO}/issues/1/pin"),
    ("POST", f"{REPO}/issues/1/sub_issues"),
    ("POST", f"{REPO}/milestones"),
    ("POST", f"{REPO}/issues/"),
    ("POST", f"{REPO}/issues/1"),
    ("POST", f"{REPO}/issues?labels=roadmap"),
    ("POST", f"{BASE}/repositories/1/issues"),
    ("PUT", f"{REPO}/contents/x"),
    ("DELETE", f"{REPO}/contents/x"),
    ("POST", f"{REPO}/git/refs"),
    ("POST", f"{REPO}/statuses/abc"),
    ("PATCH", REPO),
    ("DELETE", REPO),
    ("DELETE", f"{BASE}/app/installations/1"),
    ("PUT", f"{BASE}/orgs/acme/teams/core/memberships/mia"),
    ("DELETE", f"{BASE}/orgs/acme/teams/core/memberships/mia"),
    ("PUT", f"{BASE}/orgs/acme/teams/core/repos/acme/widget"),
    ("PUT", f"{REPO}/collaborators/mia"),
    ("DELETE", f"{REPO}/collaborators/mia"),
    ("POST", f"{REPO}/collaborators"),
    ("PUT", f"{REPO}/branches/main/protection"),
    ("POST", f"{REPO}/rulesets"),
    # what we do not need to know
    ("GET", f"{REPO}/collaborators/mia"),
    ("GET", f"{BASE}/orgs/acme/members"),
    ("GET", f"{BASE}/orgs/acme/teams"),
    ("GET", f"{REPO}/pulls/1/comments"),
    # by other names
    ("GET", f"{BASE}/organizations/1/team/2/members"),
    ("GET", f"{BASE}/teams/2/members"),
    ("POST", f"{BASE}/repositories/1/issues/12/comments"),
    ("PATCH", f"{BASE}/repositories/1/issues/comments/5"),
    ("post", f"{REPO}/issues/12/comments"),
    ("POST", f"{BASE}/REPOS/acme/widget/issues/12/comments"),
    ("POST", f"{REPO}/issues/12/Comments"),
    ("HEAD", REPO),
    ("OPTIONS", REPO),
    # by twisted paths
    ("GET", f"{REPO}/"),
    ("GET", f"{BASE}//repos/acme/widget"),
    ("GET", f"{REPO}/issues/12/comments/"),
    ("GET", f"{BASE}/repos/acme/.."),
    ("GET", f"{BASE}/repos/../user"),
    ("GET", f"{BASE}/./repos/acme/widget"),
    ("GET", f"{BASE}/users/.."),
    ("GET", f"{BASE}/users/%2e%2e"),
    ("GET", f"{BASE}/users/a%2Fb"),
    ("GET", f"{BASE}/users/a%2fb"),
    ("GET", f"{BASE}/users/a%5Cb"),
    ("GET", f"{BASE}/users/a%252Fb"),
    ("GET", f"{BASE}/users/a%00"),
    ("GET", f"{BASE}/users/a\\b"),
    ("GET", f"{BASE}/users/a b"),
    ("GET", f"{BASE}/users/a\r\nx: y"),
    ("GET", f"{BASE}/users/%zz"),
    ("GET", f"{BASE}/users/é"),
    ("GET", f"{BASE}/users/a;b"),
    ("POST", f"{REPO}/issues/12%2Flock/comments"),
    ("POST", f"{REPO}/issues/../pulls/comments"),
    ("POST", f"{REPO}/issues/0/comments"),
    ("POST", f"{REPO}/issues/-1/comments"),
    ("POST", f"{REPO}/issues/१२/comments"),
    ("POST", f"{REPO}/issues/12/comments\n"),
    ("GET", f"{REPO}/contents/../../../user"),
    ("GET", f"{REPO}/contents/a/../b"),
    ("GET", f"{REPO}/contents/"),
    # by queries
    ("GET", f"{REPO}?_method=DELETE"),
    ("GET", f"{REPO}?"[:-1] + "#x"),
    ("GET", f"{REPO}?page=2"),
    ("GET", f"{REPO}/issues?per_page=100&per_page=1"),
    ("GET", f"{REPO}/issues?access_token=x"),
    ("POST", f"{REPO}/issues/12/comments?x=y"),
    ("POST", f"{REPO}/issues/12/comments?_method=PUT"),
    ("POST", f"{BASE}/graphql?x=y"),
    ("GET", f"{BASE}/graphql"),
    # elsewhere
    ("GET", "https://api.github.com.evil.example/repos/acme/widget"),
    ("GET", "https://api.github.com:443/repos/acme/widget"),
    ("GET", "https://api.github.com@evil.example/repos/acme/widget"),
    ("GET", "http://api.github.com/repos/acme/widget"),
    ("GET", "//api.github.com/repos/acme/widget"),
    ("GET", "/repos/acme/widget"),
    ("GET", "https://evil.example/?https://api.github.com/repos/acme/widget"),
    ("GET", BASE),
    ("GET", f"{BASE}/"),
    ("GET", ""),
]


@pytest.mark.parametrize(("method", "url"), FINE)
def test_what_we_do_may_leave(method: str, url: str) -> None:
    assert is_allowed(BASE, method, url)
    assert is_allowed(f"{BASE}/", method, url)


@pytest.mark.parametrize(("method", "url"), NEVER)
def test_what_we_never_do_may_not_leave(method: str, url: str) -> None:
    assert not is_allowed(BASE, method, url)
    for carried in ({}, SAID, CLOSED, DIGEST):
        assert not is_allowed(BASE, method, url, json.dumps(carried).encode())


GRAPHQL_NEVER = [
    "addAssigneesToAssignable",
    "addComment",
    "addLabelsToLabelable",
    "addPullRequestReview",
    "addPullRequestReviewComment",
    "addPullRequestReviewThreadReply",
    "addReaction",
    "clearLabelsFromLabelable",
    "closeIssue",
    "closePullRequest",
    "convertPullRequestToDraft",
    "createCommitOnBranch",
    "createIssue",
    "createPullRequest",
    "deletePullRequestReview",
    "dismissPullRequestReview",
    "enablePullRequestAutoMerge",
    "enqueuePullRequest",
    "lockLockable",
    "markPullRequestReadyForReview",
    "mergeBranch",
    "mergePullRequest",
    "minimizeComment",
    "removeLabelsFromLabelable",
    "reopenPullRequest",
    "requestReviews",
    "revertPullRequest",
    "submitPullRequestReview",
    "updateBranchProtectionRule",
    "updateIssue",
    "updatePullRequest",
    "updatePullRequestBranch",
    "updatePullRequestReview",
]


@pytest.mark.parametrize("name", GRAPHQL_NEVER)
async def test_no_mutation_may_leave(client: Client, no_requests: None, name: str) -> None:
    mutation = f"mutation {{ {name}(input: {{}}) {{ clientMutationId }} }}"
    for document in (mutation, f"{LAST_CLOSING}\n{mutation}", f"{LAST_CLOSING} "):
        with pytest.raises(NotAllowed):
            await client.query(9, document)


def test_every_graphql_document_only_reads() -> None:
    for document in DOCUMENTS:
        (operation,) = parse(document).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert operation.operation is OperationType.QUERY


def test_an_own_server_has_a_path_before_ours() -> None:
    assert is_allowed(GHE, "GET", f"{GHE}/repos/acme/widget")
    asked = json.dumps({"query": LAST_CLOSING}).encode()
    assert is_allowed(GHE, "POST", "https://ghe.example/api/graphql", asked)
    assert not is_allowed(GHE, "GET", "https://ghe.example/repos/acme/widget")
    assert not is_allowed(GHE, "GET", "https://ghe.example/api/v3x/repos/acme/widget")
    assert not is_allowed(GHE, "POST", "https://ghe.example/api/v3/graphql", asked)
    assert graphql_endpoint(BASE) == "https://api.github.com/graphql"


@given(st.text(max_size=60), st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]))
def test_no_tail_turns_a_repository_into_a_write(tail: str, method: str) -> None:
    assert not is_allowed(BASE, method, f"{REPO}/pulls/1{tail}")
    assert not is_allowed(BASE, method, f"{REPO}/contents{tail}")
    assert not is_allowed(BASE, method, f"{REPO}/issues/1/labels{tail}")
    assert not is_allowed(BASE, method, f"{REPO}/issues/1/lock{tail}", json.dumps(CLOSED).encode())


WRITES = {
    "POST /repos/{owner}/{repo}/issues",
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "POST /repos/{owner}/{repo}/check-runs",
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    "POST /app/installations/{installation_id}/access_tokens",
}


def test_the_writes_are_these_nine() -> None:
    """A new one is a decision, not an accident."""
    assert {f"{each.method} {each.path}" for each in ROUTES if each.method != "GET"} == WRITES


def test_no_route_needs_more_than_the_app_asks_for() -> None:
    assert {each.permission for each in ROUTES} == {
        "none",
        "metadata: read",
        "contents: read",
        "pull_requests: read",
        "issues: read",
        "issues: write",
        "checks: read",
        "checks: write",
        "members: read",
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_every_route_is_documented_by_github(route: Route) -> None:
    path = route.path
    for name in ("issue_number", "comment_id", "check_run_id", "installation_id", "pull_number"):
        path = path.replace(f"{{{name}}}", "1")
    assert operation_of(route.method, path)
    assert route.docs.startswith("https://docs.github.com/en/rest/")


def test_the_path_of_a_route_is_that_of_the_documentation() -> None:
    assert LIST_COMMENTS.path == "/repos/{owner}/{repo}/issues/{issue_number}/comments"
