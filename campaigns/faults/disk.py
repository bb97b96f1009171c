"""What if the disk is full? Deliveries are refused, nothing half-written stays, and it goes on by itself.

On a small disk of its own where the machine allows to mount one (`tmpfs`, as root); elsewhere with a limit on
the length of the database's files, which the process meets in the same place.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from campaigns.faults.kit import Struck, healthy, strike, talk, until_acknowledged
from campaigns.torture.arena import Arena, Setting
from campaigns.torture.crowd import Crowd

SIZE = 64 * 1024 * 1024
"""Bytes of the small disk."""

FULL_SECONDS = 5.0
"""Wall-clock seconds for which it is full."""


async def full(setting: Setting) -> Struck:
    """Fill the disk while people talk; then make room."""
    store = setting.store
    store.mkdir(parents=True, exist_ok=True)
    with _a_small_disk(store) as mounted:
        name = f"disk full ({'tmpfs' if mounted else 'file size limit'})"

        async def fault(arena: Arena, crowd: Crowd) -> str:
            with _filled(store) if mounted else _limited(arena, store):
                await talk(arena, crowd, FULL_SECONDS / 2)
                alive = await healthy(arena)
                await arena.processes[0].kill()
                arena.processes[0].go()
                await talk(arena, crowd, FULL_SECONDS / 2)
            await arena.revive()
            again = await until_acknowledged(arena)
            lived = "answered" if alive else "did not answer"
            return f"health {lived}; took deliveries again after {again:.1f} s"

        return await strike(name, replace(setting), fault)


@contextmanager
def _a_small_disk(folder: Path) -> Iterator[bool]:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    command = [mount or "", "-t", "tmpfs", "-o", f"size={SIZE}", "bursar-campaign", str(folder)]
    if not (mount and umount) or subprocess.run(command, capture_output=True).returncode:  # noqa: PLW1510, S603
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True)  # noqa: S603


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 2**12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def _limited(arena: Arena, folder: Path) -> Iterator[None]:
    """Let no file of the process grow any more."""
    longest = max(path.stat().st_size for path in folder.iterdir() if path.is_file())
    pids = [process.pid for process in arena.processes if process.lives]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for process in arena.processes:
            if process.lives:
                free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, free)
