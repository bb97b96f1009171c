"""How many deliveries a second does Bursar take, beside bare aiohttp and Probot?"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from bench.contestants import Store, a_slow_disk, drained
from bench.load import Answered, closed
from bench.processes import Process, cpu
from bench.setting import WARM_UP, Setting, beside, checked
from bench.table import at_least, at_most

PROBOT_WARMS_UP = 3.0
"""Seconds that Probot needs before it is as fast as it gets."""

SLOWLY = "2 ms added to each sync"

BESIDE = {
    "SQLite": ((0.30, 0.36), (0.85, 1.0), (0.20, 0.28)),
    "PostgreSQL": ((0.30, 0.50), (1.0, 1.4), (0.20, 0.28)),
}
"""What must be and what is aimed at, of durable intake: beside bare aiohttp, beside a Probot that
stores nothing, and beside bare aiohttp with slow syncs (the project's issue on speed)."""


@dataclass(slots=True)
class Run:
    """One contestant's turn."""

    answered: Answered
    cpu_ms: float
    """Milliseconds of processor time for each delivery, until all is done."""
    outside_ms: float = 0.0
    """Likewise of the engine's own processes."""
    whole: float = 0.0
    """Deliveries a second, from the first request until all is decided."""


async def throughput(on: Setting) -> None:
    """Measure closed loops by turns, and compare within each round."""
    runs = await _by_turns(on, _contestants(on))
    rates = {name: [run.answered.rate for run in each] for name, each in runs.items()}
    for name, answers in rates.items():
        busy = median(run.cpu_ms * run.answered.rate / 1000 for run in runs[name])
        note = "" if name.startswith("Bursar") else f"its core was {busy:.0%} busy"
        on.sheet.add(at_least(f"{name}: answers", "/s"), answers, note)
    for store in on.stores:
        _compare(on, store.name, rates)
        _count(on, store.name, runs[f"Bursar, {store.name}"])


def _compare(on: Setting, name: str, rates: dict[str, list[float]]) -> None:
    ours, bare = rates[f"Bursar, {name}"], rates["bare aiohttp"]
    probot = rates["Probot, empty handler"]
    asked = BESIDE[name]
    on.sheet.add(at_least(f"{name}: intake / bare aiohttp", "", *asked[0]), _ratios(ours, bare))
    to_probot = at_least(f"{name}: intake / Probot that stores nothing", "", *asked[1])
    on.sheet.add(to_probot, _ratios(ours, probot))
    if slow := rates.get(f"Bursar, {name}, {SLOWLY}"):
        target = at_least(f"{name}: intake / bare aiohttp, {SLOWLY}", "", *asked[2])
        on.sheet.add(target, _ratios(slow, bare))


def _count(on: Setting, name: str, runs: list[Run]) -> None:
    whole = at_least(f"{name}: from the first request to the last decision", "/s")
    on.sheet.add(whole, [run.whole for run in runs], "2 s for the last ones to settle included")
    each = at_most(f"{name}: CPU a delivery, intake and worker", "ms", 1.5, 0.4)
    on.sheet.add(each, [run.cpu_ms for run in runs], beside(run.outside_ms for run in runs))


def _contestants(on: Setting) -> dict[str, Callable[[], Awaitable[Run]]]:
    turns: dict[str, Callable[[], Awaitable[Run]]] = {
        "bare aiohttp": partial(_bare, on),
        "Probot, empty handler": partial(_probot, on),
    }
    turns |= {f"Bursar, {store.name}": partial(_bursar, on, store) for store in on.stores}
    if not a_slow_disk(on.stage.folder):
        print("    no C compiler here: nothing is measured with slow syncs")
        return turns
    slowed = (store for store in on.stores if store.name == "SQLite")
    return turns | {
        f"Bursar, {store.name}, {SLOWLY}": partial(_bursar, on, store, slow_sync=True)
        for store in slowed
    }


async def _by_turns(
    on: Setting, contestants: dict[str, Callable[[], Awaitable[Run]]]
) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for number in range(on.rounds):
        names = list(contestants)
        for name in names if number % 2 == 0 else reversed(names):
            run = await contestants[name]()
            runs[name].append(run)
            print(f"    {number + 1}/{on.rounds} {name}: {run.answered.rate:,.0f}/s", flush=True)
    return runs


async def _bare(on: Setting) -> Run:
    with on.stage.bare() as bare:
        await closed(bare.port, on.requests[:WARM_UP])
        return await _yardstick(on, bare)


async def _probot(on: Setting) -> Run:
    with on.stage.probot() as probot:
        end = time.perf_counter() + PROBOT_WARMS_UP
        while time.perf_counter() < end:
            await closed(probot.port, on.requests[:WARM_UP])
        return await _yardstick(on, probot)


async def _yardstick(on: Setting, process: Process) -> Run:
    before = cpu(process.pid)
    answered = checked(await closed(process.port, on.requests))
    return Run(answered, (cpu(process.pid) - before) / len(on.requests) * 1000)


async def _bursar(on: Setting, store: Store, *, slow_sync: bool = False) -> Run:
    async with store.fresh() as url:
        with on.stage.bursar(url, slow_sync=slow_sync) as bursar:
            before, outside, begin = cpu(bursar.pid), store.cpu(), time.perf_counter()
            answered = checked(await closed(bursar.port, on.requests))
            whole = await drained(url) - begin
            count = len(on.requests)
            return Run(
                answered,
                (cpu(bursar.pid) - before) / count * 1000,
                (store.cpu() - outside) / count * 1000,
                count / whole,
            )


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]
