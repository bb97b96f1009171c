"""Deliveries as GitHub signs them, and a store that can be told to fail."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict

from bot.intake import PATH, Intake
from bot.storage.database import Database
from bot.storage.receiving import Delivery, Receives, receiving
from bot.timing import Bell, Time

SECRET = "s3cret"
TIME = Time(lambda: datetime.now(UTC), asyncio.sleep)

GitHub = TestClient[web.Request, web.Application]

INTAKE = web.AppKey("intake", Intake)


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed(body: bytes, secret: str = SECRET, /, **changed: str | None) -> CIMultiDict[str]:
    """GitHub's headers; `X_GitHub_Event="push"` changes one, None leaves it out."""
    headers: dict[str, str | None] = {
        "X-Hub-Signature-256": signature(body, secret),
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "Content-Type": "application/json",
    }
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return CIMultiDict({name: value for name, value in headers.items() if value is not None})


@dataclass
class Store:
    """Stands before the database: counts commits, holds them up, or fails."""

    database: Database
    failures: int = 0
    answers: bool = True
    transactions: int = 0
    largest: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.go.set()

    @asynccontextmanager
    async def open(self, _: Any) -> AsyncIterator[Receives]:
        async with receiving(self.database) as self.inner:
            yield self

    async def put(self, deliveries: Sequence[Delivery]) -> None:
        await self.go.wait()
        self.transactions += 1
        self.largest = max(self.largest, len(deliveries))
        if self.failures > 0:
            self.failures -= 1
            raise OSError("disk full")
        await self.inner.put(deliveries)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Any]:
        if not self.answers:
            raise OSError("no such file")
        async with self.database.read() as tx:
            yield tx


class _AsServed(TestServer):
    """Like the server that `bursar serve` runs: who hangs up does not cancel us."""

    async def _make_runner(self, **more: Any) -> web.AppRunner:
        return web.AppRunner(self.app, **more | {"handler_cancellation": False})


@asynccontextmanager
async def a_receiver(
    store: Any, secrets: tuple[str, ...] = (SECRET,), time: Time = TIME
) -> AsyncIterator[GitHub]:
    """Somebody who talks to an intake over loopback."""
    intake = Intake(store, secrets, time, Bell(time))
    intake.commits.open = store.open
    app = web.Application()
    app.add_routes(intake.routes())
    app[INTAKE] = intake
    committing = asyncio.create_task(intake.run())
    try:
        async with TestClient(_AsServed(app, host="127.0.0.1")) as github:
            yield github
    finally:
        committing.cancel()
        await asyncio.gather(committing, return_exceptions=True)


async def post(github: GitHub, body: Any, headers: CIMultiDict[str]) -> tuple[int, str]:
    async with github.post(PATH, data=body, headers=headers) as answer:
        return answer.status, await answer.text()
