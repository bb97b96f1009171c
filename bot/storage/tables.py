"""Which tables are there, and of which of the five kinds is each?

Inbox (what we were told), ledger (what is true), views (what it adds up to), mirror (what GitHub
last told us), outbox (what is still to be shown). Views are named after the domain's rows and have
their fields as columns; the migrations in `migrations/` make exactly these tables.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from types import UnionType
from typing import Any, get_args, get_type_hints

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.views import Book, Item, Pledge, Row, Total, Unpaid
from bot.storage.types import Day, Flag, Moment, Whole, Word

metadata = MetaData()


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


# --- inbox ------------------------------------------------------------------------------------

inbox = _table(
    "inbox",
    Column("n", Integer, primary_key=True, autoincrement=True),
    Column("delivery", Text, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("body", LargeBinary, nullable=True),
    Column("received_at", Moment, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),
    Column("repo", Whole),
    Column("issue", Whole),
    Column("happened_at", Moment),
    Column("tiebreak", Whole, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("error", Text),
)
# Only rows that still want work are in these; done ones cost nothing.
Index("inbox_open", inbox.c.state, inbox.c.repo, sqlite_where=text("state IN ('new', 'ready')"))
Index(
    "inbox_bodies",
    inbox.c.received_at,
    sqlite_where=text("body IS NOT NULL AND state IN ('done', 'ignored')"),
)
Index(
    "inbox_quarantined",
    inbox.c.repo,
    inbox.c.issue,
    sqlite_where=text("state = 'quarantined'"),
)

# --- ledger -----------------------------------------------------------------------------------

lanes = _table(
    "lanes",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("seq", Whole, nullable=False, server_default="0"),
    Column("hash", Text, nullable=False, server_default=""),
)

ledger = _table(
    "ledger",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("issue", Whole),
    Column("line", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("repo", "source", "n"),
)
Index("ledger_issue", ledger.c.repo, ledger.c.issue, ledger.c.seq)

texts = _table(
    "texts",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("words", Text, nullable=False),
)

people = _table(
    "people",
    Column("person", Whole, primary_key=True, autoincrement=False),
    Column("account", Whole, nullable=False, unique=True),
    Column("login", Text, nullable=False),
    Column("kind", Text, nullable=False),
)

# --- mirror -----------------------------------------------------------------------------------

installations = _table(
    "installations",
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("account", Text, nullable=False),
    Column("suspended", Flag, nullable=False, server_default="0"),
    Column("removed", Flag, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("told_at", Moment),
)

repositories = _table(
    "repositories",
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("installation", Whole),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("private", Flag, nullable=False),
    Column("removed", Flag, nullable=False, server_default="0"),
    Column("told_at", Moment, nullable=False),
)
Index("repositories_name", repositories.c.owner, repositories.c.name)

issues = _table(
    "issues",
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("repo", Whole, nullable=False),
    Column("number", Whole, nullable=False),
    Column("title", Text, nullable=False),
    Column("told_at", Moment, nullable=False),
)
Index("issues_number", issues.c.repo, issues.c.number)

# --- outbox -----------------------------------------------------------------------------------

outbox = _table(
    "outbox",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("number", Whole),
    Column("target", Text, nullable=False),
    Column("words", Text),
    Column("priority", Integer, nullable=False),
    Column("want_rev", Whole, nullable=False, server_default="1"),
    Column("sent_rev", Whole, nullable=False, server_default="0"),
    Column("wanted_at", Moment, nullable=False),
    Column("state", Text, nullable=False, server_default="idle"),
    Column("github_id", Whole),
    Column("sent_hash", Text),
    Column("attempted_at", Moment),
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deletions", Integer, nullable=False, server_default="0"),
    Column("answers", Whole),
)
Index(
    "outbox_open", outbox.c.priority, outbox.c.wanted_at, sqlite_where=text("want_rev > sent_rev")
)
Index("outbox_github", outbox.c.github_id)
Index("outbox_said", outbox.c.repo, outbox.c.number, outbox.c.wanted_at)

# --- views ------------------------------------------------------------------------------------


def _column_type(hint: object) -> TypeEngine[Any]:
    kinds: dict[object, TypeEngine[Any]] = {
        int: Whole,
        str: Text(),
        bool: Flag(),
        datetime: Moment(),
        date: Day(),
        Stage: Word(Stage),
        Rules: Text(),
    }
    inner = [part for part in get_args(hint) if part is not type(None)] or [hint]
    return kinds[inner[0]]


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


items = _view("items", Item, ("issue",))
pledges = _view("pledges", Pledge, ("pledge",))
totals = _view("totals", Total, ("issue", "currency"))
unpaid = _view("unpaid", Unpaid, ("person", "currency"))
books = _view("books", Book, ())

Index("items_number", items.c.repo, items.c.number)
Index("items_end", items.c.ends_at, sqlite_where=items.c.ends_at.is_not(None))
Index("pledges_deadline", pledges.c.deadline, sqlite_where=pledges.c.deadline.is_not(None))
Index("pledges_issue", pledges.c.repo, pledges.c.issue, pledges.c.stage, pledges.c.minor)
Index("pledges_pledger", pledges.c.repo, pledges.c.issue, pledges.c.pledger)

VIEWS: dict[type[Row], tuple[Table, tuple[str, ...]]] = {
    Item: (items, ("issue",)),
    Pledge: (pledges, ("pledge",)),
    Total: (totals, ("issue", "currency")),
    Unpaid: (unpaid, ("person", "currency")),
    Book: (books, ()),
}
