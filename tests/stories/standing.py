"""How does time stand still while the bot works, and jump ahead when there is nothing to do?

Then a figure does not depend on how fast the machine is: whatever the bot does takes no time, and
whatever it waits for takes exactly as long as it should.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.app.rooms import Bot
from bot.github.transport import AT_ONCE
from tests.stories.kit import Stage

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
        if not await stage._busy():
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
    loop = asyncio.get_running_loop()
    return bool(
        not stage.box.hookshot.idle
        or stage.box.api.serving
        or any(_is_at_work(bot) for bot in (stage.bot, *stage.beside))
        or loop._ready  # type: ignore[attr-defined]
    )


def _is_at_work(bot: Bot) -> bool:
    """Look for requests and transactions under way."""
    engines = {bot.database._writer, bot.database._reader}
    slots = bot.client._out.slots
    busy = any(engine.pool.checkedout() for engine in engines)  # type: ignore[attr-defined]
    return busy or slots._value < AT_ONCE
