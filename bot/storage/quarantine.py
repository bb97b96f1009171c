"""Which events could not be decided, and what becomes of them?

After five attempts an event is put aside, so that others go on. It stays until somebody has it tried
again or drops it with a reason; its bytes are kept as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import bodies, inbox

_PUT_ASIDE = text("inbox.state = 'quarantined'")
"""In the very words of the index `inbox_quarantined`."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """An event in quarantine."""

    n: int
    delivery: str
    event: str
    received_at: datetime
    repo: int | None
    issue: int | None
    happened_at: datetime | None
    attempts: int
    error: str | None


async def count(tx: AsyncConnection, repo: int | None = None, issue: int | None = None) -> int:
    """Count the events put aside: all, a repository's, or an issue's."""
    query = select(func.count()).select_from(inbox).where(*_narrowed(repo, issue))
    return (await tx.execute(query)).scalar_one()


async def listed(tx: AsyncConnection, repo: int | None = None) -> Sequence[PutAside]:
    """List the events put aside, oldest first."""
    columns = [inbox.c[name] for name in PutAside.__dataclass_fields__]
    query = select(*columns).where(*_narrowed(repo, None)).order_by(inbox.c.n)
    return [PutAside(**row) for row in (await tx.execute(query)).mappings()]


async def one(tx: AsyncConnection, n: int) -> PutAside | None:
    """Give an event put aside, by its number."""
    columns = [inbox.c[name] for name in PutAside.__dataclass_fields__]
    query = select(*columns).where(_PUT_ASIDE, inbox.c.n == n)
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else PutAside(**row)


async def body(tx: AsyncConnection, n: int) -> bytes:
    """Give its bytes, as they came."""
    found = (await tx.execute(select(bodies.c.body).where(bodies.c.n == n))).scalar()
    return bytes(found or b"")


async def again(tx: AsyncConnection, n: int) -> bool:
    """Have an event tried as if it had just come; one that was never placed is read anew.

    False: its bytes are gone, so there is nothing to try; it stays where it is.
    """
    if (await tx.execute(select(bodies.c.n).where(bodies.c.n == n))).first() is None:
        return False
    placed = (await tx.execute(select(inbox.c.happened_at).where(inbox.c.n == n))).scalar()
    state = "new" if placed is None else "ready"
    await _settle(tx, n, state=state, attempts=0, not_before=None, error=None)
    return True


async def drop(tx: AsyncConnection, n: int, reason: str) -> None:
    """Pass an event over for good; the row stays, with the reason."""
    await _settle(tx, n, state="ignored", error=reason)


async def _settle(tx: AsyncConnection, n: int, **values: object) -> None:
    """Change it only while it is put aside: somebody else may have been quicker."""
    await tx.execute(update(inbox).where(_PUT_ASIDE, inbox.c.n == n).values(**values))


def _narrowed(repo: int | None, issue: int | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_PUT_ASIDE]  # type: ignore[list-item]
    if repo is not None:
        where.append(inbox.c.repo == repo)
    if issue is not None:
        where.append(inbox.c.issue == issue)
    return where
