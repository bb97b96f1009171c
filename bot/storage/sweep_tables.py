"""What do we remember of how far we have looked?"""

from __future__ import annotations

from sqlalchemy import Column

from bot.storage.inbox_tables import inbox
from bot.storage.schema import index_where, table
from bot.storage.types import Moment, Whole, Words

# `deliveries`: GitHub's list was swept up to then. `known:7`: the repository was re-read up to then.
# `reread:7`: it is still to be re-read, from then on. `n`: the inbox had about so many rows at that time.
sweeps = table(
    "sweeps",
    Column("name", Words, primary_key=True),
    Column("until", Moment, nullable=False),
    Column("n", Whole, nullable=False, server_default="0"),
)

# What is held is let go by its state alone; the inbox is long, and there are few of these, if any.
index_where("inbox_held", inbox.c.state, where="substr(state, 1, 4) = 'held'")
