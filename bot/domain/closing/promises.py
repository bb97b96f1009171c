"""What was promised in the month, and how old are the promises?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.domain import figures as f
from bot.domain.closing.known import MonthKnown
from bot.domain.views import Month, Overall, Pledge


def age(made_at: datetime, at: datetime) -> int:
    """Say in which part of `AGES` a promise is, by its whole days."""
    days = (at - made_at) // timedelta(days=1)
    return sum(days >= bound for bound in f.AGES)


def lines(pledges: Iterable[Pledge]) -> tuple[f.PledgeLine, ...]:
    """Write pledges as a digest lists them."""
    return tuple(
        f.PledgeLine(
            pledge=pledge.pledge,
            issue=pledge.issue,
            pledger=pledge.pledger,
            funder=pledge.funder,
            minor=pledge.minor,
            currency=pledge.currency,
            comment=pledge.comment,
            seq=pledge.seq,
        )
        for pledge in pledges
    )


def promised(known: MonthKnown) -> Iterator[f.Promised]:
    """Give what became of promises in each currency, and what stands now."""
    flows = {each.currency: each for each in known.flows}
    now = {each.currency: each for each in known.overall}
    for currency in sorted(flows.keys() | now.keys()):
        flow = flows.get(currency, Month(known.span.month, currency))
        stock = now.get(currency, Overall(currency))
        yield f.Promised(
            currency=currency,
            made=flow.made,
            made_count=flow.made_count,
            withdrawn=flow.withdrawn,
            withdrawn_count=flow.withdrawn_count,
            declined=flow.declined,
            declined_count=flow.declined_count,
            expired=flow.expired,
            expired_count=flow.expired_count,
            fell_due=flow.fell_due,
            fell_due_count=flow.fell_due_count,
            lapsed=flow.lapsed,
            lapsed_count=flow.lapsed_count,
            offered_now=stock.offered,
            standing_now=stock.standing,
            completion_now=stock.completion,
            due_now=stock.due,
            lapsed_now=stock.lapsed,
            by_age=known.ages.get(currency, (0,) * (len(f.AGES) + 1)),
        )
