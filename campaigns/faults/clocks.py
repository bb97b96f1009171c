"""What if a process's clock is ten minutes wrong: against GitHub's, and against another process's?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from campaigns.faults.kit import Struck, strike, talk
from campaigns.torture.arena import Arena, Setting
from campaigns.torture.crowd import Crowd

SKEW = timedelta(seconds=600)
TALK_SECONDS = 6.0


async def skewed(setting: Setting, *seconds: float) -> Struck:
    """Play with clocks that are wrong by so much, one for each process, and kill each once."""
    skews = tuple(timedelta(seconds=each) for each in seconds)

    async def fault(arena: Arena, crowd: Crowd) -> str:
        for process in arena.processes:
            await talk(arena, crowd, TALK_SECONDS / 2)
            await process.kill()
            process.go()
            await talk(arena, crowd, TALK_SECONDS / 2)
        return f"{len(arena.processes)} kill -9 besides"

    told = " and ".join(f"{each:+.0f} s" for each in seconds)
    return await strike(f"clock skew {told}", replace(setting, skews=skews), fault)
