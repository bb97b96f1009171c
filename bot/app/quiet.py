"""How do all processes hear of a limit that GitHub told one of them?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.storage import pacing
from bot.storage.database import Database
from bot.timing import Time


@dataclass(slots=True)
class SharedQuiet:
    """Keeps GitHub's wishes for quiet in the database, where a restart finds them too."""

    database: Database
    time: Time
    holder: str
    """A name that no other process has."""
    _asked: set[int] = field(default_factory=set)

    async def until(self, installation: int) -> datetime | None:
        """Say until when other processes, or this one before a restart, were asked to be quiet."""
        if installation in self._asked and not self.database.is_shared:
            return None  # nobody else works on a file: what was known at the start is all
        async with self.database.read() as tx:
            found = await pacing.quiet_until(tx, installation, self.time.now(), self.holder)
        self._asked.add(installation)
        return found

    async def keep(self, installation: int, until: datetime) -> None:
        """Let the others know that this process was asked."""
        async with self.database.write() as tx:
            await pacing.be_quiet(tx, installation, until, self.time.now(), self.holder)
