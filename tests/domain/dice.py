"""Who sits at the table, and what do the dice say of amounts, places and people?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from bot.domain import entries as e
from bot.domain.money import DECIMALS, Money
from bot.domain.refs import Account, IssueRef
from bot.domain.rules import Rules
from bot.domain.views import Order
from bot.domain.work_orders import Written
from tests.domain.facts import ADA, AMY, BOB, DAN, ISSUE, LOGINS, MIA, OTHER, WORK, written
from tests.domain.knowing import one
from tests.domain.scene import Scene

PEOPLE = (ADA, BOB, DAN, AMY, MIA)
NAMES = {number: login for login, number in LOGINS.items()}
HOUR = timedelta(hours=1)
CURRENCIES = ("USD", "EUR", "JPY")
RULES = (
    Rules(accept_up_to=dict.fromkeys(CURRENCIES, 100_000)),
    Rules(
        accept_up_to=dict.fromkeys(CURRENCIES, 10**9),
        lapse_after_days=5,
        timezone="Pacific/Auckland",
    ),
    Rules(currencies=("USD", "EUR"), minimum={"USD": 5_00}),
)


@dataclass(slots=True)
class Dice:
    """Five people at a table with two items and, at any time, two work orders."""

    scene: Scene
    random: Random
    orders: list[IssueRef] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Put the items on the roadmap, and open the work orders."""
        self.scene.stewards = self.scene.treasurers = frozenset({MIA})
        self.scene.record(e.RulesChanged("c0ffee", RULES[0]), self.scene.now, MIA)
        self.scene.open_month()
        for issue in (ISSUE, OTHER):
            self.scene.label(issue)
        self.open_orders()

    # --- what people meet with ------------------------------------------------------------

    def chance(self, of: float) -> bool:
        """Decide by the dice."""
        return self.random.random() < of

    def who(self) -> int:
        """Name somebody."""
        return self.random.choice(PEOPLE)

    def steward(self) -> int:
        """Name the steward, or now and then somebody who is none."""
        return MIA if self.chance(0.9) else self.who()

    def place(self) -> IssueRef:
        """Name an item or work order."""
        return self.random.choice((ISSUE, ISSUE, OTHER, *self.orders[-2:]))

    def order(self) -> IssueRef:
        """Name a work order, mostly one that goes on."""
        return self.random.choice(self.orders if self.chance(0.1) else self.orders[-2:])

    def money(self) -> Money:
        """Name an amount that is no fraction."""
        currency = self.random.choice(CURRENCIES)
        whole = self.random.choice((1, 5, 7, 30, 100, 250))
        return Money(whole * 10 ** DECIMALS[currency], currency)

    def text(self) -> Written:
        """Write the text of a work order."""
        currencies = self.random.sample(CURRENCIES, self.random.randint(1, 2))
        budget = tuple(
            Money(self.random.randint(1, 20) * 10 * 10 ** DECIMALS[currency], currency)
            for currency in currencies
        )
        items = self.random.choice(((12,), (12, 13), (13,)))
        ends = self.scene.now.date() + timedelta(days=self.random.choice((1, 30, 200)))
        funder = self.random.choice((None, ADA, LOGINS["fay"]))
        return written(budget=budget, items=items, starts=None, ends=ends, funder=funder)

    def open_orders(self) -> None:
        """Open work orders until two go on."""
        rows = self.scene.rows
        live = [
            ref for ref in self.orders if not (row := one(rows, Order, ref.id)) or not row.is_over
        ]
        while len(live) < 2:
            n = len(self.orders)
            ref = IssueRef(WORK.id + n, WORK.number + n, author=Account(1000 + AMY, "amy"))
            self.scene.draft(ref, self.text())
            self.orders.append(ref)
            live.append(ref)
        self.orders = [ref for ref in self.orders if ref not in live] + live
