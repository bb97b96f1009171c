"""What is a work order now, what has it drawn on, and which pull requests belong to it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.states import AGREED, OVER, Outcome, State
from bot.domain.terms import Terms

NOTHING_WRITTEN = Terms()


@dataclass(frozen=True, slots=True)
class Order:
    """A work order: an issue opened from the form, with its terms as written and as agreed."""

    issue: int
    number: int
    author: int
    opened_at: datetime
    state: State = State.DRAFT
    terms: Terms = NOTHING_WRITTEN
    """As last written on the issue."""
    text: int = 0
    """The entry that holds these terms, and the words beside it."""
    written_at: datetime | None = None
    """GitHub's time of this text: an older one that turns up late is passed over."""
    agreed: Terms | None = None
    """As approved: in force whatever is written since."""
    agreed_text: int | None = None
    discussion_ends_at: datetime | None = None
    tells_at: datetime | None = None
    """When the end of the discussion is to be told; None once it was."""
    report_at: datetime | None = None
    """When the next report is due; None when none is awaited."""
    report_missed: bool = False
    reports: int = 0
    last_report: int | None = None
    """The comment that holds the newest report."""
    last_report_at: datetime | None = None
    unfunded: bool = False
    approved_at: datetime | None = None
    approved_by: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    over_seq: int | None = None
    """The entry that closed, declined or cancelled it."""
    closed_by: int | None = None
    outcome: Outcome | None = None
    ended_text: int | None = None
    """The entry that holds the reason why it was declined or cancelled."""
    ends_at: datetime | None = None
    """When what still stands on it expires; None unless it is over."""
    alone: bool = False
    """Somebody involved decided here, because nobody uninvolved holds the role."""
    is_gone: bool = False

    @property
    def in_force(self) -> Terms:
        """Give the terms that hold: the approved ones, or else those written."""
        return self.agreed or self.terms

    @property
    def is_over(self) -> bool:
        """Tell whether it was closed, declined or cancelled."""
        return self.state in OVER

    @property
    def is_agreed(self) -> bool:
        """Tell whether an approved text is in force."""
        return self.state in AGREED

    @property
    def has_changed(self) -> bool:
        """Tell whether a material edit waits for approval, the old text being in force."""
        return self.agreed_text is not None and self.agreed_text != self.text

    @property
    def fundable(self) -> bool:
        """Tell whether pledges may be made here."""
        return not self.is_over


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a work order has drawn on, in one currency, in minor units."""

    order: int
    currency: str
    outstanding: int = 0
    """Due, and still to be paid."""
    received: int = 0
    """Received for what it has drawn on, less refunds."""
    gone: int = 0
    """Drawn on, and withdrawn or lapsed since."""

    @property
    def live(self) -> int:
        """Give what the work order can count on."""
        return self.outstanding + self.received


@dataclass(frozen=True, slots=True)
class Link:
    """A pull request that names a work order, and whether it belongs to it."""

    pull: int
    order: int
    linked: bool
    named: bool
    by_steward: bool
    author: int | None
    seq: int
    at: datetime
    """When it last changed (GitHub's time)."""
    barred: bool = False
    """A steward took it away: only a steward's word makes it again."""
    interested_merge: bool | None = None
    """Whether whoever merged it had a declared interest; None unless it was merged."""
