"""What goes to GitHub next, when may it, and what if nobody knows whether it arrived?

Posting a comment cannot be exactly-once: GitHub has no idempotency key, and sometimes answers 5xx
although the comment exists. So the intent is committed before the request, an unclear answer makes
the row `unknown`, and an unknown comment is searched for before it is posted again
(docs/architecture.md, "Posting a comment").
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.refs import Repo
from bot.github.errors import Final, Limited, Moved, Unsure
from bot.lookup import CannotTell
from bot.storage import upcoming
from bot.storage.database import Database
from bot.storage.leases import Fenced
from bot.storage.outgoing import Outgoing
from bot.timing import Bell, Time
from bot.worker.outcomes import Outcomes
from bot.worker.performing import Performing
from bot.worker.reacting import Reacting
from bot.worker.turns import Turn, Turns

IDLE = 30.0
"""Seconds after which an idle loop looks around even if nothing rang."""

SOMEBODY_ELSE = timedelta(seconds=2)
"""How long to wait while another process sends for an installation; our own choice."""

STAYS = timedelta(seconds=5)
"""How long a turn is kept while there is nothing to do but wait; our own choice."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sender:
    """Sends what the outbox holds: one installation beside the other, each at GitHub's pace."""

    database: Database
    performing: Performing
    time: Time
    work: Bell
    find_again: Callable[[Repo], Awaitable[Repo | None]]
    """Learns a renamed repository's name of today, and gives it; None when it is not found."""
    holder: str
    """A name that no other process has."""
    _turns: Turns = field(init=False)
    _reacting: Reacting = field(init=False)
    _outcomes: Outcomes = field(init=False)
    _busy: dict[int, asyncio.Task[bool]] = field(default_factory=dict)
    _again: set[int] = field(default_factory=set)
    """Installations that got something to do while they were busy."""
    _rests: dict[int, datetime] = field(default_factory=dict)
    """Until when nothing may be done for an installation."""
    _alarms: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """Each rings when there may be something to do again for an installation."""

    def __post_init__(self) -> None:
        """Open the rooms beside this one."""
        self._turns = Turns(self.database, self.time, self.holder)
        self._reacting = Reacting(self.database, self.performing.github, self.time)
        self._outcomes = Outcomes(self.time, self.find_again)

    async def run(self) -> None:
        """Send whatever there is, until cancelled."""
        try:
            while True:
                await self.work.wait(await self._start_installations())
        finally:
            tasks = [*self._busy.values(), *self._alarms.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # --- which installations ------------------------------------------------------------------

    async def _start_installations(self) -> float:
        """Start what can be sent now; gives the seconds after which to look again."""
        self._busy = {key: task for key, task in self._busy.items() if not task.done()}
        now = self.time.now()
        async with self.database.read() as tx:
            wanted = await upcoming.installations_with_work(tx, now)
            put_off = await upcoming.next_moment(tx, now)
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        for installation in wanted:
            if installation in self._busy:
                self._again.add(installation)
            elif installation not in self._rests:
                self._start(installation)
        return min(IDLE, (put_off - now).total_seconds()) if put_off else IDLE

    def _start(self, installation: int) -> None:
        self._again.discard(installation)
        task = asyncio.create_task(self._send_all(installation))
        task.add_done_callback(lambda ended: self._ended(installation, ended))
        self._busy[installation] = task

    def _ended(self, installation: int, task: asyncio.Task[bool]) -> None:
        """Look again for work: something may have come while this task was at it."""
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            log.error("sending stopped for an installation", error=repr(error))
        elif task.result() or installation in self._again:
            self.work.ring()

    def _rest(self, installation: int, until: datetime) -> None:
        """Do nothing for an installation until then."""
        self._rests[installation] = until
        self._look_again(installation, until)

    def _look_again(self, installation: int, moment: datetime) -> None:
        """Ring at a moment of which the database does not know."""
        if (alarm := self._alarms.pop(installation, None)) is not None:
            alarm.cancel()
        self._alarms[installation] = asyncio.create_task(self._ring_at(installation, moment))

    async def _ring_at(self, installation: int, moment: datetime) -> None:
        await self.time.sleep((moment - self.time.now()).total_seconds())
        del self._alarms[installation]
        self.work.ring()

    # --- one installation ---------------------------------------------------------------------

    async def _send_all(self, installation: int) -> bool:
        """Send what may go now for one installation; says whether there was anything."""
        if until := await self._turns.quiet_until(installation):
            self._rest(installation, until)
            return False
        if await self._next(installation) is None:  # before others are kept from it
            return False
        turn = await self._turns.take(installation)
        if turn is None:
            self._rest(installation, self.time.now() + SOMEBODY_ELSE)
            return False
        try:
            while await self._send_next(turn):
                pass
        except Fenced:
            log.warning("another process sends for this installation", installation=installation)
        finally:
            await turn.ends()
        return True

    async def _send_next(self, turn: Turn) -> bool:
        """Send what goes next; says whether there may be more."""
        now = self.time.now()
        free_at = turn.pace.next_write(turn.installation, now)
        if free_at - now > STAYS:
            self._rest(turn.installation, free_at)
            return False
        await turn.comes()
        found = await self._next(turn.installation)
        if found is None:
            return False
        if found.rows[0].state == "sending":
            await self._outcomes.doubt(turn, found.rows[0])
            return True
        return await self._send(turn, found)

    async def _next(self, installation: int) -> _Found | None:
        """Give what goes next, the most important first; reactions only when they are ripe."""
        now = self.time.now()
        ripe_at = self._turns.pace.next_reaction(installation, now)
        async with self.database.read() as tx:
            found = await upcoming.next_to_send(tx, installation, now, reactions=ripe_at <= now)
        rows: tuple[Outgoing, ...] = (found.row,) if found else ()
        if found and found.row.kind == "reaction":
            batch = await self._reacting.batch(self._turns.pace, found.row, found.repo, now)
            rows, ripe_at = batch.rows, batch.ripe_at
            found = found if ripe_at <= now else None
        if found is None and ripe_at > now:
            self._look_again(installation, ripe_at)
        return _Found(found.repo, rows) if found else None

    async def _send(self, turn: Turn, found: _Found) -> bool:
        """Perform what was found; what GitHub answers decides what becomes of it.

        Gives False when GitHub asks for quiet.
        """
        row, outcomes = found.rows[0], self._outcomes
        try:
            if row.kind == "reaction":
                await self._reacting.react(turn, found.repo, found.rows)
            else:
                await self.performing.perform(row, found.repo, turn)
        except Fenced:
            raise
        except Limited as limit:
            self._rest(turn.installation, limit.until)
            await outcomes.limited(turn, found.rows, limit)
            return False
        except Final as no:
            await outcomes.refused(turn, row, no)
        except Moved:
            await outcomes.moved(turn, row, found.repo)
        except CannotTell as error:
            await outcomes.unanswered(turn, row, error)
        except Unsure as doubt:
            await outcomes.unsure(turn, found.rows, str(doubt))
        except Exception:
            log.exception("cannot show this", key=row.key)
            await outcomes.unsure(turn, found.rows, "an error of ours")
        return True


@dataclass(frozen=True, slots=True)
class _Found:
    """What goes next: one row, or reactions that go together."""

    repo: Repo
    rows: tuple[Outgoing, ...]
