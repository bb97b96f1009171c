"""Who runs against whom? Bare aiohttp, Probot, and Bursar on either engine, each as a real process."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.load import closed, request
from bench.mix import Mix, Told
from bench.processes import GENERATOR, Process, a_process, cpu_of_family, free_port, pinned
from bench.words import APP, SECRET
from bot.storage import inbox
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from tests import npm
from tools.postgres import Server, drop_database, new_database

HERE = Path(__file__).parent
REPOS = (1, 2, 3, 4, 5)
DRAINED_WITHIN = 600
"""Seconds for a backlog."""

LOOK_EVERY = 0.02
BECOMES_IDLE = 2.0
"""Seconds after which a process that has nothing to do holds no lease any more."""

POSTGRES = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
"""An ordinary small server's settings; every commit reaches the disk."""

SHIM = "slow_sync.so"


@dataclass(slots=True)
class Store:
    """One engine: an empty place that knows the items, copied for each run."""

    name: str
    fresh: Callable[[], AbstractAsyncContextManager[str]]
    """Gives the URL of a copy, for as long as the block lasts."""
    cpu: Callable[[], float]
    """Seconds of processor time that the engine's own processes have used."""


@dataclass(slots=True)
class Stage:
    """What all runs share."""

    folder: Path
    api: int
    """The port at which GitHub's place is taken."""
    key: Path
    server: Server
    prepared: dict[str, str]
    """Where each engine's database is that is copied for each run."""

    @contextmanager
    def bare(self) -> Iterator[Process]:
        """Run the least server."""
        port = free_port()
        command = [sys.executable, "-m", "bench.bare", str(port)]
        with a_process(command, port, {"PYTHONPATH": str(HERE.parent)}, folder=self.folder) as one:
            yield one

    @contextmanager
    def probot(self) -> Iterator[Process]:
        """Run Probot with a handler that does nothing."""
        port, node = free_port(), npm.node()
        words = {
            "NODE_ENV": "production",
            "LOG_LEVEL": "error",
            "APP_ID": str(APP),
            "PRIVATE_KEY_PATH": str(self.key),
            "WEBHOOK_SECRET": SECRET,
            "GHE_HOST": f"127.0.0.1:{self.api}",
            "GHE_PROTOCOL": "http",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PATH": npm.environment(node)["PATH"],
        }
        command = [str(node), str(HERE / "probot.mjs")]
        with a_process(command, port, words, folder=self.folder, health="/ping") as one:
            yield one

    @contextmanager
    def bursar(self, url: str, *, slow_sync: bool = False) -> Iterator[Process]:
        """Run Bursar as its users do: intake, worker, sending and clock in one process."""
        port = free_port()
        words = {
            "APP_ID": str(APP),
            "PRIVATE_KEY_PATH": str(self.key),
            "WEBHOOK_SECRET": SECRET,
            "DATABASE_URL": url,
            "GITHUB_API_URL": f"http://127.0.0.1:{self.api}",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "error",
        }
        words |= {"LD_PRELOAD": str(self.folder / SHIM)} if slow_sync else {}
        command = [sys.executable, "-m", "bot", "serve"]
        with a_process(command, port, words, folder=self.folder) as one:
            yield one

    # --- engines --------------------------------------------------------------------------

    async def stores(self, only: str | None = None) -> list[Store]:
        """Prepare the engines."""
        stores = [
            Store("SQLite", self._sqlite, lambda: 0.0),
            Store("PostgreSQL", self._postgres, self._postgres_cpu),
        ]
        chosen = [store for store in stores if only in {None, store.name}]
        for store in chosen:
            await self._prepare(self.prepared[store.name])
        return chosen

    async def _prepare(self, url: str) -> None:
        """Put the items on the roadmap."""
        told = list(a_mix().labelled())
        with self.bursar(url) as bursar:
            await closed(bursar.port, [request(each) for each in told], connections=8)
            await drained(url)
            await asyncio.sleep(BECOMES_IDLE)

    @asynccontextmanager
    async def _sqlite(self) -> AsyncIterator[str]:
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            copy = Path(place) / "bursar.db"
            shutil.copyfile(self.folder / "prepared.db", copy)
            yield f"sqlite+aiosqlite:///{copy}"

    @asynccontextmanager
    async def _postgres(self) -> AsyncIterator[str]:
        like = self.prepared["PostgreSQL"].rpartition("/")[2]
        url = await new_database(self.server.url, like=like)
        try:
            yield url
        finally:
            await drop_database(url)

    def _postgres_cpu(self) -> float:
        return cpu_of_family(self.server.pid)


@asynccontextmanager
async def a_stage() -> AsyncIterator[Stage]:
    """Set up what all runs share, and take it away again."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_a_folder())
        key, port = a_key(folder), free_port()
        api = [sys.executable, "-m", "bench.github", str(port)]
        words = {"PYTHONPATH": str(HERE.parent)}
        stack.enter_context(a_process(api, port, words, folder=folder, cores=GENERATOR))
        server = Server(folder / "postgres", durable=True, options=POSTGRES)
        with pinned(GENERATOR):
            server.start()
        stack.callback(server.stop)
        npm.install(HERE, "bench")
        prepared = {
            "SQLite": f"sqlite+aiosqlite:///{folder}/prepared.db",
            "PostgreSQL": await new_database(server.url),
        }
        yield Stage(folder, port, key, server, prepared)


def a_mix(seed: int = 2026) -> Mix:
    """Make deliveries for the repositories of the stage, of the last half hour."""
    return Mix(datetime.now(UTC) - timedelta(minutes=30), repos=REPOS, seed=seed)


def a_slow_disk(folder: Path) -> bool:
    """Build what adds 2 ms to each sync; says whether this machine can."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return False
    source, made = HERE / "slow_sync.c", folder / SHIM
    command = [compiler, "-O2", "-shared", "-fPIC", str(source), "-o", str(made), "-ldl"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own words
    return done.returncode == 0


async def put(url: str, told: Sequence[Told]) -> None:
    """Write deliveries into the inbox as if they had come a minute ago."""
    database = Database(url)
    before = datetime.now(UTC) - timedelta(minutes=1)
    for begin in range(0, len(told), 500):
        rows = [Delivery(e.delivery, e.event, e.body, before) for e in told[begin : begin + 500]]
        async with database.write() as tx:
            await inbox.put(tx, rows)
    await database.close()


async def drained(url: str) -> float:
    """Wait until nothing in the inbox wants work; gives the moment."""
    database = Database(url)
    async with asyncio.timeout(DRAINED_WITHIN):
        while True:
            async with database.read() as tx:
                left = await inbox.open_count(tx)
            if not left:
                break
            await asyncio.sleep(LOOK_EVERY)
    await database.close()
    return time.perf_counter()


@contextmanager
def _a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bursar-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's own user has to pass through
        yield folder


def a_key(folder: Path) -> Path:
    """Make the private key of an App."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    path = folder / "key.pem"
    path.write_bytes(pem)
    return path
