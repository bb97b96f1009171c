"""Does an event cost the same on a long ledger as on a short one? `python -m bench.flat [--quick]`

The same 1,000 mixed events on a ledger of 1,000 and of 1,000,000 entries, and on an item with 10 and
with 10,000 pledges, each run on a copy of its own, by turns. What counts is processor time, the
engine's own processes included, and how many statements were sent.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Engine, event

from bench.contestants import a_key
from bench.ledgers import FEW, MANY, SHORT, OnPostgres, OnSqlite, Shape, a_server, long
from bench.mix import ITEMS, Mix, Told
from bench.processes import GENERATOR, SERVER, a_process, end_in_good_order, free_port, pinned
from bench.scans import scans
from bench.showing import shown
from bench.table import Sheet, at_most
from bench.words import APP, FIRST_ACCOUNT, SECRET
from bot.app.logs import set_up_logs
from bot.app.rooms import Bot
from bot.app.serving import wire
from bot.settings import Settings
from bot.storage import inbox
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.timing import Time

EVENTS = 1_000
ROUNDS = 5
NOW = datetime(2026, 1, 3, 18, tzinfo=UTC)
"""A little after the last entry of every ledger."""

STRANGERS = 900_000
"""Account ids of people whom no ledger knows: where items are compared, all decide the same there."""

BOUNDS = {"SQLite": (1.25, 1.10), "PostgreSQL": (1.15, 1.10)}
"""How many times as much CPU an event may cost, and what is aimed at (the project's issue on speed)."""

STATEMENTS = 1.02
"""Constant, but for a batch more or less."""

SHOWING = 1.5
"""How many times as long a page may take: they do not scan history, which would be a thousand times."""

Engines = OnSqlite | OnPostgres


@dataclass(frozen=True, slots=True)
class Run:
    """What the events cost, each."""

    cpu_ms: float
    statements: float
    shown: dict[str, float]
    """Milliseconds of processor time for each panel and page."""
    scanned: frozenset[str] = frozenset()
    """Big tables that some statement would read from one end to the other."""


@dataclass(slots=True)
class Counting:
    """Counts statements, and keeps an example of each."""

    count: int = 0
    examples: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Count within the block."""

        def note(_c: object, _k: object, said: str, given: object, _x: object, _m: object) -> None:
            self.count += 1
            self.examples.setdefault(said, given)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", note)


@dataclass(slots=True)
class Bench:
    """What is compared, and where."""

    settings: Settings
    rounds: int
    long: Shape
    sheet: Sheet = field(default_factory=Sheet)

    async def compare(self, engine: Engines) -> None:
        """Compare both pairs of ledgers on one engine."""
        for what, small, large, begin in (
            (f"{self.long.count:,} / 1,000 entries", SHORT, self.long, FIRST_ACCOUNT),
            ("10,000 / 10 pledges on the item", FEW, MANY, STRANGERS),
        ):
            print(f"{engine.name}, {what} ...", flush=True)
            for shape in (small, large):
                await engine.make(shape)
            items = ITEMS if small is SHORT else 1
            pairs = [
                await self._pair(engine, small, large, items, begin, n) for n in range(self.rounds)
            ]
            self._tell(engine.name, what, pairs)

    async def _pair(
        self, engine: Engines, small: Shape, large: Shape, items: int, begin: int, number: int
    ) -> tuple[Run, Run]:
        order = (small, large) if number % 2 == 0 else (large, small)
        runs = {shape: await self._run(engine, shape, items, begin) for shape in order}
        return runs[small], runs[large]

    def _tell(self, engine: str, what: str, pairs: list[tuple[Run, Run]]) -> None:
        small, large = pairs[-1]
        ratios = [two.cpu_ms / one.cpu_ms for one, two in pairs]
        note = f"{small.cpu_ms:.2f} and {large.cpu_ms:.2f} ms in the last pair"
        self.sheet.add(
            at_most(f"{engine}, {what}: CPU an event", "times", *BOUNDS[engine]), ratios, note
        )
        counts = [two.statements / one.statements for one, two in pairs]
        note = f"{small.statements:.2f} and {large.statements:.2f} an event"
        self.sheet.add(
            at_most(f"{engine}, {what}: statements an event", "times", STATEMENTS), counts, note
        )
        scanned = sorted(large.scanned)
        scans_found = at_most(f"{engine}, {what}: big tables scanned", "", 0)
        self.sheet.add(scans_found, [len(scanned)], ", ".join(scanned))
        for page in small.shown:
            times = [two.shown[page] / one.shown[page] for one, two in pairs]
            note = f"{large.shown[page]:.1f} ms"
            self.sheet.add(at_most(f"{engine}, {what}: {page}", "times", SHOWING), times, note)

    async def _run(self, engine: Engines, shape: Shape, items: int, begin: int) -> Run:
        async with engine.copied(shape) as url, self._bot(url) as bot:
            await _decide(bot, _mix(1, items, begin).of(200))
            told = _mix(2, items, begin).of(EVENTS)
            await _receive(bot, told)
            counting = Counting()
            before, theirs = time.process_time(), engine.cpu()
            with counting.on():
                await bot.decider.drain()
            used = time.process_time() - before + engine.cpu() - theirs
            assert not await _open(bot), "the inbox is not drained"
            pages = await shown(bot, engine.cpu)
            found = await scans(bot.database, counting.examples)
            return Run(used / EVENTS * 1000, counting.count / EVENTS, pages, found)

    @asynccontextmanager
    async def _bot(self, url: str) -> AsyncIterator[Bot]:
        database = Database(url)
        async with aiohttp.ClientSession() as session:
            yield wire(self.settings, database, session, Time(lambda: NOW, asyncio.sleep))
        await database.close()


def _mix(seed: int, items: int, people_from: int) -> Mix:
    begin = NOW - timedelta(minutes=40 - 10 * seed)
    return Mix(begin, items=items, seed=seed, people_from=people_from)


async def _decide(bot: Bot, told: list[Told]) -> None:
    await _receive(bot, told)
    await bot.decider.drain()


async def _receive(bot: Bot, told: list[Told]) -> None:
    before = NOW - timedelta(seconds=10)
    async with bot.database.write() as tx:
        await inbox.put(tx, [Delivery(e.delivery, e.event, e.body, before) for e in told])


async def _open(bot: Bot) -> int:
    async with bot.database.read() as tx:
        return await inbox.open_count(tx)


@contextmanager
def _settings() -> Iterator[Settings]:
    """Run what answers in GitHub's place, and say how to reach it."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        command = [sys.executable, "-m", "bench.github", str(port)]
        words = {"PYTHONPATH": str(Path(__file__).parents[1])}
        with a_process(command, port, words, folder=folder, cores=GENERATOR):
            yield Settings(
                app_id=APP,
                private_key_path=a_key(folder),
                webhook_secret=(SecretStr(SECRET),),
                github_api_url=f"http://127.0.0.1:{port}",
                port=free_port(),
            )


async def measure(given: argparse.Namespace) -> Sheet:
    """Measure, and give the table."""
    set_up_logs("error")
    end_in_good_order()
    rounds = given.rounds or (3 if given.quick else ROUNDS)
    server = a_server()
    with pinned(GENERATOR):
        server.start()
    os.sched_setaffinity(0, SERVER)
    try:
        with _settings() as settings:
            bench = Bench(settings, rounds, long(given.long))
            for engine in (OnSqlite(), OnPostgres(server)):
                if given.engine in {None, engine.name}:
                    await bench.compare(engine)
    finally:
        server.stop()
    return bench.sheet


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.flat")
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 5")
    parser.add_argument("--rounds", type=int, help="as many rounds as you like")
    parser.add_argument("--long", type=int, default=1_000_000, help="entries of the long ledger")
    parser.add_argument("--engine", choices=("SQLite", "PostgreSQL"), help="one engine")
    return parser.parse_args(words)


def main() -> int:
    """Print the table; says whether a target was missed."""
    sheet = asyncio.run(measure(arguments()))
    print(f"\n{sheet.text()}")
    return 1 if sheet.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
