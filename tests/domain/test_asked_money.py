"""What can be read of what a treasurer types, and what is refused rather than guessed?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asked_money import NAME_AT_MOST, MoneyAsked, Party, RecordNamed
from bot.domain.commands import TEXT_AT_MOST
from bot.domain.money import read_amount
from bot.domain.refusals import Misunderstood, Why

ADA, ACME = Party(login="ada"), Party(name="Acme Inc")
FIVE, ONE = read_amount("$5"), read_amount("€1")
DAY = date(2030, 1, 31)
LONG = "x" * NAME_AT_MOST


def got(**more: object) -> MoneyAsked:
    return MoneyAsked(amount=FIVE, giver=ADA, **more)  # type: ignore[arg-type]


def sent(**more: object) -> MoneyAsked:
    return MoneyAsked(amount=FIVE, payee=ADA, **more)  # type: ignore[arg-type]


RECEIVED = {
    "$5 from @ada": got(),
    "  $5   from\t@ada  ": got(),
    "5 USD from @ada": MoneyAsked(amount=read_amount("5 USD"), giver=ADA),
    "5 from @ada": MoneyAsked(amount=read_amount("5"), giver=ADA),
    "$5 FROM @ada": got(),
    '$5 from "Acme Inc"': MoneyAsked(amount=FIVE, giver=ACME),
    '$5 from "  Acme \u00a0 Inc "': MoneyAsked(amount=FIVE, giver=ACME),
    "$5 from “Acme Inc”": MoneyAsked(amount=FIVE, giver=ACME),
    '$5 from "from for ref on"': MoneyAsked(amount=FIVE, giver=Party(name="from for ref on")),
    '$5 from "ref"': MoneyAsked(amount=FIVE, giver=Party(name="ref")),
    '$5 from "Société Générale"': MoneyAsked(amount=FIVE, giver=Party(name="Société Générale")),
    '$5 from "@ada"': MoneyAsked(amount=FIVE, giver=Party(name="@ada")),
    f'$5 from "{LONG}"': MoneyAsked(amount=FIVE, giver=Party(name=LONG)),
    "$5 from @ada for P-12": got(pledge=12),
    "$5 from @ada for p-12": got(pledge=12),
    "$5 from @ada settles €1": got(settles=ONE),
    "$5 from @ada settles 1 EUR": got(settles=read_amount("1 EUR")),
    "$5 from @ada fee 1": got(fee=read_amount("1")),
    "$5 from @ada on 2030-01-31": got(day=DAY),
    "$5 from @ada ref SEPA 17": got(ref="SEPA 17"),
    "$5 from @ada ref for P-1 from @bob ref": got(ref="for P-1 from @bob ref"),
    '$5 from @ada ref "unbalanced': got(ref='"unbalanced'),
    "$5 ref from @ada": None,
    "$5 on 2030-01-31 fee 1 settles €1 for P-12 from @ada ref x": got(
        day=DAY, fee=read_amount("1"), settles=ONE, pledge=12, ref="x"
    ),
}
PAID = {
    "$5 to @ada": sent(),
    '$5 to "Acme Inc"': MoneyAsked(amount=FIVE, payee=ACME),
    "$5 to @ada on 2030-01-31 ref x": sent(day=DAY, ref="x"),
    "$5 to @ada ref paid direct from the bank": sent(ref="paid direct from the bank"),
    '$5 to "Bank, direct from us"': MoneyAsked(
        amount=FIVE, payee=Party(name="Bank, direct from us")
    ),
    '$5 to @ada direct from "Acme Inc"': sent(giver=ACME, direct=True),
    "$5 to @ada DIRECT\tFROM @ada": sent(giver=ADA, direct=True),
    "$5 to @ada direct from @ada for P-1 settles €1": sent(
        giver=ADA, direct=True, pledge=1, settles=ONE
    ),
    "$5 direct from @ada to @ada": sent(giver=ADA, direct=True),
}
REFUNDED = {
    "$5 to @ada": got(),
    "$5 to @ada for P-3 on 2030-01-31 ref x": got(pledge=3, day=DAY, ref="x"),
    "$5 to @ada settles €1": got(settles=ONE),
}

Hostile = dict[str, Why]
NOT_RECEIVED: Hostile = {
    "": Why.PARTY_MISSING,
    "$5": Why.PARTY_MISSING,
    "from @ada": Why.AMOUNT_MISSING,
    "$5 from": Why.PARTY_MISSING,
    "$5 from for P-1": Why.PARTY_MISSING,
    "$5 from ada": Why.PARTY_UNREADABLE,
    "$5 from Acme Inc": Why.PARTY_UNREADABLE,
    "$5 from @ada @bob": Why.TRAILING_WORDS,
    '$5 from @ada "Ada"': Why.TRAILING_WORDS,
    "$5 from @-ada": Why.ACCOUNT_UNREADABLE,
    "$5 from @äda": Why.ACCOUNT_UNREADABLE,
    "$5 from @ada\u00a0": Why.ACCOUNT_UNREADABLE,
    "$5\u00a0from @ada": Why.PARTY_MISSING,
    "$5 from\u00a0@ada": Why.PARTY_MISSING,
    "$5 from @ada\u2028for P-1": Why.TRAILING_WORDS,
    '$5 from "Acme Inc': Why.TRAILING_WORDS,
    '$5 from Acme Inc"': Why.PARTY_UNREADABLE,
    '$5 from "Acme': Why.PARTY_UNREADABLE,
    "$5 from “Acme": Why.PARTY_UNREADABLE,
    '$5 from “Acme"': Why.PARTY_UNREADABLE,
    "$5 from ”Acme“": Why.PARTY_UNREADABLE,
    "$5 from 'Acme'": Why.PARTY_UNREADABLE,
    '$5 from ""': Why.PARTY_UNREADABLE,
    '$5 from "': Why.PARTY_UNREADABLE,
    '$5 from "\u00a0"': Why.PARTY_UNREADABLE,
    '$5 from "\u200b"': Why.PARTY_UNREADABLE,
    '$5 from "-"': Why.PARTY_UNREADABLE,
    f'$5 from "{LONG}x"': Why.TEXT_TOO_LONG,
    '$5 from "Acme"ref x': Why.TRAILING_WORDS,
    '$5 from "Acme"on 2030-01-31': Why.TRAILING_WORDS,
    "$5 from @ada from @bob": Why.SAID_TWICE,
    "$5 from @ada for P-1 for P-2": Why.SAID_TWICE,
    "$5 from @ada settles $1 settles $2": Why.SAID_TWICE,
    "$5 from @ada fee 1 FEE 2": Why.SAID_TWICE,
    "$5 from @ada on 2030-01-31 on 2030-01-31": Why.SAID_TWICE,
    "$5 from @ada ref": Why.TRAILING_WORDS,
    "$5 from @ada ref \t": Why.TRAILING_WORDS,
    "$5 from @ada ref " + "x" * (TEXT_AT_MOST + 1): Why.TEXT_TOO_LONG,
    "$5 from @ada for": Why.PLEDGE_UNREADABLE,
    "$5 from @ada for 12": Why.PLEDGE_UNREADABLE,
    "$5 from @ada for P-0": Why.PLEDGE_UNREADABLE,
    "$5 from @ada for P-١": Why.PLEDGE_UNREADABLE,
    "$5 from @ada for P-1 P-2": Why.TRAILING_WORDS,
    "$5 from @ada settles": Why.AMOUNT_MISSING,
    "$5 from @ada settles P-1": Why.AMOUNT_UNREADABLE,
    "$5 from @ada fee": Why.AMOUNT_MISSING,
    "$5 from @ada fee 1.000": Why.AMOUNT_AMBIGUOUS,
    "$5 from @ada on": Why.DATE_UNREADABLE,
    "$5 from @ada on 31.01.2030": Why.DATE_UNREADABLE,
    "$5 from @ada on 2030-02-30": Why.DATE_UNREADABLE,
    "$5 from @ada on ٢٠٣٠-٠١-٣١": Why.DATE_UNREADABLE,
    "$5 from @ada on 2030-01-31 12:00": Why.TRAILING_WORDS,
    "$٥ from @ada": Why.AMOUNT_UNREADABLE,
    "５ USD from @ada": Why.AMOUNT_UNREADABLE,
    "-$5 from @ada": Why.AMOUNT_SIGNED,
    "$1.000 from @ada": Why.AMOUNT_AMBIGUOUS,
    "$5 thanks from @ada": Why.AMOUNT_UNREADABLE,
    "$5 from @ada thanks": Why.TRAILING_WORDS,
    "$5 to @ada": Why.PARTY_MISSING,
}
NOT_PAID: Hostile = {
    "$5 from @ada": Why.PARTY_MISSING,
    "$5 to @ada from @bob": Why.TRAILING_WORDS,
    "$5 to @ada direct": Why.PARTY_MISSING,
    "$5 to @ada direct @bob": Why.TRAILING_WORDS,
    "$5 to @ada direct from": Why.PARTY_MISSING,
    "$5 to @ada direct deposit from @bob": Why.TRAILING_WORDS,
    "$5 to @ada direct direct from @bob": Why.SAID_TWICE,
    "$5 to @ada direct from @bob from @ada": Why.SAID_TWICE,
    "$5 to direct from @bob": Why.PARTY_MISSING,
    "$5 to @ada for P-1": Why.TRAILING_WORDS,
    "$5 to @ada settles €1": Why.TRAILING_WORDS,
    "$5 to @ada fee 1": Why.TRAILING_WORDS,
    "$5 to @ada direct from @bob fee 1": Why.TRAILING_WORDS,
    "$5 to @ada to @bob": Why.SAID_TWICE,
}
NOT_REFUNDED: Hostile = {
    "$5 from @ada": Why.PARTY_MISSING,
    "$5 to @ada fee 1": Why.TRAILING_WORDS,
    "to @ada": Why.AMOUNT_MISSING,
}
NO_RECORD: Hostile = {
    "": Why.RECORD_UNREADABLE,
    "R-0 x": Why.RECORD_UNREADABLE,
    "R-01 x": Why.RECORD_UNREADABLE,
    "R-١ x": Why.RECORD_UNREADABLE,
    "R- 1 x": Why.RECORD_UNREADABLE,
    "P-1 x": Why.RECORD_UNREADABLE,
    "1 x": Why.RECORD_UNREADABLE,
    "R-1,R-2 x": Why.RECORD_UNREADABLE,
    "R-1\u00a0x": Why.RECORD_UNREADABLE,
    "R-1234567890 x": Why.RECORD_UNREADABLE,
    "R-1": Why.REASON_MISSING,
    "R-1 \u00a0": Why.REASON_MISSING,
    "R-1 " + "x" * (TEXT_AT_MOST + 1): Why.TEXT_TOO_LONG,
}


def why(read: Callable[[str], object], rest: str) -> Why:
    with pytest.raises(Misunderstood) as caught:
        read(rest)
    return caught.value.why


@pytest.mark.parametrize("rest", [rest for rest, asked in RECEIVED.items() if asked])
def test_a_receipt_is_read(rest: str) -> None:
    assert MoneyAsked.received(rest) == RECEIVED[rest]


@pytest.mark.parametrize("rest", [rest for rest, asked in RECEIVED.items() if asked is None])
def test_a_receipt_without_giver_or_amount_is_none(rest: str) -> None:
    assert why(MoneyAsked.received, rest) in {Why.PARTY_MISSING, Why.AMOUNT_MISSING}


@pytest.mark.parametrize("rest", PAID)
def test_a_payment_is_read(rest: str) -> None:
    assert MoneyAsked.paid(rest) == PAID[rest]


@pytest.mark.parametrize("rest", REFUNDED)
def test_a_refund_is_read(rest: str) -> None:
    assert MoneyAsked.refunded(rest) == REFUNDED[rest]


@pytest.mark.parametrize("rest", NOT_RECEIVED)
def test_what_is_no_receipt_is_refused_with_its_reason(rest: str) -> None:
    assert why(MoneyAsked.received, rest) is NOT_RECEIVED[rest]


@pytest.mark.parametrize("rest", NOT_PAID)
def test_what_is_no_payment_is_refused_with_its_reason(rest: str) -> None:
    assert why(MoneyAsked.paid, rest) is NOT_PAID[rest]


@pytest.mark.parametrize("rest", NOT_REFUNDED)
def test_what_is_no_refund_is_refused_with_its_reason(rest: str) -> None:
    assert why(MoneyAsked.refunded, rest) is NOT_REFUNDED[rest]


@pytest.mark.parametrize("rest", NO_RECORD)
def test_what_names_no_record_is_refused_with_its_reason(rest: str) -> None:
    assert why(RecordNamed.read, rest) is NO_RECORD[rest]


def test_a_record_is_named_with_the_reason() -> None:
    assert RecordNamed.read("R-12 typed twice") == RecordNamed(12, "typed twice")
    assert RecordNamed.read("r-999999999   R-1") == RecordNamed(999_999_999, "R-1")


# --- anything at all --------------------------------------------------------------------------

PIECES = (
    "$5",
    "from",
    "to",
    "direct",
    "@ada",
    '"',
    '"Acme',
    'Inc"',
    "for",
    "P-1",
    "ref",
    "on",
    "fee",
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=9).map(" ".join))
def test_whatever_is_typed_is_read_or_misunderstood_and_nothing_else(rest: str) -> None:
    for read in (MoneyAsked.received, MoneyAsked.paid, MoneyAsked.refunded, RecordNamed.read):
        try:
            read(rest)
        except Misunderstood:
            continue
