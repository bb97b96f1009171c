"""What is still to be shown on GitHub, and how far has each of it come?

A row stands for the thing that it brings up to date (`panel:7`), not for a wish: a hundred pledges
are one row whose `want_rev` has grown. A row is open while `want_rev > sent_rev`.

States: `idle`; `sending` (we may be in the middle of it); `unknown` (it may or may not be there);
`failed` (GitHub's final no); `left` (people deleted it twice, so it stays away).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.effects import Disclosure, React, Target
from bot.storage import marks, targets
from bot.storage.inserting import Insert, insert
from bot.storage.outgoing import Outgoing, Priority, read
from bot.storage.tables import links, outbox, repositories

DELETIONS_UNTIL_WE_STAY_AWAY = 2
"""A panel that people delete comes back once (product rule)."""

GRACE = timedelta(seconds=45)
"""How long an unknown comment may take to appear before we look for it (docs/architecture.md)."""

_SAID = text("outbox.kind = 'say'")
_SENDING = text("outbox.state = 'sending'")
"""In the very words of the indexes `outbox_said`, `outbox_answers` and `outbox_sending`: SQLite uses
them for nothing less (https://www.sqlite.org/partialindex.html)."""


class Overtaken(Exception):
    """A row is not as it was read any more: it is to be read again."""


async def refresh(tx: AsyncConnection, repo: int, target: Target, now: datetime) -> None:
    """Ask for a target to be brought up to date."""
    await refresh_all(tx, repo, ((target, now),))


async def refresh_all(
    tx: AsyncConnection, repo: int, wanted: Iterable[tuple[Target, datetime]]
) -> None:
    """Ask for many targets to be brought up to date."""
    values = []
    for target, now in wanted:
        kind, key, number, subject = targets.written(target)
        priority = Priority.FIRST_PANEL if kind == "panel" else Priority.CHECK
        row = {"repo": repo, "key": key, "kind": kind, "number": number, "target": subject}
        values.append(row | {"priority": priority, "wanted_at": now})
    await tx.execute(_refreshing(), values)


async def refresh_disclosures(tx: AsyncConnection, repo: int, order: int, now: datetime) -> None:
    """Ask for the check runs on a work order's pull requests, where there are any, to be looked at."""
    linked = select(links.c.pull).where(links.c.repo == repo, links.c.order == order)
    for pull in (await tx.execute(linked)).scalars().all():
        _, key, _, _ = targets.written(Disclosure(pull))
        here = and_(outbox.c.repo == repo, outbox.c.key == key)
        await tx.execute(
            update(outbox).where(here).values(_again(literal(now, outbox.c.wanted_at.type)))
        )


async def react(tx: AsyncConnection, repo: int, reaction: React, now: datetime) -> None:
    """Ask for a reaction; a second one to the same comment is the same."""
    await react_all(tx, repo, ((reaction, now),))


async def react_all(
    tx: AsyncConnection, repo: int, wanted: Iterable[tuple[React, datetime]]
) -> None:
    """Ask for many reactions."""
    values = [
        {
            "repo": repo,
            "key": f"reaction:{reaction.comment}",
            "kind": "reaction",
            "target": f"{reaction.comment} {reaction.node}".rstrip(),
            "words": reaction.content.value,
            "priority": Priority.REACTION,
            "wanted_at": now,
        }
        for reaction, now in wanted
    ]
    await tx.execute(_ONCE, values)


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
    """Ask for a digest (`digest:2026-10`) to become an issue, once; our hidden mark is added.

    Where its issue was seen before its words were known here, it is searched for.
    """
    asked = {"target": title, "words": f"{words}\n\n{marks.marker(repo, key)}", "wanted_at": now}
    row = insert(outbox).values(
        repo=repo, key=key, kind="digest", priority=Priority.DIGEST, **asked
    )
    seen_before = outbox.c.words.is_(None)
    await tx.execute(
        row.on_conflict_do_update(
            index_elements=["repo", "key"], set_=asked | {"want_rev": 1}, where=seen_before
        )
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
    query, which = (_SAID_ON, number) if person is None else (_SAID_TO, person)
    given = {"in_repo": repo, "since": since, "which": which}
    return (await tx.execute(query, given)).scalar_one()


async def intend(tx: AsyncConnection, row: Outgoing, now: datetime) -> None:
    """Note, before the request, that it may happen from now on.

    Raises:
        Overtaken: the row is not as it was read: what was to be made may be there by now.
    """
    here = and_(_same(row), _as_read(row, row.state))
    noted = await tx.execute(update(outbox).where(here).values(state="sending", attempted_at=now))
    if noted.rowcount == 0:
        raise Overtaken(row.key)


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
    """Note that it is there, as of the revision that was sent; what was told meanwhile stays."""
    c = outbox.c
    same_hash = c.sent_hash.is_not_distinct_from(row.sent_hash)
    same = and_(_as_read(row, row.state, "sending"), same_hash)
    # Words that nobody knew may have been changed once more: then only the wish tells.
    unknown = row.github_id is not None and row.sent_hash is None
    same_words = and_(same, c.want_rev == row.want_rev) if unknown else same
    await _set(
        tx,
        row,
        state=case((same, "idle"), else_=c.state),
        sent_rev=row.want_rev,
        github_id=case((same, literal(github_id, c.github_id.type)), else_=c.github_id),
        sent_hash=case((same_words, literal(body_hash, c.sent_hash.type)), else_=c.sent_hash),
        attempts=0,
        not_before=not_before,
        priority=Priority.PANEL if row.kind == "panel" else c.priority,
    )


async def postpone(
    tx: AsyncConnection, row: Outgoing, until: datetime, state: str, *, counts: bool = True
) -> None:
    """Try again later: `idle` when nothing happened, `unknown` when it may have.

    `counts` when it was an attempt of its own, after which pauses grow.
    """
    await _set(tx, row, state=state, not_before=until, attempts=row.attempts + counts)


async def fail(tx: AsyncConnection, row: Outgoing) -> None:
    """Note GitHub's final no; the row keeps it, and nothing is tried again."""
    await _set(tx, row, state="failed", sent_rev=row.want_rev)


async def doubt_what_was_sending(tx: AsyncConnection, installation: int, now: datetime) -> None:
    """Doubt what another process, or this one before a restart, was sending when it ended."""
    query = (
        select(outbox)
        .join_from(repositories, outbox, repositories.c.id == outbox.c.repo)
        .where(_SENDING, repositories.c.installation == installation)
    )
    for record in (await tx.execute(query)).mappings().all():
        await doubt(tx, read(record), now)


async def doubt(tx: AsyncConnection, row: Outgoing, now: datetime) -> None:
    """Note that nobody knows whether this was sent; it has its time to appear on GitHub.

    From now on, and not from the attempt: that was perhaps noted by another clock.
    """
    await _set(tx, row, state="unknown", not_before=now + GRACE)


async def open_count(tx: AsyncConnection, repo: int | None = None) -> int:
    """Count what is still to be shown, in one repository or everywhere."""
    here = () if repo is None else (outbox.c.repo == repo,)
    query = select(func.count()).select_from(outbox).where(_open(), *here)
    return (await tx.execute(query)).scalar_one()


async def panels(tx: AsyncConnection, repo: int) -> list[tuple[int, int]]:
    """List the panels of a repository that are on GitHub: the issue's number, the comment's id."""
    query = select(outbox.c.number, outbox.c.github_id).where(
        outbox.c.repo == repo, outbox.c.kind == "panel", outbox.c.github_id.is_not(None)
    )
    return [(number, comment) for number, comment in await tx.execute(query)]


# --- pieces -----------------------------------------------------------------------------------


_ONCE = insert(outbox).on_conflict_do_nothing()
_SAID_SINCE = (
    select(func.count())
    .select_from(outbox)
    .where(
        _SAID,
        outbox.c.repo == bindparam("in_repo"),
        outbox.c.wanted_at >= bindparam("since", type_=outbox.c.wanted_at.type),
    )
)
_SAID_ON = _SAID_SINCE.where(outbox.c.number == bindparam("which"))
_SAID_TO = _SAID_SINCE.where(outbox.c.answers == bindparam("which"))


async def _once(tx: AsyncConnection, **values: Any) -> None:
    await tx.execute(_ONCE, values)


def _again(since: ColumnElement[Any]) -> dict[str, Any]:
    """Want a row once more; it keeps its place in the line while it waits."""
    pending = outbox.c.want_rev > outbox.c.sent_rev
    return {
        "want_rev": outbox.c.want_rev + 1,
        "wanted_at": case((pending, outbox.c.wanted_at), else_=since),
        "state": case((outbox.c.state == "failed", "idle"), else_=outbox.c.state),
    }


@cache
def _refreshing() -> Insert:
    statement = insert(outbox)
    again = _again(statement.excluded.wanted_at)
    return statement.on_conflict_do_update(index_elements=["repo", "key"], set_=again)


async def _set(tx: AsyncConnection, row: Outgoing, **values: Any) -> None:
    await tx.execute(update(outbox).where(_same(row)).values(values))


def _open() -> ColumnElement[bool]:
    return and_(outbox.c.want_rev > outbox.c.sent_rev, outbox.c.state.not_in(("failed", "left")))


def _as_read(row: Outgoing, *states: str) -> ColumnElement[bool]:
    c = outbox.c
    return and_(c.github_id.is_not_distinct_from(row.github_id), c.state.in_(states))


def _same(row: Outgoing) -> ColumnElement[bool]:
    return and_(outbox.c.repo == row.repo, outbox.c.key == row.key)
