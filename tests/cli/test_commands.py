"""What each command shows, and with which code it ends."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import urllib.request
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from bot.app import adopting
from bot.app.verifying import Checked
from bot.app.verifying import verify as verifying
from bot.domain.refs import Account
from bot.events.mirrored import IssueSeen
from bot.settings import StoreSettings, settings
from bot.storage import mirror, people
from bot.storage.migrate import newest
from tests.cli.kit import bursar, start
from tests.storage.kit import (
    ISSUE,
    NOON,
    REPO,
    a_database,
    a_played_ledger,
    a_repository,
    an_empty_file,
    know,
    tamper,
)
from tests.storage.test_verify import body_of, chain_again, rewrite
from tests.stories.kit import Stage, a_stage

COMMANDS = (
    "serve",
    "migrate",
    "adopt",
    "ledger",
    "balances",
    "parity",
    "verify",
    "digest",
    "export",
    "check-export",
    "rebuild",
    "quarantine",
)


@pytest.fixture
def played(tmp_path: Path) -> Path:
    """A store with a played ledger of acme/solver."""
    file = an_empty_file(tmp_path)
    asyncio.run(_play(tmp_path, file))
    return file


async def _play(folder: Path, file: Path) -> None:
    async with a_database(folder, file) as database:
        await know(database, a_repository(name="solver"))
        async with database.write() as tx:
            await people.remember(tx, Account(1, "mia"), lambda _: 7)
            await mirror.note(tx, IssueSeen(ISSUE, REPO, 1, "Faster", NOON), lambda _: 7)
        await a_played_ledger(database)


# --- help -------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    result = bursar("--help")
    assert result.exit_code == 0
    assert all(command in result.output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_without_any_setting(command: str, option: str) -> None:
    result = bursar(command, option, APP_ID=None, DATABASE_URL="nonsense")
    assert result.exit_code == 0
    assert f"Usage: main {command}" in result.output


def test_the_version_is_that_of_the_package() -> None:
    process = start("--version")
    out, _ = process.communicate(timeout=30)
    assert metadata.version("bursar") in out


@pytest.mark.parametrize(
    "words", [["nonsense"], ["ledger"], ["adopt"], ["ledger", "a/b", "--issue", "0"]]
)
def test_what_cannot_be_understood_ends_with_two(words: list[str]) -> None:
    assert bursar(*words).exit_code == 2


@pytest.mark.parametrize("name", ["solver", "acme/", "/solver", "a/b/c", ""])
@pytest.mark.parametrize("command", ["ledger", "balances", "parity", "verify", "adopt"])
def test_what_is_no_repository_is_said(command: str, name: str) -> None:
    result = bursar(command, name)
    if command == "verify" and not name:
        return  # no name means all of them
    assert result.exit_code == 1
    assert result.stderr == f"bursar: {name!r} is not a repository; write it as owner/name.\n"


# --- the store --------------------------------------------------------------------------------


def test_migrating_says_the_revision_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        result = bursar("migrate")
        assert result.exit_code == 0
        assert result.stdout == f"The database is at revision {newest()}.\n"
    assert (tmp_path / "bursar.db").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["ledger", "acme/solver"],
        ["balances", "acme/solver"],
        ["parity", "acme/solver"],
        ["verify"],
        ["verify", "acme/solver"],
    ],
)
def test_before_the_migration_the_operator_is_told_to_migrate(words: list[str]) -> None:
    result = bursar(*words)
    assert result.exit_code == 1
    assert "`bursar migrate`" in result.stderr


@pytest.mark.usefixtures("played")
def test_the_ledger_is_listed_for_people() -> None:
    result = bursar("ledger", "ACME/Solver")
    lines = result.stdout.splitlines()
    assert (result.exit_code, len(lines)) == (0, 8)
    assert lines[2].split("  ")[-4:] == ["P-1", "USD 50000 minor", "new → standing", "-"]
    assert lines[0].endswith("mia")


@pytest.mark.usefixtures("played")
def test_the_ledger_is_listed_for_programs_one_object_a_line() -> None:
    result = bursar("ledger", "acme/solver", "--json")
    entries = [json.loads(line) for line in result.stdout.splitlines()]
    assert [entry["seq"] for entry in entries] == list(range(1, 9))
    first = dict(entries[0])
    assert len(first.pop("hash")) == 64
    assert first == {
        "seq": 1,
        "kind": "ItemLabelled",
        "at": "2026-01-31T12:00:00Z",
        "actor": {"login": "mia", "id": 1},
        "issue": 1,
        "pledge": None,
        "pull": None,
        "record": None,
        "change": None,
        "outcome": None,
        "from": None,
        "to": None,
        "refused": None,
        "minor": None,
        "currency": None,
        "late": False,
        "source": "event:labelled",
    }
    declined = entries[5]
    assert (declined["change"], declined["pledge"], declined["minor"]) == (
        "offered → declined",
        3,
        9_000_000_00,
    )


@pytest.mark.usefixtures("played")
def test_only_the_entries_of_one_issue_can_be_listed() -> None:
    assert len(bursar("ledger", "acme/solver", "--issue", "1").stdout.splitlines()) == 8
    unknown = bursar("ledger", "acme/solver", "--issue", "13")
    assert unknown.exit_code == 1
    assert unknown.stderr == "bursar: Bursar has never heard of issue #13 there.\n"


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("command", ["ledger", "balances", "parity", "verify"])
def test_an_unknown_repository_is_said(command: str) -> None:
    result = bursar(command, "acme/nonsense")
    assert result.exit_code == 1
    assert result.stderr.startswith("bursar: Bursar has never heard of acme/nonsense.")


# --- adopt ------------------------------------------------------------------------------------


async def test_adopting_names_items_and_work_orders(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        mia = stage.person("mia")
        mia.uninstall(stage.installation)
        item = stage.person("bob").open_issue(stage.solver, "Preconditioners")
        mia.label(item, "roadmap")
        order = stage.fill_in()
        mia.install(stage.box.app, "all", on="acme")
        await stage.settled()
        found = await adopting.adopt(stage.settings, "acme", "solver")
        assert (found.issues, found.orders) == ((item.number,), (order.number,))
        assert found.sentence == "2 issues were brought in."
        assert await stage.state(order) == "draft"


# --- verify -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("words", [[], ["acme/solver"]])
def test_a_ledger_in_order_verifies(words: list[str]) -> None:
    result = bursar("verify", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("acme/solver: 8 entries in order, hash ")


def test_an_altered_ledger_does_not_verify_and_the_entry_is_named(played: Path) -> None:
    body = body_of(played, 3)
    body["entry"]["money"]["minor"] = 1
    rewrite(played, 3, body)
    result = bursar("verify")
    assert result.exit_code == 1
    assert "acme/solver: entry 3 was altered: its hash does not match\n" in result.stderr
    assert result.stdout == ""


def test_an_altered_view_does_not_verify(played: Path) -> None:
    tamper(played, "UPDATE totals SET due = 1")
    result = bursar("verify")
    assert result.exit_code == 1
    assert result.stderr.startswith("acme/solver: view total")


def test_a_line_that_is_nonsense_is_a_sentence_and_no_traceback(played: Path) -> None:
    tamper(played, "UPDATE ledger SET line = X'00' WHERE seq = 8")
    result = bursar("verify")
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "entry 8 cannot be understood" in result.stderr


async def checked(stage: Stage) -> list[Checked]:
    url = str(stage.bot.database.url)
    chosen = settings(
        app_id=stage.box.app.id,
        private_key=stage.box.app.private_key_pem,
        webhook_secret="s3cret",
        github_api_url=stage.box.api_url,
        database_url=url,
        _env_file=None,
    )
    store = StoreSettings(database_url=url, _env_file=None)  # type: ignore[call-arg]
    return [each async for each in verifying(store, None, chosen)]


async def test_our_panels_on_github_prove_what_the_ledger_was(tmp_path: Path) -> None:
    """Whoever alters a line and makes the whole chain anew still cannot alter those."""
    async with a_stage(tmp_path) as stage:
        issue = await stage.roadmap_item()
        await stage.says("ada", issue, "/pledge $500")
        found = await checked(stage)
        assert [each.is_problem for each in found] == [False, False]
        assert f"the panel of #{issue.number} shows entry" in found[1].sentence

        stage.rooms.cancel()
        await asyncio.gather(stage.rooms, return_exceptions=True)
        file = Path(stage.bot.database.url.database or "")
        body = body_of(file, 3)
        body["late"] = True
        rewrite(file, 3, body)
        chain_again(file)
        found = await checked(stage)
        assert [each.is_problem for each in found] == [False, True]
        assert "shows another hash for entry 4 than the ledger has" in found[1].sentence


async def test_a_panel_that_should_be_there_and_is_not_is_a_problem(
    tmp_path: Path,
) -> None:
    async with a_stage(tmp_path) as stage:
        issue = await stage.roadmap_item()
        issue.comments.clear()
        found = await checked(stage)
        assert [each.is_problem for each in found] == [False, True]
        assert found[1].sentence.endswith("is not on GitHub any more")


async def test_the_panel_of_a_work_order_proves_it_too(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        order = await stage.work_order()
        found = await checked(stage)
        assert [each.is_problem for each in found] == [False, False]
        assert f"the panel of #{order.number} shows entry" in found[1].sentence


# --- serve ------------------------------------------------------------------------------------


def served(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Read the log until it serves; GitHub is not there, which is no reason to stop."""
    assert process.stderr is not None
    for line in process.stderr:
        told: dict[str, Any] = json.loads(line)
        if told["event"] == "serving":
            return told
    raise AssertionError(process.wait())


def test_serving_answers_refuses_a_second_process_and_ends_when_told(tmp_path: Path) -> None:
    first = start("serve")
    try:
        assert first.stderr is not None
        told = served(first)
        with urllib.request.urlopen(told["address"] + "/readyz", timeout=5) as answer:
            assert answer.status == 200

        second = start("serve")
        _, err = second.communicate(timeout=30)
        assert second.returncode == 1
        assert err.startswith("bursar: Another Bursar works on this database already")
        assert len(err.splitlines()) == 1

        assert bursar("verify").exit_code == 0, "looking is allowed beside a server"

        first.send_signal(signal.SIGTERM)
        _, rest = first.communicate(timeout=30)
        away = {"deliveries cannot be swept now", "GitHub does not answer now"}
        assert first.returncode == 0
        assert {json.loads(line)["event"] for line in rest.splitlines()} <= away
    finally:
        first.kill()
        first.communicate()
    assert (tmp_path / "bursar.db").exists()


def test_the_lock_of_a_killed_process_does_not_outlive_it() -> None:
    for _ in range(2):
        process = start("serve")
        assert process.stderr is not None
        assert served(process)
        process.kill()
        process.communicate()


def test_verify_says_so_when_there_is_nothing_to_verify() -> None:
    bursar("migrate")
    done = bursar("verify")
    assert done.exit_code == 0
    assert "nothing to verify yet" in done.stdout
