"""What does a panel say, in figures? Read as a person would read it, not as it was written."""

from __future__ import annotations

import re
from collections import defaultdict

from tests.stories.adding import Books, Figures, Sums

_MONEY = re.compile(r"([A-Z]{3}) ([0-9][0-9,]*(?:\.[0-9]+)?)")
_M = r"\*?\*?[A-Z]{3} [0-9][0-9.,]*[0-9]\*?\*?"
_SAID = re.compile(rf"({_M}) (pledged|drawn|received|missing)|(gap|Budget) ({_M})")
_NAMES = {"drawn": "pledged", "missing": "gap", "Budget": "budget"}
_KINDS = {
    "Pledges": "pledged",
    "Received": "received",
    "On completion": "on completion",
    "Offered": "offered",
    "Lapsed": "lapsed",
}


def check(panel: str, books: Books, issue: int) -> None:
    """Hold the panel of an item or a work order against the ledger."""
    if issue in books.agreements:
        assert budgeted(panel) == books.of_order(issue)
        assert settled(panel) == _with_money(without_zeros(books.of_settlement(issue)))
        assert promised(panel).items() <= books.amounts().items()
    else:
        expected = books.of_item(issue)
        assert listed(panel) == expected
        assert headline(panel, "pledged") == expected.get("pledged", {})
        assert headline(panel, "received") == expected.get("received", {})
    assert without_zeros(of_table(panel, "Money")) == without_zeros(books.of_money(issue))


def without_zeros(table: dict[str, Figures]) -> dict[str, Figures]:
    """Leave out what a table may show or not: figures that are nothing."""
    found = {c: {title: minor for title, minor in row.items() if minor} for c, row in table.items()}
    return {currency: row for currency, row in found.items() if row}


def headline(panel: str, what: str = "pledged") -> dict[str, int]:
    """Give the answer to "how far is it?", per currency, in minor units; nothing for zero."""
    first = panel.partition("\n#### ")[0]
    lines = [said for line in first.splitlines() if line.startswith("**") and (said := _said(line))]
    found = dict(said[what] for said in lines if what in said)
    return {currency: minor for currency, minor in found.items() if minor}


def budgeted(panel: str) -> dict[str, Figures]:
    """Give what the budget lines of a work order say, by currency."""
    found = {}
    for line in re.findall(r"^Budget .*$", panel, re.MULTILINE):
        said = _said(line)
        (currency,) = {currency for currency, _ in said.values()}
        nothing = {"pledged": 0, "received": 0, "gap": 0}
        found[currency] = nothing | {name: minor for name, (_, minor) in said.items()}
    return found


def _said(line: str) -> dict[str, tuple[str, int]]:
    """Give the amounts of a line, by the word that stands beside each."""
    said = (
        (behind or before, text or amount) for text, behind, before, amount in _SAID.findall(line)
    )
    return {_NAMES.get(word, word): money(text) for word, text in said}


def listed(panel: str) -> Sums:
    """Give what the tables of a panel add up to; a heading that names a sum must be right."""
    sums: Sums = {}
    for heading, body in sections(panel).items():
        kind = _KINDS.get(heading.partition(":")[0])
        if kind is None:
            continue
        added: dict[str, int] = defaultdict(int)
        for row in re.findall(r"^\| (?:\[?P-|…).*$", body, re.MULTILINE):
            currency, minor = money(row.split(" | ")[2])
            added[currency] += minor
        if ":" in heading:
            assert {currency: _minor(text) for currency, text in _MONEY.findall(heading)} == added
        sums[kind] = dict(added)
    return sums


def settled(panel: str) -> dict[str, Figures]:
    """Give the settlement of a work order that is over, by currency."""
    table = of_table(panel, "Settlement")
    named = {c: {_short(title): minor for title, minor in row.items()} for c, row in table.items()}
    return _with_money(without_zeros(named))


def _with_money(table: dict[str, Figures]) -> dict[str, Figures]:
    """Leave out currencies in which there is nothing but a budget."""
    return {currency: row for currency, row in table.items() if row.keys() - {"Budget"}}


def _short(title: str) -> str:
    return "Gone" if "lapsed" in title else title


def promised(panel: str) -> dict[str, tuple[str, int]]:
    """Give the pledges that the panel of a work order lists, with their whole amounts."""
    body = sections(panel).get("Pledges", "")
    rows = re.findall(r"^\| \[?(P-[0-9]+).*$", body, re.MULTILINE)
    cells = [row.split(" | ") for row in re.findall(r"^\| \[?P-.*$", body, re.MULTILINE)]
    return {name: money(cell[3]) for name, cell in zip(rows, cells, strict=True)}


def of_table(panel: str, heading: str) -> dict[str, Figures]:
    """Give the first table below a heading whose cells are amounts, by currency."""
    found: dict[str, Figures] = {}
    lines = [line for line in sections(panel).get(heading, "").splitlines() if line[:1] == "|"]
    if len(lines) < 2 or "Record" in lines[0]:
        return found
    titles = cells(lines[0])
    for line in lines[2:]:
        if "Record" in line or not _MONEY.search(cells(line)[0]):
            break
        amounts = [money(cell) for cell in cells(line)]
        assert len({currency for currency, _ in amounts}) == 1, line
        found[amounts[0][0]] = {
            title: minor for title, (_, minor) in zip(titles, amounts, strict=True)
        }
    return found


def rows(panel: str, heading: str) -> list[dict[str, str]]:
    """Give the rows of the last table below a heading, cell by cell."""
    blocks = re.findall(r"(?:^\|.*\n?)+", sections(panel).get(heading, ""), re.MULTILINE)
    if not blocks:
        return []
    titles, _, *lines = blocks[-1].strip().splitlines()
    return [dict(zip(cells(titles), cells(line), strict=True)) for line in lines]


def sections(panel: str) -> dict[str, str]:
    """Give what stands below each heading."""
    parts = (part.partition("\n") for part in panel.split("\n#### ")[1:])
    return {heading: body for heading, _, body in parts}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" |")]


def money(text: str) -> tuple[str, int]:
    """Read the first amount of a text."""
    found = _MONEY.search(text)
    assert found is not None, text
    return found[1], _minor(found[2])


def _minor(text: str) -> int:
    return int(text.replace(",", "").replace(".", ""))
