"""What goes to GitHub next, for which installation, and when is there something again?

Every question walks along an index of open rows (`outbox_open`: repository, priority, time): a
hundred thousand reactions that wait cost a panel nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import NamedFromClause

from bot.domain.refs import Repo
from bot.storage.outgoing import Outgoing, Priority, read
from bot.storage.tables import installations, outbox, repositories
from bot.storage.types import Moment

_SOME = 200
"""Panels that are counted at most: beyond it a panel rests for minutes anyway."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A row that goes next, and where it belongs."""

    row: Outgoing
    repo: Repo


async def installations_with_work(tx: AsyncConnection, now: datetime) -> list[int]:
    """Name the installations that have something to send now, and let us."""
    found = (await tx.execute(_WITH_WORK, {"now": now})).scalars()
    return sorted(installation for installation in found if installation is not None)


async def next_moment(tx: AsyncConnection, now: datetime) -> datetime | None:
    """Say when the next row that was put off may go."""
    return (await tx.execute(_PUT_OFF, {"now": now})).scalar_one_or_none()


async def next_to_send(
    tx: AsyncConnection, installation: int, now: datetime, *, reactions: bool = True
) -> Upcoming | None:
    """Give what goes next for an installation; without `reactions`, they wait."""
    last = Priority.REACTION if reactions else Priority.PANEL
    given = {"installation": installation, "now": now, "last": last}
    record = (await tx.execute(_NEXT, given)).mappings().first()
    if record is None:
        return None
    repo = Repo(record["repo"], record["owner"], record["name"], installation)
    return Upcoming(read(record), repo)


async def reactions(tx: AsyncConnection, repo: int, now: datetime, most: int) -> list[Outgoing]:
    """Give the reactions of a repository that wait longest, so many at most."""
    found = await tx.execute(_REACTIONS, {"repo": repo, "now": now, "most": most})
    return [read(record) for record in found.mappings()]


async def waiting_panels(tx: AsyncConnection, installation: int) -> int:
    """Count the panels of an installation that wait for a refresh (two hundred are enough)."""
    counted: int = (await tx.execute(_PANELS, {"installation": installation})).scalar_one()
    return counted


# --- pieces -----------------------------------------------------------------------------------

_now = bindparam("now", type_=Moment())


def _wanted(rows: NamedFromClause) -> ColumnElement[bool]:
    """In the very words of the partial indexes: SQLite uses them for nothing less."""
    return literal_column(f"{rows.name}.want_rev > {rows.name}.sent_rev", type_=None)


def _open(rows: NamedFromClause) -> ColumnElement[bool]:
    return and_(_wanted(rows), rows.c.state.not_in(("failed", "left")))


def _due(rows: NamedFromClause) -> ColumnElement[bool]:
    return or_(rows.c.not_before.is_(None), rows.c.not_before <= _now)


def _reachable(query: Select[Any]) -> Select[Any]:
    """Narrow a query over repositories to those where we are still welcome."""
    welcome = and_(installations.c.suspended.is_(False), installations.c.removed.is_(False))
    return query.outerjoin(installations, installations.c.id == repositories.c.installation).where(
        repositories.c.removed.is_(False), or_(installations.c.id.is_(None), welcome)
    )


# --- the questions, made once -----------------------------------------------------------------


def _with_work() -> Select[Any]:
    """Walk from one repository with open rows to the next along the index."""
    waiting, later = outbox.alias("waiting"), outbox.alias("later")
    first = select(func.min(outbox.c.repo).label("repo")).where(_wanted(outbox))
    busy = first.cte("busy", recursive=True)
    following = select(func.min(later.c.repo)).where(_wanted(later), later.c.repo > busy.c.repo)
    busy = busy.union_all(select(following.scalar_subquery()).where(busy.c.repo.is_not(None)))
    due = exists().where(waiting.c.repo == repositories.c.id, _open(waiting), _due(waiting))
    here = repositories.c.id == busy.c.repo
    query = select(repositories.c.installation).join_from(busy, repositories, here)
    return _reachable(query).where(due).distinct()


def _next() -> Select[Any]:
    """Find the first open row of each repository along the index, and of those the first."""
    waiting = outbox.alias("waiting")
    first = (
        select(waiting.c.key)
        .where(waiting.c.repo == repositories.c.id, _open(waiting), _due(waiting))
        .where(waiting.c.priority <= bindparam("last"))
        .order_by(waiting.c.priority, waiting.c.wanted_at)
        .limit(1)
    )
    here = and_(outbox.c.repo == repositories.c.id, outbox.c.key == first.scalar_subquery())
    places = select(outbox, repositories.c.owner, repositories.c.name)
    return (
        _reachable(places.join_from(repositories, outbox, here))
        .where(repositories.c.installation == bindparam("installation"))
        .order_by(outbox.c.priority, outbox.c.wanted_at)
        .limit(1)
    )


def _panels() -> Select[Any]:
    panels = outbox.c.priority.in_((Priority.FIRST_PANEL, Priority.PANEL))
    here = repositories.c.id == outbox.c.repo
    some = (
        select(outbox.c.key)
        .join_from(repositories, outbox, here)
        .where(repositories.c.installation == bindparam("installation"), panels, _open(outbox))
        .limit(_SOME)
    )
    return select(func.count()).select_from(some.subquery())


_WITH_WORK, _NEXT, _PANELS = _with_work(), _next(), _panels()
_PUT_OFF = (
    select(outbox.c.not_before)
    .where(_wanted(outbox), outbox.c.not_before > _now)
    .order_by(outbox.c.not_before)
    .limit(1)
)
_REACTIONS = (
    select(outbox)
    .where(outbox.c.repo == bindparam("repo"), outbox.c.priority == Priority.REACTION)
    .where(_open(outbox), _due(outbox))
    .order_by(outbox.c.wanted_at)
    .limit(bindparam("most"))
)
