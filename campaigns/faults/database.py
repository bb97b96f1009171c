"""What if the database is away for ten minutes? What is not stored is not acknowledged."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta

from campaigns.faults.kit import Struck, healthy, strike, talk, until_acknowledged
from campaigns.torture.arena import Arena, Setting
from campaigns.torture.crowd import Crowd
from campaigns.torture.store import Postgres, Sqlite, Store

AWAY = timedelta(minutes=10)


async def away(setting: Setting) -> Struck:
    """Take the database away for ten minutes of the bot's time."""

    async def fault(arena: Arena, crowd: Crowd) -> str:
        async with _gone(arena.store):
            await talk(arena, crowd, AWAY.total_seconds() / arena.clock.speed, pause=0.5)
            alive = await healthy(arena)
        again = await until_acknowledged(arena)
        lived = "answered" if alive else "did not answer"
        return f"health {lived}; took deliveries again after {again:.1f} s"

    how = "locked" if setting.engine == "sqlite" else "down"
    return await strike(f"database {how} for 10 min", setting, fault)


@asynccontextmanager
async def _gone(store: Store) -> AsyncIterator[None]:
    if isinstance(store, Postgres):
        await asyncio.to_thread(store.server.stop)
        yield
        await asyncio.to_thread(store.server.start)
        return
    assert isinstance(store, Sqlite)
    with closing(_locked(store)):
        yield


def _locked(store: Sqlite) -> sqlite3.Connection:
    """Be another process that writes, and does not end."""
    other = sqlite3.connect(store.path, timeout=30, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other
