"""A rebuilt ledger comes with all that the next server needs to go on with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.rebuilding import carrying
from bot.storage import inbox, quarantine, sweeps
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.sweeps import REREAD, Mark
from bot.worker.deciding import SETTLE
from tests.storage.kit import NOON, REPO, a_database, a_repository, at, know, rows, tamper

BODIES = {"placed": b'{"a": 1}', "never placed": b"no JSON"}


@pytest.fixture
async def scratch(tmp_path: Path) -> AsyncIterator[Database]:
    """Where a ledger was rebuilt; two of its events are in quarantine, and one is done."""
    (tmp_path / "scratch").mkdir()
    async with a_database(tmp_path / "scratch") as database:
        await know(database, a_repository(name="solver"))
        async with database.write() as tx:
            new = [Delivery(name, "issues", body, NOON) for name, body in BODIES.items()]
            await inbox.put(tx, [Delivery("done", "issues", b"{}", NOON), *new])
            await inbox.finish(tx, 1, "done")
            for n in (2, 3):
                await inbox.finish(tx, n, "quarantined", "a bug")
        tamper(database, "UPDATE inbox SET repo = ?, happened_at = received_at WHERE n = 2", REPO)
        yield database


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Database]:
    """The store that it is brought into; something else was told to it before."""
    async with a_database(tmp_path) as database:
        async with database.write() as tx:
            await inbox.put(tx, [Delivery("other", "issues", b"{}", NOON)])
            await inbox.finish(tx, 1, "done")
        yield database


async def test_what_could_not_be_decided_can_be_tried_again(
    scratch: Database, real: Database
) -> None:
    await carrying.carry(scratch, real, REPO, at(60), at())
    async with real.write() as tx:
        aside = {each.delivery: each.n for each in await quarantine.listed(tx)}
        assert {name: await quarantine.body(tx, n) for name, n in aside.items()} == BODIES
        assert await quarantine.again(tx, aside["placed"])
        (placed,) = await inbox.next_of_lane(tx, REPO, SETTLE, at(3600))
        assert await quarantine.again(tx, aside["never placed"])
        (unplaced,) = await inbox.unsorted(tx)
    assert [placed.body, unplaced.body] == list(BODIES.values())


async def test_what_is_done_leaves_its_bytes_behind(scratch: Database, real: Database) -> None:
    await carrying.carry(scratch, real, REPO, at(60), at())
    with_bytes = "SELECT delivery FROM inbox JOIN bodies USING (n)"
    assert {name for (name,) in rows(real, with_bytes)} == {"other", *BODIES}


async def test_an_event_without_bytes_stays_in_quarantine(real: Database) -> None:
    async with real.write() as tx:
        await inbox.put(tx, [Delivery("bare", "issues", b"{}", NOON)])
        await inbox.finish(tx, 2, "quarantined", "a bug")
    tamper(real, "DELETE FROM bodies WHERE n = 2")
    async with real.write() as tx:
        assert not await quarantine.again(tx, 2)
        assert await quarantine.count(tx) == 1
        assert await inbox.open_count(tx) == 0


async def test_from_the_beginning_of_the_reading_on_the_repository_is_to_be_read_again(
    scratch: Database, real: Database
) -> None:
    """GitHub's list of deliveries forgets after three days what was said meanwhile."""
    await carrying.carry(scratch, real, REPO, at(days=1), at())
    async with real.read() as tx:
        assert await sweeps.marks(tx, REREAD) == {REPO: Mark(at() - timedelta(minutes=15), 0)}
