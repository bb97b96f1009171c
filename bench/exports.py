"""Is an export of a long ledger as light as that of a short one? `python -m bench.exports`

Runs `bursar export` as its users do, one process for each format and length, by turns, and asks the
operating system for the most memory that each process ever had.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.filling import NAME, OWNER, fill
from bot.exports import FORMATS
from bot.storage.database import Database
from bot.storage.migrate import migrate


async def _filled(folder: Path, count: int) -> str:
    url = f"sqlite+aiosqlite:///{folder}/{count}.db"
    database = Database(url)
    await migrate(database)
    await fill(database, count)
    await database.close()
    return url


def _export(url: str, form: str, target: Path) -> tuple[float, int]:
    """Export once; gives seconds, and the most memory that the process had, in KiB."""
    command = [sys.executable, "-m", "bot", "export", f"{OWNER}/{NAME}"]
    command += ["--format", form, "--output", str(target)]
    begin = time.perf_counter()
    child = os.spawnve(os.P_NOWAIT, sys.executable, command, os.environ | {"DATABASE_URL": url})  # noqa: S606 - our own program
    _, status, used = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return time.perf_counter() - begin, used.ru_maxrss


def main(short: int, long: int) -> None:
    """Print a table: seconds, entries a second, size, and peak memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = {count: asyncio.run(_filled(folder, count)) for count in (short, long)}
        print(
            f"{'format':<11}{'entries':>11}{'seconds':>9}{'a second':>10}{'MB':>8}{'peak MiB':>10}"
        )
        for form in FORMATS:
            for count, url in urls.items():
                target = folder / "export"
                seconds, peak = _export(url, form, target)
                size = target.stat().st_size / 1e6
                rate = count / seconds
                figures = f"{seconds:>9.1f}{rate:>10,.0f}{size:>8.1f}{peak / 1024:>10.1f}"
                print(f"{form:<11}{count:>11,}{figures}")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3] or ("10000", "1000000")))
