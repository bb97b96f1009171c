"""What did the digests say? Their words, fixed when the months were closed, and what new ones need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.digests import DigestShown
from bot.domain.figures import Figures
from bot.domain.panel import Position
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.storage import ledger
from bot.storage.tables import digests, issues, items, orders


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest as it was worded when its month was closed."""

    month: str
    seq: int
    """The entry that closed the month."""
    hash: str
    title: str
    words: str
    closed_at: datetime
    issue: int | None
    """Number of the issue that it was posted as."""


async def keep(tx: AsyncConnection, repo: int, digest: Digest) -> None:
    """Fix the words of a digest."""
    names = ("month", "seq", "hash", "title", "words", "closed_at", "issue")
    values = {name: getattr(digest, name) for name in names}
    await tx.execute(insert(digests).values(repo=repo, **values))


async def of_month(tx: AsyncConnection, repo: int, month: str) -> Digest | None:
    """Give the digest of a month."""
    query = select(digests).where(digests.c.repo == repo, digests.c.month == month)
    record = (await tx.execute(query)).mappings().first()
    return None if record is None else _digest(record)


async def all_months(tx: AsyncConnection, repo: int) -> tuple[Digest, ...]:
    """Give every digest, the newest first."""
    query = select(digests).where(digests.c.repo == repo).order_by(digests.c.month.desc())
    return tuple(_digest(record) for record in (await tx.execute(query)).mappings())


async def worded(
    tx: AsyncConnection,
    repo: Repo,
    figures: Figures,
    position: Position,
    rules: Rules,
    pages: str | None,
    *,
    is_final: bool = True,
) -> DigestShown:
    """Gather what the words of a digest need besides its figures."""
    declined = {line.seq: line.pledge for line in figures.declined}
    reasons = await ledger.words_of(tx, repo.id, tuple(declined))
    ids = _issues_in(figures)
    return DigestShown(
        repository=repo.full_name,
        figures=figures,
        position=position,
        reasons={declined[seq]: words for seq, words in reasons.items()},
        titles=await titles_of(tx, ids),
        places=await numbers_of(tx, repo.id, ids),
        rails=rules.rails,
        pages=pages,
        is_final=is_final,
    )


async def titles_of(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, str]:
    """Give the titles of issues, by GitHub's ids."""
    query = select(issues.c.id, issues.c.title).where(issues.c.id.in_(set(ids)))
    return {issue: title for issue, title in await tx.execute(query)}  # noqa: C416 - a row is no pair to mypy


async def numbers_of(tx: AsyncConnection, repo: int, ids: Iterable[int]) -> dict[int, int]:
    """Give the numbers of roadmap items and work orders, by GitHub's ids."""
    wanted = set(ids)
    found: dict[int, int] = {}
    for table in (items, orders):
        query = select(table.c.issue, table.c.number).where(
            table.c.repo == repo, table.c.issue.in_(wanted)
        )
        found |= {issue: number for issue, number in await tx.execute(query)}  # noqa: C416 - typed
    return found


def _issues_in(figures: Figures) -> set[int]:
    places = {line.issue for line in figures.items} | {line.issue for line in figures.orders}
    places |= {line.issue for line in figures.orders_waiting}
    places |= {line.issue for line in figures.pledges()}
    return places | {line.issue for line in figures.corrections if line.issue is not None}


def _digest(record: Any) -> Digest:
    return Digest(**{name: record[name] for name in Digest.__dataclass_fields__})
