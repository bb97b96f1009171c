"""Is every amount read to the minor unit, and is nothing an amount that can be read in two ways?"""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.asked import PledgeAsked
from bot.domain.money import DECIMALS, LARGEST, NO_MONEY, SYMBOLS, Money, read_amount, settle_amount
from bot.domain.refusals import Misunderstood, Why
from bot.domain.roadmap import GoalAsked


def read(typed: str, *accepted: str) -> Money:
    return settle_amount(read_amount(typed), accepted)


def why_not(typed: str, *accepted: str) -> Why:
    with pytest.raises(Misunderstood) as caught:
        read(typed, *accepted)
    return caught.value.why


ACCEPTED = [
    ("$500", 500_00, "USD"),
    ("$ 500", 500_00, "USD"),
    ("500$", 500_00, "USD"),
    ("500 USD", 500_00, "USD"),
    ("USD 500", 500_00, "USD"),
    ("usd 500", 500_00, "USD"),
    ("500usd", 500_00, "USD"),
    ("USD500", 500_00, "USD"),
    ("$0.01", 1, "USD"),
    ("$500.5", 500_50, "USD"),
    ("$1,000", 1_000_00, "USD"),
    ("$1000.00", 1_000_00, "USD"),
    ("$9,000,000", 9_000_000_00, "USD"),
    ("50 €", 50_00, "EUR"),
    ("€450.50", 450_50, "EUR"),
    ("€1,250.50", 1_250_50, "EUR"),
    ("1,250,000.99 EUR", 1_250_000_99, "EUR"),
    ("1.5k EUR", 1_500_00, "EUR"),
    ("2K EUR", 2_000_00, "EUR"),
    ("0.5k EUR", 500_00, "EUR"),
    ("€1.50k", 1_500_00, "EUR"),
    ("£20", 20_00, "GBP"),
    ("¥10000", 10_000, "JPY"),
    ("¥10,000", 10_000, "JPY"),
    ("10k JPY", 10_000, "JPY"),
    ("1.5k JPY", 1_500, "JPY"),
    ("KRW 50000", 50_000, "KRW"),
    ("KWD 1250.125", 1_250_125, "KWD"),
    ("1,250.125 KWD", 1_250_125, "KWD"),
    ("0.125 KWD", 125, "KWD"),
    ("1.25 KWD", 1_250, "KWD"),
    ("2.5k KWD", 2_500_000, "KWD"),
    ("500KES", 500_00, "KES"),
    ("500kKES", 500_000_00, "KES"),
    ("5kyd", 5_00, "KYD"),
    ("10000000000 USD", LARGEST, "USD"),
]


@pytest.mark.parametrize(("typed", "minor", "currency"), ACCEPTED)
def test_an_accepted_form_is_read_to_the_minor_unit(typed: str, minor: int, currency: str) -> None:
    assert read(typed) == Money(minor, currency)


@pytest.mark.parametrize(("typed", "minor", "currency"), ACCEPTED)
def test_pledge_and_goal_read_an_amount_alike(typed: str, minor: int, currency: str) -> None:
    asked = PledgeAsked.read(typed)
    goal = GoalAsked.read(typed)
    assert goal.amount == asked.amount
    assert settle_amount(asked.amount, ()) == Money(minor, currency)


@pytest.mark.parametrize("typed", ["500  USD", "500\tUSD", " 500 \t USD "])
def test_pledge_and_goal_do_not_mind_more_spaces_and_tabs(typed: str) -> None:
    assert settle_amount(PledgeAsked.read(typed).amount, ()) == Money(500_00, "USD")
    assert GoalAsked.read(typed) == GoalAsked(read_amount("500 USD"))


AMBIGUOUS, UNREADABLE = Why.AMOUNT_AMBIGUOUS, Why.AMOUNT_UNREADABLE
UNKNOWN, SIGNED, DECIMAL = Why.CURRENCY_UNKNOWN, Why.AMOUNT_SIGNED, Why.TOO_MANY_DECIMALS

NO_AMOUNTS = [
    # Two readings.
    ("1.000", AMBIGUOUS),
    ("$1.000", AMBIGUOUS),
    ("€1.250", AMBIGUOUS),
    ("999.999 EUR", AMBIGUOUS),
    ("1.250 KWD", AMBIGUOUS),
    ("1,250 KWD", AMBIGUOUS),
    ("100,000 BHD", AMBIGUOUS),
    ("1,00", AMBIGUOUS),
    ("1,00 €", AMBIGUOUS),
    ("0,50 €", AMBIGUOUS),
    ("1,25k EUR", AMBIGUOUS),
    ("1,250k EUR", AMBIGUOUS),
    ("1.250k EUR", AMBIGUOUS),
    ("1.250,50 €", AMBIGUOUS),
    ("1.250.000 €", AMBIGUOUS),
    ("1,2,3 USD", AMBIGUOUS),
    ("12,34,567 INR", AMBIGUOUS),
    ("1000,000 USD", AMBIGUOUS),
    ("0,100 USD", AMBIGUOUS),
    ("$1,", AMBIGUOUS),
    ("$1.", AMBIGUOUS),
    ("$1..5", AMBIGUOUS),
    ("$0.5.5", AMBIGUOUS),
    # No currency, or none that is money.
    ("500", Why.CURRENCY_MISSING),
    ("1.5k", Why.CURRENCY_MISSING),
    ("500 kr", UNKNOWN),
    ("20 zł", UNKNOWN),
    ("500 ₹", UNKNOWN),
    ("500 XXX", UNKNOWN),
    ("XTS 500", UNKNOWN),
    ("1 XAU", UNKNOWN),
    ("500 XDR", UNKNOWN),
    ("500 BOV", UNKNOWN),
    ("500 CLF", UNKNOWN),
    ("500 CHE", UNKNOWN),
    ("500 USN", UNKNOWN),
    ("500 UYW", UNKNOWN),
    ("500 BTC", UNKNOWN),
    ("500 DEM", UNKNOWN),
    ("500 USDT", UNREADABLE),
    ("500 dollars", UNREADABLE),
    ("A$5", UNREADABLE),
    ("R$5", UNREADABLE),
    ("US$5", UNREADABLE),
    ("₹500", UNREADABLE),
    ("₿1", UNREADABLE),
    # Two currencies, or the same one twice.
    ("$500 USD", UNREADABLE),
    ("$500€", UNREADABLE),
    ("USD 500 EUR", UNREADABLE),
    ("$$500", UNREADABLE),
    # Other multiples.
    ("1M", UNREADABLE),
    ("$1M", UNREADABLE),
    ("1M USD", UNREADABLE),
    ("1kk USD", UNREADABLE),
    ("1 k USD", UNREADABLE),
    ("500 thousand USD", UNREADABLE),
    ("50%", UNREADABLE),
    # Digits that are none of ours.
    ("５００ USD", UNREADABLE),
    ("$５00", UNREADABLE),
    ("५०० USD", UNREADABLE),
    ("٥٠٠ USD", UNREADABLE),
    ("$²", UNREADABLE),
    ("$Ⅴ", UNREADABLE),
    ("500 ＵＳＤ", UNKNOWN),
    ("＄500", UNREADABLE),
    ("￥500", UNREADABLE),
    ("1\N{KELVIN SIGN} USD", UNREADABLE),
    ("1.5\N{KELVIN SIGN}", UNKNOWN),
    ("1٫5 USD", UNREADABLE),
    ("1，000 USD", UNREADABLE),
    # Signs, exponents, other notations.
    ("-500 USD", SIGNED),
    ("+500 USD", SIGNED),
    ("\N{MINUS SIGN}500 USD", SIGNED),
    ("$-500", UNREADABLE),
    ("($500)", UNREADABLE),
    ("1e3 USD", UNREADABLE),
    ("1E3", UNREADABLE),
    ("10^30 USD", UNREADABLE),
    ("NaN USD", UNREADABLE),
    ("$inf", UNREADABLE),
    ("Infinity EUR", UNREADABLE),
    ("1_000 USD", UNREADABLE),
    ("0x1F4 USD", UNREADABLE),
    ("0b1 USD", UNREADABLE),
    ("007 USD", UNREADABLE),
    ("00.50 USD", AMBIGUOUS),
    (".50 USD", UNREADABLE),
    ("$.50", UNREADABLE),
    ("1'000 CHF", UNREADABLE),
    ("1 000 EUR", UNREADABLE),
    ("½ USD", UNREADABLE),
    ("5-10 USD", UNREADABLE),
    ("5*10 USD", UNREADABLE),
    ("5+5 USD", UNREADABLE),
    # More decimals than there are, nothing at all, too much.
    ("$1.2345", DECIMAL),
    ("$0.001", DECIMAL),
    ("¥100.5", DECIMAL),
    ("KWD 1250.1255", DECIMAL),
    ("1.23456k JPY", DECIMAL),
    ("$0", Why.AMOUNT_ZERO),
    ("$0.00", Why.AMOUNT_ZERO),
    ("0k USD", Why.AMOUNT_ZERO),
    ("10000000000.01 USD", Why.AMOUNT_TOO_LARGE),
    (f"{10**30} USD", Why.AMOUNT_TOO_LARGE),
    (f"{'9' * 5000} USD", Why.AMOUNT_TOO_LARGE),
    (f"{'9' * 60_000}k JPY", Why.AMOUNT_TOO_LARGE),
    # Whatever else may stand in a line.
    ("", UNREADABLE),
    ("$", UNREADABLE),
    ("USD", UNREADABLE),
    ("five hundred USD", UNREADABLE),
    ("500 USD please", UNREADABLE),
    ("500 USD.", UNREADABLE),
    ("500 USD!", UNREADABLE),
    ("about $500", UNREADABLE),
    ("$500\n", UNREADABLE),
    ("$500\u2028", UNREADABLE),
    ("500\u2028USD", UNREADABLE),
    ("500\u00a0USD", UNREADABLE),
    ("1\u202f000 EUR", UNREADABLE),
    ("$5\u200b00", UNREADABLE),
    ("\ufeff$500", UNREADABLE),
    ("\N{RIGHT-TO-LEFT OVERRIDE}005$", UNREADABLE),
    ("$500$", UNREADABLE),
    (r"$\$500$", UNREADABLE),
    ("`$500`", UNREADABLE),
    ("**$500**", UNREADABLE),
    ("<b>500</b> USD", UNREADABLE),
    ("&#36;500", UNREADABLE),
    ("$500<!-- not -->", UNREADABLE),
    ("[$500](x)", UNREADABLE),
    ("$500; DROP TABLE pledges", UNREADABLE),
    ("$500\x00", UNREADABLE),
]


@pytest.mark.parametrize(("typed", "why"), NO_AMOUNTS, ids=lambda each: repr(each)[:30])
def test_a_hostile_or_ambiguous_form_is_no_amount(typed: str, why: Why) -> None:
    assert why_not(typed) is why


@pytest.mark.parametrize(("typed", "why"), NO_AMOUNTS, ids=lambda each: repr(each)[:30])
def test_what_is_no_amount_cannot_be_pledged_or_set_as_goal(typed: str, why: Why) -> None:
    for reader in (PledgeAsked, GoalAsked):
        try:
            amount = reader.read(typed).amount
        except Misunderstood:
            continue
        # A line never holds a line end, and spaces around it do not count.
        assert amount is not None
        with pytest.raises(Misunderstood) as caught:
            settle_amount(amount, ())
        assert caught.value.why is why


def test_there_are_more_hostile_forms_than_accepted_ones() -> None:
    assert len(ACCEPTED) >= 20
    assert len({typed for typed, _ in NO_AMOUNTS}) == len(NO_AMOUNTS) >= 60


def test_without_a_currency_the_only_accepted_one_is_meant() -> None:
    assert read("500", "EUR") == Money(500_00, "EUR")
    assert read("1.5k", "JPY") == Money(1_500, "JPY")
    assert why_not("500", "EUR", "USD") is Why.CURRENCY_MISSING
    assert why_not("1,250", "KWD") is Why.AMOUNT_AMBIGUOUS


def test_a_refusal_names_the_facts_that_its_sentence_needs() -> None:
    with pytest.raises(Misunderstood) as decimals:
        read("¥1.50")
    assert decimals.value.facts == {"currency": "JPY", "decimals": "0"}
    with pytest.raises(Misunderstood) as large:
        read("$99999999999")
    assert large.value.facts == {"most": "USD 10,000,000,000.00"}


@pytest.mark.parametrize(
    ("money", "written"),
    [
        (Money(1_250_50, "EUR"), "EUR 1,250.50"),
        (Money(5, "USD"), "USD 0.05"),
        (Money(0, "USD"), "USD 0.00"),
        (Money(-1_50, "USD"), "USD -1.50"),
        (Money(1_000_000, "JPY"), "JPY 1,000,000"),
        (Money(1_250, "KWD"), "KWD 1.250"),
    ],
)
def test_an_amount_is_always_written_the_same_way(money: Money, written: str) -> None:
    assert str(money) == written


def test_only_money_that_people_pay_with_can_be_pledged() -> None:
    assert len(DECIMALS) >= 150
    assert set(DECIMALS.values()) == {0, 2, 3}
    assert not NO_MONEY & DECIMALS.keys()
    assert set(SYMBOLS.values()) <= DECIMALS.keys()


# --- properties -------------------------------------------------------------------------------

CURRENCIES = st.sampled_from(sorted(DECIMALS))
MONEY = st.builds(Money, st.integers(1, LARGEST), CURRENCIES)


def figures(money: Money, *, grouped: bool) -> str:
    """Write the number of an amount without its currency."""
    decimals = DECIMALS[money.currency]
    whole, part = divmod(money.minor, 10**decimals)
    return (f"{whole:,}" if grouped else f"{whole}") + (f".{part:0{decimals}d}" if decimals else "")


def forms(money: Money) -> list[str]:
    """Write an amount in every accepted form."""
    code = money.currency
    numbers = [figures(money, grouped=grouped) for grouped in (False, True)]
    if DECIMALS[code] == 3:  # three decimals behind up to three figures have two readings
        numbers = [each for each in numbers if not re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", each)]
    if money.minor % 10 ** DECIMALS[code] == 0:
        whole = money.minor // 10 ** DECIMALS[code]
        numbers += [str(whole)] if DECIMALS[code] == 3 else [str(whole), f"{whole:,}"]
        if whole % 100 == 0:
            numbers.append(f"{whole // 1000}.{whole // 100 % 10}k")
    around = [f"{{}} {code}", f"{code} {{}}", f"{{}}{code.lower()}", f"{code.lower()}{{}}"]
    for symbol, currency in SYMBOLS.items():
        if currency == code:
            around += [f"{symbol}{{}}", f"{{}} {symbol}", f"{symbol} {{}}", f"{{}}{symbol}"]
    return [each.format(number) for number in numbers for each in around]


@given(MONEY)
def test_an_amount_reads_the_same_in_every_accepted_form(money: Money) -> None:
    for typed in forms(money):
        assert read(typed) == money, typed


@pytest.mark.parametrize("currency", sorted(DECIMALS))
@pytest.mark.parametrize("minor", [1, 10, 999, 100_000, 1_234_567, 50_000_000, LARGEST])
def test_every_currency_reads_the_same_in_every_accepted_form(currency: str, minor: int) -> None:
    money = Money(minor, currency)
    assert [read(typed) for typed in forms(money)] == [money] * len(forms(money))


@given(MONEY)
@example(Money(1_250, "KWD"))
def test_what_bursar_writes_can_be_typed_unless_it_has_two_readings(money: Money) -> None:
    written = str(money)
    if DECIMALS[money.currency] == 3 and 1_000 <= money.minor < 1_000_000:
        assert why_not(written) is Why.AMOUNT_AMBIGUOUS
    else:
        assert read(written) == money


def read_elsewhere(typed: str) -> Money | None:
    """Read an amount as a country with a decimal comma would, trusting that it makes sense."""
    found = re.fullmatch(r"(\d+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?(k?) ([A-Z]{3})", typed, re.ASCII)
    if found is None:
        return None
    whole, part, k, currency = found.groups(default="")
    shift = DECIMALS[currency] + (3 if k else 0)
    if len(part) > shift:
        return None
    return Money(int(whole.replace(".", "") + part.ljust(shift, "0")), currency)


NUMBERS = st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,4}){0,3}k?", fullmatch=True)


@given(NUMBERS, CURRENCIES)
@example("1,250", "KWD")
@example("1.250", "EUR")
@example("1,500k", "EUR")
def test_nothing_that_is_read_has_another_reading_elsewhere(number: str, currency: str) -> None:
    typed = f"{number} {currency}"
    try:
        money = read(typed)
    except Misunderstood:
        return
    assert read_elsewhere(typed) in {None, money}


SIGNS = st.sampled_from([*"$€£¥0123456789.,kKMmUSDEUR +-'_eExX%\u00a0\u2028\u200b５५٥\u212a\t\n"])


@given(st.text() | st.text(SIGNS, max_size=20))
def test_reading_raises_nothing_but_misunderstood(typed: str) -> None:
    for accepted in ((), ("EUR",), ("KWD",), ("EUR", "USD")):
        try:
            money = read(typed, *accepted)
        except Misunderstood:
            continue
        assert 0 < money.minor <= LARGEST
        assert typed.isascii() or set(typed) & set("€£¥")


@given(st.text() | st.text(SIGNS, max_size=20))
def test_pledge_and_goal_raise_nothing_but_misunderstood(rest: str) -> None:
    for reader in (PledgeAsked, GoalAsked):
        with suppress(Misunderstood):
            reader.read(rest)
