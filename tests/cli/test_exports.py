"""Exports as an operator writes them, and as anybody checks them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain.refs import Account
from bot.events.mirrored import IssueSeen
from bot.exports import FORMATS
from bot.storage import mirror, people
from tests.cli.kit import bursar
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


@pytest.fixture
def played(tmp_path: Path) -> Path:
    """A store with a played ledger of acme/solver, which is private."""
    file = an_empty_file(tmp_path)
    asyncio.run(_play(tmp_path, file))
    return file


async def _play(folder: Path, file: Path) -> None:
    async with a_database(folder, file) as database:
        await know(database, a_repository(name="solver", private=True))
        async with database.write() as tx:
            await people.remember(tx, Account(1, "mia"), lambda _: 7)
            await mirror.note(tx, IssueSeen(ISSUE, REPO, 1, "Faster", NOON), lambda _: 7)
        await a_played_ledger(database)


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_goes_to_the_standard_output_also_of_a_private_repository(form: str) -> None:
    result = bursar("export", "ACME/Solver", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "acme/solver" in result.stdout or form == "csv"
    assert len(result.stdout) > 500


@pytest.mark.usefixtures("played")
def test_a_file_is_written_whole_or_not_at_all(played: Path, tmp_path: Path) -> None:
    words = ("export", "acme/solver", "--format", "json", "--output", "ledger.json")
    result = bursar(*words)
    assert (result.exit_code, result.output) == (0, "")
    before = (tmp_path / "ledger.json").read_bytes()
    assert json.loads(before)["position"]["seq"] == 8
    tamper(played, "UPDATE ledger SET line = X'00' WHERE seq = 5")
    broken = bursar(*words)
    assert broken.exit_code == 1
    assert broken.stderr.startswith("bursar: The export stopped: entry 5 cannot be understood")
    assert (tmp_path / "ledger.json").read_bytes() == before
    assert [each.name for each in tmp_path.glob("ledger*")] == ["ledger.json"]


@pytest.mark.usefixtures("played")
def test_days_choose_what_was_recorded_in_them() -> None:
    days = ("--since", "2026-01-31", "--until", "2026-02-01")
    assert bursar("export", "acme/solver", "--format", "csv", *days).stdout.count("\n") == 9
    later = bursar("export", "acme/solver", "--format", "csv", "--since", "2026-02-01")
    assert later.stdout.count("\n") == 1
    document = json.loads(bursar("export", "acme/solver", "--format", "json", *days).stdout)
    assert (document["since"], document["until"]) == ("2026-01-31", "2026-02-01")


@pytest.mark.usefixtures("played")
def test_links_lead_to_the_server_that_is_set() -> None:
    words = ("export", "acme/solver", "--format", "json")
    result = bursar(*words, GITHUB_API_URL="https://ghe.example/api/v3")
    assert json.loads(result.stdout)["repository"]["web"] == "https://ghe.example/acme/solver"


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("acme/solver",), 2, "Missing option '--format'"),
        (("acme/solver", "--format", "xls"), 2, "'xls' is not one of"),
        (("acme/solver", "--format", "csv", "--since", "tomorrow"), 2, "write it like 2026-10-31"),
        (
            ("acme/solver", "--format", "csv", "--since", "2026-02-01", "--until", "2026-02-01"),
            2,
            "2026-02-01 is not before --until.",
        ),
        (("acme/nonsense", "--format", "csv"), 1, "never heard of acme/nonsense"),
        (("solver", "--format", "csv"), 1, "is not a repository"),
        (("acme/solver", "--format", "csv", "-o", "no/such/folder"), 1, "cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_said(words: tuple[str, ...], code: int, sentence: str) -> None:
    result = bursar("export", *words)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stdout == ""


def test_before_the_migration_the_operator_is_told_to_migrate() -> None:
    result = bursar("export", "acme/solver", "--format", "csv")
    assert "`bursar migrate`" in result.stderr


# --- check-export -----------------------------------------------------------------------------


@pytest.fixture
def exported(played: Path, tmp_path: Path) -> Path:
    """An export, and no store any more."""
    bursar("export", "acme/solver", "--format", "json", "-o", "ledger.json")
    played.unlink()
    return tmp_path / "ledger.json"


@pytest.mark.usefixtures("exported")
def test_anybody_can_check_an_export_without_any_store() -> None:
    result = bursar("check-export", "ledger.json", DATABASE_URL="nonsense", APP_ID=None)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("8 entries in order, hash ")


def test_an_altered_export_ends_with_one_and_names_the_entry(exported: Path) -> None:
    text = exported.read_text(encoding="utf-8")
    exported.write_text(text.replace('"minor":45050', '"minor":45051'), encoding="utf-8")
    result = bursar("check-export", "ledger.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "entry 4 was altered: its hash does not match\n" in result.stderr


def test_a_published_digest_is_compared(exported: Path, tmp_path: Path) -> None:
    last = json.loads(exported.read_text(encoding="utf-8"))["position"]
    digest = tmp_path / "digest.md"
    digest.write_text(f"Words.\n<!-- bursar-position 8 {last['hash']} -->\n", encoding="utf-8")
    result = bursar("check-export", "ledger.json", "--digest", "digest.md")
    assert result.exit_code == 1
    assert "names entry 8, which closes no month" in result.stderr
    digest.write_text(f"Words.\n<!-- bursar-position 8 {'ab' * 32} -->\n", encoding="utf-8")
    result = bursar("check-export", "ledger.json", "--digest", "digest.md")
    assert result.exit_code == 1
    assert "shows another hash for entry 8 than the export has" in result.stderr


@pytest.mark.usefixtures("exported")
@pytest.mark.parametrize("words", [("nothing.json",), ("ledger.json", "--digest", "nothing.md")])
def test_a_file_that_is_not_there_is_said(words: tuple[str, ...]) -> None:
    result = bursar("check-export", *words)
    assert result.exit_code == 1
    assert result.stderr.startswith("bursar: ")
    assert "cannot be read" in result.stderr


@pytest.mark.usefixtures("played")
def test_an_export_goes_into_whatever_is_there_and_replaces_only_files(tmp_path: Path) -> None:
    words = ("export", "acme/solver", "--format", "csv", "-o")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "target.csv")
    assert bursar(*words, str(link)).exit_code == 0
    assert link.is_symlink()
    assert (tmp_path / "target.csv").read_bytes().startswith(b"seq,")
    assert bursar(*words, "/dev/null").exit_code == 0
    assert not Path("/dev/null").is_file()
    assert bursar(*words, "-").stdout.startswith("seq,")
