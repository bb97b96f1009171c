"""What can anybody look up without GitHub? So far: every pledge of one item.

Read-only, no log-in, public repositories only. A private repository, one that became private, and one
that never existed answer the same 404.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.refs import Repo
from bot.storage import mirror, people, showing
from bot.storage.database import Database

PLEDGES_ON_A_PAGE = 100
"""Pledges listed at once; the next ones are a link away. Our own limit."""

HEADERS = {
    # Nothing but our own style; https://developer.mozilla.org/docs/Web/HTTP/CSP
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@dataclass(slots=True)
class Pages:
    """The public pages."""

    database: Database
    folder: Path
    web_url: str
    is_public: Callable[[Repo], Awaitable[bool]]
    """Asks GitHub: what the mirror says may be old."""
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        """Read the templates once."""
        loader = FileSystemLoader(self.folder)
        self.templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)

    def routes(self) -> list[web.RouteDef]:
        """Give the routes of this room."""
        return [
            web.get("/style.css", self.style),
            web.get(r"/{owner}/{repo}/items/{number:[1-9][0-9]{0,9}}", self.item),
        ]

    async def style(self, _: web.Request) -> web.Response:
        """Give the one style sheet."""
        text = (self.folder / "style.css").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/css", headers=HEADERS)

    async def item(self, request: web.Request) -> web.Response:
        """List the pledges of an item, newest first."""
        found = await self._item(request)
        if found is None:
            return self._answer("missing.html", {}, status=404)
        return self._answer("item.html", found)

    async def _item(self, request: web.Request) -> dict[str, Any] | None:
        where = request.match_info
        before = _whole(request.query.get("before"))
        async with self.database.read() as tx:
            repo = await mirror.public_repo(tx, where["owner"], where["repo"])
        if repo is None or not await self.is_public(repo):
            return None
        async with self.database.read() as tx:
            shown = await showing.item_page(
                tx, repo.id, int(where["number"]), before, PLEDGES_ON_A_PAGE
            )
            if shown is None:
                return None
            names = await people.logins(tx, shown.people())
        return {"repo": repo, "names": names, "web_url": self.web_url, "m": shown}

    def _answer(self, template: str, values: dict[str, Any], status: int = 200) -> web.Response:
        html = self.templates.get_template(template).render(values)
        return web.Response(text=html, content_type="text/html", status=status, headers=HEADERS)


def _whole(text: str | None) -> int | None:
    """Read a pledge's number from a query; anything else starts at the newest."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004
        return None
    return int(text)
