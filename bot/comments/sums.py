"""How far is it? What pledges and receipts add up to per currency, and the bar drawn of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.money import Money
from bot.domain.panel import Treasury
from bot.domain.views import Total

BAR_CELLS = 20
"""Width of the bar: wide enough to read, narrow enough for a telephone."""

Kind = Literal["pledged", "received", "completion", "offered", "lapsed"]
KINDS: tuple[Kind, ...] = ("pledged", "received", "completion", "offered", "lapsed")


@dataclass(frozen=True, slots=True)
class Row:
    """How far is it, in one currency?"""

    pledged: Money
    """Still to be paid."""
    received: Money
    goal: Money | None

    @property
    def bar(self) -> str | None:
        """Draw pledged and received over goal, as text: it reads in a mail, in the dark and aloud."""
        if self.goal is None or self.goal.minor <= 0:
            return None
        so_far = max(0, self.pledged.minor + self.received.minor)
        share = 100 * so_far // self.goal.minor
        cells = min(BAR_CELLS, BAR_CELLS * so_far // self.goal.minor)
        words = "under 1 %" if share == 0 < so_far else f"{share} %"
        return "▓" * cells + "░" * (BAR_CELLS - cells) + f" {words}"


@dataclass(frozen=True, slots=True)
class Sums:
    """One currency: what the pledges add up to, and what was received that matches none."""

    total: Total
    unmatched: int = 0

    @property
    def currency(self) -> str:
        """Give the ISO code."""
        return self.total.currency

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not any(self.of(kind).minor or self.count(kind) for kind in KINDS)

    def of(self, kind: Kind) -> Money:
        """Give the sum of one kind."""
        total = self.total
        minor: dict[Kind, int] = {
            "pledged": total.standing + total.due,
            "received": total.received + self.unmatched,
            "completion": total.completion,
            "offered": total.offered,
            "lapsed": total.lapsed,
        }
        return Money(minor[kind], self.currency)

    def count(self, kind: Kind) -> int:
        """Count the pledges of one kind; what was received is counted in money alone.

        A pledge that was refunded, or withdrawn after a part of it was paid, is counted there too.
        """
        total = self.total
        counts: dict[Kind, int] = {
            "pledged": total.standing_count + total.due_count,
            "received": 0,
            "completion": total.completion_count,
            "offered": total.offered_count,
            "lapsed": total.lapsed_count,
        }
        return counts[kind]


def sums_of(issue: int, totals: tuple[Total, ...], treasury: Treasury) -> dict[str, Sums]:
    """Add up what is worth showing, by currency."""
    found = {total.currency: Sums(total) for total in totals}
    for fund in treasury.funds:
        known = found.get(fund.currency) or Sums(Total(issue, fund.currency))
        found[fund.currency] = Sums(known.total, known.unmatched + fund.unmatched)
    return {currency: sums for currency, sums in sorted(found.items()) if not sums.is_empty}
