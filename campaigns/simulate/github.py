"""How do a bot and a GitHub in a box talk without sockets?

`Session` is the bot's side: the one method of aiohttp's session that the client uses. `Postman` is
the box's side: it carries deliveries to the handler that aiohttp's router would call. Both take a
little time, and both know when the other side is gone.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpVersion11, RawRequestMessage
from aiohttp.streams import StreamReader
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from campaigns.simulate.storing import OWNER
from sandbox.api.routing import Route
from sandbox.api.serving import Api, Recorded
from sandbox.api.tables import ROUTES

API = "https://api.github.invalid"
HOOK = "https://bursar.invalid/api/github/webhooks"

ON_THE_WAY = (0.01, 0.4)
"""Seconds that a request, an answer or a delivery is under way."""

NO_SUCH_ADDRESS = 404
UNREACHABLE = 502
SERVER_GONE = 500


class Gone(Exception):
    """The process that asked is no more."""


# --- the box's side ---------------------------------------------------------------------------


@dataclass
class _Line:
    """Stands where a request has its transport."""

    broken: bool = False

    def abort(self) -> None:
        self.broken = True


@dataclass
class _Asked:
    """What the box reads of a request."""

    method: str
    path: str
    query: Mapping[str, str]
    query_string: str
    headers: CIMultiDict[str]
    match_info: dict[str, str]
    body: bytes
    transport: _Line = field(default_factory=_Line)

    async def read(self) -> bytes:
        return self.body


@cache
def _addresses() -> tuple[tuple[str, re.Pattern[str], Route], ...]:
    found = []
    for route in ROUTES:
        pattern = re.sub(r"\{(\w+_(?:number|id))\}", r"(?P<\1>[0-9]+)", route.template)
        pattern = pattern.replace("{path}", "(?P<path>.*)")
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        by_name, by_id = (
            "/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)",
            "/repositories/(?P<repository_id>[0-9]+)",
        )
        patterns = dict.fromkeys((pattern, pattern.replace(by_name, by_id)))
        found += [(route.method, re.compile(each), route) for each in patterns]
    return tuple(found)


class Box:
    """The API of the box, called directly."""

    def __init__(self, api: Api) -> None:
        """Take the API."""
        self.api = api

    async def answer(
        self, method: str, url: URL, headers: Any, body: bytes
    ) -> web.StreamResponse | None:
        """Answer a request; None: the connection broke."""
        path = url.raw_path
        for verb, pattern, route in _addresses():
            if verb == method and (found := pattern.fullmatch(path)):
                named = {name: unquote(value) for name, value in found.groupdict().items()}
                asked: Any = _Asked(
                    method, url.path, url.query, url.query_string, CIMultiDict(headers), named, body
                )
                response = await self.api.serve(route, asked)
                return None if asked.transport.broken else response
        wrong = Recorded(self.api.world.now(), method, path, dict(url.query), "", None, None)
        self.api.requests.append(wrong)
        return web.json_response({"message": "Not Found"}, status=NO_SUCH_ADDRESS)


# --- the bot's side ---------------------------------------------------------------------------


class Response:
    """What the client reads of an answer."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Take it as it came."""
        self.status, self.headers, self._body = status, headers, body
        self.ok, self.reason = status < 400, ""  # noqa: PLR2004 - as HTTP counts

    async def read(self) -> bytes:
        """Give the body."""
        return self._body

    async def text(self, errors: str = "strict") -> str:
        """Give the body as text."""
        return self._body.decode("utf-8", errors)


class Under:
    """A request as `async with` sees it."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        """Take what asks."""
        self._ask = ask

    async def __aenter__(self) -> Response:
        """Ask."""
        answer: Response = await self._ask()
        return answer

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


class Watch:
    """What wants to know of requests: nothing, here."""

    dead = False

    def asking(self, method: str, path: str, headers: Any) -> None:
        """Learn that a request leaves; may raise."""

    def reached(self) -> None:
        """Learn that it has arrived."""

    def answered(self, headers: Any, response: Response) -> None:
        """Learn of its answer, before the bot does; may raise."""


class Session:
    """The one method of an aiohttp session that the bot uses."""

    def __init__(self, box: Box, dice: random.Random, watch: Watch) -> None:
        """Take the box, the dice for the time that it takes, and whose session it is."""
        self._box, self._dice, self._watch = box, dice, watch

    def request(
        self, method: str, url: URL | str, *, headers: Any, data: Any = b"", **more: Any
    ) -> Under:
        """Ask the box."""
        timeout = more.get("timeout")
        total = timeout.total if timeout is not None else 60.0

        async def ask() -> Response:
            async with asyncio.timeout(total):
                return await self._ask(method, URL(url, encoded=True), headers, bytes(data or b""))

        return Under(ask)

    async def _ask(self, method: str, url: URL, headers: Any, body: bytes) -> Response:
        watch = self._watch
        watch.asking(method, url.raw_path, headers)
        await asyncio.sleep(self._dice.uniform(*ON_THE_WAY))
        if watch.dead:
            raise Gone
        watch.reached()
        # What has reached GitHub goes on there, whatever becomes of us.
        away = asyncio.get_running_loop().create_task(
            self._box.answer(method, url, headers, body), context=_nobodys()
        )
        found = await asyncio.shield(away)
        await asyncio.sleep(self._dice.uniform(*ON_THE_WAY))
        if watch.dead:
            raise Gone
        if found is None:
            raise aiohttp.ServerDisconnectedError
        assert isinstance(found, web.Response)
        content = found.body
        response = Response(
            found.status, found.headers, content if isinstance(content, bytes) else b""
        )
        watch.answered(headers, response)
        return response


def _nobodys() -> Any:
    """Give a context that belongs to no life of the bot."""
    context = copy_context()
    context.run(OWNER.set, None)
    return context


# --- deliveries -------------------------------------------------------------------------------


class _Hook(BaseProtocol):
    """Stands where a request has its connection."""

    peername = ("127.0.0.1", 1)
    sockname = ("127.0.0.1", 2)
    ssl_context = None
    max_field_size = max_line_length = 8190
    max_headers = 128


def a_request(
    path: str, headers: Mapping[str, str], body: bytes, method: str = "POST"
) -> web.Request:
    """Make a request as aiohttp's server hands it to a handler."""
    loop = asyncio.get_running_loop()
    kept = CIMultiDictProxy(CIMultiDict({**headers, "Content-Length": str(len(body))}))
    raw = tuple((name.encode(), value.encode()) for name, value in kept.items())
    message = RawRequestMessage(
        method=method,
        path=path,
        version=HttpVersion11,
        headers=kept,
        raw_headers=raw,
        should_close=False,
        compression=None,
        upgrade=False,
        chunked=False,
        url=URL(path),
    )
    protocol: Any = _Hook(loop)
    payload = StreamReader(protocol, 2**16, loop=loop)
    payload.feed_data(body)
    payload.feed_eof()
    task: Any = asyncio.current_task()
    writer: Any = None
    return web.Request(message, payload, protocol, writer, task, loop, client_max_size=2**25)


class Postman:
    """The one method of an aiohttp session that the box uses to deliver."""

    def __init__(self, dice: random.Random, receive: Callable[[web.Request], Any]) -> None:
        """Take the dice, and the bot's handler (it raises `Gone` when there is no bot)."""
        self._dice, self._receive = dice, receive

    def post(self, url: str, *, data: bytes, headers: Mapping[str, str], **_: Any) -> Under:
        """Deliver."""

        async def deliver() -> Response:
            async with asyncio.timeout(10):
                await asyncio.sleep(self._dice.uniform(*ON_THE_WAY))
                try:
                    answer = await self._receive(a_request(URL(url).raw_path, headers, data))
                except Gone as error:
                    raise aiohttp.ClientConnectionError from error
                await asyncio.sleep(self._dice.uniform(*ON_THE_WAY))
                return Response(answer.status, dict(answer.headers), b"")

        return Under(deliver)
