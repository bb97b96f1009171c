"""Who may see which page, and how does it get there?

Whether a repository may be shown comes before anything else, also before what is kept of earlier
answers. A private repository, one that became private, and one that never existed answer the same 404.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from jinja2 import Environment

from bot.domain.panel import Position
from bot.domain.refs import Repo
from bot.pages import answering
from bot.pages.asked import Asked, Missing, Page, Shown
from bot.pages.keeping import Keeping, Kept
from bot.pages.routes import ASSETS, PAGES
from bot.pages.streaming import AT_ONCE, ENDINGS, Streams
from bot.pages.writing import environment
from bot.storage import ledger, mirror
from bot.storage.database import Database

log = structlog.get_logger(__name__)

NAME = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)
"""What GitHub lets owners and repositories be called; anything else is not looked up."""

QUERY_AT_MOST = 100
"""Characters of one value in a query that a page gets to see; our own limit."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Pages:
    """The public pages."""

    database: Database
    folder: Path
    web_url: str
    is_public: Callable[[Repo], Awaitable[bool]]
    """Asks GitHub: what the mirror says may be old."""
    public_url: str
    now: Callable[[], datetime]
    templates: Environment = field(init=False)
    kept: Keeping = field(init=False)
    assets: dict[str, answering.Asset] = field(init=False)
    turns: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        """Read the templates once."""
        self.templates = environment(self.folder)
        self.kept = Keeping(self.now)
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.assets = {name: answering.asset(self.folder / name) for name in ASSETS}

    def routes(self) -> list[web.RouteDef]:
        """Give the routes of this room."""
        of_repositories = [
            web.get(f"/{{owner}}/{{repo}}{place}", self._page(place, page, reads))
            for place, (page, reads) in PAGES.items()
        ]
        files = [
            web.get(each.address, self._guarded(answering.asset_answer(each)))
            for each in self.assets.values()
        ]
        ledgers = web.get(
            f"/{{owner}}/{{repo}}/ledger.{{form:{'|'.join(ENDINGS)}}}", self._guarded(self._ledger)
        )
        home, missing = self._guarded(self._home), self._guarded(self._missing)
        anything = web.get("/{anything:.*}", missing)
        return [*files, web.get("/", home), *of_repositories, ledgers, anything]

    def _page(self, place: str, page: Page, reads: frozenset[str]) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            where = dict(request.match_info)
            found = await self._visible(where.pop("owner"), where.pop("repo"))
            if found is None:
                return await self._missing(request)
            query = {
                name: value
                for name, value in request.query.items()
                if name in reads and len(value) <= QUERY_AT_MOST
            }
            repo, position = found
            key = (repo, place, tuple(sorted(where.items())), tuple(sorted(query.items())))
            kept = self.kept.get(key, position)
            if kept is None:
                kept = await self._made(repo, page, where, query, _rest(request.path))
                self.kept.put(key, kept)
            return answering.fresh(request, kept)

        return self._guarded(answer)

    async def _ledger(self, request: web.Request) -> web.StreamResponse:
        where = request.match_info
        found = await self._visible(where["owner"], where["repo"])
        if found is None:
            raise Missing
        streams = Streams(self.database, self.web_url, self.public_url, self.turns)
        return await streams.answer(request, *found, self.now())

    async def _visible(self, owner: str, name: str) -> tuple[Repo, Position] | None:
        """Find a repository that anybody may see now; of what may not be seen nothing is kept."""
        if not (NAME.fullmatch(owner) and NAME.fullmatch(name)):
            return None
        async with self.database.read() as tx:
            repo = await mirror.public_repo(tx, owner, name)
            position = await ledger.position(tx, repo.id) if repo else Position(0, "")
        if repo is not None and await self.is_public(repo):
            return repo, position
        self.kept.drop(owner, name)
        return None

    async def _made(
        self,
        repo: Repo,
        page: Page,
        path: Mapping[str, str],
        query: Mapping[str, str],
        rest: str,
    ) -> Kept:
        """Make a page from one moment of the store."""
        async with self.database.read() as tx:
            position = await ledger.position(tx, repo.id)
            asked = Asked(tx, repo, self.now(), self.web_url, self.public_url, path, query)
            shown = await page(asked)
        body = self._rendered(shown, asked, position, rest)
        return Kept(body, shown.content_type, position, self.now())

    def _rendered(self, shown: Shown, asked: Asked, position: Position, rest: str) -> bytes:
        if shown.text is not None:
            return shown.text.encode()
        given = self._around() | {
            "repo": asked.repo,
            "home": asked.home,
            "on_github": asked.on_github,
            "position": position,
            "canonical": f"{self.public_url}{asked.home}{rest}",
        }
        return self._render(shown.template, given | dict(shown.values))

    def _around(self) -> dict[str, Any]:
        """Give what every page gets, whatever it is about."""
        return {
            "repo": None,
            "web_url": self.web_url,
            "public_url": self.public_url,
            "style": self.assets["style.css"].address,
            "icon": self.assets["icon.svg"].address,
        }

    def _render(self, template: str, values: Mapping[str, Any]) -> bytes:
        return self.templates.get_template(template).render(values).encode()

    async def _home(self, request: web.Request) -> web.StreamResponse:
        body = self._render("home.html", self._around())
        return answering.fresh(request, Kept(body, "text/html", Position(0, ""), self.now()))

    async def _missing(self, _: web.Request) -> web.StreamResponse:
        return answering.plain(self._render("missing.html", self._around()), status=404)

    def _guarded(self, handler: Handler) -> Handler:
        """Answer what goes wrong with a plain page; the traceback goes to the log."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Missing:
                return await self._missing(request)
            except web.HTTPException:
                raise
            except Exception:
                log.exception("a page failed", path=request.path)
                return answering.plain(self._render("error.html", self._around()), status=500)

        return answer


def _rest(path: str) -> str:
    """Give what follows owner and repository in a path."""
    _, _, _, *rest = path.split("/", 3)
    return f"/{rest[0]}" if rest else ""
