"""What is on the roadmap, how much does it need, and what happens to its pledges when it ends?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import entries as e
from bot.domain.commands import words_of
from bot.domain.decisions import NOTHING, Decide, Decision, Known
from bot.domain.effects import ItemPanel, Message, Refresh, Say
from bot.domain.money import Money, Written, read_amount, settle_amount
from bot.domain.moves import expire, fall_due
from bot.domain.refs import IssueRef, Spoken
from bot.domain.refusals import Misunderstood, Refusal, Why
from bot.domain.roles import Rights
from bot.domain.rules import ENDED_ITEM_EXPIRES_AFTER_DAYS, Rail
from bot.domain.stages import UNDRAWN, Event, Stage, next_stage
from bot.domain.views import Item

PLEDGERS_IN_ONE_NOTICE = 25
"""How many people one due notice names; our own limit, so that it stays readable."""

# --- what is asked ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoalAsked:
    """`/goal <amount>` or `/goal none`."""

    amount: Written | None

    @classmethod
    def read(cls, rest: str) -> GoalAsked:
        """Read the words behind `/goal`."""
        typed = " ".join(words_of(rest))
        if not typed:
            raise Misunderstood(Why.AMOUNT_MISSING)
        return cls(None if typed.lower() == "none" else read_amount(typed))


@dataclass(frozen=True, slots=True)
class Closing:
    """How an issue was closed, and by whose hand."""

    reason: str
    by_steward: bool
    by_hand: bool
    """False when a commit or a merged pull request closed it: nothing falls due because of a merge."""

    @property
    def completes(self) -> bool:
        """Tell whether this closing makes pledges fall due."""
        return self.reason == "completed" and self.by_steward and self.by_hand


# --- what is said -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DueLine:
    """One pledge in a due notice."""

    pledge: int
    pledger: int
    money: Money
    lapses_at: datetime | None


@dataclass(frozen=True, slots=True)
class PledgesFellDue(Message):
    """Tells each pledger, once, that the time to pay has come, and how."""

    lines: tuple[DueLine, ...]
    rails: tuple[Rail, ...]
    number: int

    def people(self) -> frozenset[int]:
        """Give the pledgers."""
        return frozenset(line.pledger for line in self.lines)


# --- decisions --------------------------------------------------------------------------------


def in_time(at: datetime, decide: Decide, known: Known) -> Decision:
    """Decide about labels or closing, unless something newer was decided already.

    Deliveries may arrive in any order; an old label that turns up late must not put an item back on
    the roadmap.
    """
    if known.item is not None and known.item.knows_better(at):
        return NOTHING
    return decide(known)


def decide_labelled(issue: IssueRef, rights: Rights, known: Known) -> Decision:
    """Put an issue on the roadmap, when somebody with write access labelled it."""
    if known.item is not None and known.item.on_roadmap:
        return NOTHING
    if not rights.write:
        raise Refusal(Why.LABELLED_WITHOUT_WRITE, quiet=True)
    brought_in = _brought_in(issue, known, is_open=issue.is_open)
    return Decision(brought_in, _panel(issue.id, issue.number))


def decide_adopted(issue: IssueRef, is_open: bool, rights: Rights, known: Known) -> Decision:  # noqa: FBT001
    """Bring in an issue that was labelled before, when whoever labelled it may write."""
    if known.item is not None:
        return NOTHING
    if not rights.write:
        return Decision((e.Refused(issue.id, Why.LABELLED_WITHOUT_WRITE.value),))
    brought_in = _brought_in(issue, known, is_open=is_open, by=known.actor)
    return Decision(brought_in, _panel(issue.id, issue.number))


def decide_unlabelled(issue: IssueRef, at: datetime, known: Known) -> Decision:
    """Take an item off the roadmap; what nothing has drawn on expires after a fortnight."""
    if known.item is None or not known.item.on_roadmap:
        return NOTHING
    if known.rules.has_roadmap_label(issue.labels):
        return NOTHING  # it carries another of the roadmap labels
    entry = e.ItemUnlabelled(issue.id, _end(at))
    return Decision((entry,), _panel(issue.id, issue.number))


def decide_closed(closing: Closing, at: datetime, known: Known) -> Decision:
    """Close an item: completed by a steward's hand, its standing pledges fall due."""
    item = known.item
    if item is None or not item.is_open:
        return NOTHING
    completes = closing.completes and item.on_roadmap
    expires_at = None if closing.reason == "completed" else _end(at)
    closed = e.ItemClosed(item.issue, closing.reason, completes, expires_at)
    due = _fall_due(known, at) if completes else ()
    return Decision((closed, *due), (*_panel(item.issue, item.number), *_notices(item, due, known)))


def decide_reopened(known: Known) -> Decision:
    """Open an item again; what fell due stays due."""
    item = known.item
    if item is None or item.is_open:
        return NOTHING
    return Decision((e.ItemReopened(item.issue),), _panel(item.issue, item.number))


def decide_gone(how: str, at: datetime, known: Known) -> Decision:
    """Note that the issue was deleted or moved away; nobody can be told there any more."""
    item = known.item
    if item is None or item.is_gone:
        return NOTHING
    return Decision((e.ItemGone(item.issue, how, _end(at)),))


def decide_item_end(ends_at: datetime, known: Known) -> Decision:
    """Expire the undrawn pledges of an item that left the roadmap a fortnight ago."""
    item = known.item
    if item is None or item.ends_at != ends_at:
        return NOTHING
    because = "unlabelled" if item.is_open else "not planned"
    expired = tuple(
        expire(pledge, because)
        for pledge in known.pledges
        if pledge.stage in UNDRAWN and pledge.sent_at is None
    )
    return Decision((e.ItemEnded(item.issue), *expired), _panel(item.issue, item.number))


def decide_goal(asked: GoalAsked, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Set or take away a goal; on an issue labelled before Bursar came, this brings it in."""
    adopted = _adopted(spoken.issue, known)
    if known.item is None and not adopted:
        raise Refusal(Why.NOT_HERE, quiet=True)
    if not rights.steward:
        raise Refusal(Why.NOT_STEWARD)
    if known.item is not None and not (known.item.on_roadmap or adopted):
        raise Refusal(Why.NOT_ON_ROADMAP)
    if known.item is not None and known.item.steward_at and spoken.at < known.item.steward_at:
        raise Refusal(Why.OUT_OF_ORDER)
    goal = _goal(asked, known)
    entry = e.GoalSet(spoken.issue.id, goal)
    return Decision((*adopted, entry), _panel(spoken.issue.id, spoken.issue.number))


# --- pieces -----------------------------------------------------------------------------------


def _goal(asked: GoalAsked, known: Known) -> Money | None:
    if asked.amount is None:
        return None
    goal = settle_amount(asked.amount, known.rules.currencies)
    if known.rules.currencies and goal.currency not in known.rules.currencies:
        accepted = ", ".join(known.rules.currencies)
        raise Refusal(Why.CURRENCY_NOT_ACCEPTED, accepted=accepted)
    return goal


def _adopted(issue: IssueRef, known: Known) -> tuple[e.Entry, ...]:
    if known.item is not None and known.item.on_roadmap:
        return ()
    if issue.is_pull or not known.rules.has_roadmap_label(issue.labels):
        return ()
    return _brought_in(issue, known, is_open=issue.is_open)


def _brought_in(
    issue: IssueRef, known: Known, *, is_open: bool, by: int | None = None
) -> tuple[e.Entry, ...]:
    """Put an issue on the roadmap; one that was closed before we knew it comes in as closed."""
    labelled = e.ItemLabelled(issue.id, issue.number, by)
    if is_open or known.item is not None:
        return (labelled,)
    closed = e.ItemClosed(issue.id, "before adoption", completed=False, expires_at=None)
    return (labelled, closed)


def _fall_due(known: Known, at: datetime) -> tuple[e.PledgeFellDue, ...]:
    return tuple(
        fall_due(pledge, at, known.rules.lapse_after_days)
        for pledge in known.pledges
        if next_stage(pledge.stage, Event.FALL_DUE) is Stage.DUE
    )


def _notices(item: Item, due: tuple[e.PledgeFellDue, ...], known: Known) -> tuple[Say, ...]:
    """Tell the pledgers, a handful in one comment: many comments would be noise."""
    unsent = {pledge.pledge for pledge in known.pledges if pledge.sent_at is None}
    lines = [_line(entry) for entry in due if entry.pledge in unsent]
    starts = range(0, len(lines), PLEDGERS_IN_ONE_NOTICE)
    return tuple(
        Say(
            key=f"due:{item.issue}:P-{lines[start].pledge}",
            number=item.number,
            message=PledgesFellDue(
                tuple(lines[start : start + PLEDGERS_IN_ONE_NOTICE]), known.rules.rails, item.number
            ),
        )
        for start in starts
    )


def _line(entry: e.PledgeFellDue) -> DueLine:
    return DueLine(entry.pledge, entry.pledger, entry.money, entry.lapses_at)


def _end(at: datetime) -> datetime:
    return at + timedelta(days=ENDED_ITEM_EXPIRES_AFTER_DAYS)


def _panel(issue: int, number: int) -> tuple[Refresh, ...]:
    return (Refresh(ItemPanel(issue, number)),)
