"""Does the simulator find nothing, does it say the same twice, and can it find something?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.simulate.running import a_folder, campaign, play
from campaigns.simulate.safeguards import SAFEGUARDS
from campaigns.simulate.table import failure

ROOT = Path(__file__).resolve().parents[2]
SEEDS = 40
EVENTS_AT_LEAST = 50
ENOUGH = 60
"""Seeds within which a missing safeguard must be found."""
RARE = 3
"""Kinds of faults that so few seeds may leave out; `make simulate` names them, and plays more."""
SOON_FOUND = ("decided-once", "intent", "patience")
"""The others (`SAFEGUARDS`) take more seeds than a test has time for: `--without` plays them."""

pytestmark = [
    pytest.mark.sqlite_only("is played in memory, with one engine"),
    pytest.mark.xdist_group("simulate"),
    pytest.mark.timeout(1200),
]


def _trace(seed: int, hash_seed: str) -> bytes:
    """Play a seed in a new process, and give all that it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "campaigns.simulate", "--seed", str(seed), "--trace"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=False,
    )
    return done.stdout


def test_the_same_seed_gives_the_same_trace_byte_for_byte() -> None:
    once = _trace(7, "1")
    assert len(once.splitlines()) > 100
    assert _trace(7, "4242") == once


def test_what_was_played_before_changes_no_trace() -> None:
    with a_folder() as folder:
        alone = play(5, folder)
        play(6, folder)
        assert play(5, folder).trace == alone.trace


@pytest.mark.slow
def test_forty_seeds_lose_double_and_get_wrong_nothing() -> None:
    said: list[str] = []
    found = campaign(range(SEEDS), jobs=os.cpu_count() or 1, tell=said.append)
    assert said == []
    assert (found.seeds, found.failed) == (SEEDS, [])
    assert found.fewest >= EVENTS_AT_LEAST
    rare = [trouble for trouble, count in found.struck.items() if not count]
    assert len(rare) <= RARE, rare


def test_what_is_soon_found_is_a_safeguard() -> None:
    assert set(SOON_FOUND) <= SAFEGUARDS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("lacking", SOON_FOUND)
def test_without_a_safeguard_some_seed_fails_and_says_how_to_play_it_again(lacking: str) -> None:
    with a_folder() as folder:
        for seed in range(ENOUGH):
            outcome = play(seed, folder, lacking=lacking)
            if outcome.problems:
                break
        else:
            pytest.fail(f"{ENOUGH} seeds without {lacking}, and nothing was amiss")
    assert f"--seed {outcome.seed} --trace --without {lacking}" in next(failure(outcome, lacking))
