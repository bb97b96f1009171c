"""A store that fails blames no event."""

from __future__ import annotations

import pytest
from sqlalchemy import exc, text

from bot.storage.database import Database
from bot.storage.failures import is_the_stores
from tests.storage.kit import REPO


class Struck(Exception):
    """What a driver says."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("state", "the_stores"), [
    ("57P01", True),  # the server ends
    ("55P03", True),  # a lock
    ("53100", True),  # the disk is full
    ("40P01", True),  # a deadlock
    ("22021", False),  # characters
    ("23505", False),  # a key that is there
])  # fmt: skip
def test_what_postgresql_blames_on_the_values_is_the_events(
    state: str, *, the_stores: bool
) -> None:
    assert is_the_stores(exc.DBAPIError("", {}, Struck(state))) is the_stores


def test_a_locked_or_broken_file_is_the_stores() -> None:
    assert is_the_stores(exc.OperationalError("", {}, Exception("database is locked")))


async def test_a_key_that_is_there_is_the_events(database: Database) -> None:
    line = text(f"INSERT INTO lanes (repo, seq) VALUES ({REPO}, 0)")
    async with database.write() as tx:
        await tx.execute(line)
    async with database.write() as tx, tx.begin_nested() as point:
        with pytest.raises(exc.DBAPIError) as raised:
            await tx.execute(line)
        await point.rollback()
    assert not is_the_stores(raised.value)


def test_a_bug_of_ours_is_the_events() -> None:
    assert not is_the_stores(ZeroDivisionError())
