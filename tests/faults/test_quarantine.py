"""An event meets a bug of ours. Does somebody hear of it, and can it be decided once the bug is gone?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.testing import capture_logs

from bot.app import quarantining
from bot.app.alarm import Alarm
from bot.events.happened import IssueReopened
from bot.routing import Router
from bot.settings import StoreSettings
from sandbox.world import Issue
from tests.stories.kit import Stage

WORDS = "**Under review:**"


@contextmanager
def a_bug(stage: Stage) -> Iterator[None]:
    """Let reopened issues fail while the block runs."""
    router = Router()

    @router.event(IssueReopened)
    async def fails(*_: object) -> list[Any]:
        raise ZeroDivisionError("a bug")

    events = stage.bot.decider.routes._all.events
    sound = events[IssueReopened]
    events.update(router.events)
    yield
    events[IssueReopened] = sound


async def a_poisoned_item(stage: Stage) -> Issue:
    """A closed item with a due pledge, of whose reopening nothing came."""
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    with a_bug(stage):
        stage.person("mia").reopen(issue)
        await stage.settled()
    return issue


def store(stage: Stage) -> StoreSettings:
    return StoreSettings(database_url=stage.settings.database_url)


async def number(stage: Stage) -> int:
    (line,) = await quarantining.listed(store(stage), ("acme", "solver"))
    return int(line.split()[0])


async def test_after_the_bug_is_gone_the_event_is_decided_and_the_panel_says_nothing_more(
    stage: Stage,
) -> None:
    issue = await a_poisoned_item(stage)
    assert WORDS in stage.panel(issue)
    assert (await stage.kinds())[-1] != "ItemReopened"
    assert await quarantining.retry(store(stage), await number(stage)) == 1
    await stage.settled()
    assert (await stage.kinds())[-1] == "ItemReopened"
    assert WORDS not in stage.panel(issue)
    assert await quarantining.listed(store(stage), None) == []


async def test_an_event_that_still_fails_comes_back_into_quarantine(stage: Stage) -> None:
    issue = await a_poisoned_item(stage)
    with a_bug(stage):
        assert await quarantining.retry(store(stage), None) == 1
        await stage.settled()
    assert WORDS in stage.panel(issue)
    await quarantining.drop(store(stage), await number(stage), "seen enough")


async def test_a_dropped_event_is_passed_over_and_the_panel_says_nothing_more(
    stage: Stage,
) -> None:
    issue = await a_poisoned_item(stage)
    before = await stage.kinds()
    await quarantining.drop(store(stage), await number(stage), "reopened by mistake")
    await stage.settled()
    assert await stage.kinds() == before
    assert WORDS not in stage.panel(issue)
    assert await quarantining.retry(store(stage), None) == 0


async def test_a_healthy_bot_rings_no_alarm_and_one_with_a_poisoned_event_does(
    stage: Stage,
) -> None:
    alarm = Alarm(stage.bot.database, stage.bot.time)
    assert await alarm.look() == 0
    await a_poisoned_item(stage)
    with capture_logs() as told:
        assert await alarm.look() == 1
    assert [(line["log_level"], line["count"]) for line in told] == [("error", 1)]
    await quarantining.drop(store(stage), await number(stage), "seen enough")
