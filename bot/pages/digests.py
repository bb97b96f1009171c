"""What did the digests say, month by month? Their words as they were fixed, and their figures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from bot.domain.figures import Moved
from bot.domain.views import Closing
from bot.pages.asked import Asked, Missing, Shown, as_json
from bot.pages.markdown import as_html
from bot.pages.reading import month_in
from bot.storage import codec, digests, ledger, rows
from bot.storage.browsing import Closed, closed_month, closed_months
from bot.storage.digests import Digest
from bot.storage.tables import closings
from bot.storage.tables import digests as said

MONTHS_ON_A_PAGE = 24
"""Months listed at once; older ones are a link away. Our own limit."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the list: where its digest is, and what it came to."""

    month: str
    quiet: bool
    issue: int | None
    """Number of the issue that it was posted as."""
    seq: int
    pledges: int
    """New pledges."""
    money: tuple[Moved, ...]


async def show(asked: Asked) -> Shown:
    """List the months, newest first."""
    before = month_in(asked.query.get("before"))
    closed = await _closings(asked, before)
    posted = await _posted(asked, [each.month for each in closed])
    months = [_month(each, posted.get(each.month)) for each in closed[:MONTHS_ON_A_PAGE]]
    more = len(closed) > MONTHS_ON_A_PAGE
    values = {
        "canonical": f"{asked.public_url}{asked.home}/digests",
        "months": months,
        "older": f"?before={months[-1].month}" if more else None,
        "newer": f"{asked.home}/digests" if before else None,
    }
    return Shown("digests.html", values)


async def one(asked: Asked) -> Shown:
    """Show the digest of a month, in the words that were fixed then."""
    digest, closed = await _found(asked)
    newer = await _newer(asked, closed.month)
    older = await closed_months(asked.tx, asked.repo.id, 1, before=closed.month)
    values = {
        "canonical": f"{asked.public_url}{asked.home}/digests/{closed.month}",
        "closed": closed,
        "digest": digest,
        "words": as_html(digest.words) if digest else None,
        "hash": await ledger.hash_at(asked.tx, asked.repo.id, closed.last),
        "older": older[0].month if older else None,
        "newer": newer,
    }
    return Shown("digest.html", values)


async def figures(asked: Asked) -> Shown:
    """Give the figures of a month's closing entry as JSON."""
    month = month_in(asked.path.get("month"))
    closing = await rows.one(asked.tx, asked.repo.id, Closing, month) if month else None
    if closing is None:
        raise Missing
    found = {
        "repository": asked.repo.full_name,
        "month": closing.month,
        "seq": closing.seq,
        "hash": await ledger.hash_at(asked.tx, asked.repo.id, closing.seq),
        "figures": codec.plain(closing.figures),
    }
    return as_json(found)


# --- pieces -----------------------------------------------------------------------------------


def _month(closing: Closing, issue: int | None) -> Month:
    figures = closing.figures
    return Month(
        month=closing.month,
        quiet=closing.quiet,
        issue=issue,
        seq=closing.seq,
        pledges=sum(each.made_count for each in figures.promised),
        money=tuple(each for each in figures.money if each.received or each.paid or each.direct),
    )


async def _found(asked: Asked) -> tuple[Digest | None, Closed]:
    month = month_in(asked.path.get("month"))
    closed = await closed_month(asked.tx, asked.repo.id, month) if month else None
    if closed is None:
        raise Missing
    return await digests.of_month(asked.tx, asked.repo.id, closed.month), closed


async def _closings(asked: Asked, before: str | None) -> tuple[Closing, ...]:
    """Give one month more than a page has, newest first."""
    query = select(closings).where(closings.c.repo == asked.repo.id)
    if before is not None:
        query = query.where(closings.c.month < before)
    newest = query.order_by(closings.c.month.desc()).limit(MONTHS_ON_A_PAGE + 1)
    return await rows.every(asked.tx, Closing, newest)


async def _posted(asked: Asked, months: list[str]) -> dict[str, int | None]:
    """Say as which issues these digests were posted; their words are not read."""
    query = select(said.c.month, said.c.issue).where(
        said.c.repo == asked.repo.id, said.c.month.in_(months)
    )
    return {row[0]: row[1] for row in await asked.tx.execute(query)}


async def _newer(asked: Asked, month: str) -> str | None:
    query = select(closings.c.month).where(
        closings.c.repo == asked.repo.id, closings.c.month > month
    )
    found = await asked.tx.execute(query.order_by(closings.c.month).limit(1))
    newer: str | None = found.scalar_one_or_none()
    return newer
