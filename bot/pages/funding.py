"""How far is each roadmap item, and which ones come first?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.comments.sums import sums_of
from bot.comments.text import plain
from bot.domain.figures import Reach
from bot.domain.money import Money
from bot.storage.overview import OpenItem

TITLE_AT_MOST = 256
"""Characters of a title; GitHub has the same limit."""

_FULL = 100


@dataclass(frozen=True, slots=True)
class Row:
    """What is there in one currency, in minor units; the goal stands with its own currency alone."""

    currency: str
    pledged: int
    """Standing and due, not yet received."""
    received: int
    """Receipts less refunds."""
    goal: int | None

    @property
    def so_far(self) -> int:
        """Give what is pledged or received."""
        return max(0, self.pledged) + max(0, self.received)


@dataclass(frozen=True, slots=True)
class Card:
    """A roadmap item as the overview and the brochure show it."""

    number: int
    title: str
    goal: Money | None
    rows: tuple[Row, ...]
    """One per currency in which there is something, or a goal; the goal's first."""
    reach: Reach
    backers: int
    """Pledges that stand, are due, or wait for completion."""

    @property
    def share(self) -> int:
        """Give how much of the goal is there, in percent, no more than all of it."""
        first = self.rows[0] if self.rows else None
        if first is None or not first.goal:
            return 0
        return min(_FULL, _FULL * first.so_far // first.goal)

    @property
    def missing(self) -> Money | None:
        """Give what the goal still needs; None without a goal, and when it is reached."""
        first = self.rows[0] if self.rows else None
        if first is None or first.goal is None or first.so_far >= first.goal:
            return None
        return Money(first.goal - first.so_far, first.currency)


def card(found: OpenItem) -> Card:
    """Lay out one item."""
    goal = found.item.goal
    rows = _rows(found, goal)
    return Card(
        number=found.item.number,
        title=plain(found.title, TITLE_AT_MOST) or f"#{found.item.number}",
        goal=goal,
        rows=rows,
        reach=_reach(rows),
        backers=sum(
            total.standing_count + total.due_count + total.completion_count
            for total in found.totals
        ),
    )


def nearest(cards: list[Card]) -> list[Card]:
    """Sort by how near the goal is; those that have reached it come after those that need some more."""
    return sorted(
        cards,
        key=lambda each: (each.share < _FULL, each.share, each.backers, each.number),
        reverse=True,
    )


def _rows(found: OpenItem, goal: Money | None) -> tuple[Row, ...]:
    sums = sums_of(found.item.issue, found.totals, found.treasury)
    rows = {
        currency: Row(
            currency,
            each.of("pledged").minor,
            each.of("received").minor,
            goal.minor if goal is not None and goal.currency == currency else None,
        )
        for currency, each in sums.items()
    }
    if goal is not None:
        first = rows.pop(goal.currency, Row(goal.currency, 0, 0, goal.minor))
        return first, *(row for row in rows.values() if row.so_far)
    return tuple(row for row in rows.values() if row.so_far)


def _reach(rows: tuple[Row, ...]) -> Reach:
    if any(row.goal is not None and row.so_far >= row.goal for row in rows):
        return Reach.FUNDED
    return Reach.PARTLY if any(row.so_far for row in rows) else Reach.NOT_FUNDED
