"""A repository in memory: it records and folds as storage does, and lets time pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain import entries as e
from bot.domain.decisions import Choice, Decision, Known
from bot.domain.folding import fold, touched
from bot.domain.pledges import decide_deadline
from bot.domain.refs import Account, IssueRef, Spoken
from bot.domain.refusals import No
from bot.domain.roadmap import decide_item_end
from bot.domain.stages import LIVE, UNDRAWN, Stage
from bot.domain.views import BOOK, Book, Item, Pledge, Row, Rows, Unpaid
from tests.domain.facts import NOW


@dataclass(slots=True)
class World:
    """A ledger, its views, and the time."""

    now: datetime = NOW
    rows: Rows = field(default_factory=dict)
    ledger: list[tuple[e.Stamp, e.Entry]] = field(default_factory=list)
    comments: int = 0

    # --- what happens ---------------------------------------------------------------------

    def say(self, issue: IssueRef, actor: int, at: datetime) -> Spoken:
        """Write a comment."""
        self.comments += 1
        return Spoken(self.comments, issue, Account(1000 + actor, f"person-{actor}"), at)

    def decide(
        self, decide: Callable[[Known], Decision], known: Known, at: datetime, actor: int | None
    ) -> bool:
        """Record a decision, or its refusal; tell whether anything else was recorded."""
        try:
            entries = decide(known).entries
        except No as no:
            self.record(e.Refused(known.item.issue if known.item else 0, no.why.value), at, actor)
            return False
        for entry in entries:
            self.record(entry, at, actor)
        return bool(entries)

    def record(self, entry: e.Entry, at: datetime, actor: int | None) -> None:
        """Append one entry and fold it."""
        stamp = e.Stamp(len(self.ledger) + 1, at, actor)
        self.ledger.append((stamp, entry))
        fold_into(self.rows, stamp, entry)

    def pass_time(self, hours: int) -> None:
        """Let time pass, and every moment in between come."""
        until = self.now + timedelta(hours=hours)
        while moments := [moment for moment in self.moments() if moment[0] <= until]:
            at, issue, pledge = min(moments)
            self.now = max(self.now, at)
            self.come(at, issue, pledge)
        self.now = until

    def moments(self) -> Iterator[tuple[datetime, int, int]]:
        """Give what is still to come: of pledges, and (pledge 0) of items."""
        for row in self.rows.values():
            if isinstance(row, Pledge) and row.deadline:
                yield row.deadline, row.issue, row.pledge
            if isinstance(row, Item) and row.ends_at:
                yield row.ends_at, row.issue, 0

    def come(self, at: datetime, issue: int, pledge: int) -> None:
        """Decide about a moment that has come; each one must move or end something."""
        if pledge:
            known = self.known(None, issue, pledge=pledge)
            moved = self.decide(lambda now: decide_deadline(pledge, at, now), known, at, None)
        else:
            known = self.known(None, issue, Choice.LIVE)
            moved = self.decide(lambda now: decide_item_end(at, now), known, at, None)
        assert moved

    # --- what is known --------------------------------------------------------------------

    def pledges(self, issue: int | None = None) -> list[Pledge]:
        """Give pledges by number."""
        found = [row for row in self.rows.values() if isinstance(row, Pledge)]
        wanted = [row for row in found if issue is None or row.issue == issue]
        return sorted(wanted, key=lambda row: row.pledge)

    def all(self, kind: type[Row]) -> list[Row]:
        """Give every row of a kind."""
        return [row for row in self.rows.values() if isinstance(row, kind)]

    def item(self, issue: int) -> Item | None:
        """Give an item."""
        row = self.rows.get((Item, issue))
        return row if isinstance(row, Item) else None

    def known(
        self,
        actor: int | None,
        issue: int,
        choice: Choice = Choice.NONE,
        *,
        pledge: int | None = None,
        funder: int | None = None,
    ) -> Known:
        """Load what a decision may know, as `bot.storage.rows.known` does."""
        book = self.rows.get(BOOK, Book())
        assert isinstance(book, Book)
        unpaid = [row for row in self.rows.values() if isinstance(row, Unpaid)]
        own = [row.changed_at for row in self.pledges(issue) if row.pledger == actor]
        return Known(
            newest_rules=book.rules,
            item=self.item(issue),
            pledges=tuple(self.chosen(actor, issue, choice, pledge, funder)),
            actor=actor,
            funder=funder,
            unpaid={row.currency: row.minor for row in unpaid if row.person == actor},
            newest_pledge=book.pledges,
            actor_decided_at=max(own, default=None),
        )

    def chosen(
        self,
        actor: int | None,
        issue: int,
        choice: Choice,
        pledge: int | None,
        funder: int | None,
    ) -> list[Pledge]:
        """Choose the pledges that a decision must see."""
        here = self.pledges(issue)
        chosen = [row for row in here if row.pledge == pledge]
        live = [row for row in here if row.stage in LIVE]
        match choice:
            case Choice.OWN_LIVE:
                giver = funder or actor
                chosen += [row for row in live if actor == row.pledger or giver == row.funder]
            case Choice.OFFERS:
                if pledge is None:
                    chosen += [row for row in live if row.stage is Stage.OFFERED][:10]
                funders = {row.funder for row in chosen}
                chosen += [row for row in live if row.funder in funders and row.stage in UNDRAWN]
            case Choice.LIVE:
                chosen += live
            case Choice.NONE:
                pass
        return sorted({row.pledge: row for row in chosen}.values(), key=lambda row: row.pledge)


def fold_into(rows: Rows, stamp: e.Stamp, entry: e.Entry) -> None:
    """Fold one entry with nothing at hand but the rows that it touches."""
    at_hand = {key: rows[key] for key in touched(entry) if key in rows}
    changed = fold(stamp, entry, at_hand)
    assert set(changed) <= set(touched(entry))
    rows |= changed
