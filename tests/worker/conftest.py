"""A repository that is told of events, with a work order in it or without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.states import State
from tests.storage.kit import a_database, problems
from tests.worker.kit import Clock
from tests.worker.lane import MIA, Lane

DRAFTED = ["OrderOpened", "OrderWritten"]


@pytest.fixture
async def lane(tmp_path: Path) -> AsyncIterator[Lane]:
    async with a_database(tmp_path) as database:
        yield Lane(database, Clock())
        assert await problems(database) == []


@pytest.fixture
async def draft(lane: Lane) -> Lane:
    await lane.drafts()
    await lane.decides()
    assert await lane.kinds() == DRAFTED
    return lane


@pytest.fixture
async def active(draft: Lane) -> Lane:
    """Started, with nothing to draw on, so that a report is due in thirty days."""
    await draft.on_order("/cwo propose")
    draft.clock.move(days=7, minutes=1)
    await draft.passes()
    await draft.on_order("/cwo approve", MIA)
    await draft.on_order("/cwo start unfunded")
    assert (await draft.order()).state is State.ACTIVE
    return draft
