"""GitHub did not simply say yes: what becomes of the row?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.refs import Repo
from bot.github.errors import GONE, Final, Limited
from bot.lookup import CannotTell
from bot.storage import mirror, outbox, sightings
from bot.storage.outgoing import Outgoing
from bot.timing import Time
from bot.worker.turns import Turn

TRY_AGAIN = timedelta(seconds=5)
TRY_AGAIN_AT_MOST = timedelta(minutes=10)
"""Pause before a write that is safe to repeat is repeated; doubles each time, up to this."""

FORBIDDEN = 403
FORBIDDEN_ATTEMPTS = 9
"""A suspended installation or a locked issue answers 403, and may be free again: we try for about
forty minutes, and whenever something else is to be shown there."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Notes what became of a row that was not simply sent."""

    time: Time
    find_again: Callable[[Repo], Awaitable[Repo | None]]
    """Learns a renamed repository's name of today, and gives it; None when it is not found."""

    async def refused(self, turn: Turn, row: Outgoing, no: Final) -> None:
        """Keep GitHub's no: for good, or for a while where it may change its mind.

        "Not there" says nothing while the repository itself is not there. A digest that was refused
        can be asked for again (`publishing.retry`).
        """
        log.warning("GitHub refused", key=row.key, repo=row.repo, answer=str(no))
        if no.status == FORBIDDEN and row.attempts < FORBIDDEN_ATTEMPTS:
            await self._later(turn, row)
            return
        if no.status in GONE and row.kind != "digest":
            try:
                await self._check_is_there(turn, row)
            except CannotTell as unclear:
                await self.unanswered(turn, row, unclear)
                return
        async with turn.noting() as tx:
            if row.kind == "panel" and row.github_id is not None and no.status in GONE:
                await sightings.lost(tx, row, self.time.now())
            else:
                await outbox.fail(tx, row)

    async def limited(self, turn: Turn, rows: Sequence[Outgoing], limit: Limited) -> None:
        """Let rows wait until then; they certainly were not sent."""
        log.warning("GitHub asks for patience", until=str(limit.until), key=rows[0].key)
        async with turn.noting() as tx:
            for row in rows:
                state = _state_if_nothing_happened(row)
                await outbox.postpone(tx, row, limit.until, state, counts=len(rows) == 1)

    async def moved(self, turn: Turn, row: Outgoing, repo: Repo) -> None:
        """Follow a renamed repository; if it bears its name still, the issue itself moved away."""
        found = None
        try:
            found = await self.find_again(repo)
        except CannotTell as error:
            log.warning("a moved repository is not found yet", repo=repo.id, why=str(error))
        if found == repo:
            no = Final(301, "the issue has moved to another repository")
            await self.refused(turn, row, no)
            return
        await self._later(turn, row)

    async def unanswered(self, turn: Turn, row: Outgoing, error: CannotTell) -> None:
        """Let the row wait for an answer that it needs; nothing happened."""
        until = max(error.not_before or self.time.now(), self._after(row))
        await self._postpone(turn, row, until, _state_if_nothing_happened(row))

    async def unsure(self, turn: Turn, rows: Sequence[Outgoing], why: str) -> None:
        """Nobody knows whether it is there; what can be repeated is, what cannot is searched.

        Only what makes something new is noted as `sending` before: nothing else can be doubled.
        """
        log.warning("unclear whether GitHub has it", key=rows[0].key, why=why)
        async with turn.noting() as tx:
            for row in rows:
                if await outbox.state_of(tx, row) in {"sending", "unknown"}:
                    until = self.time.now() + outbox.GRACE
                    await outbox.postpone(tx, row, until, "unknown")
                else:
                    await outbox.postpone(tx, row, self._after(row), "idle")

    async def doubt(self, turn: Turn, row: Outgoing) -> None:
        """Not repeat an attempt whose end could not be noted: it may have arrived."""
        async with turn.noting() as tx:
            await outbox.doubt(tx, row, self.time.now())

    async def _check_is_there(self, turn: Turn, row: Outgoing) -> None:
        """Make sure that a row's repository is where we look for it.

        Raises:
            CannotTell: it was moved, hidden from us or deleted, or GitHub does not answer.
        """
        async with turn.database.read() as tx:
            repo = await mirror.repo_by_id(tx, row.repo)
        if repo is None or await self.find_again(repo) != repo:
            raise CannotTell("the repository is not where we look for it")

    async def _later(self, turn: Turn, row: Outgoing) -> None:
        await self._postpone(turn, row, self._after(row), _state_if_nothing_happened(row))

    async def _postpone(self, turn: Turn, row: Outgoing, until: datetime, state: str) -> None:
        async with turn.noting() as tx:
            await outbox.postpone(tx, row, until, state)

    def _after(self, row: Outgoing) -> datetime:
        pause: timedelta = TRY_AGAIN * 2 ** min(row.attempts, 10)
        return self.time.now() + min(pause, TRY_AGAIN_AT_MOST)


def _state_if_nothing_happened(row: Outgoing) -> str:
    """Keep an older doubt: this attempt did not happen, but the one before it may have."""
    return "unknown" if row.state == "unknown" else "idle"
