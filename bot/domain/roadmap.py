"""What is on the roadmap, how much does it need, and what happens to its pledges when it ends?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import entries as e
from bot.domain.commands import words_of
from bot.domain.decisions import NOTHING, Decide, Decision, Known
from bot.domain.dues import Because, all_fall_due, due_notices
from bot.domain.effects import ItemPanel, Refresh
from bot.domain.guards import check_in_order
from bot.domain.money import Money, Written, read_amount, settle_amount
from bot.domain.moves import expire, expires_by_itself, panels
from bot.domain.refs import IssueRef, Spoken
from bot.domain.refusals import Misunderstood, Refusal, Why
from bot.domain.roles import Rights
from bot.domain.rules import ENDED_ITEM_EXPIRES_AFTER_DAYS

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


# --- decisions --------------------------------------------------------------------------------


def unless_labels_are_newer(at: datetime, decide: Decide, known: Known) -> Decision:
    """Decide about a label, unless something newer was decided about it already.

    Deliveries may arrive in any order; an old label that turns up late must not put an item back on
    the roadmap.
    """
    if known.item is not None and known.item.knows_label_after(at):
        return NOTHING
    return decide(known)


def unless_state_is_newer(at: datetime, decide: Decide, known: Known) -> Decision:
    """Decide about closing or opening, unless something newer was decided about it already."""
    if known.item is not None and known.item.knows_state_after(at):
        return NOTHING
    return decide(known)


def decide_labelled(issue: IssueRef, rights: Rights, known: Known) -> Decision:
    """Put an issue on the roadmap, when somebody with write access labelled it."""
    if known.item is not None and known.item.on_roadmap:
        return NOTHING
    if known.order is not None:
        raise Refusal(Why.WRONG_PLACE, quiet=True)
    if not rights.write:
        raise Refusal(Why.LABELLED_WITHOUT_WRITE, quiet=True)
    brought_in = _brought_in(issue, known, is_open=issue.is_open)
    return Decision(brought_in, _panel(issue.id, issue.number))


def decide_adopted(issue: IssueRef, is_open: bool, rights: Rights, known: Known) -> Decision:  # noqa: FBT001
    """Bring in an issue that was labelled before, when whoever labelled it may write."""
    if known.place is not None:
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
    due = all_fall_due(known.pledges, known, at) if completes else ()
    return Decision(
        (closed, *due), (*panels(known), *due_notices(due, known, at, Because.COMPLETED))
    )


def decide_reopened(known: Known) -> Decision:
    """Open an item again; what fell due stays due."""
    item = known.item
    if item is None or item.is_open:
        return NOTHING
    return Decision((e.ItemReopened(item.issue),), panels(known))


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
        expire(pledge, because) for pledge in known.pledges if expires_by_itself(pledge)
    )
    return Decision((e.ItemEnded(item.issue), *expired), panels(known))


def decide_goal(asked: GoalAsked, spoken: Spoken, rights: Rights, known: Known) -> Decision:
    """Set or take away a goal; on an issue labelled before Bursar came, this brings it in."""
    if known.order is not None:
        raise Refusal(Why.WRONG_PLACE, belongs="item")
    adopted = _adopted(spoken, known)
    if known.item is None and not adopted:
        raise Refusal(Why.NOT_HERE, quiet=True)
    if not rights.steward:
        raise Refusal(Why.NOT_STEWARD)
    if known.item is not None and not (known.item.on_roadmap or adopted):
        raise Refusal(Why.NOT_ON_ROADMAP)
    check_in_order(spoken, known)
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


def _adopted(spoken: Spoken, known: Known) -> tuple[e.Entry, ...]:
    """Bring in an issue that bore the label when this was said, unless something newer was told."""
    issue = spoken.issue
    if known.item is not None and (
        known.item.on_roadmap or known.item.knows_label_since(spoken.at)
    ):
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


def _end(at: datetime) -> datetime:
    return at + timedelta(days=ENDED_ITEM_EXPIRES_AFTER_DAYS)


def _panel(issue: int, number: int) -> tuple[Refresh, ...]:
    return (Refresh(ItemPanel(issue, number)),)
