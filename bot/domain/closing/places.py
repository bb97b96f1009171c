"""How far are roadmap items and work orders at the end of the month?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain import figures as f
from bot.domain.closing.known import Linked, MonthKnown
from bot.domain.states import State
from bot.domain.views import Fund, Item, Order, Total


def item_lines(known: MonthKnown) -> Iterator[f.ItemLine]:
    """Say how far each roadmap item is."""
    totals: dict[int, dict[str, Total]] = {}
    funds: dict[int, dict[str, Fund]] = {}
    for total in known.totals:
        totals.setdefault(total.issue, {})[total.currency] = total
    for fund in known.funds:
        funds.setdefault(fund.issue, {})[fund.currency] = fund
    for item in known.items:
        yield _item_line(item, totals.get(item.issue, {}), funds.get(item.issue, {}))


def _item_line(item: Item, totals: dict[str, Total], funds: dict[str, Fund]) -> f.ItemLine:
    sums = tuple(_sums(item, totals, funds))
    return f.ItemLine(
        issue=item.issue,
        number=item.number,
        reach=reach(item, sums),
        goal_minor=item.goal_minor,
        goal_currency=item.goal_currency,
        sums=sums,
    )


def _sums(item: Item, totals: dict[str, Total], funds: dict[str, Fund]) -> Iterator[f.ItemSum]:
    for currency in sorted(totals.keys() | funds.keys()):
        total = totals.get(currency, Total(item.issue, currency))
        unmatched = funds[currency].unmatched if currency in funds else 0
        pledged, received = total.standing + total.due, total.received + unmatched
        if pledged or received:
            yield f.ItemSum(currency=currency, pledged=pledged, received=received)


def reach(item: Item, sums: Iterable[f.ItemSum]) -> f.Reach:
    """Say how far an item is: its goal counts in the goal's own currency alone."""
    there = {each.currency: each.pledged + each.received for each in sums}
    goal = item.goal
    if goal is not None and there.get(goal.currency, 0) >= goal.minor:
        return f.Reach.FUNDED
    return f.Reach.PARTLY if any(minor > 0 for minor in there.values()) else f.Reach.NOT_FUNDED


def furthest(item: f.ItemLine) -> tuple[int, int]:
    """Sort funded items before partly funded ones, and those before the others."""
    return list(f.Reach).index(item.reach), item.number


def order_line(order: Order, known: MonthKnown) -> f.OrderLine:
    """Say how far a work order is."""
    linked = known.linked.get(order.issue, Linked())
    return f.OrderLine(
        issue=order.issue,
        number=order.number,
        state=order.state,
        outcome=order.outcome,
        reports=order.reports,
        report_at=order.report_at,
        late=order.state is State.ACTIVE and order.report_missed,
        pulls=linked.pulls,
        merged=linked.merged,
        alone=order.alone,
    )


def orders_waiting(known: MonthKnown) -> Iterator[f.WaitingOrder]:
    """Name the work orders whose discussion is over, and on which a steward has not decided."""
    for order in sorted(known.orders, key=lambda each: each.number):
        since = order.discussion_ends_at
        open_now = order.state is State.DISCUSSION or (order.has_changed and not order.is_over)
        if open_now and since is not None and since <= known.span.ends_at:
            yield f.WaitingOrder(
                issue=order.issue,
                number=order.number,
                changed=order.state is not State.DISCUSSION,
                since=since,
            )
