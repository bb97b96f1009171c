"""What was recorded of money, where is it, and who gave and got it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.movements import EndKind, RecordKind


@dataclass(frozen=True, slots=True)
class Record:
    """A receipt or payment (`R-n`) as a treasurer recorded it."""

    record: int
    kind: RecordKind
    issue: int
    fund: int
    minor: int
    currency: str
    fee: int
    funder: int | None
    payee: int | None
    pledge: int | None
    settles_minor: int | None
    settles_currency: str | None
    unmatched: int
    day: date | None
    comment: int
    at: datetime
    seq: int
    alone: bool = False
    reversed_by: int | None = None
    """The entry that took it back."""

    @property
    def money(self) -> Money:
        """Give the amount that moved."""
        return Money(self.minor, self.currency)

    @property
    def settles(self) -> Money | None:
        """Give how much of a pledge it settles or refunds."""
        if self.settles_minor is None or self.settles_currency is None:
            return None
        return Money(self.settles_minor, self.settles_currency)


@dataclass(frozen=True, slots=True)
class Fund:
    """What was received on one issue in one currency, and where it went, in minor units."""

    issue: int
    currency: str
    received: int = 0
    fees: int = 0
    paid: int = 0
    refunded: int = 0
    direct: int = 0
    """Paid by funders directly: outside of the balance."""
    unmatched: int = 0
    """The part of `received` that settles no pledge."""

    @property
    def balance(self) -> int:
        """Give what is there: in less out."""
        return self.received - self.fees - self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Account:
    """What one funder gave, one payee got, or all fees came to, in one currency, in minor units.

    Of a funder it is negative: that end of every movement lost what the other end won.
    """

    kind: EndKind
    number: int
    currency: str
    minor: int = 0
    direct: int = 0
