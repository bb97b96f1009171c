"""Many events in one transaction are decided as they would be one by one."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from bot.app.within import lookups
from bot.clock import Clock as Ticking
from bot.timing import Bell
from tests.worker.kit import a_decider, decide_all
from tests.worker.lane import ADA, MIA, Lane

DAY = timedelta(days=1)


async def _nothing_is_remembered(lane: Lane) -> None:
    """Decide with the sheet's own answers: whatever needs a role is decided alone."""
    decider = a_decider(lane.database, lane.clock, lane.ask, lane.subjects)
    roles: Any = SimpleNamespace(remembered=lambda *_: None)
    decider.within = lookups(roles)
    await decide_all(decider, lane.clock)


async def test_a_moment_passes_by_no_earlier_word_on_its_issue_that_must_be_asked_about(
    lane: Lane,
) -> None:
    lane.clock.move(days=2)  # into a month that does not end meanwhile
    await lane.labels()
    await lane.decides()
    tomorrow = (lane.clock.now() + DAY).date()
    await lane.says(f"/pledge $500 until {tomorrow}", ADA)
    await lane.decides()
    lane.clock.move(days=3)
    said = lane.clock.now() - 3 * DAY + timedelta(minutes=1)
    await lane.says("/decline P-1 not now", MIA, when=said)
    await Ticking(lane.database, lane.clock.time, Bell(lane.clock.time)).tick()
    await _nothing_is_remembered(lane)
    kinds = await lane.kinds()
    assert "PledgeDeclined" in kinds
    assert "PledgeExpired" not in kinds


async def test_words_on_other_issues_go_on_meanwhile(lane: Lane) -> None:
    await lane.labels()
    await lane.decides()
    await lane.says("/goal $900", MIA)
    await lane.says("/pledge $500", ADA)
    await _nothing_is_remembered(lane)
    assert (await lane.kinds())[-2:] == ["GoalSet", "PledgeMade"], "the same issue keeps its order"
