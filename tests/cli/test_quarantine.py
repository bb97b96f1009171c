"""What an operator sees and does about events that could not be decided."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from bot.cli import main
from bot.events.mirrored import IssueSeen
from bot.storage import mirror, quarantine
from bot.storage.receiving import Delivery, put
from bot.storage.tables import inbox
from tests.cli.kit import bursar, right
from tests.storage.kit import ISSUE, NOON, REPO, a_database, a_repository, know, rows, tamper

PAYLOAD = {"action": "reopened", "issue": {"title": "Esc \x1b[2J and \u202e"}}
BODIES = {
    "a": json.dumps(PAYLOAD, ensure_ascii=False).encode(),
    "b": b"\xffno JSON \x1b[2J",
    "c": b"{}",
}


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Three events in quarantine (one was never placed), and one that is done."""
    return asyncio.run(_fill(tmp_path))


async def _fill(folder: Path) -> str:
    from tests.engines import an_empty_file  # noqa: PLC0415 - a file that stays after the block

    file = an_empty_file(folder)
    async with a_database(folder, file) as database:
        await know(database, a_repository(name="solver"))
        async with database.write() as tx:
            await mirror.note(tx, IssueSeen(ISSUE, REPO, 1, "Faster", NOON), lambda _: 7)
            moment = datetime(2026, 10, 1, 8, tzinfo=UTC)
            new = [Delivery(name, "issues", body, moment) for name, body in BODIES.items()]
            await put(tx, [*new, Delivery("d", "issues", b"{}", moment)])
    tamper(file, "UPDATE inbox SET state = 'quarantined', attempts = 5, error = 'a \x1b[2J bug'")
    tamper(file, "UPDATE inbox SET repo = ?, issue = ?, happened_at = 1 WHERE n = 1", REPO, ISSUE)
    tamper(file, "UPDATE inbox SET repo = ?, happened_at = 1 WHERE n = 2", REPO)
    tamper(file, "UPDATE inbox SET state = 'done' WHERE n = 4")
    return f"sqlite+aiosqlite:///{file}"


def states(store: str) -> list[tuple[str, int, str | None]]:
    file = Path(store.removeprefix("sqlite+aiosqlite:///"))
    return rows(file, "SELECT state, attempts, error FROM inbox ORDER BY n")


AS_IT_WAS = ("quarantined", 5, "a \x1b[2J bug")


@pytest.mark.sqlite_only("a command opens a file of its own")
class TestCommands:
    def test_all_are_listed_with_number_time_kind_place_and_error(self, store: str) -> None:
        result = bursar("quarantine", "list", DATABASE_URL=store)
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            r"1  1970-01-01T00:00:00+00:00  issues  acme/solver#1  a \x1b[2J bug",
            r"2  1970-01-01T00:00:00+00:00  issues  acme/solver  a \x1b[2J bug",
            r"3  2026-10-01T08:00:00+00:00  issues  -  a \x1b[2J bug",
        ]

    def test_those_of_one_repository_are_listed(self, store: str) -> None:
        result = bursar("quarantine", "list", "acme/solver", DATABASE_URL=store)
        assert [line[0] for line in result.stdout.splitlines()] == ["1", "2"]
        assert bursar("quarantine", "list", "no/where", DATABASE_URL=store).exit_code == 1

    def test_one_is_shown_with_its_payload_and_nothing_that_a_terminal_obeys(
        self, store: str
    ) -> None:
        result = bursar("quarantine", "show", "1", DATABASE_URL=store)
        assert result.exit_code == 0
        assert "delivery a, 5 attempts" in result.stdout
        shown = result.stdout.partition("\n\n")[2]
        assert json.loads(shown) == PAYLOAD
        other = bursar("quarantine", "show", "2", DATABASE_URL=store)
        assert r"\xffno JSON \x1b[2J" in other.stdout
        assert not {"\x1b", "\u202e"} & set(result.stdout + other.stdout)

    @pytest.mark.parametrize(
        "words", [["show", "4"], ["retry", "4"], ["drop", "9", "--because", "x"]]
    )
    def test_what_is_not_in_quarantine_is_left_alone(self, store: str, words: list[str]) -> None:
        before = states(store)
        result = bursar("quarantine", *words, DATABASE_URL=store)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"bursar: No event {words[1]} is in quarantine.")
        assert states(store) == before

    def test_one_is_tried_again_as_if_it_had_just_come(self, store: str) -> None:
        result = bursar("quarantine", "retry", "1", DATABASE_URL=store)
        assert result.stdout == "1 event waits to be decided again.\n"
        assert states(store)[:3] == [("ready", 0, None), AS_IT_WAS, AS_IT_WAS]

    def test_all_are_tried_again_and_what_was_never_placed_is_read_anew(self, store: str) -> None:
        result = bursar("quarantine", "retry", "--all", DATABASE_URL=store)
        assert result.stdout == "3 events wait to be decided again.\n"
        assert [state for state, _, _ in states(store)] == ["ready", "ready", "new", "done"]
        assert (
            bursar("quarantine", "list", DATABASE_URL=store).stdout == "Nothing is in quarantine.\n"
        )

    def test_what_has_no_bytes_any_more_is_not_tried_again_and_the_others_are(
        self, store: str
    ) -> None:
        """A lane would wait for it for ever."""
        tamper(Path(store.removeprefix("sqlite+aiosqlite:///")), "DELETE FROM bodies WHERE n <> 2")
        for n in ("1", "3"):
            result = bursar("quarantine", "retry", n, DATABASE_URL=store)
            assert result.exit_code == 1
            assert result.stderr.startswith(f"bursar: No bytes are left of {n}: ")
            assert f"`bursar quarantine drop {n} --because TEXT`" in result.stderr
        assert "No bytes are left" in bursar("quarantine", "show", "1", DATABASE_URL=store).stdout
        result = bursar("quarantine", "retry", "--all", DATABASE_URL=store)
        assert result.exit_code == 1
        assert "No bytes are left of 1, 3: " in result.stderr
        assert "1 wait to be decided again" in result.stderr
        assert states(store)[:3] == [AS_IT_WAS, ("ready", 0, None), AS_IT_WAS]

    @pytest.mark.parametrize("words", [[], ["1", "--all"], ["0"], ["x"]])
    def test_what_to_try_again_must_be_said_plainly(self, store: str, words: list[str]) -> None:
        assert bursar("quarantine", "retry", *words, DATABASE_URL=store).exit_code == 2

    def test_dropping_asks_first(self, store: str) -> None:
        words = ["quarantine", "drop", "1", "--because", "spam"]
        env = right(DATABASE_URL=store)
        no = CliRunner().invoke(main, words, env=env, input="n\n")
        assert no.exit_code == 1
        assert "acme/solver#1" in no.stdout
        assert states(store)[0] == AS_IT_WAS
        yes = CliRunner().invoke(main, words, env=env, input="y\n")
        assert yes.exit_code == 0
        assert states(store)[0] == ("ignored", 5, "dropped by the operator: spam")

    def test_dropping_needs_a_reason_and_can_be_told_not_to_ask(self, store: str) -> None:
        assert bursar("quarantine", "drop", "1", DATABASE_URL=store).exit_code == 2
        done = bursar("quarantine", "drop", "1", "--because", "x", "--yes", DATABASE_URL=store)
        assert (done.exit_code, done.stdout) == (0, "Event 1 is passed over.\n")


@pytest.mark.parametrize(
    "words",
    [
        ["quarantine", "list"],
        ["quarantine", "retry", "--all"],
        ["verify"],
        ["ledger", "acme/solver"],
        ["balances", "acme/solver"],
        ["digest", "acme/solver", "--month", "2026-10"],
        ["export", "acme/solver", "--format", "csv"],
        ["adopt", "acme/solver"],
    ],
)
def test_no_command_but_serve_and_migrate_makes_a_database(
    words: list[str], tmp_path: Path
) -> None:
    result = bursar(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("bursar: There is no database bursar.db here. Set DATABASE_URL")
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    assert bursar("migrate").exit_code == 0
    assert (tmp_path / "bursar.db").stat().st_mode & 0o777 == 0o600


def test_the_mode_of_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    assert bursar("migrate").exit_code == 0
    (tmp_path / "bursar.db").chmod(0o640)
    assert bursar("migrate").exit_code == 0
    assert (tmp_path / "bursar.db").stat().st_mode & 0o777 == 0o640


@pytest.mark.sqlite_only("reads SQLite's plan")
def test_counting_what_is_in_quarantine_looks_at_nothing_else(store: str) -> None:
    """The panel asks it each time, and the inbox holds everything that was ever delivered."""
    file = Path(store.removeprefix("sqlite+aiosqlite:///"))
    for where in (quarantine._narrowed(None, None), quarantine._narrowed(REPO, ISSUE)):
        query = select(func.count()).select_from(inbox).where(*where)
        words = query.compile(compile_kwargs={"literal_binds": True})
        plan = [row[-1] for row in rows(file, f"EXPLAIN QUERY PLAN {words}")]
        assert all("INDEX inbox_quarantined" in step for step in plan), plan
