"""A month ends: what does everybody find on the first of the next one?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.world import Issue
from tests.stories.kit import Stage, a_stage

RULES = "pledges:\n  currencies: [USD, EUR]\ndigest:\n  timezone: Europe/Paris\n"
OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
LAST_MINUTE = datetime(2026, 10, 31, 22, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 10, 31, 23, 1, tzinfo=UTC)
"""In Paris, the clocks went back on 25 October: the month is over an hour before midnight UTC."""
DECEMBER = datetime(2026, 11, 30, 23, 1, tzinfo=UTC)
REASON = "It would tie the solver to one vendor's format."
OPENING = "POST /repos/{owner}/{repo}/issues"


@pytest.fixture
async def october(tmp_path: Path) -> AsyncIterator[Stage]:
    """A project in Paris, early in October."""
    async with a_stage(tmp_path, rules=RULES, start=OCTOBER) as stage:
        yield stage


def digests(stage: Stage) -> list[Issue]:
    """Every issue that the bot has opened, oldest first."""
    found = [each for each in stage.solver.issues.values() if each.via_app is not None]
    return sorted(found, key=lambda each: each.number)


async def comes(stage: Stage, moment: datetime) -> None:
    """Let the time come, and whatever it brings."""
    await stage.passes(moment - stage.time.now())


async def a_busy_month(stage: Stage) -> Issue:
    """Pledges, a receipt, a declined pledge and a work order."""
    item = await stage.roadmap_item("Preconditioners")
    await stage.records("mia", item, "/goal $1,000")
    await stage.records("ada", item, "/pledge $500")
    await stage.records("mia", item, "/received $200 from @ada for P-1 fee $5")
    await stage.records("bob", item, "/pledge $300")
    await stage.records("mia", item, f"/decline P-2 {REASON}")
    await stage.work_order()
    return item


@asynccontextmanager
async def started_again(stage: Stage) -> AsyncIterator[None]:
    """Stop every room of the bot, and let it begin anew on what it has kept."""
    stage.rooms.cancel()
    with suppress(asyncio.CancelledError):
        await stage.rooms
    stage.rooms = asyncio.create_task(stage.bot.run())
    await stage.settled()
    try:
        yield
    finally:
        stage.rooms.cancel()
        with suppress(asyncio.CancelledError):
            await stage.rooms


async def test_on_the_first_of_the_month_one_closed_issue_says_what_happened(
    october: Stage,
) -> None:
    await a_busy_month(october)
    await comes(october, LAST_MINUTE)
    assert digests(october) == []
    await comes(october, NOVEMBER)
    (digest,) = digests(october)
    assert digest.title == "Funding digest, October 2026"
    assert (digest.state, digest.state_reason) == ("closed", "completed")
    assert [label.name for label in digest.labels] == ["funding-digest"]
    assert digest.comments == []
    body = digest.body
    assert "from 2026-10-01 to 2026-10-31 (`Europe/Paris`)" in body
    assert "| New | USD 800.00 (2) |" in body
    assert f"`{REASON}`" in body
    assert "| USD | USD 0.00 | USD 200.00 | USD 5.00 | USD 0.00 | USD 0.00 | USD 195.00 |" in body
    assert "| USD 1,000.00 | USD 300.00 | USD 200.00 |" in body
    assert "draft" in body
    assert f"{october.settings.public_url}/acme/solver/ledger.json" in body


async def test_what_is_told_late_stands_in_the_next_digest_and_the_first_one_stays(
    october: Stage,
) -> None:
    item = await a_busy_month(october)
    await comes(october, NOVEMBER)
    (first,) = digests(october)
    said = first.body
    await october.records("mia", item, "/received $50 from @bob on 2026-10-30")
    await comes(october, DECEMBER)
    (first, second) = digests(october)
    assert first.body == said
    assert second.title == "Funding digest, November 2026"
    assert "#### Corrected, or told late" in second.body
    assert "USD 50.00" in second.body
    assert "money moved on 2026-10-30" in second.body
    assert "#### Corrected, or told late" not in said
    assert "| USD | USD 195.00 | USD 50.00 | USD 0.00 | USD 0.00 | USD 0.00 | USD 245.00 |" in (
        second.body
    )


async def test_a_bot_that_starts_again_posts_nothing_twice(october: Stage) -> None:
    await a_busy_month(october)
    await comes(october, NOVEMBER)
    async with started_again(october):
        await october.bot.clock.tick()
        await october.settled()
    async with started_again(october):
        await comes(october, DECEMBER)
        assert [each.title for each in digests(october)] == ["Funding digest, October 2026"]
        posted = [each for each in october.box.requests if each.route == OPENING]
        assert len(posted) == 1


async def test_a_month_without_anything_to_tell_is_no_issue(october: Stage) -> None:
    await comes(october, NOVEMBER)
    assert digests(october) == []


async def test_the_digest_of_a_private_repository_links_to_no_public_page(october: Stage) -> None:
    await a_busy_month(october)
    october.person("mia").make_private(october.solver)
    await comes(october, NOVEMBER)
    (digest,) = digests(october)
    assert str(october.settings.public_url) not in digest.body
    assert "bursar check-export" in digest.body


async def test_a_pledge_on_a_digest_changes_nothing(october: Stage) -> None:
    await a_busy_month(october)
    await comes(october, NOVEMBER)
    (digest,) = digests(october)
    before, pledges = await october.kinds(), await october.pledges()
    comment = await october.says("bob", digest, "/pledge $500")
    assert october.reactions(comment) == ["confused"]
    assert october.bots(digest) == []
    assert await october.kinds() == [*before, "Refused"]
    assert await october.pledges() == pledges
