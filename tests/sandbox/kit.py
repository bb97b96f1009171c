"""What do tests of the sandbox hold in their hands: a clock, a client, an ear?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
from aiohttp import web
from multidict import CIMultiDict

if TYPE_CHECKING:
    import aiohttp

    from sandbox.server import Sandbox
    from sandbox.world import App, Installation

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved; to sleep moves it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)

    async def sleep(self, seconds: float) -> None:
        self.move(seconds=seconds)
        await asyncio.sleep(0)


@dataclass(slots=True)
class Said:
    """An answer of the API."""

    status: int
    body: Any
    headers: CIMultiDict[str]


@dataclass(slots=True)
class Client:
    """Asks the API in anybody's name."""

    box: Sandbox
    session: aiohttp.ClientSession
    installation: Installation

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        auth: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Said:
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = f"Bearer {auth}"
        url = path if path.startswith("http") else self.box.api_url + path
        async with self.session.request(
            method, url, json=body, headers=sent, allow_redirects=False
        ) as answer:
            is_json = "json" in answer.headers.get("Content-Type", "")
            said = await answer.json() if is_json else await answer.text()
            return Said(answer.status, said, CIMultiDict(answer.headers))

    async def token(self, **limits: object) -> str:
        """A fresh installation token."""
        path = f"/app/installations/{self.installation.id}/access_tokens"
        said = await self.ask(
            "POST", path, limits, auth=app_jwt(self.box.app, self.box.world.now())
        )
        assert said.status == 201, said.body
        token: str = said.body["token"]
        return token


def app_jwt(app: App, now: datetime, **changed: object) -> str:
    """What an App signs to speak for itself."""
    seconds = int(now.timestamp())
    claims = {"iss": str(app.id), "iat": seconds - 60, "exp": seconds + 540, **changed}
    return jwt.encode(claims, app.private_key_pem, "RS256")


@dataclass(slots=True)
class Ear:
    """An App's webhook: what it heard, and what it will answer."""

    url: str = ""
    status: int = 202
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)

    @property
    def events(self) -> list[str]:
        return [headers["X-GitHub-Event"] for headers, _ in self.heard]
