"""Who asks for a page, with which form, and about what?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.errors import NotFound
from sandbox.page.box import OPENED
from sandbox.page.people import who_acts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

    from sandbox.page.box import Advance, Box
    from sandbox.world import Actor, Issue, PullRequest, Repository, World

COOKIE = "sandbox_acts_as"
LONGEST_NUMBER = 18  # digits; longer ones name nothing


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, by one person of the box."""

    request: web.Request
    box: Box
    actor: Actor
    form: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def without_form(cls, request: web.Request) -> Visit:
        box = request.app[OPENED].box
        return cls(request, box, who_acts(box.world, request.cookies.get(COOKIE, "")))

    @classmethod
    async def with_form(cls, request: web.Request) -> Visit:
        """The form knows who it was shown to: another tab may have switched since."""
        box = request.app[OPENED].box
        sent = await request.post()
        form = {name: value for name, value in sent.items() if isinstance(value, str)}
        login = form.get("as", request.cookies.get(COOKIE, ""))
        return cls(request, box, who_acts(box.world, login), form)

    @property
    def world(self) -> World:
        return self.box.world

    @property
    def advance(self) -> Advance | None:
        return self.request.app[OPENED].advance

    def text(self, name: str) -> str:
        """A field of the form, as a browser sends it: lines end in CRLF, as on GitHub."""
        return self.form.get(name, "")

    def asked(self, name: str) -> str:
        """What the address asks for after its question mark."""
        return self.request.query.get(name, "")

    def number(self, name: str) -> int:
        """A number in the address or in the form."""
        found = self.request.match_info.get(name) or self.text(name)
        if not (found.isascii() and found.isdigit() and len(found) <= LONGEST_NUMBER):
            raise NotFound
        return int(found)

    def repository(self) -> Repository:
        """The repository that the address names, if this person may see it."""
        names = self.request.match_info
        repository = self.world.repository(f"{names['owner']}/{names['repo']}")
        self.actor.see(repository)
        return repository

    def issue(self) -> Issue:
        """The issue or pull request that the address names."""
        issue = self.repository().issues.get(self.number("number"))
        if issue is None:
            raise NotFound
        return self.actor.read(issue)

    def pull(self) -> PullRequest:
        pull = self.issue().pull
        if pull is None:
            raise NotFound
        return pull
