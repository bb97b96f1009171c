"""How does Bursar serve here? As `bursar serve` wires it, on the campaign's clock.

Everything that a process does is the bot's own; besides the clock, only what the campaign takes away on
purpose is different (`without`).
"""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import structlog

from bot.app import serving
from bot.app.logs import set_up_logs
from bot.app.rooms import Role
from bot.github import transport
from bot.settings import settings
from bot.storage import shared_clock
from bot.timing import Time
from bot.worker import turns
from campaigns.torture.childhood import end_with_the_campaign, write_to
from campaigns.torture.clock import SharedClock
from campaigns.torture.removing import REMOVALS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that one process is started with."""

    settings: dict[str, Any]
    clock: Path
    log: Path
    role: str = "all"
    skew: timedelta = timedelta(0)
    without: tuple[str, ...] = ()


def run(start: Start) -> None:
    """Serve until told to stop."""
    end_with_the_campaign()
    write_to(start.log)
    for name in start.without:
        REMOVALS[name]()
    set_up_logs("info")
    try:
        asyncio.run(_serve(start))
    except Exception:
        log.exception("cannot serve")
        sys.exit(1)


async def _serve(start: Start) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    clock = SharedClock(start.clock, start.skew)
    _let_the_database_tell(clock)
    _let_requests_end_in_time(clock.speed)
    chosen = settings(**start.settings, _env_file=None)
    time = Time(clock.now, clock.sleep)
    async with serving.running(chosen, time, role=Role(start.role)) as (_, address, rooms):
        log.info("serving", address=address, role=start.role)
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({stopped, rooms}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if rooms.done():
            rooms.result()


def _let_requests_end_in_time(speed: float) -> None:
    """Shorten what is counted in real seconds like all else: a lease must outlast a request."""
    seconds, connecting = transport.TIMEOUT_SECONDS / speed, transport.CONNECT_SECONDS / speed
    shorter = aiohttp.ClientTimeout(total=max(seconds, 1.0), connect=max(connecting, 0.5))
    transport._TIMEOUT = shorter
    turns.MUST_LEAVE_WITHIN /= speed


def _let_the_database_tell(clock: SharedClock) -> None:
    """Let the clock of the database server run like the campaign's, whatever this process believes."""
    theirs = shared_clock.moment_of

    async def moment(tx: Any, now: datetime) -> datetime:
        if tx.dialect.name != "postgresql":
            return await theirs(tx, now)
        return clock.true_now()

    shared_clock.moment_of = moment
