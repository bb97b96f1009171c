"""Which parts of the ledger may somebody want to read by themselves, and which entries belong to each?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import entries as e


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the ledger that somebody may want to read by itself."""

    name: str
    label: str
    kinds: frozenset[str] = frozenset()
    corrections: bool = False


def _kinds(*family: type[object]) -> frozenset[str]:
    return frozenset(kind.__name__ for kind in family)


TOPICS = (
    Topic("all", "Everything"),
    Topic(
        "money",
        "Money",
        _kinds(
            e.MoneyReceived, e.MoneyPaid, e.MoneyPaidDirectly, e.MoneyRefunded, e.RecordReversed
        ),
    ),
    Topic(
        "pledges",
        "Pledges",
        _kinds(
            e.PledgeMade,
            e.PledgeAccepted,
            e.PledgeDeclined,
            e.PledgeWithdrawn,
            e.PledgeReplaced,
            e.PledgeSent,
            e.PledgeFellDue,
            e.PledgeExpired,
            e.PledgeLapsed,
            e.PledgeSplit,
            e.PledgeDrawn,
            e.PledgeReleased,
            e.LapsePutOff,
            e.PledgeSettled,
            e.PledgeUnsettled,
            e.PledgeRefunded,
            e.PledgeUnrefunded,
        ),
    ),
    Topic(
        "work-orders",
        "Work orders",
        _kinds(
            e.OrderOpened,
            e.OrderWritten,
            e.OrderProposed,
            e.OrderApproved,
            e.OrderDeclined,
            e.OrderStarted,
            e.OrderReported,
            e.OrderFinished,
            e.OrderClosed,
            e.OrderCancelled,
            e.DiscussionEnded,
            e.ReportMissed,
            e.OrderEnded,
        ),
    ),
    Topic(
        "pull-requests",
        "Pull requests",
        _kinds(e.PullNamed, e.PullLinked, e.PullUnlinked, e.PullMerged, e.PullsNoted),
    ),
    Topic(
        "roadmap",
        "Roadmap",
        _kinds(
            e.ItemLabelled,
            e.ItemUnlabelled,
            e.ItemClosed,
            e.ItemReopened,
            e.ItemGone,
            e.ItemEnded,
            e.GoalSet,
        ),
    ),
    Topic(
        "rules",
        "Rules and refusals",
        _kinds(e.RulesChanged, e.Refused, e.MonthOpened, e.MonthClosed),
    ),
    Topic("corrections", "Corrections", corrections=True),
)
"""Every kind of entry stands in one topic besides `all`; corrections are picked out of all of them."""
