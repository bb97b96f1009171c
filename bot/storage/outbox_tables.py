"""Which tables hold what is still to be shown on GitHub, and in which words?"""

from __future__ import annotations

from sqlalchemy import Column, Integer

from bot.storage.schema import index_where, table
from bot.storage.types import Moment, Whole, Words

outbox = table(
    "outbox",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("key", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("number", Whole),
    Column("target", Words, nullable=False),
    Column("words", Words),
    Column("priority", Integer, nullable=False),
    Column("want_rev", Whole, nullable=False, server_default="1"),
    Column("sent_rev", Whole, nullable=False, server_default="0"),
    Column("wanted_at", Moment, nullable=False),
    Column("state", Words, nullable=False, server_default="idle"),
    Column("github_id", Whole),
    Column("sent_hash", Words),
    Column("attempted_at", Moment),
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("deletions", Integer, nullable=False, server_default="0"),
    Column("answers", Whole),
)
# Rows that were sent are in none of these but the ones by which they are found again.
index_where(
    "outbox_open",
    outbox.c.repo,
    outbox.c.priority,
    outbox.c.wanted_at,
    where="want_rev > sent_rev",
)
index_where("outbox_resting", outbox.c.not_before, where="want_rev > sent_rev")
index_where("outbox_sending", outbox.c.repo, where="state = 'sending'")
index_where("outbox_github", outbox.c.github_id, where="github_id IS NOT NULL")
index_where("outbox_said", outbox.c.repo, outbox.c.number, outbox.c.wanted_at, where="kind = 'say'")
index_where(
    "outbox_answers", outbox.c.repo, outbox.c.answers, outbox.c.wanted_at, where="kind = 'say'"
)

# Words of digests, fixed in the transaction that closed the month.
digests = table(
    "digests",
    Column("repo", Whole, primary_key=True, autoincrement=False),
    Column("month", Words, primary_key=True),
    Column("seq", Whole, nullable=False),
    Column("hash", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("issue", Whole),
)
