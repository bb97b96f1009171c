"""Does the database have today's tables, and how does it get them?

Alembic is loaded only when there is something to do: it takes 11 MB and a third of a second that a
server does not need.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.storage.database import Database
from bot.storage.files import make_private
from bot.storage.tables import metadata

STEPS = Path(__file__).parent / "migrations"

MIGRATING = 0x627572736172
"""Number of the lock under which one process at a time migrates a shared database; our own choice.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS"""


async def migrate(database: Database) -> str:
    """Bring the database to today's tables, all steps or none; gives the revision it is at.

    Tables of newer code stay as they are: steps only add, so that old code can go on beside new code
    (a rolling restart), and can start again there.
    """
    make_private(database)
    async with database.write() as tx:
        if database.is_shared:
            await tx.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
        if _lacks(await tx.run_sync(_revision)):
            await tx.run_sync(_upgrade)
    return await revision(database) or newest()


async def is_behind(database: Database) -> bool:
    """Tell whether the database lacks tables that this code needs."""
    return _lacks(await revision(database))


async def revision(database: Database) -> str | None:
    """Say which revision the database is at; None when it was never migrated."""
    async with database.read() as tx:
        return await tx.run_sync(_revision)


def newest() -> str:
    """Name the newest revision: steps are numbered in their order (a test holds this against Alembic)."""
    return max(_steps())


async def differences(database: Database) -> list[object]:
    """List how the database's tables differ from those that the code expects."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - see above
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    async with database.read() as tx:
        return await tx.run_sync(
            lambda c: list(compare_metadata(MigrationContext.configure(c), metadata))
        )


def _revision(connection: Connection) -> str | None:
    """Read what Alembic notes (https://alembic.sqlalchemy.org/en/latest/tutorial.html)."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _steps() -> set[str]:
    return {step.name.partition("_")[0] for step in (STEPS / "versions").glob("[0-9]*_*.py")}


def _lacks(revision: str | None) -> bool:
    """Tell whether steps are missing after a revision; one that we do not know is newer code's."""
    return revision is None or (revision in _steps() and revision != newest())


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
