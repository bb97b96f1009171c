"""Which rooms does a process run, and what if one of them stops?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from bot.app.alarm import Alarm
from bot.app.answers import Answers
from bot.app.recovering import Recovery
from bot.clock import Clock
from bot.github.client import Client
from bot.intake import Intake
from bot.storage.database import Database
from bot.timing import Time
from bot.worker.deciding import Decider
from bot.worker.sending import Sender

log = structlog.get_logger(__name__)

RESTART_AFTER = 5.0
"""Seconds after which a room starts again whose store failed; our own choice."""


class Role(StrEnum):
    """What a process is for."""

    WEB = "web"
    """Receives deliveries, and shows pages."""
    WORKER = "worker"
    """Decides, sends, watches the clock, and looks for what was missed."""
    ALL = "all"


class Room(Protocol):
    """What runs until it is cancelled."""

    async def run(self) -> None:
        """Do the room's work."""


@dataclass(slots=True)
class Bot:
    """A wired bot; nothing runs yet."""

    database: Database
    intake: Intake
    decider: Decider
    sender: Sender
    clock: Clock
    recovery: Recovery
    answers: Answers
    client: Client
    time: Time

    async def run(self, role: Role = Role.ALL) -> None:
        """Run what belongs to a role, until cancelled."""
        await self._run(self._rooms(role))

    async def run_without_intake(self) -> None:
        """Decide and send, until cancelled (for a command while no server runs)."""
        await self._run((self.decider, self.sender))

    def _rooms(self, role: Role) -> tuple[Room, ...]:
        alarm = Alarm(self.database, self.time)
        working = (self.decider, self.sender, self.clock, self.recovery, alarm)
        match role:
            case Role.WEB:
                return (self.intake,)
            case Role.WORKER:
                return working
            case Role.ALL:
                return (self.intake, *working)

    async def _run(self, rooms: Iterable[Room]) -> None:
        async with asyncio.TaskGroup() as running:
            for room in rooms:
                running.create_task(self._keep(room), name=type(room).__name__)

    async def _keep(self, room: Room) -> None:
        """Run a room; when the store fails under it, wait a little and go on: nothing is lost."""
        while True:
            try:
                await room.run()
            except Exception:
                log.exception("a room stopped, and starts again", room=type(room).__name__)
            await self.time.sleep(RESTART_AFTER)
