"""How are the rows of a made-up ledger written? As the bot writes them, but many at a time."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.words import FIRST_ACCOUNT, INSTALLATION, OWNER
from bot.domain import entries as e
from bot.domain.views import Key, Rows
from bot.storage import codec, tables

REPO = 1
NAME = "solver"
COMPARED = 100
"""One line of so many is compared with the bot's own way of writing it."""


def the_line(stamp: e.Stamp, entry: e.Entry, body: Any) -> dict[str, Any]:
    """Give what a line of the ledger says."""
    return {
        "v": codec.VERSION,
        "repository": REPO,
        "seq": stamp.seq,
        "kind": type(entry).__name__,
        "at": codec.rfc3339(stamp.at),
        "actor": stamp.actor,
        "late": stamp.late,
        "month": stamp.month,
        "earlier": stamp.earlier,
        "where": getattr(entry, "issue", 1000) - 1000 or None,
        "source": f"comment:{10_000 + stamp.seq}",
        "n": 0,
        "entry": body,
    }


def canonical(line: dict[str, Any]) -> bytes:
    """Write a line as `codec.canonical` does, which takes five times as long; compared now and then."""
    written = msgspec.json.encode(line, order="sorted")
    assert line["seq"] % COMPARED or written == codec.canonical(line)
    return written


def the_row(stamp: e.Stamp, entry: e.Entry, line: bytes, hashed: str) -> dict[str, Any]:
    """Give a row of the ledger."""
    return {
        "repo": REPO,
        "seq": stamp.seq,
        "source": f"comment:{10_000 + stamp.seq}",
        "n": 0,
        "kind": type(entry).__name__,
        "issue": getattr(entry, "issue", None),
        "line": line,
        "hash": hashed,
        "recorded_at": stamp.at,
    }


async def write_views(tx: AsyncConnection, rows: Rows) -> None:
    """Write what the entries add up to."""
    found: dict[Any, list[dict[str, Any]]] = {}
    key: Key
    for key, row in rows.items():
        values = {part.name: getattr(row, part.name) for part in fields(row)}
        found.setdefault(key[0], []).append({"repo": REPO, **values})
    for kind, records in found.items():
        table, _ = tables.VIEWS[kind]
        await tx.execute(insert(table), records)


async def surroundings(tx: AsyncConnection, items: int, people: int, told_at: datetime) -> None:
    """Write what GitHub told: the repository, titles, people."""
    repository = {
        "id": REPO,
        "installation": INSTALLATION,
        "owner": OWNER,
        "name": NAME,
        "private": False,
        "removed": False,
        "told_at": told_at,
    }
    await tx.execute(insert(tables.repositories).values(repository))
    titles = [
        {"id": 1000 + n, "repo": REPO, "number": n, "title": f"Item {n}", "told_at": told_at}
        for n in range(1, items + 1)
    ]
    await tx.execute(insert(tables.issues), titles)
    accounts = [
        {"person": 100 + n, "account": FIRST_ACCOUNT + n, "login": f"person-{n}", "kind": "User"}
        for n in range(people)
    ]
    await tx.execute(insert(tables.people), accounts)
