"""A repository in memory: it records and folds as storage does, and lets time pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import partial

from bot.domain import entries as e
from bot.domain.decisions import About, Choice, Decide, Decision, Known, Proposal
from bot.domain.effects import Effect, Message, Say
from bot.domain.folding import fold, touched
from bot.domain.pledges import decide_deadline
from bot.domain.refs import Account, IssueRef, Spoken
from bot.domain.refusals import No
from bot.domain.roadmap import decide_item_end
from bot.domain.views import Item, Order, Pledge, Row, Rows
from bot.domain.work_orders import decide_moment
from tests.domain import knowing
from tests.domain.facts import NOW


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A moment that must not pass unnoticed, as `bot.storage.deadlines` finds them."""

    at: datetime
    kind: str
    issue: int
    pledge: int = 0


@dataclass(slots=True)
class World:
    """A ledger, its views, and the time."""

    now: datetime = NOW
    rows: Rows = field(default_factory=dict)
    ledger: list[tuple[e.Stamp, e.Entry]] = field(default_factory=list)
    words: dict[int, dict[str, str]] = field(default_factory=dict)
    """Free text beside the entries."""
    effects: list[Effect] = field(default_factory=list)
    """Everything that ever followed from a decision."""
    comments: int = 0

    # --- what happens ---------------------------------------------------------------------

    def say(self, issue: IssueRef, actor: int, at: datetime) -> Spoken:
        """Write a comment."""
        self.comments += 1
        return Spoken(self.comments, issue, Account(1000 + actor, f"person-{actor}"), at)

    def propose(self, proposal: Proposal, at: datetime, actor: int | None) -> Decision:
        """Decide and record as the worker does: all of it, or one refusal.

        Raises:
            No: it was refused, and that was recorded.
        """
        try:
            decision = proposal.decide(self.known(proposal.about))
        except No as no:
            self.record(e.Refused(proposal.about.issue or 0, no.why.value), at, actor)
            raise
        for entry in decision.entries:
            self.record(entry, at, actor)
        self.effects += decision.effects
        return decision

    def decide(
        self, decide: Callable[[Known], Decision], about: About, at: datetime, actor: int | None
    ) -> bool:
        """Record a decision, or its refusal; tell whether anything else was recorded."""
        try:
            return bool(self.propose(Proposal(about, decide), at, actor).entries)
        except No:
            return False

    def record(self, entry: e.Entry, at: datetime, actor: int | None) -> None:
        """Append one entry and fold it; its words stand beside it."""
        stamp = e.Stamp(len(self.ledger) + 1, at, actor)
        self.ledger.append((stamp, entry))
        texts = {each.name: getattr(entry, each.name) for each in fields(entry)}
        self.words[stamp.seq] = {
            name: text.words for name, text in texts.items() if isinstance(text, e.FreeText)
        }
        fold_into(self.rows, stamp, entry)

    # --- what passes ----------------------------------------------------------------------

    def pass_time(self, hours: float = 0, *, days: float = 0) -> None:
        """Let time pass, and every moment in between come."""
        until = self.now + timedelta(hours=hours, days=days)
        while moments := [moment for moment in self.moments() if moment.at <= until]:
            first = min(moments)
            self.now = max(self.now, first.at)
            assert self.come(first), f"{first} would come again and again"
        self.now = until

    def moments(self) -> Iterator[Moment]:
        """Give what is still to come."""
        for row in self.rows.values():
            if isinstance(row, Pledge) and row.deadline:
                yield Moment(row.deadline, "pledge", row.issue, row.pledge)
            if isinstance(row, Item) and row.ends_at:
                yield Moment(row.ends_at, "item", row.issue)
            if isinstance(row, Order):
                for at in (row.tells_at, row.report_at, row.ends_at):
                    if at is not None:
                        yield Moment(at, "order", row.issue)

    def come(self, moment: Moment) -> bool:
        """Decide about a moment that has come; tell whether it moved or ended anything."""
        decide: Decide
        match moment.kind:
            case "pledge":
                about = About(moment.issue, pledge=moment.pledge)
                decide = partial(decide_deadline, moment.pledge, moment.at)
            case "item":
                about = About(moment.issue, choice=Choice.LIVE)
                decide = partial(decide_item_end, moment.at)
            case _:
                about = About(moment.issue, choice=Choice.COVERED, whole=True)
                decide = partial(decide_moment, moment.at)
        return bool(self.propose(Proposal(about, decide), moment.at, None).entries)

    # --- what is known --------------------------------------------------------------------

    def known(self, about: About) -> Known:
        """Load what a decision may know."""
        return knowing.known(self.rows, self.words, about)

    def pledges(self, issue: int | None = None) -> list[Pledge]:
        """Give pledges by number."""
        found = [row for row in self.rows.values() if isinstance(row, Pledge)]
        wanted = [row for row in found if issue is None or row.issue == issue]
        return sorted(wanted, key=lambda row: row.pledge)

    def pledge(self, number: int) -> Pledge:
        """Give one pledge."""
        row = self.rows[Pledge, number]
        assert isinstance(row, Pledge)
        return row

    def order(self, issue: int) -> Order:
        """Give one work order."""
        row = self.rows[Order, issue]
        assert isinstance(row, Order)
        return row

    def all(self, kind: type[Row]) -> list[Row]:
        """Give every row of a kind."""
        return [row for row in self.rows.values() if isinstance(row, kind)]

    def told(self, kind: type[Message]) -> list[Say]:
        """Give what was said of a kind; what has the same key is said once."""
        says = [effect for effect in self.effects if isinstance(effect, Say)]
        first = {say.key: say for say in reversed(says)}
        return [say for say in says if first[say.key] is say and isinstance(say.message, kind)]

    def recorded(self, kind: type[e.Entry]) -> list[e.Entry]:
        """Give the entries of a kind."""
        return [entry for _, entry in self.ledger if isinstance(entry, kind)]


def fold_into(rows: Rows, stamp: e.Stamp, entry: e.Entry) -> None:
    """Fold one entry with nothing at hand but the rows that it touches.

    A row that it did not have at hand may only be a new one: else something unseen is overwritten.
    """
    wanted = touched(stamp, entry)
    changed = fold(stamp, entry, {key: rows[key] for key in wanted if key in rows})
    unseen = set(changed) - set(wanted)
    assert not unseen & rows.keys()
    rows |= changed
