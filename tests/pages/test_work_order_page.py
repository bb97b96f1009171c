"""A work order for anybody: what is agreed, how far it is, how it was reviewed, how it ended."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.states import Outcome, State
from bot.domain.terms import Fault, Field, Problem
from bot.events.mirrored import IssueSeen
from bot.pages import work_order
from bot.pages.asked import Missing
from bot.storage import mirror
from bot.storage.database import Database
from tests.pages.shown import OURS, WEB, shown, words_of
from tests.storage.kit import REPO, at, record
from tests.storage.orders import (
    AMY,
    DAN,
    MIA,
    ORDER,
    TERMS,
    a_worked_ledger,
    opened,
    people_of,
    proposed,
    written,
)
from tests.storage.shown import account, approval, pull, told

PATH = {"number": "57"}


async def page(database: Database) -> str:
    return await shown(database, work_order.show, PATH)


async def named(database: Database, title: str) -> None:
    async with database.write() as tx:
        await mirror.note(tx, IssueSeen(ORDER, REPO, 57, title, at()), lambda _: 1)


CLOSED = e.OrderClosed(
    issue=ORDER, was=State.ACTIVE, now=State.CLOSED, outcome=Outcome.DECLINED_ON_MERITS,
    final_report=False, alone=True, ends_at=at(days=30),
)  # fmt: skip


async def test_it_says_where_it_stands_and_who_is_in_it(database: Database) -> None:
    await a_worked_ledger(database)
    await named(database, "Faster <b>start</b>")
    html = await page(database)
    words = words_of(html)
    assert "Faster &lt;b&gt;start&lt;/b&gt;" in html
    assert "active The next report is due by" in words
    assert "Developers person-22" in words
    assert "person-23 (named, not confirmed" in words
    assert "1 Feb 2026 to 30 Jun 2026" in words
    assert f'<link rel="canonical" href="{OURS}/acme/solver/work-orders/57">' in html


async def test_its_budget_is_held_against_what_was_drawn_and_received(database: Database) -> None:
    await a_worked_ledger(database)
    words = words_of(await page(database))
    assert "USD 500.00 received" in words
    assert "100 % of the budget, USD 500.00" in words
    assert "Paid out" in words
    assert "paid to person-22" in words


async def test_the_terms_stand_there_as_people_wrote_them_and_do_nothing(
    database: Database,
) -> None:
    await people_of(database)
    scope = e.FreeText("One line.\n<script>alert(1)</script>\x00\nAnother.")
    await record(database, opened(), written(scope=scope), source="b", actor=AMY)
    html = await page(database)
    assert "One line.\n&lt;script&gt;alert(1)&lt;/script&gt;�\nAnother." in html
    assert "<script" not in html


async def test_a_draft_names_what_is_missing(database: Database) -> None:
    await people_of(database)
    terms = replace(TERMS, problems=(Problem(Field.SCOPE, Fault.MISSING),))
    await record(database, opened(), written(terms=terms), source="b", actor=AMY)
    assert "Its form is not complete yet: Scope." in words_of(await page(database))


async def test_a_discussion_says_until_when_everybody_is_heard(database: Database) -> None:
    await people_of(database)
    await record(database, opened(), written(), source="b", actor=AMY)
    await record(database, proposed(), source="d", actor=AMY)
    assert "questions and objections are welcome until 7 Feb 2026" in words_of(await page(database))


async def test_its_pull_requests_stand_with_their_review_facts(database: Database) -> None:
    await a_worked_ledger(database)
    merged = pull(merged_at=at(days=14), merged_by=account(MIA), is_open=False, told_at=at(days=14))
    await told(database, merged)
    await told(database, approval(1, MIA, submitted_at=at(days=12, hours=5), told_at=at(days=13)))
    html = await page(database)
    row = re.findall(r'<tr><th scope="row"><a class="ref" href="[^"]*/pull/5">.*?</tr>', html)[0]
    words = words_of(row)
    assert "merged" in words
    assert "person-22" in words
    assert "named, not linked" in words_of(html)


async def test_no_amount_stands_beside_a_pull_request(database: Database) -> None:
    await a_worked_ledger(database)
    await told(database, pull())
    html = await page(database)
    table = re.findall(r'<table class="pulls">.*?</table>', html, re.DOTALL)[0]
    assert "USD" not in table


async def test_what_was_declined_on_its_merits_is_a_normal_end_with_its_settlement(
    database: Database,
) -> None:
    await a_worked_ledger(database)
    await record(database, CLOSED, source="comment:900", actor=MIA, moment=at(days=15))
    words = words_of(await page(database))
    assert "Outcome: declined on its merits. There is no final report." in words
    assert "Every outcome is a normal end of best effort." in words
    assert "Settlement" in words
    assert "Somebody involved decided here" in words
    assert "Fund this" not in words


async def test_its_timeline_leads_to_what_caused_it(database: Database) -> None:
    await a_worked_ledger(database)
    reported = e.OrderReported(
        issue=ORDER, was=State.ACTIVE, now=State.ACTIVE, comment=77, report_at=None
    )
    await record(database, reported, source="comment:77", actor=DAN, moment=at(days=15))
    html = await page(database)
    assert "person-22 reported on CWO #57." in words_of(html)
    assert html.count(f"{WEB}/acme/solver/issues/57#issuecomment-77") == 2


@pytest.mark.parametrize("number", ["1", "4711", "x", "0"])
async def test_what_is_no_work_order_has_no_such_page(database: Database, number: str) -> None:
    await a_worked_ledger(database)
    with pytest.raises(Missing):
        await shown(database, work_order.show, {"number": number})


async def test_one_whose_issue_is_gone_is_gone(database: Database) -> None:
    await a_worked_ledger(database)
    gone = e.OrderCancelled(
        issue=ORDER, was=State.ACTIVE, now=State.CANCELLED, reason=e.FreeText(""), how="deleted",
        ends_at=at(days=30),
    )  # fmt: skip
    await record(database, gone, source="event:9")
    with pytest.raises(Missing):
        await page(database)
