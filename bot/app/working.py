"""How does a command get something done: by the server that is running, or by itself?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from typing import TypeVar

import aiohttp

from bot.app.alone import Alone, AlreadyRunning
from bot.app.opening import CannotDo, open_store
from bot.app.rooms import Bot
from bot.app.serving import wire
from bot.domain.refs import Repo
from bot.lookup import CannotTell
from bot.settings import Settings

OUTCOME_SECONDS = 120
"""How long a command waits for its outcome."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the outcome."""

T = TypeVar("T")


@asynccontextmanager
async def a_bot(chosen: Settings) -> AsyncIterator[Bot]:
    """Wire a bot over the database; nothing runs yet."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_store(chosen.database_url))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield wire(chosen, database, session)


async def installed_repository(bot: Bot, owner: str, name: str) -> Repo:
    """Find the repository of this name by GitHub's word.

    Raises:
        CannotDo: the App is not installed there, or GitHub does not answer.
    """
    try:
        found = await bot.answers.questions.repository_of(owner, name)
    except CannotTell as error:
        problem = f"GitHub does not answer now: {error}"
        raise CannotDo(problem) from error
    if found is None:
        problem = f"The App is not installed in {owner}/{name}, or there is no such repository."
        raise CannotDo(problem)
    return found


@asynccontextmanager
async def at_work(bot: Bot) -> AsyncIterator[bool]:
    """Let the bot decide and send meanwhile; False: a server is running, and does it."""
    with ExitStack() as held:
        if not _alone(held, bot):
            yield False
            return
        work = asyncio.create_task(bot.run_without_intake())
        try:
            yield True
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


def _alone(held: ExitStack, bot: Bot) -> bool:
    """Tell whether this process may work: on PostgreSQL it does so beside others."""
    if bot.database.is_shared:
        return True
    try:
        held.enter_context(Alone(bot.database.url.database))
    except AlreadyRunning:
        return False
    return True


async def outcome(look: Callable[[], Awaitable[T | None]]) -> T:
    """Wait until a look gives something.

    Raises:
        CannotDo: it took too long; what was asked for still waits in the inbox.
    """
    for _ in range(int(OUTCOME_SECONDS / LOOK_EVERY)):
        await asyncio.sleep(LOOK_EVERY)
        found = await look()
        if found is not None:
            return found
    problem = f"No outcome after {OUTCOME_SECONDS} seconds; the request waits in the inbox."
    raise CannotDo(problem)
