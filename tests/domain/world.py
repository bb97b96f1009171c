"""A repository in memory: it records and folds as storage does, and lets time pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain import entries as e
from bot.domain.calendar import Span
from bot.domain.closing import MonthKnown, review_window
from bot.domain.closing.recounting import recounted
from bot.domain.decisions import About, Choice, Decide, Decision, Known, Proposal
from bot.domain.digests import decide_closing, decide_opening
from bot.domain.effects import Effect, Message, Say
from bot.domain.figures import Figures, Reviews
from bot.domain.folding import fold, touched
from bot.domain.folding.months import SILENT
from bot.domain.pledges import decide_deadline
from bot.domain.refs import Account, IssueRef, Spoken
from bot.domain.refusals import No
from bot.domain.reviews import NotedPull
from bot.domain.roadmap import decide_item_end
from bot.domain.rules import Rules
from bot.domain.views import Closing, Item, Order, Pledge, Row, Rows, book_of
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
    told_of: dict[int, NotedPull] = field(default_factory=dict)
    """What GitHub has told of pull requests, by number."""

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
        book = book_of(self.rows)
        earlier = book.month_begins_at is not None and at < book.month_begins_at
        stamp = e.Stamp(len(self.ledger) + 1, at, actor, month=book.month, earlier=earlier)
        self.ledger.append((stamp, entry))
        texts = {each.name: getattr(entry, each.name) for each in fields(entry)}
        self.words[stamp.seq] = {
            name: text.words for name, text in texts.items() if isinstance(text, e.FreeText)
        }
        fold_into(self.rows, stamp, entry)

    # --- months ---------------------------------------------------------------------------

    def open_month(self) -> None:
        """Begin the first month, or let the open one end where the rules' time zone says."""
        book = book_of(self.rows)
        opened = decide_opening(book, book.rules or Rules(), self.now)
        if opened is not None:
            self.record(opened, self.now, None)

    def month_known(self) -> MonthKnown:
        """Load what must be known to close the month that is open."""
        book = book_of(self.rows)
        assert book.month_begins_at is not None
        assert book.month_ends_at is not None
        span = Span(book.month, book.month_begins_at, book.month_ends_at)
        zone = (book.rules or Rules()).timezone
        since = review_window(span, zone)
        bounds = Figures(
            month=span.month,
            begins_at=span.begins_at,
            ends_at=span.ends_at,
            zone=zone,
            previous=book.closed,
            quiet=False,
            reviews=Reviews(since=since),
        )
        kinds = {type(entry).__name__ for _, entry in self.ledger[book.closed or 0 :]}
        told = [pull for pull in self.told_of.values() if since <= pull.opened_at < span.ends_at]
        known = recounted(self.rows, bounds, stirred=bool(kinds - SILENT))
        return replace(known, told=tuple(told))

    def close_month(self) -> Figures:
        """Close the month that is open, and begin the next; gives the figures."""
        known = self.month_known()
        for entry in decide_closing(known):
            self.record(entry, known.span.ends_at, None)
        closing = self.rows[Closing, known.span.month]
        assert isinstance(closing, Closing)
        return closing.figures

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
        month_ends_at = book_of(self.rows).month_ends_at
        if month_ends_at is not None:
            yield Moment(month_ends_at, "month", 0)
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
            case "month":
                return bool(self.close_month())
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
