"""What an operator hears when a ledger cannot be rebuilt at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.kit import bursar
from tests.engines import an_empty_file


def test_a_repository_is_written_as_owner_and_name() -> None:
    result = bursar("rebuild", "solver")
    assert result.exit_code == 1
    assert "'solver' is not a repository" in result.output


def test_without_tables_nothing_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = bursar("rebuild", "acme/solver")
    assert result.exit_code == 1
    assert "`bursar migrate`" in result.output


def test_without_github_nothing_begins(tmp_path: Path) -> None:
    file = an_empty_file(tmp_path)
    for more in ((), ("--check",)):
        result = bursar("rebuild", "acme/solver", *more, DATABASE_URL=f"sqlite+aiosqlite:///{file}")
        assert result.exit_code == 1
        assert "GitHub does not answer now" in result.output
