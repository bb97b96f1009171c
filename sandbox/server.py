"""How is the box opened, and what does it hold?"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from functools import cache
from importlib import import_module, util
from typing import TYPE_CHECKING, Self

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.api.serving import Api, Recorded
from sandbox.deliveries import Hookshot
from sandbox.faults import Faults
from sandbox.limits import Limiter
from sandbox.world import App, Delivery, World

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

# https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app
PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "read",
    "issues": "write",
    "checks": "write",
    "members": "read",
}
EVENTS = ["issues", "issue_comment", "pull_request", "pull_request_review", "push", "repository"]


def wall_clock() -> datetime:
    return datetime.now(UTC)


@cache
def key_pair() -> tuple[str, str]:
    """A private and a public key as PEM; one pair is enough for a process."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class Sandbox:
    """GitHub in a box, on loopback. Fill `world` inside `async with`."""

    def __init__(
        self,
        now: Callable[[], datetime] = wall_clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: random.Random | None = None,
        port: int = 0,
        page_port: int = 0,
        *,
        with_page: bool = True,
        advance: Callable[[timedelta], Awaitable[None]] | None = None,
    ) -> None:
        dice = rng or random.Random(
            20260131
        )  # dice for faults, not secrets  # dice for a game, not secrets
        self.world = World(now, dice)
        self.faults = Faults(dice)
        self.limits = Limiter(now)
        self.hookshot = Hookshot(self.world, self.faults, sleep)
        self.api = Api(self.world, self.faults, self.limits, sleep)
        maker = self.world.add_organization("bursar-project", "The Bursar project")
        self.app = self.world.add_app(
            "bursar",
            maker,
            key_pair(),
            permissions=dict(PERMISSIONS),
            events=list(EVENTS),
            description="Directed funding in the open.",
        )
        self.page_url: str | None = None
        self._ports = (port, page_port)
        self._with_page = with_page
        self.advance = advance  # moves the clock, for the page's buttons
        self._runners: list[web.AppRunner] = []

    async def __aenter__(self) -> Self:
        self.world.api_url = await self._serve(self.api.application(), self._ports[0])
        await self.hookshot.start()
        if self._with_page and util.find_spec("sandbox.page") is not None:
            await self._open_page()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hookshot.stop()
        for runner in self._runners:
            await runner.cleanup()

    async def _open_page(self) -> None:
        """The page has an address of its own; `html_url`s lead there."""
        page = import_module("sandbox.page")  # built on top of this, and not always there
        mount: Callable[[Sandbox], web.Application] | None = getattr(page, "mount", None)
        if mount is not None:
            self.page_url = await self._serve(mount(self), self._ports[1])
            self.world.html_url = self.page_url

    async def _serve(self, application: web.Application, port: int) -> str:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    # -- what tests and pages look at ----------------------------------------------------------

    @property
    def api_url(self) -> str:
        return self.world.api_url

    @property
    def requests(self) -> list[Recorded]:
        """Everything that was asked of the API, oldest first."""
        return self.api.requests

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that the App was told, or should have been, oldest first."""
        return self.world.deliveries

    def redeliver(self, delivery_id: int) -> Delivery:
        """As the button in the App's settings does: same guid, a new attempt."""
        for each in self.world.deliveries:
            if each.id == delivery_id:
                return self.world.owe_again(each)
        raise KeyError(delivery_id)

    def ping(self) -> Delivery:
        """What GitHub sends when the webhook is set up."""
        return self.world.ping(self.app)

    async def settled(self) -> None:
        """Wait until no delivery and no request is in flight."""
        while not self.hookshot.idle or self.api.serving:
            await self.hookshot.settled()
            if serving := set(self.api.serving):
                await asyncio.wait(serving)


__all__ = ["App", "Sandbox"]
