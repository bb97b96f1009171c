"""What if a process sleeps longer than its leases last (SIGSTOP), and then goes on?"""

from __future__ import annotations

import signal
from datetime import timedelta

from campaigns.faults.kit import Struck, strike, talk
from campaigns.torture.arena import Arena, Setting
from campaigns.torture.crowd import Crowd

ASLEEP = timedelta(minutes=3)
"""Of the bot's time: longer than any lease lasts."""

ROUNDS = 4


async def asleep(setting: Setting) -> Struck:
    """Stop one process after the other at a moment when it posts a comment, and let it go on later."""

    async def fault(arena: Arena, crowd: Crowd) -> str:
        for n in range(ROUNDS):
            process = arena.processes[n % len(arena.processes)]
            await talk(arena, crowd, 0.5)
            await arena.ask("next", 2.0)
            process.signal(signal.SIGSTOP)
            await talk(arena, crowd, ASLEEP.total_seconds() / arena.clock.speed, pause=1.0)
            process.signal(signal.SIGCONT)
            await talk(arena, crowd, 0.5)
        return f"{ROUNDS} times, {ASLEEP.total_seconds() / 60:.0f} min each"

    return await strike("SIGSTOP longer than a lease", setting, fault)
