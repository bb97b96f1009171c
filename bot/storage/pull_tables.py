"""Which tables hold what GitHub told us of pull requests and reviews?

A part of the mirror: newest word wins, never money. People stand here as numbers, and are looked up
in `people`. How rows are kept: `pulls`, `converging`.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Text, text

from bot.storage.schema import table
from bot.storage.types import Flag, Moment, Whole

pulls = table(
    "pulls",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("author", Whole),
    Column("by_bot", Flag),
    Column("author_writes", Flag),
    Column("opened_at", Moment, nullable=False),
    Column("from_opening", Flag, nullable=False),
    Column("first_ready_at", Moment),
    Column("is_draft", Flag, nullable=False),
    Column("head", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("into_default", Flag, nullable=False),
    Column("reverts", Whole),
    Column("names", Whole),
    Column("closed_at", Moment),
    Column("merged_at", Moment),
    Column("merged_by", Whole),
    Column("told_at", Moment, nullable=False),
    Column("told_by", Text, nullable=False),
)
Index("pulls_opened", pulls.c.repo, pulls.c.opened_at)
# The number too: without it, SQLite looks for the least one among all of the repository.
Index(
    "pulls_reverts",
    pulls.c.repo,
    pulls.c.reverts,
    pulls.c.number,
    sqlite_where=text("reverts IS NOT NULL"),
)

reviews = table(
    "reviews",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("pull", Whole, nullable=False),
    Column("reviewer", Whole),
    Column("by_bot", Flag),
    Column("writes", Flag),
    Column("state", Text, nullable=False),
    Column("asked_changes", Flag, nullable=False),
    Column("approved_once", Flag, nullable=False),
    Column("commit", Text, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("told_at", Moment, nullable=False),
)
Index("reviews_pull", reviews.c.repo, reviews.c.pull)

# What the reviews of a pull request come to, so that nobody has to walk them again.
review_facts = table(
    "review_facts",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("first_review_at", Moment),
    Column("rounds", Whole, nullable=False),
    Column("approvals", Text, nullable=False),
)
