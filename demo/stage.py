"""What does a story need? GitHub in a box, the bot beside it, and a clock that runs fast.

The demonstration and the story tests play on this stage; the bot is wired exactly as `bursar serve`
wires it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.app.rooms import Bot
from bot.app.serving import running
from bot.domain.configuration import CONFIGURATION
from bot.settings import Settings, settings
from bot.storage import inbox, outbox, sweeps
from bot.timing import Time
from sandbox.jumping_time import JumpingTime
from sandbox.server import Sandbox
from sandbox.story import Project, a_project
from sandbox.world import Actor, Comment, Installation, Issue

PATIENCE = 45.0
"""Wall-clock seconds after which something that should happen is taken not to happen."""

A_LOOK = 0.02
"""Wall-clock seconds between two looks whether everything is done."""

RULES = "pledges:\n  currencies: [USD, EUR]\n"
SECRET = "not-a-real-secret"  # noqa: S105 - nobody outside this process can use it
PANEL_MARK = "<!-- bursar-position"


@dataclass
class Stage:
    """A box with a project in it, and a bot that is installed there."""

    box: Sandbox
    bot: Bot
    time: JumpingTime
    project: Project
    rooms: asyncio.Task[None]
    installation: Installation
    settings: Settings
    look_every: float = A_LOOK

    def person(self, login: str) -> Actor:
        """Somebody who can act."""
        return self.box.world.person(login)

    async def settled(self) -> None:
        """Wait until everything told is decided, and everything to be shown is shown."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.box.settled()
                if self.rooms.done():
                    self.rooms.result()
                if not await self._busy():
                    return
                await asyncio.sleep(self.look_every)

    async def decided(self) -> None:
        """Wait until everything told is decided, whether or not it can be shown."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.box.settled()
                if not await self.undecided():
                    return
                await asyncio.sleep(self.look_every)

    async def undecided(self) -> bool:
        """Tell whether deliveries want work, or wait until all that was missed is here."""
        async with self.bot.database.read() as tx:
            return bool(await inbox.open_count(tx) or await sweeps.mark(tx, sweeps.HELD))

    async def _busy(self) -> bool:
        async with self.bot.database.read() as tx:
            waiting = await inbox.open_count(tx) or await sweeps.mark(tx, sweeps.HELD)
            return bool(waiting or await outbox.open_count(tx))

    async def passes(self, step: timedelta) -> None:
        """Let time pass, and what it brings with it."""
        await self.settled()
        await self.jump(step)
        await self.settled()

    async def jump(self, step: timedelta) -> None:
        """Move the clock, and let the bot look at it."""
        self.time.advance(step)
        await self.bot.clock.tick()

    def bots(self, issue: Issue) -> list[Comment]:
        """The bot's comments on an issue, oldest first."""
        return [comment for comment in issue.comments if comment.via_app is not None]

    def panel(self, issue: Issue) -> str:
        """The body of the panel; there must be exactly one."""
        return self.panel_comment(issue).body

    def panel_comment(self, issue: Issue) -> Comment:
        """The panel itself."""
        (panel,) = filter(is_panel, self.bots(issue))
        return panel

    def replies(self, issue: Issue) -> list[str]:
        """What the bot said on an issue besides the panel."""
        return [comment.body for comment in self.bots(issue) if not is_panel(comment)]

    def reactions(self, comment: Comment) -> list[str]:
        """The reactions to a comment, in GitHub's names."""
        return sorted(reaction.content for reaction in comment.reactions)


def is_panel(comment: Comment) -> bool:
    """Tell a panel from what else the bot says."""
    return PANEL_MARK in comment.body


def free_port(wanted: int = 0) -> int:
    """Find a port of loopback that nobody listens on now: the one that is wanted, or any."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
        port: int = probe.getsockname()[1]
        return port


S = TypeVar("S", bound=Stage)


@asynccontextmanager
async def a_stage(
    folder: Path,
    kind: type[S],
    *,
    speed: float,
    rules: str | None = RULES,
    ports: tuple[int, int] = (0, 0),
    with_page: bool = False,
    start: datetime | None = None,
    files: Mapping[str, str] | None = None,
    database_url: str | None = None,
    **more: Any,
) -> AsyncIterator[S]:
    """Open a box with the project `acme/solver` in it, and start a bot that is installed there.

    `files` are put into the project's first commit besides its own. Without `database_url` the bot
    keeps its tables in a file in `folder`.
    """
    time = JumpingTime(speed, start)
    api_port, page_port = ports

    async def advance(step: timedelta) -> None:
        await stage.jump(step)

    async with Sandbox(
        now=time.now,
        sleep=time.sleep,
        port=api_port,
        page_port=page_port,
        with_page=with_page,
        advance=advance,
    ) as box:
        project = a_project(box.world, files=files)
        port = free_port()
        chosen = settings(
            app_id=box.app.id,
            private_key=box.app.private_key_pem,
            webhook_secret=SECRET,
            github_api_url=box.api_url,
            database_url=database_url or f"sqlite+aiosqlite:///{folder}/bursar.db",
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            _env_file=None,
            **{"github_url": box.page_url, **more} if box.page_url else more,
        )
        async with running(chosen, Time(time.now, time.sleep)) as (bot, address, rooms):
            box.app.webhook_url = f"{address}/api/github/webhooks"
            box.app.webhook_secret = SECRET
            mia = box.world.person("mia")
            if rules is not None:
                mia.push(project.solver, {CONFIGURATION: rules}, "Configure Bursar")
            installation = mia.install(box.app, "all", on="acme")
            stage = kind(box, bot, time, project, rooms, installation, chosen)
            await stage.settled()
            yield stage
