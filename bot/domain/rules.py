"""What did this repository decide for itself, and what holds where it said nothing?

A `Rules` value is a repository's configuration as decisions read it. The ledger keeps each one in
a `RulesChanged` entry, so that the rules of any moment are known; that is why it holds person
numbers and team names, and no logins.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.money import Money

OFFER_EXPIRES_AFTER_DAYS = 30
"""An offer that no steward answers ends after this many days (product rule)."""

ENDED_ITEM_EXPIRES_AFTER_DAYS = 14
"""Pledges on an item that left the roadmap end after this many days (product rule)."""

UNTIL_AT_MOST_DAYS = 3660
"""How far ahead `until` may lie: ten years; our own limit, since years of four digits run out."""

DEFAULT_CAP = {"USD": 500_00, "EUR": 500_00, "GBP": 500_00, "CHF": 500_00, "JPY": 50_000}
"""Unpaid pledges of one person, in minor units, that stand without a steward's word."""


@dataclass(frozen=True, slots=True)
class RoleList:
    """Who holds a role: people by number and teams as `org/slug`. Both empty means nobody."""

    people: tuple[int, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rail:
    """Where money really moves: shown on the panel, never operated by Bursar."""

    name: str
    url: str
    takes: str = "unrestricted"


@dataclass(frozen=True, slots=True)
class Rules:
    """The configuration of a repository; the defaults are the product's."""

    labels: tuple[str, ...] = ("roadmap",)
    stewards: RoleList | None = None
    treasurers: RoleList | None = None
    currencies: tuple[str, ...] = ()
    minimum: dict[str, int] = field(default_factory=dict)
    accept_up_to: dict[str, int] = field(default_factory=lambda: dict(DEFAULT_CAP))
    lapse_after_days: int = 60
    work_order_label: str = "work-order"
    discussion_days: int = 7
    digest_to: str = "issue"
    timezone: str = "UTC"
    rails: tuple[Rail, ...] = ()
    work_order_form: str | None = None
    """File name of the work order form, once it is on the default branch."""

    def accepted(self, goal: Money | None) -> tuple[str, ...]:
        """Name the currencies accepted for an item with this goal; empty means any."""
        if self.currencies:
            return self.currencies
        return (goal.currency,) if goal else ()

    def has_roadmap_label(self, labels: tuple[str, ...]) -> bool:
        """Tell whether one of these label names makes an issue a roadmap item."""
        ours = {label.casefold() for label in self.labels}
        return any(label.casefold() in ours for label in labels)

    def has_work_order_label(self, labels: tuple[str, ...]) -> bool:
        """Tell whether one of these label names makes an issue a work order."""
        ours = self.work_order_label.casefold()
        return any(label.casefold() == ours for label in labels)
