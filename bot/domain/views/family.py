"""Which rows are there, and how are they found?"""

from __future__ import annotations

from bot.domain.figures import Correction
from bot.domain.reviews import NotedPull
from bot.domain.views.book import Book
from bot.domain.views.items import Item, Spoke, Thread
from bot.domain.views.money import Account, Fund, Record
from bot.domain.views.months import Closing, Gift, Month, Overall
from bot.domain.views.orders import Drawn, Link, Order
from bot.domain.views.pledges import Pledge, Total, Unpaid

Place = Item | Order
"""Where pledges may lie."""

Row = (
    Item
    | Order
    | Pledge
    | Total
    | Unpaid
    | Thread
    | Spoke
    | Drawn
    | Link
    | Record
    | Fund
    | Account
    | Month
    | Overall
    | Gift
    | Correction
    | NotedPull
    | Closing
    | Book
)

Key = tuple[type[Row], *tuple[int | str, ...]]

Rows = dict[Key, Row]

BOOK: Key = (Book,)


def book_of(rows: Rows) -> Book:
    """Give the book among these rows, or an empty one."""
    row = rows.get(BOOK)
    return row if isinstance(row, Book) else Book()
