"""Which words in a text are links on GitHub, though nobody made them so?

https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from sandbox.errors import NotFound
from sandbox.page.addresses import of_issue, of_user

if TYPE_CHECKING:
    from sandbox.world import Issue, Repository, World

WORD = re.compile(
    r"(?P<address>https?://[^\s<>\"]+)"
    r"|(?<![\w/@.-])@(?P<login>[a-z\d][a-z\d-]{0,38})(?![\w-])"
    r"|(?<![\w/#-])(?P<where>[\w.-]+/[\w.-]+)?#(?P<number>\d{1,9})(?!\w)",
    re.IGNORECASE | re.ASCII,
)
TRAILING = "?!.,:;*_~'\""
GITHUB = "https://github.com"


class Linker:
    """Knows which accounts and issues there are: what is not there is no link."""

    def __init__(self, world: World, repository: Repository) -> None:
        self.world = world
        self.repository = repository

    def here(self, address: str) -> str:
        """An address on GitHub, if what it leads to is in the box: then it leads there."""
        for web in (self.world.html_url, GITHUB):
            path = address.removeprefix(f"{web}/")
            if path != address and self._is_in_the_box(path):
                return f"/{path}"
        return address

    def _is_in_the_box(self, path: str) -> bool:
        first, *rest = re.split(r"[/?#]", path)
        if first == "apps":
            first = f"{rest[0]}[bot]" if rest else ""
        return any(each.login.lower() == first.lower() for each in self.world.users.values())

    def link(self, text: str) -> str:
        """The text as HTML."""
        made, at = [], 0
        for found in WORD.finditer(text):
            made.append(escape(text[at : found.start()]))
            made.append(self._one(found))
            at = found.end()
        return "".join([*made, escape(text[at:])])

    def _one(self, found: re.Match[str]) -> str:
        if found["address"]:
            return self._address(found["address"])
        if found["login"]:
            return self._login(found["login"])
        return self._number(found)

    def _address(self, found: str) -> str:
        """Punctuation at the end belongs to the sentence, and so does an unopened bracket."""
        url = found.rstrip(TRAILING)
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(TRAILING)
        to, shown = escape(self.here(url)), escape(url)
        return f'<a href="{to}" rel="{REL}">{shown}</a>{escape(found[len(url) :])}'

    def _login(self, login: str) -> str:
        shown = escape(f"@{login}")
        try:
            user = self.world.user(login)
        except NotFound:
            return shown
        return f'<a class="mention" href="{of_user(user)}">{shown}</a>'

    def _number(self, found: re.Match[str]) -> str:
        issue = self._issue(found["where"], int(found["number"]))
        shown = escape(found[0])
        if issue is None:
            return shown
        return f'<a href="{of_issue(issue)}" title="{escape(issue.title)}">{shown}</a>'

    def _issue(self, where: str | None, number: int) -> Issue | None:
        """None for what is not there, and for what not everybody may see."""
        home = self.world.by_name(where) if where else self.repository
        if home is None or (home.private and home is not self.repository):
            return None
        issue = home.issues.get(number)
        return None if issue is None or issue.deleted else issue


REL = "nofollow noopener noreferrer"
