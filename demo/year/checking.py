"""Did the year become what it was to become? Counted in the bot's own store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import tables, verify
from bot.storage.database import Database
from demo.telling import Teller
from demo.year.dates import MONTHS
from demo.year.plans import PLEDGES

ITEMS, ORDERS, CURRENCIES = 40, 8, 4
OUTCOMES = {"landed": 3, "partly landed": 1, "declined on merits": 1, "abandoned": 1}
MISREAD = 7
"""Commands that are meant to be refused."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is in the store after a year."""

    items: int
    pledges: int
    currencies: int
    orders: int
    outcomes: dict[str, int]
    digests: int
    refused: int
    problems: list[str]


async def count(database: Database, repo: int) -> Found:
    """Count what the repository's views and ledger hold."""
    pledges, orders = tables.pledges, tables.orders
    async with database.read() as tx:
        outcomes = select(orders.c.outcome).where(orders.c.repo == repo)
        ended = Counter(each.value for each in (await tx.execute(outcomes)).scalars() if each)
        currencies = select(func.count(pledges.c.currency.distinct())).where(pledges.c.repo == repo)
        return Found(
            items=await _rows(tx, tables.items, repo),
            pledges=await _rows(tx, pledges, repo, pledges.c.rest_of.is_(None)),
            currencies=(await tx.execute(currencies)).scalar_one(),
            orders=await _rows(tx, orders, repo),
            outcomes=dict(ended),
            digests=await _rows(tx, tables.digests, repo),
            refused=await _rows(tx, tables.ledger, repo, tables.ledger.c.kind == "Refused"),
            problems=[each async for each in verify.differences(tx, repo)],
        )


async def _rows(tx: AsyncConnection, table: Table, repo: int, *which: Any) -> int:
    query = select(func.count()).select_from(table).where(table.c.repo == repo, *which)
    return (await tx.execute(query)).scalar_one()


def tell(teller: Teller, found: Found) -> None:
    """Say what was found, and whether it is what was meant."""
    teller.step("Everybody", "can count it")
    for problem in found.problems:
        teller.says(problem)
    teller.expects(found.items == ITEMS, f"{found.items} roadmap items")
    teller.expects(found.pledges == PLEDGES, f"{found.pledges} pledges")
    teller.expects(found.currencies == CURRENCIES, f"{found.currencies} currencies")
    ended = ", ".join(f"{number} {outcome}" for outcome, number in sorted(found.outcomes.items()))
    teller.expects(
        (found.orders, found.outcomes) == (ORDERS, OUTCOMES),
        f"{found.orders} work orders: {ended}, and the others under way",
    )
    teller.expects(found.digests == MONTHS, f"{found.digests} monthly digests")
    teller.expects(found.refused == MISREAD, f"{found.refused} commands that could not be recorded")
    teller.expects(not found.problems, "hash chain and every view agree with the entries")
