"""What is agreed in a work order, how far is it, how were its pull requests reviewed, how did it end?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.comments.order_panel import Detail, lay_out
from bot.comments.text import plain
from bot.domain.order_panel import PULLS_SHOWN, OrderPanelShown
from bot.domain.panel import LARGEST_SHOWN, RECORDS_SHOWN
from bot.domain.views import Order
from bot.pages.asked import Asked, Missing, Shown, whole
from bot.pages.pointing import Pointer, pointer
from bot.pages.telling import tell
from bot.storage import browsing, mirror, order_showing, people, rows
from bot.storage.browsing import Sought

ENTRIES_SHOWN = 50
"""Entries of the timeline, the newest (product rule); the ledger has the others."""

TEXT_AT_MOST = 20_000
"""Characters shown of each text of the form; our own limit. The issue has all of it."""

EVERYTHING = Detail(
    currencies=50, people=200, items=200, words=TEXT_AT_MOST, pledges=LARGEST_SHOWN, ended=10,
    reason=500, pulls=PULLS_SHOWN, rails=50, name=120, records=RECORDS_SHOWN,
)  # fmt: skip
"""A page has room for more than a comment; the limits are our own."""


async def show(asked: Asked) -> Shown:
    """Show a work order."""
    message, issue = await _message(asked)
    panel = lay_out(message, EVERYTHING)
    lines = await browsing.before(asked.tx, asked.repo.id, Sought(issue=issue), None, ENTRIES_SHOWN)
    number = message.order.number
    values = {
        "canonical": f"{asked.public_url}{asked.home}/work-orders/{number}",
        "m": message,
        "order": message.order,
        "panel": panel,
        "title": await mirror.issue_title(asked.tx, issue) or "",
        "texts": [
            (name, _lines(text), len(text) > TEXT_AT_MOST) for name, text in panel.words.items()
        ],
        "point": await _pointer(asked, message),
        "told": await tell(asked, lines.lines),
        "more_told": lines.older is not None,
    }
    return Shown("work_order.html", values)


async def _message(asked: Asked) -> tuple[OrderPanelShown, int]:
    """Gather what the panel shows, which is nearly all of it."""
    number = whole(asked.path.get("number"))
    issue = await browsing.issue_numbered(asked.tx, asked.repo.id, number or 0)
    order = await rows.one(asked.tx, asked.repo.id, Order, issue) if issue is not None else None
    if order is None or order.is_gone:
        raise Missing
    message = await order_showing.order_panel(asked.tx, asked.repo, order.issue, asked.now)
    if message is None:
        raise Missing
    return message, order.issue


def _lines(text: str) -> str:
    """Give words of people line by line, without what nobody sees."""
    return "\n".join(plain(line, TEXT_AT_MOST) for line in text[:TEXT_AT_MOST].splitlines()).strip()


async def _pointer(asked: Asked, message: OrderPanelShown) -> Pointer:
    """Look up whom and what the page names."""
    tx, repo = asked.tx, asked.repo.id
    records = message.treasury.records
    pledges = await browsing.pledge_comments(tx, repo, _pledges(message))
    issues = {message.order.issue, *(issue for issue, _ in pledges.values())}
    issues |= {issue for each in records for issue in (each.issue, each.fund)}
    shown = (*message.pledges, *message.ended)
    issues |= {each.drawn_by for each in shown if each.drawn_by is not None}
    return pointer(
        asked,
        names=await people.logins(tx, message.people()),
        spots=await browsing.spots(tx, repo, issues),
        pledges=pledges,
        records={each.record: (each.issue, each.comment) for each in records},
    )


def _pledges(message: OrderPanelShown) -> set[int | None]:
    """Give the pledges that the tables name."""

    def numbers() -> Iterator[int | None]:
        for each in (*message.pledges, *message.ended):
            yield from (each.pledge, each.replaced_by, each.rest_of)
        yield from (each.pledge for each in message.treasury.records)

    return set(numbers()) - {None}
