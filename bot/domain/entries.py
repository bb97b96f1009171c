"""What can the ledger say? One class per kind of entry.

Entries are plain frozen values, named by what happened. People stand in them as random numbers
that the `people` table maps to accounts, and free text stands beside the entry, so that a person
can be erased while sums and hash chain still hold. Fields may be added, never renamed: an entry is
kept as it was written.

Each pledge entry carries both the stage it leaves and the one it reaches, and the amount: so a
view can be brought up to date from the entry alone, and a reader needs no second look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.money import Money
from bot.domain.rules import Rules
from bot.domain.stages import Stage


@dataclass(frozen=True, slots=True)
class FreeText:
    """Words of a person: kept beside the entry, chained by a salted hash, erasable."""

    words: str


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a pledge that falls due at once; today a pledge has exactly one."""

    minor: int
    on_completion: bool


# --- the roadmap ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemLabelled:
    """Somebody with write access put the issue on the roadmap.

    `by` names them where the entry was caused by somebody else's act (an adoption).
    """

    issue: int
    number: int
    by: int | None = None


@dataclass(frozen=True, slots=True)
class ItemUnlabelled:
    """The roadmap label was taken off; undrawn pledges expire at `expires_at`."""

    issue: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ItemClosed:
    """The issue was closed. `completed` holds only when a steward closed it so, by hand."""

    issue: int
    reason: str
    completed: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemReopened:
    """The issue was opened again."""

    issue: int


@dataclass(frozen=True, slots=True)
class ItemGone:
    """The issue was deleted or moved to another repository."""

    issue: int
    how: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ItemEnded:
    """The fortnight after an item left is over; its undrawn pledges expire with this entry."""

    issue: int


@dataclass(frozen=True, slots=True)
class GoalSet:
    """Stewards said how much the item needs; None takes the goal away."""

    issue: int
    goal: Money | None


# --- pledges ----------------------------------------------------------------------------------


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


# --- the repository ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The repository's configuration, as of a commit on its default branch."""

    commit: str
    rules: Rules


@dataclass(frozen=True, slots=True)
class Refused:
    """A command or an act that changed nothing, so that it is never decided again."""

    issue: int
    code: str


Entry = (
    ItemLabelled
    | ItemUnlabelled
    | ItemClosed
    | ItemReopened
    | ItemGone
    | ItemEnded
    | GoalSet
    | PledgeMade
    | PledgeAccepted
    | PledgeDeclined
    | PledgeWithdrawn
    | PledgeReplaced
    | PledgeSent
    | PledgeFellDue
    | PledgeExpired
    | PledgeLapsed
    | RulesChanged
    | Refused
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where and when an entry stands: `seq` in the repository, `at` in GitHub's time, who did it."""

    seq: int
    at: datetime
    actor: int | None
    late: bool = False
