"""Which month did somebody write into an address? Anything else is as if it were not there."""

from __future__ import annotations

from bot.domain.calendar import NoMonth, read_month


def month_in(text: str | None) -> str | None:
    """Read a month such as `2026-10`."""
    try:
        return None if text is None else read_month(text)
    except NoMonth:
        return None
