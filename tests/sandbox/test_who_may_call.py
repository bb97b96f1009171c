"""Does the API let in whom GitHub lets in, and with what rights?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sandbox.kit import app_jwt

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.story import Project
    from tests.sandbox.kit import Client, Clock

ISSUE = "/repos/acme/solver/issues/1"


async def test_an_app_speaks_for_itself_by_a_signed_claim(client: Client, clock: Clock) -> None:
    app = client.box.app
    for issuer in (str(app.id), app.client_id):
        said = await client.ask("GET", "/app", auth=app_jwt(app, clock(), iss=issuer))
        assert (said.status, said.body["slug"]) == (200, "bursar")
    listed = await client.ask("GET", "/app/installations", auth=app_jwt(app, clock()))
    assert [each["id"] for each in listed.body] == [client.installation.id]


@pytest.mark.parametrize(
    "wrong", [{"exp": 601}, {"exp": -1}, {"iat": 61}, {"exp": None}, {"iat": "now"}]
)
async def test_a_claim_with_wrong_times_is_refused(
    client: Client, clock: Clock, wrong: dict[str, object]
) -> None:
    seconds = int(clock().timestamp())
    shifted = {
        name: seconds + value if isinstance(value, int) else value for name, value in wrong.items()
    }
    signed = app_jwt(client.box.app, clock(), **shifted)
    said = await client.ask("GET", "/app", auth=signed)
    assert said.status == 401
    assert "claim" in said.body["message"]


async def test_a_claim_with_another_key_is_refused(client: Client, clock: Clock) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    seconds = int(clock().timestamp())
    claims = {"iss": str(client.box.app.id), "iat": seconds, "exp": seconds + 60}
    for signed in (jwt.encode(claims, key, "RS256"), jwt.encode(claims, "x" * 32, "HS256")):
        assert (await client.ask("GET", "/app", auth=signed)).status == 401
    unknown = app_jwt(client.box.app, clock(), iss="1")
    assert (await client.ask("GET", "/app", auth=unknown)).status == 404


async def test_an_installation_token_lasts_an_hour(client: Client, clock: Clock, bot: str) -> None:
    clock.move(minutes=59, seconds=59)
    assert (await client.ask("GET", ISSUE, auth=bot)).status == 200
    clock.move(seconds=1)
    said = await client.ask("GET", ISSUE, auth=bot)
    assert (said.status, said.body["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize("secret", ["ghs_nobody", "ghp_nobody", "a.b.c", "x"])
async def test_an_unknown_token_is_refused(client: Client, secret: str) -> None:
    assert (await client.ask("GET", ISSUE, auth=secret)).status == 401


async def test_a_token_can_be_narrower_than_its_installation(client: Client) -> None:
    narrow = await client.token(permissions={"issues": "read"}, repositories=["solver"])
    assert (await client.ask("GET", ISSUE, auth=narrow)).status == 200
    said = await client.ask("POST", f"{ISSUE}/comments", {"body": "Hi"}, auth=narrow)
    assert said.status == 403
    assert said.body["message"] == "Resource not accessible by integration"
    assert "issues=write" in said.headers["X-Accepted-GitHub-Permissions"]
    assert (await client.ask("GET", "/repos/acme/secret", auth=narrow)).status == 404
    listed = await client.ask("GET", "/installation/repositories", auth=narrow)
    assert [each["full_name"] for each in listed.body["repositories"]] == ["acme/solver"]


async def test_a_token_cannot_be_wider_than_its_installation(client: Client) -> None:
    at = f"/app/installations/{client.installation.id}/access_tokens"
    signed = app_jwt(client.box.app, client.box.world.now())
    for wide in ({"permissions": {"contents": "write"}}, {"repositories": ["nothing"]}):
        assert (await client.ask("POST", at, wide, auth=signed)).status == 422


async def test_an_app_reads_but_does_not_write_where_it_is_not_installed(
    client: Client, bot: str, project: Project
) -> None:
    elsewhere = client.box.world.add_repository("bob/notes")
    client.box.world.person("bob").open_issue(elsewhere, "Milk")
    at = "/repos/bob/notes/issues/1"
    assert (await client.ask("GET", at, auth=bot)).status == 200
    assert (await client.ask("POST", f"{at}/comments", {"body": "Hi"}, auth=bot)).status == 403
    assert project.solver.full_name == "acme/solver"


async def test_a_suspended_installation_is_refused_and_a_removed_one_forgotten(
    client: Client, bot: str
) -> None:
    mia = client.box.world.person("mia")
    mia.suspend(client.installation)
    assert (await client.ask("GET", ISSUE, auth=bot)).status == 403
    mia.uninstall(client.installation)
    assert (await client.ask("GET", ISSUE, auth=bot)).status == 401


async def test_people_have_their_own_rights(client: Client) -> None:
    at = f"{ISSUE}/labels"
    assert (await client.ask("POST", at, {"labels": ["roadmap"]}, auth="ghp_ada")).status == 403
    assert (await client.ask("POST", at, {"labels": ["roadmap"]}, auth="ghp_dev")).status == 200
    assert (await client.ask("GET", "/repos/acme/secret", auth="ghp_ada")).status == 404
    assert (await client.ask("GET", "/repos/acme/secret", auth="ghp_mia")).status == 200
    dropped = {"title": "Mine", "labels": ["roadmap"]}
    said = await client.ask("POST", "/repos/acme/solver/issues", dropped, auth="ghp_ada")
    assert (said.status, said.body["labels"]) == (201, [])


async def test_nobody_in_particular_reads_what_is_public(client: Client) -> None:
    assert (await client.ask("GET", ISSUE)).status == 200
    assert (await client.ask("POST", f"{ISSUE}/comments", {"body": "Hi"})).status == 401
    assert (await client.ask("GET", "/app")).status == 401


async def test_a_pull_request_right_does_not_reach_issues(
    client: Client, box: Sandbox, project: Project
) -> None:
    client.installation.permissions["pull_requests"] = "write"
    gus = box.world.person("gus")
    pull = gus.open_pull(project.solver, "LU", "", {"lu.py": "x"}, "lu")
    token = await client.token(permissions={"pull_requests": "write"})
    on_pull = f"/repos/acme/solver/issues/{pull.number}/comments"
    assert (await client.ask("POST", on_pull, {"body": "Hi"}, auth=token)).status == 201
    said = await client.ask("POST", f"{ISSUE}/comments", {"body": "Hi"}, auth=token)
    assert said.status == 403
