"""Which money arrives, which goes back, which mistakes are made on the way?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from demo.year.acts import Act, Says
from demo.year.amounts import Sum
from demo.year.dates import LAST_DAY, ZONE, Year, later
from demo.year.people import BY_NAME, TREASURERS
from demo.year.plans import Plan
from demo.year.roadmap import Item, Order

FEE = 0.029
"""What a card payment costs, roughly."""

MISTYPED, ABROAD, WITHOUT_PLEDGE = 3, 3, 7
"""How many receipts are typed wrongly, come in another currency, and match no pledge."""

EURO = {"USD": 0.92, "GBP": 1.15, "JPY": 0.006}
"""What a unit is in euros, for those who pay so."""

EARLY_IN_MONTH = 8
"""Up to this day a treasurer still finds payments of the month before."""

Where = tuple[str, str]
"""An item or a work order, and a currency."""


@dataclass(slots=True)
class Funds:
    """What came in and went out, and when."""

    moved: defaultdict[Where, list[tuple[datetime, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def move(self, where: Where, at: datetime, units: float) -> None:
        """Note money that came, or, below zero, that went."""
        self.moved[where].append((at, units))

    def at(self, where: Where, moment: datetime) -> float:
        """Give what can be paid then, so that nothing is missing for what is noted for later."""
        moved = sorted(self.moved[where])
        before = sum(units for at, units in moved if at < moment)
        later = accumulate((units for at, units in moved if at >= moment), initial=before)
        return min(later)


@dataclass(slots=True)
class Treasury:
    """Writes what the treasurers record, and keeps the balances."""

    rng: Random
    year: Year
    items: Mapping[str, Item]
    orders: Mapping[str, Order]
    funds: Funds = field(default_factory=Funds)
    _records: int = 0

    def receipts(self, plans: list[Plan]) -> Iterator[Act]:
        """Record everything that arrived for pledges."""
        paid = [plan for plan in plans if plan.received_at is not None]
        plain = [p for p in paid if p.drawn_by is None and not p.giver.speaker]
        plain = [p for p in plain if self.items[p.place].how != "dropped"]
        foreign = [p for p in plain if p.amount.currency in EURO]
        abroad = set(map(id, self.rng.sample(foreign, ABROAD)))
        own = [p for p in plain if id(p) not in abroad]
        mistyped = set(map(id, self.rng.sample(own, MISTYPED)))
        for plan in paid:
            if self._is_direct(plan):
                continue
            if id(plan) in mistyped:
                yield from self._mistyped(plan)
            yield self._received(plan, abroad=id(plan) in abroad)
            if plan.place in self.items and self.items[plan.place].how == "dropped":
                yield self._refunded(plan)

    def _is_direct(self, plan: Plan) -> bool:
        return plan.place in self.orders and self.orders[plan.place].direct

    def _received(self, plan: Plan, *, abroad: bool) -> Act:
        at = plan.received_at
        assert at is not None
        amount = plan.amount
        if abroad:
            amount = Sum(round(amount.units * EURO[amount.currency]), "EUR")
        words = f"/received {amount} from @{plan.giver.login} for {{{plan.key}}}"
        if abroad:
            words += f" settles {plan.amount}"
        fee = 0.0 if self._is_dropped(plan) or plan.giver.speaker else FEE
        if fee:
            words += f" fee {amount.part(fee)}"
        words += self._day(plan, at) + self._ref(plan)
        late = plan.drawn_by is not None and self.orders[plan.drawn_by].started_at < at
        place = plan.drawn_by if late and plan.drawn_by else plan.place
        kept = round(amount.units * fee, 0 if amount.currency == "JPY" else 2)
        self.funds.move((place, amount.currency), at, amount.units - kept)
        return Act(at, self._treasurer(), Says(plan.place, words, self._record()))

    def _is_dropped(self, plan: Plan) -> bool:
        return plan.place in self.items and self.items[plan.place].how == "dropped"

    def _day(self, plan: Plan, at: datetime) -> str:
        """Early in a month, treasurers find what had arrived before it began."""
        local = at.astimezone(ZoneInfo(ZONE)).date()
        moved = local.replace(day=1) - timedelta(days=self.rng.randint(1, 4))
        found_late = local.day <= EARLY_IN_MONTH and moved > plan.at.date()
        return f" on {moved}" if found_late else ""

    def _ref(self, plan: Plan) -> str:
        kind = "INV" if plan.giver.speaker else "OC"
        return f" ref {kind}-{self.rng.randint(10_000, 99_999)}"

    def _mistyped(self, plan: Plan) -> Iterator[Act]:
        """A treasurer types a zero too many, sees it, and takes it back."""
        at = plan.received_at
        assert at is not None
        wrong = Sum(plan.amount.units * 10, plan.amount.currency)
        who, key = self._treasurer(), self._record()
        words = f"/received {wrong} from @{plan.giver.login} for {{{plan.key}}}"
        yield Act(at - timedelta(minutes=25), who, Says(plan.place, words, key))
        words = f"/reverse {{{key}}} One zero too many: it was {plan.amount}"
        yield Act(at - timedelta(minutes=10), who, Says(plan.place, words))

    def _refunded(self, plan: Plan) -> Act:
        """What came for an item that was given up goes back."""
        ended_at = self.items[plan.place].ended_at
        assert ended_at is not None
        at = later(self.rng, ended_at, 5, 9)
        words = (
            f"/refunded {plan.amount} to @{plan.giver.login} for {{{plan.key}}}{self._ref(plan)}"
        )
        self.funds.move((plan.place, plan.amount.currency), at, -plan.amount.units)
        return Act(at, self._treasurer(), Says(plan.place, words, self._record()))

    def without_pledge(self) -> Iterator[Act]:
        """Record what arrived from parties who never pledged, also from some without account."""
        able = [item for item in self.items.values() if not item.how]
        for n in range(WITHOUT_PLEDGE):
            at = self.year.some_time(self.rng, 2 + n, 3, LAST_DAY)
            item = self.rng.choice([each for each in able if each.opened_at < at])
            amount = Sum(self.rng.choice((40, 75, 120, 180, 260)), ("EUR", "USD")[n % 2])
            name = BY_NAME[n % len(BY_NAME)]
            words = f'/received {amount} from "{name}" ref bank statement {at.date()}'
            self.funds.move((item.key, amount.currency), at, amount.units)
            yield Act(at, self._treasurer(), Says(item.key, words, self._record()))

    def pay(self, place: str, currency: str, to: str, at: datetime, most: float) -> Iterator[Act]:
        """Pay what there is, up to an amount, in whole units."""
        units = int(min(self.funds.at((place, currency), at), most))
        if units <= 0 or at >= self.year.ends:
            return
        self.funds.move((place, currency), at, -units)
        words = f"/paid {Sum(units, currency)} to @{to} ref transfer of {at.date()}"
        yield Act(at, self._treasurer(), Says(place, words, self._record()))

    def pay_directly(
        self, order: Order, plan: Plan, at: datetime, units: int, day: date
    ) -> Iterator[Act]:
        """Record that the funder paid a developer without the project's account."""
        amount = Sum(units, plan.amount.currency)
        words = f"/paid {amount} to @{order.developer} direct from @{plan.giver.login}"
        words += f" for {{{plan.key}}} on {day}"
        yield Act(at, self._treasurer(), Says(order.key, words, self._record()))

    def _treasurer(self) -> str:
        return self.rng.choice(list(TREASURERS))

    def _record(self) -> str:
        self._records += 1
        return f"r-{self._records:03}"


def completed_items(
    treasury: Treasury, items: Iterable[Item], developers: list[str]
) -> Iterator[Act]:
    """Pay whoever did the work, twice, once an item is completed."""
    for item in items:
        if item.how != "completed" or item.ended_at is None:
            continue
        to = treasury.rng.choice(developers)
        for first, last in ((18, 24), (44, 50)):
            for currency in ("USD", "EUR", "GBP", "JPY"):
                at = later(treasury.rng, item.ended_at, first, last)
                yield from treasury.pay(item.key, currency, to, at, float("inf"))
