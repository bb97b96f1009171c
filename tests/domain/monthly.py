"""What must always hold of months? Everything is added up again from nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from bot.domain import entries as e
from bot.domain.calendar import after
from bot.domain.figures import Figures, Moved
from bot.domain.folding.months import SILENT
from bot.domain.movements import EndKind
from bot.domain.stages import Stage
from bot.domain.views import Account, Closing, Fund, Gift, Month, Overall, Total, book_of
from tests.domain.knowing import every
from tests.domain.world import World

MONEY = ("received", "fees", "paid", "refunded", "direct", "unmatched")
PROMISED = ("offered", "standing", "completion", "due", "lapsed")
REACHED = {
    "withdrawn_count": Stage.WITHDRAWN,
    "declined_count": Stage.DECLINED,
    "expired_count": Stage.EXPIRED,
    "fell_due_count": Stage.DUE,
    "lapsed_count": Stage.LAPSED,
}


def check_months(world: World) -> None:
    """Check everything about months that must hold after every step."""
    check_overall(world)
    check_flows(world)
    check_gifts(world)
    check_closings(world)
    check_stamps(world)


def check_overall(world: World) -> None:
    """What everything comes to is what all places come to, and what all months moved."""
    sums: dict[str, Any] = defaultdict(Counter)
    for total in every(world.rows, Total):
        for name in PROMISED:
            sums[total.currency][name] += getattr(total, name)
            sums[total.currency][f"{name}_count"] += getattr(total, f"{name}_count")
        sums[total.currency]["settled"] += total.received
        sums[total.currency]["settled_count"] += total.received_count
    for fund in every(world.rows, Fund):
        for name in MONEY:
            sums[fund.currency][name] += getattr(fund, name)
    assert set(every(world.rows, Overall)) == {Overall(c, **sums[c]) for c in sums}


def check_flows(world: World) -> None:
    """All months together moved what is there now; each counts what its entries say."""
    moved: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str, str]] = Counter()
    for month in every(world.rows, Month):
        for name in MONEY:
            moved[month.currency, name] += getattr(month, name)
        for name in ("made", "made_count", *REACHED):
            counts[month.month, month.currency, name] += getattr(month, name)
    for row in every(world.rows, Overall):
        for name in MONEY:
            assert moved[row.currency, name] == getattr(row, name)
    assert counts - Counter() == _counted(world)


def _counted(world: World) -> Counter[tuple[str, str, str]]:
    """Count pledges that were made, and that reached a stage, entry by entry."""
    found: Counter[tuple[str, str, str]] = Counter()
    due: set[int] = set()
    for stamp, entry in world.ledger:
        if isinstance(entry, e.PledgeReleased):
            due.discard(entry.pledge)
        if isinstance(entry, e.PledgeSplit) and entry.pledge in due:
            due.add(entry.as_pledge)
        if isinstance(entry, e.PledgeMade):
            found[stamp.month, entry.money.currency, "made"] += entry.money.minor
            found[stamp.month, entry.money.currency, "made_count"] += 1
        elif isinstance(entry, e.PledgeEntry) and entry.was is not entry.now:
            again = entry.now is Stage.DUE and entry.pledge in due
            for name, stage in REACHED.items():
                found[stamp.month, entry.money.currency, name] += entry.now is stage and not again
            if entry.now is Stage.DUE:
                due.add(entry.pledge)
    return found - Counter()


def check_gifts(world: World) -> None:
    """What funders gave, month by month, is what their accounts have lost."""
    given: Counter[tuple[int, str]] = Counter()
    for gift in every(world.rows, Gift):
        given[gift.funder, gift.currency] += gift.minor
    lost = {
        (account.number, account.currency): -(account.minor + account.direct)
        for account in every(world.rows, Account)
        if account.kind is EndKind.FUNDER
    }
    assert given == lost


def check_closings(world: World) -> None:
    """What a month closes with, the next one opens with; the open month adds up to what is there."""
    closings = sorted(every(world.rows, Closing), key=lambda each: each.month)
    book = book_of(world.rows)
    for closing in closings:
        for row in closing.figures.money:
            assert row.closing == row.opening + _change(row), (closing.month, row)
    for before, now in pairwise(closings):
        assert now.month == after(before.month)
        assert now.begins_at == before.ends_at
        assert now.figures.previous == before.seq
        assert opening(now.figures) == closed(before.figures)
    if closings:
        last = closings[-1]
        assert (book.month, book.month_begins_at) == (after(last.month), last.ends_at)
        assert (book.closed, book.first_month) == (last.seq, closings[0].month)
        now_there = Counter(closed(last.figures))
        for month in every(world.rows, Month):
            now_there[month.currency] += month.change if month.month == book.month else 0
        there = {row.currency: row.balance for row in every(world.rows, Overall)}
        assert now_there == there


def _change(row: Moved) -> int:
    return row.received - row.fees - row.paid - row.refunded


def opening(figures: Figures) -> Counter[str]:
    """Give what was there before, by currency; equal whether a nought is said or not."""
    return Counter({row.currency: row.opening for row in figures.money})


def closed(figures: Figures) -> Counter[str]:
    """Give what was there afterwards, by currency."""
    return Counter({row.currency: row.closing for row in figures.money})


def check_stamps(world: World) -> None:
    """Every entry stands in the month that was open; a month is quiet when nothing is told of it."""
    month, begins_at, stirred = "", None, set()
    for stamp, entry in world.ledger:
        assert stamp.month == month
        assert stamp.earlier == (begins_at is not None and stamp.at < begins_at)
        if type(entry).__name__ not in SILENT:
            stirred.add(month)
        if isinstance(entry, e.MonthOpened):
            month, begins_at = entry.month, entry.begins_at
        if isinstance(entry, e.MonthClosed):
            assert entry.figures.quiet == (entry.month not in stirred)
            assert stamp.at == entry.figures.ends_at
