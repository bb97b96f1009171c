"""What does the ledger say, newest first? Every entry as a sentence, with what caused it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bot.domain.views import Book
from bot.pages.asked import Asked, Missing, Shown, whole
from bot.pages.reading import month_in
from bot.pages.telling import tell
from bot.pages.topics import TOPICS, Topic
from bot.storage import browsing, rows
from bot.storage.browsing import Closed, Found, Sought, Spot

SIZE = 50
"""Entries on a page (product rule)."""

MONTHS_OFFERED = 60
"""Months that one can choose from, the newest: five years; our own limit."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the ledger is asked for."""

    topic: Topic
    month: str | None = None
    issue: int | None = None
    """The number of an item or work order."""

    def query(self, **more: int | None) -> str:
        """Write it as the query of an address."""
        said = {
            "topic": None if self.topic is TOPICS[0] else self.topic.name,
            "month": self.month,
            "issue": self.issue,
            **more,
        }
        return urlencode({name: value for name, value in said.items() if value is not None})

    def address(self, **more: int | None) -> str:
        """Give the address of this part of the ledger."""
        query = self.query(**more)
        return f"?{query}" if query else "?"


async def show(asked: Asked) -> Shown:
    """Show one page of the ledger, or of a part of it."""
    wanted = _filter(asked)
    months = await _months(asked)
    sought = await _sought(asked, wanted)
    found = await _found(asked, sought) if sought else Found((), None, None)
    spot = await _spot(asked, sought)
    values = {
        "canonical": f"{asked.public_url}{asked.home}/ledger",
        "wanted": wanted,
        "found": found,
        "told": await tell(asked, found.lines),
        "topics": [
            (topic.label, replace(wanted, topic=topic).address(), topic is wanted.topic)
            for topic in TOPICS
        ],
        "months": months,
        "spot": spot,
        "older": wanted.address(before=found.older) if found.older is not None else None,
        "newer": wanted.address(after=found.newer) if found.newer is not None else None,
        "looked_at": browsing.LOOKED_AT,
    }
    return Shown("ledger.html", values)


# --- what is asked for ------------------------------------------------------------------------


def _filter(asked: Asked) -> Filter:
    """Read the query; what makes no sense is as if it were not there."""
    topics = {topic.name: topic for topic in TOPICS}
    return Filter(
        topics.get(asked.query.get("topic", ""), TOPICS[0]),
        month_in(asked.query.get("month")),
        whole(asked.query.get("issue")),
    )


async def _months(asked: Asked) -> tuple[str, ...]:
    """Name the months that one can choose from, newest first."""
    closed = await browsing.closed_months(asked.tx, asked.repo.id, MONTHS_OFFERED)
    book = await rows.one(asked.tx, asked.repo.id, Book) or Book()
    names = [book.month, *(each.month for each in closed)]
    return tuple(dict.fromkeys(name for name in names if name))


async def _sought(asked: Asked, wanted: Filter) -> Sought | None:
    """Say which lines are asked for; None where there can be none."""
    sought = Sought(wanted.topic.kinds, corrections=wanted.topic.corrections)
    if wanted.month is not None:
        month = await _month(asked, wanted.month)
        if month is None:
            raise Missing
        sought = replace(sought, first=month.first, last=month.last or None)
    if wanted.issue is not None:
        issue = await browsing.issue_numbered(asked.tx, asked.repo.id, wanted.issue)
        return replace(sought, issue=issue) if issue is not None else None
    return sought


async def _month(asked: Asked, month: str) -> Closed | None:
    """Find a month that is over, or the one that is open: its lines follow the newest closing."""
    closed = await browsing.closed_month(asked.tx, asked.repo.id, month)
    book = await rows.one(asked.tx, asked.repo.id, Book)
    if closed is not None or book is None or book.month != month:
        return closed
    return Closed(month, (book.closed or 0) + 1, 0, quiet=False)


async def _spot(asked: Asked, sought: Sought | None) -> Spot | None:
    if sought is None or sought.issue is None:
        return None
    return (await browsing.spots(asked.tx, asked.repo.id, (sought.issue,))).get(sought.issue)


async def _found(asked: Asked, sought: Sought) -> Found:
    after = whole(asked.query.get("after"))
    if after is not None:
        found = await browsing.after(asked.tx, asked.repo.id, sought, after, SIZE)
        if found.lines:
            return found
    before = whole(asked.query.get("before"))
    return await browsing.before(asked.tx, asked.repo.id, sought, before, SIZE)
