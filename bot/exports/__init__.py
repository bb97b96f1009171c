"""How does a ledger read outside of Bursar? As JSON, CSV, a beancount and an hledger journal."""

from __future__ import annotations

from bot.exports.as_csv import csv_text
from bot.exports.as_json import json_text
from bot.exports.journals import beancount_text, hledger_text
from bot.exports.parts import Export, Writing

WRITINGS: dict[str, Writing] = {
    "csv": Writing("text/csv; charset=utf-8; header=present", csv_text),
    "json": Writing("application/json", json_text),
    "beancount": Writing("text/plain; charset=utf-8", beancount_text),
    "hledger": Writing("text/plain; charset=utf-8", hledger_text),
}
"""Every format, by its name; `text/csv` after RFC 4180, section 3."""

FORMATS = tuple(WRITINGS)

__all__ = ["FORMATS", "WRITINGS", "Export", "Writing"]
