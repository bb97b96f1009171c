"""What do the ledger's entries add up to?

Written apart from `bot.domain.folding`, from the entries alone: what the bot shows is held against
this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.stages import Stage
from bot.domain.states import OVER, State
from bot.domain.terms import Terms

Sums = dict[str, dict[str, int]]
"""Kind (`pledged`, `received`, `on completion`, `offered`, `lapsed`) to currency to minor units."""

Figures = dict[str, int]
"""What one row of a table says, in minor units: title of the column to amount."""


@dataclass(frozen=True)
class Promise:
    """A pledge."""

    issue: int
    pledger: int
    minor: int
    currency: str
    on_completion: bool
    stage: Stage
    received: int = 0
    refunded: int = 0
    drawn_by: int | None = None

    @property
    def outstanding(self) -> int:
        return self.minor - self.received

    @property
    def held(self) -> int:
        return self.received - self.refunded

    @property
    def drawable(self) -> bool:
        stages = {Stage.STANDING, Stage.DUE, Stage.RECEIVED}
        return self.stage in stages and self.drawn_by is None and not self.on_completion


@dataclass(frozen=True)
class Agreement:
    """A work order."""

    issue: int
    state: State = State.DRAFT
    written: Terms = field(default_factory=Terms)
    agreed: Terms | None = None
    started: bool = False
    alone: bool = False

    @property
    def terms(self) -> Terms:
        return self.agreed or self.written


@dataclass
class Books:
    """Everything that the entries of one repository add up to."""

    promises: dict[int, Promise] = field(default_factory=dict)
    agreements: dict[int, Agreement] = field(default_factory=dict)
    items: dict[int, int] = field(default_factory=dict)
    """Number of a roadmap item to GitHub's issue id."""
    funds: dict[tuple[int, str], Figures] = field(default_factory=dict)
    _recorded: dict[int, tuple[e.MoneyEntry, int]] = field(default_factory=dict)
    """Each record, and how much of it a refund took from what matches no pledge."""

    @classmethod
    def of(cls, entries: Iterable[e.Entry]) -> Books:
        books = cls()
        for entry in entries:
            books.add(entry)
        return books

    def add(self, entry: e.Entry) -> None:
        if isinstance(entry, e.PledgeMade):
            self.promises[entry.pledge] = Promise(
                entry.issue,
                entry.pledger,
                entry.money.minor,
                entry.money.currency,
                all(due.on_completion for due in entry.dues),
                entry.now,
            )
        elif isinstance(entry, e.PledgeEntry):
            self._pledge(entry)
        elif isinstance(entry, e.MoneyEntry):
            back = isinstance(entry, e.MoneyRefunded)
            free = entry.moves[0].money.minor if back else 0
            if back and entry.settles:
                same = entry.settles.currency == entry.moves[0].money.currency
                free = free - entry.settles.minor if same else -entry.unmatched
            self._recorded[entry.record] = entry, free
            self._moved(entry, 1)
        elif isinstance(entry, e.RecordReversed):
            self._moved(self._recorded[entry.record][0], -1)
        elif isinstance(entry, e.ItemLabelled):
            self.items[entry.number] = entry.issue
        else:
            self._order(entry)

    def _pledge(self, entry: e.PledgeEntry) -> None:
        now = replace(self.promises[entry.pledge], stage=entry.now)
        match entry:
            case e.PledgeSplit():
                rest = replace(now, minor=entry.rest.minor, received=0, refunded=0)
                self.promises[entry.as_pledge] = rest
                now = replace(now, minor=entry.kept.minor)
            case e.PledgeDrawn():
                now = replace(now, drawn_by=entry.drawn_by)
            case e.PledgeReleased():
                now = replace(now, drawn_by=None)
            case e.PledgeSettled():
                now = replace(now, received=now.received + entry.settled.minor)
            case e.PledgeUnsettled():
                now = replace(now, received=now.received - entry.settled.minor)
            case e.PledgeRefunded():
                now = replace(now, refunded=now.refunded + entry.refunded.minor)
            case e.PledgeUnrefunded():
                now = replace(now, refunded=now.refunded - entry.refunded.minor)
            case _:
                pass
        self.promises[entry.pledge] = now

    def _moved(self, entry: e.MoneyEntry, sign: int) -> None:
        money, *kept = (move.money for move in entry.moves)
        fund = self.funds.setdefault((entry.fund, money.currency), defaultdict(int))
        title = {
            e.MoneyReceived: "Received",
            e.MoneyPaid: "Paid out",
            e.MoneyPaidDirectly: "Paid directly, outside of the balance",
            e.MoneyRefunded: "Refunded",
        }[type(entry)]
        fees = sum(fee.minor for fee in kept)
        fund[title] += sign * money.minor
        fund["Fees"] += sign * fees
        into = {"Received": money.minor - fees, "Paid out": -money.minor, "Refunded": -money.minor}
        fund["Balance"] += sign * into.get(title, 0)
        free = self._recorded[entry.record][1] or -entry.unmatched
        fund["Matches no pledge"] -= sign * free

    def _order(self, entry: e.Entry) -> None:
        if isinstance(entry, e.OrderOpened):
            self.agreements[entry.issue] = Agreement(entry.issue)
        issue = getattr(entry, "issue", None)
        now = self.agreements.get(issue) if issue is not None else None
        if now is None:
            return
        if isinstance(entry, e.OrderEntry):
            now = replace(now, state=entry.now, alone=now.alone or getattr(entry, "alone", False))
        match entry:
            case e.OrderWritten():
                now = replace(now, written=entry.terms)
            case e.OrderApproved():
                now = replace(now, agreed=now.written)
            case e.OrderStarted():
                now = replace(now, started=True)
            case _:
                pass
        self.agreements[now.issue] = now

    # --- what a panel must say ----------------------------------------------------------------

    def of_item(self, issue: int) -> Sums:
        """Say what the panel of a roadmap item lists, under each heading."""
        sums: Sums = defaultdict(lambda: defaultdict(int))
        for each in self.promises.values():
            if each.issue == issue:
                sums[_kind(each)][each.currency] += each.outstanding
                sums["received"][each.currency] += each.held
        for (fund, currency), figures in self.funds.items():
            if fund == issue:
                sums["received"][currency] += figures["Matches no pledge"]
        sums.pop("", None)
        found = {
            kind: {c: minor for c, minor in per.items() if minor} for kind, per in sums.items()
        }
        return {kind: per for kind, per in found.items() if per}

    def of_order(self, issue: int) -> dict[str, Figures]:
        """Say what the budget lines of a work order that is not over show, by currency."""
        order = self.agreements[issue]
        return (
            {}
            if order.state in OVER
            else {money.currency: self._budgeted(order, money) for money in order.terms.budget}
        )

    def _budgeted(self, order: Agreement, budget: Money) -> Figures:
        counted = list(self._counted(order, budget.currency))
        pledged = sum(p.outstanding for p in counted if p.stage is not Stage.RECEIVED)
        if order.started:
            pledged = sum(p.outstanding for p in counted if p.stage is Stage.DUE)
        received = sum(p.held for p in counted)
        gap = max(0, budget.minor - pledged - received)
        return {"budget": budget.minor, "pledged": pledged, "received": received, "gap": gap}

    def _counted(self, order: Agreement, currency: str) -> Iterator[Promise]:
        """Give the pledges that a work order holds; before its start, those that it could draw on."""
        places = {order.issue, *(self.items.get(number) for number in order.terms.items)}
        for each in self.promises.values():
            ours = each.drawn_by == order.issue
            if not order.started:
                ours = each.drawable and each.issue in places
            if ours and each.currency == currency:
                yield each

    def of_settlement(self, issue: int) -> dict[str, Figures]:
        """Say what the settlement of a work order that is over shows, by currency."""
        order = self.agreements[issue]
        drawn = [p for p in self.promises.values() if p.drawn_by == issue]
        moved = {currency for fund, currency in self.funds if fund == issue}
        moved |= {each.currency for each in drawn}
        if order.state not in OVER or not moved:
            return {}
        found = {}
        for currency in moved | {money.currency for money in order.terms.budget}:
            ours = [each for each in drawn if each.currency == currency]
            fund = self.funds.get((issue, currency), defaultdict(int))
            due = sum(p.outstanding for p in ours if p.stage is Stage.DUE)
            gone = sum(p.outstanding for p in ours if p.stage is not Stage.DUE)
            held = sum(p.held for p in ours)
            found[currency] = {
                "Budget": order.terms.budget_in(currency),
                "Drawn": due + gone + held,
                "Received": held + fund["Matches no pledge"],
                "Fees": fund["Fees"],
                "Paid directly": fund["Paid directly, outside of the balance"],
                "Paid out": fund["Paid out"],
                "Still due": due,
                "Gone": gone,
                "Left here": fund["Balance"],
            }
        return found

    def of_money(self, issue: int) -> dict[str, Figures]:
        """Say what the table of money in one place shows, by currency."""
        return {c: dict(figures) for (fund, c), figures in self.funds.items() if fund == issue}

    def amounts(self) -> dict[str, tuple[str, int]]:
        """Give what was promised, by the number of the pledge."""
        return {f"P-{n}": (each.currency, each.minor) for n, each in self.promises.items()}


def _kind(promise: Promise) -> str:
    return {
        Stage.OFFERED: "offered",
        Stage.STANDING: "on completion" if promise.on_completion else "pledged",
        Stage.DUE: "pledged",
        Stage.LAPSED: "lapsed",
    }.get(promise.stage, "")
