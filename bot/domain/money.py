"""How much, in which currency, and how do people write it?

Amounts are integers of ISO 4217 minor units, never floats. An amount that can be read in two
ways is not an amount: reading it raises `Misunderstood`, which carries the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from iso4217 import Currency

from bot.domain.refusals import Misunderstood, Why

LARGEST = 10**12
"""The largest amount of one entry, in minor units. Nine million of these still add up inside a
signed 64-bit column, and each is exact in JSON (RFC 8259 section 6: 2**53 - 1)."""

SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}

NO_MONEY = frozenset({"XAD", "XDR", "XSU", "XUA", "BOV", "CHE", "CHW", "CLF", "COU", "MXV"}) | {
    "USN",
    "UYI",
    "UYW",
}
"""ISO 4217 codes that nobody pays in: funds codes and units of account (ISO 4217, list one)."""

DECIMALS = {
    currency.code: currency.exponent
    for currency in Currency
    if currency.exponent is not None and currency.code not in NO_MONEY
}
"""Decimals of each currency that can be pledged (ISO 4217 list one, "minor unit")."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, yen, fils) of one currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """Write it as Bursar always does: the ISO code, then the amount, `USD 1,250.50`."""
        decimals = DECIMALS[self.currency]
        sign = "-" if self.minor < 0 else ""
        whole, part = divmod(abs(self.minor), 10**decimals)
        tail = f".{part:0{decimals}d}" if decimals else ""
        return f"{self.currency} {sign}{whole:,}{tail}"


@dataclass(frozen=True, slots=True)
class Written:
    """An amount as somebody typed it, before we know which currencies are accepted here."""

    whole: str
    part: str
    thousands: bool
    currency: str | None
    one_comma: bool = False
    """Written `1,250`: where a currency has three decimals, half of the world reads it as 1.250."""


# `re.ASCII` keeps digits ASCII; no `re.IGNORECASE`, under which `k` matches KELVIN SIGN.
_NUMBER = r"(?P<number>[0-9][0-9.,]*)(?P<k>[kK]?)"
_SYMBOL = r"(?P<symbol>[$€£¥])"
_CODE = r"(?P<code>[A-Za-z]{3})"
_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        rf"{_SYMBOL} ?{_NUMBER}",
        rf"{_NUMBER} ?{_SYMBOL}",
        rf"{_CODE} ?{_NUMBER}",
        rf"{_NUMBER} ?{_CODE}",
        _NUMBER,
    )
)
_GROUP = 3
_GROUPED = re.compile(
    r"(?P<whole>0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]+))?"
)

# `500 kr`, `20 zł`, `500 ₹`, but no `1M` and no `$500 USD`: there the currency is not what is wrong.
_NUMBER_AND_WORD = re.compile(r"[0-9][0-9.,]*[kK]? ?(?![mM]$)(?:[^\W\d_]{1,3}|[₠-⃏])")


def read_amount(text: str) -> Written:
    """Read an amount as typed (`$500`, `1.5k EUR`).

    Raises:
        Misunderstood: when it is not an amount, or can be read as two.
    """
    for shape in _SHAPES:
        if match := shape.fullmatch(text):
            return _written(match.groupdict())
    raise Misunderstood(_why_unreadable(text))


def settle_amount(written: Written, accepted: tuple[str, ...]) -> Money:
    """Turn a typed amount into minor units.

    Args:
        written: what was typed.
        accepted: the currencies that are accepted here; empty means any.

    Raises:
        Misunderstood: no currency although several are possible, too many decimals, zero, too much.
    """
    currency = written.currency or (accepted[0] if len(accepted) == 1 else None)
    if currency is None:
        raise Misunderstood(Why.CURRENCY_MISSING)
    decimals = DECIMALS[currency]
    if written.one_comma and decimals == _GROUP:
        raise Misunderstood(Why.AMOUNT_AMBIGUOUS)
    shift = decimals + (3 if written.thousands else 0)
    if len(written.part.rstrip("0") if written.thousands else written.part) > shift:
        raise Misunderstood(Why.TOO_MANY_DECIMALS, currency=currency, decimals=str(decimals))
    digits = written.whole + written.part[:shift].ljust(shift, "0")
    # Python reads no integer of more than 4,300 digits, so their number is looked at first.
    minor = int(digits) if len(digits.lstrip("0")) <= len(str(LARGEST)) else LARGEST + 1
    if minor == 0:
        raise Misunderstood(Why.AMOUNT_ZERO)
    if minor > LARGEST:
        raise Misunderstood(Why.AMOUNT_TOO_LARGE, most=str(Money(LARGEST, currency)))
    return Money(minor, currency)


def _written(found: dict[str, str | None]) -> Written:
    number, thousands = found["number"] or "", bool(found["k"])
    grouped = _GROUPED.fullmatch(number)
    if grouped is None or _has_two_readings(number, thousands=thousands):
        raise Misunderstood(
            Why.AMOUNT_AMBIGUOUS if set(number) & {".", ","} else Why.AMOUNT_UNREADABLE
        )
    return Written(
        whole=grouped["whole"].replace(",", ""),
        part=grouped["part"] or "",
        thousands=thousands,
        currency=_currency(found.get("symbol"), found.get("code")),
        one_comma=number.count(",") == 1 and "." not in number,
    )


def _has_two_readings(number: str, *, thousands: bool) -> bool:
    """Tell whether half of the world would read it otherwise: `1.250`, `1,250k`."""
    if thousands and "," in number:
        return True
    return re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", number, re.ASCII) is not None


def _currency(symbol: str | None, code: str | None) -> str | None:
    if symbol is not None:
        return SYMBOLS[symbol]
    if code is None:
        return None
    if code.upper() not in DECIMALS:
        raise Misunderstood(Why.CURRENCY_UNKNOWN)
    return code.upper()


def _why_unreadable(text: str) -> Why:
    if text.startswith(("+", "-", "\N{MINUS SIGN}")):
        return Why.AMOUNT_SIGNED
    if _NUMBER_AND_WORD.fullmatch(text):
        return Why.CURRENCY_UNKNOWN
    return Why.AMOUNT_UNREADABLE
