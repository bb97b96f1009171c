"""What can the ledger say of money? Every record names both ends of what moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.entries.parts import NO_WORDS, FreeText
from bot.domain.money import Money
from bot.domain.movements import Movement


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyEntry:
    """What every record of money tells (not recorded as such).

    `fund` is the issue whose money it is; `issue` is where the treasurer recorded it. `pledge` is
    the one that it settles or refunds, if any, and `settles` how much of it.
    """

    issue: int
    record: int
    fund: int
    moves: tuple[Movement, ...]
    unmatched: int = 0
    """Minor units of a receipt that settle no pledge; of a refund (negative), how many of those go back."""
    pledge: int | None = None
    settles: Money | None = None
    day: date | None = None
    ref: FreeText = NO_WORDS
    comment: int = 0
    alone: bool = False
    """The payee recorded it, nobody else holding the role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReceived(MoneyEntry):
    """Money was seen to come in on a rail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPaid(MoneyEntry):
    """Money went out of what was received here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPaidDirectly(MoneyEntry):
    """A funder paid the developers directly: shown apart, outside of balances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRefunded(MoneyEntry):
    """Money went back to whoever gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReversed:
    """A record was wrong: the same movements with negative amounts take it back."""

    issue: int
    record: int
    fund: int
    moves: tuple[Movement, ...]
    unmatched: int
    reason: FreeText
