"""What is still to be shown on GitHub, and how far has each of it come?

A row stands for the thing that it brings up to date (`panel:7`), not for a wish: a hundred pledges
are one row whose `want_rev` has grown. A row is open while `want_rev > sent_rev`.

States: `idle`; `sending` (we may be in the middle of it); `unknown` (it may or may not be there);
`failed` (GitHub's final no); `left` (people deleted it twice, so it stays away).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.effects import React, Target
from bot.storage import marks, targets
from bot.storage.outgoing import Outgoing, Priority
from bot.storage.tables import installations, outbox, repositories

DELETIONS_UNTIL_WE_STAY_AWAY = 2
"""A panel that people delete comes back once (product rule)."""

GRACE = timedelta(seconds=45)
"""How long an unknown comment may take to appear before we look for it (docs/architecture.md)."""


async def refresh(tx: AsyncConnection, repo: int, target: Target, now: datetime) -> None:
    """Ask for a target to be brought up to date."""
    kind, key, number, subject = targets.written(target)
    priority = Priority.FIRST_PANEL if kind == "panel" else Priority.CHECK
    row = insert(outbox).values(
        repo=repo,
        key=key,
        kind=kind,
        number=number,
        target=subject,
        priority=priority,
        wanted_at=now,
    )
    pending = outbox.c.want_rev > outbox.c.sent_rev
    since = literal(now, outbox.c.wanted_at.type)
    again = {
        "want_rev": outbox.c.want_rev + 1,
        "wanted_at": case((pending, outbox.c.wanted_at), else_=since),
        "state": case((outbox.c.state == "failed", "idle"), else_=outbox.c.state),
    }
    await tx.execute(row.on_conflict_do_update(index_elements=["repo", "key"], set_=again))


async def react(tx: AsyncConnection, repo: int, reaction: React, now: datetime) -> None:
    """Ask for a reaction; a second one to the same comment is the same."""
    await _once(
        tx,
        repo=repo,
        key=f"reaction:{reaction.comment}",
        kind="reaction",
        target=str(reaction.comment),
        words=reaction.content.value,
        priority=Priority.REACTION,
        wanted_at=now,
    )


async def say(
    tx: AsyncConnection,
    repo: int,
    key: str,
    number: int,
    words: str,
    now: datetime,
    *,
    answers: int | None = None,
) -> None:
    """Ask for a comment to be posted once, in these words; `answers` names whom it answers."""
    await _once(
        tx,
        repo=repo,
        key=f"say:{key}",
        kind="say",
        number=number,
        target=str(number),
        words=words,
        priority=Priority.SAY,
        wanted_at=now,
        answers=answers,
    )


async def publish(
    tx: AsyncConnection, repo: int, key: str, title: str, words: str, now: datetime
) -> None:
    """Ask for a digest (`digest:2026-10`) to become an issue, once; our hidden mark is added."""
    await _once(
        tx,
        repo=repo,
        key=key,
        kind="digest",
        target=title,
        words=f"{words}\n\n{marks.marker(repo, key)}",
        priority=Priority.DIGEST,
        wanted_at=now,
    )


async def said_since(
    tx: AsyncConnection,
    repo: int,
    since: datetime,
    *,
    number: int | None = None,
    person: int | None = None,
) -> int:
    """Count the answers given on an issue, or to a person, since then."""
    which = outbox.c.number == number if person is None else outbox.c.answers == person
    query = (
        select(func.count())
        .select_from(outbox)
        .where(outbox.c.repo == repo, outbox.c.kind == "say", outbox.c.wanted_at >= since, which)
    )
    return (await tx.execute(query)).scalar_one()


async def installations_with_work(tx: AsyncConnection, now: datetime) -> list[int]:
    """Name the installations that have something to send now, and let us."""
    query = _reachable(select(repositories.c.installation)).where(
        _past(outbox.c.not_before, now), _past(installations.c.not_before, now)
    )
    return [found for found in (await tx.execute(query.distinct())).scalars() if found is not None]


async def next_moment(tx: AsyncConnection, now: datetime) -> datetime | None:
    """Say when the next thing that still waits for its moment can be sent."""
    query = _reachable(select(outbox.c.not_before, installations.c.not_before)).distinct()
    moments = [max(one or now, other or now) for one, other in await tx.execute(query)]
    return min((moment for moment in moments if moment > now), default=None)


async def next_to_send(
    tx: AsyncConnection, installation: int, now: datetime, *, reactions: bool = True
) -> Outgoing | None:
    """Give what goes next for an installation; without `reactions`, they wait."""
    query = _of_installation(installation).where(_past(outbox.c.not_before, now))
    if not reactions:
        query = query.where(outbox.c.kind != "reaction")
    first = query.order_by(outbox.c.priority, outbox.c.wanted_at).limit(1)
    record = (await tx.execute(first)).mappings().first()
    return None if record is None else _outgoing(record)


async def waiting_panels(tx: AsyncConnection, installation: int) -> int:
    """Count the panels of an installation that wait for a refresh."""
    query = _of_installation(installation).where(outbox.c.kind == "panel")
    counted = select(func.count()).select_from(query.with_only_columns(outbox.c.key).subquery())
    return (await tx.execute(counted)).scalar_one()


async def intend(tx: AsyncConnection, row: Outgoing, now: datetime) -> None:
    """Note, before the request, that it may happen from now on."""
    await _set(tx, row, state="sending", attempted_at=now)


async def state_of(tx: AsyncConnection, row: Outgoing) -> str:
    """Give the state of a row as it is noted now."""
    state: str = (await tx.execute(select(outbox.c.state).where(_same(row)))).scalar_one()
    return state


async def sent(
    tx: AsyncConnection,
    row: Outgoing,
    *,
    github_id: int | None,
    body_hash: str | None,
    not_before: datetime | None = None,
) -> None:
    """Note that it is there, as of the revision that was sent."""
    priority = Priority.PANEL if row.kind == "panel" else outbox.c.priority
    await _set(
        tx,
        row,
        state="idle",
        sent_rev=row.want_rev,
        github_id=github_id,
        sent_hash=body_hash,
        attempts=0,
        not_before=not_before,
        priority=priority,
    )


async def postpone(tx: AsyncConnection, row: Outgoing, until: datetime, state: str) -> None:
    """Try again later: `idle` when nothing happened, `unknown` when it may have."""
    await _set(tx, row, state=state, not_before=until, attempts=row.attempts + 1)


async def fail(tx: AsyncConnection, row: Outgoing) -> None:
    """Note GitHub's final no; the row keeps it, and nothing is tried again."""
    await _set(tx, row, state="failed", sent_rev=row.want_rev)


async def lost(tx: AsyncConnection, row: Outgoing) -> None:
    """Note that a panel's comment is no longer there; it comes back once, then stays away.

    If its deletion was told meanwhile, that was it: one deletion does not count twice.
    """
    await deleted(tx, and_(_same(row), outbox.c.github_id == row.github_id))


async def doubt_what_was_sending(tx: AsyncConnection) -> None:
    """After a start: whatever was being sent may or may not have arrived, or may appear soon."""
    query = select(outbox).where(outbox.c.state == "sending")
    for record in (await tx.execute(query)).mappings().all():
        await doubt(tx, _outgoing(record))


async def doubt(tx: AsyncConnection, row: Outgoing) -> None:
    """Note that nobody knows whether this was sent; it has its time to appear on GitHub."""
    until = row.attempted_at + GRACE if row.attempted_at else None
    await _set(tx, row, state="unknown", not_before=until)


async def open_count(tx: AsyncConnection) -> int:
    """Count what is still to be shown."""
    query = select(func.count()).select_from(outbox).where(_open())
    return (await tx.execute(query)).scalar_one()


async def panels(tx: AsyncConnection, repo: int) -> list[tuple[int, int]]:
    """List the panels of a repository that are on GitHub: the issue's number, the comment's id."""
    query = select(outbox.c.number, outbox.c.github_id).where(
        outbox.c.repo == repo, outbox.c.kind == "panel", outbox.c.github_id.is_not(None)
    )
    return [(number, comment) for number, comment in await tx.execute(query)]


# --- pieces -----------------------------------------------------------------------------------


async def _once(tx: AsyncConnection, **values: Any) -> None:
    await tx.execute(insert(outbox).values(values).on_conflict_do_nothing())


async def _set(tx: AsyncConnection, row: Outgoing, **values: Any) -> None:
    await tx.execute(update(outbox).where(_same(row)).values(values))


async def deleted(tx: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Note that panels' comments were deleted; each comes back once, then stays away."""
    stay_away = outbox.c.deletions + 1 >= DELETIONS_UNTIL_WE_STAY_AWAY
    values = {
        "deletions": outbox.c.deletions + 1,
        "github_id": None,
        "sent_hash": None,
        "state": case((stay_away, "left"), else_="idle"),
        "want_rev": outbox.c.want_rev + 1,
    }
    await tx.execute(update(outbox).where(which, outbox.c.kind == "panel").values(values))


def _of_installation(installation: int) -> Select[Any]:
    return _reachable(select(outbox)).where(repositories.c.installation == installation)


def _open() -> ColumnElement[bool]:
    return and_(outbox.c.want_rev > outbox.c.sent_rev, outbox.c.state.not_in(("failed", "left")))


def _reachable(query: Select[Any]) -> Select[Any]:
    """Narrow a query to what is open, where we are still welcome."""
    quiet = or_(installations.c.suspended.is_(True), installations.c.removed.is_(True))
    return (
        query.join_from(outbox, repositories, outbox.c.repo == repositories.c.id)
        .outerjoin(installations, installations.c.id == repositories.c.installation)
        .where(
            _open(),
            repositories.c.removed.is_(False),
            or_(installations.c.id.is_(None), ~quiet),
        )
    )


def _past(moment: ColumnElement[datetime | None], now: datetime) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment <= now)


def _same(row: Outgoing) -> ColumnElement[bool]:
    return and_(outbox.c.repo == row.repo, outbox.c.key == row.key)


def _outgoing(record: Any) -> Outgoing:
    return Outgoing(**{name: record[name] for name in Outgoing.__dataclass_fields__})
