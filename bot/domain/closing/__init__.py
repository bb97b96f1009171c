"""What do the rows come to at the end of a month? From what is known to the figures of its digest."""

from __future__ import annotations

from bot.domain import figures as f
from bot.domain.closing.known import Linked, MonthKnown
from bot.domain.closing.money import dependence, moved, surges
from bot.domain.closing.places import furthest, item_lines, order_line, orders_waiting, reach
from bot.domain.closing.promises import age, lines, promised
from bot.domain.closing.reviewed import newly_told, review_window, reviews

__all__ = ["Linked", "MonthKnown", "age", "figures", "newly_told", "reach", "review_window"]


def figures(known: MonthKnown) -> f.Figures:
    """Work out every figure of a digest."""
    items = tuple(item_lines(known))
    reaches = [item.reach for item in items]
    orders = tuple(order_line(order, known) for order in known.orders)
    waiting = tuple(orders_waiting(known))
    return f.Figures(
        month=known.span.month,
        begins_at=known.span.begins_at,
        ends_at=known.span.ends_at,
        zone=known.zone,
        previous=known.closed,
        quiet=not known.stirred,
        under_review=known.under_review,
        offers_waiting=sum(each.offered_count for each in known.overall),
        offers=lines(known.offers),
        orders_waiting_count=len(waiting),
        orders_waiting=waiting[: f.WAITING_LISTED],
        promised=tuple(promised(known)),
        new=lines(known.new),
        due_count=known.due_count,
        due=lines(known.due),
        declined=lines(known.declined),
        money=tuple(moved(known)),
        funded=reaches.count(f.Reach.FUNDED),
        partly=reaches.count(f.Reach.PARTLY),
        not_funded=reaches.count(f.Reach.NOT_FUNDED),
        items=tuple(sorted(items, key=furthest)[: f.ITEMS_LISTED]),
        orders_count=len(orders),
        orders=orders[: f.ORDERS_LISTED],
        reviews=reviews(known),
        dependence=tuple(dependence(known.gifts)),
        surges=tuple(surges(known)),
        corrections_count=known.corrections_count,
        corrections=known.corrections,
    )
