"""What does a treasurer record of money that moved, and what follows from it?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.entries import MoneyPaid, MoneyReceived
from sandbox.world import Issue
from tests.stories.kit import Stage
from tests.stories.reading import headline, of_table


def _fund(stage: Stage, issue: Issue, currency: str = "USD") -> dict[str, int]:
    """The table of money on a panel, in one currency; nothing for zero."""
    row = of_table(stage.panel(issue), "Money").get(currency, {})
    return {title: minor for title, minor in row.items() if minor}


# --- receipts ---------------------------------------------------------------------------------


async def test_a_receipt_settles_the_pledge_of_whoever_gave_it(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("mia", item, "/goal $1,000")
    await stage.records("ada", item, "/pledge $500")
    await stage.records("mia", item, "/received $500 from @ada ref OC-4711")
    assert await stage.pledges() == {"P-1": "received"}
    assert headline(stage.panel(item), "received") == {"USD": 500_00}
    assert headline(stage.panel(item), "pledged") == {}
    assert "50 %" in stage.panel(item)
    assert _fund(stage, item) == {"Received": 500_00, "Balance": 500_00}


async def test_a_pledge_can_be_paid_in_parts(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $500")
    for part, left in (("$200", 300_00), ("$299.99", 1)):
        await stage.records("mia", item, f"/received {part} from @ada")
        assert await stage.pledges() == {"P-1": "standing"}
        assert headline(stage.panel(item), "pledged") == {"USD": left}
    assert "USD 499.99 of USD 500.00 received" in stage.panel(item)
    await stage.records("mia", item, "/received $0.01 from @ada")
    assert await stage.pledges() == {"P-1": "received"}


async def test_money_that_matches_no_pledge_is_recorded_all_the_same(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $100")
    await stage.records("mia", item, "/received $40 from @bob")
    await stage.records("mia", item, '/received $30 from "A bakery around the corner"')
    await stage.records("mia", item, "/received $125 from @ada")
    assert _fund(stage, item)["Matches no pledge"] == 40_00 + 30_00 + 25_00
    assert headline(stage.panel(item), "received") == {"USD": 195_00}
    assert "A bakery around the corner" in stage.panel(item)
    assert await stage.pledges() == {"P-1": "received"}


async def test_of_several_pledges_the_exact_amount_or_its_number_says_which(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $100")
    await stage.records("ada", item, "/sent P-1")
    await stage.records("ada", item, "/pledge $200")
    assert await stage.why_not("mia", item, "/received $150 from @ada") == "which_pledge"
    await stage.records("mia", item, "/received $200 from @ada")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "received"}
    await stage.records("mia", item, '/received $60 from "Ada\'s company" for P-1')
    assert headline(stage.panel(item), "pledged") == {"USD": 40_00}


async def test_money_in_another_currency_settles_what_the_treasurer_says(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $500")
    received = "/received €430 from @ada for P-1"
    assert await stage.why_not("mia", item, received) == "settles_missing"
    assert await stage.why_not("mia", item, f"{received} settles €430") == "settles_currency"
    assert await stage.why_not("mia", item, f"{received} settles $501") == "settles_too_much"
    await stage.records("mia", item, f"{received} settles $450 fee €3.50")
    assert headline(stage.panel(item), "pledged") == {"USD": 50_00}
    assert _fund(stage, item, "EUR") == {"Received": 430_00, "Fees": 3_50, "Balance": 426_50}
    assert _fund(stage, item) == {}


async def test_a_receipt_says_when_and_how_and_never_lies_ahead(stage: Stage) -> None:
    item = await stage.roadmap_item()
    late = f"/received $100 from @ada on {stage.day(3)}"
    assert await stage.why_not("mia", item, late) == "date_ahead"
    too_much = await stage.why_not("mia", item, "/received $100 from @ada fee $101")
    assert too_much == "fee_too_large"
    await stage.records("mia", item, f"/received $100 from @ada on {stage.day(-3)} ref OC-1 | x")
    (received,) = await stage.recorded(MoneyReceived)
    assert received.day.isoformat() == stage.day(-3)
    assert received.ref.words == "OC-1 | x"


async def test_only_treasurers_record_money(stage: Stage) -> None:
    item = await stage.roadmap_item()
    for login in ("ada", "gus"):
        for words in ("/received $5 from @ada", "/paid $5 to @dev", "/refunded $5 to @ada"):
            assert await stage.why_not(login, item, words) == "not_treasurer"
    await stage.configure("roles:\n  treasurers: ['@gus']\n")
    assert await stage.why_not("mia", item, "/received $5 from @ada") == "not_treasurer"
    await stage.records("gus", item, "/received $5 from @ada")


async def test_what_a_work_order_has_drawn_is_received_in_it_wherever_it_is_recorded(
    stage: Stage,
) -> None:
    item = await stage.roadmap_item()
    order = await stage.approved(items=f"#{item.number}")
    await stage.records("ada", item, "/pledge $500")
    await stage.says("dev", order, "/cwo start")
    await stage.records("mia", item, "/received $300 from @ada")
    await stage.records("mia", order, "/received $200 from @ada")
    assert _fund(stage, order) == {"Received": 500_00, "Balance": 500_00}
    assert _fund(stage, item) == {}
    assert headline(stage.panel(item), "received") == {"USD": 500_00}
    assert "**USD 500.00** received" in stage.panel(order)


# --- payments ---------------------------------------------------------------------------------


async def test_no_more_is_paid_than_was_received_here(stage: Stage) -> None:
    item, other = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    await stage.records("mia", item, "/received $500 from @ada fee $20")
    await stage.records("mia", other, "/received $900 from @ada")
    await stage.records("mia", item, "/paid $100 to @dev")
    answer = await stage.refuses("mia", item, "/paid $380.01 to @dev")
    for figure in ("USD 380.00", "USD 500.00", "USD 120.00"):
        assert figure in answer
    assert await stage.why_not("mia", item, "/paid €1 to @dev") == "not_enough"
    await stage.records("mia", item, '/paid $380 to "Dev Banerjee Ltd" ref transfer 17')
    assert _fund(stage, item) == {
        "Received": 500_00,
        "Fees": 20_00,
        "Paid out": 480_00,
        "Matches no pledge": 500_00,
    }


async def test_nobody_records_a_payment_to_themselves_while_another_could(stage: Stage) -> None:
    stage.keeper("rae")
    item = await stage.roadmap_item()
    await stage.records("mia", item, "/received $500 from @ada")
    assert await stage.why_not("mia", item, "/paid $100 to @mia") == "own_payment"
    direct = "/paid $100 to @rae direct from @ada"
    assert await stage.why_not("rae", item, direct) == "own_payment"
    await stage.records("rae", item, "/paid $100 to @mia")
    (paid,) = await stage.recorded(MoneyPaid)
    assert not paid.alone


async def test_what_funders_pay_directly_settles_a_pledge_and_touches_no_balance(
    stage: Stage,
) -> None:
    order = await stage.approved()
    await stage.records("ada", order, "/pledge $500")
    await stage.says("dev", order, "/cwo start")
    await stage.records("mia", order, "/paid $500 to @dev direct from @ada ref invoice 3")
    assert await stage.pledges() == {"P-1": "received"}
    assert _fund(stage, order) == {"Paid directly, outside of the balance": 500_00}
    assert "**USD 500.00** received" in stage.panel(order)
    await stage.records("mia", order, '/paid $70 to @dev direct from "Acme Labs"')
    assert _fund(stage, order) == {"Paid directly, outside of the balance": 570_00}


# --- back again -------------------------------------------------------------------------------


async def test_a_refund_gives_back_what_was_received_for_a_pledge(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $500")
    await stage.records("mia", item, "/received $500 from @ada")
    await stage.records("mia", item, "/refunded $200 to @ada")
    assert headline(stage.panel(item), "received") == {"USD": 300_00}
    assert await stage.pledges() == {"P-1": "received"}
    assert await stage.why_not("mia", item, "/refunded $300.01 to @ada") == "not_enough"
    await stage.records("mia", item, "/refunded $300 to @ada")
    assert await stage.pledges() == {"P-1": "refunded"}
    assert _fund(stage, item) == {"Received": 500_00, "Refunded": 500_00}


async def test_money_that_matched_no_pledge_can_go_back_too(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("mia", item, "/received $80 from @bob")
    await stage.records("mia", item, "/refunded $50 to @bob")
    assert headline(stage.panel(item), "received") == {"USD": 30_00}
    await stage.records("mia", item, "/reverse R-2 It was never sent.")
    assert headline(stage.panel(item), "received") == {"USD": 80_00}


@pytest.mark.parametrize("due", [False, True])
async def test_a_receipt_taken_back_lets_the_pledge_stand_as_before(
    stage: Stage,
    due: bool,
) -> None:
    order = await stage.approved()
    await stage.records("ada", order, "/pledge $500")
    if due:
        await stage.says("dev", order, "/cwo start")
    before = stage.panel(order).partition("\n#### ")[0]
    await stage.records("mia", order, "/received $500 from @ada fee $9")
    await stage.records("mia", order, "/reverse R-1 It was for another project.")
    assert await stage.pledges() == {"P-1": "due" if due else "standing"}
    assert stage.panel(order).partition("\n#### ")[0] == before
    assert _fund(stage, order) == {}
    assert "taken back" in stage.panel(order)
    assert await stage.why_not("mia", order, "/reverse R-1 Again.") == "record_reversed"


async def test_payments_and_refunds_are_taken_back_and_receipts_only_while_they_are_there(
    stage: Stage,
) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $500")
    await stage.records("mia", item, "/received $500 from @ada")
    await stage.records("mia", item, "/paid $300 to @dev")
    await stage.records("mia", item, "/refunded $200 to @ada")
    assert await stage.why_not("mia", item, "/reverse R-1 Wrong.") == "already_spent"
    await stage.records("mia", item, "/reverse R-3 It never left.")
    await stage.records("mia", item, "/reverse R-2 It never left.")
    await stage.records("mia", item, "/reverse R-1 It never came.")
    assert await stage.pledges() == {"P-1": "standing"}
    assert _fund(stage, item) == {}
    assert headline(stage.panel(item), "pledged") == {"USD": 500_00}


async def test_a_record_is_named_where_it_was_recorded(stage: Stage) -> None:
    item, other = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    await stage.records("mia", item, "/received $5 from @ada")
    assert await stage.why_not("mia", other, "/reverse R-1 Wrong.") == "no_such_record"
    assert await stage.why_not("mia", item, "/reverse R-2 Wrong.") == "no_such_record"
    assert await stage.why_not("mia", item, "/reverse R-1") == "reason_missing"
    assert await stage.why_not("ada", item, "/reverse R-1 Wrong.") == "not_treasurer"


async def test_a_receipt_after_lapse_or_before_due_counts_all_the_same(stage: Stage) -> None:
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $100")
    await stage.records("bob", item, "/pledge $200 on completion")
    await stage.records("mia", item, "/received $200 from @bob")
    stage.person("mia").close(item)
    await stage.passes(timedelta(days=61))
    assert await stage.pledges() == {"P-1": "lapsed", "P-2": "received"}
    await stage.records("mia", item, "/received $60 from @ada")
    assert "USD 40.00" in stage.panel(item)
    await stage.records("mia", item, "/received $40 from @ada")
    assert await stage.pledges() == {"P-1": "received", "P-2": "received"}
