"""What is funded here, what came in, what went out, and how does it go on over the months?

Sums come from rows that hold them already: this page costs the same however long the ledger is. Currencies
are never added together, so each has a part of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from iso4217 import Currency

from bot.comments.funding import funding_of
from bot.domain.figures import Reach
from bot.domain.views import Closing, Month, Overall
from bot.pages import funding
from bot.pages.asked import Asked, Shown
from bot.pages.charts import Chart, Series, chart
from bot.pages.writing import amount, month, plural
from bot.storage import overview
from bot.storage.overview import ITEMS_LOOKED_AT, MONTHS_SHOWN

ITEMS_SHOWN = 6
"""Roadmap items on the overview, those nearest to their goals; our own limit."""

CHARTED = 4
"""Currencies with charts, the busiest; the others have their table. Our own limit."""

MONTHS_AT_LEAST = 6
"""Months in a chart, also where the ledger is younger; our own choice."""

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One currency: what everything comes to, this month, the year, and its charts."""

    currency: str
    name: str
    overall: Overall
    this_month: Month
    year: Month
    goals: int
    """What the goals of the open items come to."""
    charts: tuple[Chart, ...]

    @property
    def received(self) -> int:
        """Give receipts less refunds."""
        return self.overall.income


async def show(asked: Asked) -> Shown:
    """Show the overview of a repository."""
    sums = await overview.sums(asked.tx, asked.repo.id)
    window = months_until(sums.month, MONTHS_SHOWN)
    since = window[0] if window else ""
    window = tuple(
        name for name in window if name in window[-MONTHS_AT_LEAST:] or name >= sums.first_month
    )
    flows = await overview.flows(asked.tx, asked.repo.id, since)
    closings = await overview.newest_closings(asked.tx, asked.repo.id)
    cards = [funding.card(each) for each in await overview.open_items(asked.tx, asked.repo.id)]
    parts = _parts(sums.overall, flows, closings, window, _goals(cards))
    return Shown(
        "overview.html",
        {
            "parts_of": parts,
            "headline": headline(parts),
            "month": sums.month,
            "cards": funding.nearest(cards)[:ITEMS_SHOWN],
            "count": len(cards),
            "at_most": ITEMS_LOOKED_AT,
            "reaches": {each.value: _count(cards, each) for each in Reach},
            "orders": await overview.under_way(asked.tx, asked.repo.id),
            "digest": await overview.newest_digest(asked.tx, asked.repo.id),
            "rules": sums.rules,
            "example": funding_of(sums.rules, None).example,
        },
    )


def months_until(last: str, count: int) -> tuple[str, ...]:
    """Name so many months, the last one at the end; none when there is no month yet."""
    if not last:
        return ()
    year, _, number = last.partition("-")
    newest = int(year) * MONTHS_OF_A_YEAR + int(number) - 1
    each = (divmod(newest - n, MONTHS_OF_A_YEAR) for n in reversed(range(count)))
    return tuple(f"{year:04d}-{number + 1:02d}" for year, number in each)


def busiest(overall: Iterable[Overall]) -> list[Overall]:
    """Sort currencies by how many pledges there are, and leave out those in which nothing is."""
    used = (each for each in overall if any(_amounts(each)))
    return sorted(used, key=lambda each: (-_pledges(each), each.currency))


def headline(parts: tuple[Part, ...]) -> str:
    """Say in one line what there is, for whoever sees nothing but this line."""
    said = [
        f"{amount(part.received, part.currency)} received and "
        f"{amount(part.overall.pledged, part.currency)} pledged"
        for part in parts[:2]
    ]
    return "; ".join(said) or "Nothing is pledged yet"


def _pledges(overall: Overall) -> int:
    return (
        overall.standing_count
        + overall.due_count
        + overall.completion_count
        + overall.settled_count
    )


def _amounts(row: Overall | Month) -> list[int]:
    return [value for each in fields(row) if isinstance(value := getattr(row, each.name), int)]


def _count(cards: Iterable[funding.Card], reach: Reach) -> int:
    return sum(1 for card in cards if card.reach is reach)


def _goals(cards: Iterable[funding.Card]) -> dict[str, int]:
    """Add up the goals of open items, each currency by itself."""
    found: dict[str, int] = {}
    for card in cards:
        if card.goal is not None:
            found[card.goal.currency] = found.get(card.goal.currency, 0) + card.goal.minor
    return found


def _parts(
    overall: tuple[Overall, ...],
    flows: tuple[Month, ...],
    closings: tuple[Closing, ...],
    window: tuple[str, ...],
    goals: dict[str, int],
) -> tuple[Part, ...]:
    found = []
    for n, row in enumerate(busiest(overall)):
        here = {each.month: each for each in flows if each.currency == row.currency}
        nothing = Month("", row.currency)
        charts = _charts(row.currency, here, closings, window) if n < CHARTED else ()
        found.append(
            Part(
                currency=row.currency,
                name=_name(row.currency),
                overall=row,
                this_month=here.get(window[-1], nothing) if window else nothing,
                year=_added(row.currency, (here[name] for name in window if name in here)),
                goals=goals.get(row.currency, 0),
                charts=charts,
            )
        )
    return tuple(found)


def _name(currency: str) -> str:
    """Give the name that ISO 4217 has for a currency."""
    return str(Currency(currency).currency_name)


def _added(currency: str, flows: Iterable[Month]) -> Month:
    """Add up months of one currency."""
    sums: dict[str, int] = {}
    for row in flows:
        for each in fields(row):
            if isinstance(value := getattr(row, each.name), int):
                sums[each.name] = sums.get(each.name, 0) + value
    return Month("", currency, **sums)


# --- charts -----------------------------------------------------------------------------------


def _charts(
    currency: str, flows: dict[str, Month], closings: tuple[Closing, ...], window: tuple[str, ...]
) -> tuple[Chart, ...]:
    drawn = (_of_money(currency, flows, window), _of_promises(currency, closings))
    return tuple(each for each in drawn if each is not None)


def _of_money(currency: str, flows: dict[str, Month], window: tuple[str, ...]) -> Chart | None:
    nothing = Month("", currency)
    rows = [flows.get(name, nothing) for name in window]
    came = tuple(row.received for row in rows)
    went = tuple(row.fees + row.paid + row.refunded for row in rows)
    direct = tuple(row.direct for row in rows)
    series = [Series("Received", came), Series("Went out", went)]
    if any(direct):
        series.append(Series("Paid directly by funders", direct))
    if not any((*came, *went, *direct)):
        return None
    return chart(
        f"money-{currency}",
        "Money in and out, by month",
        _words_of_money(currency, window, came, went),
        currency,
        window,
        tuple(series),
        known=frozenset(flows),
    )


def _words_of_money(
    currency: str, window: tuple[str, ...], came: tuple[int, ...], went: tuple[int, ...]
) -> str:
    out = f"{amount(sum(went), currency)} went out."
    if not any(came):
        return f"Nothing was received in {len(window)} months; {out}"
    most = max(range(len(came)), key=came.__getitem__)
    first = f"{amount(sum(came), currency)} received in {len(window)} months"
    return f"{first}, the most in {month(window[most])} ({amount(came[most], currency)}); {out}"


def _of_promises(currency: str, closings: tuple[Closing, ...]) -> Chart | None:
    rows = [
        next((row for row in each.figures.promised if row.currency == currency), None)
        for each in closings
    ]
    pledged = tuple(row.standing_now + row.due_now if row else 0 for row in rows)
    waiting = tuple(row.completion_now if row else 0 for row in rows)
    if not any((*pledged, *waiting)):
        return None
    months = tuple(each.month for each in closings)
    total = pledged[-1] + waiting[-1]
    words = (
        f"At the end of {month(months[-1])}, {amount(total, currency)} was promised and not yet "
        f"received; {plural(len(months), 'month')} shown."
    )
    series = (Series("Pledged", pledged), Series("Promised on completion", waiting))
    title = "Promises not yet received, at the end of each month"
    return chart(
        f"promised-{currency}",
        title,
        words,
        currency,
        months,
        series,
        known=frozenset(months),
        stacked=True,
    )
