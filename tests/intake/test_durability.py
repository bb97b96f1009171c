"""How a batch reaches the disk, beside everybody else who writes."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage import checkpoints, receiving
from bot.storage.checkpoints import Checkpoints
from bot.storage.database import Database
from bot.storage.receiving import Delivery
from tests.storage.kit import NOON, a_database, file_of, rows

BODY = b"{}"


def some(*names: object, body: bytes = BODY) -> list[Delivery]:
    return [Delivery(str(name), "issues", body, NOON) for name in names]


def names(where: Database | Path) -> list[str]:
    return [name for (name,) in rows(where, "SELECT delivery FROM inbox ORDER BY n")]


async def test_what_is_put_is_there_for_everybody_with_its_values(tmp_path: Path) -> None:
    async with a_database(tmp_path) as database, receiving.receiving(database) as receives:
        await receives.put(some("a", "b"))
        (first, _) = rows(
            database,
            "SELECT event, body, inbox.received_at, state FROM inbox JOIN bodies USING (n) ORDER BY n",
        )
    assert (first[0], bytes(first[1]), first[3]) == ("issues", BODY, "new")
    assert first[2] == int(NOON.timestamp() * 1_000_000)


async def test_a_batch_with_known_deliveries_or_twice_the_same_keeps_the_first(
    tmp_path: Path,
) -> None:
    async with a_database(tmp_path) as database, receiving.receiving(database) as receives:
        await receives.put(some("a"))
        await receives.put([*some("b", "a", body=b"other"), *some("b", body=b"third")])
        found = rows(database, "SELECT delivery, body FROM inbox JOIN bodies USING (n) ORDER BY n")
    assert [(name, bytes(body)) for name, body in found] == [("a", BODY), ("b", b"other")]


async def test_batches_and_transactions_that_count_lose_nothing_of_each_other(
    tmp_path: Path,
) -> None:
    """SQLite has one writer: neither side may meet a lock, nor overwrite what the other did."""
    async with a_database(tmp_path) as database, receiving.receiving(database) as receives:
        async with database.write() as tx:
            await tx.execute(text("CREATE TABLE counter (n INTEGER)"))
            await tx.execute(text("INSERT INTO counter VALUES (0)"))

        async def count() -> None:
            for _ in range(25):
                async with database.write() as tx:
                    n = (await tx.execute(text("SELECT n FROM counter"))).scalar_one()
                    await asyncio.sleep(0)
                    await tx.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

        async def deliver() -> None:
            for n in range(50):
                await receives.put(some(n))

        await asyncio.gather(count(), deliver(), count())
        ((counted,),) = rows(database, "SELECT n FROM counter")
        assert len(names(database)) == 50
        if not database.is_shared:
            assert counted == 50


async def test_a_way_that_is_closed_and_opened_again_goes_on(tmp_path: Path) -> None:
    async with a_database(tmp_path) as database:
        for name in "ab":
            async with receiving.receiving(database) as receives:
                await receives.put(some(name))
        assert names(database) == ["a", "b"]


async def test_the_way_through_sqlalchemy_does_the_same(tmp_path: Path) -> None:
    async with a_database(tmp_path) as database, receiving.through(database) as receives:
        await receives.put(some("a", "b"))
        await receives.put(some("a"))
        assert names(database) == ["a", "b"]


@pytest.mark.postgresql_only("SQLite has no connection to lose")
async def test_a_connection_that_was_lost_costs_no_delivery(tmp_path: Path) -> None:
    async with a_database(tmp_path) as database, receiving.receiving(database) as receives:
        await receives.put(some("a"))
        async with database.write() as tx:
            await tx.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            )
        await receives.put(some("b"))
        assert names(database) == ["a", "b"]


# --- SQLite -----------------------------------------------------------------------------------

ON_SQLITE = pytest.mark.sqlite_only("is about SQLite's files and locks")


@ON_SQLITE
async def test_what_was_put_survives_the_loss_of_everything_but_the_files(tmp_path: Path) -> None:
    """The files as they are right after the commit, before any checkpoint."""
    async with a_database(tmp_path) as database, receiving.receiving(database) as receives:
        await receives.put(some("a"))
        file = file_of(database)
        left = tmp_path / "left"
        left.mkdir()
        for each in (file, Path(f"{file}-wal")):
            shutil.copy(each, left)
    assert names(left / file.name) == ["a"]


@ON_SQLITE
async def test_a_batch_that_another_process_keeps_out_fails_and_the_next_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "BUSY_TIMEOUT_MS", 50)
    async with a_database(tmp_path) as database, receiving.receiving(database) as receives:
        with closing(sqlite3.connect(file_of(database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(sqlite3.OperationalError):
                await receives.put(some("a"))
        await receives.put(some("b"))
        assert names(database) == ["b"]


@ON_SQLITE
async def test_nothing_of_ours_stays_open(tmp_path: Path) -> None:
    """The last connection that closes takes the log with it."""
    async with a_database(tmp_path) as database:
        file = file_of(database)
        async with receiving.receiving(database) as receives:
            await receives.put(some("a"))
    assert not Path(f"{file}-wal").exists()


# --- the log ----------------------------------------------------------------------------------


class Log:
    """A database whose log is looked after by hand."""

    def __init__(self, file: Path) -> None:
        self.file, self.log = file, Path(f"{file}-wal")
        self.keeper = Checkpoints(file)
        self.keeper._page = 4096
        self.writer = self.connect()

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, isolation_level=None)
        connection.execute("PRAGMA wal_autocheckpoint=0")
        return connection

    def write(self, size: int) -> None:
        self.writer.execute("INSERT INTO t VALUES (zeroblob(?))", (size,))

    def look(self) -> None:
        with closing(self.connect()) as connection:
            connection.execute("PRAGMA busy_timeout=20")
            self.keeper.look(connection)

    def in_the_database(self) -> int:
        """Bytes in the database's own file."""
        return self.file.stat().st_size


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(checkpoints, "BEGIN_ANEW_AT", 400_000)
    monkeypatch.setattr(checkpoints, "KEPT", 100_000)
    found = Log(tmp_path / "log.db")
    found.writer.execute("PRAGMA journal_mode=WAL")
    found.writer.execute("CREATE TABLE t (b BLOB)")
    return found


def test_what_is_in_the_log_comes_into_the_database_beside_the_writers(log: Log) -> None:
    log.write(50_000)
    assert log.in_the_database() < 50_000
    log.look()
    assert log.in_the_database() > 50_000
    log.writer.close()


def test_a_log_that_grew_long_begins_anew(log: Log) -> None:
    log.write(500_000)
    log.look()
    long = log.log.stat().st_size
    log.write(300_000)
    assert log.log.stat().st_size == long, "it is written from its beginning again"
    log.writer.close()


def test_a_long_log_is_cut_off_when_nothing_happens(log: Log) -> None:
    log.write(300_000)
    log.look()
    assert log.log.stat().st_size > 100_000
    log.look()
    assert log.log.stat().st_size == 0
    log.writer.close()


def test_a_reader_is_not_waited_for_again_and_again(log: Log) -> None:
    reader = log.connect()
    log.write(10)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM t").fetchall()
    log.write(500_000)
    log.look()
    assert log.keeper._pause == checkpoints.AGAIN_AFTER
    log.write(10)
    log.look()
    assert log.keeper._pause == checkpoints.AGAIN_AFTER - 1
    reader.close()
    log.writer.close()


def test_a_database_that_goes_away_does_not_end_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "EVERY_SECONDS", 0.01)
    file = tmp_path / "log.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    keeper = Checkpoints(file)
    keeper.start()
    with suppress(FileNotFoundError):
        file.unlink()
    tmp_path.joinpath("log.db").write_bytes(b"no database" * 1000)
    keeper.join(0.2)
    assert keeper.is_alive()
    keeper.end()
    keeper.join(5)
    assert not keeper.is_alive()
