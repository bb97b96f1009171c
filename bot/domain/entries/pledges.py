"""What can the ledger say of pledges?

Each entry about a pledge carries both the stage that it leaves and the one that it reaches, and the
amount: so a reader needs no second look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.entries.parts import Due, FreeText
from bot.domain.money import Money
from bot.domain.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeMade:
    """Somebody promised to give: the pledger speaks, the funder gives (often the same party)."""

    issue: int
    pledge: int
    pledger: int
    funder: int
    money: Money
    dues: tuple[Due, ...]
    until: date | None
    now: Stage
    expires_at: datetime | None
    comment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeEntry:
    """What every entry about an existing pledge tells (not recorded as such)."""

    issue: int
    pledge: int
    pledger: int
    money: Money
    on_completion: bool
    was: Stage
    now: Stage
    drawn_by: int | None = None
    """The work order (GitHub's issue id) that has drawn on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeAccepted(PledgeEntry):
    """A steward accepted an offer; it stands, at most until `expires_at`."""

    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeDeclined(PledgeEntry):
    """A steward declined a pledge; published with the reason and without blame."""

    reason: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeWithdrawn(PledgeEntry):
    """The pledger took the pledge back (`was` tells whether after it fell due)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeReplaced(PledgeEntry):
    """A newer pledge of the same funder took its place."""

    by_pledge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeSent(PledgeEntry):
    """The pledger says that the money is on its way: the lapse clock stops."""

    ref: FreeText


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeFellDue(PledgeEntry):
    """The time to pay has come; without payment it lapses at `lapses_at`."""

    lapses_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeExpired(PledgeEntry):
    """A moment passed that ended it: `until`, an unanswered offer, an item that left."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeLapsed(PledgeEntry):
    """It was due, and nothing arrived in time; it can still be received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeSplit(PledgeEntry):
    """A work order needed only a part: the rest goes on as a pledge of its own, on the same terms."""

    kept: Money
    rest: Money
    as_pledge: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeDrawn(PledgeEntry):
    """A work order (`drawn_by`) started with it: it is reserved, and due unless it was paid already."""

    lapses_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeReleased(PledgeEntry):
    """The work order that had drawn on it was cancelled: what was not received stands again."""

    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LapsePutOff(PledgeEntry):
    """The period of its work order goes on, so it does not lapse yet."""

    lapses_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeSettled(PledgeEntry):
    """A receipt or direct payment settled it, or a part of it."""

    record: int
    settled: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeUnsettled(PledgeEntry):
    """The receipt that settled it was taken back."""

    record: int
    settled: Money
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRefunded(PledgeEntry):
    """What had been received for it, or a part, went back."""

    record: int
    refunded: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeUnrefunded(PledgeEntry):
    """The refund was taken back."""

    record: int
    refunded: Money
