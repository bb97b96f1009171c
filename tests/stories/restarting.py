"""A stage on which the bot can go away, and come back to an older database, while GitHub goes on."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.app.recovering import Recovery
from bot.app.serving import running
from bot.domain.configuration import CONFIGURATION
from bot.domain.refs import Repo
from bot.settings import Settings, settings
from bot.storage import mirror
from bot.timing import Time
from demo.stage import SECRET, free_port
from sandbox.jumping_time import JumpingTime
from sandbox.server import Sandbox
from sandbox.story import a_project
from sandbox.world import App
from tests import engines
from tests.engines import Engine
from tests.stories.kit import RULES, SPEED, Stage


@dataclass
class Restarting(Stage):
    """The bot can be stopped and started again."""

    folder: Path = Path()
    _at_work: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def recovery(self) -> Recovery:
        return self.bot.recovery

    async def repo(self) -> Repo:
        """The solver as the bot knows it."""
        async with self.bot.database.read() as tx:
            found = await mirror.repo_by_id(tx, self.solver.id)
        assert found is not None
        return found

    async def start(self) -> None:
        """Let the bot run, at the address that GitHub knows."""
        time = Time(self.time.now, self.time.sleep)
        made = running(self.settings, time)
        self.bot, address, self.rooms = await self._at_work.enter_async_context(made)
        self.box.app.webhook_url = f"{address}/api/github/webhooks"

    async def stop(self) -> None:
        """Let the bot go; what GitHub delivers from now on reaches nobody."""
        at_work, self._at_work = self._at_work, AsyncExitStack()
        await at_work.aclose()

    async def comes_back(self) -> None:
        """Start again, and have everything looked for that was missed."""
        await self.start()
        await self.looks()

    async def looks(self) -> None:
        """Sweep, and let everything be decided and shown."""
        await self.recovery.look()
        await self.settled()

    async def away(self, step: timedelta) -> None:
        """Let time pass without the bot, once GitHub has given up on what it had to deliver."""
        await self.box.settled()
        self.time.advance(step)

    # --- backups ------------------------------------------------------------------------------

    async def back_up(self) -> str:
        """Copy the database while nothing runs; gives the copy's URL."""
        await self.stop()
        kept = _copy_of(self.settings.database_url, self.folder)
        await self.start()
        return kept

    async def restore(self, kept: str) -> None:
        """Go on with an older state of the database, once the bot is started again."""
        await self.stop()
        self.settings = self.settings.model_copy(update={"database_url": kept})


def _copy_of(url: str, folder: Path) -> str:
    name = make_url(url).database or ""
    if engines.chosen() is Engine.POSTGRESQL:
        return engines.the_server().new(name)
    kept = folder / "kept.db"
    shutil.copy(name, kept)
    return engines.url_of(kept)


@asynccontextmanager
async def a_restarting_stage(folder: Path, speed: float = SPEED) -> AsyncIterator[Restarting]:
    """Open a box with the project in it, and a bot that is installed there; looked over at the end."""
    time = JumpingTime(speed)
    async with AsyncExitStack() as opened:
        url = opened.enter_context(engines.a_database_made_by(engines.empty, folder))
        box = await opened.enter_async_context(Sandbox(now=time.now, sleep=time.sleep))
        stage = await _opened(box, time, url, folder)
        try:
            await stage.settled()
            yield stage
            await stage.is_in_order()
        finally:
            await stage.stop()


async def _opened(box: Sandbox, time: JumpingTime, url: str, folder: Path) -> Restarting:
    project = a_project(box.world)
    mia = box.world.person("mia")
    box.app.webhook_secret = SECRET
    mia.push(project.solver, {CONFIGURATION: RULES}, "Configure Bursar")
    nobody: asyncio.Task[None] = asyncio.ensure_future(asyncio.sleep(0))
    chosen = _settings(box.app, box.api_url, url)
    stage = Restarting(box, None, time, project, nobody, None, chosen, folder=folder)  # type: ignore[arg-type]
    await stage.start()
    stage.installation = mia.install(box.app, "all", on="acme")
    return stage


def _settings(app: App, api_url: str, url: str) -> Settings:
    return settings(
        app_id=app.id,
        private_key=app.private_key_pem,
        webhook_secret=SECRET,
        github_api_url=api_url,
        database_url=url,
        port=free_port(),
        _env_file=None,
    )
