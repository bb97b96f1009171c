"""Do the campaigns on real processes find nothing, and can they find something?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from campaigns.faults import ended
from campaigns.torture import pair
from campaigns.torture.arena import Setting
from campaigns.torture.clock import SharedClock
from campaigns.torture.storm import storm
from campaigns.torture.table import table

KILLS, DELIVERIES = 12, 120

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("campaigns")]


@pytest.fixture
def setting() -> Iterator[Setting]:
    """Play in a folder that the user `postgres` can reach, too: pytest's `tmp_path` is none."""
    with TemporaryDirectory(prefix="bursar-campaign-") as folder:
        Path(folder).chmod(0o755)
        yield Setting(Path(folder))


async def test_a_dozen_kills_lose_and_double_nothing_on_sqlite(setting: Setting) -> None:
    report = await storm(setting, KILLS, DELIVERIES)
    assert list(report.verdict.sentences()) == []
    assert report.kills == KILLS
    assert report.verdict.deliveries > 0.7 * DELIVERIES


async def test_a_dozen_kills_of_three_processes_lose_and_double_nothing_on_postgresql(
    setting: Setting,
) -> None:
    several = replace(setting, engine="postgres", roles=("web", "worker", "all"))
    report = await storm(several, KILLS, DELIVERIES)
    assert list(report.verdict.sentences()) == []
    assert report.kills == KILLS
    assert report.verdict.deliveries > 0.7 * DELIVERIES


async def test_without_the_durable_intent_the_same_campaign_goes_red(setting: Setting) -> None:
    """Each kill is aimed at a moment when a comment is being posted: about half of them hit it."""
    aimed = replace(setting, without=("intent",), aimed=1.0)
    report = await storm(aimed, KILLS, DELIVERIES)
    assert report.verdict.doubled


async def test_two_processes_record_a_hundred_pledges_at_once_exactly(setting: Setting) -> None:
    two = pair.two_processes(setting.folder, setting.seed)
    rounds, problems = await pair.play(two, 3)
    assert [each.is_exact for each in rounds] == [True] * 3, rounds
    assert problems == []


@pytest.mark.skip(
    "takes longer than a test may on a busy machine: `python -m campaigns.faults` plays it"
)
async def test_a_process_that_is_told_to_end_loses_nothing_and_ends_soon(setting: Setting) -> None:
    struck = await ended.under_load(setting)
    assert list(struck.verdict.sentences()) == []


@pytest.mark.skip(
    "takes longer than a test may on a busy machine: `python -m campaigns.faults` plays it"
)
async def test_a_rolling_restart_loses_nothing(setting: Setting) -> None:
    three = replace(setting, engine="postgres", roles=("all", "all", "all"))
    struck = await ended.rolling(three)
    assert list(struck.verdict.sentences()) == []


def test_the_clock_is_the_same_for_whoever_maps_it(tmp_path: Path) -> None:
    clock = SharedClock.start(tmp_path / "clock", speed=100.0)
    other = SharedClock(clock.path, skew=timedelta(minutes=10))
    before = other.true_now()
    clock.jump(timedelta(hours=1))
    clock.set_speed(0.0)
    assert other.true_now() == clock.now() >= before + timedelta(hours=1)
    apart = other.now() - clock.now()
    assert abs(apart - timedelta(minutes=10)) < timedelta(milliseconds=1)


def test_a_table_sets_figures_to_the_right() -> None:
    assert table(("what", "how many"), [["kills", 20]]).splitlines() == [
        "| what | how many |",
        "|:--|--:|",
        "| kills | 20 |",
    ]
