"""What does a process cost: processor time, memory, time to start? On which core does it run?

Linux tells it under /proc; https://man7.org/linux/man-pages/man5/proc.5.html
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 30
"""Seconds for a server to start or to stop."""

CORES = sorted(os.sched_getaffinity(0))
SERVER, GENERATOR = ({CORES[0]}, set(CORES[1:])) if len(CORES) > 1 else (set(CORES), set(CORES))
"""The server has one core; the generator, the API that answers and PostgreSQL have the others."""


@dataclass(slots=True)
class Process:
    """A server that runs, on a core of its own."""

    running: subprocess.Popen[bytes]
    port: int
    started_in: float
    """Seconds from its start until it answered."""

    @property
    def pid(self) -> int:
        """Its number."""
        return self.running.pid

    def stop(self) -> None:
        """Stop it in good order."""
        self.running.send_signal(signal.SIGTERM)
        try:
            self.running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()


@contextmanager
def a_process(
    command: Sequence[str],
    port: int,
    environment: Mapping[str, str],
    *,
    folder: Path,
    health: str = "/healthz",
    cores: set[int] = SERVER,
) -> Iterator[Process]:
    """Start a server, wait until it answers, and stop it at the end of the block."""
    begin = time.perf_counter()
    with (folder / "said.txt").open("ab") as said, pinned(cores):
        running = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=folder,
            env={**_plain_environment(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    process = Process(running, port, 0.0)
    try:
        _wait_for(process, health, folder / "said.txt")
        process.started_in = time.perf_counter() - begin
        yield process
    finally:
        process.stop()


@contextmanager
def pinned(cores: set[int]) -> Iterator[None]:
    """Keep this process, and whatever it starts meanwhile, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu(pid: int) -> float:
    """Say how many seconds of processor time a process has used, with all its threads."""
    return _times(pid)[0]


def cpu_of_family(pid: int) -> float:
    """Likewise with its children, those that have ended included."""
    alive = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    own, ended = _times(pid)
    children = [int(each) for each in alive if _parent(int(each)) == pid]
    return own + ended + sum(_times(child)[0] for child in children)


def memory(pid: int) -> tuple[float, float]:
    """Give a process's resident memory in MB: all of it, and with shared pages counted in part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    sizes = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE))
    return int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024


def end_in_good_order() -> None:
    """Let SIGTERM end every block, and with it every process that was started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _times(pid: int) -> tuple[float, float]:
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        user, system, user_ended, system_ended = (int(each) / TICK for each in fields[11:15])
        return user + system, user_ended + system_ended
    return 0.0, 0.0


def _parent(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return int(fields[1])
    return 0


def _plain_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _wait_for(process: Process, path: str, said: Path) -> None:
    """Ask until it answers 200; raises with its last words when it ends instead."""
    question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        if process.running.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", process.port), 1) as one:
            one.sendall(question)
            if one.recv(64).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.005)
    raise RuntimeError(f"It does not start: {said.read_text('utf-8', 'replace')[-3000:]}")
