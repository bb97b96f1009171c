"""How does a stranger read the figures of the overview's HTML, and of a digest's Markdown?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from tests.exports.programs import Sums, minor_of

AMOUNT = re.compile(r"\b([A-Z]{3}) (-?[\d,]+(?:\.\d+)?)")
OVERVIEW_ROWS = {
    "Received": "received",
    "Fees": "fees",
    "Paid out": "paid",
    "Refunded": "refunded",
    "In less out": "balance",
    "Paid directly, apart": "direct",
    "Received without a pledge": "unmatched",
}
DIGEST_FLOWS = {
    "New": "made",
    "Withdrawn": "withdrawn",
    "Declined by the project": "declined",
    "Expired": "expired",
    "Fell due": "fell_due",
    "Lapsed: due, and not received in time": "lapsed",
}
DIGEST_STOCKS = {
    "Offered: waits for a steward": "offered",
    "Standing": "standing",
    "On completion": "completion",
    "Due": "due",
    "Lapsed, and can still be received": "lapsed",
}
DIGEST_MONEY = {
    "Received": "received",
    "Fees": "fees",
    "Paid out": "paid",
    "Refunded": "refunded",
}


def not_zero(sums: Mapping[tuple[str, str], int]) -> Sums:
    return Counter({key: minor for key, minor in sums.items() if minor})


def only(sums: Sums, *names: str) -> Sums:
    return Counter({key: minor for key, minor in sums.items() if key[0] in names})


def read_amount(text: str) -> tuple[str, int]:
    """Read `EUR 1,250.50`."""
    found = AMOUNT.fullmatch(text)
    assert found, text
    return found[1], minor_of(found[2].replace(",", ""), found[1])


def amounts(text: str) -> list[tuple[str, int]]:
    return [read_amount(found.group()) for found in AMOUNT.finditer(text)]


# --- the page -----------------------------------------------------------------------------------


class Overview(HTMLParser):
    """The tables and tallies of the overview, as they are read on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.tallies: list[str] = []
        self._rows: list[list[str]] | None = None
        self._caption = ""
        self._within: list[str] = []
        self._is_tally = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"table", "caption", "tr", "td", "th", "ul", "li", "p"}:
            self._within.append(tag)
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].append("")
        elif tag == "ul":
            self._is_tally = ("class", "tallies") in attrs
        elif tag == "li" and self._is_tally:
            self.tallies.append("")
        elif tag == "p" and self._is_tally and self.tallies:
            self.tallies[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._rows is not None:
            self.tables.append((self._caption, self._rows))
            self._rows = None
        elif tag == "ul":
            self._is_tally = False
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        here = self._within[-1] if self._within else ""
        if here in {"td", "th"} and self._rows:
            self._rows[-1][-1] += data
        elif here == "caption":
            self._caption += data
        elif self._is_tally and self.tallies:
            self.tallies[-1] += data


def of_page(html: str) -> tuple[Sums, Sums]:
    """Give money since the beginning, and what is said above it: received, pledged, offered."""
    reader = Overview()
    reader.feed(html)
    money: Sums = Counter()
    for caption, rows in reader.tables:
        if caption.startswith("Money recorded in "):
            currency = caption[-3:]
            assert rows[0][-1] == "Since the beginning"
            for name, *_, everything in rows[1:]:
                minor = minor_of(everything.replace(",", ""), currency)
                money[OVERVIEW_ROWS[name], currency] += minor
    said: Sums = Counter()
    for tally in reader.tallies:
        text = " ".join(tally.split())
        ((currency, minor),) = amounts(text[: text.index(" received")])
        said["received", currency] = minor
        for name in ("pledged", "on completion", "offered"):
            for found in re.finditer(rf"{AMOUNT.pattern} {name}", text):
                said[name, found[1]] += minor_of(found[2].replace(",", ""), found[1])
    return not_zero(money), not_zero(said)


# --- the digest ---------------------------------------------------------------------------------


def tables_of(words: str) -> list[list[list[str]]]:
    """Read the tables of a digest's Markdown."""
    found: list[list[list[str]]] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(words):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and found and token.level > 3:
            found[-1][-1].append(token.content)
    return found


def of_promises(tables: Iterable[list[list[str]]], heading: str, names: Mapping[str, str]) -> Sums:
    """Add up a table whose columns are currencies."""
    sums: Sums = Counter()
    for first, *rows in tables:
        if first[0] != heading:
            continue
        for name, *cells in rows:
            for cell in cells:
                for currency, minor in amounts(cell):
                    sums[names[name], currency] += minor
    return not_zero(sums)


def of_money(tables: Iterable[list[list[str]]]) -> tuple[Sums, Sums]:
    """Give what moved in the month, and what was there before and after it."""
    flows: Sums = Counter()
    stocks: Sums = Counter()
    for first, *rows in tables:
        if "Opening" not in first:
            continue
        for row in rows:
            for name, cell in zip(first[1:], row[1:], strict=True):
                for currency, minor in amounts(cell):
                    if name in DIGEST_MONEY:
                        flows[DIGEST_MONEY[name], currency] += minor
                    else:
                        stocks[name, currency] += minor
    return not_zero(flows), not_zero(stocks)
