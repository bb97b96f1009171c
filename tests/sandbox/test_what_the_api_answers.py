"""Does the API do what GitHub's does where bots break on it?"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.kit import app_jwt

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.story import Project
    from tests.sandbox.kit import Client, Clock, Ear

R = "/repos/acme/solver"
COMMENTS = f"{R}/issues/1/comments"


async def test_what_the_caller_has_already_is_not_sent_again(client: Client, bot: str) -> None:
    first = await client.ask("GET", f"{R}/issues/1", auth=bot)
    known = {"If-None-Match": first.headers["ETag"]}
    again = await client.ask("GET", f"{R}/issues/1", auth=bot, headers=known)
    assert (again.status, again.body) == (304, "")
    client.box.world.person("ada").comment(client.box.world.issue("acme/solver", 1), "/pledge $500")
    changed = await client.ask("GET", f"{R}/issues/1", auth=bot, headers=known)
    assert changed.status == 200


async def test_an_answer_for_304_costs_nothing(client: Client, bot: str) -> None:
    first = await client.ask("GET", f"{R}/issues/1", auth=bot)
    known = {"If-None-Match": first.headers["ETag"]}
    again = await client.ask("GET", f"{R}/issues/1", auth=bot, headers=known)
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]


async def test_the_same_reaction_again_is_200_with_the_same_id(
    client: Client, bot: str, project: Project
) -> None:
    comment = client.box.world.person("ada").comment(project.issues[0], "/pledge $500")
    at = f"{R}/issues/comments/{comment.id}/reactions"
    first = await client.ask("POST", at, {"content": "+1"}, auth=bot)
    again = await client.ask("POST", at, {"content": "+1"}, auth=bot)
    other = await client.ask("POST", at, {"content": "confused"}, auth=bot)
    assert (first.status, again.status, other.status) == (201, 200, 201)
    assert first.body["id"] == again.body["id"] != other.body["id"]
    wrong = await client.ask("POST", at, {"content": "thumbs"}, auth=bot)
    assert wrong.status == 422
    gone = await client.ask("DELETE", f"{at}/{first.body['id']}", auth=bot)
    assert (gone.status, len(comment.reactions)) == (204, 1)


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [
        ("mia", "admin", "admin"),
        ("gus", "write", "write"),
        ("dev", "read", "triage"),
        ("ada", "read", "read"),
    ],
)
async def test_a_permission_has_an_old_and_a_new_name(
    client: Client, bot: str, login: str, permission: str, role: str
) -> None:
    said = await client.ask("GET", f"{R}/collaborators/{login}/permission", auth=bot)
    assert (said.body["permission"], said.body["role_name"]) == (permission, role)
    assert said.body["user"]["id"] == client.box.world.user(login).id


async def test_strangers_have_no_permission_where_nobody_may_look(client: Client, bot: str) -> None:
    said = await client.ask("GET", "/repos/acme/secret/collaborators/ada/permission", auth=bot)
    assert (said.body["permission"], said.body["role_name"]) == ("none", "none")
    unknown = await client.ask("GET", f"{R}/collaborators/nobody/permission", auth=bot)
    assert unknown.status == 404


async def test_a_body_of_65537_characters_is_refused(client: Client, bot: str) -> None:
    fits = await client.ask("POST", COMMENTS, {"body": "😀" * 65_536}, auth=bot)
    assert fits.status == 201
    said = await client.ask("POST", COMMENTS, {"body": "x" * 65_537}, auth=bot)
    assert said.status == 422
    assert "65536" in said.body["errors"][0]["message"]
    panel = f"{R}/issues/comments/{fits.body['id']}"
    assert (await client.ask("PATCH", panel, {"body": "x" * 65_537}, auth=bot)).status == 422


async def test_a_renamed_repository_redirects_to_its_id(client: Client, bot: str) -> None:
    solver = client.box.world.repository("acme/solver")
    client.box.world.person("mia").rename_repository(solver, "linear")
    said = await client.ask("GET", f"{R}/issues/1?per_page=5", auth=bot)
    assert said.status == 301
    assert said.headers["Location"].endswith(f"/repositories/{solver.id}/issues/1?per_page=5")
    followed = await client.ask("GET", said.headers["Location"], auth=bot)
    assert followed.body["repository_url"].endswith("/repos/acme/linear")
    written = await client.ask("POST", COMMENTS, {"body": "Hi"}, auth=bot)
    assert written.status == 307
    assert client.box.world.issue("acme/linear", 1).comments == []
    there = await client.ask("POST", written.headers["Location"], {"body": "Hi"}, auth=bot)
    assert there.status == 201


async def test_a_renamed_owner_redirects_too(client: Client, bot: str) -> None:
    repository = client.box.world.add_repository("ada/notes")
    client.box.world.person("ada").rename_self("lovelace")
    said = await client.ask("GET", "/repos/ada/notes", auth=bot)
    assert said.headers["Location"].endswith(f"/repositories/{repository.id}")
    assert (await client.ask("GET", "/users/ada", auth=bot)).status == 404


async def test_a_transferred_issue_redirects_and_a_deleted_one_is_gone(
    client: Client, bot: str, project: Project
) -> None:
    mia = client.box.world.person("mia")
    moved = mia.transfer_issue(project.issues[1], project.docs)
    said = await client.ask("GET", f"{R}/issues/2/comments", auth=bot)
    to = f"/repositories/{project.docs.id}/issues/{moved.number}/comments"
    assert (said.status, said.headers["Location"].endswith(to)) == (301, True)
    mia.delete_issue(project.issues[2])
    said = await client.ask("GET", f"{R}/issues/3", auth=bot)
    assert (said.status, said.body["message"]) == (410, "This issue was deleted")
    assert (
        await client.ask("POST", f"{R}/issues/3/comments", {"body": "x"}, auth=bot)
    ).status == 410


async def test_lists_come_in_pages_that_link_to_each_other(
    client: Client, bot: str, project: Project
) -> None:
    ada = client.box.world.person("ada")
    for number in range(7):
        ada.comment(project.issues[0], f"Comment {number}")
    seen, url = [], f"{COMMENTS}?per_page=3"
    while url:
        said = await client.ask("GET", url, auth=bot)
        seen += [each["body"][-1] for each in said.body]
        url = "".join(re.findall(r'<([^>]+)>; rel="next"', said.headers.get("Link", "")))
    assert seen == list("0123456")
    middle = await client.ask("GET", f"{COMMENTS}?per_page=3&page=2", auth=bot)
    rels = re.findall(r'rel="(\w+)"', middle.headers["Link"])
    assert sorted(rels) == ["first", "last", "next", "prev"]
    largest = await client.ask("GET", f"{COMMENTS}?per_page=1000", auth=bot)
    assert "Link" not in largest.headers


async def test_what_was_missed_can_be_read_since_a_moment(
    client: Client, bot: str, clock: Clock, project: Project
) -> None:
    ada = client.box.world.person("ada")
    old = ada.comment(project.issues[0], "Old")
    clock.move(minutes=30)
    ada.comment(project.issues[3], "New")
    since = clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    at = f"{R}/issues/comments?since={since}"
    assert [each["body"] for each in (await client.ask("GET", at, auth=bot)).body] == ["New"]
    ada.edit_comment(old, "Old, edited")
    found = (await client.ask("GET", at, auth=bot)).body
    assert [each["body"] for each in found] == ["Old, edited", "New"]


async def test_deliveries_are_listed_by_cursor_for_three_days(
    client: Client, box: Sandbox, clock: Clock, ear: Ear, project: Project
) -> None:
    ear.status = 503
    for number in range(3):
        box.world.person("ada").comment(project.issues[0], f"/pledge ${number}")
    await box.settled()
    said = await client.ask(
        "GET", "/app/hook/deliveries?per_page=2", auth=app_jwt(box.app, clock())
    )
    assert [each["id"] for each in said.body] == [each.id for each in box.deliveries[:0:-1]]
    assert {each["status_code"] for each in said.body} == {503}
    (following,) = re.findall(r'<([^>]+)>; rel="next"', said.headers["Link"])
    rest = await client.ask("GET", following, auth=app_jwt(box.app, clock()))
    assert [each["guid"] for each in rest.body] == [box.deliveries[0].guid]
    attempts = f"/app/hook/deliveries/{rest.body[0]['id']}/attempts"
    ear.status = 202
    accepted = await client.ask("POST", attempts, auth=app_jwt(box.app, clock()))
    await box.settled()
    assert accepted.status == 202
    assert ear.heard[-1][0]["X-GitHub-Delivery"] == box.deliveries[0].guid
    clock.move(days=3, seconds=1)
    late = await client.ask("GET", "/app/hook/deliveries", auth=app_jwt(box.app, clock()))
    assert late.body == []


async def test_an_app_opens_an_issue_with_a_label_that_is_new_and_closes_it(
    client: Client, bot: str, box: Sandbox, project: Project
) -> None:
    opening = {"title": "October", "body": "Words.", "labels": ["funding-digest"]}
    made = (await client.ask("POST", f"{R}/issues", opening, auth=bot)).body
    assert [each["name"] for each in made["labels"]] == ["funding-digest"]
    assert made["performed_via_github_app"]["id"] == box.app.id
    assert (made["user"]["type"], made["state"]) == ("Bot", "open")
    assert "funding-digest" in project.solver.labels
    at = f"{R}/issues/{made['number']}"
    closing = {"state": "closed", "state_reason": "completed"}
    await client.ask("PATCH", at, closing, auth=bot)
    closed = await client.ask("PATCH", at, closing, auth=bot)
    assert (closed.status, closed.body["state_reason"]) == (200, "completed")
    assert closed.body["closed_by"]["login"] == made["user"]["login"]
    await box.settled()
    told = [each for each in box.deliveries if each.event == "issues"]
    assert [each.name for each in told] == ["issues.opened", "issues.labeled", "issues.closed"]
    for each in told:
        assert each.payload["sender"]["login"] == made["user"]["login"]
        assert each.payload["issue"]["performed_via_github_app"]["id"] == box.app.id
    assert told[-1].payload["issue"]["state_reason"] == "completed"


async def test_issues_are_listed_by_label_state_time_and_age(
    client: Client, bot: str, clock: Clock
) -> None:
    numbers = []
    for title in ("September", "October"):
        clock.move(minutes=10)
        opening = {"title": title, "labels": ["funding-digest"]}
        made = (await client.ask("POST", f"{R}/issues", opening, auth=bot)).body
        numbers.append(made["number"])
        at = f"{R}/issues/{made['number']}"
        await client.ask("PATCH", at, {"state": "closed"}, auth=bot)
    since = clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, expected in {
        "labels=funding-digest": [],
        "labels=funding-digest&state=all": numbers[::-1],
        "labels=funding-digest&state=closed&direction=asc": numbers,
        f"labels=funding-digest&state=all&since={since}": numbers[1:],
        "state=all&sort=created&direction=desc&per_page=1": numbers[1:],
        "state=all&sort=created&direction=desc&per_page=1&page=2": numbers[:1],
    }.items():
        said = await client.ask("GET", f"{R}/issues?{query}", auth=bot)
        assert [each["number"] for each in said.body] == expected, query


async def test_an_app_that_may_not_write_issues_opens_none(client: Client) -> None:
    narrow = await client.token(permissions={"issues": "read"})
    said = await client.ask("POST", f"{R}/issues", {"title": "October"}, auth=narrow)
    assert said.status == 403


async def test_files_are_read_at_a_branch(client: Client, bot: str, project: Project) -> None:
    gus = client.box.world.person("gus")
    gus.push(project.solver, {".github/bursar.yml": "digest: {to: off}\n"}, branch="try")
    at = f"{R}/contents/.github/bursar.yml"
    assert (await client.ask("GET", at, auth=bot)).status == 404
    said = await client.ask("GET", f"{at}?ref=try", auth=bot)
    assert base64.b64decode(said.body["content"]) == b"digest: {to: off}\n"
    folder = await client.ask("GET", f"{R}/contents/.github", auth=bot)
    assert [each["type"] for each in folder.body] == ["file", "dir"]


async def test_the_timeline_says_who_labelled(client: Client, bot: str, project: Project) -> None:
    client.box.world.person("gus").label(project.issues[0], "roadmap")
    said = await client.ask("GET", f"{R}/issues/1/timeline", auth=bot)
    labelled = [each for each in said.body if each["event"] == "labeled"][-1]
    assert (labelled["actor"]["login"], labelled["label"]["name"]) == ("gus", "roadmap")
    events = await client.ask("GET", f"{R}/issues/1/events", auth=bot)
    assert events.body[-1]["label"]["name"] == "roadmap"


async def test_a_check_run_is_the_apps_own(client: Client, bot: str, project: Project) -> None:
    gus = client.box.world.person("gus")
    pull = gus.open_pull(project.solver, "LU", "", {"lu.py": "x"}, "lu")
    new = {"name": "Funding disclosure", "head_sha": pull.head_sha, "external_id": "cwo-57"}
    made = await client.ask("POST", f"{R}/check-runs", new, auth=bot)
    at = f"{R}/check-runs/{made.body['id']}"
    done = {"conclusion": "neutral", "output": {"title": "CWO #57", "summary": "Funded."}}
    updated = await client.ask("PATCH", at, done, auth=bot)
    assert (updated.body["status"], updated.body["conclusion"]) == ("completed", "neutral")
    listed = await client.ask("GET", f"{R}/commits/{pull.head_sha}/check-runs", auth=bot)
    assert [each["external_id"] for each in listed.body["check_runs"]] == ["cwo-57"]
    assert [each["number"] for each in made.body["pull_requests"]] == [pull.number]
    assert (await client.ask("PATCH", at, done, auth="ghp_mia")).status == 403


async def test_team_members_are_known_to_the_app(client: Client, bot: str) -> None:
    at = "/orgs/acme/teams/core/memberships"
    assert (await client.ask("GET", f"{at}/gus", auth=bot)).body["state"] == "active"
    assert (await client.ask("GET", f"{at}/ada", auth=bot)).status == 404


async def logins(client: Client, at: str, auth: str) -> list[str]:
    said = await client.ask("GET", at, auth=auth)
    assert said.status == 200, said.body
    return [each["login"] for each in said.body]


async def test_the_members_of_a_team_are_listed_for_who_may_see_teams(
    client: Client, bot: str
) -> None:
    at = "/orgs/acme/teams/core/members"
    assert await logins(client, at, bot) == ["mia", "gus"]
    assert await logins(client, f"{at}?per_page=1&page=2", bot) == ["gus"]
    assert await logins(client, f"{at}?role=maintainer", bot) == []
    assert await logins(client, at, "ghp_mia") == ["mia", "gus"]
    assert (await client.ask("GET", at, auth="ghp_ada")).status == 404
    assert (await client.ask("GET", "/orgs/acme/teams/gone/members", auth=bot)).status == 404
    assert (await client.ask("GET", "/orgs/nobody/teams/core/members", auth=bot)).status == 404
    narrow = await client.token(permissions={"issues": "write"})
    assert (await client.ask("GET", at, auth=narrow)).status == 403


async def test_collaborators_are_whoever_has_a_role_and_not_everybody(
    client: Client, bot: str, project: Project
) -> None:
    world, at = client.box.world, f"{R}/collaborators"
    world.add_member("acme", "bob")
    world.person("mia").set_role(project.solver, "ada", "maintain")
    said = await client.ask("GET", at, auth=bot)
    roles = {each["login"]: each["role_name"] for each in said.body}
    expected = {"mia": "admin", "ada": "maintain", "bob": "read", "dev": "triage", "gus": "write"}
    assert roles == expected
    assert await logins(client, f"{at}?permission=maintain", bot) == ["mia", "ada"]
    assert await logins(client, f"{at}?permission=push&per_page=2&page=2", bot) == ["gus"]
    assert set(await logins(client, f"{at}?affiliation=direct", bot)) == {"ada", "dev", "gus"}
    world.add_member("acme", "gus")
    assert set(await logins(client, f"{at}?affiliation=outside", bot)) == {"ada", "dev"}
    narrow = await client.token(permissions={"issues": "write"})  # reading metadata is always held
    assert len(await logins(client, at, narrow)) == 5
    assert (await client.ask("GET", at, auth="ghp_bob")).status == 403


async def test_the_bot_is_an_account(client: Client, bot: str) -> None:
    said = await client.ask("GET", "/users/bursar%5Bbot%5D", auth=bot)
    assert (said.body["type"], said.body["id"]) == ("Bot", client.box.app.bot.id)


async def test_nonsense_is_answered_like_nonsense(client: Client, bot: str) -> None:
    assert (await client.ask("POST", COMMENTS, {}, auth=bot)).status == 422
    assert (await client.ask("POST", COMMENTS, "text", auth=bot)).status == 400
    assert (await client.ask("POST", COMMENTS, {"body": 7}, auth=bot)).status == 422
    assert (await client.ask("GET", "/nothing/here", auth=bot)).status == 404
    assert (await client.ask("DELETE", "/repos/acme/solver", auth=bot)).status == 404


async def test_requests_are_recorded(client: Client, bot: str, box: Sandbox) -> None:
    await client.ask("POST", COMMENTS, {"body": "Panel"}, auth=bot)
    last = box.requests[-1]
    assert last.route == "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"
    assert (last.login, last.status, last.request) == ("bursar[bot]", 201, {"body": "Panel"})
    assert last.response["body"] == "Panel"
    await client.ask("GET", "/nothing/here", auth=bot)
    assert (box.requests[-1].path, box.requests[-1].route) == ("/nothing/here", "")
