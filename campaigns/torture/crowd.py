"""Who says what while processes die? People who pledge, withdraw, mistype and talk, out of a seed.

Everybody pledges once, so that what the books must hold follows from what was said, and from nothing
that the bot says of itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from campaigns.torture.arena import Arena
from campaigns.torture.github import OWNER

PEOPLE_TO_AN_ISSUE = 25
"""Answers on one issue are bounded (60 an hour); so is what is said there."""

CENTS = 100


class What(StrEnum):
    """What somebody may say."""

    PLEDGE = "pledge"
    WITHDRAW = "withdraw"
    MISTYPE = "mistype"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Said:
    """A comment that somebody wrote, and what it asked for."""

    comment: int
    what: What
    repo: str
    issue: int
    who: str
    minor: int = 0


@dataclass
class Crowd:
    """Lets people act, and remembers what they said."""

    dice: random.Random
    said: list[Said] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    _count: int = 0
    _pledged: list[Said] = field(default_factory=list)

    async def open_issues(self, arena: Arena, repo: str, count: int) -> None:
        """Let the owner open issues with the roadmap label."""
        acts = [
            {"do": "open", "repo": repo, "who": OWNER, "words": f"Item {self._next()}"}
            for _ in range(count)
        ]
        self.opened += [(repo, number) for number in await arena.ask("acts", acts)]

    async def speak(self, arena: Arena, count: int) -> None:
        """Let people comment on issues of which the App knows already that they are funded."""
        told = await arena.ask("told")
        places = [(repo, number) for repo, numbers in told.items() for number in numbers]
        if not places:
            return
        planned = [self._plan(places) for _ in range(count)]
        ids = await arena.ask("acts", [act for act, _ in planned])
        for number, (_, said) in zip(ids, planned, strict=True):
            self._note(Said(number, said.what, said.repo, said.issue, said.who, said.minor))

    async def pledge_together(self, arena: Arena, repo: str, issue: int, count: int) -> None:
        """Let so many people pledge on one issue at the same moment."""
        planned = [self._pledge(repo, issue) for _ in range(count)]
        ids = await arena.ask("acts", [act for act, _ in planned])
        for number, (_, said) in zip(ids, planned, strict=True):
            self._note(Said(number, said.what, said.repo, said.issue, said.who, said.minor))

    # --- pieces -----------------------------------------------------------------------------------

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _note(self, said: Said) -> None:
        self.said.append(said)
        if said.what is What.PLEDGE:
            self._pledged.append(said)

    def _plan(self, places: list[tuple[str, int]]) -> tuple[dict[str, Any], Said]:
        draw = self.dice.random()
        repo, issue = self.dice.choice(places)
        if draw < 0.12 and self._pledged:  # noqa: PLR2004 - the mix of what people say
            pledged = self._pledged.pop(self.dice.randrange(len(self._pledged)))
            said = Said(0, What.WITHDRAW, pledged.repo, pledged.issue, pledged.who)
            return _comment(said, "I have to think again.\n\n/withdraw"), said
        if draw < 0.35:  # noqa: PLR2004
            said = Said(0, What.MISTYPE, repo, issue, f"person-{self._next()}")
            return _comment(said, self.dice.choice(("/pledge 1.000", "/pledge $5e3"))), said
        if draw < 0.42:  # noqa: PLR2004
            said = Said(0, What.TALK, repo, issue, f"person-{self._next()}")
            return _comment(said, "Would this work on Windows, too?"), said
        return self._pledge(repo, issue)

    def _pledge(self, repo: str, issue: int) -> tuple[dict[str, Any], Said]:
        dollars = self.dice.randint(1, 400)
        said = Said(0, What.PLEDGE, repo, issue, f"person-{self._next()}", dollars * CENTS)
        return _comment(said, f"/pledge ${dollars}"), said


def _comment(said: Said, words: str) -> dict[str, Any]:
    return {"do": "say", "repo": said.repo, "issue": said.issue, "who": said.who, "words": words}
