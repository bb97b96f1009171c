"""What `bursar digest` prints, and what it posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import digesting
from bot.app.opening import CannotDo
from bot.settings import StoreSettings
from sandbox.world import Issue
from tests.cli.kit import bursar
from tests.stories.kit import Stage, a_stage

BEGIN = datetime(2026, 10, 2, 9, tzinfo=UTC)
OFF = "pledges:\n  currencies: [USD, EUR]\ndigest:\n  to: off\n"
MONTH = timedelta(days=31)


async def pledged(stage: Stage) -> Issue:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $500")
    return issue


def store_of(stage: Stage) -> StoreSettings:
    url = str(stage.bot.database.url)
    return StoreSettings(database_url=url, _env_file=None)  # type: ignore[call-arg]


async def printed(stage: Stage, month: str) -> str:
    return await digesting.printed(store_of(stage), "acme", "solver", month)


def digests(stage: Stage) -> list[Issue]:
    return [each for each in stage.solver.issues.values() if each.title.startswith("Funding")]


async def test_the_open_month_is_printed_as_it_stands_now(tmp_path: Path) -> None:
    async with a_stage(tmp_path, start=BEGIN) as stage:
        await pledged(stage)
        words = await printed(stage, "2026-10")
        assert words.startswith("# Funding digest, October 2026\n\n**How it stands now.**")
        assert "| New | USD 500.00 (1) |" in words
        assert digests(stage) == []


async def test_a_month_that_is_over_is_printed_as_it_was_posted(tmp_path: Path) -> None:
    async with a_stage(tmp_path, start=BEGIN) as stage:
        await pledged(stage)
        await stage.passes(MONTH)
        (issue,) = digests(stage)
        words = await printed(stage, "2026-10")
        body = issue.body.replace("\r\n", "\n")
        assert body.startswith(words.removeprefix("# Funding digest, October 2026\n\n"))
        posted = await digesting.post(stage.settings, "acme", "solver", "2026-10")
        assert posted.endswith(f"/acme/solver/issues/{issue.number}")
        assert len(digests(stage)) == 1


async def test_a_digest_that_was_kept_off_github_is_posted_when_asked_for(tmp_path: Path) -> None:
    async with a_stage(tmp_path, start=BEGIN, rules=OFF) as stage:
        await pledged(stage)
        await stage.passes(MONTH)
        assert digests(stage) == []
        posted = await digesting.post(stage.settings, "acme", "solver", "2026-10")
        (issue,) = digests(stage)
        assert posted.endswith(f"/issues/{issue.number}")
        assert (issue.state, [label.name for label in issue.labels]) == (
            "closed",
            ["funding-digest"],
        )


async def test_what_is_no_digest_is_said_in_a_sentence(tmp_path: Path) -> None:
    async with a_stage(tmp_path, start=BEGIN) as stage:
        await pledged(stage)
        for month, why in (("2026-09", "the ledger begins in 2026-10"), ("2027-01", "still open")):
            with pytest.raises(CannotDo, match=why):
                await printed(stage, month)
        with pytest.raises(CannotDo, match="still open"):
            await digesting.post(stage.settings, "acme", "solver", "2027-01")


def test_a_month_that_cannot_be_read_is_refused_with_the_form_that_can() -> None:
    for month in ("2026-13", "October", "2026-1", "٢٠٢٦-١٠"):
        result = bursar("digest", "acme/solver", "--month", month)
        assert result.exit_code == 2
        assert "write it like 2026-10" in result.output
