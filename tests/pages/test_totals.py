"""The same totals everywhere: on the page, in every export, and in the newest digest.

Nothing here asks our own values: the HTML of the overview, the text of the exports and the Markdown of the
digest are read as a stranger would read them.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.comments import Comments
from bot.domain.calendar import after
from bot.domain.refs import Repo
from bot.pages import overview
from bot.storage import digests, knowing
from bot.storage.database import Database
from bot.timing import Time
from bot.worker.closing import Months
from tests.exports.kit import a_busy_scene, keep_by_month, text_of
from tests.exports.programs import Sums, beancount_sums, hledger_sums
from tests.exports.test_totals import as_income, of_journal, of_rows
from tests.pages.shown import FOLDER, SOLVER, shown
from tests.pages.totals import (
    DIGEST_FLOWS,
    DIGEST_MONEY,
    DIGEST_STOCKS,
    not_zero,
    of_money,
    of_page,
    of_promises,
    only,
    tables_of,
)
from tests.storage.kit import REPO, a_database, a_lease, salt

# --- the exports --------------------------------------------------------------------------------


def of_entries(entries: list[dict[str, Any]]) -> Sums:
    """Give what pledges come to, from the JSON alone: what each still owes, under its stage."""
    owed: dict[int, int] = {}
    stages: dict[int, tuple[str, str]] = {}
    for row in entries:
        entry = row["line"]["entry"]
        if not row["kind"].startswith("Pledge") or "money" not in entry:
            continue
        number, currency = entry["pledge"], entry["money"]["currency"]
        if row["kind"] == "PledgeMade":
            owed[number] = entry["money"]["minor"]
            later = any(due["on_completion"] for due in entry["dues"])
        else:
            later = entry["on_completion"]
        settled = entry.get("settled", {"minor": 0})["minor"]
        owed[number] += settled if row["kind"] == "PledgeUnsettled" else -settled
        stage = "completion" if entry["now"] == "standing" and later else entry["now"]
        stages[number] = (stage, currency)
        if row["kind"] == "PledgeSplit":
            owed[number] -= entry["rest"]["minor"]
            owed[entry["as_pledge"]] = entry["rest"]["minor"]
            stages[entry["as_pledge"]] = (stage, currency)
    sums: Sums = Counter()
    for number, key in stages.items():
        sums[key] += owed[number]
    return not_zero(only(sums, "offered", "standing", "completion", "due", "lapsed"))


def made_in(rows: list[dict[str, str]]) -> Sums:
    sums: Sums = Counter()
    for row in rows:
        if row["kind"] == "PledgeMade":
            sums["made", row["currency"]] += int(row["minor"])
    return sums


# --- all of them --------------------------------------------------------------------------------


async def told(database: Database, seed: int, tries: int) -> tuple[str, dict[str, str]]:
    """Play dice until a month is just over; give the overview, and the words of every digest."""
    await keep_by_month(database, a_busy_scene(seed, tries))
    async with database.read() as tx:
        end = (await knowing.book_of(tx, REPO)).month_ends_at
    assert end is not None
    comments = Comments(FOLDER.parent / "comments")
    kept = Months(database, comments, Time(lambda: end, asyncio.sleep), salt, no_pages)
    await kept.keep(SOLVER, end, await a_lease(database))
    async with database.read() as tx:
        said = await digests.all_months(tx, REPO)
    return await shown(database, overview.show), {each.month: each.words for each in said}


async def no_pages(_: Repo) -> None:
    return None


@pytest.mark.parametrize("seed", [3, 6, 21, 34])
async def test_totals_on_the_page_in_every_export_and_in_the_digests_are_the_same(
    seed: int, tmp_path: Path
) -> None:
    async with a_database(tmp_path) as database:
        html, words = await told(database, seed, tries=120)
        rows = list(csv.DictReader(io.StringIO(await text_of(database, "csv"), newline="")))
        entries = json.loads(await text_of(database, "json"))["entries"]
        bean, ledger = await text_of(database, "beancount"), await text_of(database, "hledger")
    money, said = of_page(html)
    months = sorted(words)
    assert any(name == "received" for name, _ in money)
    assert of_rows(rows) == of_rows(entries) == money
    assert of_journal(beancount_sums(bean)) == of_journal(hledger_sums(ledger)) == as_income(money)
    assert len(months) > 2
    assert all(after(one) == other for one, other in pairwise(months))
    flows: Sums = Counter()
    for month in months:
        flows.update(check_month(month, tables_of(words[month]), rows))
    assert only(money, *DIGEST_MONEY.values()) == not_zero(flows)
    check_now(tables_of(words[months[-1]]), entries, money, said)


def check_month(month: str, tables: list[list[list[str]]], rows: list[dict[str, str]]) -> Sums:
    """A digest says of its month what the spreadsheet says of it; gives what moved."""
    moved, there = of_money(tables)
    here = [row for row in rows if row["month"] == month]
    so_far = of_rows([row for row in rows if row["month"] <= month])
    assert only(of_rows(here), *DIGEST_MONEY.values()) == moved, month
    new = only(of_promises(tables, "In this month", DIGEST_FLOWS), "made")
    assert new == not_zero(made_in(here)), month
    assert by_currency(there, "Closing") == by_currency(so_far, "balance"), month
    return moved


def check_now(
    newest: list[list[list[str]]], entries: list[dict[str, Any]], money: Sums, said: Sums
) -> None:
    """What pledges and balances come to now is the same in the JSON, in the digest and on the page."""
    stocks = of_promises(newest, "At the end of it", DIGEST_STOCKS)
    assert of_entries(entries) == stocks
    assert by_currency(said, "offered") == by_currency(stocks, "offered")
    assert by_currency(said, "on completion") == by_currency(stocks, "completion")
    assert by_currency(said, "pledged") == by_currency(stocks, "standing", "due")
    assert by_currency(money, "balance") == by_currency(of_money(newest)[1], "Closing")


def by_currency(sums: Sums, *names: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, currency), minor in only(sums, *names).items():
        found[currency] += minor
    return found
