"""Which deliveries never reached us, by GitHub's own list, and how do they come in after all?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.app.recovering.holding import Holding
from bot.github.deliveries import KEPT, Attempt, Deliveries
from bot.lookup import CannotTell
from bot.storage import sweeps
from bot.storage.inbox import Delivery
from bot.storage.sweeps import DELIVERIES, DRIFT, Mark
from bot.timing import Bell

IN_FLIGHT = timedelta(seconds=15)
"""A delivery is listed when its attempt has ended, after 10 seconds at most: so a list tells of what
happened up to a little before it was read.
https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks"""

OVERLAP = timedelta(minutes=15)
"""How far before the last sweep the next one looks again: more than clocks differ. Our own choice."""

SURE = timedelta(hours=1)
"""By how much less than GitHub says we trust its list to reach back."""

AT_ONCE = 10
"""Deliveries fetched side by side, and put into the inbox together; GitHub allows 100 requests."""

PATIENCE = timedelta(hours=1)
"""How long we ask for a delivery that GitHub lists and does not give; then its repository is read
again instead. Our own choice."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Missed:
    """Compares GitHub's list of deliveries with the inbox."""

    deliveries: Deliveries
    holding: Holding
    work: Bell

    async def sweep(self, *, whole: bool) -> int:
        """Bring in what the inbox lacks, and note up to when nothing is missing; gives how much it was.

        `whole` compares the whole list, as after a start; otherwise what is newer than the last sweep.
        After a restored backup the last sweep is the one of the backup.

        Raises:
            CannotTell: GitHub did not answer; what was found till then is in the inbox.
        """
        now = self.holding.time.now()
        async with self.holding.database.read() as tx:
            last = await sweeps.mark(tx, DELIVERIES)
            n = await sweeps.here(tx)
        back_to = None if whole or last is None else last.until - OVERLAP
        lacking, as_of = await self._lacking(back_to)
        # Ours may be ahead: then what GitHub is to deliver until `now` cannot be in its list yet.
        told_until = now if as_of is None else min(now, as_of)
        for some in _oldest_first(lacking):
            await self._bring_in(some, n)
        async with self.holding.writing() as tx:
            if last is not None and last.until < told_until - KEPT + SURE:
                log.warning("GitHub's list does not reach back", since=str(last.until))
                # Names and what is new are looked up first: that is due since then.
                await sweeps.put(tx, sweeps.of(DRIFT, 0), last.until, last.n)
                for repo in await sweeps.reachable(tx):
                    await sweeps.want_reread(tx, repo.id, last.until - OVERLAP, last.n)
            let_go = await sweeps.let_go(tx)
            await sweeps.put(tx, DELIVERIES, told_until - IN_FLIGHT, n)
        if let_go:
            self.work.ring()
        return len(lacking)

    async def _lacking(
        self, back_to: datetime | None
    ) -> tuple[dict[str, Attempt], datetime | None]:
        """Give the oldest attempt of each delivery that the inbox lacks, and as of when that is."""
        found: dict[str, Attempt] = {}
        as_of: list[datetime | None] = []
        async for page in self.deliveries.pages():
            as_of.append(page.as_of)
            # The newest come first, so the oldest stays.
            by_guid = {each.guid: each for each in page.attempts}
            async with self.holding.database.read() as tx:
                missing = await sweeps.lacking(tx, by_guid)
            found |= {guid: by_guid[guid] for guid in missing}
            if back_to is not None and page.attempts and page.attempts[-1].at < back_to:
                break
        return found, as_of[0]

    async def _bring_in(self, attempts: list[Attempt], n: int) -> None:
        asked = (self.deliveries.body(each) for each in attempts)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        came = [
            Delivery(each.guid, each.event, body, each.at)
            for each, body in zip(attempts, answers, strict=True)
            if isinstance(body, bytes)
        ]
        without = [
            each
            for each, body in zip(attempts, answers, strict=True)
            if body is None or (isinstance(body, CannotTell) and self._is_long_ago(each.at))
        ]
        async with self.holding.writing() as tx:
            if came:
                await sweeps.hold(tx, came)
            for each in without:
                log.error("GitHub does not give a delivery any more", delivery=each.guid)
                if each.repo is not None:
                    await sweeps.want_reread(tx, each.repo, each.at - OVERLAP, n)
        if came:
            log.warning("deliveries were missed, and are here now", count=len(came))
        failed = [each for each in answers if isinstance(each, BaseException)]
        if len(came) + len(without) < len(attempts):
            raise failed[0]

    def _is_long_ago(self, at: datetime) -> bool:
        """Tell whether we have asked for it long enough: it must not hold up everything else."""
        return at < self.holding.time.now() - PATIENCE


def _oldest_first(found: dict[str, Attempt]) -> list[list[Attempt]]:
    """Put deliveries in order, some at a time."""
    every = sorted(found.values(), key=lambda each: (each.at, each.id))
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


async def swept(holding: Holding) -> Mark | None:
    """Give the mark up to which nothing is missing."""
    async with holding.database.read() as tx:
        return await sweeps.mark(tx, DELIVERIES)
