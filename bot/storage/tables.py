"""Which tables are there, and of which of the five kinds is each?

Inbox (what we were told), ledger (what is true), views (what it adds up to), mirror (what GitHub
last told us), outbox (what is still to be shown). Views are named after the domain's rows and have
their fields as columns; the migrations in `migrations/` make exactly these tables.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_type_hints

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from bot.domain.views import (
    Account,
    Book,
    Closing,
    Correction,
    Drawn,
    Fund,
    Gift,
    Item,
    Link,
    Month,
    NotedPull,
    Order,
    Overall,
    Pledge,
    Record,
    Row,
    Spoke,
    Thread,
    Total,
    Unpaid,
)
from bot.storage import inbox_tables, outbox_tables, pace_tables, pull_tables, schema, sweep_tables
from bot.storage.types import Day, Flag, Json, Moment, Whole, Word, Words

metadata, _table, index_where = schema.metadata, schema.table, schema.index_where


inbox, bodies = inbox_tables.inbox, inbox_tables.bodies

# --- ledger -----------------------------------------------------------------------------------

lanes = _table(
    "lanes",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("seq", Whole, nullable=False, server_default="0"),
    Column("hash", Words, nullable=False, server_default=""),
    # The newest form of entries that it holds: code that does not know it leaves the lane alone.
    Column("version", Integer, nullable=False, server_default="1"),
)

# Who of several processes may do something now.
leases = _table(
    "leases",
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("until", Moment, nullable=False),
    Column("epoch", Whole, nullable=False),
)

ledger = _table(
    "ledger",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("source", Words, nullable=False),
    Column("n", Integer, nullable=False),
    Column("kind", Words, nullable=False),
    Column("issue", Whole),
    Column("line", LargeBinary, nullable=False),
    Column("hash", Words, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("repo", "source", "n"),
)
Index("ledger_issue", ledger.c.repo, ledger.c.issue, ledger.c.seq)

texts = _table(
    "texts",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("field", Words, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("words", Words, nullable=False),
)

people = _table(
    "people",
    Column("person", Whole, primary_key=True, autoincrement=False),
    Column("account", Whole, unique=True),
    Column("name", Words, unique=True),
    Column("login", Words, nullable=False),
    Column("kind", Words, nullable=False),
)

# --- mirror -----------------------------------------------------------------------------------

installations = _table(
    "installations",
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("account", Words, nullable=False),
    Column("suspended", Flag, nullable=False, server_default="0"),
    Column("removed", Flag, nullable=False, server_default="0"),
    Column("told_at", Moment),
)

repositories = _table(
    "repositories",
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("installation", Whole),
    Column("owner", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("private", Flag, nullable=False),
    Column("removed", Flag, nullable=False, server_default="0"),
    Column("told_at", Moment, nullable=False),
    Column("private_told_at", Moment),
    Column("removed_told_at", Moment),
)
Index("repositories_installation", repositories.c.installation)

issues = _table(
    "issues",
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("repo", Whole, nullable=False),
    Column("number", Whole, nullable=False),
    Column("title", Words, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("summary", Words),
)
Index("issues_number", issues.c.repo, issues.c.number)

pulls, reviews, review_facts = pull_tables.pulls, pull_tables.reviews, pull_tables.review_facts

outbox, digests = outbox_tables.outbox, outbox_tables.digests
writes, pauses = pace_tables.writes, pace_tables.pauses
sweeps = sweep_tables.sweeps

# --- views ------------------------------------------------------------------------------------


def _column_type(hint: object) -> TypeEngine[Any]:
    kinds: dict[object, TypeEngine[Any]] = {
        int: Whole,
        str: Words,
        bool: Flag(),
        datetime: Moment(),
        date: Day(),
    }
    inner: Any = next((part for part in get_args(hint) if part is not type(None)), hint)
    if isinstance(inner, type) and is_dataclass(inner):
        return Json(inner)
    if issubclass(inner, StrEnum):
        return Word(inner)
    return kinds[inner]


def _view(name: str, row: type[Row], key: tuple[str, ...]) -> Table:
    hints = get_type_hints(row)
    columns = [
        Column(
            field.name,
            _column_type(hints[field.name]),
            primary_key=field.name in key,
            autoincrement=False,
            nullable=isinstance(hints[field.name], UnionType),
        )
        for field in fields(row)
    ]
    return _table(name, Column("repo", Whole, primary_key=True, autoincrement=False), *columns)


KEYS: dict[type[Row], tuple[str, tuple[str, ...]]] = {
    Item: ("items", ("issue",)),
    Order: ("orders", ("issue",)),
    Pledge: ("pledges", ("pledge",)),
    Total: ("totals", ("issue", "currency")),
    Unpaid: ("unpaid", ("person", "currency")),
    Thread: ("threads", ("issue",)),
    Spoke: ("spoke", ("issue", "person")),
    Drawn: ("drawn", ("order", "currency")),
    Link: ("links", ("pull",)),
    Record: ("records", ("record",)),
    Fund: ("funds", ("issue", "currency")),
    Account: ("accounts", ("kind", "number", "currency")),
    Month: ("months", ("month", "currency")),
    Overall: ("overall", ("currency",)),
    Gift: ("gifts", ("month", "funder", "currency")),
    Correction: ("corrections", ("seq",)),
    NotedPull: ("noted", ("pull",)),
    Closing: ("closings", ("month",)),
    Book: ("books", ()),
}
"""Table and key of each view, besides the repository."""

VIEWS: dict[type[Row], tuple[Table, tuple[str, ...]]] = {
    row: (_view(name, row, key), key) for row, (name, key) in KEYS.items()
}

items, orders, pledges = (VIEWS[row][0] for row in (Item, Order, Pledge))
totals, unpaid, drawn, links = (VIEWS[row][0] for row in (Total, Unpaid, Drawn, Link))
records, funds, accounts, books = (VIEWS[row][0] for row in (Record, Fund, Account, Book))
months, overall, gifts = (VIEWS[row][0] for row in (Month, Overall, Gift))
corrections, noted, closings = (VIEWS[row][0] for row in (Correction, NotedPull, Closing))


def _where_set(column: Column[Any], *more: Column[Any]) -> None:
    """Index the few rows whose column is set, by it."""
    name = f"{column.table.name}_{column.name}"
    index_where(name, column, *more, where=column.is_not(None))


Index("items_number", items.c.repo, items.c.number)
Index("orders_number", orders.c.repo, orders.c.number)
Index(
    "pledges_issue",
    pledges.c.repo,
    pledges.c.issue,
    pledges.c.stage,
    pledges.c.currency,
    pledges.c.minor,
)
Index("pledges_pledger", pledges.c.repo, pledges.c.issue, pledges.c.pledger)
index_where(
    "pledges_drawn",
    pledges.c.repo,
    pledges.c.drawn_by,
    where=pledges.c.drawn_by.is_not(None),
)
Index("records_issue", records.c.repo, records.c.issue, records.c.record)
Index("records_fund", records.c.repo, records.c.fund, records.c.record)
Index("links_order", links.c.repo, links.c.order, links.c.pull)
Index("noted_opened", noted.c.repo, noted.c.opened_at)
for _moment in (items.c.ends_at, pledges.c.deadline, orders.c.ends_at, books.c.month_ends_at):
    _where_set(_moment)
for _moment in (orders.c.tells_at, orders.c.report_at):
    _where_set(_moment)
