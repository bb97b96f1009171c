"""Ledgers to export: a played one, one with a work order that was paid, and a busy one, read once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.events.mirrored import IssueSeen
from bot.storage import mirror, people
from bot.storage.database import Database
from tests.exports.kit import MADE, a_busy_scene, a_busy_store, keep_by_month, text_of
from tests.storage.kit import ISSUE, REPO, a_database, a_played_ledger, a_repository, know
from tests.storage.orders import a_worked_ledger


@pytest.fixture(scope="session")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Every format of a ledger in which people tried many things."""

    async def exported() -> dict[str, str]:
        async with a_busy_store(tmp_path_factory.mktemp("busy")) as database:
            forms = ("json", "csv", "beancount", "hledger")
            return {form: await text_of(database, form) for form in forms}

    return asyncio.run(exported())


@pytest.fixture(scope="session")
def months(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """JSON and CSV of a ledger with several months and their digests."""

    async def exported() -> dict[str, str]:
        async with a_database(tmp_path_factory.mktemp("months")) as database:
            await keep_by_month(database, a_busy_scene(6, 120))
            return {form: await text_of(database, form) for form in ("json", "csv")}

    return asyncio.run(exported())


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Database]:
    """One item with three pledges, one of them declined with words; everybody has a name."""
    async with a_database(tmp_path) as database:
        await know(database, a_repository(name="solver"))
        async with database.write() as tx:
            await mirror.note(tx, IssueSeen(ISSUE, REPO, 1, "Faster", MADE), lambda _: 0)
            for person in (7, 11, 12, 13):
                await people.remember_name(tx, f"Person {person}", lambda _, n=person: n)  # type: ignore[misc]
        await a_played_ledger(database)
        yield database


@pytest.fixture
async def worked(tmp_path: Path) -> AsyncIterator[Database]:
    """CWO #57 got 500 USD (5 USD fee) for P-1, and paid 200 USD."""
    async with a_database(tmp_path) as database:
        await know(database, a_repository(name="solver"))
        await a_worked_ledger(database)
        yield database
