"""What do the entries add up to? Narrow rows, kept up to date one entry at a time (`folding`)."""

from __future__ import annotations

from bot.domain.figures import Correction
from bot.domain.reviews import NotedPull
from bot.domain.views.book import Book
from bot.domain.views.family import BOOK, Key, Place, Row, Rows, book_of
from bot.domain.views.items import Item, Spoke, Thread
from bot.domain.views.money import Account, Fund, Record
from bot.domain.views.months import Closing, Gift, Month, Overall
from bot.domain.views.orders import Drawn, Link, Order
from bot.domain.views.pledges import Pledge, Total, Unpaid

__all__ = [
    "BOOK",
    "Account",
    "Book",
    "Closing",
    "Correction",
    "Drawn",
    "Fund",
    "Gift",
    "Item",
    "Key",
    "Link",
    "Month",
    "NotedPull",
    "Order",
    "Overall",
    "Place",
    "Pledge",
    "Record",
    "Row",
    "Rows",
    "Spoke",
    "Thread",
    "Total",
    "Unpaid",
    "book_of",
]
