"""What is each new delivery about, and where does it belong?

No network here: names and visibility go to the mirror, our own comments settle what was unknown in
the outbox, and events for us are put in their place in the line.
"""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.reading import Unreadable, hear
from bot.storage import inbox, mirror, sightings
from bot.storage.database import Database
from bot.storage.people import Draw
from bot.timing import Time

log = structlog.get_logger(__name__)


class Sorter:
    """Understands deliveries, a batch in each transaction."""

    def __init__(self, database: Database, time: Time, *, app_id: int, draw: Draw) -> None:
        """Take our App's id, by which we know our own comments, and a source of random numbers."""
        self._database, self._time, self._app_id, self._draw = database, time, app_id, draw

    async def sort(self) -> int:
        """Understand what is new; say how many deliveries that were."""
        async with self._database.read() as tx:
            waiting = await inbox.unsorted(tx)
        if waiting:
            async with self._database.write() as tx:
                for row in waiting:
                    await self._sort(tx, row)
        return len(waiting)

    async def _sort(self, tx: AsyncConnection, row: inbox.Waiting) -> None:
        """Understand one delivery; whatever is wrong with it, the others go on."""
        try:
            async with tx.begin_nested():
                await self._understand(tx, row)
        except Unreadable as error:
            log.warning("delivery cannot be read", n=row.n, event_name=row.event, error=str(error))
            await inbox.finish(tx, row.n, "ignored", str(error))
        except Exception as error:
            log.exception("delivery cannot be placed", n=row.n, event_name=row.event)
            await inbox.finish(tx, row.n, "quarantined", repr(error))

    async def _understand(self, tx: AsyncConnection, row: inbox.Waiting) -> None:
        heard = hear(row.event, row.body, row.received_at)
        for fact in heard.facts:
            await mirror.note(tx, fact, self._draw)
        if heard.sighted is not None and heard.sighted.app == self._app_id:
            await sightings.learn(tx, heard.sighted, self._time.now())
        await inbox.place(tx, row.n, heard)
