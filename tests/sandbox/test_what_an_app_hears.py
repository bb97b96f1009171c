"""Does the App hear of what happens, in GitHub's words?"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.story import Project
    from sandbox.world import Installation
    from tests.sandbox.kit import Client, Ear

pytestmark = pytest.mark.usefixtures("installation")


def names(box: Sandbox) -> list[str]:
    return [each.name for each in box.deliveries]


async def test_every_delivery_is_signed_and_introduced(
    box: Sandbox, project: Project, ear: Ear
) -> None:
    box.world.person("ada").comment(project.issues[0], "/pledge 50 €")
    await box.settled()
    headers, raw = ear.heard[0]
    expected = hmac.new(b"s3cret", raw, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["X-GitHub-Event"] == "issue_comment"
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == str(box.app.id)
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert str(uuid.UUID(headers["X-GitHub-Delivery"])) == headers["X-GitHub-Delivery"]
    assert json.loads(raw)["comment"]["body"] == "/pledge 50 €"


async def test_a_redelivery_has_the_same_guid_and_a_new_id(
    box: Sandbox, project: Project, ear: Ear
) -> None:
    ear.status = 500
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    await box.settled()
    failed = box.deliveries[0]
    assert (failed.status_code, len(ear.heard)) == (500, 1)  # GitHub does not try again by itself
    ear.status = 202
    again = box.redeliver(failed.id)
    await box.settled()
    assert (again.guid, again.redelivery, again.status_code) == (failed.guid, True, 202)
    assert again.id != failed.id
    assert ear.heard[0][1] == ear.heard[1][1]


async def test_labels_given_on_creation_are_told_apart(box: Sandbox, project: Project) -> None:
    box.world.person("mia").open_issue(project.solver, "QR", labels=["roadmap", "bug"])
    assert names(box) == ["issues.opened", "issues.labeled", "issues.labeled"]
    opened, labelled, _ = (each.payload for each in box.deliveries)
    assert {each["name"] for each in opened["issue"]["labels"]} == {"roadmap", "bug"}
    assert (labelled["label"]["name"], labelled["sender"]["login"]) == ("roadmap", "mia")


async def test_an_edit_tells_what_was_there(box: Sandbox, project: Project) -> None:
    ada = box.world.person("ada")
    comment = ada.comment(project.issues[0], "/pledge $500")
    box.world.person("gus").edit_comment(comment, "/pledge $5")
    edited = box.deliveries[-1].payload
    assert edited["changes"] == {"body": {"from": "/pledge $500"}}
    assert edited["sender"]["login"] == "gus"
    assert edited["comment"]["user"]["login"] == "ada"


async def test_a_comment_on_a_pull_request_says_so(box: Sandbox, project: Project) -> None:
    gus = box.world.person("gus")
    pull = gus.open_pull(project.solver, "LU", "", {"lu.py": "x = 1\n"}, "lu")
    gus.comment(pull, "Ready.")
    gus.comment(project.issues[0], "See there.")
    on_pull, on_issue = (each.payload["issue"] for each in box.deliveries[-2:])
    assert on_pull["pull_request"]["url"].endswith(f"/pulls/{pull.number}")
    assert "pull_request" not in on_issue


async def test_the_bots_own_comments_come_back(
    box: Sandbox, client: Client, bot: str, project: Project
) -> None:
    at = f"/repos/acme/solver/issues/{project.issues[0].number}/comments"
    made = await client.ask("POST", at, {"body": "Panel"}, auth=bot)
    own = f"/repos/acme/solver/issues/comments/{made.body['id']}"
    await client.ask("PATCH", own, {"body": "Panel 2"}, auth=bot)
    await client.ask("DELETE", own, auth=bot)
    actions = ["created", "edited", "deleted"]
    assert names(box) == [f"issue_comment.{each}" for each in actions]
    payload = box.deliveries[0].payload
    for who in (payload["sender"], payload["comment"]["user"]):
        assert (who["login"], who["type"]) == ("bursar[bot]", "Bot")
    assert payload["comment"]["performed_via_github_app"]["id"] == box.app.id
    assert payload["installation"]["id"] == client.installation.id
    assert payload["organization"]["login"] == "acme"


async def test_a_pull_request_follows_its_branch(box: Sandbox, project: Project) -> None:
    dev = box.world.person("dev")
    pull = dev.open_pull(project.solver, "LU", "", {"lu.py": "x"}, "lu", from_fork=True)
    before = pull.head_sha
    dev.push_to_pull(pull, {"lu.py": "y"})
    assert names(box) == ["pull_request.opened", "pull_request.synchronize"]
    moved = box.deliveries[-1].payload
    assert (moved["before"], moved["after"]) == (before, pull.head_sha)
    assert moved["pull_request"]["head"]["sha"] == pull.head_sha
    assert moved["pull_request"]["head"]["repo"]["fork"] is True


async def test_merging_to_the_default_branch_closes_what_is_named(
    box: Sandbox, project: Project
) -> None:
    issue = project.issues[1]
    dev, gus = box.world.person("dev"), box.world.person("gus")
    body = f"Fixes #{issue.number}, and see #1."
    pull = dev.open_pull(project.solver, "Fix", body, {"fix.py": "x"}, "fix", from_fork=True)
    gus.merge(pull)
    assert issue.state == "closed"
    assert project.issues[0].state == "open"
    assert names(box)[1:] == ["push", "pull_request.closed", "issues.closed"]
    assert box.deliveries[-2].payload["pull_request"]["merged"] is True
    assert project.solver.files()["fix.py"] == "x"


async def test_merging_elsewhere_closes_nothing(box: Sandbox, project: Project) -> None:
    gus = box.world.person("gus")
    gus.push(project.solver, {"a": "1"}, branch="next")
    body = f"Closes #{project.issues[1].number}"
    pull = gus.open_pull(project.solver, "Fix", body, {"fix.py": "x"}, "fix", base="next")
    gus.merge(pull)
    assert pull.merged
    assert project.issues[1].state == "open"


async def test_nothing_is_heard_where_the_app_may_not_look(
    box: Sandbox, project: Project, installation: Installation
) -> None:
    mia = box.world.person("mia")
    mia.suspend(installation)
    mia.comment(project.issues[0], "Quiet now.")
    mia.unsuspend(installation)
    mia.uninstall(installation)
    mia.install(box.app, [project.docs])
    mia.comment(project.issues[0], "Still quiet.")
    kinds = ["suspend", "unsuspend", "deleted", "created"]
    assert names(box) == [f"installation.{each}" for each in kinds]


async def test_a_form_tells_of_its_label_in_the_name_of_whoever_filled_it_in(
    box: Sandbox, project: Project
) -> None:
    box.world.person("eve").open_issue(project.solver, "Me!", labels=["roadmap"], from_form=True)
    assert names(box) == ["issues.opened", "issues.labeled"]
    assert box.deliveries[-1].payload["sender"]["login"] == "eve"


async def test_an_unsubscribed_event_is_not_sent(box: Sandbox, project: Project) -> None:
    installation = next(iter(box.world.installations.values()))
    installation.events.remove("issues")
    box.world.person("mia").close(project.issues[0])
    assert names(box) == []


async def test_a_ping_introduces_the_webhook(box: Sandbox, ear: Ear) -> None:
    box.ping()
    await box.settled()
    assert ear.events == ["ping"]
    assert json.loads(ear.heard[0][1])["hook_id"] == box.app.hook_id


async def test_an_unreachable_webhook_is_written_down(box: Sandbox, project: Project) -> None:
    box.app.webhook_url = "http://127.0.0.1:9/nobody"
    box.world.person("ada").comment(project.issues[0], "/pledge $500")
    await box.settled()
    assert box.deliveries[0].status_code == 502
    assert "connect" in box.deliveries[0].status
