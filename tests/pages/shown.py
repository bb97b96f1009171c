"""A page as somebody would get it, without a server: a store, a question, and the HTML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jinja2 import Environment

from bot.domain.refs import Account, Repo
from bot.pages.asked import Asked, Page
from bot.pages.writing import environment
from bot.storage import ledger, people
from bot.storage.database import Database
from tests.storage.kit import REPO, at

SOLVER = Repo(REPO, "acme", "solver", 55)
LATER = at(days=20)
WEB = "https://github.example"
OURS = "https://bursar.example"
FOLDER = Path(__file__).resolve().parents[2] / "templates" / "pages"


@cache
def templates() -> Environment:
    """The templates as the site has them, read once."""
    return environment(FOLDER)


async def shown(
    database: Database,
    page: Page,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    now: datetime = LATER,
) -> str:
    """What the page says, as the site renders it."""
    async with database.read() as tx:
        asked = Asked(tx, SOLVER, now, WEB, OURS, path or {}, query or {})
        found = await page(asked)
        position = await ledger.position(tx, REPO)
    if found.text is not None:
        return found.text
    given: dict[str, Any] = {
        "repo": SOLVER,
        "home": asked.home,
        "on_github": asked.on_github,
        "web_url": WEB,
        "public_url": OURS,
        "style": "/style.css",
        "icon": "/icon.svg",
        "position": position,
        "canonical": f"{OURS}{asked.home}",
    }
    return templates().get_template(found.template).render(given | dict(found.values))


async def name(database: Database, person: int, login: str) -> None:
    """Let a person's number stand for an account."""
    async with database.write() as tx:
        await people.remember(tx, Account(1000 + person, login), lambda _: person)


APART = frozenset({"p", "div", "li", "dt", "dd", "td", "th", "br", "h1", "h2", "h3", "caption"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in APART:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of(html: str) -> str:
    """The text of some HTML, on one line."""
    reader = _Words()
    reader.feed(html)
    return " ".join("".join(reader.words).split())
