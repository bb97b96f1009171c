"""How does one life of the bot begin, and how does it end without a word?

A life is what a process would be: wired by the same `wire`, over the same database, with a memory of
its own. When it ends, nothing of it can be written or asked any more: what counts is what it had
committed, and what had reached GitHub.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy.exc import DBAPIError

from bot.app.rooms import Bot
from bot.app.serving import wire
from bot.intake import PATH
from bot.settings import Settings
from bot.storage import leases
from bot.storage.database import Database
from bot.timing import Time
from campaigns.simulate.github import Box, Gone, Response, Session, Watch
from campaigns.simulate.storing import DEAD, OWNER
from campaigns.simulate.troubles import Trouble, Troubles
from campaigns.simulate.watching import Watching

TIMES_CANCELLED = 20
"""How often what is left of a life is told to end; our own limit."""

TASKS_KEPT = 500
"""Tasks of a life after which those that are done are forgotten; our own limit."""


@dataclass
class Armed:
    """A crash that strikes at the n-th chance that it has."""

    how: Trouble
    left: int


@dataclass
class Surroundings:
    """What a life finds when it begins."""

    settings: Settings
    box: Box
    troubles: Troubles
    watching: Watching
    now: Any
    """The time of the world."""
    loop: Any
    dice: Any
    """Of the network."""


@dataclass(eq=False)
class Life(Watch):
    """One process of the bot."""

    number: int
    around: Surroundings
    skew: timedelta = timedelta(0)
    armed: Armed | None = None
    dead: bool = False
    connections: list[sqlite3.Connection] = field(default_factory=list)
    proxies: list[Any] = field(default_factory=list)
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    bot: Bot | None = None
    began: float = 0.0
    ended_at: datetime | None = None

    # --- its beginning and its end ----------------------------------------------------------------

    def begin(self) -> None:
        """Wire the bot and let it run."""
        around = self.around
        self.began = around.loop.time()
        session: Any = Session(around.box, around.dice, self)
        self.bot = wire(
            around.settings,
            Database(around.settings.database_url),
            session,
            Time(self.now, asyncio.sleep),
        )
        around.loop.after_each_step = self._step
        self._mine(self._run(self.bot))

    async def _run(self, bot: Bot) -> None:
        """Do as `bot.app.serving.running` does on SQLite; a start that fails ends the process."""
        try:
            async with bot.database.write() as tx:
                await leases.forget_holders(tx)
        except (sqlite3.Error, DBAPIError):
            self.end()
        else:
            await bot.run()

    def now(self) -> datetime:
        """Tell the time as this process has it."""
        moment: datetime = self.around.now()
        return moment + self.skew

    def arm(self, how: Trouble, left: int) -> None:
        """Let this life end soon."""
        if not self.dead:
            self.armed = Armed(how, left)

    def end(self, how: Trouble | None = None) -> None:
        """Die here and now."""
        if self.dead:
            return
        self.dead = True
        self.ended_at = self.around.now()
        if how is not None:
            self.around.troubles.struck[how] += 1
            self.around.watching.note("crash", how=how.value, life=self.number)
        for connection in self.connections:
            connection.end()  # type: ignore[attr-defined]
        for proxy in self.proxies:
            proxy._connection = None
        self.around.loop.after_each_step = _nothing
        self.ended.set()

    async def bury(self) -> None:
        """Wake everything that this life left behind, so that it ends."""
        for _ in range(TIMES_CANCELLED):
            left = [task for task in self.tasks if not task.done()]
            if not left:
                break
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=0)
            await asyncio.sleep(0)
        for task in self.tasks:
            if task.done() and not task.cancelled():
                task.exception()
        self.tasks.clear()

    def _mine(self, work: Any) -> asyncio.Task[Any]:
        context = copy_context()
        context.run(OWNER.set, self)
        task: asyncio.Task[Any] = self.around.loop.create_task(work, context=context)
        return task

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Take a delivery, as the server of this process would."""
        if self.dead or self.bot is None:
            raise Gone
        handler = next(r.handler for r in self.bot.intake.routes() if r.path == PATH)
        answering = self._mine(handler(request))
        dying = self.around.loop.create_task(self.ended.wait())
        try:
            await asyncio.wait({answering, dying}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            dying.cancel()
        if not answering.done() or answering.cancelled():  # the process is no more
            raise Gone
        response: web.StreamResponse = answering.result()
        return response

    # --- what can strike --------------------------------------------------------------------------

    def _chance(self, how: Trouble) -> bool:
        armed = self.armed
        if armed is None or armed.how is not how or self.dead:
            return False
        armed.left -= 1
        if armed.left > 0:
            return False
        self.end(how)
        return True

    def _step(self) -> None:
        self._chance(Trouble.CRASH_AWAIT)

    def beginning(self) -> None:
        """Let a writing transaction begin, or not."""
        if self.around.troubles.strikes(Trouble.LOCKED):
            raise Struck("database is locked")

    def committing(self) -> None:
        """Let a writing transaction be committed, or not."""
        if self._chance(Trouble.CRASH_UNCOMMITTED):
            raise sqlite3.OperationalError(DEAD)
        if self.around.troubles.strikes(Trouble.DISK):
            raise Struck("disk I/O error")

    def committed(self) -> None:
        """Look at what was committed."""
        self.around.watching.committed()
        if self._chance(Trouble.CRASH_COMMITTED):
            raise sqlite3.OperationalError(DEAD)
        if self.around.troubles.strikes(Trouble.UNCLEAR):
            raise Struck("disk I/O error, after the commit")

    def asking(self, method: str, path: str, headers: Any) -> None:
        """Let a request leave, or not."""
        if self._chance(Trouble.CRASH_UNSENT):
            raise Gone
        if self.around.troubles.strikes(Trouble.UNREACHED):
            raise aiohttp.ConnectionTimeoutError
        self.around.watching.asking(self, method, path, headers)

    def answered(self, headers: Any, response: Response) -> None:
        """Its answer is here."""
        if self._chance(Trouble.CRASH_UNANSWERED):
            raise Gone
        self.around.watching.answered(self, headers, response)


class Struck(sqlite3.OperationalError):
    """A fault of ours, and no bug."""


def _nothing() -> None:
    pass


def remember_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Let every life know its tasks."""

    def make(running: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        context = more.get("context")
        owner: Any = OWNER.get() if context is None else context.get(OWNER)
        task: asyncio.Task[Any] = asyncio.Task(work, loop=running, **more)
        if owner is not None:
            owner.tasks.append(task)
            if len(owner.tasks) > TASKS_KEPT:
                owner.tasks[:] = [each for each in owner.tasks if not each.done()]
        return task

    loop.set_task_factory(make)
