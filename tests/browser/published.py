"""The public pages as somebody in front of a browser has them: served, and full.

`acme/telescope` has a year of history, once as it was and once in hostile words; `acme/single` has one
currency, and `acme/empty` has nothing at all.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp.test_utils import TestServer
from aiohttp.web import Application

from bot.app.serving import templates
from bot.domain.money import Money
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.pages import Pages
from bot.storage.database import Database
from tests.browser.spoilt import retell, spoil
from tests.pages.filled import Filler, names
from tests.storage.kit import a_database, a_repository, know

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Request

    from tests.year import PlayedYear

NOW = datetime(2026, 11, 5, 9, tzinfo=UTC)
FULL, EMPTY, SINGLE = "/acme/telescope", "/acme/empty", "/acme/single"
EMPTY_ID, SINGLE_ID = 71, 72
UNANSWERED = "Failed to load resource: the server responded with a status of 404"
"""What the browser itself says of an answer that is a 404, as it should be."""

GIVEN_UP = "net::ERR_ABORTED"
"""What is not there yet when one goes on to the next page is not waited for."""

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, and what is on them."""

    address: str
    """Of the pages as they should be."""
    spoilt: str
    """Of the same pages in a store whose words are hostile."""
    orders: tuple[int, ...]
    item: int
    """The roadmap item with the most pledges."""
    month: str
    """The newest month that is over."""

    def paths(self, home: str = FULL) -> list[str]:
        """Give every kind of page, with its filters."""
        newest = f"{home}/digests/{self.month}"
        rest = ["", "/roadmap", "/roadmap?show=not", "/roadmap?show=funded", "/roadmap?before=1"]
        rest += [f"/items/{self.item}", *(f"/work-orders/{number}" for number in self.orders)]
        rest += ["/ledger", "/ledger?topic=money&before=400", "/ledger?topic=corrections"]
        rest += [f"/ledger?topic=pledges&month={self.month}", f"/ledger?issue={self.orders[0]}"]
        rest += ["/ledger?issue=999", "/review", "/digests", "/about"]
        return [home + each for each in rest] + [newest, f"{home}/nothing"]

    def few(self) -> list[str]:
        """Give one page of each kind."""
        rest = ["", "/roadmap", f"/items/{self.item}", f"/work-orders/{self.orders[0]}"]
        rest += ["/ledger", "/review", "/digests", f"/digests/{self.month}", "/about", "/nothing"]
        return ["/", *(FULL + each for each in rest)]

    def young(self) -> list[str]:
        """Give the pages of repositories in which little or nothing happened."""
        rest = ["", "/roadmap", "/ledger", "/review", "/digests", "/about"]
        return [home + each for home in (EMPTY, SINGLE) for each in rest]


@dataclass(slots=True)
class Looked:
    """One window, with everything that it complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Open a page, and note what it complains of together with where that was."""
        await self.page.goto(self.address + path)

    async def ask(self, expression: str, given: Any = None) -> Any:
        return await self.page.evaluate(expression, given)


@asynccontextmanager
async def looking(browser: Browser, address: str, **how: Any) -> AsyncIterator[Looked]:
    """A window that must not be given any reason to complain."""
    context: BrowserContext = await browser.new_context(
        **{"viewport": {"width": 1280, "height": 900}} | how
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    looked = Looked(page, address)

    def complain(words: object) -> None:
        if not str(words).startswith(UNANSWERED):
            looked.complaints.append(f"{page.url}: {words}")

    def complain_of(asked: Request) -> None:
        if asked.failure != GIVEN_UP:
            complain(f"not loaded: {asked.url}, {asked.failure}")

    page.on("console", lambda said: complain(said.text))
    page.on("pageerror", complain)
    page.on("requestfailed", complain_of)
    page.on("request", lambda asked: None if address in asked.url else complain(asked.url))
    page.on("dialog", lambda asked: complain(f"dialog: {asked.message}"))
    yield looked
    await context.close()
    assert looked.complaints == []


@asynccontextmanager
async def a_site(played: PlayedYear) -> AsyncIterator[Site]:
    """Serve both stores."""
    with tempfile.TemporaryDirectory() as folder:
        file, other = Path(folder) / "bursar.db", Path(folder) / "spoilt.db"
        for each in (file, other):
            shutil.copy(played.path, each)
        spoil(other, played.repo)
        async with a_database(Path(folder), file) as good, a_database(Path(folder), other) as bad:
            await _young(good)
            await retell(bad, Repo(played.repo, "acme", "telescope", played.installation))
            async with _served(good) as address, _served(bad) as spoilt:
                yield Site(address, spoilt, *_known(file, played.repo))


@asynccontextmanager
async def _served(database: Database) -> AsyncIterator[str]:
    async def is_public(_: Repo) -> bool:
        return True

    pages = Pages(
        database,
        templates("pages"),
        "https://github.com",
        is_public,
        public_url="https://bursar.example",
        now=lambda: NOW,
    )
    application = Application()
    application.add_routes(pages.routes())
    async with TestServer(application) as server:
        yield str(server.make_url("/")).rstrip("/")


async def _young(database: Database) -> None:
    """Add a repository without an entry, and one that has just begun, in one currency."""
    await know(
        database,
        a_repository(EMPTY_ID, name="empty"),
        a_repository(SINGLE_ID, name="single"),
    )
    await names(database)
    filler = Filler(database, repo=SINGLE_ID, first=700_000)
    await filler.rules(Rules(currencies=("CHF",)))
    await filler.opens(10)
    issue = await filler.item(7, "One thing at a time", Money(1_200_00, "CHF"))
    await filler.item(8, "Another thing, which nobody has seen yet")
    await filler.pledge(issue, 250_00, "CHF", pledger=11, funder=11)


def _known(file: Path, repo: int) -> tuple[tuple[int, ...], int, str]:
    with closing(sqlite3.connect(file)) as store:
        orders = store.execute("SELECT number FROM orders WHERE repo = ? ORDER BY number", (repo,))
        numbers = tuple(row[0] for row in orders)
        ((item,),) = store.execute(
            "SELECT i.number FROM items i JOIN pledges p ON p.repo = i.repo AND p.issue = i.issue"
            " WHERE i.repo = ? GROUP BY i.number ORDER BY count(*) DESC, i.number LIMIT 1",
            (repo,),
        )
        ((month,),) = store.execute("SELECT max(month) FROM closings WHERE repo = ?", (repo,))
    return numbers, item, month
