"""What do README and docs/performance.md say, and is it still so? `python -m bench [--quick]`

Everything that is measured, one after the other, and one table at the end. For figures that can be
compared the machine must have nothing else to do.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sqlite3
import subprocess
import sys
from importlib import metadata

from bench import flat, speed
from bench.table import Sheet
from tests import npm


def main(words: list[str]) -> int:
    """Measure everything; says whether a target was missed."""
    sheet = asyncio.run(speed.measure(speed.arguments(words)))
    sheet.figures += asyncio.run(flat.measure(flat.arguments(words))).figures
    missed = sheet.missed()
    for module in ("bench.budget", "bench.pages", "bench.exports"):
        print(f"\n{module} ...", flush=True)
        done = subprocess.run([sys.executable, "-m", module], check=False)  # noqa: S603 - our own
        missed += done.returncode != 0
    _print(sheet)
    return 1 if missed else 0


def _print(sheet: Sheet) -> None:
    print(f"\n{_machine()}\n\n{sheet.text()}\n\n{sheet.missed()} of the targets above missed.")


def _machine() -> str:
    """Say on what it was measured."""
    node = subprocess.run([npm.node(), "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    versions = (f"{name} {metadata.version(name)}" for name in ("aiohttp", "sqlalchemy", "asyncpg"))
    parts = (
        f"{os.cpu_count()} cores {platform.machine()}",
        f"Python {platform.python_version()}",
        *versions,
        f"SQLite {sqlite3.sqlite_version}",
        f"Node {node.stdout.strip()}",
    )
    return ", ".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
