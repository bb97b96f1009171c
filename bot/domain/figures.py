"""What does a month come to? The figures of a digest: values that stand in the entry that closes it.

Amounts are minor units of one currency; people are numbers, places are GitHub's issue ids. Lists are
bounded, and say how many there are: a digest must fit into one comment with any number of pledges.
Nothing here is a fraction, so that the same figures are always the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.parity import FEWEST, Access
from bot.domain.states import Outcome, State

AGES = (30, 90, 180, 365)
"""Bounds, in days, between the ages of promises: under a month, under a quarter, and so on; our own
choice."""

PLEDGES_LISTED = 10
"""New pledges, and pledges that fell due, listed by size; our own limit."""

DECLINED_LISTED = 20
"""Declined pledges listed with their reasons, newest first; our own limit."""

WAITING_LISTED = 20
"""Offers and work orders that wait for a decision, oldest first; our own limit."""

ITEMS_LISTED = 40
"""Roadmap items listed; our own limit."""

ORDERS_LISTED = 40
"""Work orders listed; our own limit."""

CORRECTIONS_LISTED = 30
"""Corrections and late facts listed, oldest first; our own limit."""

DEPENDENCE_MONTHS = 12
"""Months over which the largest share of one funder is taken (product rule)."""

SURGE_MONTHS = 6
"""Fewest earlier months that a month can be compared with (product rule)."""

SURGE_TIMES = 3
"""A month with more income than this many times the median is unusual (product rule)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Promises in one currency: what became of them in the month, and what stands at its end."""

    currency: str
    made: int = 0
    made_count: int = 0
    withdrawn: int = 0
    withdrawn_count: int = 0
    declined: int = 0
    declined_count: int = 0
    expired: int = 0
    expired_count: int = 0
    fell_due: int = 0
    fell_due_count: int = 0
    lapsed: int = 0
    lapsed_count: int = 0
    offered_now: int = 0
    """Offers that wait for a steward's word at the end of the month."""
    standing_now: int = 0
    completion_now: int = 0
    """Promised on completion."""
    due_now: int = 0
    lapsed_now: int = 0
    by_age: tuple[int, ...] = (0, 0, 0, 0, 0)
    """What is promised and not paid (standing, on completion and due), by the age of the promise: one
    amount for each part that `AGES` bounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Money recorded here in one currency: opening + received - fees - paid - refunded = closing."""

    currency: str
    opening: int = 0
    received: int = 0
    fees: int = 0
    paid: int = 0
    refunded: int = 0
    closing: int = 0
    direct: int = 0
    """Paid by funders directly: outside of the balance."""
    unmatched: int = 0
    """The part of `received` that settles no pledge, less what of it was refunded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeLine:
    """A pledge of the month."""

    pledge: int
    issue: int
    pledger: int
    funder: int
    minor: int
    currency: str
    comment: int
    seq: int
    """The entry that last changed it; a reason stands beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingOrder:
    """A work order that waits for a steward: for approval, or for approval of an edit."""

    issue: int
    number: int
    changed: bool
    since: datetime
    """When its discussion was over."""


class Reach(StrEnum):
    """How far an item is funded."""

    FUNDED = "funded"
    """Pledged and received reach the goal."""
    PARTLY = "partly"
    """There is something: less than the goal, or there is no goal."""
    NOT_FUNDED = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSum:
    """What is there for an item in one currency."""

    currency: str
    pledged: int
    """Standing and due, not yet received."""
    received: int
    """Receipts less refunds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """A roadmap item that can be funded, and how far it is."""

    issue: int
    number: int
    reach: Reach
    goal_minor: int | None
    goal_currency: str | None
    sums: tuple[ItemSum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A work order that is under way, or that ended in the month."""

    issue: int
    number: int
    state: State
    outcome: Outcome | None
    reports: int
    report_at: datetime | None
    late: bool
    """Whether the report that was awaited last did not come in time."""
    pulls: int
    merged: int
    alone: bool
    """Somebody involved decided, because nobody uninvolved holds the role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFigures:
    """A group of pull requests, in whole numbers; None: too few to compare."""

    count: int
    reviewed: int
    ended: int
    merged: int
    first_review_seconds: int | None
    """Median time from being ready to the first review."""
    rounds_twice: int | None
    """Twice the median number of rounds of requested changes: that is a whole number."""
    to_merge_seconds: int | None
    """Median time from being ready to the merge."""

    @property
    def too_few(self) -> bool:
        """Tell whether the group is too small to show anything but its size."""
        return self.count < FEWEST

    @property
    def ended_too_few(self) -> bool:
        """Tell whether too few are merged or closed to say a share."""
        return self.ended < FEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewGroup:
    """Funded and not funded pull requests whose authors have the same access, side by side."""

    access: Access
    funded: ReviewFigures
    not_funded: ReviewFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """How pull requests were reviewed: twelve months, and the funded ones merged in the month."""

    since: datetime
    groups: tuple[ReviewGroup, ...] = ()
    merges: int = 0
    """Linked pull requests merged in the month."""
    interested_merges: int = 0
    """Those of them merged by somebody with a declared interest."""
    independent: int = 0
    """Approvals of those by people with write access and no declared interest."""
    interested: int = 0
    """Other approvals of those by people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """How much of twelve months' money came from one funder (receipts less refunds, and direct)."""

    currency: str
    total: int
    largest: int
    funder: int
    funders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A month with unusual income: over three times the median of the months before."""

    currency: str
    income: int
    """Receipts less refunds."""
    median_twice: int
    """Twice the median: that is a whole number."""
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An entry that takes something back, or whose facts belong to an earlier month."""

    seq: int
    month: str
    """The month in which it was recorded."""
    kind: str
    """The kind of the entry."""
    at: datetime
    day: date | None
    """The day on which money moved, where the treasurer named one."""
    issue: int | None
    pledge: int | None
    record: int | None
    minor: int | None
    currency: str | None
    comment: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Every figure of a digest."""

    month: str
    """`2026-10`."""
    begins_at: datetime
    ends_at: datetime
    """Half-open: the first moment after the month."""
    zone: str
    previous: int | None
    """The entry that closed the month before; None in the first month."""
    quiet: bool
    """Whether nothing happened that anybody would want to read of: then no issue is posted."""
    under_review: int = 0
    """Events that could not be understood and wait for the operator: what they say is missing here."""
    offers_waiting: int = 0
    offers: tuple[PledgeLine, ...] = ()
    orders_waiting_count: int = 0
    orders_waiting: tuple[WaitingOrder, ...] = ()
    promised: tuple[Promised, ...] = ()
    """One per currency, in order of its code."""
    new: tuple[PledgeLine, ...] = ()
    due_count: int = 0
    due: tuple[PledgeLine, ...] = ()
    """Fell due in the month, and still to be received; the newest of `due_count`."""
    declined: tuple[PledgeLine, ...] = ()
    money: tuple[Moved, ...] = ()
    funded: int = 0
    partly: int = 0
    not_funded: int = 0
    items: tuple[ItemLine, ...] = ()
    orders_count: int = 0
    orders: tuple[OrderLine, ...] = ()
    reviews: Reviews
    dependence: tuple[Dependence, ...] = ()
    surges: tuple[Surge, ...] = ()
    corrections_count: int = 0
    corrections: tuple[Correction, ...] = ()

    def people(self) -> frozenset[int]:
        """Give everybody whom a digest names."""
        pledges = (*self.offers, *self.new, *self.due, *self.declined)
        parties = {person for each in pledges for person in (each.pledger, each.funder)}
        return frozenset(parties | {each.funder for each in self.dependence})

    def pledges(self) -> tuple[PledgeLine, ...]:
        """Give every pledge that it lists."""
        return (*self.offers, *self.new, *self.due, *self.declined)
