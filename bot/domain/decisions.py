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
from bot.domain.rules import Rules
from bot.domain.views import Item, Pledge


class Choice(Enum):
    """Which pledges of an item a decision must see."""

    NONE = auto()
    OWN_LIVE = auto()
    """Live pledges of the actor here, and those of the funder named."""
    OFFERS = auto()
    """Offered pledges here; two are enough to know that there are several."""
    LIVE = auto()
    """Every live pledge here (an item that ends, or is completed)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a decision may know, as of the transaction that records it."""

    newest_rules: Rules | None = None
    """The repository's rules as last recorded; None before it has any."""
    item: Item | None = None
    pledges: tuple[Pledge, ...] = ()
    actor: int | None = None
    funder: int | None = None
    unpaid: Mapping[str, int] = field(default_factory=dict)
    """Minor units that the actor has promised in this repository and not paid, per currency."""
    newest_pledge: int = 0
    actor_decided_at: datetime | None = None
    """When the actor's pledges here were last changed (GitHub's time)."""

    @property
    def rules(self) -> Rules:
        """Give the rules that hold: the newest recorded ones, or the product's defaults."""
        return self.newest_rules or Rules()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is recorded, and what follows from it."""

    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()


NOTHING = Decision()

Decide = Callable[[Known], Decision]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A handler's proposal: a pure decision, and what it must know."""

    about: About
    decide: Decide
