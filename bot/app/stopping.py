"""How does a process end when it is told to (SIGINT, SIGTERM)?"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress


async def until_told(work: Coroutine[None, None, None]) -> None:
    """Do this until it ends, or until the process is told to stop, also while it still starts."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, told.set)
    working = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(told.wait())
    await asyncio.wait({stopped, working}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    # Once only: who is told twice still answers what has been taken.
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
