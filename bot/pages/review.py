"""Were funded pull requests reviewed like the others? Twelve months, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MINYEAR, UTC, datetime, timedelta

from bot.domain import parity
from bot.domain.parity import FEWEST, Access, Figures, Parity, compare, is_compared
from bot.domain.reviews import PullFacts
from bot.pages.asked import Asked, Shown
from bot.pages.pointing import pointer
from bot.storage import browsing, people, pulls

LISTED = 100
"""Funded pull requests listed, the newest; our own limit."""

AUTHORS = {
    Access.WRITES: "Authors with write access",
    Access.DOES_NOT_WRITE: "Authors without write access",
    Access.NOT_KNOWN: "Authors whose access is not known",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, side by side; `too few` where it would rest on too few pull requests."""

    label: str
    funded: str
    not_funded: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pull requests whose authors have the same access."""

    label: str
    rows: tuple[Row, ...]
    comparable: bool
    """Whether both sides are large enough to show more than their sizes."""


async def show(asked: Asked) -> Shown:
    """Show review parity over the last twelve months."""
    since, until = twelve_months(asked.now)
    facts = await pulls.facts(asked.tx, asked.repo.id, since, until)
    found = compare(facts, since, until)
    funded = [each for each in reversed(facts) if each.order is not None and is_compared(each)]
    listed = funded[:LISTED]
    values = {
        "canonical": f"{asked.public_url}{asked.home}/review",
        "since": since,
        "last_day": until - timedelta(days=1),
        "groups": groups(found),
        "fewest": FEWEST,
        "funded": listed,
        "more": len(funded) - len(listed),
        "approvals": _approvals(listed),
        "point": pointer(
            asked,
            names=await people.logins(asked.tx, _people(listed)),
            spots=await browsing.spots(
                asked.tx, asked.repo.id, {each.order for each in listed if each.order is not None}
            ),
        ),
    }
    return Shown("review.html", values)


def twelve_months(now: datetime) -> tuple[datetime, datetime]:
    """Give the half-open period in whole days (UTC) that ends with today."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    until = today + timedelta(days=1)
    is_leap_day = (until.month, until.day) == (2, 29)
    year = max(until.year - 1, MINYEAR)
    return until.replace(year=year, day=28 if is_leap_day else until.day), until


def groups(found: Parity) -> tuple[Group, ...]:
    """Lay out the comparison, one table for each kind of author."""
    return tuple(
        Group(
            AUTHORS[group.access],
            _worth_showing(group),
            not (group.funded.too_few or group.not_funded.too_few),
        )
        for group in found.groups
    )


# --- pieces -----------------------------------------------------------------------------------


def _worth_showing(group: parity.Group) -> tuple[Row, ...]:
    """Give the sizes alone where neither side is large enough for more."""
    rows = tuple(_rows(group.funded, group.not_funded))
    return rows[:1] if group.funded.too_few and group.not_funded.too_few else rows


def _rows(funded: Figures, others: Figures) -> Iterable[Row]:
    yield Row("Pull requests", str(funded.count), str(others.count))
    yield Row("Time to first review", _time(funded.first_review), _time(others.first_review))
    yield Row("Rounds of requested changes", _number(funded.rounds), _number(others.rounds))
    yield Row("Merged, of those that ended", _share(funded), _share(others))
    yield Row("Time to merge", _time(funded.to_merge), _time(others.to_merge))


def _time(time: timedelta | None) -> str:
    """Write how long something took in its two greatest units."""
    if time is None:
        return "too few"
    minutes = int(time.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _number(value: float | None) -> str:
    return "too few" if value is None else f"{value:g}"


def _share(figures: Figures) -> str:
    if figures.share_merged is None:
        return "too few"
    return f"{figures.share_merged:.0%}".replace("%", " %")


def _people(listed: Iterable[PullFacts]) -> frozenset[int]:
    named = (person for each in listed for person in (each.author, each.merged_by))
    return frozenset(person for person in named if person is not None)


def _approvals(listed: Iterable[PullFacts]) -> dict[int, int]:
    """Count the approvals by people, by number of the pull request."""
    return {each.number: sum(not a.bot for a in each.approvals) for each in listed}
