"""A database that cannot be used is said in one sentence, whatever an operator typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.reaching import Unreachable
from demo.stage import free_port
from tests.cli.kit import bursar

COMMANDS = ("migrate", "serve", "verify")
PASSWORD = "not-the-password"

each_command = pytest.mark.parametrize("command", COMMANDS)


def said(command: str, url: str) -> str:
    """Type a command; gives the one line that it ends with."""
    result = bursar(command, DATABASE_URL=url)
    assert result.exit_code == 1, result.output
    assert PASSWORD not in result.output
    (line,) = result.output.splitlines()
    return line


@each_command
def test_nobody_who_answers(command: str) -> None:
    port = free_port()
    line = said(command, f"postgresql+asyncpg://ada:{PASSWORD}@127.0.0.1:{port}/bursar")
    place = f"127.0.0.1:{port}"
    assert line == f"bursar: DATABASE_URL: no database answers at {place}: Connection refused."


@each_command
@pytest.mark.postgresql_only("needs a server")
def test_a_wrong_password(command: str, database: Database) -> None:
    url = database.url.set(password=PASSWORD)
    line = said(command, url.render_as_string(hide_password=False))
    place = f"127.0.0.1:{url.port}"
    assert line == f"bursar: DATABASE_URL: the server at {place} refuses this user and password."


@each_command
@pytest.mark.postgresql_only("needs a server")
def test_a_database_that_nobody_made(command: str, database: Database) -> None:
    url = database.url.set(database="nonesuch")
    line = said(command, url.render_as_string(hide_password=False))
    what = f"there is no database 'nonesuch' at 127.0.0.1:{url.port}; `createdb` makes it."
    assert line == f"bursar: DATABASE_URL: {what}"


@each_command
def test_a_file_that_is_something_else(command: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,\n" * 500)
    line = said(command, f"sqlite:///{tmp_path}/letter.txt")
    assert line == "bursar: DATABASE_URL: that file is not a database."


async def test_a_server_that_goes_away_later_is_said_as_well() -> None:
    """Inside a process that runs: whoever catches it tries again."""
    database = Database(f"postgresql+asyncpg://ada@127.0.0.1:{free_port()}/bursar")
    with pytest.raises(Unreachable, match="no database answers"):
        await database.check()
    await database.close()
