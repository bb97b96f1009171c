"""What does a page get to know, and what does it give?

A page is an async function from `Asked` to `Shown`. It reads the store and nothing else; the site
(`bot.pages.site`) has looked already whether the repository may be shown, and renders the template.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Repo

DIGITS_AT_MOST = 15
"""Digits of a number in an address: exact in JSON and in a signed 64-bit column."""


class Missing(Exception):
    """There is no such page: the same answer as for what may not be seen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a page of a public repository."""

    tx: AsyncConnection
    """A reading transaction: everything on a page is of one moment."""
    repo: Repo
    now: datetime
    web_url: str
    """Where GitHub's pages are, without a slash at the end."""
    public_url: str
    """Where this Bursar's pages are, without a slash at the end."""
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """Give the path of the repository's overview."""
        return f"/{self.repo.full_name}"

    @property
    def on_github(self) -> str:
        """Give the address of the repository on GitHub."""
        return f"{self.web_url}/{self.repo.full_name}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: a template in `templates/pages`, and its values."""

    template: str
    values: Mapping[str, Any]
    content_type: str = "text/html"
    text: str | None = None
    """Shown as it is, in place of a template (JSON)."""


Page = Callable[[Asked], Awaitable[Shown]]


def as_json(value: Mapping[str, Any]) -> Shown:
    """Show a JSON document, with one member a line."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return Shown("", {}, "application/json", f"{text}\n")


def whole(text: str | None) -> int | None:
    """Read a number from an address; anything else is none, and the page starts at its beginning."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= DIGITS_AT_MOST):
        return None
    return int(text)
