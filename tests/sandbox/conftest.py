"""What does every test of the sandbox start from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from sandbox.server import Sandbox
from sandbox.story import Project, a_project
from tests.github_contract.openapi import check_answer
from tests.github_contract.webhooks import check_delivery
from tests.sandbox.kit import Client, Clock, Ear

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.world import Installation


def keeps_the_contract(box: Sandbox) -> None:
    """Everything that was answered and sent in a test looks as GitHub describes it."""
    for each in box.requests:
        # REST's description does not know GraphQL.
        if each.status not in {0, 400} and each.route and each.path != "/graphql":
            check_answer(each.method, each.path, each.status, each.response)
    for delivery in box.deliveries:
        check_delivery(delivery.event, delivery.payload)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    ear = Ear()
    application = web.Application(client_max_size=2**25)
    application.router.add_post("/hook", ear.hear)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ear.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield ear
    await runner.cleanup()


@pytest.fixture
async def box(clock: Clock, ear: Ear) -> AsyncIterator[Sandbox]:
    async with Sandbox(now=clock, sleep=clock.sleep) as box:
        box.app.webhook_url, box.app.webhook_secret = ear.url, "s3cret"
        yield box
        await box.settled()
        keeps_the_contract(box)


@pytest.fixture
def project(box: Sandbox) -> Project:
    return a_project(box.world)


@pytest.fixture
async def installation(box: Sandbox, project: Project, ear: Ear) -> Installation:
    """The App is installed on all of acme, and everything up to here has been delivered."""
    installation = box.world.person("mia").install(box.app, "all", on=project.organization.login)
    await box.settled()
    box.deliveries.clear()
    ear.heard.clear()
    return installation


@pytest.fixture
async def client(box: Sandbox, installation: Installation) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(box, session, installation)


@pytest.fixture
async def bot(client: Client) -> str:
    """An installation token with all permissions."""
    return await client.token()
