"""Which statements would read a whole table that grows? The engines' own plans tell.

https://www.sqlite.org/eqp.html
"""

from __future__ import annotations

import re
from typing import Any

from bot.storage.database import Database

GROWING = frozenset(
    {"inbox", "ledger", "pledges", "records", "texts", "outbox", "unpaid", "threads", "spoke"}
)
"""Tables with rows for each event, pledge or person."""

_SCAN = re.compile(r"^SCAN (\w+)$")
"""Without an index; with one, rows come in its order until there are enough."""


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
            details = [_SCAN.match(str(row.detail)) for row in result]
            found |= {each[1] for each in details if each} & GROWING
    return frozenset(found)
