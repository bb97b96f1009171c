"""A GitHub that answers what a test tells it to, on a real socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

START = datetime(2030, 1, 31, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Answer:
    """An answer; `None` as status breaks the connection."""

    body: Any = None
    status: int | None = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    type: str = "application/json"


Script = Answer | Callable[[Asked], Answer]


class FakeGitHub:
    """Answers by script: the last answer of a line is repeated; what is not scripted is a 404."""

    def __init__(self, clock: Clock, prefix: str = "") -> None:
        self.clock = clock
        self.prefix = prefix
        self.asked: list[Asked] = []
        self.tokens = 0
        self.token_life = timedelta(hours=1)
        self._scripts: dict[str, list[Script]] = {}
        self._runner: web.AppRunner | None = None
        self.url = ""

    def on(self, line: str, *answers: Script) -> None:
        """Script the answers to `GET /repos/o/r`."""
        self._scripts[line] = list(answers)

    def times(self, line: str) -> int:
        return sum(each.line == line for each in self.asked)

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    @property
    def lines(self) -> list[str]:
        """What was asked, but for tokens."""
        return [each.line for each in self.asked if "access_tokens" not in each.path]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}{self.prefix}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        asked = await _asked(request, self.prefix)
        self.asked.append(asked)
        answer = self._answer(asked)
        if answer.status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        raw = answer.raw
        if raw is None:
            raw = b"" if answer.body is None else json.dumps(answer.body).encode()
        headers = {**answer.headers, **({"Content-Type": answer.type} if raw else {})}
        return web.Response(status=answer.status, body=raw, headers=headers)

    def _answer(self, asked: Asked) -> Answer:
        scripts = self._scripts.get(asked.line)
        if scripts:
            script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
            return script(asked) if callable(script) else script
        if asked.path.endswith("/access_tokens"):
            return self._new_token()
        return Answer({"message": "Not Found"}, 404)

    def _new_token(self) -> Answer:
        self.tokens += 1
        expires = (self.clock() + self.token_life).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Answer({"token": f"ghs_{self.tokens}", "expires_at": expires}, 201)


async def _asked(request: web.Request, prefix: str) -> Asked:
    body = await request.read()
    return Asked(
        request.method,
        request.raw_path.partition("?")[0].removeprefix(prefix),
        dict(request.query),
        {name.lower(): value for name, value in request.headers.items()},
        json.loads(body) if body else None,
    )


def with_etag(body: Any, etag: str = '"one"') -> Callable[[Asked], Answer]:
    """Answer 304 to who knows it already."""

    def answer(asked: Asked) -> Answer:
        known = asked.headers.get("if-none-match") == etag
        return Answer(None, 304) if known else Answer(body, headers={"ETag": etag})

    return answer
