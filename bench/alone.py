"""How soon does Bursar answer, how fast does it decide, and what does it cost to refuse and to wait?"""

from __future__ import annotations

import asyncio
import time
from statistics import median

from bench.contestants import Store, a_mix, drained, put
from bench.load import Answered, closed, paced, request
from bench.processes import Process, cpu, memory
from bench.setting import WARM_UP, Setting, beside, checked
from bench.table import at_least, at_most

WARM_UP_SECONDS = 4
"""How long the deliveries take that come before a latency counts."""


async def latency(on: Setting) -> None:
    """Measure open loops: the 99th percentile, counted from when each request was due."""
    for store in on.stores:
        for rate, seconds, must, aim in ((200, 10, 10, 3), (1_000, 4, 15, 6)):
            runs = [await _paced(on, store, rate, seconds) for _ in range(on.few)]
            target = at_most(f"{store.name}: p99 at {rate:,}/s", "ms", must, aim)
            on.sheet.add(target, [run.percentile(0.99) for run in runs])
        runs = [await _paced(on, store, 2_000, 2) for _ in range(on.few)]
        target = at_most(f"{store.name}: behind after 2 s of 2,000/s", "ms", 100)
        on.sheet.add(target, [run.behind * 1000 for run in runs])


async def _paced(on: Setting, store: Store, rate: int, seconds: int) -> Answered:
    async with store.fresh() as url:
        with on.stage.bursar(url) as bursar:
            # The first ones of each kind make statements and templates ready: that is the start, not the pace.
            checked(await paced(bursar.port, on.requests[:WARM_UP], WARM_UP / WARM_UP_SECONDS))
            some = on.requests[WARM_UP : WARM_UP + rate * seconds]
            return checked(await paced(bursar.port, some, rate))


async def worker(on: Setting) -> None:
    """Fill the inbox, ring once, and see how soon nothing wants work."""
    for store in on.stores:
        runs = [await _drain(on, store) for _ in range(on.few)]
        target = at_least(f"{store.name}: worker, events", "/s", 1_000, 4_000)
        on.sheet.add(target, [rate for rate, _, _ in runs])
        note = beside(each for _, _, each in runs)
        each = at_most(f"{store.name}: CPU an event, worker alone", "ms", 1.5, 0.4)
        on.sheet.add(each, [used for _, used, _ in runs], note)


async def _drain(on: Setting, store: Store) -> tuple[float, float, float]:
    bell = request(
        a_mix(seed=3).one("push")
    )  # of a tag: it wakes the worker, and has not to settle
    async with store.fresh() as url:
        with on.stage.bursar(url) as bursar:
            await asyncio.sleep(1)
            await put(url, on.told)
            before, outside, begin = cpu(bursar.pid), store.cpu(), time.perf_counter()
            await closed(bursar.port, [bell], 1)
            seconds = await drained(url) - begin
            used, theirs = cpu(bursar.pid) - before, store.cpu() - outside
            count = len(on.told)
            return count / seconds, used / count * 1000, theirs / count * 1000


async def refusing(on: Setting) -> None:
    """Compare what a wrongly signed request costs here and there."""
    wrong = "sha256=" + "0" * 64
    requests = [request(each, signature=wrong) for each in on.told]
    for store in on.stores:
        ratios = []
        for _ in range(on.few):
            with on.stage.bare() as bare:
                theirs = await _refused(bare, requests)
            async with store.fresh() as url:
                with on.stage.bursar(url) as bursar:
                    ratios.append(await _refused(bursar, requests) / theirs)
        target = at_most(f"{store.name}: CPU of a wrongly signed request / bare aiohttp's", "", 1.1)
        on.sheet.add(target, ratios)


async def idle(on: Setting) -> None:
    """Measure the start, and the memory of a process that has nothing to do."""
    for store in on.stores:
        found = [await _idle(on, store) for _ in range(on.few)]
        start = at_most(f"{store.name}: start until /healthz answers", "s", 1.5, 0.6)
        on.sheet.add(start, [each[0] for each in found])
        resident = at_most(f"{store.name}: idle memory (RSS)", "MB", 90, 70)
        note = f"PSS {median(each[2] for each in found):.0f} MB"
        on.sheet.add(resident, [each[1] for each in found], note)


async def _idle(on: Setting, store: Store) -> tuple[float, float, float]:
    async with store.fresh() as url:
        with on.stage.bursar(url) as bursar:
            await asyncio.sleep(3)
            return bursar.started_in, *memory(bursar.pid)


async def _refused(process: Process, requests: list[bytes]) -> float:
    await closed(process.port, requests[:WARM_UP])
    before = cpu(process.pid)
    answered = await closed(process.port, requests)
    assert set(answered.statuses) == {401}, answered.statuses
    return cpu(process.pid) - before
