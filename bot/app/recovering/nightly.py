"""What did no webhook tell? Looked for once a night, a repository at a time.

Each repository has its own minute of the night, so that not all of them are asked about at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog

from bot.app.recovering.again import Again
from bot.app.recovering.drift import Drift
from bot.app.recovering.holding import Holding
from bot.app.recovering.missed import OVERLAP
from bot.app.recovering.reach import Reach
from bot.domain.refs import Repo
from bot.github.errors import NotThere
from bot.lookup import CannotTell
from bot.storage import sweeps
from bot.storage.sweeps import DELIVERIES, DRIFT, KNOWN, Mark

NIGHT_BEGINS = time(2)
"""In UTC; our own choice."""

NIGHT_LASTS = timedelta(hours=4)

AT_ONCE = 25
"""Repositories looked at in one go, when many are due; the others follow five minutes later."""

EVERYWHERE = 0
"""Stands for the App itself where a repository is named; GitHub numbers from 1."""

_DAY = timedelta(days=1)
_SPREAD = 7919
"""A prime: repositories with neighbouring ids are not neighbours in the night."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Nightly:
    """Looks for drift."""

    reach: Reach
    again: Again
    drift: Drift
    holding: Holding

    async def look(self) -> None:
        """Look at what is due: where we are installed, then at repositories.

        Raises:
            CannotTell: GitHub does not tell where we are installed.
        """
        now = self.holding.time.now()
        async with self.holding.database.read() as tx:
            looked = await sweeps.marks(tx, DRIFT)
        if is_due(EVERYWHERE, looked.get(EVERYWHERE), now):
            await self.reach.compare(looked.get(EVERYWHERE))
            await self._is_done(EVERYWHERE, now)
        async with self.holding.database.read() as tx:
            repos = await sweeps.reachable(tx, with_ledger=True)
        due = [each for each in repos if is_due(each.id, looked.get(each.id), now)]
        for repo in due[:AT_ONCE]:
            if repo.id in looked:
                await self._one(repo)
            else:
                await self._begin(repo, now)

    async def _one(self, repo: Repo) -> None:
        """Look at one repository; should GitHub be silent about it, it is asked about again."""
        now = self.holding.time.now()
        async with self.holding.database.read() as tx:
            known = await sweeps.mark(tx, sweeps.of(KNOWN, repo.id))
        try:
            if known is not None:
                await self.again.read(repo, known.until - OVERLAP, known.n)
            await self.drift.compare(repo)
        except NotThere as gone:
            log.warning("a repository is not there any more", repo=repo.id, why=str(gone))
        except CannotTell as error:
            log.warning("GitHub is silent about a repository", repo=repo.id, why=str(error))
            return
        await self._is_done(repo.id, now)

    async def _begin(self, repo: Repo, now: datetime) -> None:
        """Look at a repository for the first time the night after it came: till then all is known."""
        async with self.holding.writing() as tx:
            mark = await sweeps.mark(tx, DELIVERIES)
            if mark is not None and await sweeps.mark(tx, sweeps.of(KNOWN, repo.id)) is None:
                await sweeps.put(tx, sweeps.of(KNOWN, repo.id), mark.until, mark.n)
            await sweeps.put(tx, sweeps.of(DRIFT, repo.id), now, 0)

    async def _is_done(self, repo: int, now: datetime) -> None:
        async with self.holding.writing() as tx:
            await sweeps.put(tx, sweeps.of(DRIFT, repo), now, await sweeps.here(tx))


def is_due(repo: int, looked: Mark | None, now: datetime) -> bool:
    """Tell whether a repository's minute of the night has come since it was looked at."""
    return looked is None or looked.until < last_turn(repo, now)


def last_turn(repo: int, now: datetime) -> datetime:
    """Give the newest moment at which it was a repository's turn."""
    minutes = int(NIGHT_LASTS.total_seconds()) // 60
    tonight = datetime.combine(now.date(), NIGHT_BEGINS, now.tzinfo)
    turn = tonight + timedelta(minutes=repo * _SPREAD % minutes)
    return turn if turn <= now else turn - _DAY
