"""What were we told, and what of it still wants work?

Raw bytes, committed before the answer. A row is `new`, then `ready` (understood and placed), then
`done`, `ignored` or `quarantined`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.reading import Heard
from bot.storage import quarantine
from bot.storage.receiving import Delivery as Delivery  # noqa: PLC0414 - part of this room's words
from bot.storage.receiving import put as put  # noqa: PLC0414
from bot.storage.tables import bodies, inbox

BODIES_KEPT = timedelta(days=30)
"""How long raw bodies are kept (docs/architecture.md); the ids stay for ever."""

BATCH = 100
"""Deliveries understood in one transaction at most; keeps every transaction short."""

TOGETHER = 128
"""Events of one repository decided in one transaction at most: a fifth of a second or less."""

BYTES_TOGETHER = 8 * 1024 * 1024
"""Bytes of bodies that are in memory together; a larger one comes alone. Our own limit: GitHub's largest
payload has 25 MB. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap"""

ERROR_AT_MOST = 500
"""Characters of an error that are kept with the event."""

_WANTS_WORK = text("inbox.state IN ('new', 'ready')")
"""In the very words of the index `inbox_open`: SQLite does not use it for less.
https://www.sqlite.org/partialindex.html#queries_using_partial_indexes"""

_READY = and_(_WANTS_WORK, inbox.c.state == "ready")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that wants work."""

    n: int
    event: str
    body: bytes
    received_at: datetime
    repo: int | None = None
    issue: int | None = None
    attempts: int = 0
    not_before: datetime | None = None


async def unsorted(tx: AsyncConnection, *, at_most: int = BATCH) -> tuple[Waiting, ...]:
    """Give deliveries that nobody has looked into yet."""
    limits = {"at_most": at_most, "bytes_together": BYTES_TOGETHER}
    return _waiting(await tx.execute(_UNSORTED, limits))


async def place(tx: AsyncConnection, understood: Iterable[tuple[int, Heard]]) -> None:
    """Note what deliveries are about; one that is no event for us needs nothing more."""
    values = [
        {
            "which": n,
            "state": "ignored" if heard.event is None else "ready",
            "repo": heard.repo,
            "issue": heard.issue,
            "happened_at": heard.happened_at,
            "tiebreak": heard.tiebreak,
        }
        for n, heard in understood
    ]
    if values:
        await tx.execute(_PLACE, values)


_PLACE = update(inbox).where(inbox.c.n == bindparam("which"), inbox.c.state == "new")


async def lanes_with_work(tx: AsyncConnection, settle: timedelta, now: datetime) -> list[int]:
    """Name the repositories that have an event to decide."""
    given = {"settled_before": await _settled_before(tx, settle, now), "now": now}
    found = (await tx.execute(_LANES, given)).scalars()
    return [repo for repo in found if repo is not None]


async def next_of_lane(
    tx: AsyncConnection, repo: int, settle: timedelta, now: datetime, *, at_most: int = TOGETHER
) -> tuple[Waiting, ...]:
    """Give the next events of a repository, a batch at most: oldest first, in GitHub's time.

    An event settles for a while after it arrived, since an older one may be on its way; what is older
    than one that has settled need not settle itself, and must not be passed by. While an event of an
    issue waits, later ones of that issue wait too; other issues go on.
    """
    given = {"lane": repo, "now": now}
    settled_before = await _settled_before(tx, settle, now)
    newest = (await tx.execute(_NEWEST, given | {"settled_before": settled_before})).first()
    if newest is None:
        return ()
    up_to = dict(zip(("up_to", "tied_up_to", "n_up_to"), newest, strict=True))
    limits = {"at_most": at_most, "bytes_together": BYTES_TOGETHER}
    return _waiting(await tx.execute(_NEXT, given | up_to | limits))


async def _settled_before(tx: AsyncConnection, settle: timedelta, now: datetime) -> datetime:
    """Say up to when what arrived has settled: another process may be placing what came since."""
    unplaced = (await tx.execute(_FIRST_UNPLACED)).scalar()
    return (now if unplaced is None else min(now, unplaced)) - settle


async def next_moment(tx: AsyncConnection, settle: timedelta, now: datetime) -> datetime | None:
    """Say when the next event can be decided, if one waits."""
    settled = (await tx.execute(_ARRIVED, {"now": now})).scalar()
    free = (await tx.execute(_AGAIN, {"now": now})).scalar()
    moments = (settled + settle if settled else None, free)
    return min((moment for moment in moments if moment), default=None)


async def finish(tx: AsyncConnection, n: int, state: str, error: str | None = None) -> None:
    """Note that a delivery needs no more work: `done`, `ignored` or `quarantined`."""
    await finish_all(tx, (n,), state, error)


async def finish_all(
    tx: AsyncConnection, numbers: Sequence[int], state: str, error: str | None = None
) -> None:
    """Note that deliveries need no more work."""
    if numbers:
        error = error[:ERROR_AT_MOST] if error else None
        given = {"numbers": list(numbers), "state": state, "error": error}
        await tx.execute(_FINISH, given)


async def postpone(
    tx: AsyncConnection, n: int, not_before: datetime, error: str, *, count: bool
) -> None:
    """Let an event wait; `count` when it is an attempt that failed, and not a question that waits."""
    values = {"not_before": not_before, "error": error[:ERROR_AT_MOST]}
    attempts = inbox.c.attempts + (1 if count else 0)
    await tx.execute(update(inbox).where(inbox.c.n == n).values(**values, attempts=attempts))


async def forget_bodies(tx: AsyncConnection, now: datetime) -> None:
    """Drop the bytes of what was done long ago; the ids stay, so that nothing is decided twice."""
    old = bodies.c.received_at < now - BODIES_KEPT
    done = exists().where(inbox.c.n == bodies.c.n, inbox.c.state.in_(["done", "ignored"]))
    await tx.execute(delete(bodies).where(old, done))


quarantined = quarantined_in = quarantine.count
"""Count the events about an issue, or of a repository, that could not be decided."""


async def open_count(tx: AsyncConnection) -> int:
    """Count the deliveries that still want work."""
    query = select(func.count()).select_from(inbox).where(_WANTS_WORK)
    return (await tx.execute(query)).scalar_one()


async def state_of(tx: AsyncConnection, delivery: str) -> tuple[str, str | None] | None:
    """Say how far a delivery has come, and what went wrong with it."""
    query = select(inbox.c.state, inbox.c.error).where(inbox.c.delivery == delivery)
    found = (await tx.execute(query)).first()
    return (found.state, found.error) if found else None


# --- statements, built once: it takes longer to build them than to execute them ---------------------

_NOW = bindparam("now", type_=inbox.c.received_at.type)
_SETTLED = inbox.c.received_at <= bindparam("settled_before", type_=inbox.c.received_at.type)
_MAY = or_(inbox.c.not_before.is_(None), inbox.c.not_before <= _NOW)
_WAITING = tuple(Waiting.__dataclass_fields__)


def _first(moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give the earliest of a column's moments, as a moment."""
    return func.min(moment, type_=moment.type)


def _free(query: Select[Any]) -> Select[Any]:
    """Narrow a query to events that nothing holds back: no pause, no earlier event of the issue."""
    held = (
        select(inbox.c.repo, inbox.c.issue, _first(inbox.c.happened_at).label("since"))
        .where(_READY, inbox.c.issue.is_not(None), ~_MAY)
        .group_by(inbox.c.repo, inbox.c.issue)
        .subquery()
    )
    same = and_(held.c.repo == inbox.c.repo, held.c.issue == inbox.c.issue)
    return query.outerjoin_from(inbox, held, same).where(
        _READY,
        _MAY,
        or_(held.c.since.is_(None), inbox.c.happened_at < held.c.since),
    )


def _with_bodies(query: Select[Any], *order: str) -> Select[Any]:
    """Give the first rows of a query, as many as have their bodies within the limit; one at least.

    Both engines know how long bytes are without reading them, so only what fits is read.
    """
    first = query.order_by(*(inbox.c[name] for name in order)).subquery()
    # The length by itself: SQLite would carry whole bodies through a window that measures them.
    size = func.length(bodies.c.body).label("size")
    measured = select(first, size).join(bodies, bodies.c.n == first.c.n).subquery()
    by = [measured.c[name] for name in order]
    so_far = func.sum(measured.c.size).over(order_by=by, rows=(None, 0)).label("so_far")
    sized = select(measured, so_far).subquery()
    columns = [(bodies if name == "body" else sized).c[name] for name in _WAITING]
    fits = or_(
        sized.c.so_far <= bindparam("bytes_together", type_=Integer), sized.c.so_far == sized.c.size
    )
    loaded = select(*columns).join_from(sized, bodies, bodies.c.n == sized.c.n).where(fits)
    return loaded.order_by(*(sized.c[name] for name in order))


def _waiting(found: Iterable[Any]) -> tuple[Waiting, ...]:
    return tuple(Waiting(*row) for row in found)


_UNSORTED = _with_bodies(
    select(inbox)
    .where(_WANTS_WORK, inbox.c.state == "new")
    .limit(bindparam("at_most", type_=Integer)),
    "n",
)
_FINISH = (
    update(inbox)
    .where(inbox.c.n.in_(bindparam("numbers", expanding=True)))
    .values(state=bindparam("state"), error=bindparam("error"))
)
_LANES = _free(select(inbox.c.repo)).where(_SETTLED).distinct()
_FIRST_UNPLACED = select(_first(inbox.c.received_at)).where(_WANTS_WORK, inbox.c.state == "new")
_ORDER = (inbox.c.happened_at, inbox.c.tiebreak, inbox.c.n)
_OF_LANE = inbox.c.repo == bindparam("lane")
_NEWEST = (
    _free(select(*_ORDER))
    .where(_OF_LANE, _SETTLED)
    .order_by(*(column.desc() for column in _ORDER))
    .limit(1)
)
_UP_TO = tuple_(
    bindparam("up_to", type_=inbox.c.happened_at.type),
    bindparam("tied_up_to", type_=inbox.c.tiebreak.type),
    bindparam("n_up_to", type_=inbox.c.n.type),
)
_NEXT = _with_bodies(
    _free(select(inbox))
    .where(_OF_LANE, tuple_(*_ORDER) <= _UP_TO)
    .limit(bindparam("at_most", type_=Integer)),
    "happened_at",
    "tiebreak",
    "n",
)
_ARRIVED = _free(select(_first(inbox.c.received_at)))
_AGAIN = select(_first(inbox.c.not_before)).where(_READY, ~_MAY)
