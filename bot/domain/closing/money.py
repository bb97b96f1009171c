"""What came in and went out in the month, from whom, and was that unusual?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from statistics import median

from bot.domain import figures as f
from bot.domain.calendar import before
from bot.domain.closing.known import MonthKnown
from bot.domain.views import Gift, Month, Overall

_NOTHING_MOVED = f.Moved(currency="")


def moved(known: MonthKnown) -> Iterator[f.Moved]:
    """Give what moved in each currency, and what was there before and after."""
    opening = {each.currency: each.closing for each in _money_before(known)}
    flows = {each.currency: each for each in known.flows}
    now = {each.currency: each for each in known.overall}
    for currency in sorted(flows.keys() | now.keys() | opening.keys()):
        flow = flows.get(currency, Month(known.span.month, currency))
        row = f.Moved(
            currency=currency,
            opening=opening.get(currency, 0),
            received=flow.received,
            fees=flow.fees,
            paid=flow.paid,
            refunded=flow.refunded,
            closing=now.get(currency, Overall(currency)).balance,
            direct=flow.direct,
            unmatched=flow.unmatched,
        )
        if replace(row, currency="") != _NOTHING_MOVED:
            yield row


def _money_before(known: MonthKnown) -> tuple[f.Moved, ...]:
    return known.previous.figures.money if known.previous else ()


def dependence(gifts: Iterable[Gift]) -> Iterator[f.Dependence]:
    """Name the largest giver of each currency; of two with the same, the one with the lower number."""
    given: dict[str, dict[int, int]] = {}
    for gift in gifts:
        by_funder = given.setdefault(gift.currency, {})
        by_funder[gift.funder] = by_funder.get(gift.funder, 0) + gift.minor
    for currency, by_funder in sorted(given.items()):
        positive = {funder: minor for funder, minor in by_funder.items() if minor > 0}
        if positive:
            funder = min(positive, key=lambda each: (-positive[each], each))
            yield f.Dependence(
                currency=currency,
                total=sum(positive.values()),
                largest=positive[funder],
                funder=funder,
                funders=len(positive),
            )


def surges(known: MonthKnown) -> Iterator[f.Surge]:
    """Name the currencies whose income is far above the median of the months before."""
    labels = before(known.span.month, f.DEPENDENCE_MONTHS, known.first_month)
    if len(labels) < f.SURGE_MONTHS:
        return
    for flow in known.flows:
        incomes = {each.month: each.income for each in known.earlier if _same(each, flow)}
        twice = int(2 * median(incomes.get(label, 0) for label in labels))
        if twice > 0 and 2 * flow.income > f.SURGE_TIMES * twice:
            yield f.Surge(
                currency=flow.currency, income=flow.income, median_twice=twice, months=len(labels)
            )


def _same(one: Month, other: Month) -> bool:
    return one.currency == other.currency
