"""What were we told, and what of it still wants work?

Raw bytes, committed before the answer. A row is `new`, then `ready` (understood and placed), then
`done`, `ignored` or `quarantined`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.reading import Heard
from bot.storage.tables import inbox

BODIES_KEPT = timedelta(days=30)
"""How long raw bodies are kept (docs/architecture.md); the ids stay for ever."""

BATCH = 100
"""Deliveries understood in one transaction; keeps every transaction short."""

LANE_BATCH = 200
"""Events of one repository looked at together."""

ERROR_AT_MOST = 500
"""Characters of an error that are kept with the event."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived: GitHub's delivery id, the event's name, the bytes, and when."""

    delivery: str
    event: str
    body: bytes
    received_at: datetime


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


async def put(tx: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Note deliveries; one that is there already stays as it is."""
    rows = [
        {
            "delivery": delivery.delivery,
            "event": delivery.event,
            "body": delivery.body,
            "received_at": delivery.received_at,
        }
        for delivery in deliveries
    ]
    await tx.execute(insert(inbox).on_conflict_do_nothing(), rows)


async def unsorted(tx: AsyncConnection) -> tuple[Waiting, ...]:
    """Give deliveries that nobody has looked into yet."""
    query = select(inbox).where(inbox.c.state == "new").order_by(inbox.c.n).limit(BATCH)
    return tuple(_waiting(record) for record in (await tx.execute(query)).mappings())


async def place(tx: AsyncConnection, n: int, heard: Heard) -> None:
    """Note what a delivery is about; one that is no event for us needs nothing more."""
    values = {
        "state": "ignored" if heard.event is None else "ready",
        "repo": heard.repo,
        "issue": heard.issue,
        "happened_at": heard.happened_at,
        "tiebreak": heard.tiebreak,
    }
    await tx.execute(update(inbox).where(inbox.c.n == n).values(values))


async def lanes_with_work(tx: AsyncConnection, settled_before: datetime, now: datetime) -> list[int]:
    """Name the repositories that have an event to decide."""
    query = select(inbox.c.repo).where(_ready(settled_before), _may(now)).distinct()
    return [repo for repo in (await tx.execute(query)).scalars() if repo is not None]


async def next_of_lane(
    tx: AsyncConnection, repo: int, settled_before: datetime, now: datetime
) -> Waiting | None:
    """Give the next event of a repository: oldest first, in GitHub's time.

    While an event of an issue waits, later ones of that issue wait too; other issues go on.
    """
    query = (
        select(inbox)
        .where(inbox.c.repo == repo, _ready(settled_before))
        .order_by(inbox.c.happened_at, inbox.c.tiebreak, inbox.c.n)
        .limit(LANE_BATCH)
    )
    waiting_issues: set[int | None] = set()
    for record in (await tx.execute(query)).mappings():
        row = _waiting(record)
        if row.issue is not None and row.issue in waiting_issues:
            continue
        if row.not_before is not None and row.not_before > now:
            waiting_issues.add(row.issue)
            continue
        return row
    return None


async def next_moment(tx: AsyncConnection, settle: timedelta) -> datetime | None:
    """Say when the next event can be decided, if one waits."""
    query = select(inbox.c.received_at, inbox.c.not_before).where(inbox.c.state == "ready")
    moments = [
        max(row.received_at + settle, row.not_before or row.received_at)
        for row in await tx.execute(query.limit(LANE_BATCH))
    ]
    return min(moments, default=None)


async def finish(tx: AsyncConnection, n: int, state: str, error: str | None = None) -> None:
    """Note that a delivery needs no more work: `done`, `ignored` or `quarantined`."""
    values = {"state": state, "error": error[:ERROR_AT_MOST] if error else None}
    await tx.execute(update(inbox).where(inbox.c.n == n).values(values))


async def postpone(tx: AsyncConnection, n: int, not_before: datetime, error: str, *, count: bool) -> None:
    """Let an event wait; `count` when it is an attempt that failed, and not a question that waits."""
    values = {"not_before": not_before, "error": error[:ERROR_AT_MOST]}
    attempts = inbox.c.attempts + (1 if count else 0)
    await tx.execute(update(inbox).where(inbox.c.n == n).values(**values, attempts=attempts))


async def forget_bodies(tx: AsyncConnection, now: datetime) -> None:
    """Drop the bytes of what was done long ago; the ids stay, so that nothing is decided twice."""
    old = inbox.c.received_at < now - BODIES_KEPT
    done = inbox.c.state.in_(("done", "ignored"))
    await tx.execute(update(inbox).where(old, done, inbox.c.body.is_not(None)).values(body=None))


async def quarantined(tx: AsyncConnection, repo: int, issue: int) -> int:
    """Count the events about an issue that could not be decided."""
    query = select(func.count()).select_from(inbox).where(
        inbox.c.state == "quarantined", inbox.c.repo == repo, inbox.c.issue == issue
    )
    return (await tx.execute(query)).scalar_one()


async def open_count(tx: AsyncConnection) -> int:
    """Count the deliveries that still want work."""
    query = select(func.count()).select_from(inbox).where(inbox.c.state.in_(("new", "ready")))
    return (await tx.execute(query)).scalar_one()


async def state_of(tx: AsyncConnection, delivery: str) -> tuple[str, str | None] | None:
    """Say how far a delivery has come, and what went wrong with it."""
    query = select(inbox.c.state, inbox.c.error).where(inbox.c.delivery == delivery)
    found = (await tx.execute(query)).first()
    return (found.state, found.error) if found else None


def _ready(settled_before: datetime) -> ColumnElement[bool]:
    return (inbox.c.state == "ready") & (inbox.c.received_at <= settled_before)


def _may(now: datetime) -> ColumnElement[bool]:
    return or_(inbox.c.not_before.is_(None), inbox.c.not_before <= now)


def _waiting(record: object) -> Waiting:
    row: dict[str, object] = dict(record)  # type: ignore[call-overload]
    return Waiting(**{name: row[name] for name in Waiting.__dataclass_fields__})  # type: ignore[arg-type]
