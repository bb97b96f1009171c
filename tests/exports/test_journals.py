"""Journals of money: accepted by both programs, and everything stands where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.domain.money import DECIMALS
from bot.events.mirrored import IssueSeen
from bot.exports import journals
from bot.storage import mirror, people
from bot.storage.database import Database
from tests.exports.kit import a_busy_scene, keep, text_of
from tests.exports.programs import (
    Sums,
    beancount_sums,
    check_beancount,
    check_hledger,
    hledger,
    hledger_sums,
)
from tests.storage.kit import (
    ISSUE,
    NOON,
    REPO,
    a_database,
    a_repository,
    at,
    file_of,
    know,
    record,
    tamper,
)
from tests.storage.orders import (
    DAN,
    MIA,
    ORDER,
    paid_directly,
    received,
    refunded,
    reversed_,
)

FORMATS = ("beancount", "hledger")


async def sums(database: Database, folder: Path, **more: Any) -> Sums:
    """Let both programs check their journals; they must come to the same."""
    bean, ledger = [await text_of(database, form, **more) for form in FORMATS]
    check_beancount(bean, folder)
    check_hledger(ledger)
    found = hledger_sums(ledger)
    assert beancount_sums(bean) == found
    return found


def test_both_programs_accept_whatever_happened(busy: Mapping[str, str], tmp_path: Path) -> None:
    check_beancount(busy["beancount"], tmp_path)
    check_hledger(busy["hledger"])
    found = hledger_sums(busy["hledger"])
    assert beancount_sums(busy["beancount"]) == found
    assert {account.split(":")[0] for account, _ in found} == {"Assets", "Income", "Expenses"}
    assert {currency for _, currency in found} == {"USD", "EUR", "JPY"}


async def test_what_settles_a_pledge_is_restricted_and_the_rest_is_not(
    worked: Database, tmp_path: Path
) -> None:
    await record(worked, received(3, 40_00, 12), source="m", actor=MIA, moment=at(days=20))
    assert await sums(worked, tmp_path) == {
        ("Assets:WorkOrders:CWO-57", "USD"): 335_00,
        ("Income:Restricted:CWO-57", "USD"): -500_00,
        ("Income:Unrestricted:CWO-57", "USD"): -40_00,
        ("Expenses:Fees:CWO-57", "USD"): 5_00,
        ("Expenses:Payments:CWO-57", "USD"): 200_00,
    }


def partly(refund: Any, unmatched: int) -> e.MoneyRefunded:
    found: e.MoneyRefunded = replace(refund, unmatched=-unmatched, ref=e.FreeText("Wire 7"))
    return found


async def test_a_refund_takes_back_the_same_kind_of_income(
    worked: Database, tmp_path: Path
) -> None:
    refund = partly(refunded(4, 100_00, 12), 40_00)
    money = (received(3, 40_00, 12), refund)
    await record(worked, *money, source="m", actor=MIA, moment=at(days=20))
    found = await sums(worked, tmp_path)
    assert found["Income:Restricted:CWO-57", "USD"] == -440_00
    assert found["Income:Unrestricted:CWO-57", "USD"] == 0
    assert found["Assets:WorkOrders:CWO-57", "USD"] == 235_00


async def test_what_is_taken_back_leaves_no_trace_in_any_sum(
    worked: Database, tmp_path: Path
) -> None:
    before = await sums(worked, tmp_path)
    first = received(3, 40_00, 12, fee=1_00)
    others: tuple[e.MoneyReceived | e.MoneyRefunded | e.MoneyPaidDirectly, ...] = (
        partly(refunded(4, 30_00, 12), 10_00),
        paid_directly(5, 8_00, 12, DAN),
        received(6, 90_000, 12, issue=ISSUE, currency="JPY"),
    )
    for n, entry in enumerate((first, *others)):
        await record(worked, entry, source=f"m{n}", actor=MIA, moment=at(days=20))
    assert await sums(worked, tmp_path) != before
    for n, entry in enumerate((first, *others)):
        await record(worked, reversed_(entry), source=f"r{n}", actor=MIA, moment=at(days=21))
    assert await sums(worked, tmp_path) == before
    assert (await text_of(worked, "beancount")).count("#taken-back") == 4
    assert (await text_of(worked, "hledger")).count("taken-back:") == 4


async def test_what_was_paid_directly_touches_no_asset(worked: Database, tmp_path: Path) -> None:
    before = await sums(worked, tmp_path)
    await record(worked, paid_directly(3, 80_00, 12, DAN), source="m", moment=at(days=20))
    after = await sums(worked, tmp_path)
    after.subtract(before)
    assert {key: minor for key, minor in after.items() if minor} == {
        ("Income:Direct:CWO-57", "USD"): -80_00,
        ("Expenses:Direct:CWO-57", "USD"): 80_00,
    }


async def test_every_currency_is_accepted_with_its_decimals(
    worked: Database, tmp_path: Path
) -> None:
    money = [
        received(n, 1_234_567, 12, currency=currency)
        for n, currency in enumerate(sorted(DECIMALS), start=10)
    ]
    await record(worked, *money, source="m", actor=MIA, moment=at(days=20))
    found = await sums(worked, tmp_path)
    free = {c: -minor for (name, c), minor in found.items() if name.startswith("Income:Unr")}
    assert free == dict.fromkeys(DECIMALS, 1_234_567)
    bean = await text_of(worked, "beancount")
    assert "-1234567 JPY\n" in bean
    assert "-1234.567 KWD\n" in bean


HOSTILE = (
    'a "quoted" \\ backslash',
    "; comment | payee",
    "line\nbreak\r\n2026-01-01 * evil\n  Assets:X  1 USD",
    "date:2020-01-01, account:x [2026-01-01=2026-02-02]",
    "right\u202eleft\u2028end\x00\x1b[31m",
    "https://evil.example, type:X",
    "(x) * ! = @ {} ~",
    "",
)


async def test_words_of_people_stay_words(worked: Database, tmp_path: Path) -> None:
    before = await sums(worked, tmp_path)
    async with worked.write() as tx:
        for n, words in enumerate(HOSTILE):
            await people.remember_name(tx, words, lambda _, n=n: 7000 + n)  # type: ignore[misc]
    for n, words in enumerate(HOSTILE):
        given = received(10 + n, 40_00, 7000 + n)
        noted = replace(given, ref=e.FreeText(words), day=date(1, 1, 1))
        back = replace(reversed_(given), reason=e.FreeText(words))
        await record(worked, noted, back, source=f"m{n}", actor=MIA, moment=at(days=20))
    assert await sums(worked, tmp_path) == before
    tags = hledger(await text_of(worked, "hledger"), "tags").split()
    assert sorted(tags) == ["entry", "note", "record", "taken-back"]


async def test_with_a_first_day_the_balances_at_the_end_are_the_same(tmp_path: Path) -> None:
    dice = a_busy_scene(4, 100)
    async with a_database(tmp_path) as database:
        await keep(database, dice)
        whole = await sums(database, tmp_path)
        moments = [stamp.at for stamp, _ in dice.scene.ledger]
        middle = moments[len(moments) // 2].date()
        later = await sums(database, tmp_path, since=middle)
        for form in FORMATS:
            assert "Opening balance" in await text_of(database, form, since=middle)
    assert assets(later) == assets(whole)
    assert later != whole
    assert any(account == "Equity:Opening-Balances" for account, _ in later)


def assets(found: Sums) -> Sums:
    return Counter({key: minor for key, minor in found.items() if key[0].startswith("Assets")})


async def test_a_ledger_without_money_is_an_empty_journal(tmp_path: Path) -> None:
    async with a_database(tmp_path) as database:
        await know(database, a_repository(name="solver"))
        assert await sums(database, tmp_path) == {}
        await record(database, e.ItemLabelled(ISSUE, 1), moment=NOON)
        assert await sums(database, tmp_path) == {}


async def test_pledges_stand_in_no_journal_and_it_says_so(worked: Database) -> None:
    for form in FORMATS:
        text = await text_of(worked, form)
        assert "Pledges are promises, not income: they stand in no journal." in text
        assert text.count("P-") == 1, "only the one that a receipt settled"


async def test_each_transaction_leads_to_its_record_entry_and_comment(worked: Database) -> None:
    async with worked.write() as tx:
        await mirror.note(tx, IssueSeen(ORDER, REPO, 57, "Faster", NOON), lambda _: 0)
    entry = received(3, 40_00, 12)
    await record(worked, entry, source="comment:99", actor=MIA, moment=at(days=20))
    url = "https://github.example/acme/solver/issues/57#issuecomment-99"
    bean, ledger = [await text_of(worked, form) for form in FORMATS]
    assert bean.endswith(f"""
2026-02-20 * "person-12" "Receipt R-3" ^R-3
  record: "R-3"
  entry: 25
  url: "{url}"
  Assets:WorkOrders:CWO-57  40.00 USD
  Income:Unrestricted:CWO-57  -40.00 USD
""")
    assert ledger.endswith(f"""
2026-02-20 * (R-3) person-12 | Receipt R-3
    ; record:R-3, entry:25, url:{url}
    Assets:WorkOrders:CWO-57  40.00 USD
    Income:Unrestricted:CWO-57  -40.00 USD
""")


async def test_whoever_was_erased_is_no_payee_any_more(worked: Database, tmp_path: Path) -> None:
    before = await sums(worked, tmp_path)
    tamper(file_of(worked), "DELETE FROM people")
    assert await sums(worked, tmp_path) == before
    for form in FORMATS:
        text = await text_of(worked, form)
        assert "(erased)" in text
        assert "person-" not in text


@given(st.text())
def test_words_never_begin_a_line_of_their_own(words: str) -> None:
    for written in (journals._quoted(words), journals._described(words), journals._tagged(words)):
        assert len(written.splitlines()) <= 1
    assert not set(journals._described(words)) & {";", "|"}
    assert "," not in journals._tagged(words)
