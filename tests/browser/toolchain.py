"""Where does axe-core, the accessibility checker, come from on this machine?"""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
from pathlib import Path

from tests.octokit.toolchain import environment, node, npm

HERE = Path(__file__).parent
LOCK_FILE = HERE / "package-lock.json"
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
INSTALLED = HERE / "node_modules" / ".installed"  # holds the digest of the lock file then
PATIENCE = 100  # seconds


class NotInstalled(Exception):
    """axe-core is not here, and could not be fetched."""


def axe() -> str:
    """The checker's source; fetched on first use, once, whatever runs at the same time."""
    with LOCK_FILE.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        digest = hashlib.sha256(lock.read()).hexdigest()
        if not INSTALLED.exists() or INSTALLED.read_text() != digest:
            _fetch()
            INSTALLED.write_text(digest)
    return AXE.read_text()


def _fetch() -> None:
    program = node()
    try:
        done = subprocess.run(
            [*npm(program), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            env=environment(program),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(_excuse(f"It took more than {PATIENCE} seconds.")) from None
    if done.returncode:
        raise NotInstalled(_excuse(done.stderr[-2000:]))


def _excuse(reason: str) -> str:
    return (
        "axe-core could not be installed with `npm ci` in tests/browser. It needs the npm registry"
        f" once on each machine; without one run `pytest -m 'not browser'`. {reason}"
    )
