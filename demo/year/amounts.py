"""How much do people give, and how do they write it?"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
UNIT = {"USD": 1.0, "EUR": 0.95, "GBP": 0.8, "JPY": 150.0}
"""Roughly what a dollar is: only the sizes of gifts follow from it."""

THOUSAND = 1000
STEPS = (5, 10, 20, 25, 40, 50, 75, 100, 120, 150, 200, 250, 300, 400, 500)
FIRM_STEPS = (250, 300, 400, 500, 600, 750, 800, 1000, 1200, 1500, 2000, 2500, 3000, 4000, 5000)


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole number of units of a currency."""

    units: int
    currency: str

    def __str__(self) -> str:
        """Write it in the form that needs no thought."""
        return f"{SIGNS[self.currency]}{self.units:,}"

    def part(self, share: float) -> str:
        """Write a part of it, to the cent where there are cents."""
        part = self.units * share
        sign = SIGNS[self.currency]
        return f"{sign}{round(part)}" if self.currency == "JPY" else f"{sign}{part:.2f}"


def read(words: str) -> Sum:
    """Read `EUR 9,000`."""
    currency, units = words.split(" ")
    return Sum(int(units.replace(",", "")), currency)


def typed(rng: Random, amount: Sum) -> str:
    """Write an amount as one of many people does."""
    units, currency = amount.units, amount.currency
    forms = [f"{SIGNS[currency]}{units}", f"{units} {currency}", f"{currency} {units}", str(amount)]
    if currency == "EUR":
        forms.append(f"{units} €")
    if units >= THOUSAND and units % 100 == 0:
        forms.append(f"{units / THOUSAND:g}k {currency}")
    return rng.choice(forms)


def gift(rng: Random, currency: str, *, firm: bool) -> Sum:
    """Draw a plausible gift: most are small, a few are large."""
    drawn = rng.lognormvariate(6.9, 0.7) if firm else rng.lognormvariate(3.7, 0.85)
    steps = FIRM_STEPS if firm else STEPS
    dollars = min(steps, key=lambda step: abs(step - drawn))
    factor = UNIT["JPY"] if currency == "JPY" else 1
    return Sum(int(dollars * factor), currency)
