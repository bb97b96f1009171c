"""Which random number stands for which GitHub account?

The ledger names people by these numbers alone: erasing a row here makes its entries anonymous,
while sums and hashes still hold.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Account
from bot.storage.inserting import Insert, insert
from bot.storage.tables import people

BITS = 52
"""Size of a person's number: exact as a JSON number (RFC 8259 section 6), and hard to guess."""

NAME = "Name"
"""The kind of whoever is known by name only."""

Draw = Callable[[int], int]
"""Draws a random number of so many bits; handed in where the rooms are wired."""


def _remembering() -> Insert:
    """Give a number to a new account; of a known one take over what has changed."""
    statement = insert(people)
    told = statement.excluded
    changed = or_(people.c.login != told.login, people.c.kind != told.kind)
    newest = {"login": told.login, "kind": told.kind}
    return statement.on_conflict_do_update(index_elements=["account"], set_=newest, where=changed)


_REMEMBER = _remembering()
_NUMBERS = select(people.c.account, people.c.person).where(
    people.c.account.in_(bindparam("accounts", expanding=True))
)
_LOGINS = select(people.c.person, people.c.login).where(
    people.c.person.in_(bindparam("persons", expanding=True))
)


async def remember(tx: AsyncConnection, account: Account, draw: Draw) -> int:
    """Note an account's login of today, giving it a number when it has none."""
    return (await remember_all(tx, (account,), draw))[account.id]


async def remember_all(tx: AsyncConnection, seen: Iterable[Account], draw: Draw) -> dict[int, int]:
    """Note the logins of many accounts, and give their numbers, new ones to those that have none.

    In one order, so that two processes do not wait for each other's rows.
    """
    newest = {account.id: account for account in seen}
    values = [
        {"person": draw(BITS), "account": each.id, "login": each.login, "kind": each.kind}
        for each in sorted(newest.values(), key=lambda account: account.id)
    ]
    if not values:
        return {}
    await tx.execute(_REMEMBER, values)
    known = await tx.execute(_NUMBERS, {"accounts": sorted(newest)})
    return {account: person for account, person in known}  # noqa: C416 - a row is no pair to mypy


async def remember_name(tx: AsyncConnection, name: str, draw: Draw) -> int:
    """Give the number of whoever has this name; names know no case.

    The login of an account that we know, with or without its `@`, is that account's: else its owner
    could be paid by name, and nobody would see by whom. What is shown of any other name is the name
    in quotes, which no login can be.
    """
    key = _folded(name)
    if (account := await _called(tx, key)) is not None:
        return account
    values = {"person": draw(BITS), "name": key, "login": f'"{name}"', "kind": NAME}
    statement = insert(people).values(values)
    await tx.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    query = select(people.c.person).where(people.c.name == key)
    number: int = (await tx.execute(query)).scalar_one()
    return number


async def _called(tx: AsyncConnection, key: str) -> int | None:
    """Find the account with this login; of several that had it, the youngest, which took it over."""
    login = "".join(sign for sign in key if unicodedata.category(sign) != "Cf")
    query = select(people.c.person).where(
        people.c.account.is_not(None),
        func.lower(people.c.login) == login.strip().removeprefix("@").lstrip(),
    )
    return (await tx.execute(query.order_by(people.c.account.desc()))).scalars().first()


def _folded(name: str) -> str:
    """Write a name so that equal ones are equal (Unicode 16.0, D146): folding can undo composition."""
    composed = unicodedata.normalize("NFKC", name)
    return unicodedata.normalize("NFKC", composed.casefold())


async def person_number(tx: AsyncConnection, account: int | None) -> int | None:
    """Give the number of an account by GitHub's id, if we ever heard of it."""
    if account is None:
        return None
    query = select(people.c.person).where(people.c.account == account)
    return (await tx.execute(query)).scalar_one_or_none()


async def logins(tx: AsyncConnection, persons: Iterable[int]) -> dict[int, str]:
    """Give the logins of today for these numbers; the erased are left out."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    known = await tx.execute(_LOGINS, {"persons": wanted})
    return {person: login for person, login in known}  # noqa: C416 - a row is no pair to mypy


async def accounts(tx: AsyncConnection, persons: Iterable[int]) -> dict[int, Account]:
    """Give the accounts behind these numbers; the erased are left out."""
    query = select(people).where(people.c.person.in_(set(persons)))
    records = (await tx.execute(query)).mappings()
    return {r["person"]: Account(r["account"] or 0, r["login"], r["kind"]) for r in records}
