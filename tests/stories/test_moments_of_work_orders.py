"""What comes due around work orders, is said once, and is caught up after a silence?"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.entries import DiscussionEnded, LapsePutOff, OrderEnded, ReportMissed
from tests.stories.acting import DISCUSSED
from tests.stories.kit import Stage

MONTH = timedelta(days=31)


async def test_the_end_of_the_discussion_is_told_to_the_author_once_and_quietly(
    stage: Stage,
) -> None:
    order = await stage.work_order()
    await stage.records("dev", order, "/cwo propose")
    await stage.passes(timedelta(days=6, hours=23))
    assert stage.replies(order) == []
    for _ in range(3):
        await stage.passes(timedelta(hours=2))
    (told,) = stage.replies(order)
    assert "dev" in told
    assert "@dev" not in told
    assert "/cwo approve" in told
    assert "discussion is over" in stage.panel(order)
    assert len(await stage.recorded(DiscussionEnded)) == 1


async def test_an_edit_of_substance_is_told_again_when_it_has_been_discussed(
    stage: Stage,
) -> None:
    order = await stage.approved()
    assert len(stage.replies(order)) == 1
    stage.person("dev").edit_issue(order, body=order.body.replace("USD 500", "USD 600"))
    await stage.passes(DISCUSSED)
    (_, told) = stage.replies(order)
    assert "edit" in told


async def test_nobody_is_told_of_a_discussion_that_was_ended_before(stage: Stage) -> None:
    order = await stage.work_order()
    await stage.records("dev", order, "/cwo propose")
    await stage.records("dev", order, "/cwo cancel I was wrong.")
    await stage.passes(DISCUSSED)
    assert stage.replies(order) == []


async def test_a_late_report_is_asked_for_once_and_on_the_work_order_alone(stage: Stage) -> None:
    order = await stage.started(unfunded=True, reports="Every month")
    pull = stage.pull("dev", "Part of it.", order)
    await stage.passes(timedelta(days=29))
    said = len(stage.replies(order))
    for _ in range(3):
        await stage.passes(timedelta(days=3))
    (reminder,) = stage.replies(order)[said:]
    assert "/cwo report" in reminder
    assert "@" not in reminder
    assert stage.bots(pull.issue) == []
    assert "report was to be in" in stage.panel(order)
    await stage.records("dev", order, "/cwo report Sorry; here it is.")
    assert "report was to be in" not in stage.panel(order)
    await stage.passes(timedelta(days=32))
    assert len(await stage.recorded(ReportMissed)) == 2


async def test_a_report_in_time_is_never_asked_for(stage: Stage) -> None:
    order = await stage.started(unfunded=True, reports="Every two weeks")
    said = len(stage.replies(order))
    for _ in range(3):
        await stage.passes(timedelta(days=13))
        await stage.records("dev", order, "/cwo report All is well.")
    await stage.records("dev", order, "/cwo finish Done.")
    await stage.passes(MONTH)
    assert stage.replies(order)[said:] == []


async def test_without_a_rhythm_the_end_of_the_period_asks_for_the_final_report(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True)
    await stage.passes(timedelta(days=80))
    said = len(stage.replies(order))
    await stage.passes(timedelta(days=10))
    (reminder,) = stage.replies(order)[said:]
    assert "/cwo finish" in reminder


async def test_what_is_drawn_never_lapses_before_the_period_ends(stage: Stage) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $500")
    await stage.says("dev", order, "/cwo start")
    assert stage.day(90 - 7) in stage.panel(item)
    await stage.passes(timedelta(days=75))
    assert await stage.pledges() == {"P-1": "due"}
    said = len(stage.replies(order))
    await stage.passes(timedelta(days=10))
    assert await stage.pledges() == {"P-1": "lapsed"}
    assert any("P-1" in told and "USD 500.00" in told for told in stage.replies(order)[said:])
    assert "gap USD 500.00" in stage.panel(order)


async def test_a_period_that_was_extended_puts_the_lapse_off(stage: Stage) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $500")
    await stage.says("dev", order, "/cwo start")
    until = stage.day(83)
    body = order.body.replace(until, stage.day(150))
    assert body != order.body
    stage.person("dev").edit_issue(order, body=body)
    await stage.passes(DISCUSSED)
    await stage.records("mia", order, "/cwo approve")
    await stage.passes(timedelta(days=80))
    assert await stage.pledges() == {"P-1": "due"}
    assert len(await stage.recorded(LapsePutOff)) == 1
    await stage.passes(timedelta(days=70))
    assert await stage.pledges() == {"P-1": "lapsed"}


async def test_what_still_stands_on_a_work_order_expires_a_fortnight_after_its_end(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True)
    await stage.records("ada", order, "/pledge $40")
    await stage.records("bob", order, "/pledge $60")
    await stage.records("mia", order, "/received $10 from @bob")
    await stage.records("mia", order, "/cwo close abandoned")
    await stage.passes(timedelta(days=13))
    assert await stage.pledges() == {"P-1": "standing", "P-2": "standing"}
    await stage.passes(timedelta(days=2))
    assert await stage.pledges() == {"P-1": "expired", "P-2": "expired"}
    assert len(await stage.recorded(OrderEnded)) == 1


async def test_everything_that_came_due_in_a_silence_is_caught_up_once(stage: Stage) -> None:
    item = await stage.roadmap_item()
    late = await stage.approved(items=f"#{item.number}", reports="Every week")
    await stage.records("ada", item, "/pledge $500")
    await stage.says("dev", late, "/cwo start")
    discussed = await stage.work_order()
    await stage.records("dev", discussed, "/cwo propose")
    await stage.records("bob", item, f"/pledge $20 until {stage.day(5)}")
    await stage.says("gus", item, "/pledge $9,000")
    said = len(stage.replies(late))
    await stage.jump(timedelta(days=120))
    await stage.settled()
    for _ in range(2):
        await stage.bot.clock.tick()
        await stage.settled()
    assert await stage.pledges() == {"P-1": "lapsed", "P-2": "expired", "P-3": "expired"}
    kinds = await stage.kinds()
    counts = {"DiscussionEnded": 2, "ReportMissed": 2, "PledgeLapsed": 1, "PledgeExpired": 2}
    assert {kind: kinds.count(kind) for kind in counts} == counts
    assert len(stage.replies(discussed)) == 1
    told = stage.replies(late)[said:]
    assert len(told) == 3
    for words in ("comment with the line `/cwo report`", "with the line `/cwo finish`", "P-1"):
        assert len([each for each in told if words in each]) == 1


async def test_what_came_due_while_the_bot_was_down_is_said_once_when_it_is_back(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True, reports="Every week")
    said = len(stage.replies(order))
    stage.rooms.cancel()
    await asyncio.gather(stage.rooms, return_exceptions=True)
    stage.time.advance(timedelta(days=40))
    stage.person("ada").comment(order, "/pledge $500")
    stage.rooms = asyncio.create_task(stage.bot.run())
    try:
        await stage.bot.clock.tick()
        await stage.settled()
        assert await stage.pledges() == {"P-1": "standing"}
        assert len(stage.replies(order)[said:]) == 1
        assert len(await stage.recorded(ReportMissed)) == 1
    finally:
        stage.rooms.cancel()
        await asyncio.gather(stage.rooms, return_exceptions=True)
