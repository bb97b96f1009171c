"""A thousand pledges in ten minutes over twenty issues: GitHub hears no more than it allows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bench.budget import a_standing_stage
from bench.storm import LIMITS, SOON, Storm, storm


def holds(seen: Storm) -> None:
    """What must hold in every storm."""
    for window, most in LIMITS:
        assert seen.most(window) <= most
    assert seen.closest >= timedelta(seconds=1)
    assert seen.intrusions == ()
    assert max(seen.exact_after) <= SOON
    assert max(seen.edits) - min(seen.edits) <= 2, "each issue gets its turn"


@pytest.mark.timeout(300)
async def test_in_a_storm_every_panel_gets_its_turn_and_is_soon_exact(tmp_path: Path) -> None:
    async with a_standing_stage(tmp_path) as stage:
        seen = await storm(stage, 200)
    holds(seen)
    assert seen.refused == 0
    assert seen.reads == ()


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_thousand_pledges_in_ten_minutes_stay_within_githubs_limits(
    tmp_path: Path,
) -> None:
    """Three times GitHub asks for quiet besides, for reasons of its own."""
    async with a_standing_stage(tmp_path) as stage:
        seen = await storm(stage, limits_hit=3)
    holds(seen)
    assert seen.refused == 3, "only those"
    assert seen.reactions > 0, "reactions go when there is room"
