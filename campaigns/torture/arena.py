"""Where does a campaign take place? GitHub in one process, Bursar in others, and one database.

The processes come out of a server that has imported everything already (`forkserver`): each is a
process of its own, which a signal can kill, and starts in a moment.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import aiohttp

from campaigns.torture import github, serving
from campaigns.torture.clock import SharedClock
from campaigns.torture.store import Store, a_store

START_SECONDS = 60
"""Wall-clock seconds within which a process must answer."""

A_LOOK = 0.05
"""Wall-clock seconds between two looks whether something has happened."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["campaigns.torture.serving", "campaigns.torture.github"])


@dataclass(frozen=True, slots=True)
class Setting:
    """What a campaign is played with."""

    folder: Path
    engine: str = "sqlite"
    speed: float = 20.0
    seed: int = 1
    organizations: int = 4
    roles: tuple[str, ...] = ("all",)
    without: tuple[str, ...] = ()
    aimed: float = 0.5
    """Which part of the kills waits for a moment when a comment is being posted."""
    skews: tuple[timedelta, ...] = ()
    """By how much each process's clock is wrong; none: right."""

    @property
    def store(self) -> Path:
        """Where the database lies."""
        return self.folder / "store"


@dataclass
class Process:
    """A place for a process of Bursar: its port stays, the process comes and goes."""

    start: serving.Start
    port: int
    running: BaseProcess | None = None

    @property
    def address(self) -> str:
        """Say where GitHub's deliveries would reach it."""
        return f"http://127.0.0.1:{self.port}/api/github/webhooks"

    @property
    def lives(self) -> bool:
        """Whether there is a process now."""
        return self.running is not None and self.running.is_alive()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.running is not None
        assert self.running.pid is not None
        return self.running.pid

    def go(self, **otherwise: Any) -> None:
        """Start it; `otherwise` changes what it is started with, this time."""
        start = replace(self.start, **otherwise)
        self.running = _processes.Process(target=serving.run, args=(start,), daemon=True)
        self.running.start()

    def signal(self, which: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, which)

    async def kill(self) -> None:
        """End it at once, at whatever it is."""
        if self.lives:
            self.signal(signal.SIGKILL)
            await self.gone()

    async def stop(self) -> None:
        """Tell it to end."""
        if self.lives:
            self.signal(signal.SIGTERM)
            await self.gone()

    async def gone(self) -> None:
        """Wait until it has ended."""
        async with asyncio.timeout(START_SECONDS):
            while self.lives:  # noqa: ASYNC110 - another process sets no event of ours
                await asyncio.sleep(0.01)

    async def answers(self, session: aiohttp.ClientSession) -> None:
        """Wait until it says that it lives.

        Raises:
            TimeoutError: it does not, or it has ended.
        """
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
                        if answer.ok:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(A_LOOK)


@dataclass
class Arena:
    """Everything that is there while a campaign runs."""

    setting: Setting
    clock: SharedClock
    store: Store
    session: aiohttp.ClientSession
    door: str
    repositories: list[str]
    processes: list[Process]
    github: BaseProcess
    environment: dict[str, str] = field(default_factory=dict)

    async def ask(self, what: str, words: Any = None) -> Any:
        """Have something done in GitHub's process; gives its answer."""
        async with self.session.post(f"{self.door}/{what}", json=words or []) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def listen(self) -> None:
        """Tell GitHub's side who takes deliveries: whoever is no mere worker."""
        takers = [each.address for each in self.processes if each.start.role != "worker"]
        await self.ask("backends", takers)

    async def begin(self) -> None:
        """Start every process, and wait until each answers."""
        await self.listen()
        for process in self.processes:
            process.go()
            await process.answers(self.session)

    async def revive(self) -> None:
        """Start whatever is not running."""
        for process in self.processes:
            if not process.lives:
                process.go()
        for process in self.processes:
            await process.answers(self.session)

    async def missing(self) -> int:
        """Count the deliveries that are not stored: GitHub sends none again, Bursar has to look for them."""
        told = await self.ask("guids")
        return len(set(told) - await self.store.deliveries())

    async def settled(self, seconds: float = 120) -> bool:
        """Wait until GitHub has told everything, and all of it is decided and shown."""
        calm = 0
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            waiting = await self.missing() or await self.store.waiting()
            calm = 0 if waiting else calm + 1
            if calm > CALM_LOOKS:
                return True
            await asyncio.sleep(0.2)
        return False


CALM_LOOKS = 3
"""How often in a row nothing may be under way before all is settled."""


@asynccontextmanager
async def an_arena(setting: Setting) -> AsyncIterator[Arena]:
    """Set everything up; Bursar's processes are not started yet."""
    async with AsyncExitStack() as stack:
        folder = setting.folder
        clock = SharedClock.start(folder / "clock", setting.speed)
        store = await stack.enter_async_context(a_store(setting.engine, setting.store))
        world = github.World(
            clock.path, folder / "github.log", setting.seed, setting.organizations, _free_port()
        )
        ours, theirs = _processes.Pipe()
        box = _processes.Process(target=github.run, args=(world, theirs), daemon=True)
        box.start()
        stack.push_async_callback(_end, [box])
        told = await asyncio.to_thread(_told, ours)
        door, api, app_id, key, names = told
        (folder / "app.pem").write_text(key, "ascii")
        session = await stack.enter_async_context(aiohttp.ClientSession())
        given = {
            "app_id": app_id,
            "private_key_path": str(folder / "app.pem"),
            "webhook_secret": github.SECRET,
            "github_api_url": api,
            "database_url": store.url,
        }
        processes = _places(setting, clock, given)
        environment = {name.upper(): str(value) for name, value in given.items()}
        arena = Arena(setting, clock, store, session, door, names, processes, box, environment)
        stack.push_async_callback(_end_all, arena)
        yield arena


def _told(ours: Any) -> Any:
    if not ours.poll(START_SECONDS):
        raise TimeoutError("the sandbox did not start")
    return ours.recv()


def _places(setting: Setting, clock: SharedClock, given: dict[str, Any]) -> list[Process]:
    skews: Sequence[timedelta] = setting.skews or (timedelta(0),)
    found = []
    for n, (role, skew) in enumerate(zip(setting.roles, itertools.cycle(skews)), 1):
        port = _free_port()
        start = serving.Start(
            settings=given | {"port": port},
            clock=clock.path,
            log=setting.folder / f"bursar{n}.log",
            role=role,
            skew=skew,
            without=setting.without,
        )
        found.append(Process(start, port))
    return found


async def _end_all(arena: Arena) -> None:
    for process in arena.processes:
        await process.kill()


async def _end(processes: Sequence[BaseProcess]) -> None:
    for process in processes:
        process.kill()
        await asyncio.to_thread(process.join, START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
