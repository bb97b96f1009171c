"""How does one seed go: who acts when, what strikes when, and when is it over?"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.configuration import CONFIGURATION
from bot.settings import Settings, settings
from bot.storage.database import Database
from campaigns.simulate.acts import ROADMAP, Village
from campaigns.simulate.auditing import Auditor, Problem, Truth
from campaigns.simulate.chance import Chance
from campaigns.simulate.github import API, HOOK, Box, Gone, Postman
from campaigns.simulate.lives import Life, Surroundings
from campaigns.simulate.looking_back import look_back
from campaigns.simulate.striking import Striking
from campaigns.simulate.troubles import Trouble, Troubles
from campaigns.simulate.watching import WITH_THE_APP, Watching
from sandbox.server import Sandbox
from sandbox.story import a_project

EVENTS = 60
"""Deliveries after which people stop acting; what follows from their acts comes on top."""

SECRET = "not-a-real-secret"  # noqa: S105 - nobody outside this process can use it
RULES = "pledges:\n  currencies: [USD, EUR]\n"

OPERATOR_LOOKS_EVERY = 300.0
"""Seconds; where nothing finds missed deliveries by itself, somebody has them sent again."""

ROUNDS_TO_SETTLE = 60
ROUND = 60.0
"""How long what is open has to come to its end once nothing strikes any more: an hour."""


@dataclass
class Outcome:
    """What a seed came to."""

    seed: int
    problems: list[Problem]
    struck: Counter[Trouble]
    trace: list[str]
    deliveries: int = 0
    lives: int = 0
    decided: int = 0
    requests: int = 0
    commits: int = 0


@dataclass
class Run:
    """One seed, while it runs."""

    chance: Chance
    loop: Any
    folder: Path
    start: datetime = datetime(2026, 3, 3, tzinfo=UTC)
    events: int = EVENTS
    safe: Callable[[Life], None] = lambda _: None
    """Takes away a safeguard of a life that begins."""
    life: Life | None = None
    lives: int = 0
    over: bool = False
    recovers: bool = True
    """Whether the bot finds by itself what it missed; otherwise an operator has it sent again."""
    strange: list[str] = field(default_factory=list)

    # --- setting up -------------------------------------------------------------------------------

    def now(self) -> datetime:
        """Tell the time of the world."""
        return self.start + timedelta(seconds=round(self.loop.time(), 6))

    def _set_up(self) -> None:
        dice = self.chance.dice("setting")
        day = dice.randrange(1, 27)
        self.start = datetime(2026, dice.randrange(1, 13), day, dice.randrange(24), tzinfo=UTC)
        self.box = Sandbox(
            now=self.now, sleep=asyncio.sleep, rng=self.chance.dice("box"), with_page=False
        )
        self.world = self.box.world
        self.world.api_url = API
        self.project = a_project(self.world)
        self.world.add_organization("apex", "Apex")
        self.world.add_member("apex", "mia", "admin")
        self.box.app.webhook_url, self.box.app.webhook_secret = HOOK, SECRET
        self.troubles = Troubles(self.chance.dice("troubles"), self.box.faults)
        self.truth = Truth()
        database = self.folder / "bursar.db"
        repo = self.project.solver.id
        self.auditor = Auditor(str(database), repo, self.truth, self.now)
        self.watching = Watching(self.now, self.auditor, self._whose)
        self.around = Surroundings(
            self._settings(database),
            Box(self.box.api),
            self.troubles,
            self.watching,
            self.now,
            self.loop,
            self.chance.dice("network"),
        )
        self.steward("mia", is_one=True)
        postman: Any = Postman(self.chance.dice("post"), self._receive)
        self.box.hookshot._session = postman
        self.world.on_delivery.append(self.box.hookshot.owe)

    def _open_project(self) -> None:
        """Configure and install, as any project begins."""
        mia = self.world.person("mia")
        mia.push(self.project.solver, {CONFIGURATION: RULES}, "Configure Bursar")
        installation = mia.install(self.box.app, "all", on="acme")
        mia.install(self.box.app, "all", on="apex")
        self.village = Village(
            self.world,
            self.box.app,
            self.project.solver,
            self.chance.dice("people"),
            self.truth,
            self.now,
            self.watching.note,
            installation,
        )

    def _settings(self, database: Path) -> Settings:
        return settings(
            app_id=self.box.app.id,
            private_key=self.box.app.private_key_pem,
            webhook_secret=SECRET,
            github_api_url=API,
            database_url=f"sqlite+aiosqlite:///{database}",
            public_url="https://bursar.invalid",
            _env_file=None,
        )

    def _whose(self, token: str) -> str:
        known = self.box.api.doorman.tokens.get(token)
        return str(known.installation.id) if known else WITH_THE_APP if "." in token else token

    async def _receive(self, request: Any) -> Any:
        if self.life is None:
            self.troubles.struck[Trouble.MISSED] += 1
            raise Gone
        return await self.life.receive(request)

    def steward(self, login: str, *, is_one: bool) -> None:
        """Note who is a steward from now on."""
        account = self.world.user(login).id
        self.truth.steward_since.setdefault(account, []).append((self.now(), is_one))

    # --- lives ------------------------------------------------------------------------------------

    async def _keep_alive(self) -> None:
        """Begin one life after the other, like a supervisor of processes."""
        dice = self.chance.dice("lives")
        while True:
            self.lives += 1
            self.life = life = Life(self.lives, self.around)
            self.watching.note("begins", life=life.number)
            life.begin()
            self.safe(life)
            await life.ended.wait()
            self.life = None
            await life.bury()
            self.auditor.unchanged()
            if self.over:
                return
            await asyncio.sleep(dice.choice((0.5, 2.0, 10.0, 60.0)))

    async def _operate(self) -> None:
        """Have sent again what was never received."""
        while True:
            await asyncio.sleep(OPERATOR_LOOKS_EVERY)
            if not self.recovers:
                self._send_again()

    def _missing(self) -> int:
        """Count what never arrived; without recovery, have it sent again."""
        if not self.recovers:
            return self._send_again()
        here = {guid for (guid,) in self.auditor.open().execute("SELECT delivery FROM inbox")}
        return len({each.guid for each in self.world.deliveries} - here)

    def _send_again(self) -> int:
        arrived = {each.guid for each in self.world.deliveries if each.succeeded}
        under_way = {each.guid for each in self.world.deliveries if not each.attempted}
        missed = {
            each.guid: each
            for each in self.world.deliveries
            if each.guid not in arrived and each.guid not in under_way
        }
        for each in missed.values():
            self.watching.note("again", guid=each.guid)
            self.world.owe_again(each)
        return len(missed)

    # --- the play ---------------------------------------------------------------------------------

    async def play(self) -> Outcome:
        """Let it all happen."""
        self._set_up()
        keeper = self.loop.create_task(self._keep_alive())
        operator = self.loop.create_task(self._operate())
        await asyncio.sleep(1)
        self._open_project()
        await asyncio.sleep(5)
        dice = self.chance.dice("play")
        for issue in self.project.issues[:3]:
            self.world.person("mia").label(issue, ROADMAP)
            self.village.did("labeled", issue, "mia")
            await asyncio.sleep(1.1)
        self.troubles.start()
        strikes = Striking(self)
        while len(self.world.deliveries) < self.events and not self._enough():
            self.village.act()
            strikes.strike(dice)
            await asyncio.sleep(dice.choice((0.0, 0.3, 1.1, 1.1, 3.0, 8.0, 20.0, 45.0)))
        if not self._enough():
            await self._end()
        await self._close(keeper, operator)
        return self._outcome()

    def _enough(self) -> bool:
        return bool(self.auditor.problems or self.strange)

    # --- the end ----------------------------------------------------------------------------------

    async def _end(self) -> None:
        """Let nothing strike any more, and everything come to its end."""
        self.troubles.stop()
        if self.life is not None:
            self.life.armed = None
        Striking(self).unsuspend()
        self.watching.note("quiet")
        # Life goes on: whatever GitHub tells, it tells by which name and where we are installed.
        self.village.comment("mia", self.village.issues()[0], "Thank you all.", ())
        await self._settle()
        if self._enough():
            return
        await self._turn_of_the_month()
        await self._settle()
        if not self._enough():
            await look_back(self)

    async def _turn_of_the_month(self) -> None:
        now = self.now()
        following = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
        self.loop.pass_time((following - now).total_seconds() + 3600)
        self.watching.note("month over")
        await asyncio.sleep(40)

    async def _settle(self) -> None:
        for _ in range(ROUNDS_TO_SETTLE):
            await asyncio.sleep(ROUND)
            self.box.hookshot._release()
            missed = self._missing()
            if self._enough() or (not missed and self._is_settled()):
                return
        for sentence in self._open():
            self.auditor.lost(f"still open after an hour without any trouble: {sentence}")

    def _is_settled(self) -> bool:
        return self.life is not None and self.box.hookshot.idle and not self._open()

    def _open(self) -> list[str]:
        """Name what is not done yet."""
        rows = self.auditor.open().execute(
            "SELECT 'inbox ' || n || ' ' || event || ' ' || coalesce(error, ''), state FROM inbox"
            " WHERE state IN ('new', 'ready')"
            " UNION ALL SELECT 'outbox ' || key, state FROM outbox"
            " WHERE want_rev > sent_rev AND state NOT IN ('failed', 'left')"
        )
        return [f"{what} ({state})" for what, state in rows]

    async def _close(self, keeper: Any, operator: Any) -> None:
        self.over = True
        operator.cancel()
        if self.life is not None:
            self.life.end()
        keeper.cancel() if self.life is None else None
        await asyncio.wait({keeper}, timeout=5)
        self.world.on_delivery.clear()
        for task in self.box.hookshot._tasks:
            task.cancel()
        await asyncio.sleep(0)
        self.auditor.close()

    def _outcome(self) -> Outcome:
        problems = list(self.auditor.problems)
        problems += [Problem("wrong", sentence) for sentence in self.strange]
        if not self.troubles.quiet:
            self.troubles.stop()
        return Outcome(
            self.chance.seed,
            problems,
            self.troubles.struck,
            self.watching.trace,
            len(self.world.deliveries),
            self.lives,
            len(self.auditor.outcomes),
            self.watching.requests,
            self.watching.commits,
        )


def fresh(template: Path, folder: Path) -> None:
    """Put an empty, migrated database into a folder."""
    for name in ("bursar.db", "bursar.db-wal", "bursar.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copyfile(template, folder / "bursar.db")


async def make_template(path: Path) -> None:
    """Make an empty, migrated database."""
    from bot.storage.migrate import migrate  # noqa: PLC0415 - alembic is slow to import

    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    await database.close()
