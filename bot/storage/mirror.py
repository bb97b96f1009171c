"""What did GitHub last tell us of names, visibility and installations?

Of each thing told the newest word wins, in whatever order words come; what a repository is called, whether
it is private and whether we may act in it are told by different events, so each has its own moment.
Never money; everything here can be read again from GitHub.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Repo
from bot.events import mirrored as m
from bot.storage import pulls
from bot.storage.inserting import Insert, insert
from bot.storage.people import Draw, remember, remember_all
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
            await _put_all(tx, _ISSUES, [_fields(fact, *_ISSUE)])
        case m.PullSeen():
            await pulls.note_pull(tx, fact, draw)
        case m.ReviewSeen():
            await pulls.note_review(tx, fact, draw)


async def note_all(tx: AsyncConnection, told: Iterable[m.Fact], draw: Draw) -> None:
    """Take over many facts, in any order: of each kind that is written blindly in one statement."""
    facts = tuple(dict.fromkeys(told))
    await remember_all(
        tx, (fact.account for fact in facts if isinstance(fact, m.AccountSeen)), draw
    )
    passing = [
        f for f in facts if isinstance(f, m.RepositorySeen) and f.in_passing and not f.removed
    ]
    issues_seen = [fact for fact in facts if isinstance(fact, m.IssueSeen)]
    await _put_all(tx, _PASSING, [_repository(fact) for fact in _newest(passing)])
    await _put_all(tx, _ISSUES, [_fields(fact, *_ISSUE) for fact in issues_seen])
    of_pulls = [fact for fact in facts if isinstance(fact, m.PullSeen | m.ReviewSeen)]
    await pulls.note_all(tx, of_pulls, draw)
    done = {*passing, *issues_seen, *of_pulls}
    for fact in facts:
        if fact not in done and not isinstance(fact, m.AccountSeen):
            await note(tx, fact, draw)


def _newest(seen: Iterable[m.RepositorySeen]) -> Iterable[m.RepositorySeen]:
    """Leave out what differs from another only by being told earlier."""
    newest: dict[m.RepositorySeen, m.RepositorySeen] = {}
    for fact in seen:
        key = replace(fact, told_at=_ANY_TIME)
        if key not in newest or newest[key].told_at < fact.told_at:
            newest[key] = fact
    return newest.values()


async def _put_all(tx: AsyncConnection, statement: Insert, values: list[dict[str, Any]]) -> None:
    if values:
        await tx.execute(statement, values)


async def repo_by_id(tx: AsyncConnection, repo: int) -> Repo | None:
    """Give a repository that we may act in."""
    return _repo((await tx.execute(_REPO, {"which": repo})).mappings().first())


async def repo_by_name(tx: AsyncConnection, owner: str, name: str) -> Repo | None:
    """Give the repository that bears this name now (GitHub's names know no case)."""
    query = select(repositories).where(
        func.lower(repositories.c.owner) == owner.lower(),
        func.lower(repositories.c.name) == name.lower(),
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


async def rename(tx: AsyncConnection, repo: Repo) -> None:
    """Take over a repository's place of today; whatever is told of it still counts as before."""
    newest = {"owner": repo.owner, "name": repo.name, "installation": repo.installation}
    await tx.execute(update(repositories).where(repositories.c.id == repo.id).values(newest))


async def note_repository(tx: AsyncConnection, fact: m.RepositorySeen) -> None:
    """Take over what is known of a repository."""
    if fact.removed and not (fact.owner and fact.name):
        older = _is_newer(repositories.c.removed_told_at, fact.told_at)
        gone = {"removed": True, "removed_told_at": fact.told_at}
        same = repositories.c.id == fact.id
        await tx.execute(update(repositories).where(same, older).values(gone))
        return
    await _put_all(tx, _PASSING if fact.in_passing else _REPOSITORIES, [_repository(fact)])


async def _note_installation(tx: AsyncConnection, fact: m.InstallationSeen) -> None:
    values = _fields(fact, "id", "account", "suspended", "removed", "told_at")
    await tx.execute(_INSTALLATIONS, [values])


def _newest_wins(table: Table, names: Iterable[str], **kept: Any) -> Insert:
    """Write what was told, unless something newer was."""
    statement = insert(table)
    newest = {name: statement.excluded[name] for name in names if name != "id"} | kept
    older = _is_newer(table.c.told_at, statement.excluded.told_at)
    return statement.on_conflict_do_update(index_elements=["id"], set_=newest, where=older)


def _is_newer(known: Column[Any], told: Any) -> ColumnElement[bool]:
    """Tell whether nothing newer is known; of two words of one moment the later one counts."""
    return or_(known.is_(None), known <= told)


def _repositories(*, in_passing: bool) -> Insert:
    """Write what was told of a repository, each part unless something newer was told of that part."""
    statement = insert(repositories)
    table, told = repositories.c, statement.excluded
    called = _is_newer(table.told_at, told.told_at)
    private = _is_newer(table.private_told_at, told.private_told_at)
    # An event about something else, which may come late, hides a repository, and does nothing more.
    gone = false() if in_passing else _is_newer(table.removed_told_at, told.removed_told_at)
    private = and_(private, told.private.is_(True)) if in_passing else private
    parts = (
        (called, ("owner", "name", "installation", "told_at")),
        (private, ("private", "private_told_at")),
        (gone, ("removed", "removed_told_at")),
    )
    newest = {
        name: case((is_newer, told[name]), else_=table[name])
        for is_newer, names in parts
        for name in names
    }
    return statement.on_conflict_do_update(index_elements=["id"], set_=newest)


def _repository(fact: m.RepositorySeen) -> dict[str, Any]:
    tells = not fact.in_passing
    return _fields(fact, *_REPOSITORY) | {
        "private_told_at": fact.told_at if tells or fact.private else None,
        "removed_told_at": fact.told_at if tells else None,
    }


_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_REPOSITORY = ("id", "installation", "owner", "name", "private", "removed", "told_at")
_ISSUE = ("id", "repo", "number", "title", "told_at", "summary")

_REPO = select(repositories).where(
    repositories.c.id == bindparam("which"), repositories.c.removed.is_(False)
)
_REPOSITORIES = _repositories(in_passing=False)
_PASSING = _repositories(in_passing=True)
_ISSUES = _newest_wins(
    issues, _ISSUE, summary=func.coalesce(insert(issues).excluded.summary, issues.c.summary)
)
_INSTALLATIONS = _newest_wins(installations, ("id", "account", "suspended", "removed", "told_at"))


def _fields(fact: m.Fact, *names: str) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _repo(record: Any) -> Repo | None:
    if record is None or record["installation"] is None:
        return None
    return Repo(record["id"], record["owner"], record["name"], record["installation"])
