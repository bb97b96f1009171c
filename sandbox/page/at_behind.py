"""How does one watch the bot at work, ask for a delivery again, and travel in time?"""

from __future__ import annotations

import inspect
import json
from datetime import timedelta

from aiohttp import web

from sandbox.errors import NotFound
from sandbox.page.addresses import within
from sandbox.page.behind import LONG, happening, version
from sandbox.page.box import OPENED
from sandbox.page.showing import show
from sandbox.page.visiting import Visit

STEPS = {1: "a day", 7: "a week", 14: "14 days", 30: "30 days"}
LONGEST_PAYLOAD = 20_000  # characters of it are shown


async def live(request: web.Request) -> web.Response:
    """Whether it is worth while to look at a page again."""
    return web.json_response({"version": version(request.app[OPENED].box)})


async def behind(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    listed = happening(visit.box, LONG)
    return show(visit, "behind.html", listed=listed, payload_of=_readable, answer_of=_readable)


def _readable(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)[:LONGEST_PAYLOAD]


async def redeliver(request: web.Request) -> web.Response:
    visit = await Visit.with_form(request)
    try:
        visit.box.redeliver(visit.number("delivery"))
    except KeyError:
        raise NotFound from None
    raise web.HTTPSeeOther("/-/behind")


async def advance(request: web.Request) -> web.Response:
    """Move the box's clock; whoever gave us the button knows who has to hear of it."""
    visit = await Visit.with_form(request)
    days = visit.number("days")
    if visit.advance is None or days not in STEPS:
        raise NotFound
    moved = visit.advance(timedelta(days=days))
    if inspect.isawaitable(moved):
        await moved
    raise web.HTTPSeeOther(within(visit.text("back")))
