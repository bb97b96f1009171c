"""Which random number stands for which GitHub account?

The ledger names people by these numbers alone: erasing a row here makes its entries anonymous,
while sums and hashes still hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Account
from bot.storage.tables import people

BITS = 52
"""Size of a person's number: exact as a JSON number (RFC 8259 section 6), and hard to guess."""

Draw = Callable[[int], int]
"""Draws a random number of so many bits; handed in where the rooms are wired."""


async def remember(tx: AsyncConnection, account: Account, draw: Draw) -> int:
    """Note an account's login of today, giving it a number when it has none."""
    statement = insert(people).values(
        person=draw(BITS), account=account.id, login=account.login, kind=account.kind
    )
    newest = {"login": account.login, "kind": account.kind}
    await tx.execute(statement.on_conflict_do_update(index_elements=["account"], set_=newest))
    number = await person_number(tx, account.id)
    assert number is not None
    return number


async def person_number(tx: AsyncConnection, account: int | None) -> int | None:
    """Give the number of an account by GitHub's id, if we ever heard of it."""
    if account is None:
        return None
    query = select(people.c.person).where(people.c.account == account)
    return (await tx.execute(query)).scalar_one_or_none()


async def logins(tx: AsyncConnection, persons: Iterable[int]) -> dict[int, str]:
    """Give the logins of today for these numbers; the erased are left out."""
    query = select(people.c.person, people.c.login).where(people.c.person.in_(set(persons)))
    return {person: login for person, login in await tx.execute(query)}  # noqa: C416 - a row is no pair to mypy


async def accounts(tx: AsyncConnection, persons: Iterable[int]) -> dict[int, Account]:
    """Give the accounts behind these numbers; the erased are left out."""
    query = select(people).where(people.c.person.in_(set(persons)))
    records = (await tx.execute(query)).mappings()
    return {r["person"]: Account(r["account"], r["login"], r["kind"]) for r in records}
