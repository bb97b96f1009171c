"""Does the sandbox's API answer as GitHub's would, on every route that it has?"""

from __future__ import annotations

import asyncio
import base64
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import jwt
import pytest

from sandbox.api.tables import ROUTES
from sandbox.server import Sandbox
from tests.github_contract.published import published
from tests.github_contract.talk import Talk
from tests.github_contract.test_sandbox_deliveries import complaints

if TYPE_CHECKING:
    from sandbox.world import App

R = "/repos/acme/solver"
MIA, ADA, GUS = "Bearer ghp_mia", "Bearer ghp_ada", "Bearer ghp_gus"
EVENTS = ["issues", "issue_comment", "pull_request", "pull_request_review", "push", "check_run"]
PERMISSIONS = {"metadata": "read", "contents": "read", "issues": "write", "checks": "write"}
PERMISSIONS |= {"pull_requests": "read", "members": "read"}


class Day:
    """What was asked on one day, by an App, its installation and three people."""

    def __init__(self, box: Sandbox, talk: Talk) -> None:
        self.box, self.talk = box, talk
        self.ask = talk.ask
        self.app = _populate(box)
        self.as_app = f"Bearer {_signed(self.app)}"
        self.bot = ""  # the installation's token, once it is there

    async def pass_by(self) -> None:
        await self.app_itself()
        await self.accounts()
        await self.issues()
        await self.labels()
        await self.comments()
        await self.reactions()
        await self.files()
        await self.pulls()
        await self.checks()
        await self.webhook()
        await self.refusals()
        await self.redirects()
        await self.ask("DELETE", "/installation/token", self.bot, expect=204)

    async def app_itself(self) -> None:
        await self.ask("GET", "/app", self.as_app)
        (installation,) = await self.ask("GET", "/app/installations", self.as_app)
        at = f"/app/installations/{installation['id']}"
        await self.ask("GET", at, self.as_app)
        narrow = {"permissions": {"issues": "write"}, "repositories": ["solver"]}
        await self.ask("POST", f"{at}/access_tokens", self.as_app, narrow, expect=201)
        made = await self.ask("POST", f"{at}/access_tokens", self.as_app, expect=201)
        self.bot = f"token {made['token']}"
        await self.ask("GET", "/orgs/acme/installation", self.as_app)
        await self.ask("GET", f"{R}/installation", self.as_app)
        await self.ask("GET", "/users/gus/installation", self.as_app, expect=404)
        self.box.world.person("gus").install(self.app)
        await self.ask("GET", "/users/gus/installation", self.as_app)
        await self.ask("GET", "/installation/repositories", self.bot, per_page="1")

    async def accounts(self) -> None:
        me = await self.ask("GET", "/user", MIA)
        await self.ask("GET", f"/user/{me['id']}", self.bot)
        for login in ("mia", "acme", "bursar%5Bbot%5D"):
            await self.ask("GET", f"/users/{login}", self.bot)
        for token in (MIA, ADA, self.bot, ""):
            await self.ask("GET", R, token)
        await self.ask("GET", "/repos/acme/secret", MIA)
        for login in ("mia", "ada", "gus"):
            await self.ask("GET", f"{R}/collaborators/{login}/permission", self.bot)
        await self.ask("GET", f"{R}/collaborators", MIA, permission="admin")
        await self.ask("GET", f"{R}/collaborators/ada", MIA, expect=204)
        await self.ask("GET", f"{R}/collaborators/gus", MIA, expect=404)
        await self.ask("GET", f"{R}/collaborators", self.bot, affiliation="direct", per_page="1")
        await self.ask("GET", "/orgs/acme/teams/core/memberships/ada", self.bot)
        await self.ask("GET", "/orgs/acme/teams/core/members", self.bot, role="member")
        await self.ask("GET", "/rate_limit", self.bot)
        await self.ask("GET", "/meta", "")
        await self.ask("GET", "/zen", "")

    async def issues(self) -> None:
        new = {"title": "Sparse LU", "body": "Please.", "labels": ["roadmap"]}
        await self.ask("POST", f"{R}/issues", MIA, new, expect=201)
        await self.ask("POST", f"{R}/issues", self.bot, {"title": "Digest"}, expect=201)
        one = f"{R}/issues/1"
        await self.ask("PATCH", one, MIA, {"title": "Sparse solver", "body": "Again."})
        await self.ask("PUT", f"{one}/lock", MIA, {"lock_reason": "resolved"}, expect=204)
        await self.ask("DELETE", f"{one}/lock", MIA, expect=204)
        for reason in ("completed", "not_planned"):
            await self.ask("PATCH", one, MIA, {"state": "closed", "state_reason": reason})
            await self.ask("PATCH", one, MIA, {"state": "open"})
        await self.ask("GET", one, self.bot)
        listed = await self.ask("GET", f"{R}/issues", self.bot, labels="roadmap", sort="updated")
        assert [each["number"] for each in listed] == [1]

    async def labels(self) -> None:
        new = {"name": "help wanted", "color": "00ff00", "description": "please"}
        await self.ask("POST", f"{R}/labels", MIA, new, expect=201)
        await self.ask("GET", f"{R}/labels", self.bot)
        await self.ask("GET", f"{R}/labels/help%20wanted", self.bot)
        on = f"{R}/issues/1/labels"
        await self.ask("POST", on, MIA, {"labels": ["help wanted", "new one"]})
        await self.ask("DELETE", f"{on}/help%20wanted", MIA)
        await self.ask("PUT", on, MIA, {"labels": ["roadmap", "other"]})
        await self.ask("GET", on, self.bot)

    async def comments(self) -> None:
        on = f"{R}/issues/1/comments"
        said = await self.ask("POST", on, ADA, {"body": "/pledge $500"}, expect=201)
        panel = await self.ask("POST", on, self.bot, {"body": "Panel"}, expect=201)
        assert panel["performed_via_github_app"]["slug"] == "bursar"
        at = f"{R}/issues/comments/{panel['id']}"
        await self.ask("PATCH", at, self.bot, {"body": "Panel 2"})
        await self.ask("GET", at, self.bot)
        await self.ask("GET", on, self.bot, per_page="1", page="2", since="2020-01-01T00:00:00Z")
        await self.ask("GET", f"{R}/issues/comments", self.bot, sort="updated", direction="asc")
        await self.ask("DELETE", f"{R}/issues/comments/{said['id']}", ADA, expect=204)
        await self.ask("GET", f"{R}/issues/1/events", self.bot)
        await self.ask("GET", f"{R}/issues/1/timeline", self.bot, per_page="100")

    async def reactions(self) -> None:
        (panel,) = await self.ask("GET", f"{R}/issues/1/comments", self.bot)
        for to in (f"{R}/issues/comments/{panel['id']}/reactions", f"{R}/issues/1/reactions"):
            first = await self.ask("POST", to, self.bot, {"content": "+1"}, expect=201)
            again = await self.ask("POST", to, self.bot, {"content": "+1"})
            assert again["id"] == first["id"]
            assert len(await self.ask("GET", to, self.bot, content="+1")) == 1
            await self.ask("DELETE", f"{to}/{first['id']}", self.bot, expect=204)

    async def files(self) -> None:
        at = f"{R}/contents/.github/bursar.yml"
        new = {"message": "Configure", "content": _base64("roadmap:\n")}
        made = await self.ask("PUT", at, MIA, new, expect=201)
        change = {"message": "Again", "content": _base64("x: 1\n"), "sha": made["content"]["sha"]}
        await self.ask("PUT", at, MIA, change)
        await self.ask("GET", at, self.bot, ref="main")
        await self.ask("GET", f"{R}/contents/.github", self.bot)
        for root in (f"{R}/contents/", f"{R}/contents"):
            await self.ask("GET", root, self.bot)
        await self.ask("GET", f"{R}/commits", self.bot)
        await self.ask("GET", f"{R}/commits/{made['commit']['sha']}", self.bot)
        await self.ask("GET", f"{R}/commits/main", self.bot)

    async def pulls(self) -> None:
        mia, solver = self.box.world.person("mia"), self.box.world.repository("acme/solver")
        mia.push(solver, {"lu.py": "x = 1\n"}, "Start", "lu")
        new = {"title": "LU", "head": "lu", "base": "main", "body": "CWO: #57"}
        pull = await self.ask("POST", f"{R}/pulls", MIA, new, expect=201)
        at = f"{R}/pulls/{pull['number']}"
        await self.ask("PATCH", at, MIA, {"title": "Sparse LU"})
        mia.push(solver, {"next.md": "n"}, "Start", "next")
        for base in ("next", "main"):
            moved = await self.ask("PATCH", at, MIA, {"base": base})
            assert moved["base"]["ref"] == base
        await self.ask("PATCH", at, MIA, {"state": "closed"})
        await self.ask("PATCH", at, MIA, {"state": "open"})
        await self.ask("GET", f"{R}/pulls", self.bot, state="all", head="acme:lu")
        for part in ("files", "commits"):
            assert len(await self.ask("GET", f"{at}/{part}", self.bot)) == 1
        await self.reviews(at)
        await self.ask("GET", f"{at}/merge", self.bot, expect=404)
        await self.ask("PUT", f"{at}/merge", MIA, {"merge_method": "fast"}, expect=422)
        await self.ask("PUT", f"{at}/merge", MIA, {"merge_method": "squash"})
        await self.ask("GET", f"{at}/merge", self.bot, expect=204)
        await self.ask("GET", at, self.bot)
        await self.ask("GET", f"{R}/issues/{pull['number']}", self.bot)
        await self.ask("GET", f"{R}/issues/{pull['number']}/events", self.bot)
        await self.ask("GET", f"{R}/issues/events", self.bot, per_page="2")
        await self.ask("GET", f"{R}/issues/{pull['number']}/timeline", self.bot)

    async def reviews(self, at: str) -> None:
        wanted = {"event": "REQUEST_CHANGES", "body": "Tests, please"}
        review = await self.ask("POST", f"{at}/reviews", ADA, wanted)
        one = f"{at}/reviews/{review['id']}"
        await self.ask("GET", one, self.bot)
        await self.ask("PUT", one, ADA, {"body": "Tests and docs, please"})
        await self.ask("PUT", f"{one}/dismissals", MIA, {"message": "Done"})
        await self.ask("POST", f"{at}/reviews", ADA, {"event": "APPROVE"})
        await self.ask("GET", f"{at}/reviews", self.bot)

    async def checks(self) -> None:
        head = await self.ask("GET", f"{R}/commits/main", self.bot)
        new = {"name": "Funding disclosure", "head_sha": head["sha"], "status": "in_progress"}
        run = await self.ask("POST", f"{R}/check-runs", self.bot, new, expect=201)
        note = {"path": "a.py", "start_line": 1, "end_line": 1, "message": "Here"}
        note |= {"annotation_level": "notice"}
        output = {"title": "Funded", "summary": "under CWO #57", "annotations": [note]}
        done = {"status": "completed", "conclusion": "neutral", "output": output}
        at = f"{R}/check-runs/{run['id']}"
        await self.ask("PATCH", at, self.bot, done)
        await self.ask("GET", at, self.bot)
        assert len(await self.ask("GET", f"{at}/annotations", self.bot)) == 1
        await self.ask("GET", f"{R}/commits/main/check-runs", self.bot, filter="all")

    async def webhook(self) -> None:
        url = {"url": "http://127.0.0.1:9/webhooks/github"}
        await self.ask("PATCH", "/app/hook/config", self.as_app, url)
        await self.ask("GET", "/app/hook/config", self.as_app)
        self.box.world.person("mia").open_issue(
            self.box.world.repository("acme/solver"), "Another", "One more."
        )
        await self.box.settled()
        listed = await self.ask("GET", "/app/hook/deliveries", self.as_app, per_page="2")
        at = f"/app/hook/deliveries/{listed[0]['id']}"
        await self.ask("GET", at, self.as_app)
        await self.ask("POST", f"{at}/attempts", self.as_app, expect=202)
        await self.box.settled()

    async def refusals(self) -> None:
        ask, on = self.ask, f"{R}/issues/1/comments"
        await ask("GET", f"{R}/issues/1", "Bearer ghs_nobody", expect=401)
        await ask("GET", "/app", "Bearer a.b.c", expect=401)
        await ask("GET", f"{R}/issues/999", self.bot, expect=404)
        await ask("GET", "/repos/acme/secret", GUS, expect=404)
        await ask("POST", f"{R}/issues/1/labels", GUS, {"labels": ["roadmap"]}, expect=403)
        await ask("POST", on, ADA, {"body": "x" * 65_537}, expect=422)
        await ask("POST", on, ADA, {}, expect=422)
        await ask("POST", f"{R}/issues", ADA, {"title": ""}, expect=422)
        await ask("GET", f"{R}/contents/nothing", self.bot, expect=404)
        self.box.world.person("mia").delete_issue(self.box.world.issue("acme/solver", 2))
        await ask("GET", f"{R}/issues/2", self.bot, expect=410)
        await ask("GET", f"{R}/issues/1", self.bot)
        known = {"If-None-Match": self.talk.headers["ETag"]}
        await ask("GET", f"{R}/issues/1", self.bot, expect=304, headers=known)

    async def redirects(self) -> None:
        solver = self.box.world.repository("acme/solver")
        self.box.world.person("mia").rename_repository(solver, "sparse")
        said = await self.ask("GET", f"{R}/issues/1", self.bot, expect=301)
        to = said["url"].removeprefix(self.talk.base)
        assert to == f"/repositories/{solver.id}/issues/1"
        await self.ask("GET", to, self.bot)
        await self.ask("GET", "/repos/acme/sparse/issues/1", self.bot)


def _populate(box: Sandbox) -> App:
    world = box.world
    for login in ("mia", "ada", "gus"):
        world.add_user(login)
    world.add_organization("acme")
    world.add_member("acme", "mia", "admin")
    solver = world.add_repository("acme/solver", files={"README.md": "# Solver\n"})
    world.add_repository("acme/secret", private=True)
    world.add_team("acme", "core", ("ada",)).roles[solver.id] = "triage"
    box.app.permissions, box.app.events = dict(PERMISSIONS), list(EVENTS)
    world.person("mia").set_role(solver, "ada", "write")
    world.person("mia").install(box.app, on="acme")
    return box.app


def _signed(app: App) -> str:
    now = int(time.time())
    claims = {"iss": app.client_id, "iat": now - 60, "exp": now + 300}
    return jwt.encode(claims, app.private_key_pem, algorithm="RS256")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def _live() -> Day:
    async with Sandbox(now=lambda: datetime.now(UTC)) as box, aiohttp.ClientSession() as http:
        day = Day(box, Talk(http, box.world.api_url))
        await day.pass_by()
        return day


@pytest.fixture(scope="module")
def day() -> Day:
    """The day, when it is over."""
    return asyncio.run(_live())


def test_every_answer_is_one_that_github_would_give(day: Day) -> None:
    assert day.talk.misfits == []


def test_every_delivery_of_the_day_is_one_that_github_would_send(day: Day) -> None:
    deliveries = day.box.world.deliveries
    assert {"check_run.created", "check_run.completed"} <= {each.name for each in deliveries}
    assert sorted(set(complaints(deliveries))) == []


def test_every_route_is_one_of_github_and_was_asked(day: Day) -> None:
    operations = published("openapi")["operations"].items()
    names = {(each["method"], each["path"]): name for name, each in operations}
    rest = [each for each in ROUTES if each.template != "/graphql"]  # REST describes REST alone
    served = {names.get((each.method, each.template), each.name) for each in rest}
    assert served - day.talk.exercised == set()
