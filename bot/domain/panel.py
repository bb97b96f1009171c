"""What does the panel of a roadmap item show?"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.effects import Message
from bot.domain.rules import Rules
from bot.domain.views import Item, Pledge, Total

LARGEST_SHOWN = 10
"""Pledges listed per currency (product rule: the ten largest)."""

CURRENCIES_LISTED = 4
"""Currencies whose pledges are listed; the sums of the others are still shown. Our own limit, so
that a panel fits GitHub's 65,536 characters whatever happens."""

ENDED_SHOWN = 10
"""Ended pledges listed, newest first; our own limit."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where the ledger stood: what a panel shows can be checked against it."""

    seq: int
    hash: str


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

    def people(self) -> frozenset[int]:
        """Give the pledgers and funders of every pledge shown."""
        shown = (*self.pledges, *self.ended)
        return frozenset(person for pledge in shown for person in (pledge.pledger, pledge.funder))
