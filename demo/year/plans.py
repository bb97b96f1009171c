"""Who is going to pledge what, where and when? Three hundred pledges, most of them small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from demo.year.amounts import UNIT, Sum, gift
from demo.year.dates import MONTHS, Year, later
from demo.year.people import FIRMS, GIVERS, PERSONS, Giver
from demo.year.roadmap import Item, Order

PLEDGES = 300
SURGE = 8
"""The month, counted from 0, in which one company gives what usually comes in a year."""

CAP = 1500
"""Up to this many dollars, or the like, a person's unpaid pledges stand at once."""

REPLACED = 9
TOO_LARGE = (("abel", "USD", 250_000), ("matej", "EUR", 90_000))
_BUSY = (22, 24, 26, 24, 25, 27, 23, 26, 34, 29, 24, 22)
"""How busy each month is, compared with the others."""

_AUGUST = 0.25
_FIRMS, _ABROAD, _ON_COMPLETION, _UNTIL = 0.2, 0.06, 0.07, 0.05
"""Shares of pledges: by a company, in another currency, on completion, with a last day."""


AT_HOME = 8
"""How much more likely people give where the goal is in their own currency."""


@dataclass(slots=True, eq=False)
class Plan:
    """One pledge, and what becomes of it."""

    at: datetime
    giver: Giver
    place: str
    amount: Sum
    key: str = ""
    on_completion: bool = False
    until: datetime | None = None
    offered: bool = False
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    end: str = ""
    """`withdrawn`, `declined`, `replaced`, `expired`, `lapsed`; or nothing."""
    due_at: datetime | None = None
    drawn_by: str | None = None
    received_at: datetime | None = None

    def stands_at(self, moment: datetime) -> bool:
        """Tell whether it stands then, received or not."""
        since = self.accepted_at if self.offered else self.at
        return since is not None and since < moment and not self.is_over(moment)

    def is_over(self, moment: datetime) -> bool:
        """Tell whether it has ended by then."""
        return self.ended_at is not None and self.ended_at <= moment


def draw(rng: Random, year: Year, items: Mapping[str, Item], orders: list[Order]) -> list[Plan]:
    """Draw all pledges but those by which funders complete the budget of a work order."""
    found = [_too_large(rng, year, items, *each) for each in TOO_LARGE]
    completed = sum(not order.unfunded for order in orders)
    usual = PLEDGES - completed - REPLACED - len(found)
    chances = _Chances(items, {key: _popularity(rng, item) for key, item in items.items()})
    taken = {(plan.giver.login, plan.place) for plan in found}
    given: Counter[str] = Counter()
    for month in _months(year, usual):
        plan = _usual(rng, year, month, chances, taken, given)
        taken.add((plan.giver.login, plan.place))
        found.append(plan)
        chances.note(plan)
    covered = {key for order in orders for key in order.items}
    calm = {key for key, item in items.items() if not item.how} - covered
    return [*found, *_replacements(rng, year, found, calm)]


def _months(year: Year, count: int) -> Iterator[int]:
    """Give each month as often as somebody pledges in it."""
    busy = [each * (_AUGUST if year.is_august(i) else 1) for i, each in enumerate(_BUSY)]
    sums = [sum(busy[: i + 1]) / sum(busy) for i in range(MONTHS)]
    for n in range(count):
        yield next(i for i, part in enumerate(sums) if (n + 0.5) / count <= part)


@dataclass(frozen=True, slots=True)
class _Chances:
    """What could be funded, and how popular it is."""

    items: Mapping[str, Item]
    popular: Mapping[str, float]
    pledged: Counter[str] = field(default_factory=Counter)

    def choose(self, rng: Random, at: datetime, currency: str) -> str:
        """Choose an item that is open then, and stays so for a week."""
        able = [key for key, item in self.items.items() if is_open(item, at)]
        return rng.choices(able, [self._weight(key, currency) for key in able])[0]

    def note(self, plan: Plan) -> None:
        """Note what has been promised."""
        if plan.amount.currency == self.items[plan.place].goal.currency:
            self.pledged[plan.place] += plan.amount.units

    def _weight(self, key: str, currency: str) -> float:
        """People like a goal in their currency, and one that is not reached yet."""
        goal = self.items[key].goal
        weight = self.popular[key] * (AT_HOME if goal.currency == currency else 1)
        return weight * (0.05 if self.pledged[key] >= goal.units else 1)


def _popularity(rng: Random, item: Item) -> float:
    """Some items are loved, and what is near its end finds more givers."""
    loved: float = rng.lognormvariate(0, 0.5)
    return loved * (2.5 if item.how == "completed" else 1)


def is_open(item: Item, at: datetime) -> bool:
    """Tell whether an item can be funded then, and for another week."""
    begun = item.opened_at + timedelta(days=1) < at
    return begun and (item.ended_at is None or at < item.ended_at - timedelta(days=8))


def _usual(
    rng: Random,
    year: Year,
    month: int,
    chances: _Chances,
    taken: set[tuple[str, str]],
    given: Counter[str],
) -> Plan:
    while True:
        at = year.some_time(rng, month, 8 if month == 0 else 1)
        is_firm = rng.random() < _FIRMS
        giver = rng.choice(FIRMS if is_firm else PERSONS)
        currency = rng.choice(("USD", "EUR")) if rng.random() < _ABROAD else giver.currency
        place = chances.choose(rng, at, currency)
        amount = gift(rng, currency, firm=is_firm)
        dollars = int(amount.units / UNIT[currency])
        fits = is_firm or given[giver.login] + dollars < CAP * min(UNIT.values())
        if (giver.login, place) not in taken and fits:
            break
    given[giver.login] += dollars
    plan = Plan(at, giver, place, amount, offered=is_firm)
    fate = rng.random()
    plan.on_completion = fate < _ON_COMPLETION
    if _ON_COMPLETION <= fate < _ON_COMPLETION + _UNTIL:
        plan.until = later(rng, at, 20, 60)
    return plan


def _too_large(
    rng: Random, year: Year, items: Mapping[str, Item], login: str, currency: str, units: int
) -> Plan:
    """Somebody offers more than anybody can believe."""
    at = year.some_time(rng, rng.randint(2, 6), 5, 20)
    place = next(key for key, item in items.items() if is_open(item, at) and not item.how)
    return Plan(at, GIVERS[login], place, Sum(units, currency), offered=True)


def _replacements(rng: Random, year: Year, plans: list[Plan], calm: set[str]) -> Iterator[Plan]:
    """Let some people think better of it, and pledge anew where nothing has been drawn."""
    able = [p for p in plans if p.place in calm and not (p.offered or p.on_completion or p.until)]
    moments = [(plan, later(rng, plan.at, 4, 15)) for plan in able]
    in_time = [(plan, at) for plan, at in moments if at < year.ends]
    for plan, at in rng.sample(in_time, REPLACED):
        plan.ended_at, plan.end = at, "replaced"
        amount = Sum(plan.amount.units * 2, plan.amount.currency)
        yield Plan(at, plan.giver, plan.place, amount)
