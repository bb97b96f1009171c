"""What does `bursar verify` do? It recomputes ledgers, and compares them with what GitHub shows of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass

import aiohttp
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.opening import CannotDo, known_repository, open_store
from bot.app.serving import wire
from bot.domain.refs import Repo
from bot.lookup import CannotTell
from bot.settings import Settings, StoreSettings
from bot.storage import digests, ledger, mirror, outbox
from bot.storage import verify as checking
from bot.storage.database import Database
from bot.storage.digests import Digest

_POSITION = re.compile(
    r"<!-- bursar-position (?P<seq>[0-9]+) (?P<hash>[0-9a-f]{64}) -->\n"
    r"<!-- bursar [0-9]+ (?:panel|order|digest):[0-9-]+ -->\s*\Z",
    re.ASCII,
)
"""The last lines of a panel or digest: what it quotes of others stands before them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence of `bursar verify`: a problem, or what is in order."""

    sentence: str
    is_problem: bool = False


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


# --- pieces -----------------------------------------------------------------------------------


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
    """Compare with what panels and digests say: whoever altered the ledger cannot have altered those.

    Somebody else can edit them, though: a digest must say what it said when it was posted.
    """
    async with database.read() as tx:
        found = await mirror.repo_by_id(tx, repo)
        panels = await outbox.panels(tx, repo)
        published = await digests.all_months(tx, repo)
    if found is None:
        yield Checked(f"repository {repo}: the App may not read its panels any more.")
        return
    async with aiohttp.ClientSession() as session:
        questions = wire(chosen, database, session).answers.questions
        for number, comment in panels:
            words = await _asked(questions.comment_body(found, comment))
            async with database.read() as tx:
                yield await _compared(tx, found, f"the panel of #{number}", words)
        for digest in published:
            if digest.issue is not None:
                words = await _asked(questions.issue_body(found, digest.issue))
                async with database.read() as tx:
                    yield await _compared(tx, found, _name_of(digest), words, digest.words)


async def _asked(answer: Awaitable[str | None]) -> str | None:
    try:
        return await answer
    except CannotTell as error:
        problem = f"GitHub does not answer now: {error}"
        raise CannotDo(problem) from error


def _name_of(digest: Digest) -> str:
    return f"the digest of {digest.month}, #{digest.issue},"


async def _compared(
    tx: AsyncConnection, repo: Repo, what: str, words: str | None, kept: str | None = None
) -> Checked:
    name = f"{repo.full_name}: {what}"
    if words is None:
        return Checked(f"{name} is not on GitHub any more", is_problem=True)
    match = _POSITION.search(words)
    if match is None:
        return Checked(f"{name} shows no position", is_problem=True)
    if await ledger.hash_at(tx, repo.id, int(match["seq"])) != match["hash"]:
        problem = f"{name} shows another hash for entry {match['seq']} than the ledger has"
        return Checked(problem, is_problem=True)
    # GitHub keeps line ends as a form sends them.
    if kept is not None and not words.replace("\r\n", "\n").startswith(kept):
        return Checked(f"{name} does not say any more what it said when posted", is_problem=True)
    return Checked(f"{name} shows entry {match['seq']} as the ledger has it.")


async def _name(tx: AsyncConnection, repo: int) -> str:
    found = await mirror.repo_by_id(tx, repo)
    return found.full_name if found else f"repository {repo}"
