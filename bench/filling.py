"""How is a long ledger made quickly? The entries are as the bot writes them, chained and folded.

They are folded in memory and written in batches; `bursar verify` finds such a ledger in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.words import OWNER as OWNER  # noqa: PLC0414 - the name of what is filled
from bench.written import NAME as NAME  # noqa: PLC0414
from bench.written import REPO as REPO  # noqa: PLC0414
from bench.written import canonical, surroundings, the_line, the_row, write_views
from bot.domain import entries as e
from bot.domain.calendar import month_of, span
from bot.domain.closing import figures
from bot.domain.closing.recounting import recounted
from bot.domain.folding import fold
from bot.domain.money import Money
from bot.domain.movements import paid, received
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.views import Pledge, Rows, book_of
from bot.storage import codec, tables
from bot.storage.database import Database
from bot.storage.ledger import chained

BEGIN = datetime(2025, 1, 3, 12, tzinfo=UTC)
MONTHS = 12
PEOPLE = 400
CURRENCIES = ("USD", "EUR", "GBP", "JPY")
BATCH = 2_000
USUAL, USUAL_ITEMS = 1_000, 10
"""However long a ledger is, about so many entries of it are about the first ten items; so these are
alike in all of them. More of a long ledger's entries go to other items, if it has any."""

ZONE = "Europe/Paris"


@dataclass
class Filling:
    """A ledger in the making."""

    count: int
    items: int
    random: Random = field(default_factory=lambda: Random(2026))
    rows: Rows = field(default_factory=dict)
    seq: int = 0
    hash: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    standing: list[int] = field(default_factory=list)
    records: int = 0
    stirred: bool = False
    people: int = PEOPLE
    on_first: int | None = None
    """Nothing but pledges, each of somebody else; so many of them on the first item."""

    def now(self) -> datetime:
        """Spread the entries over the months."""
        whole = timedelta(days=30.4 * MONTHS)
        return BEGIN + whole * (self.seq / (self.count + 1))

    def record(self, entry: e.Entry, at: datetime | None = None, actor: int | None = 101) -> None:
        """Append an entry, and fold it."""
        self.seq += 1
        moment = at or self.now().replace(microsecond=0)
        stamp = e.Stamp(self.seq, moment, actor, False, book_of(self.rows).month, False)  # noqa: FBT003
        body = codec.plain(entry)
        codec.take_texts(entry, body, b"salt" * 4)
        line = canonical(the_line(stamp, entry, body))
        self.hash = chained(self.hash, line)
        self.lines.append(the_row(stamp, entry, line, self.hash))
        self.rows.update(fold(stamp, entry, self.rows))

    async def flush(self, tx: AsyncConnection) -> None:
        """Write the lines that wait."""
        if self.lines:
            await tx.execute(insert(tables.ledger), self.lines)
            self.lines.clear()

    def play(self) -> Iterator[None]:
        """Record everything; stops after each act, so that lines can be written away."""
        self.record(e.RulesChanged("c0ffee", Rules(timezone=ZONE)))
        first = span(month_of(BEGIN, ZONE), ZONE)
        self._open(first.month)
        for number in range(1, self.items + 1):
            self.record(e.ItemLabelled(1000 + number, number))
            self.record(e.GoalSet(1000 + number, Money(2_000_000, "USD")))
            yield
        while self.seq < self.count:
            self._close_months()
            self._act()
            yield

    # --- acts -----------------------------------------------------------------------------

    def _act(self) -> None:
        self.stirred = True
        if self.on_first is not None:
            self._pledge()
            return
        dice = self.random.random()
        if dice < 0.5 or not self.standing:  # noqa: PLR2004 - shares of a made-up life
            self._pledge()
        elif dice < 0.6:  # noqa: PLR2004
            self._withdraw()
        elif dice < 0.9:  # noqa: PLR2004
            self._receive()
        else:
            self._pay()

    def _pledge(self) -> None:
        number = book_of(self.rows).pledges + 1
        currency = self.random.choice(CURRENCIES)
        money = Money(self.random.randint(1, 500) * 1000, currency)
        who = 100 + (self.random.randrange(self.people) if self.on_first is None else number)
        made = e.PledgeMade(
            issue=self._issue(),
            pledge=number,
            pledger=who,
            funder=who,
            money=money,
            dues=(e.Due(money.minor, on_completion=False),),
            until=None,
            now=Stage.STANDING,
            expires_at=None,
            comment=10_000 + self.seq,
        )
        self.record(made, actor=who)
        self.standing.append(number)

    def _withdraw(self) -> None:
        pledge = self._standing()
        self.record(e.PledgeWithdrawn(**_of(pledge, Stage.WITHDRAWN)), actor=pledge.pledger)

    def _receive(self) -> None:
        pledge = self._standing()
        self.records += 1
        moves = received(pledge.funder, pledge.issue, pledge.money, pledge.minor // 50)
        came = e.MoneyReceived(
            issue=pledge.issue,
            record=self.records,
            fund=pledge.issue,
            moves=moves,
            pledge=pledge.pledge,
            settles=pledge.money,
            comment=10_000 + self.seq,
        )
        self.record(came)
        settled = _of(pledge, Stage.RECEIVED)
        self.record(e.PledgeSettled(**settled, record=self.records, settled=pledge.money))

    def _pay(self) -> None:
        self.records += 1
        moves = paid(100 + self.random.randrange(self.people), self._issue(), Money(1000, "USD"))
        went = e.MoneyPaid(
            issue=moves[0].source.number,
            record=self.records,
            fund=moves[0].source.number,
            moves=moves,
            comment=10_000 + self.seq,
        )
        self.record(went)

    def _issue(self) -> int:
        if self.on_first is not None:
            others = 1002 + self.random.randrange(self.items - 1)
            return 1001 if book_of(self.rows).pledges < self.on_first else others
        usual = min(USUAL_ITEMS, self.items)
        if usual == self.items or self.random.random() < USUAL / self.count:
            return 1001 + self.random.randrange(usual)
        return 1001 + self.random.randrange(usual, self.items)

    def _standing(self) -> Pledge:
        at = self.random.randrange(len(self.standing))
        self.standing[at], self.standing[-1] = self.standing[-1], self.standing[at]
        pledge = self.rows[Pledge, self.standing.pop()]
        assert isinstance(pledge, Pledge)
        return pledge

    # --- months ---------------------------------------------------------------------------

    def _open(self, month: str) -> None:
        bounds = span(month, ZONE)
        opened = e.MonthOpened(
            month=month, begins_at=bounds.begins_at, ends_at=bounds.ends_at, zone=ZONE
        )
        self.record(opened, at=bounds.begins_at, actor=None)

    def _close_months(self) -> None:
        while (ends_at := book_of(self.rows).month_ends_at) is not None and self.now() >= ends_at:
            said = _said(book_of(self.rows).month)
            found = figures(recounted(self.rows, said, stirred=self.stirred))
            month = found.month
            self.record(e.MonthClosed(month=month, figures=found), at=ends_at, actor=None)
            self._open(month_of(ends_at, ZONE))
            self.stirred = False


async def fill(
    database: Database,
    count: int,
    items: int = 10,
    *,
    people: int = PEOPLE,
    on_first: int | None = None,
) -> None:
    """Fill an empty, migrated database with a ledger of so many entries (or a few more)."""
    filling = Filling(count, items, people=people, on_first=on_first)
    async with database.write() as tx:
        await surroundings(tx, items, people, BEGIN)
        for _ in filling.play():
            if len(filling.lines) >= BATCH:
                await filling.flush(tx)
        await filling.flush(tx)
        head = {"repo": REPO, "seq": filling.seq, "hash": filling.hash}
        await tx.execute(insert(tables.lanes).values(head))
        await write_views(tx, filling.rows)


# --- pieces -----------------------------------------------------------------------------------


def _of(pledge: Pledge, now: Stage) -> dict[str, Any]:
    return {
        "issue": pledge.issue,
        "pledge": pledge.pledge,
        "pledger": pledge.pledger,
        "money": pledge.money,
        "on_completion": False,
        "was": pledge.stage,
        "now": now,
    }


def _said(month: str) -> Any:
    """Give the bounds that a month has, in the shape of figures."""
    bounds = span(month, ZONE)
    return _Said(month, bounds.begins_at, bounds.ends_at)


@dataclass(frozen=True, slots=True)
class _Said:
    month: str
    begins_at: datetime
    ends_at: datetime
    zone: str = ZONE
    under_review: int = 0
