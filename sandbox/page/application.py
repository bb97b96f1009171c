"""Which addresses does the page have? The table of contents.

What belongs to the page and not to GitHub lives under `/-/`: no account can be called that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.page import at_behind, at_bots, at_code, at_editor, at_issues, at_lists, at_people
from sandbox.page.box import OPENED, Opened
from sandbox.page.doors import careful, from_here_only, in_words
from sandbox.page.showing import STATIC

if TYPE_CHECKING:
    from sandbox.page.box import Advance, Box

HERE = "/{owner}/{repo}"
LARGEST_FORM = 2**22  # a comment of GitHub's longest, each character percent-encoded


def mount(box: Box, *, advance: Advance | None = None) -> web.Application:
    """The page of this box, to be served on an address of its own."""
    application = web.Application(
        client_max_size=LARGEST_FORM, middlewares=[careful, from_here_only, in_words]
    )
    application[OPENED] = Opened(box, advance or getattr(box, "advance", None))
    application.router.add_routes(_routes())
    application.router.add_static("/-/static", STATIC)
    return application


def _routes() -> list[web.RouteDef]:
    get, post = web.get, web.post
    return [
        # the page's own
        get("/", at_lists.home),
        get("/-/repositories", at_lists.repositories),
        get("/-/live", at_behind.live),
        get("/-/behind", at_behind.behind),
        post("/-/behind/{delivery:[0-9]+}", at_behind.redeliver),
        post("/-/advance", at_behind.advance),
        post("/-/act-as", at_people.act_as),
        post("/-/introduction", at_people.introduction),
        # as on GitHub
        get("/apps/{slug}", at_people.app),
        get("/{login}", at_people.profile),
        get(HERE, at_lists.everything),
        get(f"{HERE}/issues", at_lists.everything),
        post(f"{HERE}/issues", at_issues.open_issue),
        get(f"{HERE}/issues/new", at_issues.new_issue),
        get(f"{HERE}/issues/new/choose", at_issues.new_issue),
        get(f"{HERE}/pulls", at_lists.pulls),
        get(f"{HERE}/pulls/new", at_editor.new_pull),
        post(f"{HERE}/pulls/new", at_editor.open_pull),
        post(f"{HERE}/pulls/by-bot", at_bots.propose),
        get(f"{HERE}/pull/{{number:[0-9]+}}/push", at_editor.more),
        post(f"{HERE}/pull/{{number:[0-9]+}}/push", at_editor.push_more),
        get(f"{HERE}/{{kind:issues|pull}}/{{number:[0-9]+}}", at_issues.issue),
        post(f"{HERE}/{{kind:issues|pull}}/{{number:[0-9]+}}/{{deed}}", at_issues.act),
        get(f"{HERE}/edit", at_editor.edit),
        post(f"{HERE}/edit", at_editor.push),
        get(f"{HERE}/files", at_code.files),
        get(f"{HERE}/blob/{{ref}}/{{path:.+}}", at_code.file),
        get(f"{HERE}/raw/{{ref}}/{{path:.+}}", at_code.raw),
        get(f"{HERE}/commits", at_code.commits),
        get(f"{HERE}/commit/{{sha}}", at_code.commit),
        get(f"{HERE}/runs/{{run:[0-9]+}}", at_code.check_run),
    ]
