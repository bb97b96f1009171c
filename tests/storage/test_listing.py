"""How one entry reads for somebody outside: every kind, and never the words of a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.refs import Account
from bot.domain.stages import Stage
from bot.domain.states import Outcome, State
from bot.storage import codec, ledger, listing, people
from bot.storage.database import Database
from bot.storage.ledger import Line
from tests.storage.kit import ISSUE, NOON, OTHER_ISSUE, REPO, record
from tests.storage.orders import (
    DAN,
    MIA,
    ORDER,
    OTHER_ORDER,
    STANDING,
    a_worked_ledger,
    cancelled,
    paid_directly,
    received,
    refunded,
    reversed_,
    settled,
)
from tests.storage.test_codec import built

NUMBERS = {ISSUE: 1, OTHER_ISSUE: 2, ORDER: 57, OTHER_ORDER: 58}
MIA_ACCOUNT = Account(1007, "mia")
NAME = 7000
EVERYBODY = (11, DAN)


async def listed(database: Database, *others: int) -> list[dict[str, Any]]:
    async with database.read() as tx:
        accounts = {MIA: MIA_ACCOUNT} | await people.accounts(tx, others)
        if others:
            accounts[NAME] = Account(0, '"The Fund"', people.NAME)
        return [listing.listed(line, accounts, NUMBERS) async for line in ledger.lines(tx, REPO)]


async def newest(database: Database, *entries: e.Entry) -> dict[str, Any]:
    await record(database, *entries, source="newest", actor=MIA)
    return (await listed(database))[-1]


@pytest.fixture
async def worked(database: Database) -> Database:
    await a_worked_ledger(database)
    return database


async def test_the_course_of_a_work_order_can_be_read_from_its_changes(worked: Database) -> None:
    course = [
        (each["kind"], each["change"])
        for each in await listed(worked)
        if each["issue"] == 57 and each["kind"].startswith("Order")
    ]
    assert course == [
        ("OrderOpened", None),
        ("OrderWritten", None),
        ("OrderProposed", "draft → discussion"),
        ("OrderApproved", "discussion → approved"),
        ("OrderStarted", "approved → active"),
    ]
    ended = await newest(worked, cancelled())
    assert ended["change"] == "active → cancelled"


async def test_money_is_listed_with_its_record_and_its_amount(worked: Database) -> None:
    found = [
        (each["kind"], each["record"], each["pledge"], each["minor"], each["currency"])
        for each in await listed(worked)
        if each["record"] is not None
    ]
    assert found == [
        ("MoneyReceived", 1, 1, 500_00, "USD"),
        ("PledgeSettled", 1, 1, 500_00, "USD"),
        ("MoneyPaid", 2, None, 200_00, "USD"),
    ]


@pytest.mark.parametrize(
    ("entry", "minor"),
    [
        (received(3, 7_00, 11, fee=1_00), 7_00),
        (paid_directly(3, 8_00, 11, DAN), 8_00),
        (refunded(3, 9_00, 11), 9_00),
    ],
)
async def test_a_reversal_is_listed_as_what_it_takes_back(
    worked: Database, entry: Any, minor: int
) -> None:
    recorded = await newest(worked, entry)
    assert (recorded["record"], recorded["minor"]) == (3, minor)
    await record(worked, reversed_(entry), source="reversed", actor=MIA)
    back = (await listed(worked))[-1]
    assert (back["kind"], back["record"], back["minor"]) == ("RecordReversed", 3, -minor)


async def test_a_pull_request_is_listed_by_number_and_has_no_amount(worked: Database) -> None:
    merged = e.PullMerged(issue=ORDER, pull=5, by=MIA, interested=False, into_default=True)
    found = await newest(worked, merged)
    assert (found["kind"], found["pull"], found["issue"]) == ("PullMerged", 5, 57)
    assert (found["minor"], found["currency"], found["pledge"]) == (None, None, None)


KEYS = {
    "seq",
    "kind",
    "at",
    "actor",
    "issue",
    "pledge",
    "record",
    "pull",
    "change",
    "outcome",
    "from",
    "to",
    "refused",
    "minor",
    "currency",
    "late",
    "source",
    "hash",
}


@pytest.mark.parametrize("kind", codec.KINDS.values(), ids=codec.KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_every_kind_of_entry_is_listed_without_anybodys_words(
    kind: type[e.Entry], data: st.DataObject
) -> None:
    entry = data.draw(built(kind))
    body = codec.plain(entry)
    kept = codec.take_texts(entry, body, b"salt")
    line = {"seq": 5, "at": codec.rfc3339(NOON), "actor": MIA, "late": False, "entry": body}
    line |= {"kind": kind.__name__, "month": "2026-10", "earlier": False, "where": None}
    words = {text.field: f"private {text.field}" for text in kept}
    found = listing.listed(
        Line(5, "a", 0, "Refused", None, codec.canonical(line), "00", NOON, words),
        {MIA: MIA_ACCOUNT},
        {},
    )
    assert found.keys() == KEYS
    assert "private" not in repr(found)
    assert codec.canonical(found)
    assert found["actor"] == {"login": "mia", "id": 1007}


async def test_money_is_listed_with_both_its_ends(worked: Database) -> None:
    ends = {
        each["kind"]: (each["from"], each["to"])
        for each in await listed(worked, *EVERYBODY)
        if each["kind"].startswith("Money")
    }
    fund = {"issue": 57}
    assert ends == {
        "MoneyReceived": ({"login": "person-11", "id": 1011}, fund),
        "MoneyPaid": (fund, {"login": "person-22", "id": 1022}),
    }
    direct = paid_directly(3, 8_00, NAME, DAN)
    await record(worked, direct, reversed_(direct), source="direct", actor=MIA)
    paid, back = (await listed(worked, *EVERYBODY))[-2:]
    assert paid["from"] == back["from"] == {"name": '"The Fund"'}
    assert paid["to"] == back["to"] == {"login": "person-22", "id": 1022}
    (_, erased) = (await listed(worked))[-2:]
    assert (erased["from"], erased["to"]) == (None, None)


async def test_the_people_whose_accounts_are_needed_are_named(worked: Database) -> None:
    await record(worked, paid_directly(3, 8_00, NAME, DAN), source="direct", actor=MIA)
    async with worked.read() as tx:
        found = [listing.people_in(line) async for line in ledger.lines(tx, REPO)]
    assert found[-1] == {MIA, NAME, DAN}
    assert found[0] == {MIA}


async def test_what_was_settled_is_listed_and_not_what_was_promised(worked: Database) -> None:
    part = replace(settled(STANDING, 3, None), settled=Money(5_00, "USD"), now=Stage.STANDING)
    found = await newest(worked, replace(part, was=Stage.STANDING))
    assert (found["pledge"], found["minor"]) == (5, 5_00)


async def test_a_work_order_is_listed_with_its_outcome(worked: Database) -> None:
    closed = e.OrderClosed(
        issue=ORDER,
        was=State.ACTIVE,
        now=State.CLOSED,
        outcome=Outcome.DECLINED_ON_MERITS,
        final_report=False,
        alone=False,
        ends_at=NOON,
    )
    found = await newest(worked, closed)
    assert (found["change"], found["outcome"]) == ("active → closed", "declined on merits")
