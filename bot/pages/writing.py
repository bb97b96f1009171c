"""How do templates write amounts, days and names?

Autoescaping makes text from people harmless; what is written here is how our own values look.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.comments.text import is_login
from bot.domain.money import DECIMALS, Money
from bot.pages.pointing import WORDS_AT_MOST, clean

MONTHS = (
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
"""Written out here, since Python's own follow the locale of the machine."""

ADDRESS_AT_MOST = 500
"""Characters of an address that we link; our own limit, as in comments."""

_STEPS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))
_TEN, _HUNDRED = 10, 100


def environment(folder: Path) -> Environment:
    """Prepare the templates of a folder with everything that they may use."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters = (amount, figure, short, day, minute, iso, month, percent, plural, said)
    found.filters.update({each.__name__: each for each in filters})
    found.tests.update({"login": is_login, "harmless": harmless})
    return found


def amount(minor: int, currency: str) -> str:
    """Write an amount: `USD 1,250.50`."""
    return str(Money(minor, currency))


def figure(minor: int, currency: str) -> str:
    """Write an amount where its currency stands above: `1,250.50`."""
    return amount(minor, currency).partition(" ")[2]


def short(minor: int, currency: str) -> str:
    """Write an amount in a few signs, cut and never rounded up: `USD 12.4k`."""
    unit = 10 ** DECIMALS[currency]
    sign, size = "-" if minor < 0 else "", abs(minor)
    for step, letter in _STEPS:
        if size >= step * unit:
            tenths = size * _TEN // (step * unit)
            whole, tenth = divmod(tenths, _TEN)
            tail = f".{tenth}" if tenth and whole < _HUNDRED else ""
            return f"{currency} {sign}{whole}{tail}{letter}"
    return str(Money(minor, currency)) if size % unit else f"{currency} {sign}{size // unit}"


def day(moment: datetime | date) -> str:
    """Write a day, in UTC: `31 Oct 2026`."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return f"{moment.day} {MONTHS[moment.month - 1][:3]} {moment.year}"


def minute(moment: datetime) -> str:
    """Write a moment to the minute, in UTC."""
    return f"{day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def iso(moment: datetime | date) -> str:
    """Write a day or a moment for machines (RFC 3339)."""
    if isinstance(moment, datetime):
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return moment.isoformat()


def month(name: str) -> str:
    """Write a month out: `2026-10` is October 2026."""
    year, _, number = name.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"


def percent(part: int, whole: int | None) -> str:
    """Write a share in whole percent, cut and never rounded up; what is little is not nothing."""
    if whole is None or whole <= 0:
        return "0 %"
    share = _HUNDRED * max(0, part) // whole
    return "under 1 %" if share == 0 < part else f"{share} %"


def plural(count: int, word: str) -> str:
    """Write a count with its word: `1 pledge`, `2 pledges`."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def said(words: str) -> str:
    """Write words of people: on one line, with nothing hidden in them, and not endless."""
    return clean(words, WORDS_AT_MOST)


def harmless(address: str) -> bool:
    """Tell whether an address from a configuration may be linked."""
    if len(address) > ADDRESS_AT_MOST:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
