"""Where does a PostgreSQL server come from that tests and benches can use, and throw away?

    with a_server() as url:
        ...
        one = await new_database(url)

The server listens on loopback only, with a password that nobody knows, and stops with the block.
Its programs are those that `tools/postgres.sh` finds. PostgreSQL refuses to run as root, so root
starts it as the user `postgres`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

USER = "bursar"
SYSTEM_USER = "postgres"
PATIENCE = 60
"""Seconds for a server to start, recover or stop."""

TRIES = 5
"""A port that was free may be taken a moment later."""

ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "32MB",
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}
"""What a test does not need: its server never loses power. It does survive `crash()`."""


class NoServer(Exception):
    """PostgreSQL is not here, or does not start; the words say why."""


@dataclass
class Server:
    """A server over a folder of its own; it can be stopped and started again, on the same port."""

    folder: Path
    durable: bool = False
    """Whether commits reach the disk: benches say yes."""
    options: Mapping[str, str] = field(default_factory=dict)
    """More lines of postgresql.conf, such as {"shared_buffers": "1GB"}."""
    port: int = 0
    _running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its first, empty database is."""
        password = (self.folder / "password").read_text("ascii")
        url = URL.create("postgresql+asyncpg", USER, password, "127.0.0.1", self.port, "postgres")
        return url.render_as_string(hide_password=False)

    @property
    def pid(self) -> int:
        """The process that all others of the server are children of."""
        if self._running is None:
            raise NoServer("The server does not run.")
        return self._running.pid

    def start(self) -> None:
        """Start, over what the folder holds already or from nothing."""
        if not (self.folder / "db" / "PG_VERSION").exists():
            self._make()
        for _ in range(1 if self.port else TRIES):
            self._start(self.port or _free_port())
            if self._is_ready():
                return
            self.stop()
        raise NoServer(f"PostgreSQL does not start: {self._log()}")

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """Stop in good order, cutting every connection."""
        if self._running is None:
            return
        self._running.send_signal(sign)
        try:
            self._running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
        self._running = None

    def crash(self) -> None:
        """Stop at once, without writing anything: the next start has to recover."""
        self.stop(signal.SIGQUIT)

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        password = self.folder / "password"
        password.write_text(secrets.token_hex(16), "ascii")
        _hand_over(self.folder, password)
        words = ["-D", "db", "-U", USER, "--pwfile=password", "--auth=password", "--encoding=UTF8"]
        self._finish("initdb", *words, "--locale=C", "--no-sync", "--no-instructions")

    def _start(self, port: int) -> None:
        self.port = port
        options = ALWAYS | ({} if self.durable else FORGETFUL) | dict(self.options)
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = _as_owner("postgres", "-D", "db", "-p", str(port), *settings)
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _is_ready(self) -> bool:
        """Wait; the last line of postmaster.pid tells, since PostgreSQL 10."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._running is None or self._running.poll() is not None:
                return False
            with suppress(FileNotFoundError):
                said = (self.folder / "db" / "postmaster.pid").read_text("utf-8").split()
                if said and said[0] == str(self.pid) and said[-1] == "ready":
                    return True
            time.sleep(0.02)
        return False

    def _finish(self, program: str, *words: str) -> None:
        command = _as_owner(program, *words)
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        if done.returncode:
            raise NoServer(f"{program} failed: {done.stderr[-2000:]}")

    def _log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")[-2000:]


@contextmanager
def a_server(folder: Path | None = None, *, durable: bool = False, **options: str) -> Iterator[str]:
    """Start a server for as long as the block lasts; gives the URL of an empty database.

    Args:
        folder: what it keeps stays there, for another time; without one it is thrown away. For root
            it must be a folder that the user `postgres` can reach: pytest's `tmp_path` is none.
        durable: whether commits wait for the disk.
        options: lines of postgresql.conf.
    """
    kept = folder or Path(tempfile.mkdtemp(prefix="bursar-postgres-"))
    server = Server(kept, durable, options)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
        if folder is None:
            shutil.rmtree(kept, ignore_errors=True)


async def new_database(url: str, like: str = "template1", name: str | None = None) -> str:
    """Make one more database on that server, a copy of another one that nobody uses; gives its URL."""
    name = name or f"b{secrets.token_hex(8)}"
    await _say(url, f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def drop_database(url: str) -> None:
    """Remove a database that `new_database` made, whoever is connected to it."""
    there = make_url(url)
    postgres = there.set(database="postgres").render_as_string(hide_password=False)
    await _say(postgres, f'DROP DATABASE "{there.database}" WITH (FORCE)')


async def _say(url: str, sentence: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(sentence))
    await engine.dispose()


@cache
def _programs() -> Path:
    """Find the folder of the server's programs; installs them where that is ours to do."""
    script = Path(__file__).with_name("postgres.sh")
    done = subprocess.run([script], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoServer(done.stderr.strip())
    return Path(done.stdout.strip())


def _as_owner(program: str, *words: str) -> list[str]:
    """Say how to run one of the programs: never as root, and never for longer than we run."""
    command = [str(_programs() / program), *words]
    if shutil.which("setpriv") is None:
        return command
    became = [f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
    return ["setpriv", *(became if os.geteuid() == 0 else []), "--pdeathsig=INT", *command]


def _hand_over(*paths: Path) -> None:
    for path in paths:
        path.chmod(0o700 if path.is_dir() else 0o600)
        if os.geteuid() == 0:
            shutil.chown(path, SYSTEM_USER, SYSTEM_USER)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
