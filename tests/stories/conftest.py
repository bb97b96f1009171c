"""Every story plays on a stage of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.kit import Stage, a_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The project accepts dollars and euros; everything else is as by default."""
    async with a_stage(tmp_path) as stage:
        yield stage


@pytest.fixture
async def unconfigured(tmp_path: Path) -> AsyncIterator[Stage]:
    """The project has no configuration at all."""
    async with a_stage(tmp_path, rules=None) as stage:
        yield stage
