"""Where are we installed, as far as we were told, and what of it stands on GitHub?"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import installations, outbox, repositories


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation as last told."""

    account: str
    suspended: bool
    removed: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A repository as last told."""

    id: int
    installation: int | None
    full_name: str
    private: bool
    removed: bool


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel that stands on GitHub and is up to date, and the hash of what it says."""

    comment: int
    number: int
    body_hash: str


async def everything(tx: AsyncConnection) -> tuple[dict[int, Installed], dict[int, Reached]]:
    """Give all installations and repositories that we were ever told of, by id."""
    installed = {
        row.id: Installed(row.account, row.suspended, row.removed)
        for row in await tx.execute(select(installations))
    }
    reached = {
        row.id: Reached(
            row.id, row.installation, f"{row.owner}/{row.name}", row.private, row.removed
        )
        for row in await tx.execute(select(repositories))
    }
    return installed, reached


async def panels_after(
    tx: AsyncConnection, repo: int, comment: int, limit: int
) -> list[ShownPanel]:
    """Give panels of a repository that are up to date, in the order of their comments' ids."""
    shown = and_(
        outbox.c.repo == repo,
        outbox.c.kind == "panel",
        outbox.c.state == "idle",
        outbox.c.want_rev == outbox.c.sent_rev,
        outbox.c.sent_hash.is_not(None),
        outbox.c.github_id > comment,
    )
    query = (
        select(outbox.c.github_id, outbox.c.number, outbox.c.sent_hash)
        .where(shown)
        .order_by(outbox.c.github_id)
        .limit(limit)
    )
    return [ShownPanel(*row) for row in await tx.execute(query)]
