"""A table that every spreadsheet reads, and none runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.exports import as_csv
from bot.storage import people
from bot.storage.database import Database
from tests.exports.kit import table_of, text_of
from tests.storage.kit import at, file_of, record, tamper
from tests.storage.orders import MIA, received, reversed_

DOCS = Path(__file__).parents[2] / "docs" / "data.md"


def test_it_is_written_after_rfc_4180(busy: Mapping[str, str]) -> None:
    text = busy["csv"]
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert not text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert {len(row) for row in rows} == {len(as_csv.COLUMNS)}
    assert rows[0] == list(as_csv.COLUMNS)
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(1, len(rows))]


def test_every_column_is_documented() -> None:
    (table,) = re.findall(r"\| column \| meaning \|\n(.*?)\n\n", DOCS.read_text(), re.DOTALL)
    named = [
        name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.split("|")[1])
    ]
    assert sorted(named) == sorted(as_csv.COLUMNS)


@pytest.mark.parametrize(
    "begin", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "  @", "\u00a0+", "＝"]
)
def test_a_formula_gets_an_apostrophe_in_front(begin: str) -> None:
    assert as_csv.safe(f"{begin}1+1") == f"'{begin}1+1"


@pytest.mark.parametrize("harmless", ["ada", "5 - 3", "a=b", "", "#12", '"The Fund"', "'=1"])
def test_other_words_stay_as_they_are(harmless: str) -> None:
    assert as_csv.safe(harmless) == harmless


@given(st.text())
def test_no_words_of_people_begin_a_formula(words: str) -> None:
    (cells,) = csv.reader(io.StringIO(as_csv.row([as_csv.safe(words)]), newline=""), strict=True)
    first = (cells or [""])[0].lstrip()[:1]
    assert first not in set("=+-@")


async def test_names_and_reasons_that_are_formulas_are_not_run(worked: Database) -> None:
    async with worked.write() as tx:
        await people.remember_name(tx, "x", lambda _: 7000)
    tamper(file_of(worked), "UPDATE people SET login = '=HYPERLINK(1)' WHERE person = 7000")
    noted = replace(received(3, 40_00, 7000), ref=e.FreeText(' -2+3;"x",\r\n@SUM(1)'))
    await record(worked, noted, source="m", actor=MIA, moment=at(days=20))
    newest = (await table_of(worked))[-1]
    assert newest["from"] == "'=HYPERLINK(1)"
    assert newest["words"] == '\' -2+3;"x",\r\n@SUM(1)'


async def test_amounts_stay_numbers_also_when_they_are_negative(worked: Database) -> None:
    entry = received(3, 40_00, 12, fee=1_00)
    await record(worked, entry, reversed_(entry), source="m", actor=MIA, moment=at(days=20))
    given_, back = (await table_of(worked))[-2:]
    shown = ("movement", "from", "amount", "minor", "currency", "fee_minor", "unmatched_minor")
    assert [given_[name] for name in shown] == [
        "received", "person-12", "40.00", "4000", "USD", "100", "4000",
    ]  # fmt: skip
    assert [back[name] for name in shown] == [
        "received", "person-12", "-40.00", "-4000", "USD", "-100", "-4000",
    ]  # fmt: skip


async def test_whoever_was_erased_is_told_from_nobody(worked: Database) -> None:
    await record(worked, received(3, 40_00, 12), source="m", actor=None, moment=at(days=20))
    tamper(file_of(worked), "DELETE FROM people")
    rows = await table_of(worked)
    assert (rows[0]["actor"], rows[-1]["actor"], rows[-1]["from"]) == ("(erased)", "", "(erased)")
    assert rows[0]["from"] == ""


async def test_a_person_whose_name_is_a_number_keeps_the_apostrophe_out(worked: Database) -> None:
    text = await text_of(worked, "csv")
    assert "'" not in text, "nothing here is a formula"
