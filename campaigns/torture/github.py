"""What is GitHub here? The sandbox, in a process of its own, which the campaign tells what people do.

Before the App stands what stands before any App: something that hands each delivery to one of the
processes that listen, and says 502 when none does. Answers to writes take their time before and
after they are carried out, so that whoever dies meanwhile does not know.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from campaigns.torture.childhood import end_with_the_campaign, write_to
from campaigns.torture.clock import SharedClock
from sandbox.api.routing import Route
from sandbox.api.serving import Api
from sandbox.errors import NotFound
from sandbox.faults import Fault
from sandbox.server import Sandbox
from sandbox.world import Actor, Comment, Delivery, Issue, Repository

SECRET = "not-a-real-secret"  # noqa: S105 - everything is on this machine, and passes
RULES = "pledges:\n  currencies: [USD]\n"
CONFIGURATION = ".github/bursar.yml"
OWNER = "mia"
NOBODY_LISTENS = 502
POSTS_A_COMMENT = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"
LAG_AT_MOST = 0.03
"""Wall-clock seconds that a write may take on the way there, and again on the way back."""

Json = Any


@dataclass(frozen=True, slots=True)
class World:
    """How GitHub is set up: under which seed, and in how many organisations."""

    clock: Path
    log: Path
    seed: int
    organizations: int
    port: int
    limited: bool = True
    """Whether GitHub's documented limits are enforced."""


class SlowApi(Api):
    """The API of the sandbox, a little further away."""

    dice: random.Random
    asked: asyncio.Event
    """Set whenever somebody asks for a comment to be posted."""

    async def serve(self, route: Route, request: web.Request) -> web.StreamResponse:
        """Let a write travel there, and its answer back."""
        if request.method == "GET":
            return await super().serve(route, request)
        if route.name == POSTS_A_COMMENT:
            self.asked.set()
        await asyncio.sleep(self.dice.uniform(0, LAG_AT_MOST))
        answer = await super().serve(route, request)
        await asyncio.sleep(self.dice.uniform(0, LAG_AT_MOST))
        return answer


@dataclass
class Hub:
    """The sandbox, and the door through which the campaign acts in it."""

    box: Sandbox
    asked: asyncio.Event
    clock: SharedClock
    dice: random.Random
    session: aiohttp.ClientSession
    backends: list[str] = field(default_factory=list)
    comments: dict[int, Comment] = field(default_factory=dict)

    def application(self) -> web.Application:
        """Give the doors."""
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/in", self.forward)
        app.router.add_post("/next", self.next_comment)
        doors: dict[str, Callable[[Json], Json]] = {
            "/acts": self.acts,
            "/backends": self.listen,
            "/redeliver": self.redeliver,
            "/faults": self.disturb,
            "/state": self.state,
            "/guids": self.guids,
            "/told": self.told,
            "/issue": self.issue,
        }
        for path, door in doors.items():
            app.router.add_post(path, _door(door))
        return app

    # --- between GitHub and the App -----------------------------------------------------------

    async def forward(self, request: web.Request) -> web.Response:
        """Hand a delivery to somebody who listens; like any balancer, never twice once it was sent."""
        body = await request.read()
        for backend in self.dice.sample(self.backends, len(self.backends)):
            try:
                async with self.session.post(backend, data=body, headers=request.headers) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError):
                break
        return web.Response(status=NOBODY_LISTENS)

    async def next_comment(self, request: web.Request) -> web.Response:
        """Answer as soon as somebody asks for a comment to be posted, or after a while."""
        self.asked.clear()
        try:
            async with asyncio.timeout(float(await request.json())):
                await self.asked.wait()
        except TimeoutError:
            return web.json_response(data=False)
        return web.json_response(data=True)

    def listen(self, addresses: Json) -> Json:
        """Say where the App's processes listen."""
        self.backends = list(addresses)

    # --- what people do -----------------------------------------------------------------------

    def acts(self, wanted: Json) -> Json:
        """Let people act; gives the id of each comment, the number of each issue."""
        return [self._act(act) for act in wanted]

    def _act(self, act: Json) -> int:
        repository = self.box.world.repository(act["repo"])
        actor = self._person(act["who"])
        if act["do"] == "open":
            labels = ["roadmap"]
            return actor.open_issue(repository, act["words"], "Would be good.", labels).number
        comment = actor.comment(repository.issues[act["issue"]], act["words"])
        self.comments[comment.id] = comment
        return comment.id

    def _person(self, login: str) -> Actor:
        try:
            return self.box.world.person(login)
        except NotFound:
            self.box.world.add_user(login)
            return self.box.world.person(login)

    # --- what goes wrong ----------------------------------------------------------------------

    def disturb(self, wanted: Json) -> Json:
        """Turn all knobs off, then these on."""
        self.box.faults.clear()
        self.box.faults.active += [Fault(**fault) for fault in wanted]

    def redeliver(self, _: Json) -> Json:
        """Press the button for everything that nobody has taken yet; gives how much that was."""
        open_ones = [tries for tries in self._tries().values() if not _taken(tries)]
        failed = [tries[-1] for tries in open_ones if all(each.attempted for each in tries)]
        for delivery in failed:
            self.box.redeliver(delivery.id)
        return len(open_ones)

    def _tries(self) -> dict[str, list[Delivery]]:
        found: dict[str, list[Delivery]] = {}
        for delivery in self.box.deliveries:
            found.setdefault(delivery.guid, []).append(delivery)
        return found

    # --- what can be seen ---------------------------------------------------------------------

    def guids(self, _: Json) -> Json:
        """Name every delivery."""
        return sorted({delivery.guid for delivery in self.box.deliveries})

    def told(self, _: Json) -> Json:
        """Name the issues whose label the App has acknowledged, by repository."""
        found: dict[str, list[int]] = {}
        for tries in self._tries().values():
            first = tries[0]
            if first.name == "issues.labeled" and first.repository and _taken(tries):
                number = first.payload["issue"]["number"]
                found.setdefault(first.repository.full_name, []).append(number)
        return found

    def issue(self, which: Json) -> Json:
        """Give one issue with its comments."""
        return _issue(self.box.world.issue(which["repo"], which["issue"]))

    def state(self, _: Json) -> Json:
        """Give everything that an oracle needs to see of GitHub."""
        repositories = self.box.world.repositories.values()
        return {
            "now": self.clock.true_now().isoformat(),
            "deliveries": [_told(guid, tries) for guid, tries in self._tries().items()],
            "repositories": {each.full_name: _repository(each) for each in repositories},
            "requests": len(self.box.requests),
        }


# --- a process ----------------------------------------------------------------------------------


def run(world: World, ready: Any) -> None:
    """Be GitHub until killed; `ready` is told the addresses and the App's key."""
    end_with_the_campaign()
    write_to(world.log)
    asyncio.run(_run(world, ready))


async def _run(world: World, ready: Any) -> None:
    clock = SharedClock(world.clock)
    dice = random.Random(world.seed)
    box = Sandbox(clock.now, clock.sleep, random.Random(world.seed), with_page=False)
    api = SlowApi(box.world, box.faults, box.limits, clock.sleep)
    api.dice, api.asked, box.api = dice, asyncio.Event(), api
    box.limits.enforced = world.limited
    async with box, aiohttp.ClientSession() as session:
        hub = Hub(box, api.asked, clock, dice, session)
        runner = web.AppRunner(hub.application(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", world.port).start()
        door = f"http://127.0.0.1:{runner.addresses[0][1]}"
        box.app.webhook_url, box.app.webhook_secret = f"{door}/in", SECRET
        names = _settle_in(box, world.organizations)
        ready.send((door, box.api_url, box.app.id, box.app.private_key_pem, names))
        await asyncio.Event().wait()


def _settle_in(box: Sandbox, organizations: int) -> list[str]:
    """Found the organisations, each with a repository and the App installed."""
    box.world.add_user(OWNER)
    owner = box.world.person(OWNER)
    names = []
    for n in range(1, organizations + 1):
        organization = f"acme{n}"
        box.world.add_organization(organization)
        box.world.add_member(organization, OWNER, "admin")
        repository = box.world.add_repository(f"{organization}/solver", files={"README.md": "# S"})
        owner.create_label(repository, "roadmap", "0e8a16", "Planned")
        owner.push(repository, {CONFIGURATION: RULES}, "Configure Bursar")
        owner.install(box.app, "all", on=organization)
        names.append(repository.full_name)
    return names


def _door(door: Callable[[Json], Json]) -> Callable[[web.Request], Any]:
    async def opened(request: web.Request) -> web.Response:
        return web.json_response(door(await request.json()))

    return opened


def _taken(tries: list[Delivery]) -> bool:
    return any(each.succeeded for each in tries)


def _told(guid: str, tries: list[Delivery]) -> Json:
    return {
        "guid": guid,
        "name": tries[0].name,
        "at": tries[0].created_at.isoformat(),
        "codes": [each.status_code for each in tries],
    }


def _repository(repository: Repository) -> Json:
    issues = {str(number): _issue(issue) for number, issue in repository.issues.items()}
    return {"id": repository.id, "issues": issues}


def _issue(issue: Issue) -> Json:
    return {
        "id": issue.id,
        "labels": [label.name for label in issue.labels],
        "comments": [_comment(comment) for comment in issue.comments],
    }


def _comment(comment: Comment) -> Json:
    return {
        "id": comment.id,
        "by": comment.author.login,
        "ours": comment.via_app is not None,
        "body": comment.body,
        "at": comment.created_at.isoformat(),
        "reactions": [reaction.content for reaction in comment.reactions],
    }
