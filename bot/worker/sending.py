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
from bot.storage import mirror, outbox
from bot.storage.database import Database
from bot.storage.outgoing import Outgoing
from bot.timing import Bell, Time
from bot.worker.pace import Pace
from bot.worker.performing import Performing

IDLE = 30.0
"""Seconds after which an idle loop looks around even if nothing rang."""

TRY_AGAIN = timedelta(seconds=5)
TRY_AGAIN_AT_MOST = timedelta(minutes=10)
"""Pause before a write that is safe to repeat is repeated; doubles each time, up to this."""

FORBIDDEN = 403
FORBIDDEN_ATTEMPTS = 9
"""A suspended installation or a locked issue answers 403, and may be free again: we try for about
forty minutes, and whenever something else is to be shown there."""

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
    pace: Pace = field(default_factory=Pace)
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Send whatever there is, until cancelled."""
        async with self.database.write() as tx:
            await outbox.doubt_what_was_sending(tx)
        try:
            while True:
                await self._start_installations()
                await self.work.wait(await self._until_next())
        finally:
            for task in self._busy.values():
                task.cancel()

    async def _start_installations(self) -> None:
        self._busy = {key: task for key, task in self._busy.items() if not task.done()}
        async with self.database.read() as tx:
            wanted = await outbox.installations_with_work(tx, self.time.now())
        for installation in wanted:
            if installation not in self._busy:
                task = asyncio.create_task(self._send_all(installation))
                task.add_done_callback(self._ended)
                self._busy[installation] = task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Look again for work: something may have been put off while this task was at it."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("sending stopped for an installation", error=repr(error))
        else:
            self.work.ring()

    async def _send_all(self, installation: int) -> None:
        """Send what may go now for one installation, the most important first."""
        while True:
            await self._wait_for_turn(installation)
            async with self.database.read() as tx:
                now = self.time.now()
                reactions = self.pace.may_react(installation, now)
                row = await outbox.next_to_send(tx, installation, now, reactions=reactions)
                repo = await mirror.repo_by_id(tx, row.repo) if row else None
                reachable = await mirror.active(tx, installation)
            if row is None or repo is None or not reachable:
                return
            if row.state == "sending":
                await self._doubt(row)
            else:
                await self._send(row, repo)

    async def _wait_for_turn(self, installation: int) -> None:
        async with self.database.read() as tx:
            held_back = await mirror.held_back(tx, installation)
        now = self.time.now()
        turn = max(self.pace.next_write(installation, now), held_back or now)
        if turn > now:
            await self.time.sleep((turn - now).total_seconds())

    async def _send(self, row: Outgoing, repo: Repo) -> None:
        """Perform one row; what GitHub answers decides what becomes of it."""
        try:
            wrote = await self.performing.perform(row, repo)
        except Final as no:
            await self._refused(row, no)
        except Limited as limit:
            await self._limited(row, repo, limit)
        except Moved:
            await self._moved(row, repo)
        except Unsure as doubt:
            await self._unsure(row, str(doubt))
        except CannotTell as error:
            until = max(error.not_before or self.time.now(), self.time.now() + _pause(row))
            await self._postpone(row, until, _state_if_nothing_happened(row))
        except Exception:
            log.exception("cannot show this", key=row.key)
            await self._unsure(row, "an error of ours")
        else:
            if not wrote:
                return
        self.pace.wrote(repo.installation, self.time.now())

    async def _doubt(self, row: Outgoing) -> None:
        """Not repeat an attempt whose end could not be noted: it may have arrived."""
        async with self.database.write() as tx:
            await outbox.doubt(tx, row)

    async def _refused(self, row: Outgoing, no: Final) -> None:
        log.warning("GitHub refused", key=row.key, repo=row.repo, answer=str(no))
        if no.status == FORBIDDEN and row.attempts < FORBIDDEN_ATTEMPTS:
            until = self.time.now() + _pause(row)
            await self._postpone(row, until, _state_if_nothing_happened(row))
            return
        async with self.database.write() as tx:
            if row.kind == "panel" and row.github_id is not None and no.status in {404, 410}:
                await outbox.lost(tx, row)
            else:
                await outbox.fail(tx, row)

    async def _limited(self, row: Outgoing, repo: Repo, limit: Limited) -> None:
        """Be quiet until then, with everything of this installation; a restart obeys too."""
        log.warning("GitHub asks for patience", until=str(limit.until), key=row.key)
        async with self.database.write() as tx:
            await mirror.hold_back(tx, repo.installation, limit.until)
            await outbox.postpone(tx, row, limit.until, _state_if_nothing_happened(row))

    async def _moved(self, row: Outgoing, repo: Repo) -> None:
        """Follow a renamed repository; if it bears its name still, the issue itself moved away."""
        found = None
        try:
            found = await self.find_again(repo)
        except CannotTell as error:
            log.warning("a moved repository is not found yet", repo=repo.id, why=str(error))
        if found == repo:
            await self._refused(row, Final(301, "the issue has moved to another repository"))
            return
        await self._postpone(row, self.time.now() + _pause(row), _state_if_nothing_happened(row))

    async def _unsure(self, row: Outgoing, why: str) -> None:
        """Nobody knows whether it is there; what can be repeated is, what cannot is searched.

        Only what makes something new is noted as `sending` before: nothing else can be doubled.
        """
        log.warning("unclear whether GitHub has it", key=row.key, why=why)
        async with self.database.read() as tx:
            noted = await outbox.state_of(tx, row)
        state = "unknown" if noted in {"sending", "unknown"} else "idle"
        pause = outbox.GRACE if state == "unknown" else _pause(row)
        await self._postpone(row, self.time.now() + pause, state)

    async def _postpone(self, row: Outgoing, until: datetime, state: str) -> None:
        async with self.database.write() as tx:
            await outbox.postpone(tx, row, until, state)

    async def _until_next(self) -> float:
        async with self.database.read() as tx:
            moment = await outbox.next_moment(tx, self.time.now())
        if moment is None:
            return IDLE
        return min(IDLE, (moment - self.time.now()).total_seconds())


def _state_if_nothing_happened(row: Outgoing) -> str:
    """Keep an older doubt: this attempt did not happen, but the one before it may have."""
    return "unknown" if row.state == "unknown" else "idle"


def _pause(row: Outgoing) -> timedelta:
    pause: timedelta = TRY_AGAIN * 2 ** min(row.attempts, 10)
    return min(pause, TRY_AGAIN_AT_MOST)
