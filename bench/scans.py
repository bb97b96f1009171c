"""Which statements would read a whole table that grows, or all that a repository has in it?

SQLite's own plans tell.

https://www.sqlite.org/eqp.html
"""

from __future__ import annotations

import re
from typing import Any

from bot.storage.database import Database

GROWING = frozenset(
    {
        "inbox",
        "bodies",
        "ledger",
        "pledges",
        "records",
        "texts",
        "outbox",
        "unpaid",
        "threads",
        "spoke",
    }
)
"""Tables with rows for each event, pledge or person."""

_WHOLE = re.compile(r"^(?:SCAN (\w+)$|SEARCH (\w+) USING .*\(repo=\?(?: AND \w+[<>]\?)?\)$)")
"""No index, or one of which nothing but the repository is given."""


async def scans(database: Database, examples: dict[str, Any]) -> frozenset[str]:
    """Name the growing tables that one of these statements would scan, on SQLite.

    On PostgreSQL a plan depends on statistics, and generic plans are kept for a connection: there only
    what was measured counts.
    """
    if database.is_shared:
        return frozenset()
    found = set()
    async with database.read() as tx:
        for said, given in examples.items():
            if not said.startswith(("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")):
                continue
            first = given[0] if isinstance(given, list) and given else given
            result = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", first or ())
            details = [_WHOLE.match(str(row.detail)) for row in result]
            found |= {each[1] or each[2] for each in details if each} & GROWING
    return frozenset(found)
