"""What does the panel of a roadmap item show?"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.effects import Message
from bot.domain.rules import Rules
from bot.domain.states import Outcome, State
from bot.domain.views import Fund, Item, Pledge, Record, Total

LARGEST_SHOWN = 10
"""Pledges listed per currency (product rule: the ten largest)."""

CURRENCIES_LISTED = 4
"""Currencies whose pledges are listed; the sums of the others are still shown. Our own limit, so
that a panel fits GitHub's 65,536 characters whatever happens."""

ENDED_SHOWN = 10
"""Ended pledges listed, newest first; our own limit."""

RECORDS_SHOWN = 10
"""Receipts and payments listed, newest first; our own limit."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the ledger stood: what a panel shows can be checked against it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A work order as the panel of an item names it."""

    issue: int
    """GitHub's issue id, which `Pledge.drawn_by` names."""
    number: int
    state: State
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Treasury:
    """Money recorded in one place: funds by currency, and the newest records."""

    funds: tuple[Fund, ...] = ()
    records: tuple[Record, ...] = ()
    """Newest first, at most `RECORDS_SHOWN`."""
    count: int = 0
    """How many there are."""

    def people(self) -> frozenset[int]:
        """Give whoever gave or got money."""
        ends = (end for record in self.records for end in (record.funder, record.payee))
        return frozenset(end for end in ends if end is not None)


NOTHING_RECORDED = Treasury()


def pledgers(pledges: tuple[Pledge, ...]) -> frozenset[int]:
    """Give pledgers and funders."""
    return frozenset(person for pledge in pledges for person in (pledge.pledger, pledge.funder))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPanelShown(Message):
    """The panel of a roadmap item."""

    repository: str
    item: Item
    rules: Rules
    position: Position
    totals: tuple[Total, ...] = ()
    """One per currency that anybody pledged in, in order of the ISO code."""
    pledges: tuple[Pledge, ...] = ()
    """Live pledges, the largest of each currency first, at most `LARGEST_SHOWN` per currency."""
    ended: tuple[Pledge, ...] = ()
    """The newest ended pledges, at most `ENDED_SHOWN`."""
    ended_count: int = 0
    reasons: dict[int, str] = field(default_factory=dict)
    """Why a steward declined a pledge: pledge number to words."""
    page: str | None = None
    """Where all pledges of this item are listed, if this Bursar has a public address."""
    under_review: bool = False
    """Whether an event about this item could not be understood and waits for the operator."""
    treasury: Treasury = NOTHING_RECORDED
    orders: tuple[OrderLine, ...] = ()
    """Work orders that cover this item, or have drawn on its pledges."""

    def people(self) -> frozenset[int]:
        """Give everybody whom the panel names."""
        return pledgers((*self.pledges, *self.ended)) | self.treasury.people()
