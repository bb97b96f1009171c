"""What if a process is told to end while it works (SIGTERM), and while others go on?"""

from __future__ import annotations

import asyncio
from time import monotonic

from campaigns.faults.kit import Struck, strike, talk
from campaigns.torture.arena import Arena, Setting
from campaigns.torture.crowd import Crowd

ROUNDS = 5
STOP_SECONDS_AT_MOST = 10.0
"""How long ending may take: what a container gives before it kills."""


async def under_load(setting: Setting) -> Struck:
    """End the process again and again in the middle of a burst."""
    seconds: list[float] = []

    async def fault(arena: Arena, crowd: Crowd) -> str:
        for _ in range(ROUNDS):
            talking = asyncio.create_task(talk(arena, crowd, 3.0, pause=0.02))
            await asyncio.sleep(crowd.dice.uniform(0.3, 1.0))
            for process in arena.processes:
                began = monotonic()
                await process.stop()
                seconds.append(monotonic() - began)
                process.go()
            await talking
            await arena.revive()
        return f"{len(seconds)} times; ended within {max(seconds):.1f} s"

    struck = await strike("SIGTERM under load", setting, fault)
    if max(seconds) > STOP_SECONDS_AT_MOST:
        struck.verdict.wrong.append(f"a process took {max(seconds):.1f} s to end")
    return struck


async def rolling(setting: Setting) -> Struck:
    """Replace one process after the other while people talk; the new one starts before the old one ends."""

    async def fault(arena: Arena, crowd: Crowd) -> str:
        talking = asyncio.create_task(talk(arena, crowd, 12.0, pause=0.1))
        *old, new = arena.processes
        await new.stop()
        ended = 0
        while not talking.done():
            for process in [*old, new]:
                absent = next(each for each in arena.processes if not each.lives)
                absent.go()
                await absent.answers(arena.session)
                if process is not absent:
                    await process.stop()
                    ended += 1
        await talking
        return f"{ended} processes replaced, one after the other"

    return await strike("rolling restart", setting, fault)
