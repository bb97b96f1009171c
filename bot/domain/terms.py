"""What does a work order agree on? Its terms as last read from the issue, or as approved.

Words of people (scope, how effort is paid, names) stand beside the entry that holds the terms, so
that they can be erased; what decides is here, as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.money import Money


class Field(StrEnum):
    """The fields of the work order form; the values are the headings that GitHub renders."""

    SCOPE = "Scope"
    ITEMS = "Roadmap items"
    DEVELOPERS = "Developers"
    FUNDER = "Funder"
    INTERESTED = "Interested people"
    BUDGET = "Budget"
    EFFORT = "How effort is paid"
    PERIOD = "Period"
    REPORTS = "Reports"
    SHARE = "Review and maintenance"


REQUIRED = (Field.SCOPE, Field.DEVELOPERS, Field.BUDGET, Field.EFFORT, Field.PERIOD)
"""Without these nobody could say what is agreed; the others may be left empty."""


class Fault(StrEnum):
    """What may be wrong with a field."""

    MISSING = "missing"
    TWICE = "twice"
    """The heading stands twice: nobody can say which one holds."""
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNKNOWN_ACCOUNT = "unknown_account"
    NOT_A_PERSON = "not_a_person"
    """An organisation or a bot where a person is needed."""
    BACKWARDS = "backwards"
    """A period that ends before it begins."""
    SAID_TWICE = "said_twice"
    """Two amounts of one currency."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that must be mended before the work order can be proposed.

    `why` is the reason why an amount cannot be read (a value of `Why`), where that helps.
    """

    field: Field
    fault: Fault
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a work order: people as numbers, money in minor units, days in UTC."""

    items: tuple[int, ...] = ()
    """Numbers of the roadmap items that it covers, as in `#12`."""
    developers: tuple[int, ...] = ()
    funder: int | None = None
    """The funder named: an account, or a party known by name only."""
    interested: tuple[int, ...] = ()
    budget: tuple[Money, ...] = ()
    """One amount per currency."""
    starts: date | None = None
    ends: date | None = None
    """Last day of the period."""
    report_every_days: int | None = None
    """None: one report, at the end."""
    problems: tuple[Problem, ...] = ()

    def budget_in(self, currency: str) -> int:
        """Give the budget in a currency, in minor units."""
        return next((money.minor for money in self.budget if money.currency == currency), 0)
