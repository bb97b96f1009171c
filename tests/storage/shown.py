"""What is shown of a work order, its items and its pull requests, asked for in one line."""

from __future__ import annotations

from typing import Any

from bot.domain.order_panel import (
    DisclosureShown,
    OrderPanelShown,
)
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Account, Repo
from bot.events.mirrored import PullSeen, ReviewSeen
from bot.storage import mirror, order_showing, showing
from bot.storage.database import Database
from tests.storage.kit import ISSUE, REPO, at
from tests.storage.orders import (
    DAN,
    ORDER,
)
from tests.storage.test_pulls import review, seen

SOLVER = Repo(REPO, "acme", "solver", 55)
LATER = at(days=20)
HEAD = "c" * 40


async def panel(database: Database, issue: int = ORDER) -> OrderPanelShown:
    async with database.read() as tx:
        found = await order_showing.order_panel(tx, SOLVER, issue, LATER)
    assert found is not None
    return found


async def item(database: Database, issue: int = ISSUE) -> ItemPanelShown:
    async with database.read() as tx:
        found = await showing.item_panel(tx, SOLVER, issue)
    assert found is not None
    return found


async def disclosed(database: Database, number: int = 5) -> DisclosureShown | None:
    async with database.read() as tx:
        return await order_showing.disclosure(tx, SOLVER, number)


async def told(database: Database, *facts: PullSeen | ReviewSeen) -> None:
    drawing = iter(range(5000, 6000))
    async with database.write() as tx:
        for fact in facts:
            await mirror.note(tx, fact, lambda _: next(drawing))


def account(person: int) -> Account:
    return Account(1000 + person, f"person-{person}")


def pull(number: int = 5, author: int = DAN, **changed: Any) -> PullSeen:
    given: dict[str, Any] = {"number": number, "author": account(author), "head": HEAD}
    return seen("opened", **(given | changed))


def approval(number: int, by: int, **changed: Any) -> ReviewSeen:
    given: dict[str, Any] = {"id": number, "pull": 5, "reviewer": account(by)}
    return review("approved", **(given | changed))
