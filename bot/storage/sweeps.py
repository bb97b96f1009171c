"""What was looked for up to when, and what of it is in the inbox already?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Repo
from bot.storage.inbox import Delivery
from bot.storage.inserting import insert
from bot.storage.receiving import put as put_deliveries
from bot.storage.sweep_tables import sweeps
from bot.storage.tables import bodies, inbox, installations, lanes, repositories

DELIVERIES = "deliveries"
"""The mark up to which GitHub's list of deliveries was swept."""

HELD = "held"
"""The mark behind which deliveries lie that are held until all that is missing is here."""

REREAD, KNOWN, DRIFT = "reread", "known", "drift"
"""Marks of a repository: from when it must be re-read; up to when it was; when it was last compared."""

TAIL = 5_000
"""Rows by which a mark lies before the end of the inbox: what arrives while we look is behind it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, and the inbox's row after which all lies that arrived since."""

    until: datetime
    n: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivery in the inbox; its body may be gone."""

    event: str
    body: bytes | None
    received_at: datetime
    issue: int | None
    happened_at: datetime | None
    tiebreak: int


def of(kind: str, repo: int) -> str:
    """Name a mark of a repository."""
    return f"{kind}:{repo}"


async def mark(tx: AsyncConnection, name: str) -> Mark | None:
    """Give a mark, if it was ever set."""
    query = select(sweeps.c.until, sweeps.c.n).where(sweeps.c.name == name)
    found = (await tx.execute(query)).first()
    return None if found is None else Mark(found.until, found.n)


async def marks(tx: AsyncConnection, kind: str) -> dict[int, Mark]:
    """Give the marks of one kind, by repository."""
    query = select(sweeps).where(sweeps.c.name.startswith(f"{kind}:", autoescape=True))
    found = await tx.execute(query)
    return {int(row.name.partition(":")[2]): Mark(row.until, row.n) for row in found}


async def put(tx: AsyncConnection, name: str, until: datetime, n: int) -> None:
    """Set a mark."""
    values = {"until": until, "n": n}
    statement = insert(sweeps).values(name=name, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


async def want_reread(tx: AsyncConnection, repo: int, since: datetime, n: int) -> None:
    """Note that a repository must be read again from then on, or from an earlier wish."""
    name = of(REREAD, repo)
    before = await mark(tx, name)
    if before is None or since < before.until:
        await put(tx, name, since, n if before is None else min(n, before.n))


async def take_back(tx: AsyncConnection, name: str) -> None:
    """Drop a mark."""
    await tx.execute(delete(sweeps).where(sweeps.c.name == name))


async def here(tx: AsyncConnection) -> int:
    """Give the row of the inbox that a mark of this moment is put at."""
    return max(await _newest(tx) - TAIL, 0)


async def lacking(tx: AsyncConnection, deliveries: Collection[str]) -> set[str]:
    """Tell which of these ids the inbox has never seen."""
    query = select(inbox.c.delivery).where(inbox.c.delivery.in_(list(deliveries)))
    return set(deliveries) - set((await tx.execute(query)).scalars())


async def hold(tx: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Put deliveries into the inbox where nobody looks yet: they are let go together, in their order.

    So nothing is decided on half of what happened, and what we said about it comes along.
    """
    if await mark(tx, HELD) is None:
        await put(tx, HELD, deliveries[0].received_at, await _newest(tx))
    await put_deliveries(tx, deliveries, state=HELD)


async def let_go(tx: AsyncConnection) -> bool:
    """Let go what was held; says whether there was anything."""
    held = await mark(tx, HELD)
    if held is None:
        return False
    which = and_(inbox.c.n > held.n, inbox.c.state == HELD)
    await tx.execute(update(inbox).where(which).values(state="new"))
    await take_back(tx, HELD)
    return True


async def arrived(tx: AsyncConnection, repo: int, after: int) -> list[Arrived]:
    """Give what arrived about a repository since a mark was set."""
    columns = [
        (bodies if name == "body" else inbox).c[name] for name in Arrived.__dataclass_fields__
    ]
    with_bodies = select(*columns).outerjoin_from(inbox, bodies, bodies.c.n == inbox.c.n)
    query = with_bodies.where(inbox.c.n > after, inbox.c.repo == repo).order_by(inbox.c.n)
    return [Arrived(**row) for row in (await tx.execute(query)).mappings()]


async def reachable(tx: AsyncConnection, *, with_ledger: bool = False) -> list[Repo]:
    """Give the repositories that we may act in; only those that have a ledger, or all."""
    its = installations.c.id == repositories.c.installation
    query = (
        select(repositories)
        .outerjoin(installations, its)
        .where(
            repositories.c.removed.is_(False),
            repositories.c.installation.is_not(None),
            installations.c.removed.is_not(True),
            installations.c.suspended.is_not(True),
        )
        .order_by(repositories.c.id)
    )
    if with_ledger:
        query = query.join(lanes, and_(lanes.c.repo == repositories.c.id, lanes.c.seq > 0))
    found = (await tx.execute(query)).mappings()
    return [Repo(row["id"], row["owner"], row["name"], row["installation"]) for row in found]


async def _newest(tx: AsyncConnection) -> int:
    return (await tx.execute(select(func.max(inbox.c.n)))).scalar_one_or_none() or 0
