"""When does a month begin and end, in a project's time zone?

Months are half-open: the first moment of the next one does not belong to them. Their bounds are
written into the ledger (`MonthOpened`), so that nobody needs our time zone tables to check it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_LABEL = re.compile(r"(?P<year>[1-9][0-9]{3})-(?P<month>0[1-9]|1[0-2])", re.ASCII)
_MONTHS = 12
_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Not `strftime`, which speaks the machine's language."""


class NoMonth(Exception):
    """What was typed is not a month; write it like 2026-10."""


@dataclass(frozen=True, slots=True)
class Span:
    """A month (`2026-10`), and its bounds."""

    month: str
    begins_at: datetime
    ends_at: datetime


def read_month(text: str) -> str:
    """Read a month as typed.

    Raises:
        NoMonth: it is not written like `2026-10`.
    """
    if _LABEL.fullmatch(text) is None:
        raise NoMonth(text)
    return text


def span(month: str, zone: str) -> Span:
    """Give the bounds of a month in a time zone (a name of the IANA database), in UTC."""
    return Span(month, _first_moment(month, zone), _first_moment(after(month), zone))


def month_of(moment: datetime, zone: str) -> str:
    """Name the month in which a moment lies, in a time zone."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m}"


def after(month: str, by: int = 1) -> str:
    """Name the month so many months later, or (negative) earlier."""
    year, number = int(month[:4]), int(month[5:])
    count = year * _MONTHS + number - 1 + by
    return f"{count // _MONTHS:04d}-{count % _MONTHS + 1:02d}"


def before(month: str, at_most: int, first: str) -> tuple[str, ...]:
    """Name the months before this one, newest first: at most so many, and none before `first`."""
    found = (after(month, -n) for n in range(1, at_most + 1))
    return tuple(each for each in found if first and each >= first)


def in_words(month: str) -> str:
    """Write a month for a title: `October 2026`."""
    return f"{_NAMES[int(month[5:]) - 1]} {month[:4]}"


def _first_moment(month: str, zone: str) -> datetime:
    local = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)
