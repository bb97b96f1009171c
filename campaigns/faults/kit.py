"""What has every fault in common? People talk before, meanwhile and afterwards; then all is judged."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import aiohttp

from campaigns.torture.arena import Arena, Setting, an_arena
from campaigns.torture.crowd import Crowd
from campaigns.torture.oracle import ACKNOWLEDGED, Verdict
from campaigns.torture.storm import first_issues, settle_and_judge
from campaigns.torture.table import table

COLUMNS = (
    "fault", "database", "deliveries", "refused meanwhile", "pledges", "lost", "doubled", "wrong",
    "seen",
)  # fmt: skip

BEFORE, AFTERWARDS = 1.0, 1.0
"""Wall-clock seconds for which people talk before the fault, and after it."""


@dataclass
class Struck:
    """What a fault did."""

    name: str
    engine: str
    verdict: Verdict
    refused: int
    seen: str

    def row(self) -> list[object]:
        """Give the row of the table."""
        verdict = self.verdict
        return [
            self.name, self.engine, verdict.deliveries, self.refused, verdict.pledges,
            len(verdict.lost), len(verdict.doubled), len(verdict.wrong), self.seen,
        ]  # fmt: skip


def told(struck: Sequence[Struck]) -> str:
    """Give the table, and below it every sentence about what is not as it must be."""
    lines = [table(COLUMNS, [each.row() for each in struck])]
    for each in struck:
        lines += [f"  {each.name}, {each.engine}: {one}" for one in each.verdict.sentences()]
    return "\n".join(lines)


Fault = Callable[[Arena, Crowd], Awaitable[str]]
"""Strikes, and heals again; gives what was seen."""


async def strike(name: str, setting: Setting, fault: Fault) -> Struck:
    """Let people talk while the fault strikes; judge when all has settled."""
    async with an_arena(setting) as arena:
        crowd = Crowd(random.Random(setting.seed))
        await arena.begin()
        await first_issues(arena, crowd)
        await talk(arena, crowd, BEFORE)
        seen, problem = await _struck(fault, arena, crowd)
        verdict = await settle_and_judge(arena, crowd)
        verdict.wrong += problem
        return Struck(name, setting.engine, verdict, await refused(arena), seen)


async def _struck(fault: Fault, arena: Arena, crowd: Crowd) -> tuple[str, list[str]]:
    """Strike and heal; a process that does not come back is told, and does not end the campaign."""
    try:
        seen = await fault(arena, crowd)
        await talk(arena, crowd, AFTERWARDS)
        await arena.revive()
    except TimeoutError:
        return "a process did not come back", ["a process did not come back"]
    return seen, []


async def talk(arena: Arena, crowd: Crowd, seconds: float, *, pause: float = 0.15) -> None:
    """Let a few people comment now and then, for so many wall-clock seconds."""
    end = monotonic() + seconds
    while monotonic() < end:
        await crowd.speak(arena, crowd.dice.randint(1, 3))
        await asyncio.sleep(pause)


async def refused(arena: Arena) -> int:
    """Count the attempts to deliver something that were not acknowledged."""
    told = (await arena.ask("state"))["deliveries"]
    return sum(code not in {0, ACKNOWLEDGED} for delivery in told for code in delivery["codes"])


async def healthy(arena: Arena) -> bool:
    """Tell whether every process says that it lives."""
    for process in arena.processes:
        try:
            timeout = aiohttp.ClientTimeout(total=2)
            address = f"http://127.0.0.1:{process.port}/healthz"
            async with arena.session.get(address, timeout=timeout) as answer:
                if not answer.ok:
                    return False
        except (aiohttp.ClientError, TimeoutError):
            return False
    return True


async def until_acknowledged(arena: Arena, seconds: float = 60) -> float:
    """Knock until a delivery is taken; gives the wall-clock seconds that it took."""
    began = monotonic()
    while monotonic() - began < seconds:
        if not await arena.ask("redeliver"):
            return monotonic() - began
        await asyncio.sleep(0.1)
    return seconds
