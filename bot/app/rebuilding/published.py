"""Do the published panels and digests show what was rebuilt?

They were written from the ledger that is lost. Numbers of entries, pledges and records are new, and
hashes too, so these are left out; sums, stages and states must be the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.app.checking_words import lines
from bot.app.rebuilding.evidence import Evidence, Shown
from bot.app.rebuilding.findings import Finding
from bot.comments import Comments
from bot.domain.refs import Repo
from bot.lookup import Lookup
from bot.routing import Routes
from bot.storage import digests, people, targets
from bot.storage.database import Database

SHOWN_AT_MOST = 3
"""Lines of each side that a finding quotes; our own choice."""

LINE_AT_MOST = 120
"""Characters of a quoted line."""

_NEW = (
    (re.compile(r"\bP-[0-9]+"), "P-n"),
    (re.compile(r"\bR-[0-9]+"), "R-n"),
    (re.compile(r"\bentry [0-9]+(, [0-9a-f]{12})?"), "entry n"),
)
"""What is new in a rebuilt ledger, and what stands for it while words are compared."""


@dataclass(frozen=True, slots=True)
class Published:
    """Compares what is on GitHub with what would be written there now."""

    database: Database
    repo: Repo
    routes: Routes
    ask: Lookup
    comments: Comments

    async def differences(self, evidence: Evidence) -> list[Finding]:
        """Name each panel and digest that shows something else."""
        found: list[Finding] = []
        for shown in sorted(evidence.shown, key=lambda each: (each.number, each.id)):
            kind = shown.key.partition(":")[0]
            if kind in {"panel", "order"}:
                found += _compared("the panel", shown, await self._panel(shown))
            elif kind == "digest":
                found += _compared("the digest", shown, await self._digest(shown))
        return found

    async def _panel(self, shown: Shown) -> str | None:
        target = targets.read(shown.key, shown.number, shown.key.partition(":")[2])
        message = await self.routes.message(target, self.repo, self.ask)
        if message is None:
            return None
        async with self.database.read() as tx:
            names = await people.logins(tx, message.people())
        return self.comments.render(message, names)

    async def _digest(self, shown: Shown) -> str | None:
        async with self.database.read() as tx:
            month = shown.key.partition(":")[2]
            digest = await digests.of_month(tx, self.repo.id, month)
        return digest.words if digest else None


def _compared(what: str, shown: Shown, rebuilt: str | None) -> Iterator[Finding]:
    where = f"{what} #{shown.number}"
    if rebuilt is None:
        yield Finding(where, "nothing was rebuilt that it could show")
        return
    theirs, ours = Counter(_comparable(shown.body)), Counter(_comparable(rebuilt))
    if theirs == ours:
        return
    there, here = _some(theirs - ours), _some(ours - theirs)
    yield Finding(where, f"it says {there} where what was rebuilt comes to {here}")


def _comparable(words: str) -> list[str]:
    found = []
    for line in lines(words):
        for pattern, instead in _NEW:
            line = pattern.sub(instead, line)  # noqa: PLW2901 - one line, step by step
        found.append(line)
    return found


def _some(only: Counter[str]) -> str:
    quoted = [f"“{line[:LINE_AT_MOST]}”" for line in list(only)[:SHOWN_AT_MOST]]
    more = len(only) - SHOWN_AT_MOST
    return ", ".join(quoted) + (f" and {more} lines more" if more > 0 else "") or "nothing"
