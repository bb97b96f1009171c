"""How does a command reach the store, and the repository that was named?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Repo
from bot.storage import files, mirror
from bot.storage.database import Database
from bot.storage.migrate import is_behind


class CannotDo(Exception):
    """A command cannot be carried out; the sentence says what to do."""


@asynccontextmanager
async def open_store(url: str, *, migrated: bool = True) -> AsyncIterator[Database]:
    """Open the database, and close it in the end.

    Raises:
        CannotDo: it is not there, or lacks today's tables (not asked where `migrated` is false).
    """
    database = Database(url)
    if migrated and not files.is_there(database):
        problem = (
            f"There is no database {database.url.database} here. Set DATABASE_URL, or make one with "
            "`bursar migrate`."
        )
        raise CannotDo(problem)
    try:
        if migrated and await is_behind(database):
            problem = "The database does not have today's tables. Run `bursar migrate` first."
            raise CannotDo(problem)
        yield database
    finally:
        await database.close()


async def known_repository(tx: AsyncConnection, owner: str, name: str) -> Repo:
    """Give the repository of this name.

    Raises:
        CannotDo: no event ever came from it.
    """
    repo = await mirror.repo_by_name(tx, owner, name)
    if repo is None:
        problem = f"Bursar has never heard of {owner}/{name}. Is the App installed there?"
        raise CannotDo(problem)
    return repo
