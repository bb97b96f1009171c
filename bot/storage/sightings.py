"""A comment or an issue of ours came back to us as an event: what do we learn from it?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.mirrored import CommentSighted, IssueSighted, Sighted
from bot.storage import publishing, said_already
from bot.storage.marks import marked_key
from bot.storage.outbox import DELETIONS_UNTIL_WE_STAY_AWAY, GRACE
from bot.storage.outgoing import Outgoing
from bot.storage.tables import outbox


async def learn(tx: AsyncConnection, seen: Sighted, now: datetime) -> None:
    """Learn from GitHub that one of our comments was made, edited or deleted, or an issue opened.

    What we did ourselves we know; what others do to a panel is put right when it is next shown.
    """
    if isinstance(seen, IssueSighted):
        key = marked_key(seen.repo, seen.body)
        if key is not None:
            await publishing.seen(tx, seen.repo, key, seen.number)
            await said_already.note_digest(tx, seen.repo, key, now)
        return
    ours = and_(outbox.c.repo == seen.repo, outbox.c.github_id == seen.comment)
    match seen.action:
        case "created":
            await _settle(tx, seen, now)
        case "edited" if not seen.by_author:
            wrong = {"want_rev": outbox.c.want_rev + 1, "sent_hash": None, "wanted_at": now}
            await tx.execute(update(outbox).where(ours, outbox.c.kind == "panel").values(wrong))
        case "deleted" if not seen.by_author:
            await _deleted(tx, ours, sent_hash=None)


async def lost(tx: AsyncConnection, row: Outgoing, now: datetime) -> None:
    """Note that GitHub finds a panel's comment no longer; it comes back once, then stays away.

    If its deletion was told meanwhile, that was it: one deletion does not count twice. A hash without
    an id says that nobody told of it: then it is searched for, in its time, before it comes back.
    """
    same = and_(
        outbox.c.repo == row.repo, outbox.c.key == row.key, outbox.c.github_id == row.github_id
    )
    some_hash = func.coalesce(outbox.c.sent_hash, "")
    await _deleted(tx, same, sent_hash=some_hash, not_before=now + GRACE)


async def _deleted(tx: AsyncConnection, which: ColumnElement[bool], **more: Any) -> None:
    """Note that panels' comments were deleted; each comes back once, then stays away."""
    stay_away = outbox.c.deletions + 1 >= DELETIONS_UNTIL_WE_STAY_AWAY
    values = {
        "deletions": outbox.c.deletions + 1,
        "github_id": None,
        "state": case((stay_away, "left"), else_="idle"),
        "want_rev": outbox.c.want_rev + 1,
    }
    await tx.execute(update(outbox).where(which, outbox.c.kind == "panel").values(values | more))


async def _settle(tx: AsyncConnection, seen: CommentSighted, now: datetime) -> None:
    """Know without a search that what was unknown is there; a panel may still be out of date."""
    key = marked_key(seen.repo, seen.body)
    if key is None:
        return
    doubted = and_(
        outbox.c.repo == seen.repo,
        outbox.c.key == key,
        outbox.c.state == "unknown",
        outbox.c.github_id.is_(None),
    )
    said = case((outbox.c.kind == "say", outbox.c.want_rev), else_=outbox.c.sent_rev)
    found = {"github_id": seen.comment, "state": "idle", "sent_rev": said, "not_before": None}
    await tx.execute(update(outbox).where(doubted).values(found))
    await said_already.note_comment(tx, seen, key, now)
