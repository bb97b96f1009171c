"""Does a page cost the same in the tenth year as in the first? `python -m bench.pages`

Repositories with ledgers of two lengths, side by side in one process: each page is asked for by turns,
with nothing kept of earlier answers (cold), and again with its `ETag` (warm). Whole requests through
aiohttp, on loopback.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from aiohttp import ClientSession, web

from bench.filling import NAME, OWNER, fill
from bot.app.serving import templates
from bot.domain.refs import Repo
from bot.pages import Pages
from bot.storage.database import Database
from bot.storage.migrate import migrate

PAGES = (
    "",
    "/roadmap",
    "/ledger",
    "/ledger?topic=money",
    "/items/1",
    "/review",
    "/digests",
    "/about",
)
PAIRS = 15
"""Pairs of requests for each page; medians are taken of them."""

NOT_MODIFIED = 304
WEB = "https://github.com"
HOME = f"/{OWNER}/{NAME}"


async def _public(_: Repo) -> bool:
    return True


@asynccontextmanager
async def _site(folder: Path, count: int) -> AsyncIterator[tuple[Pages, str]]:
    """Serve the pages of a ledger of so many entries, on a free port."""
    database = Database(f"sqlite+aiosqlite:///{folder}/{count}.db")
    await migrate(database)
    await fill(database, count)
    pages = Pages(
        database,
        templates("pages"),
        WEB,
        _public,
        public_url="http://127.0.0.1",
        now=lambda: datetime.now(UTC),
    )
    app = web.Application()
    app.add_routes(pages.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield pages, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await database.close()


async def _timed(session: ClientSession, url: str, tag: str = "") -> tuple[float, int, str]:
    """Ask for a page; gives seconds, status and `ETag`."""
    begin = time.perf_counter()
    async with session.get(url, headers={"If-None-Match": tag} if tag else {}) as answer:
        await answer.read()
        return time.perf_counter() - begin, answer.status, answer.headers.get("ETag", "")


async def _compare(
    session: ClientSession, sites: list[tuple[Pages, str]], path: str
) -> tuple[list[float], list[float], bool]:
    """Give the median seconds of each site, cold and warm, and whether the warm ones were a 304."""
    cold: list[list[float]] = [[] for _ in sites]
    warm: list[list[float]] = [[] for _ in sites]
    statuses = set()
    for _ in range(PAIRS):
        for n, (pages, address) in enumerate(sites):
            pages.kept.drop(OWNER, NAME)
            seconds, status, tag = await _timed(session, f"{address}{HOME}{path}")
            assert status == web.HTTPOk.status_code, f"{path}: {status}"
            again, status, _ = await _timed(session, f"{address}{HOME}{path}", tag)
            cold[n].append(seconds)
            warm[n].append(again)
            statuses.add(status)
    return [*map(median, cold)], [*map(median, warm)], statuses == {NOT_MODIFIED}


async def main(short: int, long: int) -> None:
    """Print a table: milliseconds, and how many times as long the long ledger takes."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            _site(Path(folder), short) as one,
            _site(Path(folder), long) as other,
            ClientSession() as session,
        ):
            print(f"{short:,} and {long:,} entries; medians of {PAIRS} pairs, milliseconds")
            print(f"{'page':<24}{'cold':>8}{'cold':>8}{'ratio':>8}{'warm':>8}{'warm':>8}  304")
            for path in PAGES:
                cold, warm, unchanged = await _compare(session, [one, other], path)
                figures = f"{1000 * cold[0]:>8.1f}{1000 * cold[1]:>8.1f}{cold[1] / cold[0]:>8.2f}"
                kept = f"{1000 * warm[0]:>8.2f}{1000 * warm[1]:>8.2f}"
                print(f"{HOME + path:<24}{figures}{kept}  {'yes' if unchanged else 'NO'}")


if __name__ == "__main__":
    asyncio.run(main(*(int(each) for each in sys.argv[1:3] or ("100", "100000"))))
