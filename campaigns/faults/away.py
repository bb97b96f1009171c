"""What if GitHub's API is down for six hours, and people's comments still arrive?"""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from campaigns.faults.kit import Struck, strike, talk
from campaigns.torture.arena import Arena, Setting
from campaigns.torture.crowd import Crowd

AWAY = timedelta(hours=6)
HURRY = 720.0
"""How fast time runs while GitHub is down: the six hours take half a minute."""


async def six_hours(setting: Setting) -> Struck:
    """Answer 503 to everything for six hours of the bot's time."""

    async def fault(arena: Arena, crowd: Crowd) -> str:
        await arena.ask("faults", [{"kind": "refuse", "match": "*", "status": 503}])
        before = (await arena.ask("state"))["requests"]
        arena.clock.set_speed(HURRY)
        await talk(arena, crowd, AWAY.total_seconds() / HURRY, pause=1.0)
        arena.clock.set_speed(setting.speed)
        asked = (await arena.ask("state"))["requests"] - before
        await arena.ask("faults", [])
        began = monotonic()
        calm = await arena.settled(300)
        took = (monotonic() - began) * arena.clock.speed / 60
        shown = f"all shown {took:.0f} min later" if calm else "not settled"
        return f"{asked} requests in vain; {shown}"

    return await strike("GitHub down for 6 h", setting, fault)
