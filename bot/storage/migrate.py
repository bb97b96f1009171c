"""Does the database have today's tables, and how does it get them?"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.storage.database import Database
from bot.storage.tables import metadata

STEPS = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> str:
    """Bring the database to today's tables, all steps or none; gives the revision reached."""
    async with database.write() as tx:
        await tx.run_sync(_upgrade)
    return newest()


async def revision(database: Database) -> str | None:
    """Say which revision the database is at; None when it was never migrated."""
    async with database.read() as tx:
        return await tx.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())


def newest() -> str:
    """Name the newest revision."""
    head = ScriptDirectory(str(STEPS)).get_current_head()
    assert head is not None
    return head


async def differences(database: Database) -> list[object]:
    """List how the database's tables differ from those that the code expects."""
    async with database.read() as tx:
        return await tx.run_sync(
            lambda c: list(compare_metadata(MigrationContext.configure(c), metadata))
        )


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(STEPS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
