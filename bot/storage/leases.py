"""Who of several processes may do something, and does it still?

A lease is taken in a short transaction, for a while. Each time it changes hands its epoch grows; every
transaction that relies on it locks its row and compares the epoch, so a process that slept through
the end of its lease is fenced off and writes nothing.

On PostgreSQL the server's clock counts, so that processes whose clocks differ agree. On SQLite one
process works on the file, and its own time is as good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import codec, shared_clock
from bot.storage.inserting import insert
from bot.storage.tables import lanes, leases


class Fenced(Exception):
    """Somebody else has taken over; nothing of this transaction may stay."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do something alone, until a moment (by the database's clock)."""

    name: str
    holder: str
    until: datetime
    epoch: int


async def take(
    tx: AsyncConnection, name: str, holder: str, now: datetime, length: timedelta
) -> Lease | None:
    """Take a lease that is free, over, or one's own; None while somebody else has it."""
    moment = await shared_clock.moment_of(tx, now)
    until = moment + length
    values = {"name": name, "holder": holder, "until": until, "epoch": 1}
    free = or_(leases.c.until <= moment, leases.c.holder == holder)
    statement = insert(leases).values(values)
    newest = {"holder": holder, "until": until, "epoch": leases.c.epoch + 1}
    taken = statement.on_conflict_do_update(index_elements=["name"], set_=newest, where=free)
    epoch = (await tx.execute(taken.returning(leases.c.epoch))).scalar_one_or_none()
    return None if epoch is None else Lease(name, holder, until, epoch)


async def take_lane(
    tx: AsyncConnection, repo: int, holder: str, now: datetime, length: timedelta
) -> Lease | None:
    """Take the lane of a repository, unless newer code than this writes there (a rolling restart)."""
    query = select(lanes.c.version).where(lanes.c.repo == repo)
    version = (await tx.execute(query)).scalar_one_or_none()
    if version is not None and version > codec.VERSION:
        return None
    return await take(tx, f"lane:{repo}", holder, now, length)


async def hold(tx: AsyncConnection, lease: Lease) -> None:
    """Keep a lease from changing hands until this transaction ends.

    Raises:
        Fenced: it has changed hands already.
    """
    if (await tx.execute(_HOLD, {"which": lease.name})).scalar_one_or_none() != lease.epoch:
        raise Fenced(lease.name)


async def prolong(tx: AsyncConnection, lease: Lease, now: datetime, length: timedelta) -> Lease:
    """Hold a lease for longer, from now on.

    Raises:
        Fenced: it has changed hands.
    """
    until = await shared_clock.moment_of(tx, now) + length
    prolonged = update(leases).where(_same(lease)).values(until=until)
    if (await tx.execute(prolonged.returning(leases.c.epoch))).scalar_one_or_none() is None:
        raise Fenced(lease.name)
    return replace(lease, until=until)


async def release(tx: AsyncConnection, lease: Lease) -> None:
    """Let others have it at once; the epoch stays, so that it can only grow."""
    await tx.execute(update(leases).where(_same(lease)).values(until=_LONG_AGO))


async def forget_holders(tx: AsyncConnection) -> None:
    """End every lease: for a process that knows itself to be the only one (SQLite, after a start)."""
    await tx.execute(update(leases).values(until=_LONG_AGO))


async def release_all(tx: AsyncConnection, holder: str) -> None:
    """Let others have at once whatever a process holds that comes to its end."""
    await tx.execute(update(leases).where(leases.c.holder == holder).values(until=_LONG_AGO))


async def turn(tx: AsyncConnection, name: str) -> bool:
    """Tell whether nobody else is at it right now, and keep it so until this transaction ends.

    For work that needs no longer than one transaction; whoever comes second leaves it to the first.
    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """
    if tx.dialect.name != "postgresql":
        return True  # whoever writes on SQLite is alone
    lock = select(func.pg_try_advisory_xact_lock(func.hashtext(name)))
    return bool((await tx.execute(lock)).scalar_one())


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_HOLD = select(leases.c.epoch).where(leases.c.name == bindparam("which")).with_for_update()


def _same(lease: Lease) -> ColumnElement[bool]:
    return and_(leases.c.name == lease.name, leases.c.epoch == lease.epoch)
