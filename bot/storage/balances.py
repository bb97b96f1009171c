"""What was received and paid, where, and by whom: every sum that a repository's records come to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.movements import EndKind
from bot.domain.views import Account, Fund
from bot.storage import rows
from bot.storage.tables import accounts, funds, items, orders, people


@dataclass(frozen=True, slots=True)
class Place:
    """The money of one roadmap item or work order, in one currency."""

    number: int | None
    """The number of the issue."""
    is_order: bool
    fund: Fund


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who gave or got money, in one currency: an account, a name in quotes, or erased."""

    login: str | None
    id: int | None
    """GitHub's id; None for a name."""
    account: Account


@dataclass(frozen=True, slots=True)
class Balances:
    """Every end of every movement, by currency; all of them together sum to zero."""

    places: tuple[Place, ...]
    parties: tuple[Party, ...]
    """Funders and payees; whoever is both stands here twice."""
    fees: tuple[Account, ...]


async def balances(tx: AsyncConnection, repo: int) -> Balances:
    """Add up a repository's money, in order of numbers and names."""
    return Balances(await _places(tx, repo), await _parties(tx, repo), await _fees(tx, repo))


async def _places(tx: AsyncConnection, repo: int) -> tuple[Place, ...]:
    query = (
        select(funds, items.c.number.label("item"), orders.c.number.label("order"))
        .outerjoin(items, (items.c.repo == repo) & (items.c.issue == funds.c.issue))
        .outerjoin(orders, (orders.c.repo == repo) & (orders.c.issue == funds.c.issue))
        .where(funds.c.repo == repo)
    )
    found = [
        Place(r["order"] or r["item"], r["order"] is not None, rows.row_of(Fund, r))
        for r in (await tx.execute(query)).mappings()
    ]
    return tuple(sorted(found, key=lambda place: (place.number or 0, place.fund.issue)))


async def _parties(tx: AsyncConnection, repo: int) -> tuple[Party, ...]:
    query = (
        select(accounts, people.c.login, people.c.account)
        .outerjoin(people, people.c.person == accounts.c.number)
        .where(accounts.c.repo == repo, accounts.c.kind != EndKind.FEE)
    )
    found = [
        Party(r["login"], r["account"], rows.row_of(Account, r))
        for r in (await tx.execute(query)).mappings()
    ]
    return tuple(sorted(found, key=_by_name))


def _by_name(party: Party) -> tuple[bool, str, int]:
    return party.login is None, (party.login or "").casefold().strip('"'), party.account.number


async def _fees(tx: AsyncConnection, repo: int) -> tuple[Account, ...]:
    query = select(accounts).where(accounts.c.repo == repo, accounts.c.kind == EndKind.FEE)
    return await rows.every(tx, Account, query.order_by(accounts.c.currency))
