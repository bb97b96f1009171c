"""What do stories of lost ledgers share: losing everything, and rebuilding it?"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app.rebuilding import Rebuilt, rebuild, same
from bot.storage import ledger
from bot.storage.database import Database
from bot.storage.verify import differences
from bot.timing import Time
from demo.at_once import IN_MEMORY, sqlite_at_once
from demo.stage import Stage
from sandbox.world import Repository
from tests import engines


@dataclass(frozen=True, slots=True)
class Lost:
    """A ledger before it was lost, and what was made of it."""

    before: Counter[same.Same]
    after: Counter[same.Same]
    rebuilt: Rebuilt
    database: Database
    repo: int

    @property
    def missing(self) -> list[same.Same]:
        """What was there, and is not any more."""
        return same.differences(self.before, self.after)[0]

    @property
    def invented(self) -> list[same.Same]:
        """What is there, and was not."""
        return same.differences(self.before, self.after)[1]

    @property
    def losses(self) -> list[str]:
        return [f"{each.where}: {each.sentence}" for each in self.rebuilt.findings if each.is_loss]

    @property
    def notes(self) -> list[str]:
        return [
            f"{each.where}: {each.sentence}" for each in self.rebuilt.findings if not each.is_loss
        ]


@asynccontextmanager
async def lost_and_rebuilt(
    stage: Stage, folder: Path, repository: Repository | None = None
) -> AsyncIterator[Lost]:
    """Stop the server, and rebuild a repository's ledger into an empty store; GitHub hears of nothing."""
    stage.rooms.cancel()
    await asyncio.gather(stage.rooms, return_exceptions=True)
    found = repository or stage.project.solver
    asked = len(stage.box.requests)
    aside = folder / "rebuilt"
    aside.mkdir()
    with engines.a_database_made_by(engines.empty, aside) as url:
        async with _rebuilt_into(url, stage, found, asked) as lost:
            yield lost


@asynccontextmanager
async def _rebuilt_into(
    url: str, stage: Stage, found: Repository, asked: int
) -> AsyncIterator[Lost]:
    chosen = stage.settings.model_copy(update={"database_url": url})
    database = Database(url)
    try:
        time = Time(stage.time.now, stage.time.sleep)
        with quickly():
            rebuilt = await rebuild(chosen, found.owner.login, found.name, time=time)
        assert only_reads(stage, asked)
        async with stage.bot.database.read() as tx:
            before = await same.counted(tx, found.id)
        async with database.read() as tx:
            after = await same.counted(tx, found.id)
            assert [problem async for problem in differences(tx, found.id)] == []
            assert (await ledger.position(tx, found.id)).seq == rebuilt.entries
        yield Lost(before, after, rebuilt, database, found.id)
    finally:
        await database.close()


@contextmanager
def quickly() -> Iterator[None]:
    """Let stores that pass lie in memory."""
    usual = tempfile.tempdir
    tempfile.tempdir = str(IN_MEMORY) if IN_MEMORY.is_dir() else usual
    try:
        with sqlite_at_once():
            yield
    finally:
        tempfile.tempdir = usual


def only_reads(stage: Stage, since: int) -> bool:
    """Tell whether nothing was written to GitHub since then, by anybody who is a bot."""
    return all(
        each.method == "GET" or each.route in {"POST /graphql", _TOKENS}
        for each in stage.box.requests[since:]
    )


_TOKENS = "POST /app/installations/{installation_id}/access_tokens"
