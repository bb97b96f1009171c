"""What do all processes together remember of the pace at which we may ask GitHub?"""

from __future__ import annotations

from sqlalchemy import Column, Integer

from bot.storage.schema import table
from bot.storage.types import Moment, Whole, Words

# When an installation wrote in the last hour, and how much at once; by the database's clock.
writes = table(
    "writes",
    Column("installation", Whole, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

# Until when GitHub asked an installation (0: the App itself) to be quiet; by the database's clock.
pauses = table(
    "pauses",
    Column("installation", Whole, primary_key=True, autoincrement=False),
    Column("until", Moment, nullable=False),
    # The process that was asked: it knows by its own clock.
    Column("holder", Words, nullable=False),
)
