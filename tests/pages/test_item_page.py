"""An item for anybody: how far it is, every pledge, money, what happened; unless the repository is private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.domain import entries as e
from bot.domain import movements
from bot.domain.money import Money
from bot.domain.stages import Stage as PledgeStage
from bot.pages import item
from bot.pages.asked import Missing
from bot.storage.database import Database
from demo.stage import Stage, a_stage
from sandbox.world import Issue
from tests.pages.shown import OURS, WEB, shown, words_of
from tests.storage.kit import ISSUE, a_played_ledger, at, made, moved, record
from tests.storage.orders import a_worked_ledger, people_of


@pytest.fixture
async def stage(tmp_path: Path, store_url: str) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path, Stage, speed=60, database_url=store_url) as stage:
        yield stage


async def an_item(stage: Stage) -> Issue:
    issue = stage.person("mia").open_issue(stage.project.solver, "Faster <b>LU</b>")
    stage.person("mia").label(issue, "roadmap")
    stage.person("ada").comment(issue, "/pledge $500")
    await stage.settled()
    return issue


async def get(stage: Stage, path: str) -> tuple[int, str, dict[str, str]]:
    address = stage.box.app.webhook_url.partition("/api/")[0]
    async with aiohttp.ClientSession() as session, session.get(address + path) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def test_anybody_can_look_up_every_pledge_of_a_public_item(stage: Stage) -> None:
    issue = await an_item(stage)
    status, text, headers = await get(stage, f"/acme/solver/items/{issue.number}")
    assert status == 200
    assert "USD 500.00" in text
    assert f"issues/{issue.number}#issuecomment-{issue.comments[0].id}" in text
    assert "Faster &lt;b&gt;LU&lt;/b&gt;" in text
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_the_panel_leads_there(stage: Stage) -> None:
    issue = await an_item(stage)
    assert f"/acme/solver/items/{issue.number}" in stage.panel(issue)


async def test_names_of_repositories_know_no_case(stage: Stage) -> None:
    issue = await an_item(stage)
    assert (await get(stage, f"/ACME/Solver/items/{issue.number}"))[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/acme/solver/items/9999", "/acme/nothing/items/1", "/nobody/solver/items/1"],
)
async def test_what_never_existed_is_not_found(stage: Stage, path: str) -> None:
    assert (await get(stage, path))[0] == 404


async def test_a_repository_that_became_private_is_as_if_it_never_existed(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.person("mia").make_private(stage.project.solver)
    await stage.settled()
    hidden = await get(stage, f"/acme/solver/items/{issue.number}")
    unknown = await get(stage, "/acme/nothing/items/1")
    assert (hidden[0], hidden[1]) == (unknown[0], unknown[1]) == (404, unknown[1])


async def test_a_hundred_pledges_are_on_the_first_page_and_the_rest_one_link_away(
    stage: Stage,
) -> None:
    issue = stage.person("mia").open_issue(stage.project.solver, "Much wanted")
    stage.person("mia").label(issue, "roadmap")
    for n in range(101):
        stage.box.world.add_user(f"funder{n}", f"Funder {n}")
        stage.person(f"funder{n}").comment(issue, "/pledge $5")
    await stage.settled()
    _, first, _ = await get(stage, f"/acme/solver/items/{issue.number}")
    assert "?before=2" in first
    assert ">P-1<" not in first
    _, second, _ = await get(stage, f"/acme/solver/items/{issue.number}?before=2")
    assert ">P-1<" in second
    assert "Older pledges" not in second


async def test_an_event_that_arrives_late_reveals_no_private_repository(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.box.faults.delay("issue_comment", seconds=5, times=1)
    stage.person("ada").comment(issue, "Late, and told when the repository was public")
    stage.person("mia").make_private(stage.project.solver)
    await stage.time.sleep(20)
    await stage.settled()
    await stage.jump(timedelta(minutes=2))
    assert (await get(stage, f"/acme/solver/items/{issue.number}"))[0] == 404


async def test_where_github_cannot_be_asked_nothing_is_shown(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.person("mia").suspend(stage.installation)
    stage.person("mia").make_private(stage.project.solver)
    await stage.settled()
    assert (await get(stage, f"/acme/solver/items/{issue.number}"))[0] == 404


async def test_an_issue_that_is_gone_leaves_no_title_behind(stage: Stage) -> None:
    issue = await an_item(stage)
    stage.person("mia").delete_issue(issue)
    await stage.settled()
    assert (await get(stage, f"/acme/solver/items/{issue.number}"))[0] == 404


# --- what stands there, over a store of its own -----------------------------------------------


async def page(database: Database, number: str = "1", **query: str) -> str:
    return await shown(database, item.show, {"number": number}, query)


async def test_it_says_how_far_it_is_and_what_stands_beside_that(database: Database) -> None:
    await a_worked_ledger(database)
    await record(database, e.GoalSet(ISSUE, Money(1000_00, "USD")), source="comment:500")
    html = await page(database)
    words = words_of(html)
    assert "USD 500.00 received" in words
    assert "50 % of the goal, USD 1,000.00" in words
    assert "Beside this, and no part of it" in words
    assert f'The goal was set in <a href="{WEB}/acme/solver/issues/1#issuecomment-500">' in html
    assert f'<link rel="canonical" href="{OURS}/acme/solver/items/1">' in html


async def test_its_work_orders_are_named_with_their_states(database: Database) -> None:
    await a_worked_ledger(database)
    assert "Work orders: CWO #57 active, CWO #58 draft" in words_of(await page(database))


async def test_it_says_how_to_fund_it_while_it_can_be_funded(database: Database) -> None:
    await people_of(database)
    await record(database, e.ItemLabelled(ISSUE, 1))
    assert "/pledge 50 USD" in words_of(await page(database))
    closed = e.ItemClosed(ISSUE, "not_planned", completed=False, expires_at=at(days=14))
    await record(database, closed, source="event:2")
    words = words_of(await page(database))
    assert "Fund this" not in words
    assert "closed as not planned" in words


async def test_a_declined_pledge_stands_there_with_its_reason(database: Database) -> None:
    await a_played_ledger(database)
    html = await page(database)
    assert "<q>Too kind.</q>" in html
    assert "declined" in words_of(html)


async def test_money_stands_there_with_what_was_taken_back(database: Database) -> None:
    await people_of(database)
    pledge = made(1)
    await record(database, e.ItemLabelled(ISSUE, 1), pledge, source="comment:9001")
    receipt = e.MoneyReceived(
        issue=ISSUE, record=1, fund=ISSUE, comment=77, unmatched=70_00,
        moves=movements.received(11, ISSUE, Money(70_00, "USD"), 1_00),
    )  # fmt: skip
    await record(database, receipt, source="comment:77")
    html = await page(database)
    assert f'href="{WEB}/acme/solver/issues/1#issuecomment-77">R-1</a>' in html
    assert "Matches no pledge" in words_of(html)
    back = e.RecordReversed(
        issue=ISSUE, record=1, fund=ISSUE, unmatched=-70_00, reason=e.FreeText("Typed twice."),
        moves=tuple(move.reversed() for move in receipt.moves),
    )  # fmt: skip
    await record(database, back, source="comment:78")
    assert "taken back by entry 4" in words_of(await page(database))


async def test_its_newest_entries_stand_there_and_the_ledger_has_the_others(
    database: Database,
) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1), *(made(n + 1) for n in range(60)))
    html = await page(database)
    assert html.count('<li id="e') == 50
    assert 'href="/acme/solver/ledger?issue=1"' in html


async def test_titles_of_a_place_without_one_say_what_it_is(database: Database) -> None:
    await a_played_ledger(database)
    assert "<h1>Roadmap item</h1>" in await page(database)


@pytest.mark.parametrize("number", ["57", "4711", "0", "x", "9" * 40])
async def test_what_is_no_item_has_no_such_page(database: Database, number: str) -> None:
    await a_worked_ledger(database)
    with pytest.raises(Missing):
        await page(database, number)


async def test_a_pledge_says_how_it_ended(database: Database) -> None:
    await people_of(database)
    pledge = made(1)
    await record(database, e.ItemLabelled(ISSUE, 1), pledge)
    expired = moved(
        e.PledgeExpired, pledge, PledgeStage.STANDING, PledgeStage.EXPIRED, because="not planned"
    )
    await record(database, expired, source="bursar.item_end:1")
    assert "expired the issue was closed" in words_of(await page(database))
