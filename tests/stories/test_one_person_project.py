"""A project that one person keeps: a work order from its form to its end, with nobody else there."""

from __future__ import annotations

from bot.domain.entries import MoneyPaid, OrderApproved, OrderClosed, PullMerged
from tests.stories.kit import Stage

ALONE = "Nobody uninvolved holds the steward's role"


async def test_mia_alone_takes_a_work_order_from_the_form_to_the_close_and_it_is_shown(
    stage: Stage,
) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $500")
    order = await stage.work_order("mia", developers="@mia", items=f"#{item.number}")
    assert await stage.why_not("mia", order, "/cwo approve") == "order_state"
    await stage.records("mia", order, "/cwo propose")
    assert await stage.why_not("mia", order, "/cwo approve") == "discussion_runs"
    assert ALONE not in stage.panel(order)
    await stage.discussed()
    await stage.records("mia", order, "/cwo approve")
    assert ALONE in stage.panel(order)
    await stage.notifies("mia", order, "/cwo start", on=item)

    pull = stage.pull("mia", "All of it.", order)
    await stage.settled()
    stage.person("gus").review(pull, "APPROVED")
    stage.person("mia").merge(pull)
    await stage.settled()
    assert "with a declared interest" in stage.panel(order)

    await stage.records("mia", order, "/received $500 from @ada fee $10")
    await stage.records("mia", order, "/paid $490 to @mia")
    assert "nobody else holds the treasurer's role" in stage.panel(order)
    await stage.records("mia", order, "/cwo report Half of it is there.")
    await stage.records("mia", order, "/cwo finish All of it is there.")
    await stage.records("mia", order, "/cwo close landed")

    for kind in (OrderApproved, OrderClosed, MoneyPaid):
        (entry,) = await stage.recorded(kind)
        assert entry.alone, kind
    (merged,) = await stage.recorded(PullMerged)
    assert merged.interested
    assert "Closed: landed" in stage.panel(order)
    assert ALONE in stage.panel(order)


async def test_a_decline_of_ones_own_is_shown_as_that_too(stage: Stage) -> None:
    order = await stage.work_order("dev", interested="@mia")
    await stage.discussed(order)
    await stage.records("mia", order, "/cwo decline I would have to review it myself.")
    assert ALONE in stage.panel(order)


async def test_once_a_second_steward_is_there_the_exception_is_over(stage: Stage) -> None:
    order = await stage.work_order("mia", developers="@mia")
    await stage.discussed(order)
    stage.keeper("rae")
    assert await stage.why_not("mia", order, "/cwo approve") == "involved"
    await stage.records("rae", order, "/cwo approve")
    assert ALONE not in stage.panel(order)


async def test_an_empty_list_of_stewards_means_that_nobody_decides(stage: Stage) -> None:
    order = await stage.work_order("mia", developers="@mia")
    await stage.discussed(order)
    await stage.configure("roles:\n  stewards: []\n")
    assert await stage.why_not("mia", order, "/cwo approve") == "not_steward"


async def test_a_team_of_stewards_counts_each_of_its_people(stage: Stage) -> None:
    await stage.configure("roles:\n  stewards: ['@acme/core']\n")
    order = await stage.work_order("mia", developers="@mia")
    await stage.discussed(order)
    assert await stage.why_not("mia", order, "/cwo approve") == "involved"
    await stage.records("gus", order, "/cwo approve")
