"""How does one read an issue or a pull request, and act on it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.errors import NotFound, Refused
from sandbox.page.addresses import of_issue
from sandbox.page.at_forms import chosen_form, send_form, show_form
from sandbox.page.code import checks_on
from sandbox.page.deeds import DEEDS
from sandbox.page.refusing import in_a_sentence
from sandbox.page.showing import show
from sandbox.page.trying import ROADMAP, commands_for
from sandbox.page.visiting import Visit
from sandbox.payloads.issues import CONTENTS
from sandbox.payloads.pulls import changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world import Issue


async def issue(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    found = visit.issue()
    if found.moved_to is not None:
        raise web.HTTPSeeOther(of_issue(found.moved_to))
    if (found.pull is not None) != (request.match_info["kind"] == "pull"):
        raise web.HTTPSeeOther(of_issue(found))
    return _page(visit, found, typed={"comment": visit.asked("say")})


def _page(
    visit: Visit,
    found: Issue,
    *,
    typed: Mapping[str, str],
    notice: str | None = None,
    status: int = 200,
) -> web.Response:
    repository, pull = found.repository, found.pull
    return show(
        visit,
        "pull.html" if pull else "issue.html",
        repository=repository,
        issue=found,
        pull=pull,
        checks=checks_on(pull.repository, pull.head_sha) if pull else [],
        changes=changes(pull) if pull else [],
        may={role: visit.actor.may(repository, role) for role in ("triage", "write")},
        commands=commands_for(visit.actor, found),
        contents=list(CONTENTS),
        roadmap=ROADMAP,
        status=status,
        notice=notice,
        typed={"comment": "", "review": "", **typed},
    )


async def act(request: web.Request) -> web.Response:
    """Do what the form asks for; when it is refused, say why and keep what was typed."""
    visit = await Visit.with_form(request)
    found = visit.issue()
    deed = DEEDS.get(request.match_info["deed"])
    if deed is None:
        raise NotFound
    try:
        fragment = deed.do(visit, found)
    except Refused as refusal:
        notice = in_a_sentence(refusal, visit.actor.user, deed.doing)
        typed = {deed.field: visit.text("body")}
        return _page(visit, found, notice=notice, typed=typed, status=refusal.status)
    raise web.HTTPSeeOther(f"{of_issue(found)}{fragment}")


async def new_issue(request: web.Request) -> web.Response:
    """With a form of the repository's own, if the address names one; the others are offered."""
    visit = Visit.without_form(request)
    form = chosen_form(visit)
    return show_form(visit, form) if form else _form(visit)


def _form(visit: Visit, notice: str | None = None, status: int = 200) -> web.Response:
    repository = visit.repository()
    return show(
        visit,
        "new_issue.html",
        repository=repository,
        status=status,
        notice=notice,
        title=visit.text("title") if visit.form else visit.asked("title"),
        body=visit.text("body") if visit.form else visit.asked("body"),
        may_label=visit.actor.may(repository, "triage"),
        forms=visit.actor.issue_forms(repository),
    )


async def open_issue(request: web.Request) -> web.Response:
    visit = await Visit.with_form(request)
    repository, form = visit.repository(), chosen_form(visit)
    if form:
        return send_form(visit, form)
    labels = [each for each in repository.labels.values() if f"label-{each.id}" in visit.form]
    try:
        opened = visit.actor.open_issue(
            repository, visit.text("title"), visit.text("body"), [each.name for each in labels]
        )
    except Refused as refusal:
        notice = in_a_sentence(refusal, visit.actor.user, "label issues")
        return _form(visit, notice, refusal.status)
    raise web.HTTPSeeOther(of_issue(opened))
