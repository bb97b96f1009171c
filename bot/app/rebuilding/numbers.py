"""Which pledge or record did somebody mean by a number of then?

Numbers are given in the order of recording. Where something is gone, or was recorded late, they come
out otherwise now, and a command that names one would be about somebody else's money. What our own panels
and digests linked a number to, in any of their versions, tells which comment it stood for.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot.domain.commands import read_comment
from bot.storage import tables
from bot.storage.database import Database

Number = tuple[str, int]
"""`("P", 12)` or `("R", 7)`."""

_LINK = re.compile(
    r"\[~{0,2}(?P<kind>[PR])-(?P<n>[0-9]{1,15})~{0,2}\]\(\S*#issuecomment-(?P<c>[0-9]+)\)"
)
_CODE = re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|<code[^>]*>.*?</code>", re.DOTALL)
_NAMED = re.compile(
    r"(?<![\w-])(?P<kind>[PR])-(?P<n>[0-9]{1,15})(?![\w-])", re.ASCII | re.IGNORECASE
)


class Unclear(Exception):
    """Nothing tells which pledge or record was meant."""


def linked(texts: Iterable[str]) -> dict[Number, int]:
    """Read which comment each number stood for; words of people stand in code spans, and tell nothing."""
    return {
        (link["kind"], int(link["n"])): int(link["c"])
        for text in texts
        for link in _LINK.finditer(_CODE.sub("", text))
    }


@dataclass(frozen=True, slots=True)
class Numbers:
    """Finds the numbers of today for those of then."""

    made: Callable[[str], Awaitable[Mapping[int, list[int]]]]
    """Gives the numbers of today, of pledges or records, by the comment that made them."""
    anchors: Mapping[Number, int]
    are_as_they_were: bool
    """Whether nothing is gone and nothing was late: then each number is what it was."""

    async def in_words(self, body: str) -> str:
        """Write a comment's commands with the numbers of today.

        Raises:
            Unclear: a number of it stands for nothing that was rebuilt, or nobody can tell for what.
        """
        lines = {typed.line for typed in read_comment(body)}
        named = {
            (found["kind"].upper(), int(found["n"]))
            for line in lines
            for found in _NAMED.finditer(line)
        }
        if not named:
            return body
        now = {number: await self._today(number) for number in named}

        def today(found: re.Match[str]) -> str:
            kind = found["kind"].upper()
            return f"{kind}-{now[kind, int(found['n'])]}"

        return "\n".join(
            _NAMED.sub(today, line) if line.strip() in lines else line for line in body.split("\n")
        )

    async def _today(self, number: Number) -> int:
        kind, then = number
        if self.are_as_they_were:
            return then
        made = await self.made(kind)
        if number in self.anchors:
            return self._anchored(number, made)
        lower = [n for n in self._known(kind) if n < then]
        higher = [n for n in self._known(kind) if n > then]
        below = self._shift((kind, lower[-1]), made) if lower else 0
        above = self._shift((kind, higher[0]), made) if higher else None
        if above is None or below != above:
            name = f"{kind}-{then}"
            raise Unclear(f"nothing tells any more which one {name} was")
        return then - above

    def _anchored(self, number: Number, made: Mapping[int, list[int]]) -> int:
        """Find it by its comment; of a pledge that was split, the parts are in the same order."""
        kind, then = number
        comment = self.anchors[number]
        now = made.get(comment, [])
        parts = [n for n in self._known(kind) if self.anchors[kind, n] == comment]
        if len(now) == 1:
            return now[0]
        if len(now) > 1 and len(now) == len(parts):
            return now[parts.index(then)]
        name = f"{kind}-{then}"
        raise Unclear(f"{name} was made by comment {comment}, and was not rebuilt")

    def _known(self, kind: str) -> list[int]:
        return sorted(n for each, n in self.anchors if each == kind)

    def _shift(self, number: Number, made: Mapping[int, list[int]]) -> int | None:
        """Say by how much a number that is known differs from what it was."""
        try:
            return number[1] - self._anchored(number, made)
        except Unclear:
            return None


def made_in(database: Database, repo: int) -> Callable[[str], Awaitable[Mapping[int, list[int]]]]:
    """Look into the views for what has been rebuilt so far."""

    async def made(kind: str) -> dict[int, list[int]]:
        table = tables.pledges if kind == "P" else tables.records
        number = table.c.pledge if kind == "P" else table.c.record
        query = select(table.c.comment, number).where(table.c.repo == repo).order_by(number)
        found: dict[int, list[int]] = {}
        async with database.read() as tx:
            for comment, today in await tx.execute(query):
                found.setdefault(comment, []).append(today)
        return found

    return made
