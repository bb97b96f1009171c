"""Transactions lose nothing, tables are today's, and a wrong address is said in one sentence."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.storage import database as module
from bot.storage.database import Database, DatabaseUnusable
from bot.storage.migrate import STEPS, differences, is_behind, migrate, newest, revision
from bot.storage.tables import metadata
from tests import engines
from tests.cli.kit import start
from tests.engines import Engine
from tests.storage.kit import a_database, file_of, rows, tamper, url_of


async def increment(database: Database) -> None:
    """Read, wait, write: what loses updates unless the transaction began as a writing one."""
    async with database.write() as tx:
        found = (await tx.execute(text("SELECT seq FROM lanes WHERE repo = 1"))).scalar_one()
        await asyncio.sleep(0.02)
        await tx.execute(text("UPDATE lanes SET seq = :seq WHERE repo = 1"), {"seq": found + 1})


ALONE = "here one writer excludes another; on PostgreSQL leases do (test_leases.py)"


@pytest.mark.sqlite_only(ALONE)
async def test_four_concurrent_increments_give_four(database: Database) -> None:
    tamper(database, "INSERT INTO lanes (repo) VALUES (1)")
    await asyncio.gather(*(increment(database) for _ in range(4)))
    assert rows(database, "SELECT seq FROM lanes") == [(4,)]


@pytest.mark.sqlite_only(ALONE)
async def test_four_processes_worth_of_increments_give_four(database: Database) -> None:
    tamper(database, "INSERT INTO lanes (repo) VALUES (1)")
    others = [Database(url_of(file_of(database))) for _ in range(4)]
    await asyncio.gather(*(increment(other) for other in others))
    for other in others:
        await other.close()
    assert rows(database, "SELECT seq FROM lanes") == [(4,)]


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO lanes (repo) VALUES (1)"))
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await fail_half_way()
    assert rows(database, "SELECT * FROM lanes") == []


async def test_after_a_failure_the_next_transaction_works(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO nonsense VALUES (1)"))
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO lanes (repo) VALUES (1)"))
    assert rows(database, "SELECT repo FROM lanes") == [(1,)]


async def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    async with database.read() as tx:
        query = text("SELECT count(*) FROM lanes")
        assert (await tx.execute(query)).scalar_one() == 0
        async with database.write() as other:
            await other.execute(text("INSERT INTO lanes (repo) VALUES (1)"))
        assert (await tx.execute(query)).scalar_one() == 0


@pytest.mark.sqlite_only(
    "on PostgreSQL its operator decides (https://www.postgresql.org/docs/current/runtime-config-wal.html)"
)
async def test_what_is_committed_survives_a_power_cut(database: Database) -> None:
    async with database.write() as tx:
        found = [
            (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1]  # 2 is FULL


@pytest.mark.sqlite_only("PostgreSQL's columns always keep to their types")
async def test_every_table_is_strict(database: Database) -> None:
    made = rows(database, "SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    ours = {name: sql for name, sql in made if name in metadata.tables}
    assert ours.keys() == metadata.tables.keys()
    assert [name for name, sql in ours.items() if not sql.rstrip().endswith("STRICT")] == []


async def test_the_migrations_make_exactly_todays_tables(database: Database) -> None:
    assert await differences(database) == []
    assert await revision(database) == newest()


async def test_indexes_are_made_with_their_conditions(database: Database) -> None:
    """Alembic does not compare these, and a query that misses them reads everything."""
    expected = {
        index.name: _bare(index.dialect_options["sqlite"]["where"])
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    made = {
        name: _bare(sql.partition(" WHERE ")[2])
        for name, sql in rows(database, INDEXES[engines.chosen()])
    }
    assert {name: made[name] for name in expected} == expected
    plain = {index.name for table in metadata.tables.values() for index in table.indexes}
    assert {name for name in plain - expected.keys() if made[str(name)]} == set()


INDEXES = {
    Engine.SQLITE: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''",
    Engine.POSTGRESQL: "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


def _bare(condition: object) -> str:
    """A condition without what the engines write differently."""
    words = re.sub(r"::text(\[\])?|ARRAY|[][()\"]|\b\w+\.", "", str(condition))
    return re.sub(r"= ANY ", "IN ", words)


async def test_migrating_twice_is_fine(database: Database) -> None:
    tamper(database, "INSERT INTO lanes (repo) VALUES (1)")
    assert await migrate(database) == newest()
    assert rows(database, "SELECT repo FROM lanes") == [(1,)]


async def test_processes_that_migrate_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """As in a rolling start: each finds today's tables made, by itself or by the other."""
    async with a_database(tmp_path, made_by=engines.bare) as bare:
        url = bare.url.render_as_string(hide_password=False)
        processes = [start("migrate", DATABASE_URL=url) for _ in range(3)]
        said = [await asyncio.to_thread(each.communicate) for each in processes]
        assert [each.returncode for each in processes] == [0, 0, 0], said
        assert await revision(bare) == newest()
        assert await differences(bare) == []


async def test_tables_of_newer_code_stay_as_they_are(database: Database) -> None:
    """In a rolling restart old code may start again after new code has migrated."""
    tamper(database, "UPDATE alembic_version SET version_num = 'f00d'")
    assert await migrate(database) == "f00d"
    assert not await is_behind(database)
    assert await differences(database) == []


async def test_a_database_that_was_never_migrated_says_so(tmp_path: Path) -> None:
    async with a_database(tmp_path, made_by=engines.bare) as database:
        assert await revision(database) is None
        assert await is_behind(database)
        assert await differences(database) != []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "://",
        "mysql://localhost/bursar",
        "sqlite+aiosqlite:////nowhere/at/all/bursar.db",
    ],
)
def test_a_wrong_address_is_said_in_one_sentence(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match=r"^DATABASE_URL [^\n]+\.$|^DATABASE_URL: [^\n]+\.$"):
        Database(url)


async def test_any_sqlite_driver_means_the_same_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bursar.db")
    assert str(database.url) == url_of(tmp_path / "bursar.db")
    await database.check()
    await database.close()


@pytest.mark.sqlite_only("PostgreSQL locks rows, and leases say whose")
async def test_a_database_that_is_locked_for_long_fails_and_does_not_hang(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_MS", 50)
    async with a_database(tmp_path, file_of(database)) as other, database.write():
        with pytest.raises(OperationalError, match="locked"):
            async with other.write():
                pass


def test_the_newest_revision_is_the_one_that_alembic_would_reach() -> None:
    assert newest() == ScriptDirectory(str(STEPS)).get_current_head()
