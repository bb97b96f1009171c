"""What is each new delivery about, and where does it belong?

No network here: names and visibility go to the mirror, our own comments settle what was unknown in
the outbox, and events for us are put in their place in the line.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.events.mirrored import Fact, RepositorySeen
from bot.events.reading import Heard, Unreadable, hear
from bot.storage import inbox, leases, mirror, out_of_reach, sightings
from bot.storage.database import Database
from bot.storage.failures import is_the_stores
from bot.storage.people import Draw
from bot.timing import Time

SORTING = "sorting"
"""The turn that one process at a time has."""

log = structlog.get_logger(__name__)


class Sorter:
    """Understands deliveries, a batch in each transaction."""

    def __init__(self, database: Database, time: Time, *, app_id: int, draw: Draw) -> None:
        """Take our App's id, by which we know our own comments, and a source of random numbers."""
        self._database, self._time, self._app_id, self._draw = database, time, app_id, draw

    async def sort(self, at_most: int = inbox.BATCH) -> int:
        """Understand what is new, so many at most; say how many deliveries that were.

        One process at a time does this; whatever is wrong with one delivery, the others go on.
        """
        async with self._database.glance() as tx:
            waiting = await inbox.unsorted(tx, at_most=at_most)
        if not waiting:
            return 0
        try:
            return await self._place(waiting)
        except Exception as error:
            if is_the_stores(error):
                raise
            # Which one it is, shows when each goes alone.
            log.warning("a batch cannot be placed", n=waiting[0].n, error=repr(error))
        return sum([await self._place_alone(row) for row in waiting])

    async def _place(self, waiting: Sequence[inbox.Waiting]) -> int:
        """Put deliveries in their places, all in one transaction."""
        understood = [(row, _understood(row)) for row in waiting]
        async with self._database.write() as tx:
            if not await leases.turn(tx, SORTING):
                return 0
            heard = [(row, each) for row, each in understood if isinstance(each, Heard)]
            unreadable = [(row, each) for row, each in understood if isinstance(each, str)]
            facts = [fact for _, each in heard for fact in each.facts]
            await mirror.note_all(tx, facts, self._draw)
            await out_of_reach.take_up(tx, _within_reach(facts))
            for _, each in heard:
                if each.sighted is not None and each.sighted.app == self._app_id:
                    await sightings.learn(tx, each.sighted, self._time.now())
            await inbox.place(tx, [(row.n, each) for row, each in heard])
            for row, error in unreadable:
                await inbox.finish(tx, row.n, "ignored", error)
        return len(understood)

    async def _place_alone(self, row: inbox.Waiting) -> int:
        try:
            return await self._place([row])
        except Exception as error:
            if is_the_stores(error):
                raise
            log.exception("delivery cannot be placed", n=row.n, event_name=row.event)
            async with self._database.write() as tx:
                await inbox.finish(tx, row.n, "quarantined", repr(error))
            return 1


def _within_reach(facts: Sequence[Fact]) -> set[int]:
    """Name the repositories that are said to be ours by events about just that."""
    return {
        fact.id
        for fact in facts
        if isinstance(fact, RepositorySeen) and not (fact.in_passing or fact.removed)
    }


def _understood(row: inbox.Waiting) -> Heard | str:
    """Understand a delivery, or say why it cannot be."""
    try:
        return hear(row.event, row.body, row.received_at)
    except Unreadable as error:
        log.warning("delivery cannot be read", n=row.n, event_name=row.event, error=str(error))
        return str(error)
