"""How does a delivery reach us, and when may we say that we have it?

`POST /api/github/webhooks`: the signature is checked over the raw bytes, the bytes are committed, and
only then 202 is answered. Nothing is parsed here. GitHub never repeats a delivery by itself, so an
answer must not promise what a crash could break.
https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from multidict import CIMultiDictProxy

from bot.storage import inbox
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.timing import Bell, Time

PATH = "/api/github/webhooks"
"""Probot's path, so that an existing App's settings can stay."""

BODY_AT_MOST = 25 * 1024 * 1024
"""GitHub caps payloads at 25 MB;
https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap"""

BATCH_AT_MOST = 64
"""Deliveries committed together; bounds a transaction, adds no delay."""

COMMIT_SECONDS = 8
"""GitHub gives up after 10 seconds; by then we must have said that we could not."""

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)
_EVENT = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)

log = structlog.get_logger(__name__)


class Refused(Exception):
    """The request is not from GitHub, or not a delivery."""

    def __init__(self, status: int) -> None:
        """Keep the status; the body of the answer tells nothing."""
        super().__init__(str(status))
        self.status = status


def is_signed(body: bytes, signature: str, secrets: tuple[str, ...]) -> bool:
    """Tell whether one of the secrets signed these bytes (HMAC-SHA-256, compared in constant time)."""
    if not _SIGNATURE.fullmatch(signature):
        return False
    expected = (hmac.new(s.encode(), body, hashlib.sha256).hexdigest() for s in secrets)
    given = signature.removeprefix("sha256=")
    return any([hmac.compare_digest(one, given) for one in expected])  # noqa: C419 - no early end


@dataclass(slots=True)
class Intake:
    """Receives deliveries and commits them, as many as wait in one transaction."""

    database: Database
    secrets: tuple[str, ...]
    time: Time
    work: Bell
    _waiting: asyncio.Queue[tuple[Delivery, asyncio.Future[None]]] = field(
        default_factory=asyncio.Queue
    )

    def routes(self) -> list[web.RouteDef]:
        """Give the routes of this room."""
        return [
            web.post(PATH, self.receive),
            web.get("/healthz", self.healthy),
            web.get("/readyz", self.ready),
        ]

    async def receive(self, request: web.Request) -> web.Response:
        """Take one delivery."""
        try:
            delivery = await self._delivery(request)
        except Refused as refused:
            return web.Response(status=refused.status)
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await self._commit(delivery)
        except Exception:
            log.exception("delivery not stored", delivery=delivery.delivery)
            return web.Response(status=503)
        self.work.ring()
        return web.Response(status=202)

    async def healthy(self, _: web.Request) -> web.Response:
        """Answer that the process lives."""
        return web.Response(text="ok\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Answer whether deliveries can be stored."""
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await self.database.check()
        except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
            log.warning("not ready", error=repr(error))
            return web.Response(status=503, text="the database does not answer\n")
        return web.Response(text="ok\n")

    async def run(self) -> None:
        """Commit what waits, batch by batch, until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < BATCH_AT_MOST:
                batch.append(self._waiting.get_nowait())
            await self._store(batch)

    async def _store(self, batch: list[tuple[Delivery, asyncio.Future[None]]]) -> None:
        try:
            async with self.database.write() as tx:
                await inbox.put(tx, [delivery for delivery, _ in batch])
        except Exception as error:  # noqa: BLE001 - each sender is told, and tries again
            problem = error
            _tell(batch, lambda future: future.set_exception(problem))
        else:
            _tell(batch, lambda future: future.set_result(None))

    async def _commit(self, delivery: Delivery) -> None:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((delivery, stored))
        await stored

    async def _delivery(self, request: web.Request) -> Delivery:
        """Check who speaks before anything is believed."""
        headers = request.headers
        signature = _only(headers, "X-Hub-Signature-256", status=401)
        if not _SIGNATURE.fullmatch(signature):
            raise Refused(401)
        if "Content-Encoding" in headers:
            raise Refused(415)
        event = _only(headers, "X-GitHub-Event", status=400)
        delivery = _only(headers, "X-GitHub-Delivery", status=400)
        body = await _body(request)
        if not is_signed(body, signature, self.secrets):
            raise Refused(401)
        if not (_EVENT.fullmatch(event) and _DELIVERY.fullmatch(delivery)):
            raise Refused(400)
        if request.content_type != "application/json":
            raise Refused(415)
        return Delivery(delivery, event, body, self.time.now())


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused(413) from error


def _only(headers: CIMultiDictProxy[str], name: str, *, status: int) -> str:
    """Give a header that must be there exactly once."""
    values = headers.getall(name, [])
    if len(values) != 1:
        raise Refused(status)
    return values[0]


def _tell(
    batch: list[tuple[Delivery, asyncio.Future[None]]],
    say: Callable[[asyncio.Future[None]], None],
) -> None:
    for _, future in batch:
        if not future.done():
            say(future)
