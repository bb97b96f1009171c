"""Which shape does a decision have, and what may it know?

`decide_x(asked, known) -> Decision`. `Known` is loaded by key before the decision and never holds a
whole history, so that the cost of an event does not grow with the ledger. A rule that says no
raises `No`; the worker records it as a `Refused` entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from bot.domain.effects import Effect
from bot.domain.entries import Entry
from bot.domain.reviews import Learned
from bot.domain.rules import Rules
from bot.domain.views import Drawn, Fund, Item, Link, Order, Place, Pledge, Record, Thread


class Choice(Enum):
    """Which pledges a decision must see. "Here" is where they lie, or the work order that drew them."""

    NONE = auto()
    OWN_LIVE = auto()
    """Live pledges of the actor here, and those of the funder named."""
    OFFERS = auto()
    """Offered pledges here; two are enough to know that there are several."""
    LIVE = auto()
    """Every live pledge that lies here (an item that ends, or is completed)."""
    OF_PARTY = auto()
    """Pledges here of the party that gave or gets money."""
    DRAWABLE = auto()
    """What a work order may draw on: on the items it covers, and on itself."""
    COVERED = auto()
    """What the end of a work order touches: drawn on by it, lying on it, promised on completion."""


@dataclass(frozen=True, slots=True)
class About:
    """Which rows a decision needs: everything is looked up by key."""

    issue: int | None = None
    actor: int | None = None
    """GitHub's id of the account that acts; `Known.actor` is its person number."""
    funder: int | None = None
    """GitHub's id of the organisation spoken for, if any."""
    choice: Choice = Choice.NONE
    pledge: int | None = None
    party: int | None = None
    """Person number of whoever gave or gets money."""
    record: int | None = None
    pull: int | None = None
    order_number: int | None = None
    """A work order by its number, where the issue at hand is not the work order itself."""
    whole: bool = False
    """Whether a work order at hand is wanted with its words, links, draws and givers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a decision may know, as of the transaction that records it."""

    newest_rules: Rules | None = None
    """The repository's rules as last recorded; None before it has any."""
    item: Item | None = None
    order: Order | None = None
    thread: Thread | None = None
    pledges: tuple[Pledge, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict)
    """Items and work orders, by issue id, that these pledges lie on or are drawn by, and those that
    a work order at hand covers."""
    waiting: tuple[Order, ...] = ()
    """Work orders that have not started: their panels say what stands on the items that they cover."""
    actor: int | None = None
    funder: int | None = None
    unpaid: Mapping[str, int] = field(default_factory=dict)
    """Minor units that the actor has promised in this repository and not paid, per currency."""
    newest_pledge: int = 0
    newest_record: int = 0
    actor_decided_at: datetime | None = None
    """When the newest command of the actor here was made, of those recorded (GitHub's time)."""
    record: Record | None = None
    funds: Mapping[tuple[int, str], Fund] = field(default_factory=dict)
    """By issue id and currency: of the place at hand, of the record's, and of what can be drawn on."""
    claimed: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """Minor units in the funds of covered items that work orders drew on after they were received."""
    given: tuple[Record, ...] = ()
    """Receipts and refunds that hold, of the party at hand (or the record's), in the fund at hand."""
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    """What the work order at hand has drawn on, by currency."""
    givers: frozenset[int] = frozenset()
    """Pledgers and funders that the work order at hand has drawn on or that pledged on it, and who paid."""
    linked_givers: frozenset[int] = frozenset()
    """The same of the work order that the pull request at hand is linked to."""
    words: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Words beside the terms of the work order at hand, by entry and field."""
    links: tuple[Link, ...] = ()
    """Pull requests of the work order at hand, or the one at hand."""

    @property
    def place(self) -> Place | None:
        """Give the roadmap item or work order at hand."""
        return self.item or self.order

    @property
    def rules(self) -> Rules:
        """Give the rules that hold: the newest recorded ones, or the product's defaults."""
        return self.newest_rules or Rules()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is recorded, and what follows from it."""

    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()
    learned: tuple[Learned, ...] = ()
    """What was asked of GitHub and belongs into the mirror: never money."""


NOTHING = Decision()

Decide = Callable[[Known], Decision]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A handler's proposal: a pure decision, and what it must know."""

    about: About
    decide: Decide
