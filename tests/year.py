"""A year of believable history, played once for all tests that want to look at it.

`played_year` is a fixture of the session: import it into a module of tests (or its conftest). The
store is played by whoever comes first and is then read by every worker; nobody may write to it:
`a_copy` gives one to write to. Playing takes longer than tests usually may: tests that use it carry
`pytest.mark.timeout(PLAYING_TAKES)`.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pytest

from demo.at_once import a_passing_folder, sqlite_at_once
from demo.stage import Stage, a_stage
from demo.year import checking, playing
from demo.year.dates import Year
from demo.year.script import NAME

YEAR = Year(date(2025, 11, 1))
"""From November 2025 to October 2026."""

PLAYING_TAKES = 600
"""Seconds that a busy machine may need."""


@dataclass(frozen=True, slots=True)
class PlayedYear:
    """The store after a year, and what it is about."""

    folder: Path
    repo: int
    """GitHub's number of the repository."""
    installation: int
    found: checking.Found
    name: str = NAME

    @property
    def path(self) -> Path:
        return self.folder / "bursar.db"

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.path}"

    def a_copy(self, folder: Path) -> str:
        """Give the URL of a store of one's own, in that folder, to write to."""
        shutil.copy(self.path, folder / self.path.name)
        return f"sqlite+aiosqlite:///{folder / self.path.name}"


def a_played_year(folder: Path) -> PlayedYear:
    """Give the year that is kept in a folder; whoever comes first plays it, others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "year.json"
    with _locked(folder / "year.lock"):
        if not said.exists():
            with ThreadPoolExecutor(1) as thread:  # a test's own event loop may be running here
                played = thread.submit(asyncio.run, _play(folder)).result()
            kept = asdict(played) | {"folder": str(folder)}
            said.write_text(json.dumps(kept), "utf-8")
        kept = json.loads(said.read_text("utf-8"))
    found = checking.Found(**kept.pop("found"))
    return PlayedYear(**kept | {"folder": folder, "found": found})


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


async def _play(folder: Path) -> PlayedYear:
    with a_passing_folder() as passing, sqlite_at_once():
        async with a_stage(passing, Stage, speed=1.0, rules=None, start=YEAR.begins) as stage:
            player = await playing.play(stage, YEAR)
            repo = player.repository.id
            found = await checking.count(stage.bot.database, repo)
        played = PlayedYear(folder, repo, stage.installation.id, found)
        shutil.copy(passing / played.path.name, played.path)
    return played


@pytest.fixture(scope="session")
def played_year(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> PlayedYear:
    """The year, shared by all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return a_played_year((base if worker_id == "master" else base.parent) / "year")
