"""A stage for stories: GitHub in a box, the bot beside it, and a clock that runs fast."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app.serving import Bot, running
from bot.settings import settings
from bot.storage import inbox, ledger, listing, mirror, outbox, people
from bot.timing import Time
from sandbox.fast_time import FastTime
from sandbox.server import Sandbox
from sandbox.story import a_project
from sandbox.world import Actor, Comment, Issue, Repository

SPEED = 40.0
"""How much faster than the wall clock stories run."""

PATIENCE = 20.0
"""Wall-clock seconds after which something that should happen is taken not to happen."""

RULES = "pledges:\n  currencies: [USD, EUR]\n"


@dataclass
class Stage:
    """Everything that a story needs."""

    box: Sandbox
    bot: Bot
    time: FastTime
    solver: Repository
    rooms: asyncio.Task[None]

    def person(self, login: str) -> Actor:
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
                await asyncio.sleep(0.02)

    async def _busy(self) -> bool:
        async with self.bot.database.read() as tx:
            return bool(await inbox.open_count(tx) or await outbox.open_count(tx))

    async def passes(self, step: timedelta) -> None:
        """Let time pass, and what it brings with it."""
        await self.settled()
        self.time.advance(step)
        await self.bot.clock.tick()
        await self.settled()

    async def entries(self, repo: Repository | None = None) -> list[dict[str, Any]]:
        """List the ledger, as `bursar ledger --json` does."""
        found = []
        repo_id = (repo or self.solver).id
        async with self.bot.database.read() as tx:
            numbers = await mirror.issue_numbers(tx, repo_id)
            async for line in ledger.lines(tx, repo_id):
                actor = line.stamp().actor
                accounts = await people.accounts(tx, [actor] if actor is not None else [])
                found.append(listing.listed(line, accounts, numbers))
        return found

    async def kinds(self) -> list[str]:
        return [entry["kind"] for entry in await self.entries() if entry["kind"] != "RulesChanged"]

    def bots(self, issue: Issue) -> list[Comment]:
        """The bot's comments on an issue, oldest first."""
        return [comment for comment in issue.comments if comment.via_app is not None]

    def panel(self, issue: Issue) -> str:
        """The body of the panel; there must be exactly one."""
        (panel,) = [c for c in self.bots(issue) if "<!-- bursar-position" in c.body]
        return panel.body

    def replies(self, issue: Issue) -> list[str]:
        return [c.body for c in self.bots(issue) if "<!-- bursar-position" not in c.body]

    def reactions(self, comment: Comment) -> list[str]:
        return sorted(reaction.content for reaction in comment.reactions)

    async def roadmap_item(self, title: str = "Faster sparse LU") -> Issue:
        """An issue of the solver that Mia has put on the roadmap, with its panel."""
        mia = self.person("mia")
        issue = mia.open_issue(self.solver, title)
        mia.label(issue, "roadmap")
        await self.settled()
        return issue

    async def says(self, login: str, issue: Issue, words: str) -> Comment:
        """Somebody comments, and the bot has answered."""
        comment = self.person(login).comment(issue, words)
        await self.settled()
        return comment


@asynccontextmanager
async def a_stage(
    tmp_path: Path, *, speed: float = SPEED, rules: str | None = RULES, **more: Any
) -> AsyncIterator[Stage]:
    """The project of the story, with the bot installed."""
    time = FastTime(speed)
    async with Sandbox(now=time.now, sleep=time.sleep, with_page=False) as box:
        project = a_project(box.world)
        chosen = settings(
            app_id=box.app.id,
            private_key=box.app.private_key_pem,
            webhook_secret="s3cret",
            github_api_url=box.api_url,
            database_url=f"sqlite+aiosqlite:///{tmp_path}/bursar.db",
            port=0,
            _env_file=None,
            **more,
        )
        async with running(chosen, Time(time.now, time.sleep)) as (bot, address, rooms):
            box.app.webhook_url = f"{address}/api/github/webhooks"
            box.app.webhook_secret = "s3cret"
            stage = Stage(box, bot, time, project.solver, rooms)
            mia = stage.person("mia")
            if rules is not None:
                mia.push(project.solver, {".github/bursar.yml": rules}, "Configure Bursar")
            mia.install(box.app, "all", on="acme")
            await stage.settled()
            yield stage


Until = Callable[[], bool]


async def until(happened: Until) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.01)
