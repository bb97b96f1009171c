"""Which tables hold what GitHub told us of pull requests and reviews?

A part of the mirror: newest word wins, never money. People stand here as numbers, and are looked up
in `people`. How rows are kept: `pulls`, `converging`.
"""

from __future__ import annotations

from sqlalchemy import Column, Index

from bot.storage.schema import index_where, table
from bot.storage.types import Flag, Moment, Whole, Words

pulls = table(
    "pulls",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("title", Words, nullable=False),
    Column("author", Whole),
    Column("by_bot", Flag),
    Column("author_writes", Flag),
    Column("opened_at", Moment, nullable=False),
    Column("from_opening", Flag, nullable=False),
    Column("first_ready_at", Moment),
    Column("is_draft", Flag, nullable=False),
    Column("head", Words, nullable=False),
    Column("base", Words, nullable=False),
    Column("into_default", Flag, nullable=False),
    Column("reverts", Whole),
    Column("names", Whole),
    Column("closed_at", Moment),
    Column("merged_at", Moment),
    Column("merged_by", Whole),
    Column("told_at", Moment, nullable=False),
    Column("told_by", Words, nullable=False),
)
Index("pulls_opened", pulls.c.repo, pulls.c.opened_at)
# The number too: without it, SQLite looks for the least one among all of the repository.
index_where(
    "pulls_reverts", pulls.c.repo, pulls.c.reverts, pulls.c.number, where="reverts IS NOT NULL"
)

reviews = table(
    "reviews",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("id", Whole, primary_key=True, autoincrement=False),
    Column("pull", Whole, nullable=False),
    Column("reviewer", Whole),
    Column("by_bot", Flag),
    Column("writes", Flag),
    Column("state", Words, nullable=False),
    Column("asked_changes", Flag, nullable=False),
    Column("approved_once", Flag, nullable=False),
    Column("commit", Words, nullable=False),
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
    Column("approvals", Words, nullable=False),
)
