"""The same totals everywhere: what the store adds up is what each export comes to."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.domain.movements import EndKind
from bot.storage.balances import Balances, balances
from bot.storage.database import Database
from tests.exports.kit import a_busy_store, text_of
from tests.exports.programs import Sums, beancount_sums, hledger_sums
from tests.storage.kit import REPO

COLUMNS = ("received", "fees", "paid", "refunded", "direct", "balance", "unmatched")


def _not_zero(sums: Sums) -> Sums:
    return Counter({key: minor for key, minor in sums.items() if minor})


async def stored(database: Database) -> tuple[Balances, Sums]:
    """Give what the views add up to, by currency."""
    async with database.read() as tx:
        found = await balances(tx, REPO)
    sums: Sums = Counter()
    for place in found.places:
        for column in COLUMNS:
            sums[column, place.fund.currency] += getattr(place.fund, column)
    return found, _not_zero(sums)


def of_rows(rows: list[dict[str, str]]) -> Sums:
    """Add up as docs/data.md says: any spreadsheet can."""
    sums: Sums = Counter()
    for row in rows:
        if not row["movement"]:
            continue
        currency, minor = row["currency"], int(row["minor"])
        fee, unmatched = int(row["fee_minor"] or 0), int(row["unmatched_minor"] or 0)
        sums[row["movement"], currency] += minor
        sums["fees", currency] += fee
        sums["unmatched", currency] += unmatched
        sign = {"received": 1, "paid": -1, "refunded": -1, "direct": 0}[row["movement"]]
        sums["balance", currency] += sign * minor - fee
    return _not_zero(sums)


def of_journal(found: Sums) -> Sums:
    """Read a journal's balances as the columns of a fund; income stands less refunds."""
    tops = {"Expenses:Fees": "fees", "Expenses:Payments": "paid", "Expenses:Direct": "direct"}
    sums: Sums = Counter()
    for (account, currency), minor in found.items():
        top = ":".join(account.split(":")[:2])
        if top in tops:
            sums[tops[top], currency] += minor
        elif top.startswith("Assets:"):
            sums["balance", currency] += minor
        elif top in {"Income:Restricted", "Income:Unrestricted"}:
            sums["income", currency] -= minor
            sums["unmatched", currency] -= minor if top.endswith("Unrestricted") else 0
    return _not_zero(sums)


def as_income(sums: Sums) -> Sums:
    found = Counter({key: n for key, n in sums.items() if key[0] not in {"received", "refunded"}})
    for column, sign in (("received", 1), ("refunded", -1)):
        for (name, currency), minor in sums.items():
            if name == column:
                found["income", currency] += sign * minor
    return _not_zero(found)


@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_totals_are_the_same_in_the_store_and_in_every_export(
    seed: int, tmp_path: Path
) -> None:
    async with a_busy_store(tmp_path, seed, tries=150) as database:
        found, expected = await stored(database)
        rows = list(csv.DictReader(io.StringIO(await text_of(database, "csv"), newline="")))
        document = json.loads(await text_of(database, "json"))
        bean, ledger = await text_of(database, "beancount"), await text_of(database, "hledger")
    assert any(column == "received" for column, _ in expected)
    assert of_rows(rows) == expected
    assert of_rows(document["entries"]) == expected
    assert of_journal(hledger_sums(ledger)) == as_income(expected)
    assert of_journal(beancount_sums(bean)) == as_income(expected)
    gave = sum(p.account.minor for p in found.parties if p.account.kind is EndKind.FUNDER)
    income = sum(minor for (name, _), minor in as_income(expected).items() if name == "income")
    assert -gave == income, "what funders gave less what went back"


def test_totals_of_each_month_are_those_of_its_digest(months: Mapping[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(months["csv"], newline="")))
    closed = [
        each for each in json.loads(months["json"])["entries"] if each["kind"] == "MonthClosed"
    ]
    balance: Sums = Counter()
    assert len(closed) > 3
    for entry in closed:
        figures = entry["line"]["entry"]["figures"]
        found = of_rows([row for row in rows if row["month"] == figures["month"]])
        said = Counter(
            {
                (column, each["currency"]): each[column]
                for each in figures["money"]
                for column in COLUMNS
                if column != "balance"
            }
        )
        assert Counter({k: n for k, n in found.items() if k[0] != "balance"}) == _not_zero(said)
        for (column, currency), minor in found.items():
            balance[currency, ""] += minor if column == "balance" else 0
        assert {each["currency"]: each["closing"] for each in figures["money"]} == {
            each["currency"]: balance[each["currency"], ""] for each in figures["money"]
        }
