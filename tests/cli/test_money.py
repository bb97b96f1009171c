"""Where is the money, and how did it move? As an operator sees it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain import entries as e
from bot.domain.states import Outcome, State
from bot.storage import people
from tests.cli.kit import bursar
from tests.storage.kit import (
    ISSUE,
    REPO,
    a_database,
    a_played_ledger,
    a_repository,
    an_empty_file,
    at,
    know,
    record,
    tamper,
)
from tests.storage.orders import (
    DAN,
    MIA,
    ORDER,
    a_worked_ledger,
    paid_directly,
    received,
    refunded,
    reversed_,
)

FUND = 7000
SHEETS = """\
JPY
              received   fees  paid  refunded  balance  direct  unmatched
  #1            90,000  1,000     0         0   89,000       0     90,000

                gave    got  gave directly  got directly
  "The Fund"  90,000      0              0             0
  fees             0  1,000              0             0

  all ends: funders -90,000 + balances 89,000 + payees 0 + fees 1,000 = 0; \
paid directly: funders 0 + payees 0 = 0

USD
              received  fees    paid  refunded  balance  direct  unmatched
  CWO #57       540.00  5.00  200.00    100.00   235.00   80.00      40.00

                gave     got  gave directly  got directly
  person-11   400.00    0.00           0.00          0.00
  person-12     0.00    0.00           0.00          0.00
  person-22    40.00  200.00           0.00         80.00
  "The Fund"    0.00    0.00          80.00          0.00
  fees          0.00    5.00           0.00          0.00

  all ends: funders -440.00 + balances 235.00 + payees 200.00 + fees 5.00 = 0.00; \
paid directly: funders -80.00 + payees 80.00 = 0.00
"""


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """A store with a work order of acme/solver that was paid for in every way."""
    file = an_empty_file(tmp_path)
    asyncio.run(_play(tmp_path, file))
    return file


async def _play(folder: Path, file: Path) -> None:
    async with a_database(folder, file) as database:
        await know(database, a_repository(name="solver"))
        await a_worked_ledger(database)
        async with database.write() as tx:
            await people.remember_name(tx, "The Fund", lambda _: FUND)
        wrong = received(5, 7_00, 12)
        money: list[e.Entry] = [
            received(3, 90_000, FUND, issue=ISSUE, fee=1_000, currency="JPY"),
            paid_directly(4, 80_00, FUND, DAN),
            wrong,
            reversed_(wrong),
            refunded(6, 100_00, 11),
            received(7, 40_00, DAN),
        ]
        await record(database, *money, source="money", actor=MIA, moment=at(days=20))
        closed = e.OrderClosed(
            issue=ORDER,
            was=State.ACTIVE,
            now=State.CLOSED,
            outcome=Outcome.PARTLY_LANDED,
            final_report=False,
            alone=False,
            ends_at=at(days=40),
        )
        merged = e.PullMerged(issue=ORDER, pull=5, by=MIA, interested=False, into_default=True)
        await record(database, merged, closed, source="end", actor=MIA, moment=at(days=21))


# --- balances ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("worked")
def test_balances_are_shown_by_place_and_by_party_and_all_ends_sum_to_zero() -> None:
    result = bursar("balances", "ACME/Solver")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == SHEETS


@pytest.mark.usefixtures("worked")
def test_balances_are_one_object_a_currency_for_programs() -> None:
    result = bursar("balances", "acme/solver", "--json")
    yen, dollars = (json.loads(line) for line in result.stdout.splitlines())
    assert yen == {
        "currency": "JPY",
        "places": [
            {
                "issue": 1,
                "is_work_order": False,
                "received": 90_000,
                "fees": 1_000,
                "paid": 0,
                "refunded": 0,
                "balance": 89_000,
                "direct": 0,
                "unmatched": 90_000,
            }
        ],
        "parties": [
            {
                "login": '"The Fund"',
                "id": None,
                "gave": 90_000,
                "got": 0,
                "gave_directly": 0,
                "got_directly": 0,
            }
        ],
        "fees": 1_000,
        "ends": {"funders": -90_000, "balances": 89_000, "payees": 0, "fees": 1_000},
        "sum": 0,
        "direct_ends": {"funders": 0, "payees": 0},
        "direct_sum": 0,
    }
    assert dollars["places"][0]["issue"] == 57
    assert dollars["places"][0]["is_work_order"]
    assert {each["login"]: (each["gave"], each["got"]) for each in dollars["parties"]} == {
        '"The Fund"': (0, 0),
        "person-11": (400_00, 0),
        "person-12": (0, 0),
        "person-22": (40_00, 200_00),
    }
    assert (dollars["sum"], dollars["direct_sum"]) == (0, 0)


def test_whoever_was_erased_is_shown_last_and_sums_still_hold(worked: Path) -> None:
    tamper(worked, "DELETE FROM people WHERE person IN (11, 22)")
    result = bursar("balances", "acme/solver")
    assert result.exit_code == 0
    (_, dollars) = result.stdout.split("\n\nUSD\n")
    names = [line[:12].strip() for line in dollars.splitlines()[4:9]]
    assert names == ["person-12", '"The Fund"', "(erased)", "(erased)", "fees"]
    assert "= 0.00; " in dollars


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE funds SET received = received + 1 WHERE currency = 'USD'",
        "UPDATE accounts SET minor = minor + 1 WHERE kind = 'fee' AND currency = 'JPY'",
        "UPDATE accounts SET direct = 0 WHERE kind = 'payee'",
    ],
)
def test_what_does_not_balance_is_said_and_ends_with_one(worked: Path, change: str) -> None:
    tamper(worked, change)
    result = bursar("balances", "acme/solver")
    assert result.exit_code == 1
    assert result.stderr == (
        "bursar: The sums do not balance. Run `bursar verify`: it names what was altered.\n"
    )
    assert result.stdout.startswith("JPY\n"), "what there is, is shown all the same"
    assert bursar("verify").exit_code == 1


def test_without_any_record_there_is_nothing_to_balance(tmp_path: Path) -> None:
    file = an_empty_file(tmp_path)

    async def play() -> None:
        async with a_database(tmp_path, file) as database:
            await know(database, a_repository(name="solver"))
            await a_played_ledger(database)

    asyncio.run(play())
    result = bursar("balances", "acme/solver")
    assert (result.exit_code, result.stdout) == (
        0,
        "Nothing was recorded here yet: no money came in, and none went out.\n",
    )
    assert bursar("balances", "acme/solver", "--json").stdout == ""


def test_money_of_another_repository_is_not_counted(worked: Path) -> None:
    tamper(worked, "INSERT INTO funds SELECT 5, issue, 'CHF', 1, 2, 3, 4, 5, 6 FROM funds LIMIT 1")
    assert "CHF" not in bursar("balances", "acme/solver").stdout
    assert REPO != 5


# --- the ledger -------------------------------------------------------------------------------


@pytest.mark.usefixtures("worked")
def test_money_and_work_orders_read_well_in_the_ledger() -> None:
    lines = bursar("ledger", "acme/solver").stdout.splitlines()
    told = {int(line.split()[0]): " ".join(line.split()[2:]) for line in lines}
    assert {seq: told[seq] for seq in (18, 19, 20, 22, 26, 28, 32)} == {
        18: "OrderStarted #57 approved → active person-22",
        19: "MoneyReceived #57 R-1 P-1 USD 50000 minor person-11 → #57 person-7",
        20: "PledgeSettled #1 R-1 P-1 USD 50000 minor due → received person-7",
        22: "PullLinked #57 pull #5 person-22",
        26: 'MoneyPaidDirectly #57 R-4 USD 8000 minor "The Fund" → person-22 person-7',
        28: "RecordReversed #57 R-5 USD -700 minor person-12 → #57 person-7",
        32: "OrderClosed #57 active → closed partly landed person-7",
    }


@pytest.mark.usefixtures("worked")
def test_the_ledger_for_programs_names_both_ends_of_money() -> None:
    lines = bursar("ledger", "acme/solver", "--json").stdout.splitlines()
    entries = [json.loads(line) for line in lines]
    (direct,) = [each for each in entries if each["kind"] == "MoneyPaidDirectly"]
    assert (direct["from"], direct["to"]) == (
        {"name": '"The Fund"'},
        {"login": "person-22", "id": 1022},
    )
    (closed,) = [each for each in entries if each["kind"] == "OrderClosed"]
    assert (closed["change"], closed["outcome"]) == ("active → closed", "partly landed")
