"""What happens to a request until it is answered?"""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import StreamReader, web

from bot.intake import bodies
from bot.intake.bodies import Coming, Room
from bot.intake.committing import Commits, NotStored
from bot.intake.health import Health
from bot.intake.signing import Refused, is_named, is_signed, looks_signed, only
from bot.storage.database import Database
from bot.storage.receiving import Delivery
from bot.timing import Bell, Time

PATH = "/api/github/webhooks"
"""Probot's path, so that an existing App's settings can stay."""


@dataclass(slots=True)
class Intake:
    """Receives deliveries; each is answered when it is on the disk."""

    database: Database
    secrets: tuple[str, ...]
    time: Time
    work: Bell
    room: Room = field(default_factory=Room)
    coming: Coming = field(default_factory=Coming)
    commits: Commits = field(init=False)

    def __post_init__(self) -> None:
        """Have what arrives committed; the worker hears of it."""
        self.commits = Commits(self.database, self.work)

    def routes(self) -> list[web.RouteDef]:
        """Give the routes of this room."""
        health = Health(self.database, self.commits.can_store)
        return [web.post(PATH, self.receive), *health.routes()]

    async def run(self) -> None:
        """Commit what arrives, until cancelled."""
        await self.commits.run()

    def come_now(self) -> bool:
        """Tell whether deliveries are coming in: then other work goes in small steps."""
        return self.commits.come_now()

    async def quiet(self) -> None:
        """Wait, but only so long, while GitHub waits for many answers: other work can be done later."""
        await self.commits.quiet()

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take one delivery."""
        try:
            signature, event, delivery = _headers(request)
            size = bodies.needs(request)
            if not size:
                body = await self._body(request.content)
                await self._take(request, body, signature, event, delivery)
            else:
                async with AsyncExitStack() as until_stored:
                    with self.coming.one():
                        await until_stored.enter_async_context(self.room.taken(size))
                        body = await bodies.whole(request.content)
                    await self._take(request, body, signature, event, delivery)
        except Refused as refused:
            return await bodies.refuse(request, refused)
        except NotStored:
            return web.Response(status=503)
        return web.Response(status=202)

    async def _body(self, content: StreamReader) -> bytes:
        """Give a small body; only one that is not here yet can be one too many."""
        if bodies.is_here(content):
            return content.read_nowait()
        with self.coming.one():
            return await bodies.whole(content)

    async def _take(
        self, request: web.Request, body: bytes, signature: str, event: str, delivery: str
    ) -> None:
        """Check who speaks before anything is believed; then commit."""
        if not is_signed(body, signature, self.secrets):
            raise Refused(401)
        if not is_named(event, delivery):
            raise Refused(400)
        if request.content_type != "application/json":
            raise Refused(415)
        await self.commits.commit(Delivery(delivery, event, body, self.time.now()))


def _headers(request: web.Request) -> tuple[str, str, str]:
    """Give signature, event and delivery id; what cannot be GitHub's is not read any further."""
    headers = request.headers
    signature = only(headers, "X-Hub-Signature-256", otherwise=401)
    if not looks_signed(signature):
        raise Refused(401)
    if "Content-Encoding" in headers:
        raise Refused(415)
    event = only(headers, "X-GitHub-Event", otherwise=400)
    return signature, event, only(headers, "X-GitHub-Delivery", otherwise=400)
