"""How does one line of a ledger read for anybody? With names of today instead of numbers.

Pure, so that whoever checks an export reads its lines in the same way, without any database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.movements import COLUMNS, EndKind
from bot.domain.refs import Account
from bot.storage import codec, listing, people
from bot.storage.ledger import Line

_PERSONS = ("by", "pledger", "funder", "author")
"""Members of entries that hold the number of a person."""

_PARTIES = frozenset({EndKind.FUNDER, EndKind.PAYEE})


class NotReadable(Exception):
    """A line of the ledger is not what was once written."""


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """An issue whose money is recorded, by GitHub's id, with the number of item or work order."""

    issue: int
    number: int | None
    is_order: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers on a page mean today; the erased are missing."""

    accounts: Mapping[int, Account] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)
    """Issue id to number."""
    places: Mapping[int, PublicPlace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line with all that stands beside it."""

    line: Line
    stamp: e.Stamp
    entry: e.Entry
    texts: Mapping[str, tuple[bytes, str]]
    persons: frozenset[int]


def readable(line: Line, stamp: e.Stamp, entry: e.Entry, names: Names, web: str) -> dict[str, Any]:
    """Give what `docs/data.md` lists of an entry: names instead of numbers, amounts as people write them."""
    found = listing.listed_entry(entry, stamp, names.accounts, names.numbers)
    money = Money(found["minor"], found["currency"]) if found["currency"] else None
    moves = getattr(entry, "moves", ())
    first = moves[0] if moves else None
    return found | {
        "month": stamp.month,
        "earlier": stamp.earlier,
        "recorded_at": codec.rfc3339(line.recorded_at),
        "amount": _decimal(money) if money else None,
        "movement": COLUMNS[first.source.kind, first.target.kind].value if first else None,
        "fee_minor": sum(move.money.minor for move in moves[1:]) if first else None,
        "unmatched_minor": getattr(entry, "unmatched", None),
        "day": codec.plain(getattr(entry, "day", None)),
        "url": _url(line, stamp, found, web),
    }


def read_line(line: Line, beside: Mapping[str, tuple[bytes, str]]) -> PublicLine:
    """Read a line together with the words beside it.

    Raises:
        NotReadable: it is not what was once written.
    """
    spoken = replace(line, words={name: words for name, (_, words) in beside.items()})
    try:
        stamp, entry = spoken.stamp(), spoken.entry()
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError) as error:
        sentence = f"entry {line.seq} cannot be understood: {error!r}"
        raise NotReadable(sentence) from error
    return PublicLine(spoken, stamp, entry, beside, persons_in(stamp, entry))


def persons_in(stamp: e.Stamp, entry: e.Entry) -> frozenset[int]:
    """Give every person whose number stands in a line."""
    found = [stamp.actor, *(getattr(entry, name, None) for name in _PERSONS)]
    for move in getattr(entry, "moves", ()):
        found += [end.number for end in (move.source, move.target) if end.kind in _PARTIES]
    if isinstance(entry, e.OrderWritten):
        found += [*entry.terms.developers, entry.terms.funder, *entry.terms.interested]
    if isinstance(entry, e.MonthClosed):
        found += entry.figures.people()
    return frozenset(each for each in found if isinstance(each, int))


def party(account: Account) -> dict[str, Any]:
    """Name somebody: an account, or whoever is known by name only."""
    if account.kind == people.NAME:
        return {"name": account.login}
    return {"login": account.login, "id": account.id}


def _decimal(money: Money) -> str:
    """Write an amount in major units, as programs read it: `-1250.50`."""
    return str(money).removeprefix(f"{money.currency} ").replace(",", "")


def _url(line: Line, stamp: e.Stamp, found: Mapping[str, Any], web: str) -> str | None:
    """Lead to the comment that caused an entry, or else to the issue or pull request it is about."""
    kind, _, comment = line.source.partition(":")
    if stamp.where is not None and kind == "comment" and comment.isascii() and comment.isdigit():
        return f"{web}/issues/{stamp.where}#issuecomment-{comment}"
    if found["pull"] is not None:
        place = f"{web}/pull/{found['pull']}"
    elif found["issue"] is not None:
        place = f"{web}/issues/{found['issue']}"
    else:
        return None
    return place
