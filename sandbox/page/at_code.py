"""How does one read files and commits?"""

from __future__ import annotations

from itertools import islice

from aiohttp import web

from sandbox.errors import NotFound
from sandbox.page.addresses import of_commit
from sandbox.page.code import changed_by, checks_on, history
from sandbox.page.showing import show
from sandbox.page.trying import CONFIGURATION
from sandbox.page.visiting import Visit
from sandbox.world import Commit, Repository

MOST_COMMITS = 50


def _head(repository: Repository, ref: str) -> Commit:
    commit = repository.head(ref or None)
    if commit is None:
        raise NotFound
    return commit


async def files(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    repository = visit.repository()
    ref = visit.asked("ref") or repository.default_branch
    head = repository.head(ref)
    return show(
        visit,
        "files.html",
        repository=repository,
        ref=ref,
        head=head,
        checks=checks_on(repository, head.sha) if head else [],
        configuration=CONFIGURATION,
    )


async def file(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    repository = visit.repository()
    ref, path = request.match_info["ref"], request.match_info["path"]
    head = _head(repository, ref)
    if path not in head.tree:
        raise NotFound
    return show(visit, "file.html", repository=repository, ref=ref, path=path, text=head.tree[path])


async def raw(request: web.Request) -> web.Response:
    """As plain text, whatever it is."""
    visit = Visit.without_form(request)
    head = _head(visit.repository(), request.match_info["ref"])
    path = request.match_info["path"]
    if path not in head.tree:
        raise NotFound
    return web.Response(text=head.tree[path], content_type="text/plain")


async def commits(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    repository = visit.repository()
    ref = visit.asked("ref") or repository.default_branch
    listed = list(islice(history(repository, ref), MOST_COMMITS))
    checks = {each.sha: checks_on(repository, each.sha) for each in listed}
    return show(visit, "commits.html", repository=repository, ref=ref, listed=listed, checks=checks)


async def commit(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    repository = visit.repository()
    found = _head(repository, request.match_info["sha"])
    return show(
        visit,
        "commit.html",
        repository=repository,
        commit=found,
        checks=checks_on(repository, found.sha),
        changes=changed_by(repository, found),
    )


async def check_run(request: web.Request) -> web.Response:
    """A check run is shown where it belongs: at its commit."""
    visit = Visit.without_form(request)
    repository = visit.repository()
    wanted = visit.number("run")
    for each in repository.check_runs:
        if each.id == wanted:
            raise web.HTTPSeeOther(f"{of_commit(repository, each.head_sha)}#check-{each.id}")
    raise NotFound
