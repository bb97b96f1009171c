"""What was looked for up to when, and what of it is in the inbox already?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, func, or_, select, text, update
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
"""The state of deliveries that are held until all that is missing is here; `held:7`: until all of
repository 7 is read again. So whoever lets go takes nothing from somebody else."""

IS_HELD = text("substr(inbox.state, 1, 4) = 'held'")
"""In the very words of the index `inbox_held`: SQLite does not use it for less."""

REREAD, KNOWN, DRIFT = "reread", "known", "drift"
"""Marks of a repository: from when it must be re-read; up to when it was; when it was last compared."""

PAGE = 100
"""Deliveries that are in memory together while they are looked through: all of a year may be asked for."""

TAIL = 5_000
"""Rows by which a mark lies before the end of the inbox: what arrives while we look is behind it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment, and the inbox's row after which all lies that arrived since."""

    until: datetime
    n: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivery in the inbox; its body may be gone, and of a comment it is not needed.

    `repo` is None where nobody has looked into it yet.
    """

    n: int
    event: str
    body: bytes | None
    received_at: datetime
    repo: int | None
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


async def hold(
    tx: AsyncConnection, deliveries: Sequence[Delivery], repo: int | None = None
) -> None:
    """Put deliveries into the inbox where nobody looks yet: they are let go together, in their order.

    So nothing is decided on half of what happened, and what we said about it comes along. With `repo`
    they are of a repository that is being read again.
    """
    await put_deliveries(tx, deliveries, state=_held_for(repo))


async def let_go(tx: AsyncConnection, repo: int | None = None) -> bool:
    """Let go what was held so; says whether there was anything."""
    return bool((await tx.execute(_LET_GO, {"held": _held_for(repo)})).rowcount)


async def is_held(tx: AsyncConnection) -> bool:
    """Tell whether something that was missed waits until the rest of it is here."""
    return (await tx.execute(_IS_THERE, {"held": HELD})).first() is not None


async def arrived(tx: AsyncConnection, repo: int, after: int) -> AsyncIterator[Arrived]:
    """Give what arrived about a repository since a mark was set, and what nobody has looked into yet."""
    while True:
        given = {"which": repo, "after": after, "at_most": PAGE}
        page = (await tx.execute(_ARRIVED, given)).mappings().all()
        for row in page:
            yield Arrived(**row)
        if len(page) < PAGE:
            return
        after = page[-1]["n"]


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


def _held_for(repo: int | None) -> str:
    return HELD if repo is None else of(HELD, repo)


_HELD_SO = and_(IS_HELD, inbox.c.state == bindparam("held"))
_LET_GO = update(inbox).where(_HELD_SO).values(state="new")
_IS_THERE = select(inbox.c.n).where(_HELD_SO).limit(1)
_UNPLACED = and_(inbox.c.repo.is_(None), or_(inbox.c.state == "new", IS_HELD))
_ARRIVED = (
    select(
        *((bodies if name == "body" else inbox).c[name] for name in Arrived.__dataclass_fields__)
    )
    .outerjoin_from(inbox, bodies, and_(bodies.c.n == inbox.c.n, inbox.c.tiebreak == 0))
    .where(inbox.c.n > bindparam("after"), or_(inbox.c.repo == bindparam("which"), _UNPLACED))
    .order_by(inbox.c.n)
    .limit(bindparam("at_most"))
)
