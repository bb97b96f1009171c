"""Which repositories are there, and which issues and pull requests are in one?"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from sandbox.page.addresses import of_repository
from sandbox.page.at_bots import bots_on
from sandbox.page.showing import show
from sandbox.page.trying import things_to_try
from sandbox.page.visiting import Visit
from sandbox.world import Issue, Repository


def _visible(visit: Visit) -> list[Repository]:
    everything = visit.world.repositories.values()
    return [each for each in everything if not each.deleted and visit.actor.may(each, "read")]


async def home(request: web.Request) -> web.Response:
    """Straight to where something can be tried."""
    visit = Visit.without_form(request)
    listed = [each for each in _visible(visit) if each.parent is None]
    first = next((each for each in listed if each.issues), next(iter(listed), None))
    if first is None:
        return show(visit, "repositories.html", listed=[])
    raise web.HTTPSeeOther(of_repository(first))


async def repositories(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    return show(visit, "repositories.html", listed=_visible(visit))


async def everything(request: web.Request) -> web.Response:
    """Issues and pull requests in one list."""
    return _list(Visit.without_form(request), lambda _: True, "issues")


async def pulls(request: web.Request) -> web.Response:
    return _list(Visit.without_form(request), lambda issue: issue.pull is not None, "pulls")


def _list(visit: Visit, wanted: Callable[[Issue], bool], tab: str) -> web.Response:
    repository = visit.repository()
    state, label = visit.asked("state") or "open", visit.asked("label")
    found = [
        each
        for each in reversed(repository.issues.values())
        if wanted(each)
        and not each.deleted
        and each.moved_to is None
        and (not label or each.has(label))
    ]
    return show(
        visit,
        "list.html",
        repository=repository,
        tab=tab,
        state=state,
        label=label,
        listed=[each for each in found if state in {"all", each.state}],
        counts={name: sum(each.state == name for each in found) for name in ("open", "closed")},
        steps=things_to_try(repository),
        bots=bots_on(visit.world, repository) if tab == "pulls" else [],
    )
