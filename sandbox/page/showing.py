"""How does a visit become a page?"""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sandbox.page import addresses, people
from sandbox.page.behind import happening, version
from sandbox.page.markdown import as_html

if TYPE_CHECKING:
    from sandbox.page.visiting import Visit
    from sandbox.world import Repository

HERE = Path(__file__).parent
STATIC = HERE / "static"
INTRODUCED = "sandbox_introduced"
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def when(moment: datetime) -> Markup:
    """A moment, in the box's own time."""
    shown = f"{moment.day} {moment:%b %Y, %H:%M}"
    exact = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(exact, shown, shown)


def short(sha: str) -> str:
    return sha[:7]


def brief(path: str) -> str:
    """The path of a call, without the repository that it is about."""
    return re.sub(r"^/repos/[^/]+/[^/]+(?=/)", "…", path)


TEMPLATES.filters.update(
    brief=brief,
    when=when,
    short=short,
    first_name=people.first_name,
    initials=people.initials,
    colour=people.colour,
    title_of=people.title,
)
TEMPLATES.globals.update(
    of_repository=addresses.of_repository,
    of_issue=addresses.of_issue,
    of_user=addresses.of_user,
    of_file=addresses.of_file,
    of_commit=addresses.of_commit,
)


def show(
    visit: Visit,
    template: str,
    *,
    repository: Repository | None = None,
    status: int = 200,
    **facts: object,
) -> web.Response:
    """The page that this template makes of the facts."""
    seen = visit.request.cookies.get(INTRODUCED)
    standard: dict[str, object] = {
        "visit": visit,
        "me": visit.actor.user,
        "cast": people.cast(visit.world),
        "can": people.can(visit.actor, repository),
        "repository": repository,
        "now": visit.world.now(),
        "version": version(visit.box),
        "behind": happening(visit.box),
        "introduced": seen == "yes",
        "notice": None,
    }
    if repository is not None:
        standard["markdown"] = partial(as_html, world=visit.world, repository=repository)
    text = TEMPLATES.get_template(template).render(standard | facts)
    readable = text.encode("utf-8", "replace").decode()  # a lone surrogate has no bytes
    return web.Response(text=readable, status=status, content_type="text/html")


def message(visit: Visit, sentence: str, *, status: int) -> web.Response:
    """A page that says one thing."""
    return show(visit, "message.html", status=status, sentence=sentence)


def bare(status: int, sentence: str) -> web.Response:
    """The same, when there is nobody to show it to."""
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>GitHub in a box</title>'
        f"<h1>GitHub in a box</h1><p>{escape(sentence)}</p></html>"
    )
    return web.Response(text=page, status=status, content_type="text/html")
