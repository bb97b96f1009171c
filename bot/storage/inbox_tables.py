"""Which tables hold what we were told?

A row of the inbox stays for ever, so that nothing is decided twice; the bytes go after a while.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary

from bot.storage.schema import index_where, table
from bot.storage.types import Moment, Whole, Words

OUT_OF_REACH = "not in a repository of ours, as far as we were told"
"""Why an event was passed over that is taken up when its repository comes back."""

inbox = table(
    "inbox",
    Column("n", Whole, primary_key=True, autoincrement=True),
    Column("delivery", Words, nullable=False, unique=True),
    Column("event", Words, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("state", Words, nullable=False, server_default="new"),
    Column("repo", Whole),
    Column("issue", Whole),
    Column("happened_at", Moment),
    Column("tiebreak", Whole, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Moment),
    Column("error", Words),
)
# Only rows that still want work are in these; done ones cost nothing.
index_where("inbox_open", inbox.c.state, inbox.c.repo, where="state IN ('new', 'ready')")
index_where("inbox_quarantined", inbox.c.repo, inbox.c.issue, where="state = 'quarantined'")
index_where("inbox_out_of_reach", inbox.c.repo, where=f"error = '{OUT_OF_REACH}'")

# The raw bytes, apart: SQLite writes a whole row anew whenever one of its columns changes. They go
# after a while, and the rows of the inbox stay; so the moment by which they go stands here too.
bodies = table(
    "bodies",
    Column("n", Whole, primary_key=True, autoincrement=False),
    Column("received_at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("bodies_received", bodies.c.received_at)
