"""When do reactions go to GitHub, and how many in one request?

Nothing depends on a reaction, so it waits for others: until twenty are there, until nobody commanded
anything for a moment, or until the first has waited long enough. A single one goes by REST, and so
does one that went wrong in company: then its answer is its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.refs import Repo
from bot.github.errors import Final, Moved
from bot.github.perform import Perform
from bot.github.reactions import AT_ONCE, Wanted, is_comment
from bot.storage import outbox, upcoming
from bot.storage.database import Database
from bot.storage.outgoing import Outgoing
from bot.timing import Time
from bot.worker.pace import Pace
from bot.worker.turns import Turn

QUIET = timedelta(seconds=3)
"""A reaction waits until no other one has been wanted for so long; our own choice."""

AT_LONGEST = timedelta(seconds=15)
"""How long it waits for others at longest; our own choice."""

ONE_BY_ONE = timedelta(hours=1)
"""How long reactions go one by one after GraphQL was refused altogether; our own choice."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Reactions that go together; all in one repository."""

    rows: tuple[Outgoing, ...]
    ripe_at: datetime


@dataclass(slots=True)
class Reacting:
    """Puts reactions on GitHub."""

    database: Database
    github: Perform
    time: Time
    _one_by_one_until: dict[int, datetime] = field(default_factory=dict)

    async def batch(self, pace: Pace, first: Outgoing, repo: Repo, now: datetime) -> Batch:
        """Gather what can go together with a reaction that waits, and say from when on."""
        rows = await self._company(first, repo, now)
        quiet_at = min(rows[-1].wanted_at + QUIET, rows[0].wanted_at + AT_LONGEST)
        alone = len(rows) == 1 and (first.attempts > 0 or not is_comment(_node(first)))
        room_at = pace.next_reaction(repo.installation, now, len(rows))
        ripe_at = now if len(rows) == AT_ONCE or alone else quiet_at
        return Batch(rows, max(ripe_at, room_at))

    async def _company(self, first: Outgoing, repo: Repo, now: datetime) -> tuple[Outgoing, ...]:
        """Give the reactions that can go with this one, which waits longest."""
        if first.attempts or self._one_by_one_until.get(repo.installation, now) > now:
            return (first,)
        async with self.database.read() as tx:
            waiting = await upcoming.reactions(tx, first.repo, now, AT_ONCE)
        rows = tuple(row for row in waiting if not row.attempts and is_comment(_node(row)))
        return rows if rows and rows[0].key == first.key else (first,)

    async def react(self, turn: Turn, repo: Repo, rows: Sequence[Outgoing]) -> None:
        """Put reactions on GitHub; one that is not there after it goes alone next time.

        Raises:
            Final, Limited, Unsure, Moved, CannotTell: what became of a single one, or of all.
            Fenced: another process has taken over.
        """
        await turn.begins(len(rows))
        if len(rows) == 1:
            await self.github.react(repo, _comment(rows[0]), rows[0].words or "")
            there: Sequence[bool] = (True,)
        else:
            there = await self._together(repo, rows)
        await self._note(turn, rows, there)

    async def _together(self, repo: Repo, rows: Sequence[Outgoing]) -> Sequence[bool]:
        wanted = [Wanted(_node(row), row.words or "") for row in rows]
        try:
            return await self.github.react_to_all(repo.installation, wanted)
        except (Final, Moved) as no:
            log.warning("GraphQL is refused, so reactions go one by one", answer=str(no))
            self._one_by_one_until[repo.installation] = self.time.now() + ONE_BY_ONE
            return (False,) * len(rows)

    async def _note(self, turn: Turn, rows: Sequence[Outgoing], there: Sequence[bool]) -> None:
        async with turn.noting() as tx:
            for row, is_there in zip(rows, there, strict=True):
                if is_there:
                    await outbox.sent(tx, row, github_id=None, body_hash=None)
                else:
                    await outbox.postpone(tx, row, self.time.now(), "idle")


def _comment(row: Outgoing) -> int:
    return int(row.target.partition(" ")[0])


def _node(row: Outgoing) -> str:
    return row.target.partition(" ")[2]
