"""What happened in each month, and what does everything come to? One row per currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.figures import Figures


@dataclass(frozen=True, slots=True)
class Month:
    """What one month's entries moved in one currency, in minor units, with counts of pledges."""

    month: str
    """`2026-10`: the digest that the entries belong to; empty before the first month began."""
    currency: str
    made: int = 0
    made_count: int = 0
    withdrawn: int = 0
    withdrawn_count: int = 0
    declined: int = 0
    declined_count: int = 0
    expired: int = 0
    expired_count: int = 0
    fell_due: int = 0
    fell_due_count: int = 0
    lapsed: int = 0
    lapsed_count: int = 0
    received: int = 0
    fees: int = 0
    paid: int = 0
    refunded: int = 0
    direct: int = 0
    unmatched: int = 0

    @property
    def income(self) -> int:
        """Give receipts less refunds."""
        return self.received - self.refunded

    @property
    def change(self) -> int:
        """Give by how much the balance changed."""
        return self.received - self.fees - self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Overall:
    """What everything in the repository comes to in one currency, in minor units, now.

    Pledges as in `Total` (what was received for them stands under `settled`), money as in `Fund`.
    """

    currency: str
    offered: int = 0
    offered_count: int = 0
    standing: int = 0
    standing_count: int = 0
    completion: int = 0
    completion_count: int = 0
    due: int = 0
    due_count: int = 0
    lapsed: int = 0
    lapsed_count: int = 0
    settled: int = 0
    settled_count: int = 0
    received: int = 0
    fees: int = 0
    paid: int = 0
    refunded: int = 0
    direct: int = 0
    unmatched: int = 0

    @property
    def income(self) -> int:
        """Give receipts less refunds."""
        return self.received - self.refunded

    @property
    def pledged(self) -> int:
        """Give what stands or is due, and was not received yet."""
        return self.standing + self.due

    @property
    def balance(self) -> int:
        """Give what is there: in less out."""
        return self.received - self.fees - self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Gift:
    """What one funder gave in one month: receipts less refunds, and what was paid directly."""

    month: str
    funder: int
    currency: str
    minor: int = 0


@dataclass(frozen=True, slots=True)
class Closing:
    """A month that is over, with its figures; `seq` is the entry that closed it."""

    month: str
    seq: int
    begins_at: datetime
    ends_at: datetime
    quiet: bool
    figures: Figures
