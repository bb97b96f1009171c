"""How do all processes hear of a limit that GitHub told one of them?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.storage import pacing
from bot.storage.database import Database
from bot.timing import Time

GOOD_FOR = timedelta(seconds=1)
"""How long a look into a file is good: beside the server only a command asks GitHub there. Our own choice."""


@dataclass(slots=True)
class SharedQuiet:
    """Keeps GitHub's wishes for quiet in the database, where a restart finds them too."""

    database: Database
    time: Time
    holder: str
    """A name that no other process has."""
    _looked: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    """By installation: when we looked last, and what we found."""

    async def until(self, installation: int) -> datetime | None:
        """Say until when other processes, or this one before a restart, were asked to be quiet."""
        now = self.time.now()
        at, found = self._looked.get(installation, (None, None))
        if not self.database.is_shared and at is not None and abs(now - at) < GOOD_FOR:
            return found
        async with self.database.glance() as tx:
            found = await pacing.quiet_until(tx, installation, now, self.holder)
        self._looked[installation] = now, found
        return found

    async def keep(self, installation: int, until: datetime) -> None:
        """Let the others know that this process was asked."""
        async with self.database.write() as tx:
            await pacing.be_quiet(tx, installation, until, self.time.now(), self.holder)
