"""Does a client that was not written for the box work against it? Here PyGithub."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import github
import pytest
from github import Auth, GithubIntegration

from sandbox.server import Sandbox
from sandbox.story import a_project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# By itself it waits between requests, and asks again after errors.
HASTY: dict[str, Any] = {
    "retry": None,
    "seconds_between_requests": None,
    "seconds_between_writes": None,
}
PERMISSIONS = {"issues": "write", "checks": "write", "contents": "read", "pull_requests": "read"}


@pytest.fixture
async def live() -> AsyncIterator[Sandbox]:
    """PyGithub reads the computer's clock, so this box does too."""
    async with Sandbox() as box:
        a_project(box.world)
        box.world.person("mia").install(box.app, "all", on="acme")
        yield box


def as_app(box: Sandbox) -> Auth.AppAuth:
    return Auth.AppAuth(box.app.id, box.app.private_key_pem)


def as_installation(box: Sandbox) -> github.Github:
    (installation,) = box.world.installations.values()
    auth = Auth.AppInstallationAuth(as_app(box), installation.id, token_permissions=PERMISSIONS)
    return github.Github(base_url=box.api_url, auth=auth, **HASTY)


def as_person(box: Sandbox, login: str) -> github.Github:
    return github.Github(base_url=box.api_url, auth=Auth.Token(f"ghp_{login}"), **HASTY)


def finds_its_installation(box: Sandbox) -> None:
    integration = GithubIntegration(auth=as_app(box), base_url=box.api_url)
    assert integration.get_app().slug == "bursar"
    (installation,) = integration.get_installations()
    assert integration.get_repo_installation("acme", "solver").id == installation.id
    assert integration.get_access_token(installation.id).token.startswith("ghs_")


async def test_an_app_finds_its_installation(live: Sandbox) -> None:
    await asyncio.to_thread(finds_its_installation, live)


def keeps_a_panel(box: Sandbox) -> None:
    repository = as_installation(box).get_repo("acme/solver")
    issue = repository.get_issue(1)
    panel = issue.create_comment("Panel")
    panel.edit("Panel 2")
    assert panel.user.login == "bursar[bot]"
    first, again = panel.create_reaction("+1"), panel.create_reaction("+1")
    assert first.id == again.id
    assert [each.body for each in issue.get_comments()] == ["Panel 2"]
    assert [each.content for each in panel.get_reactions()] == ["+1"]
    panel.delete()
    assert list(issue.get_comments()) == []


async def test_an_installation_keeps_a_panel(live: Sandbox) -> None:
    await asyncio.to_thread(keeps_a_panel, live)


def discloses_funding(box: Sandbox) -> None:
    gus = as_person(box, "gus").get_repo("acme/solver")
    box.world.person("gus").push(
        box.world.repository("acme/solver"), {"lu.py": "x = 1\n"}, branch="lu"
    )
    pull = gus.create_pull(base="main", head="lu", title="LU", body="CWO: #57")
    assert [each.filename for each in pull.get_files()] == ["lu.py"]
    seen = as_installation(box).get_repo("acme/solver")
    run = seen.create_check_run("Funding disclosure", pull.head.sha, conclusion="neutral")
    (listed,) = seen.get_commit(pull.head.sha).get_check_runs()
    assert (listed.id, listed.conclusion) == (run.id, "neutral")
    mia = as_person(box, "mia").get_repo("acme/solver").get_pull(pull.number)
    mia.create_review(event="APPROVE")
    assert [each.state for each in seen.get_pull(pull.number).get_reviews()] == ["APPROVED"]
    assert mia.merge().merged


async def test_a_pull_request_is_opened_checked_reviewed_and_merged(live: Sandbox) -> None:
    await asyncio.to_thread(discloses_funding, live)


def reads_the_project(box: Sandbox) -> None:
    repository = as_installation(box).get_repo("acme/solver")
    assert repository.get_collaborator_permission("dev") == "read"
    assert repository.get_collaborator_role_name("dev") == "triage"
    funding = repository.get_contents(".github/FUNDING.yml")
    assert not isinstance(funding, list)
    assert b"open_collective" in funding.decoded_content
    assert [each.title for each in repository.get_issues(labels=["bug"])] == [
        "Wrong answer for singular 1x1 systems"
    ]
    events = [each.event for each in repository.get_issue(2).get_timeline()]
    assert events == ["commented", "labeled"]


async def test_an_installation_reads_the_project(live: Sandbox) -> None:
    await asyncio.to_thread(reads_the_project, live)


def is_refused(box: Sandbox) -> None:
    ada = as_person(box, "ada").get_repo("acme/solver").get_issue(1)
    with pytest.raises(github.GithubException) as refusal:
        ada.add_to_labels("roadmap")
    assert refusal.value.status == 403
    with pytest.raises(github.UnknownObjectException):
        as_person(box, "ada").get_repo("acme/secret")
    with pytest.raises(github.BadCredentialsException):
        as_person(box, "nobody").get_repo("acme/solver")


async def test_people_without_rights_are_refused(live: Sandbox) -> None:
    await asyncio.to_thread(is_refused, live)


def follows(box: Sandbox) -> None:
    assert as_installation(box).get_repo("acme/solver").full_name == "acme/linear"


async def test_a_renamed_repository_is_found_again(live: Sandbox) -> None:
    live.world.person("mia").rename_repository(live.world.repository("acme/solver"), "linear")
    await asyncio.to_thread(follows, live)


def reads_many(box: Sandbox) -> None:
    issue = as_installation(box).get_repo("acme/solver").get_issue(1)
    assert len(list(issue.get_comments())) == 70
    assert issue.get_comments().totalCount == 70


async def test_pages_are_followed(live: Sandbox) -> None:
    issue = live.world.issue("acme/solver", 1)
    for number in range(70):
        live.world.person("ada").comment(issue, f"{number}")
    await asyncio.to_thread(reads_many, live)
