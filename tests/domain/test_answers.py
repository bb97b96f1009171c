"""Is every answer in a work order form read, and is none taken that can be read in two ways?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.answers import DEVELOPERS_AT_MOST, INTERESTED_AT_MOST, ITEMS_AT_MOST, NAME_AT_MOST
from bot.domain.forms import read_form
from bot.domain.money import Money
from bot.domain.refusals import Why
from bot.domain.terms import Fault, Field, Problem
from tests.domain.form_bodies import READ, alone, fault, rendered

ITEMS: list[tuple[str, tuple[int, ...] | Fault]] = [
    ("#12", (12,)),
    ("#12 #15", (12, 15)),
    ("#12 and #15.", (12, 15)),
    ("#12;#15", (12, 15)),
    ("- #12\n- #15", (12, 15)),
    ("1. #12\n2. #15", (12, 15)),
    ("#15, #12, #15", (15, 12)),
    ("https://github.com/acme/tool/issues/12", (12,)),
    ("https://ghe.example.org/acme/tool/issues/12, #15", (12, 15)),
    ("12", Fault.UNREADABLE),
    ("# 12", Fault.UNREADABLE),
    ("#0", Fault.UNREADABLE),
    ("#012", Fault.UNREADABLE),
    ("#1234567890", Fault.UNREADABLE),
    ("#１２", Fault.UNREADABLE),
    ("#12-#15", Fault.UNREADABLE),
    ("#12 the cache", Fault.UNREADABLE),
    ("acme/tool#12", Fault.UNREADABLE),
    ("https://github.com/acme/tool/pull/12", Fault.UNREADABLE),
    ("https://github.com/acme/tool/issues/12#issuecomment-1", Fault.UNREADABLE),
    ("https://github.com/issues/12", Fault.UNREADABLE),
    ("javascript://github.com/acme/tool/issues/12", Fault.UNREADABLE),
    ("and,", Fault.UNREADABLE),
    (" ".join(f"#{n + 1}" for n in range(ITEMS_AT_MOST)), tuple(range(1, ITEMS_AT_MOST + 1))),
    (" ".join(f"#{n + 1}" for n in range(ITEMS_AT_MOST + 1)), Fault.TOO_MANY),
]


@pytest.mark.parametrize(("said", "expected"), ITEMS)
def test_roadmap_items(said: str, expected: tuple[int, ...] | Fault) -> None:
    read = alone(Field.ITEMS, said)
    assert (fault(Field.ITEMS, said) or read.items) == expected
    assert read.items == (() if isinstance(expected, Fault) else expected)


def test_an_item_of_another_repository_is_none_of_ours() -> None:
    body = rendered(ITEMS="https://github.com/Acme/tool/issues/12")
    assert read_form(body, "acme/Tool").items == (12,)
    assert read_form(body, "acme/other").problems == (Problem(Field.ITEMS, Fault.UNREADABLE),)
    assert read_form(rendered(), "acme/other") == READ


PEOPLE: list[tuple[str, tuple[str, ...] | Fault]] = [
    ("@mia", ("mia",)),
    ("@mia @tom", ("mia", "tom")),
    ("@mia,@tom", ("mia", "tom")),
    ("@mia, @tom and @ada.", ("mia", "tom", "ada")),
    ("@mia & @tom", ("mia", "tom")),
    ("- @mia\n- @tom", ("mia", "tom")),
    ("* **@mia**\n+ @tom", ("mia", "tom")),
    ("1. @mia\n2) @tom", ("mia", "tom")),
    ("@Mia, @mia, @tom, @MIA", ("Mia", "tom")),
    ("@mia_acme @a-b", ("mia_acme", "a-b")),
    ("mia", Fault.UNREADABLE),
    ("@mia and Tom", Fault.UNREADABLE),
    ("@mia (Mia)", Fault.UNREADABLE),
    ("mia@example.org", Fault.UNREADABLE),
    ("@mia@example.org", Fault.UNREADABLE),
    ("@mia@tom", Fault.UNREADABLE),
    ("@", Fault.UNREADABLE),
    ("@-mia", Fault.UNREADABLE),
    ("@mia-", Fault.UNREADABLE),
    ("@org/team", Fault.UNREADABLE),
    ("@dependabot[bot]", Fault.UNREADABLE),
    ("@m\N{CYRILLIC SMALL LETTER I}a", Fault.UNREADABLE),
    ("@" + "a" * 40, Fault.UNREADABLE),
    ("@mia\x00", Fault.UNREADABLE),
    ("and", Fault.UNREADABLE),
    (",", Fault.UNREADABLE),
]


@pytest.mark.parametrize("field", [Field.DEVELOPERS, Field.INTERESTED])
@pytest.mark.parametrize(("said", "expected"), PEOPLE)
def test_people(field: Field, said: str, expected: tuple[str, ...] | Fault) -> None:
    form = alone(field, said)
    read = form.developers if field is Field.DEVELOPERS else form.interested
    assert (fault(field, said) or read) == expected


@pytest.mark.parametrize(
    ("field", "most"),
    [(Field.DEVELOPERS, DEVELOPERS_AT_MOST), (Field.INTERESTED, INTERESTED_AT_MOST)],
)
def test_people_are_not_endless(field: Field, most: int) -> None:
    everybody = [f"@p{n}" for n in range(most + 1)]
    assert fault(field, " ".join(everybody)) is Fault.TOO_MANY
    assert fault(field, " ".join(everybody[1:] + everybody[1:])) is None


FUNDERS: list[tuple[str, str | None, str | None]] = [
    ("@acme", "acme", None),
    ("- @acme", "acme", None),
    ("@acme (Acme Inc.)", "acme", None),
    ("@acme(Acme)", "acme", None),
    ("Acme Inc. (@acme)", "acme", None),
    ("Acme Inc.", None, "Acme Inc."),
    ("  Acme \t Inc. ", None, "Acme Inc."),
    ("Acme\u2028Inc.", None, "Acme Inc."),
    ("**Acme** and Sons", None, "Acme** and Sons"),
    ("株式会社", None, "株式会社"),
    ("A" * NAME_AT_MOST, None, "A" * NAME_AT_MOST),
]


@pytest.mark.parametrize(("said", "login", "name"), FUNDERS)
def test_a_funder_is_a_login_or_a_name(said: str, login: str | None, name: str | None) -> None:
    assert alone(Field.FUNDER, said) == replace(READ, funder=login, funder_name=name)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("@acme @other", Fault.UNREADABLE),
        ("@acme Acme Inc.", Fault.UNREADABLE),
        ("@acme (@other)", Fault.UNREADABLE),
        ("grants@acme.org", Fault.UNREADABLE),
        ("Acme (grants@acme.org)", Fault.UNREADABLE),
        ("@acme/team", Fault.UNREADABLE),
        ("Acme\nOther", Fault.UNREADABLE),
        ("Acme\n(@acme)", Fault.UNREADABLE),
        ("???", Fault.UNREADABLE),
        ("\u200b", Fault.UNREADABLE),
        ("A" * (NAME_AT_MOST + 1), Fault.TOO_LONG),
    ],
)
def test_a_funder_is_never_guessed(said: str, expected: Fault) -> None:
    assert fault(Field.FUNDER, said) is expected
    assert alone(Field.FUNDER, said).funder is alone(Field.FUNDER, said).funder_name is None


USD, EUR, JPY = Money(1_000_00, "USD"), Money(500_00, "EUR"), Money(500, "JPY")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("USD 1,000", (USD,)),
        ("$1k", (USD,)),
        ("USD 1,000, EUR 500", (USD, EUR)),
        ("USD 1,000,EUR 500", (USD, EUR)),
        ("1,000 USD, 500 EUR", (USD, EUR)),
        ("1,000 USD,500 EUR", (USD, EUR)),
        ("$1,000, €500", (USD, EUR)),
        ("$1,000 and €500", (USD, EUR)),
        ("$1,000 & €500", (USD, EUR)),
        ("$1,000, €500, and ¥500", (USD, EUR, JPY)),
        ("USD 1,000 + EUR 500 + JPY 500", (USD, EUR, JPY)),
        ("USD 1,000+EUR 500", (USD, EUR)),
        ("USD 1,000; EUR 500", (USD, EUR)),
        ("USD 1,000\nEUR 500", (USD, EUR)),
        ("USD 1,000,\nEUR 500", (USD, EUR)),
        ("- USD 1,000\n- EUR 500", (USD, EUR)),
    ],
)
def test_a_budget_is_one_amount_per_currency(said: str, expected: tuple[Money, ...]) -> None:
    assert alone(Field.BUDGET, said) == replace(READ, budget=expected)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("1,000", Why.CURRENCY_MISSING),
        ("5k", Why.CURRENCY_MISSING),
        ("USD 1,000 and 500", Why.CURRENCY_MISSING),
        ("USD 5,\n000", Why.AMOUNT_UNREADABLE),
        ("USD 5, 000", Why.AMOUNT_UNREADABLE),
        ("USD 5 ,000", Why.AMOUNT_UNREADABLE),
        ("USD 100, 200 EUR", Why.AMOUNT_UNREADABLE),
        ("EUR 5,000,300 USD", Why.AMOUNT_UNREADABLE),
        ("USD 5,000,", Why.AMOUNT_UNREADABLE),
        ("USD 5,000 +", Why.AMOUNT_UNREADABLE),
        ("up to USD 5,000", Why.AMOUNT_UNREADABLE),
        ("USD 5,000 per month", Why.AMOUNT_UNREADABLE),
        ("USD 5*000", Why.AMOUNT_UNREADABLE),
        ("~~USD 5,000~~", Why.AMOUNT_UNREADABLE),
        ("USD 5,000-6,000", Why.AMOUNT_UNREADABLE),
        ("USD 1.000", Why.AMOUNT_AMBIGUOUS),
        ("-500 USD", Why.AMOUNT_SIGNED),
        ("+500 USD", Why.AMOUNT_SIGNED),
        ("USD 1 + + EUR 5", Why.AMOUNT_SIGNED),
        ("500 BTC", Why.CURRENCY_UNKNOWN),
        ("USD 0", Why.AMOUNT_ZERO),
        ("USD 0.001", Why.TOO_MANY_DECIMALS),
        ("USD 99999999999999", Why.AMOUNT_TOO_LARGE),
        ("USD " + "9" * 60_000, Why.AMOUNT_TOO_LARGE),
        ("USD ５００", Why.AMOUNT_UNREADABLE),
    ],
)
def test_a_budget_is_never_guessed(said: str, why: Why) -> None:
    form = alone(Field.BUDGET, said)
    assert form.problems == (Problem(Field.BUDGET, Fault.UNREADABLE, why.value),)
    assert form.budget == ()


def test_one_currency_has_one_amount() -> None:
    assert fault(Field.BUDGET, "$500, USD 500") is Fault.SAID_TWICE


FIRST, LAST = date(2027, 1, 1), date(2027, 6, 30)


@pytest.mark.parametrize(
    ("said", "starts", "ends"),
    [
        ("2027-01-01 to 2027-06-30", FIRST, LAST),
        ("From 2027-01-01 to 2027-06-30.", FIRST, LAST),
        ("from 2027-01-01 until 2027-06-30", FIRST, LAST),
        ("from 2027-01-01\nto 2027-06-30", FIRST, LAST),
        ("2027-01-01 – 2027-06-30", FIRST, LAST),
        ("2027-01-01—2027-06-30", FIRST, LAST),
        ("2027-01-01 - 2027-06-30", FIRST, LAST),
        ("2027-01-01-2027-06-30", FIRST, LAST),
        ("2027-01-01/2027-06-30", FIRST, LAST),
        ("2027-06-30 to 2027-06-30", LAST, LAST),
        ("2027-06-30", None, LAST),
        ("until 2027-06-30", None, LAST),
    ],
)
def test_a_period(said: str, starts: date | None, ends: date) -> None:
    assert alone(Field.PERIOD, said) == replace(READ, starts=starts, ends=ends)


@pytest.mark.parametrize(
    "said",
    [
        "2027",
        "six months",
        "2027-W01-1",
        "2027-W01-1 to 2027-W20-1",
        "20270101 to 20270630",
        "2027-1-1 to 2027-6-30",
        "2027-02-29",
        "2027-02-29 to 2027-06-30",
        "2027-01-01 to 2027-06-31",
        "0000-01-01",
        "----------",
        "01.01.2027 to 30.06.2027",
        "01/02/2027",
        "२०२७-०१-०१ to 2027-06-30",
        "2027\u201101\u201101",
        "2027-01-01 2027-06-30",
        "2027-01-01 to",
        "to 2027-06-30",
        "from 2027-01-01",
        "2027-01-01 to 2027-06-30 to 2027-09-30",
        "2027-01-01T00:00 to 2027-06-30",
        "about 2027-01-01 to 2027-06-30",
    ],
)
def test_a_period_is_never_guessed(said: str) -> None:
    if said.strip("-"):
        assert fault(Field.PERIOD, said) is Fault.UNREADABLE
    else:
        assert fault(Field.PERIOD, said) is Fault.MISSING
    assert alone(Field.PERIOD, said).ends is None


def test_a_period_does_not_run_backwards() -> None:
    assert fault(Field.PERIOD, "2027-06-30 to 2027-01-01") is Fault.BACKWARDS


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("Every month", 30),
        ("Every two weeks", 14),
        ("Every week", 7),
        ("Every quarter", 91),
        ("At the end", None),
        ("none", None),
        ("every 10 days", 10),
        ("every 1 day", 1),
        ("every 6 weeks.", 42),
        ("EVERY 2 MONTHS", 60),
        ("every four quarters", 364),
        ("every 366 days", 366),
        ("weekly", 7),
        ("biweekly", 14),
        ("Fortnightly", 14),
        ("monthly", 30),
        ("quarterly", 91),
    ],
)
def test_a_rhythm_of_reports(said: str, days: int | None) -> None:
    assert alone(Field.REPORTS, said) == replace(READ, report_every_days=days)


@pytest.mark.parametrize(
    "said",
    [
        "every 0 days",
        "every 367 days",
        "every 13 months",
        "every 9999 days",
        "every -1 days",
        "every ２ weeks",
        "every wee\N{KELVIN SIGN}",
        "wee\N{KELVIN SIGN}ly",
        "every",
        "often",
        "bimonthly",
        "every month, every week",
    ],
)
def test_a_rhythm_is_never_guessed(said: str) -> None:
    assert fault(Field.REPORTS, said) is Fault.UNREADABLE
