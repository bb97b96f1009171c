"""How does `bursar parity` show whether funded pull requests were reviewed like the others?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MINYEAR, UTC, datetime, timedelta
from typing import Any

from bot.app.opening import known_repository, open_store
from bot.domain.parity import FEWEST, Access, Figures, Parity, compare
from bot.settings import StoreSettings
from bot.storage import codec, pulls

TOO_FEW = "too few to compare"

NOTE = f"""\
An indication, and no proof. Funded means linked to a work order. Counted are pull requests opened in
the period, but for those of bots and those whose opening Bursar was not told of. Times are medians
from being ready for review; rounds are heads on which changes were requested (median); merged is a
share of those merged or closed. A figure that rests on fewer than {FEWEST} pull requests is not shown."""

_AUTHORS = {
    Access.WRITES: "author has write access",
    Access.DOES_NOT_WRITE: "author has no write access",
    Access.NOT_KNOWN: "author's access not known",
}
_HEADINGS = ("count", "first review", "rounds", "merged", "time to merge")
_FIRST = max(len(words) for words in _AUTHORS.values())
"""Characters of the first column."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def period(
    now: datetime, since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    """Give the half-open period, in whole days (UTC): the last twelve months, unless said otherwise.

    `since` and `until` are days as typed, without a time zone.
    """
    tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
    end = tomorrow if until is None else until.replace(tzinfo=UTC)
    begin = _year_before(end) if since is None else since.replace(tzinfo=UTC)
    return begin, end


async def parity(
    store: StoreSettings, owner: str, name: str, since: datetime, until: datetime
) -> Parity:
    """Compare a repository's pull requests, as GitHub told of them."""
    async with open_store(store.database_url) as database, database.read() as tx:
        repo = await known_repository(tx, owner, name)
        return compare(await pulls.facts(tx, repo.id, since, until), since, until)


def table(found: Parity) -> Iterator[str]:
    """Write the lines of a table for a person to read."""
    yield f"Pull requests opened since {found.since:%Y-%m-%d} and before {found.until:%Y-%m-%d} (UTC)"
    yield ""
    yield _line("", _HEADINGS)
    for group in found.groups:
        yield _AUTHORS[group.access]
        yield _line("  funded", _cells(group.funded))
        yield _line("  not funded", _cells(group.not_funded))
    yield ""
    yield NOTE


def listed(found: Parity) -> dict[str, Any]:
    """Give the comparison as a JSON object; times are seconds, shares go from 0 to 1."""
    groups = [
        {
            "author": group.access.value,
            "funded": _listed(group.funded),
            "not_funded": _listed(group.not_funded),
        }
        for group in found.groups
    ]
    since, until = codec.rfc3339(found.since), codec.rfc3339(found.until)
    return {"since": since, "until": until, "fewest": FEWEST, "groups": groups}


def _listed(figures: Figures) -> dict[str, Any]:
    return {
        "count": figures.count,
        "reviewed": figures.reviewed,
        "ended": figures.ended,
        "merged": figures.merged,
        "first_review_seconds": _seconds(figures.first_review),
        "rounds": figures.rounds,
        "share_merged": figures.share_merged,
        "to_merge_seconds": _seconds(figures.to_merge),
    }


def _cells(figures: Figures) -> tuple[str, ...]:
    if figures.too_few:
        return (str(figures.count), TOO_FEW)
    shown = (
        None if figures.first_review is None else lasting(figures.first_review),
        None if figures.rounds is None else f"{figures.rounds:g}",
        None if figures.share_merged is None else f"{figures.share_merged:.0%}",
        None if figures.to_merge is None else lasting(figures.to_merge),
    )
    return (str(figures.count), *("too few" if cell is None else cell for cell in shown))


def _line(first: str, cells: tuple[str, ...]) -> str:
    """Write a line, its columns to the right; what stands for all of them begins under the second."""
    widths = [max(len(heading), len("too few")) for heading in _HEADINGS]
    padded = [cell.rjust(width) for cell, width in zip(cells, widths, strict=False)]
    return "  ".join([first.ljust(_FIRST), *padded]).rstrip()


def lasting(time: timedelta) -> str:
    """Write how long something took in its two greatest units."""
    days, rest = divmod(time, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = int(rest.total_seconds()) // 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()


def _year_before(day: datetime) -> datetime:
    """Give the same day a year earlier; the last of February where there is none."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=max(day.year - 1, MINYEAR), day=28 if is_leap_day else day.day)
