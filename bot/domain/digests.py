"""What is recorded when a month is over, and what does its digest say?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import entries as e
from bot.domain.calendar import after, in_words, month_of, span
from bot.domain.closing import MonthKnown, figures, newly_told
from bot.domain.effects import Message
from bot.domain.figures import Figures
from bot.domain.panel import Position
from bot.domain.rules import Rail, Rules
from bot.domain.views import Book

WORDING = 1
"""Version of the digest's words (its template); raised with every change of them, so that
`bursar check-export` compares words only with those that it knows how to write."""

PULLS_PER_ENTRY = 100
"""Pull requests noted in one entry, so that none grows without bound; our own choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestShown(Message):
    """The monthly funding digest: its words are fixed when the month is closed."""

    repository: str
    figures: Figures
    position: Position
    """Of the entry that closed the month."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why a pledge was declined: pledge number to words."""
    titles: Mapping[int, str] = field(default_factory=dict)
    """Titles of roadmap items and work orders, by GitHub's issue id."""
    places: Mapping[int, int] = field(default_factory=dict)
    """Numbers of issues, by GitHub's issue id."""
    rails: tuple[Rail, ...] = ()
    pages: str | None = None
    """Address of the repository's public pages, if this Bursar has any and may show them."""
    is_final: bool = True
    """False: the month goes on, and this is how it stands now."""

    def people(self) -> frozenset[int]:
        """Give everybody whom the digest names."""
        return self.figures.people()


def title(month: str) -> str:
    """Give the title of the issue that a digest is."""
    return f"Funding digest, {in_words(month)}"


def is_posted(closed: Figures, rules: Rules) -> bool:
    """Tell whether a digest becomes an issue: a month without entries, or an `off`, makes a page only."""
    return rules.digest_to == "issue" and not closed.quiet


def decide_opening(
    book: Book, rules: Rules, at: datetime, newest: datetime | None = None
) -> e.MonthOpened | None:
    """Begin the first month, or move the end of the open one into another time zone.

    Not before `newest`, the time of its newest entry: that one stands in this month. Then the zone
    holds from the next month on.
    """
    month = book.month or month_of(at, rules.timezone)
    bounds = span(month, rules.timezone)
    if book.month_ends_at == bounds.ends_at:
        return None
    if newest is not None and bounds.ends_at <= newest:
        return None
    return e.MonthOpened(
        month=month,
        begins_at=book.month_begins_at or bounds.begins_at,
        ends_at=bounds.ends_at,
        zone=rules.timezone,
    )


def decide_closing(known: MonthKnown) -> tuple[e.Entry, ...]:
    """Note what GitHub told of pull requests, close the month with its figures, and begin the next."""
    month = known.span.month
    following = span(after(month), known.zone)
    return (
        *_noted(known),
        e.MonthClosed(month=month, figures=figures(known), wording=WORDING),
        e.MonthOpened(
            month=following.month,
            begins_at=known.span.ends_at,
            ends_at=following.ends_at,
            zone=known.zone,
        ),
    )


def _noted(known: MonthKnown) -> Iterator[e.PullsNoted]:
    told = newly_told(known)
    for first in range(0, len(told), PULLS_PER_ENTRY):
        pulls = told[first : first + PULLS_PER_ENTRY]
        yield e.PullsNoted(month=known.span.month, pulls=pulls)
