"""What if the store fails under a room? It starts again, and the others never noticed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy.exc import OperationalError

from demo.stage import Stage, a_stage


class Failing:
    """A room whose store is away the first time."""

    def __init__(self) -> None:
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        if self.runs == 1:
            raise OperationalError("BEGIN IMMEDIATE", None, Exception("disk I/O error"))
        await asyncio.Event().wait()


async def test_a_room_whose_store_failed_starts_again(tmp_path: Path, store_url: str) -> None:
    async with a_stage(tmp_path, Stage, speed=100, database_url=store_url) as stage:
        failing = Failing()
        kept = asyncio.create_task(stage.bot._keep(failing))
        async with asyncio.timeout(10):
            while failing.runs < 2:
                await asyncio.sleep(0.01)
        kept.cancel()
        assert not stage.rooms.done()
