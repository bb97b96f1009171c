"""What did GitHub last tell us of names, visibility and installations?

Newest `told_at` wins. Never money; everything here can be read again from GitHub.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, case, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Repo
from bot.events import mirrored as m
from bot.storage import pulls
from bot.storage.people import Draw, remember
from bot.storage.tables import installations, issues, repositories


async def note(tx: AsyncConnection, fact: m.Fact, draw: Draw) -> None:
    """Take over one fact."""
    match fact:
        case m.AccountSeen():
            await remember(tx, fact.account, draw)
        case m.RepositorySeen():
            await note_repository(tx, fact)
        case m.InstallationSeen():
            await _note_installation(tx, fact)
        case m.IssueSeen():
            names = ("id", "repo", "number", "title", "told_at", "summary")
            kept = func.coalesce(insert(issues).excluded.summary, issues.c.summary)
            await _upsert(tx, issues, _fields(fact, *names), {"summary": kept})
        case m.PullSeen():
            await pulls.note_pull(tx, fact, draw)
        case m.ReviewSeen():
            await pulls.note_review(tx, fact, draw)


async def repo_by_id(tx: AsyncConnection, repo: int) -> Repo | None:
    """Give a repository that we may act in."""
    query = select(repositories).where(repositories.c.id == repo, repositories.c.removed.is_(False))
    return _repo((await tx.execute(query)).mappings().first())


async def repo_by_name(tx: AsyncConnection, owner: str, name: str) -> Repo | None:
    """Give the repository that bears this name now (GitHub's names know no case)."""
    query = select(repositories).where(
        repositories.c.owner.collate("NOCASE") == owner,
        repositories.c.name.collate("NOCASE") == name,
    )
    newest = query.order_by(repositories.c.removed, repositories.c.told_at.desc())
    return _repo((await tx.execute(newest.limit(1))).mappings().first())


async def public_repo(tx: AsyncConnection, owner: str, name: str) -> Repo | None:
    """Give the public repository of this name; unknown or private is None."""
    found = await repo_by_name(tx, owner, name)
    if found is None:
        return None
    query = select(repositories.c.private, repositories.c.removed).where(
        repositories.c.id == found.id
    )
    private, removed = (await tx.execute(query)).one()
    return None if private or removed else found


async def active(tx: AsyncConnection, installation: int) -> bool:
    """Tell whether an installation lets us act: neither removed nor suspended."""
    query = select(installations.c.suspended, installations.c.removed).where(
        installations.c.id == installation
    )
    found = (await tx.execute(query)).first()
    return found is None or not (found.suspended or found.removed)


async def issue_title(tx: AsyncConnection, issue: int) -> str | None:
    """Give an issue's title of today."""
    query = select(issues.c.title).where(issues.c.id == issue)
    return (await tx.execute(query)).scalar_one_or_none()


async def summaries(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, str]:
    """Give the first paragraphs of issues, by GitHub's ids; those that we never read are missing."""
    query = select(issues.c.id, issues.c.summary).where(issues.c.id.in_(set(ids)))
    return {issue: summary for issue, summary in await tx.execute(query) if summary}


async def issue_numbers(tx: AsyncConnection, repo: int) -> dict[int, int]:
    """Give the numbers of a repository's issues by GitHub's ids."""
    query = select(issues.c.id, issues.c.number).where(issues.c.repo == repo)
    return {issue: number for issue, number in await tx.execute(query)}  # noqa: C416 - a row is no pair to mypy


async def rename(tx: AsyncConnection, repo: Repo, told_at: datetime) -> None:
    """Take over a repository's name of today."""
    newest = {"owner": repo.owner, "name": repo.name, "told_at": told_at}
    await tx.execute(update(repositories).where(repositories.c.id == repo.id).values(newest))


async def hold_back(tx: AsyncConnection, installation: int, until: datetime) -> None:
    """Note that GitHub asked an installation to be quiet until then; a restart obeys too."""
    values = {"id": installation, "account": "", "not_before": until}
    statement = insert(installations).values(values)
    newest = {"not_before": until}
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newest))


async def held_back(tx: AsyncConnection, installation: int) -> datetime | None:
    """Say until when GitHub asked an installation to be quiet."""
    query = select(installations.c.not_before).where(installations.c.id == installation)
    return (await tx.execute(query)).scalar_one_or_none()


async def note_repository(tx: AsyncConnection, fact: m.RepositorySeen) -> None:
    """Take over what is known of a repository."""
    names = ("id", "installation", "owner", "name", "private", "removed", "told_at")
    values = _fields(fact, *names)
    if fact.removed:
        gone = {"removed": True, "told_at": fact.told_at}
        same = repositories.c.id == fact.id
        if not fact.owner or not fact.name:
            await tx.execute(update(repositories).where(same).values(gone))
            return
    await _upsert(tx, repositories, values, _kept_in_passing() if fact.in_passing else {})


def _kept_in_passing() -> dict[str, Any]:
    """Say what an event about something else cannot change: private stays private, gone stays gone."""
    told = insert(repositories).excluded
    private = case((repositories.c.private.is_(True), repositories.c.private), else_=told.private)
    return {"private": private, "removed": repositories.c.removed}


async def _note_installation(tx: AsyncConnection, fact: m.InstallationSeen) -> None:
    values = _fields(fact, "id", "account", "suspended", "removed", "told_at")
    await _upsert(tx, installations, values)


async def _upsert(
    tx: AsyncConnection, table: Table, values: dict[str, Any], kept: dict[str, Any] | None = None
) -> None:
    statement = insert(table).values(values)
    newest = {name: statement.excluded[name] for name in values if name != "id"} | (kept or {})
    older = or_(table.c.told_at.is_(None), table.c.told_at <= statement.excluded.told_at)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=newest, where=older)
    )


def _fields(fact: m.Fact, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _repo(record: Any) -> Repo | None:
    if record is None or record["installation"] is None:
        return None
    return Repo(record["id"], record["owner"], record["name"], record["installation"])
