"""When do two ledgers tell the same, though numbers and hashes differ?

An entry is the same when source, kind, parties, amounts and moment are. Numbers of entries, pledges,
records and people are new in a rebuilt ledger, so they are put in words that are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.movements import EndKind, Movement
from bot.domain.refs import Account
from bot.storage import codec, ledger, people, tables
from bot.storage.ledger import Line
from bot.storage.people import NAME

_PEOPLE = ("pledger", "funder", "author", "by")
_AT_OUR_TIME = (e.RulesChanged, e.MonthOpened)
"""Entries that GitHub gives no time for: the commit tells which rules, the month which month."""

_TOLD = (e.MonthClosed, e.PullsNoted)
"""What these add up is compared with the digests that were published (`published`)."""


@dataclass(frozen=True, slots=True, order=True)
class Same:
    """What is compared of an entry."""

    at: str
    source: str
    kind: str
    parties: tuple[str, ...]
    amounts: tuple[tuple[int, str], ...]

    def sentence(self) -> str:
        """Name it for somebody who reads."""
        sums = ", ".join(f"{minor} {currency} (minor units)" for minor, currency in self.amounts)
        parts = (self.kind, self.at, self.source, " and ".join(self.parties), sums)
        return ", ".join(filter(None, parts))


async def counted(tx: AsyncConnection, repo: int) -> Counter[Same]:
    """Count the entries of a ledger as they are compared."""
    lines = [line async for line in ledger.lines(tx, repo)]
    names = await people.accounts(tx, await _everybody(tx))
    pledges = {
        entry.pledge: f"comment:{entry.comment}"
        for line in lines
        if isinstance(entry := line.entry(), e.PledgeMade)
    }
    return Counter(_same(line, names, pledges) for line in lines)


def differences(one: Counter[Same], other: Counter[Same]) -> tuple[list[Same], list[Same]]:
    """Give what only the one has, and what only the other has, in order of time."""
    return sorted((one - other).elements()), sorted((other - one).elements())


def _same(line: Line, names: Mapping[int, Account], pledges: Mapping[int, str]) -> Same:
    entry, stamp = line.entry(), line.stamp()
    at = "" if isinstance(entry, _AT_OUR_TIME) else codec.rfc3339(stamp.at)
    parties = [stamp.actor, *_parties(entry)]
    return Same(
        at,
        _source(line.source, pledges),
        line.kind,
        tuple(sorted(_name(names, each) for each in parties if each is not None)),
        () if isinstance(entry, _TOLD) else tuple(_amounts(entry)),
    )


def _source(source: str, pledges: Mapping[int, str]) -> str:
    """Name a cause in words that hold in any ledger."""
    kind, _, rest = source.partition(":")
    if kind == "event":
        return kind
    if source.startswith("month:bounds:"):
        return "month:bounds"
    if kind.startswith("bursar."):
        issue, pledge, at = rest.split(":", 2)
        return f"{kind}:{issue}:{pledges.get(int(pledge), pledge)}:{at}"
    return source


async def _everybody(tx: AsyncConnection) -> list[int]:
    return list((await tx.execute(select(tables.people.c.person))).scalars())


def _name(names: Mapping[int, Account], person: int) -> str:
    account = names.get(person)
    if account is None:
        return "somebody erased"
    return account.login if account.kind == NAME else f"@{account.login} ({account.id})"


def _parties(entry: e.Entry) -> Iterator[int]:
    for name in _PEOPLE:
        if isinstance(number := getattr(entry, name, None), int):
            yield number
    for move in _moves(entry):
        for end in (move.source, move.target):
            if end.kind in {EndKind.FUNDER, EndKind.PAYEE}:
                yield end.number
    if isinstance(entry, e.OrderWritten):
        yield from entry.terms.developers
        yield from entry.terms.interested
        if entry.terms.funder is not None:
            yield entry.terms.funder


def _moves(entry: e.Entry) -> tuple[Movement, ...]:
    found: tuple[Movement, ...] = getattr(entry, "moves", ())
    return found


def _amounts(value: Any) -> Iterator[tuple[int, str]]:
    """Give every amount in a value, in order of its fields."""
    if isinstance(value, Money):
        yield value.minor, value.currency
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _amounts(each)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _amounts(getattr(value, one.name))
