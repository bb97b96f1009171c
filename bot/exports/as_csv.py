"""How does a ledger become a table? CSV after RFC 4180, which no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable

from bot.exports.parts import Export, Json, Told

COLUMNS = (
    "seq",
    "kind",
    "at",
    "recorded_at",
    "month",
    "earlier",
    "late",
    "actor",
    "issue",
    "pledge",
    "record",
    "pull",
    "change",
    "outcome",
    "movement",
    "from",
    "to",
    "amount",
    "currency",
    "minor",
    "fee_minor",
    "unmatched_minor",
    "day",
    "words",
    "refused",
    "url",
    "hash",
)
"""Stable: new columns come at the end."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - spreadsheets know these too
"""How a formula may begin (OWASP, "CSV Injection"), also in East Asian forms."""

ERASED = "(erased)"

_SHOWN = ("reason", "ref")
"""Words of people that are short enough for a table; JSON has all of them."""


async def csv_text(export: Export) -> AsyncIterator[str]:
    """Write a heading, then one entry a row."""
    yield row(COLUMNS)
    async for told in export.entries():
        cells = _cells(told)
        yield row(cells[column] for column in COLUMNS)


def row(cells: Iterable[str]) -> str:
    """Write one row (RFC 4180, section 2: CRLF, quotes doubled)."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def safe(text: str) -> str:
    """Keep words of people from being run: a formula gets an apostrophe in front."""
    is_formula = text.lstrip().startswith(FORMULAS) or text.startswith(FORMULAS)
    return f"'{text}" if is_formula else text


def _cells(told: Told) -> dict[str, str]:
    words = (told.texts.get(name, {}).get("words", "") for name in _SHOWN)
    cells = told.readable | {
        "actor": _party(told.readable["actor"], told.stamp.actor is not None),
        "words": next((each for each in words if each), ""),
        "hash": told.hash,
    }
    moved = told.readable["movement"] is not None
    cells |= {end: _party(told.readable[end], moved) for end in ("from", "to")}
    return {column: _cell(cells[column]) for column in COLUMNS}


def _cell(value: Json) -> str:
    """Write one value; numbers are ours, and stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if _is_amount(value) else safe(value)


def _is_amount(text: str) -> bool:
    """Tell an amount from a formula: `-5.00` is a number for every spreadsheet."""
    whole, _, part = text.removeprefix("-").partition(".")
    digits = whole + part
    return bool(whole) and digits.isascii() and digits.isdigit()


def _party(party: Json, was_there: bool) -> str | None:  # noqa: FBT001 - one of two words
    """Name whoever gave, got or acted: a login, a name in quotes, or an issue."""
    if party is None:
        return ERASED if was_there else None
    if "issue" in party:
        return f"#{party['issue']}" if party["issue"] else "#?"
    named: str = party.get("login") or party["name"]
    return named
