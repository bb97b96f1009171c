"""What do the operator's commands do?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.alone import Alone, AlreadyRunning
from bot.app.opening import CannotDo, known_repository, open_store
from bot.app.serving import REAL_TIME, Bot, wire
from bot.domain.entries import Entry, ItemLabelled, OrderOpened, Refused
from bot.domain.refs import Repo
from bot.events.mirrored import RepositorySeen
from bot.events.reading import ADOPTION, deadline_body
from bot.lookup import CannotTell
from bot.settings import Settings, StoreSettings
from bot.storage import inbox, ledger, listing, mirror, outbox, people, showing
from bot.storage import verify as checking
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.migrate import migrate

ADOPTION_SECONDS = 120
"""How long `bursar adopt` waits for the outcome."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the outcome."""

_POSITION = re.compile(
    r"<!-- bursar-position (?P<seq>[0-9]+) (?P<hash>[0-9a-f]{64}) -->\n"
    r"<!-- bursar [0-9]+ (?:panel|order):[0-9]+ -->\s*\Z",
    re.ASCII,
)
"""The last lines of a panel: what it quotes of others stands before them."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What `bursar adopt` brought in: numbers of roadmap items and of work orders, and a sentence."""

    issues: tuple[int, ...]
    orders: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of `bursar verify`: a problem, or what is in order."""

    sentence: str
    is_problem: bool = False


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


async def verify(
    store: StoreSettings, only: tuple[str, str] | None, github: Settings | None
) -> AsyncIterator[Checked]:
    """Check one repository's ledger, or all of them."""
    async with open_store(store.database_url) as database:
        async with database.read() as tx:
            repos = [(await known_repository(tx, *only)).id] if only else None
            repos = repos or list(await ledger.repositories_with_entries(tx))
        if not repos:
            yield Checked("There is nothing to verify yet: no repository has a ledger.")
        for repo in repos:
            async for checked in _verify_one(database, repo):
                yield checked
            if github is not None:
                async for checked in _verify_shown(database, repo, github):
                    yield checked


async def adopt(chosen: Settings, owner: str, name: str) -> Adopted:
    """Bring in issues that were labelled before; a running server does it, or this command."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_store(chosen.database_url))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        bot = wire(chosen, database, session)
        repo = await _find(bot, owner, name)
        delivery = await _ask_for_adoption(bot, repo)
        try:
            with Alone(database.url.database):
                work = asyncio.create_task(bot.run_without_intake())
                try:
                    return await _adopted(bot, repo, delivery, sent=True)
                finally:
                    work.cancel()
                    await asyncio.gather(work, return_exceptions=True)
        except AlreadyRunning:
            return await _adopted(bot, repo, delivery, sent=False)


# --- pieces -----------------------------------------------------------------------------------


def _issue(numbers: dict[int, int], number: int | None) -> int | None:
    if number is None:
        return None
    for issue, known in numbers.items():
        if known == number:
            return issue
    problem = f"Bursar has never heard of issue #{number} there."
    raise CannotDo(problem)


async def _verify_one(database: Database, repo: int) -> AsyncIterator[Checked]:
    problems = 0
    async with database.read() as tx:
        name = await _name(tx, repo)
        async for problem in checking.differences(tx, repo):
            problems += 1
            yield Checked(f"{name}: {problem}", is_problem=True)
        position = await ledger.position(tx, repo)
    if not problems:
        yield Checked(f"{name}: {position.seq} entries in order, hash {position.hash[:12]}.")


async def _verify_shown(database: Database, repo: int, chosen: Settings) -> AsyncIterator[Checked]:
    """Compare with what our panels say: whoever altered the ledger cannot have altered those too."""
    async with database.read() as tx:
        found = await mirror.repo_by_id(tx, repo)
        panels = await outbox.panels(tx, repo)
    if found is None:
        yield Checked(f"repository {repo}: the App may not read its panels any more.")
        return
    async with aiohttp.ClientSession() as session:
        questions = wire(chosen, database, session).answers.questions
        for number, comment in panels:
            try:
                words = await questions.comment_body(found, comment)
            except CannotTell as error:
                problem = f"GitHub does not answer now: {error}"
                raise CannotDo(problem) from error
            async with database.read() as tx:
                yield await _compared(tx, found, f"the panel of #{number}", words)


async def _compared(tx: AsyncConnection, repo: Repo, panel: str, words: str | None) -> Checked:
    name = f"{repo.full_name}: {panel}"
    if words is None:
        return Checked(f"{name} is not on GitHub any more", is_problem=True)
    match = _POSITION.search(words)
    if match is None:
        return Checked(f"{name} shows no position", is_problem=True)
    if await ledger.hash_at(tx, repo.id, int(match["seq"])) != match["hash"]:
        problem = f"{name} shows another hash for entry {match['seq']} than the ledger has"
        return Checked(problem, is_problem=True)
    return Checked(f"{name} shows entry {match['seq']} as the ledger has it.")


async def _name(tx: AsyncConnection, repo: int) -> str:
    found = await mirror.repo_by_id(tx, repo)
    return found.full_name if found else f"repository {repo}"


async def _find(bot: Bot, owner: str, name: str) -> Repo:
    """Find the repository, asking GitHub if no event came from it yet."""
    async with bot.database.read() as tx:
        known = await mirror.repo_by_name(tx, owner, name)
    if known is not None:
        return known
    try:
        found = await bot.answers.questions.repository_of(owner, name)
    except CannotTell as error:
        problem = f"GitHub does not answer now: {error}"
        raise CannotDo(problem) from error
    if found is None:
        problem = f"The App is not installed in {owner}/{name}, or there is no such repository."
        raise CannotDo(problem)
    public = await bot.answers.is_public(found)
    async with bot.database.write() as tx:
        await mirror.note_repository(tx, _seen(found, public=public))
    return found


def _seen(repo: Repo, *, public: bool) -> RepositorySeen:
    now = REAL_TIME.now()
    return RepositorySeen(
        repo.id, repo.installation, repo.owner, repo.name, private=not public, told_at=now
    )


async def _ask_for_adoption(bot: Bot, repo: Repo) -> str:
    now = REAL_TIME.now()
    name = f"{ADOPTION}:{repo.id}:{now.isoformat()}"
    async with bot.database.write() as tx:
        body = deadline_body(repo.id, now)
        await inbox.put(tx, [Delivery(name, ADOPTION, body, now)])
    return name


async def _adopted(bot: Bot, repo: Repo, delivery: str, *, sent: bool) -> Adopted:
    """Wait for the outcome, and for the panels when it is us who sends them."""
    for _ in range(int(ADOPTION_SECONDS / LOOK_EVERY)):
        await asyncio.sleep(LOOK_EVERY)
        async with bot.database.read() as tx:
            state, error = await inbox.state_of(tx, delivery) or ("", None)
            waiting = await outbox.open_count(tx) if sent else 0
            found = await _outcome(tx, repo, delivery)
        if state in {"done", "ignored", "quarantined"} and not waiting:
            return _report(state, error, found)
    problem = f"No outcome after {ADOPTION_SECONDS} seconds; the request waits in the inbox."
    raise CannotDo(problem)


async def _outcome(tx: AsyncConnection, repo: Repo, delivery: str) -> list[Entry]:
    """Give what the adoption recorded."""
    _, _, at = delivery.rpartition(f":{repo.id}:")
    lines = await ledger.lines_of(tx, repo.id, f"{ADOPTION}:0:0:{at}")
    return [line.entry() for line in lines]


def _report(state: str, error: str | None, found: list[Entry]) -> Adopted:
    if state != "done":
        problem = f"It did not work: {error or state}."
        raise CannotDo(problem)
    items = tuple(entry.number for entry in found if isinstance(entry, ItemLabelled))
    orders = tuple(entry.number for entry in found if isinstance(entry, OrderOpened))
    left_out = sum(isinstance(entry, Refused) for entry in found)
    count = len(items) + len(orders)
    told = "issue was" if count == 1 else "issues were"
    sentence = f"{count} {told} brought in."
    if left_out:
        sentence += f" {left_out} left out: the label was not set by somebody with write access."
    return Adopted(items, orders, sentence)
