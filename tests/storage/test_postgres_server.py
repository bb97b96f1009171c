"""Do tests get a PostgreSQL server that is theirs, and gone afterwards?"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tools.postgres import Server, a_server, drop_database, new_database


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user `postgres` can reach."""
    path = Path(tempfile.mkdtemp(prefix="bursar-test-"))
    yield path
    shutil.rmtree(path)


async def _ask(url: str, question: str) -> object:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as tx:
        result = await tx.execute(text(question))
        answer = result.scalar() if result.returns_rows else None
    await engine.dispose()
    return answer


async def test_every_database_is_new_and_can_be_copied():
    with a_server() as url:
        one = await new_database(url)
        await _ask(one, "CREATE TABLE words (word text)")
        copy = await new_database(url, like=one.rpartition("/")[2])
        other = await new_database(url)
        there = "SELECT count(*) FROM pg_tables WHERE tablename = 'words'"
        assert [await _ask(each, there) for each in (one, copy, other)] == [1, 1, 0]
        await drop_database(copy)
        gone = "SELECT count(*) FROM pg_database WHERE datname LIKE 'b%'"
        assert await _ask(url, gone) == 2


async def test_what_was_committed_survives_a_crash_and_the_address_stays(folder: Path):
    server = Server(folder)
    server.start()
    try:
        url = server.url
        await _ask(url, "CREATE TABLE words AS SELECT 'kept' AS word")
        server.crash()
        server.start()
        assert server.url == url
        assert await _ask(url, "SELECT word FROM words") == "kept"
    finally:
        server.stop()


async def test_a_server_that_stopped_leaves_no_process(folder: Path):
    server = Server(folder)
    server.start()
    pid = server.pid
    server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not (folder / "db" / "postmaster.pid").exists()


async def test_a_bench_gets_a_server_whose_commits_reach_the_disk(folder: Path):
    with a_server(folder, durable=True, shared_buffers="16MB") as url:
        assert await _ask(url, "SHOW fsync") == "on"
        assert await _ask(url, "SHOW shared_buffers") == "16MB"
    with a_server(folder) as url:
        assert await _ask(url, "SHOW fsync") == "off"
