"""What would have been known at the end of a month, going by the entries alone?

The worker asks the store for what it must know to close a month (`bot.storage.closing`). Whoever
has the ledger and no store folds its entries, and finds the same here: that is how anybody can
recompute a digest. The two are written apart, so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.domain import figures as f
from bot.domain.calendar import Span, before
from bot.domain.closing.known import Linked, MonthKnown
from bot.domain.closing.promises import age
from bot.domain.reviews import NotedPull
from bot.domain.stages import Stage
from bot.domain.views import (
    BOOK,
    Closing,
    Fund,
    Gift,
    Item,
    Link,
    Month,
    Order,
    Overall,
    Pledge,
    Row,
    Rows,
    Total,
    book_of,
)

R = TypeVar("R", bound=Row)


def recounted(rows: Rows, said: f.Figures, *, stirred: bool) -> MonthKnown:
    """Gather what was known, from the rows as they were just before the month was closed.

    `said` gives what the entries do not: the bounds of the month, the events that were under
    review, and which figures are to be checked. `stirred` tells whether the month had an entry that
    anybody would want to read of.
    """
    book = book_of(rows)
    assert BOOK in rows
    bounds = Span(said.month, said.begins_at, said.ends_at)
    items = tuple(_sorted(rows, Item, lambda i: i.number, lambda i: i.fundable))
    here = {item.issue for item in items}
    earlier = before(said.month, f.DEPENDENCE_MONTHS, book.first_month)
    year = {said.month, *earlier[: f.DEPENDENCE_MONTHS - 1]}
    corrections = _sorted(rows, f.Correction, lambda c: c.seq, lambda c: c.month == said.month)
    due = _due(rows, book.closed or 0)
    return MonthKnown(
        span=bounds,
        zone=said.zone,
        first_month=book.first_month,
        closed=book.closed,
        stirred=stirred,
        under_review=said.under_review,
        previous=_previous(rows, book.closed),
        flows=_months(rows, {said.month}),
        earlier=_months(rows, set(earlier)),
        overall=_sorted(rows, Overall, lambda o: o.currency),
        ages=_ages(rows, bounds),
        offers=_offers(rows),
        new=_new(rows, book.pledges_before),
        due=due[: f.PLEDGES_LISTED],
        due_count=len(due),
        declined=_declined(rows, book.closed or 0),
        items=items,
        totals=_sorted(rows, Total, lambda t: (t.issue, t.currency), lambda t: t.issue in here),
        funds=_sorted(rows, Fund, lambda t: (t.issue, t.currency), lambda t: t.issue in here),
        orders=_sorted(rows, Order, lambda o: o.number, lambda o: _is_shown(o, book.closed or 0)),
        linked=_linked(rows),
        noted=_sorted(rows, NotedPull, lambda p: p.pull),
        gifts=_sorted(
            rows, Gift, lambda g: (g.month, g.funder, g.currency), lambda g: g.month in year
        ),
        corrections=corrections[: f.CORRECTIONS_LISTED],
        corrections_count=len(corrections),
    )


# --- pieces -----------------------------------------------------------------------------------


def _every(rows: Rows, kind: type[R]) -> Iterable[R]:
    return (row for row in rows.values() if isinstance(row, kind))


def _sorted(
    rows: Rows,
    kind: type[R],
    key: Callable[[R], int | str | tuple[int | str, ...]],
    wanted: Callable[[R], bool] = lambda _: True,
) -> tuple[R, ...]:
    return tuple(sorted((row for row in _every(rows, kind) if wanted(row)), key=key))


def _previous(rows: Rows, closed: int | None) -> Closing | None:
    return next((each for each in _every(rows, Closing) if each.seq == closed), None)


def _months(rows: Rows, labels: set[str]) -> tuple[Month, ...]:
    return _sorted(rows, Month, lambda m: (m.month, m.currency), lambda m: m.month in labels)


def _is_shown(order: Order, after: int) -> bool:
    return order.over_seq is None or order.over_seq > after


# --- pledges ----------------------------------------------------------------------------------


def _pledges(rows: Rows, wanted: Callable[[Pledge], bool]) -> list[Pledge]:
    return [each for each in _every(rows, Pledge) if wanted(each)]


def _ages(rows: Rows, month: Span) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for pledge in _pledges(rows, lambda p: p.stage in {Stage.STANDING, Stage.DUE}):
        parts = found.setdefault(pledge.currency, [0] * (len(f.AGES) + 1))
        parts[age(pledge.made_at, month.ends_at)] += pledge.outstanding
    return {currency: tuple(parts) for currency, parts in found.items()}


def _offers(rows: Rows) -> tuple[Pledge, ...]:
    found = sorted(_pledges(rows, lambda p: p.stage is Stage.OFFERED), key=lambda p: p.pledge)
    return tuple(found[: f.WAITING_LISTED])


def _new(rows: Rows, after: int) -> tuple[Pledge, ...]:
    found = _pledges(rows, lambda p: p.pledge > after and p.rest_of is None)
    return tuple(sorted(found, key=lambda p: -p.pledge)[: f.PLEDGES_LISTED])


def _due(rows: Rows, after: int) -> tuple[Pledge, ...]:
    def fell_due(pledge: Pledge) -> bool:
        return pledge.stage is Stage.DUE and pledge.due_seq is not None and pledge.due_seq > after

    return tuple(sorted(_pledges(rows, fell_due), key=lambda p: -p.pledge))


def _declined(rows: Rows, after: int) -> tuple[Pledge, ...]:
    found = _pledges(rows, lambda p: p.stage is Stage.DECLINED and p.seq > after)
    return tuple(sorted(found, key=lambda p: -p.seq)[: f.DECLINED_LISTED])


# --- pull requests ----------------------------------------------------------------------------


def _linked(rows: Rows) -> dict[int, Linked]:
    found: dict[int, Linked] = {}
    for link in _every(rows, Link):
        if link.linked:
            so_far = found.get(link.order, Linked())
            merged = so_far.merged + (link.interested_merge is not None)
            found[link.order] = Linked(pulls=so_far.pulls + 1, merged=merged)
    return found
