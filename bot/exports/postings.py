"""Which accounts does a record of money touch, and by how much?

Pledges are promises and stand in no journal. What a promise limits is restricted to its place; what
settles no pledge is unrestricted. What was paid directly never was here, and touches no asset.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date

from bot.domain import entries as e
from bot.domain.money import DECIMALS, Money
from bot.domain.movements import COLUMNS, Column, End, EndKind, Movement
from bot.exports.parts import Place, Sum, Told

ASSETS = ("Items", "WorkOrders")
RESTRICTED, UNRESTRICTED, DIRECT = "Income:Restricted", "Income:Unrestricted", "Income:Direct"
FEES, PAYMENTS, PAID_DIRECTLY = "Expenses:Fees", "Expenses:Payments", "Expenses:Direct"
OPENING = "Equity:Opening-Balances"

ERASED = "(erased)"

MoneyEntry = (
    e.MoneyReceived | e.MoneyPaid | e.MoneyPaidDirectly | e.MoneyRefunded | e.RecordReversed
)

_WORDS = {
    Column.RECEIVED: "Receipt",
    Column.PAID: "Payment",
    Column.REFUNDED: "Refund",
    Column.DIRECT: "Paid directly",
}


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount on one account."""

    account: str
    money: Money


@dataclass(frozen=True, slots=True)
class Booking:
    """One balanced transaction of a journal."""

    day: date
    payee: str
    words: str
    record: int
    seq: int
    url: str
    note: str
    """The reference of a payment, or why a record was taken back."""
    taken_back: bool
    postings: tuple[Posting, ...]


def booked(told: Told) -> Booking | None:
    """Give the transaction that an entry makes; None when it moves no money."""
    entry = told.entry
    if not isinstance(entry, MoneyEntry) or told.place is None:
        return None
    first = entry.moves[0]
    taken_back = isinstance(entry, e.RecordReversed)
    words = entry.reason if isinstance(entry, e.RecordReversed) else entry.ref
    day = None if isinstance(entry, e.RecordReversed) else entry.day
    return Booking(
        day or told.stamp.at.astimezone(UTC).date(),
        _payee(first, told),
        _words(first, entry),
        entry.record,
        told.seq,
        told.readable["url"] or "",
        words.words,
        taken_back,
        _postings(entry, told.place),
    )


def accounts(place: Place) -> tuple[str, ...]:
    """Name every account that the money of a place may touch."""
    name = _name(place)
    tops = (RESTRICTED, UNRESTRICTED, DIRECT, FEES, PAYMENTS, PAID_DIRECTLY)
    return (asset(place), *(f"{top}:{name}" for top in tops))


def asset(place: Place) -> str:
    """Name the account that holds the money of an item or work order."""
    return f"Assets:{ASSETS[place.is_order]}:{_name(place)}"


def opened(there: Sum) -> tuple[Posting, Posting]:
    """Carry over what was there before the first exported entry."""
    return (Posting(asset(there.place), there.money), Posting(OPENING, _less(there.money)))


def plain(money: Money) -> str:
    """Write an amount with all decimals of its currency: `-1250.50 USD`, `90000 JPY`."""
    return f"{decimal(money)} {money.currency}"


def decimal(money: Money) -> str:
    """Write the figure of an amount: `-1250.50`."""
    decimals = DECIMALS[money.currency]
    whole, part = divmod(abs(money.minor), 10**decimals)
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{whole}.{part:0{decimals}d}" if decimals else f"{sign}{whole}"


def _postings(entry: MoneyEntry, place: Place) -> tuple[Posting, ...]:
    """Add up what each account gains; the sum is nothing, by construction."""
    gains: Counter[tuple[str, str]] = Counter()
    for n, move in enumerate(entry.moves):
        unmatched = entry.unmatched if n == 0 else 0
        for account, minor in _gains(move, unmatched, place):
            gains[account, move.money.currency] += minor
    return tuple(
        Posting(account, Money(minor, currency))
        for (account, currency), minor in gains.items()
        if minor
    )


def _gains(move: Movement, unmatched: int, place: Place) -> list[tuple[str, int]]:
    """Say what a movement does; a refund's `unmatched` is negative already."""
    here, name, minor = asset(place), _name(place), move.money.minor
    restricted, free = f"{RESTRICTED}:{name}", f"{UNRESTRICTED}:{name}"
    match COLUMNS[move.source.kind, move.target.kind]:
        case Column.RECEIVED:
            return [(here, minor), (restricted, unmatched - minor), (free, -unmatched)]
        case Column.REFUNDED:
            return [(here, -minor), (restricted, minor + unmatched), (free, -unmatched)]
        case Column.FEES:
            return [(here, -minor), (f"{FEES}:{name}", minor)]
        case Column.PAID:
            return [(here, -minor), (f"{PAYMENTS}:{name}", minor)]
        case Column.DIRECT:
            return [(f"{DIRECT}:{name}", -minor), (f"{PAID_DIRECTLY}:{name}", minor)]


def _name(place: Place) -> str:
    if place.number is None:
        return f"Issue-{place.issue}"
    return f"CWO-{place.number}" if place.is_order else f"Item-{place.number}"


def _payee(move: Movement, told: Told) -> str:
    """Name who gave, or who got what went out."""
    ends: list[End] = [move.target, move.source]
    if COLUMNS[move.source.kind, move.target.kind] is Column.DIRECT:
        ends = [move.source]
    party = next(end for end in ends if end.kind in {EndKind.FUNDER, EndKind.PAYEE})
    return told.names.get(party.number, ERASED)


def _words(move: Movement, entry: MoneyEntry) -> str:
    what = f"{_WORDS[COLUMNS[move.source.kind, move.target.kind]]} R-{entry.record}"
    if isinstance(entry, e.RecordReversed):
        return f"{what} taken back"
    return f"{what} for P-{entry.pledge}" if entry.pledge else what


def _less(money: Money) -> Money:
    return Money(-money.minor, money.currency)
