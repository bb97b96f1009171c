"""Who acts from now on, and who is who?"""

from __future__ import annotations

from aiohttp import web

from sandbox.errors import NotFound
from sandbox.page.addresses import within
from sandbox.page.showing import INTRODUCED, show
from sandbox.page.visiting import COOKIE, Visit


def _with_cookie(name: str, value: str, back: str) -> web.HTTPSeeOther:
    answer = web.HTTPSeeOther(within(back))
    answer.set_cookie(name, value, path="/", httponly=True, samesite="Strict")
    return answer


async def act_as(request: web.Request) -> web.Response:
    """Switch to another person, and stay on the same page."""
    visit = await Visit.with_form(request)
    user = visit.world.user(visit.text("login"))
    if user.kind != "User":
        raise NotFound
    raise _with_cookie(COOKIE, user.login, visit.text("back"))


async def introduction(request: web.Request) -> web.Response:
    """Put the introduction away, or take it out again."""
    visit = await Visit.with_form(request)
    raise _with_cookie(INTRODUCED, visit.text("seen"), visit.text("back"))


async def profile(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    user = visit.world.user(request.match_info["login"])
    owned = [
        each
        for each in visit.world.repositories.values()
        if each.owner is user and not each.deleted and visit.actor.may(each, "read")
    ]
    return show(visit, "profile.html", user=user, owned=owned)


async def app(request: web.Request) -> web.Response:
    """Who the bot is, and what it was allowed to do."""
    visit = Visit.without_form(request)
    found = [each for each in visit.world.apps.values() if each.slug == request.match_info["slug"]]
    if not found:
        raise NotFound
    installed = [each for each in visit.world.installations.values() if each.app is found[0]]
    return show(visit, "app.html", app=found[0], installed=installed)
