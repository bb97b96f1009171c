"""Were funded pull requests reviewed like the others? On the panel, and at the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.app import comparing
from bot.settings import StoreSettings
from sandbox.world import Issue, PullRequest
from tests.stories.kit import Stage

HOUR = timedelta(hours=1)


async def _compared(stage: Stage, since: datetime) -> dict[str, Any]:
    """What `bursar parity --json` says, by whether the authors may write."""
    until = stage.time.now() + timedelta(days=1)
    store = StoreSettings(database_url=stage.settings.database_url)
    found = await comparing.parity(store, "acme", "solver", since, until)
    return {group["author"]: group for group in comparing.listed(found)["groups"]}


def _opened(stage: Stage, by: str, count: int, order: Issue | None = None) -> list[PullRequest]:
    return [stage.pull(by, "A change.", order) for _ in range(count)]


async def _reviewed_after(stage: Stage, wait: timedelta, pulls: Iterable[PullRequest]) -> None:
    """Time goes by, then Mia approves of each and merges it."""
    await stage.passes(wait)
    for pull in pulls:
        stage.person("mia").review(pull, "APPROVED")
        stage.person("mia").merge(pull)
    await stage.settled()


async def test_under_five_are_too_few_to_compare(stage: Stage) -> None:
    since = stage.time.now().replace(hour=0, minute=0)
    order = await stage.started(unfunded=True)
    pulls = [*_opened(stage, "dev", 4, order), *_opened(stage, "dev", 6)]
    pulls[4:] = [*pulls[4:], *_opened(stage, "eve", 1)]
    await _reviewed_after(stage, HOUR, pulls)
    assert "too few to compare" in stage.panel(order)
    assert "median" not in stage.panel(order)
    without = (await _compared(stage, since))["does not write"]
    assert without["funded"]["count"] == 4
    assert without["funded"]["first_review_seconds"] is None
    assert without["funded"]["rounds"] is None
    assert without["not_funded"]["count"] == 7
    assert 3600 <= without["not_funded"]["first_review_seconds"] < 3 * 3600


async def test_medians_stand_side_by_side_split_by_whether_the_authors_may_write(
    stage: Stage,
) -> None:
    since = stage.time.now().replace(hour=0, minute=0)
    order = await stage.started(unfunded=True, developers="@dev, @gus")
    funded, others = _opened(stage, "dev", 5, order), _opened(stage, "eve", 5)
    ours, theirs = _opened(stage, "gus", 5, order), _opened(stage, "gus", 5)
    draft = stage.pull("dev", "A change.", order, draft=True)
    bot = stage.box.world.add_bot("renovate", on="acme")
    for n in range(6):
        bot.open_pull(stage.solver, "Update", "", {f"r{n}.txt": "x\n"}, f"renovate/{n}")
    await stage.settled()
    for pull in (*funded, *others[:1]):
        stage.person("gus").review(pull, "CHANGES_REQUESTED", "Not quite.")
    await _reviewed_after(stage, timedelta(hours=5), (*ours, *others))
    await _reviewed_after(stage, timedelta(days=2), (*theirs, *funded[:4]))
    stage.person("mia").close_pull(funded[4])
    await stage.settled()

    found = await _compared(stage, since)
    assert found.keys() == {"writes", "does not write"}
    writes, without = found["writes"], found["does not write"]
    assert (writes["funded"]["count"], writes["not_funded"]["count"]) == (5, 5)
    assert 5 * 3600 <= writes["funded"]["first_review_seconds"] < 7 * 3600
    assert 53 * 3600 <= writes["not_funded"]["first_review_seconds"] < 56 * 3600
    assert (without["funded"]["count"], without["not_funded"]["count"]) == (6, 5)
    assert without["funded"]["first_review_seconds"] < 3600
    assert without["funded"]["rounds"] == 1.0
    assert without["not_funded"]["rounds"] == 0.0
    assert without["funded"]["share_merged"] == 0.8
    assert without["funded"]["to_merge_seconds"] is None
    assert without["not_funded"]["to_merge_seconds"] is not None

    panel = stage.panel(order)
    assert "authors with write access: median time to first review 5 hours funded" in panel
    assert "2 days not funded" in panel
    assert "An indication, and no proof" in panel
    assert draft.draft
    assert not draft.issue.comments


async def test_pull_requests_from_before_the_installation_are_left_out(stage: Stage) -> None:
    mia = stage.person("mia")
    mia.uninstall(stage.installation)
    since = stage.time.now().replace(hour=0, minute=0)
    old = _opened(stage, "dev", 5)
    mia.install(stage.box.app, "all", on="acme")
    await stage.settled()
    await _reviewed_after(stage, HOUR, old)
    assert (await _compared(stage, since))["does not write"]["not_funded"]["count"] == 0
