"""What can the ledger say of work orders?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.entries.parts import FreeText
from bot.domain.money import Money
from bot.domain.states import Outcome, State
from bot.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class OrderOpened:
    """An issue became a work order, as a draft; approved by nobody yet."""

    issue: int
    number: int
    author: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWritten:
    """The text of a work order, as read from its issue."""

    issue: int
    terms: Terms
    material: bool
    """Whether it differs in what was, or is to be, agreed."""
    discussion_ends_at: datetime | None
    """When the discussion that a material edit starts anew is over."""
    scope: FreeText
    effort: FreeText
    share: FreeText
    logins: FreeText
    """Logins as typed, in order of developers, funder, interested people: who was meant then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEntry:
    """What every step of a work order tells (not recorded as such)."""

    issue: int
    was: State
    now: State


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProposed(OrderEntry):
    """The author proposed it: the public discussion begins."""

    discussion_ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderApproved(OrderEntry):
    """A steward approved the text written in entry `text`; from now on that text is in force."""

    text: int
    alone: bool
    """Nobody uninvolved holds the role here, so an involved steward acted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDeclined(OrderEntry):
    """A steward declined it; published with the reason and without blame."""

    reason: FreeText
    alone: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStarted(OrderEntry):
    """A developer started the work, or drew again to fill a gap."""

    unfunded: bool
    gaps: tuple[Money, ...]
    """What of the budget nothing was drawn for."""
    report_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReported(OrderEntry):
    """A progress report: the comment with this id."""

    comment: int
    report_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFinished(OrderEntry):
    """The final report: the comment with this id."""

    comment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClosed(OrderEntry):
    """A steward closed it with its outcome; money and outcome do not depend on each other."""

    outcome: Outcome
    final_report: bool
    alone: bool
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(OrderEntry):
    """It was given up, or its issue has gone; what was not received stands again."""

    reason: FreeText
    how: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DiscussionEnded:
    """The public discussion of a work order is over: a steward may decide."""

    issue: int


@dataclass(frozen=True, slots=True)
class ReportMissed:
    """A report was to be in by this moment, and is not."""

    issue: int
    due_at: datetime
    report_at: datetime | None
    """When the next one is due: the final one, at the end of the period, if that is still to come."""


@dataclass(frozen=True, slots=True)
class OrderEnded:
    """The fortnight after a work order's end is over; what still stands on it expires."""

    issue: int
