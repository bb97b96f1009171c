"""How does time stand still while the bot works, and jump ahead when there is nothing to do?

Then a figure does not depend on how fast the machine is: whatever the bot does takes no time, and
whatever it waits for takes exactly as long as it should.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.github.transport import AT_ONCE
from demo.stage import Stage

LOOKS = 3
"""How often in a row nothing must be under way."""


async def until(stage: Stage, moment: datetime) -> None:
    """Let time pass up to a moment, from one thing that waits to the next."""
    stage.time.stand_still()
    while True:
        await nothing_is_under_way(stage)
        following = stage.time.next_moment
        if following is None or following > moment:
            stage.time.jump_to(moment)
            await nothing_is_under_way(stage)
            return
        stage.time.jump_to(following)


async def settled(stage: Stage, at_most: timedelta = timedelta(hours=3)) -> datetime:
    """Let time pass until everything is decided and shown; says when that was."""
    end = stage.time.now() + at_most
    while True:
        await nothing_is_under_way(stage)
        if not await stage._busy():  # noqa: SLF001 - as the stage itself asks
            return stage.time.now()
        following = stage.time.next_moment
        assert following is not None, "there is something to do, and nobody waits to do it"
        assert following <= end, "it takes longer than it may"
        stage.time.jump_to(following)


async def nothing_is_under_way(stage: Stage) -> None:
    """Wait until everybody waits for the clock."""
    quiet = 0
    while quiet < LOOKS:
        await asyncio.sleep(0)
        if stage.rooms.done():
            stage.rooms.result()
        if _is_busy(stage):
            quiet = 0
            await asyncio.sleep(0.0002)
        else:
            quiet += 1


def _is_busy(stage: Stage) -> bool:
    slots = stage.bot.client._out.slots  # noqa: SLF001 - requests under way
    database = stage.bot.database
    engines = {database._writer, database._reader}  # noqa: SLF001 - transactions under way
    loop = asyncio.get_running_loop()
    return bool(
        not stage.box.hookshot.idle
        or stage.box.api.serving
        or slots._value < AT_ONCE  # noqa: SLF001
        or any(engine.pool.checkedout() for engine in engines)  # type: ignore[attr-defined]
        or loop._ready  # type: ignore[attr-defined]  # noqa: SLF001 - somebody's turn is next
    )
