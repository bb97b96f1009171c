"""A comment or an issue of ours came back to us as an event: what do we learn from it?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, case, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events.mirrored import CommentSighted, IssueSighted, Sighted
from bot.storage import publishing, said_already
from bot.storage.marks import marked_key
from bot.storage.outbox import deleted
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
            await deleted(tx, ours)


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
