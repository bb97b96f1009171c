"""How much of GitHub's budget does the bot take? Requests are counted; no time is measured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench import budget
from bench.budget import WORK, Asked, a_standing_stage
from tests.stories.kit import Stage

NAMES = {work: name for name, (work, _, _) in WORK.items()}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with a_standing_stage(tmp_path) as stage:
        yield stage


def fits(asked: Asked, name: str) -> bool:
    _, writes, reads = WORK[name]
    return len(asked.writes) <= writes and len(asked.reads) <= reads


async def test_a_pledge_takes_two_writes_and_two_reads_at_most(stage: Stage) -> None:
    asked = await budget.a_pledge(stage)
    assert fits(asked, "a pledge"), asked
    assert asked.panels == 1


async def test_a_refusal_takes_an_answer_and_a_reaction(stage: Stage) -> None:
    assert fits(await budget.a_refusal(stage), NAMES[budget.a_refusal])


async def test_a_steward_is_looked_up_once_and_not_again_for_the_answer(stage: Stage) -> None:
    assert fits(await budget.a_stewards_word(stage), NAMES[budget.a_stewards_word])


async def test_a_hundred_pledges_in_a_minute_take_twelve_requests(stage: Stage) -> None:
    asked = await budget.a_minute_of_pledges(stage)
    assert fits(asked, "100 pledges on one issue in a minute"), asked
    assert asked.panels <= 7
    assert asked.weight == asked.panels + budget.PLEDGES_IN_A_MINUTE, "each has its reaction"


async def test_a_pull_request_with_three_rounds_of_review_takes_eight_writes(stage: Stage) -> None:
    asked = await budget.a_pull_request(stage)
    assert len(asked.writes) <= 8, [(each.method, each.path) for each in asked.writes]


async def test_a_digest_of_ten_thousand_pledges_takes_two_writes_and_no_read(stage: Stage) -> None:
    assert fits(await budget.a_large_digest(stage), "a digest of 10,000 pledges")
