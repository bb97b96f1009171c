"""What can the ledger say? One class per kind of entry.

Entries are plain frozen values, named by what happened. People stand in them as random numbers
that the `people` table maps to accounts, and free text stands beside the entry, so that a person
can be erased while sums and hash chain still hold. Fields may be added, never renamed: an entry is
kept as it was written. The family is closed: what is not in `Entry` cannot be recorded.
"""

from __future__ import annotations

from bot.domain.entries.money import (
    MoneyEntry,
    MoneyPaid,
    MoneyPaidDirectly,
    MoneyReceived,
    MoneyRefunded,
    RecordReversed,
)
from bot.domain.entries.months import MonthClosed, MonthOpened, PullsNoted
from bot.domain.entries.parts import Due, FreeText, Stamp
from bot.domain.entries.pledges import (
    LapsePutOff,
    PledgeAccepted,
    PledgeDeclined,
    PledgeDrawn,
    PledgeEntry,
    PledgeExpired,
    PledgeFellDue,
    PledgeLapsed,
    PledgeMade,
    PledgeRefunded,
    PledgeReleased,
    PledgeReplaced,
    PledgeSent,
    PledgeSettled,
    PledgeSplit,
    PledgeUnrefunded,
    PledgeUnsettled,
    PledgeWithdrawn,
)
from bot.domain.entries.pulls import PullEntry, PullLinked, PullMerged, PullNamed, PullUnlinked
from bot.domain.entries.repository import Refused, RulesChanged
from bot.domain.entries.roadmap import (
    GoalSet,
    ItemClosed,
    ItemEnded,
    ItemGone,
    ItemLabelled,
    ItemReopened,
    ItemUnlabelled,
)
from bot.domain.entries.work_orders import (
    DiscussionEnded,
    OrderApproved,
    OrderCancelled,
    OrderClosed,
    OrderDeclined,
    OrderEnded,
    OrderEntry,
    OrderFinished,
    OrderOpened,
    OrderProposed,
    OrderReported,
    OrderStarted,
    OrderWritten,
    ReportMissed,
)

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
    | PledgeSplit
    | PledgeDrawn
    | PledgeReleased
    | LapsePutOff
    | PledgeSettled
    | PledgeUnsettled
    | PledgeRefunded
    | PledgeUnrefunded
    | OrderOpened
    | OrderWritten
    | OrderProposed
    | OrderApproved
    | OrderDeclined
    | OrderStarted
    | OrderReported
    | OrderFinished
    | OrderClosed
    | OrderCancelled
    | DiscussionEnded
    | ReportMissed
    | OrderEnded
    | PullNamed
    | PullLinked
    | PullUnlinked
    | PullMerged
    | MoneyReceived
    | MoneyPaid
    | MoneyPaidDirectly
    | MoneyRefunded
    | RecordReversed
    | MonthOpened
    | PullsNoted
    | MonthClosed
    | RulesChanged
    | Refused
)


__all__ = [
    "DiscussionEnded",
    "Due",
    "Entry",
    "FreeText",
    "GoalSet",
    "ItemClosed",
    "ItemEnded",
    "ItemGone",
    "ItemLabelled",
    "ItemReopened",
    "ItemUnlabelled",
    "LapsePutOff",
    "MoneyEntry",
    "MoneyPaid",
    "MoneyPaidDirectly",
    "MoneyReceived",
    "MoneyRefunded",
    "MonthClosed",
    "MonthOpened",
    "OrderApproved",
    "OrderCancelled",
    "OrderClosed",
    "OrderDeclined",
    "OrderEnded",
    "OrderEntry",
    "OrderFinished",
    "OrderOpened",
    "OrderProposed",
    "OrderReported",
    "OrderStarted",
    "OrderWritten",
    "PledgeAccepted",
    "PledgeDeclined",
    "PledgeDrawn",
    "PledgeEntry",
    "PledgeExpired",
    "PledgeFellDue",
    "PledgeLapsed",
    "PledgeMade",
    "PledgeRefunded",
    "PledgeReleased",
    "PledgeReplaced",
    "PledgeSent",
    "PledgeSettled",
    "PledgeSplit",
    "PledgeUnrefunded",
    "PledgeUnsettled",
    "PledgeWithdrawn",
    "PullEntry",
    "PullLinked",
    "PullMerged",
    "PullNamed",
    "PullUnlinked",
    "PullsNoted",
    "RecordReversed",
    "Refused",
    "ReportMissed",
    "RulesChanged",
    "Stamp",
]
