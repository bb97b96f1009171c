"""The same year in hostile words: everything that a stranger may write says something evil, or is too long."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

from sqlalchemy import update

from bot.app.serving import templates
from bot.comments import Comments
from bot.domain.panel import Position
from bot.domain.refs import Repo
from bot.domain.rules import Rail, Rules
from bot.storage import closing as closings
from bot.storage import digests, people, tables
from bot.storage.database import Database

HARM = "window.harmed = 1; alert(1)"
HOSTILE = (
    f"<script>{HARM}</script>",
    f'"><img src=x onerror="{HARM}">',
    f"'><svg onload='{HARM}'><style>*{{display:none}}</style>",
    "</title></main></table></body><h1>gone",
    "\u202egnidnuf\u2066 of everything\u202e \u2067",
    "W" * 500,
    "x" * 250 + "\u200b" + "👩‍🚀" * 60,
    "Z̸̢͓a̶̰͑l̵̰̃g̴͔̋o̴͙͂ {{ 7 * 7 }} {% raw %} | `` ``` \\ [one](javascript:alert(1))",
    "\u00ad\u2060\u200b",
    "اختبار التمويل المفتوح مع نص طويل 資金調達の公開テスト",
    "<!-- --><base href=https://evil.example/><a href=javascript:alert(1)>here</a>",
    "&lt;b&gt; &#x3c;i&#x3e; \x7f\x1b[31m",
)
RAILS = (
    {"name": HOSTILE[0], "takes": "unrestricted", "url": f"javascript:{HARM}"},
    {"name": HOSTILE[5], "takes": "work-orders", "url": "https://pay.example/" + "w" * 400},
    {"name": HOSTILE[1], "takes": HOSTILE[1], "url": "data:text/html,<script>alert(1)</script>"},
    {"name": HOSTILE[4], "takes": "unrestricted", "url": 'https://pay.example/"onclick="alert(1)'},
)


def spoil(file: Path, repo: int) -> None:
    """Put evil words in the place of every word that is not ours."""
    words = cycle(HOSTILE)
    with closing(sqlite3.connect(file)) as store, store:
        for table, column, key in (
            ("issues", "title", "id"),
            ("issues", "summary", "id"),
            ("pulls", "title", "number"),
            ("pulls", "base", "number"),
            ("texts", "words", "rowid"),
        ):
            _put(store, table, column, key, words)
        for (person,) in store.execute("SELECT person FROM people ORDER BY person").fetchall():
            # One in three has no account: such names stand in quotes.
            name = f'"{next(words)}"' if person % 3 == 0 else next(words)
            store.execute("UPDATE people SET login = ? WHERE person = ?", (name, person))
        ((rules,),) = store.execute("SELECT rules FROM books WHERE repo = ?", (repo,)).fetchall()
        spoilt = json.dumps(json.loads(rules) | {"rails": RAILS})
        store.execute("UPDATE books SET rules = ? WHERE repo = ?", (spoilt, repo))


def _put(
    store: sqlite3.Connection, table: str, column: str, key: str, words: Iterator[str]
) -> None:
    for (each,) in store.execute(f"SELECT {key} FROM {table} ORDER BY {key}").fetchall():
        store.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (next(words), each))


async def retell(database: Database, repo: Repo) -> None:
    """Write the newest digest anew, as it would be if all these words had been there."""
    async with database.write() as tx:
        closed = await closings.newest_closing(tx, repo.id)
        assert closed is not None
        rails = tuple(Rail(**each) for each in RAILS)
        message = await digests.worded(
            tx, repo, closed.figures, Position(closed.seq, "0" * 64), Rules(rails=rails), None
        )
        names = await people.logins(tx, message.people())
        words = Comments(templates("comments")).render(message, names)
        query = update(tables.digests).where(tables.digests.c.month == closed.month)
        await tx.execute(query.values(words=words))
