"""When is a certain evening of the year? Days are those of the project, in Paris."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = "Europe/Paris"
MONTHS = 12
AUGUST = 8
LAST_DAY = 28
"""The last day that every month has."""

EARLIEST, LATEST = 8, 21
"""Hours in which people act: nothing happens around midnight, so months part cleanly."""


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months from the first of one on."""

    first: date

    def month(self, index: int) -> date:
        """Give the first day of a month, counted from 0; 12 is the day after the year."""
        years, month = divmod(self.first.month - 1 + index, MONTHS)
        return date(self.first.year + years, month + 1, 1)

    def is_august(self, index: int) -> bool:
        """Tell whether everybody is away."""
        return self.month(index).month == AUGUST

    def at(self, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
        """Give a moment by the clock on the project's wall."""
        on = self.month(month).replace(day=day)
        return datetime.combine(on, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)

    def some_time(self, rng: Random, month: int, first: int = 1, last: int = LAST_DAY) -> datetime:
        """Draw a moment of a month, in waking hours."""
        day, hour = rng.randint(first, last), rng.randint(EARLIEST, LATEST)
        return self.at(month, day, hour, rng.randrange(60))

    def starts_of_months(self) -> list[datetime]:
        """Give the moments at which the second month begins, the third, and the day after all."""
        return [self._midnight(index) for index in range(1, MONTHS + 1)]

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return self._midnight(0)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self._midnight(MONTHS)

    def _midnight(self, index: int) -> datetime:
        return datetime.combine(self.month(index), time(), ZoneInfo(ZONE)).astimezone(UTC)


def later(rng: Random, moment: datetime, first: int, last: int) -> datetime:
    """Draw a moment so many days later, in waking hours."""
    local = moment.astimezone(ZoneInfo(ZONE)) + timedelta(days=rng.randint(first, last))
    hour, minute = rng.randint(EARLIEST, LATEST), rng.randrange(60)
    return local.replace(hour=hour, minute=minute).astimezone(UTC)


def year_before(today: date) -> Year:
    """Give the twelve months that are over."""
    return Year(today.replace(year=today.year - 1, day=1))
