"""What do the operator's commands do?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.app.opening import CannotDo, known_repository, open_store
from bot.settings import StoreSettings
from bot.storage import ledger, listing, people, showing
from bot.storage.migrate import migrate


async def migrate_store(store: StoreSettings) -> str:
    """Bring the database to today's tables."""
    async with open_store(store.database_url, migrated=False) as database:
        return await migrate(database)


async def entries(
    store: StoreSettings, owner: str, name: str, number: int | None
) -> AsyncIterator[dict[str, Any]]:
    """Give the entries of a repository's ledger, in order."""
    async with open_store(store.database_url) as database, database.read() as tx:
        repo = await known_repository(tx, owner, name)
        numbers = await showing.issue_numbers(tx, repo.id)
        issue = _issue(numbers, number)
        async for line in ledger.lines(tx, repo.id, issue=issue):
            accounts = await people.accounts(tx, listing.people_in(line))
            yield listing.listed(line, accounts, numbers)


def sentence(entry: dict[str, Any]) -> str:
    """Write an entry for a person to read."""
    actor = entry["actor"]["login"] if entry["actor"] else "-"
    issue = f"#{entry['issue']}" if entry["issue"] else "-"
    marks = {"pull": "pull #", "record": "R-", "pledge": "P-"}
    parts = [
        f"{entry['seq']:>6}",
        entry["at"],
        f"{entry['kind']:<17}",
        issue,
        *(f"{mark}{entry[name]}" for name, mark in marks.items() if entry[name]),
        f"{entry['currency']} {entry['minor']} minor" if entry["currency"] else "",
        f"{_end(entry['from'])} → {_end(entry['to'])}" if entry["from"] or entry["to"] else "",
        entry["change"] or entry["refused"] or "",
        entry["outcome"] or "",
    ]
    return "  ".join(part for part in [*parts, actor] if part)


def _end(end: dict[str, Any] | None) -> str:
    """Write who or what gave or got."""
    if end is None:
        return "(erased)"
    return end.get("login") or end.get("name") or f"#{end['issue']}"


# --- pieces -----------------------------------------------------------------------------------


def _issue(numbers: dict[int, int], number: int | None) -> int | None:
    if number is None:
        return None
    for issue, known in numbers.items():
        if known == number:
            return issue
    problem = f"Bursar has never heard of issue #{number} there."
    raise CannotDo(problem)
