"""A store of its own for every test, and somebody who talks to the intake before it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.intake.kit import GitHub, Store, a_receiver
from tests.storage.kit import a_database


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_database(tmp_path) as database:
        yield Store(database)


@pytest.fixture
async def github(store: Store) -> AsyncIterator[GitHub]:
    async with a_receiver(store) as github:
        yield github
