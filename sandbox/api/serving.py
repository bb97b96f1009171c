"""How does one request become one answer: admitted, limited, disturbed, handled, recorded?"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
from dataclasses import dataclass
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.api.answers import DOCS, primary_limit, refusal_of, secondary, trouble
from sandbox.api.auth import Caller, Doorman, Unauthorized
from sandbox.api.call import Answer, Call, Moved
from sandbox.api.tables import ROUTES
from sandbox.errors import Forbidden, Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    Ask = Callable[[web.Request], Awaitable[web.StreamResponse]]

    from sandbox.api.routing import Route
    from sandbox.faults import Fault, Faults
    from sandbox.limits import Limiter
    from sandbox.world import World


@dataclass(slots=True)
class Recorded:
    """One request as asked and answered; status 0: connection broken; no route: no such address."""

    at: datetime
    method: str
    path: str
    query: dict[str, str]
    route: str
    login: str | None
    request: Any
    status: int = 0
    response: Any = None


OK = 200


class Broken(Exception):
    """The connection breaks here."""


class Api:
    """All routes over one world."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        limiter: Limiter,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.world = world
        self.faults = faults
        self.limiter = limiter
        self.sleep = sleep
        self.doorman = Doorman(world)
        self.requests: list[Recorded] = []
        self.serving: set[asyncio.Task[Any]] = set()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=2**25, middlewares=[self._unknown_address])
        for route in ROUTES:
            for template in _addresses(route):
                app.router.add_route(route.method, template, partial(self.serve, route))
        return app

    @web.middleware
    async def _unknown_address(self, request: web.Request, handler: Ask) -> web.StreamResponse:
        """GitHub answers 404 to what it does not know, also to unknown methods."""
        try:
            return await handler(request)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            self.requests.append(self._record(request, ""))
            body = {"message": "Not Found", "documentation_url": DOCS, "status": "404"}
            return web.json_response(body, status=404)

    def _record(self, request: web.Request, route: str) -> Recorded:
        return Recorded(
            self.world.now(), request.method, request.path, dict(request.query), route, None, None
        )

    async def serve(self, route: Route, request: web.Request) -> web.StreamResponse:
        """Answer, or break the connection; both are recorded."""
        task = asyncio.current_task()
        if task:
            self.serving.add(task)
            task.add_done_callback(self.serving.discard)
        record = self._record(request, route.name)
        self.requests.append(record)
        try:
            answer = await self._answer(route, request, record)
        except Broken:
            if request.transport:
                request.transport.abort()
            return web.Response(status=500)
        record.status, record.response = answer.status, answer.body
        return _response(answer)

    async def _answer(self, route: Route, request: web.Request, record: Recorded) -> Answer:
        caller = Caller()
        try:
            record.request = body = await _body(request)
            caller = self.doorman.admit(request.headers.get("Authorization"))
            record.login = caller.login
            self.limiter.listen(caller.bucket, route.name)
            answer = await self._handled(route, request, caller, body)
            answer = self._if_changed(answer, request, caller)
        except Moved as moved:
            answer = self._moved(moved, request)
        except Refused as refusal:
            answer = refusal_of(refusal, route)
        self._hush(caller, answer)
        return Answer(answer.body, answer.status, self._meters(caller) | dict(answer.headers))

    def _hush(self, caller: Caller, answer: Answer) -> None:
        """Remember whom the answer asks to be quiet, and for how long."""
        if answer.status not in {403, 429}:
            return
        if "Retry-After" in answer.headers:
            self.limiter.silence(caller.bucket, float(answer.headers["Retry-After"]))
        elif answer.headers.get("x-ratelimit-remaining") == "0":
            reset = float(answer.headers["x-ratelimit-reset"])
            self.limiter.silence(caller.bucket, reset - self.world.now().timestamp())

    async def _handled(
        self, route: Route, request: web.Request, caller: Caller, body: Any
    ) -> Answer:
        """Through the faults and limits to the handler."""
        if fault := self.faults.draw("slow", route.name):
            await self.sleep(fault.seconds)
        if (early := self._disturbed(route, caller, route.content(body))) is not None:
            return early
        lag = self.faults.draw("stale", route.name) if route.method == "GET" else None
        call = Call(
            self.world,
            self.doorman,
            caller,
            route,
            request.match_info,
            dict(request.query),
            body,
            request.path,
            request.headers.get("Accept", ""),
            lag.seconds if lag else 0.0,
            self.limiter.budget(caller.bucket),
        )
        _check_caller(call)
        if route.name != "GET /rate_limit":
            self.limiter.count(caller.bucket, content=route.content(body))
        answer = route.handler(call)
        if self.faults.draw("reset_after", route.name):
            raise Broken
        if fault := self.faults.draw("fail_after", route.name):
            return trouble(fault.status)
        return answer

    def _if_changed(self, answer: Answer, request: web.Request, caller: Caller) -> Answer:
        """With an ETag; what the caller has already is neither sent again nor counted.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
        """
        if request.method != "GET" or answer.status != OK or answer.body is None:
            return answer
        tag = f'W/"{hashlib.sha256(_bytes(answer.body)).hexdigest()}"'
        headers = {**answer.headers, "ETag": tag, "Cache-Control": "private, max-age=60"}
        if tag not in request.headers.get("If-None-Match", ""):
            return Answer(answer.body, OK, headers)
        self.limiter.refund(caller.bucket)
        return Answer(None, 304, headers)

    def _disturbed(self, route: Route, caller: Caller, content: int) -> Answer | None:
        """What answers instead of the handler, if anything does."""
        if self.faults.draw("reset_before", route.name):
            raise Broken
        if fault := self.faults.draw("refuse", route.name):
            return trouble(fault.status)
        if fault := self.faults.draw("limit", route.name):
            return self._limited(fault)
        if self.limiter.exhausted(caller.bucket):
            return self._primary(caller)
        if pause := self.limiter.pause(caller.bucket, content):
            return secondary(pause)
        return None

    def _limited(self, fault: Fault) -> Answer:
        if fault.secondary:
            return secondary(fault.seconds, fault.status)
        reset = int(self.world.now().timestamp() + fault.seconds)
        return primary_limit(reset, fault.status)

    def _primary(self, caller: Caller) -> Answer:
        return primary_limit(self.limiter.budget(caller.bucket).reset)

    def _meters(self, caller: Caller) -> dict[str, str]:
        """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit"""
        budget = self.limiter.budget(caller.bucket)
        return {
            "Date": format_datetime(self.world.now(), usegmt=True),
            "x-ratelimit-limit": str(budget.limit),
            "x-ratelimit-remaining": str(budget.remaining),
            "x-ratelimit-used": str(budget.used),
            "x-ratelimit-reset": str(budget.reset),
            "x-ratelimit-resource": "core",
            "x-github-request-id": f"{len(self.requests):04X}:BURS:{self.world.version:06X}",
            "x-github-media-type": "github.v3; format=json",
            "x-github-api-version-selected": "2022-11-28",
        }

    def _moved(self, moved: Moved, request: web.Request) -> Answer:
        """301 for reading, 307 for everything else.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
        """
        to = self.world.api_url + moved.to
        to += f"?{request.query_string}" if request.query_string else ""
        body = {"message": moved.message, "url": to, "documentation_url": DOCS}
        return Answer(body, 301 if request.method == "GET" else 307, {"Location": to})


def _check_caller(call: Call) -> None:
    """Whether this kind of caller, with its permissions, may use the route at all."""
    route, caller = call.route, call.caller
    if caller.kind not in route.callers:
        if route.callers == frozenset({"app"}) and caller.kind != "anonymous":
            raise Unauthorized("A JSON web token could not be decoded")
        if caller.kind in {"anonymous", "app"}:
            raise Unauthorized("Requires authentication")
        raise Forbidden("Resource not accessible by integration")
    if caller.kind == "anonymous" and route.method != "GET":
        raise Unauthorized("Requires authentication")
    token = caller.token
    if token and route.permissions and not any(map(token.holds, route.permissions)):
        raise Forbidden("Resource not accessible by integration")


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    headers = {"Content-Type": "application/json; charset=utf-8", **answer.headers}
    return web.Response(body=_bytes(answer.body), status=answer.status, headers=headers)


def _bytes(body: Any) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return text.encode("utf-8", "replace")


async def _body(request: web.Request) -> Any:
    """An object, whatever was sent; labels may come as a bare list."""
    raw = await request.read()
    if not request.headers.get("User-Agent"):
        raise Forbidden("Please make sure your request has a User-Agent header")
    if not raw.strip():
        return {}
    with contextlib.suppress(ValueError):
        body = json.loads(raw)
        if isinstance(body, list):
            return {"labels": body}
        if isinstance(body, dict):
            return body
    problem = Refused("Problems parsing JSON")
    raise problem


def _addresses(route: Route) -> list[str]:
    """The template for the router; repositories also answer under their id."""
    template = re.sub(r"\{(\w+_(?:number|id))\}", r"{\1:[0-9]+}", route.template)
    found = [template.replace("{path}", "{path:.*}")]
    if template.endswith("/{path}") and route.method == "GET":
        found.append(template.removesuffix("/{path}"))
    by_name, by_id = "/repos/{owner}/{repo}", "/repositories/{repository_id:[0-9]+}"
    return found + [each.replace(by_name, by_id) for each in found if each.startswith(by_name)]
