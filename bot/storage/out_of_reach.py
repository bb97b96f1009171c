"""What was told of a repository that is out of our reach?

GitHub tells only of where the App is installed. So an event that arrived after we were told that a
repository is gone from us means perhaps that it is back, and that this is still to be told: should it be,
the event is taken up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, case, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.inbox_tables import OUT_OF_REACH
from bot.storage.tables import bodies, inbox, repositories

NOT_OURS = "not in a repository of ours"
"""Why an event is passed over whose repository we may not act in."""


async def pass_over(tx: AsyncConnection, repo: int, numbers: Sequence[int]) -> None:
    """Note that these events need no more work, unless the repository comes back."""
    await tx.execute(_PASS_OVER, {"from_repo": repo, "numbers": list(numbers)})


async def take_up(tx: AsyncConnection, repos: Collection[int]) -> None:
    """Decide after all what arrived from these repositories while we took them for gone."""
    if repos:
        await tx.execute(_TAKE_UP, {"repos": sorted(repos)})


_GONE_SINCE = (
    select(repositories.c.removed_told_at)
    .where(repositories.c.id == bindparam("from_repo"), repositories.c.removed.is_(True))
    .scalar_subquery()
)
_PASS_OVER = (
    update(inbox)
    .where(inbox.c.n.in_(bindparam("numbers", expanding=True)))
    .values(
        state="ignored",
        error=case((inbox.c.received_at >= _GONE_SINCE, OUT_OF_REACH), else_=NOT_OURS),
    )
)
_HERE = select(repositories.c.id).where(
    repositories.c.id.in_(bindparam("repos", expanding=True)), repositories.c.removed.is_(False)
)
_TAKE_UP = (
    update(inbox)
    .where(
        inbox.c.state == "ignored",
        inbox.c.error == OUT_OF_REACH,
        inbox.c.repo.in_(_HERE),
        exists().where(bodies.c.n == inbox.c.n),
    )
    .values(state="ready", error=None)
)
