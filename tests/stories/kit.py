"""A stage for stories: GitHub in a box, the bot beside it, and a clock that runs fast.

Whatever a story tells, three things are looked at besides: whenever the stage has settled, every
panel adds up to what the ledger's entries add up to; at the end the ledger and its views are in
order, and every request was one that GitHub documents and that the bot may make.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.app.rooms import Bot
from bot.domain.configuration import CONFIGURATION
from bot.domain.entries import Entry
from bot.github.reactions import may_be_sent
from bot.github.routes import DOCUMENTS
from bot.storage import ledger, listing, mirror, people, tables
from bot.storage.verify import differences
from demo import stage
from demo.stage import PATIENCE, RULES, is_panel
from sandbox.api.serving import Recorded
from sandbox.world import Issue, Repository
from tests import engines
from tests.github_contract.openapi import check_request
from tests.storage.kit import UNTOLD
from tests.stories import reading
from tests.stories.acting import Acts
from tests.stories.adding import Books, Sums

__all__ = ["CONFIGURATION", "RULES", "SPEED", "Stage", "a_stage", "is_panel", "until"]

NOW_AND_THEN = frozenset({
    "POST /app/installations/{installation_id}/access_tokens",
    "GET /app/hook/deliveries",
    "GET /app/installations",
    "GET /installation/repositories",
})  # fmt: skip
"""Routes that are asked whatever a story tells."""

SPEED = 60.0
"""How much faster than the wall clock stories run."""

WRITES = frozenset({
    "POST /app/installations/{installation_id}/access_tokens",
    "POST /graphql",
    "POST /repos/{owner}/{repo}/issues",
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "POST /repos/{owner}/{repo}/check-runs",
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
})  # fmt: skip
"""All that the bot may ever ask for besides reading: no merge, no review, no assignee, no label, title
or text of anybody else's. Issues are opened and closed as digests only (`tests/github/test_routes.py`)."""


@dataclass
class Stage(Acts):
    """A stage that looks at more than the story tells."""

    beside: list[Bot] = field(default_factory=list)
    """More bots on the same database."""

    # --- letting things happen ----------------------------------------------------------------

    async def settled(self) -> None:
        """Wait until everything told is decided and shown; then every panel must add up."""
        await super().settled()
        await self.panels_add_up()

    async def decided(self) -> None:
        """Wait until everything told is decided, whether or not it can be shown."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.box.settled()
                if not await self.undecided():
                    return
                await asyncio.sleep(0.02)

    async def why_not(self, login: str, issue: Issue, words: str) -> str:
        """Somebody commands in vain; gives the reason as the ledger names it."""
        await self.refuses(login, issue, words)
        return (await self.refusals())[-1]

    # --- what is recorded ---------------------------------------------------------------------

    async def entries(self, repo: Repository | None = None) -> list[dict[str, Any]]:
        """List the ledger, as `bursar ledger --json` does."""
        found = []
        repo_id = (repo or self.solver).id
        async with self.bot.database.read() as tx:
            numbers = await mirror.issue_numbers(tx, repo_id)
            async for line in ledger.lines(tx, repo_id):
                actor = line.stamp().actor
                accounts = await people.accounts(tx, [actor] if actor is not None else [])
                found.append(listing.listed(line, accounts, numbers))
        return found

    async def recorded(self, kind: type[Entry] | None = None) -> list[Any]:
        """Give the entries themselves, of one kind or of all."""
        async with self.bot.database.read() as tx:
            found = [line.entry() async for line in ledger.lines(tx, self.solver.id)]
        return [entry for entry in found if kind is None or isinstance(entry, kind)]

    async def kinds(self, on: Issue | None = None) -> list[str]:
        found = [each for each in await self.entries() if each["kind"] not in UNTOLD]
        return [each["kind"] for each in found if on is None or each["issue"] == on.number]

    async def pledges(self) -> dict[str, str]:
        """Every pledge and where it stands: `{"P-1": "standing"}`."""
        held = (await self.books()).promises
        return {f"P-{number}": promise.stage.value for number, promise in held.items()}

    async def state(self, order: Issue) -> str:
        """Where a work order stands."""
        return (await self.books()).agreements[order.id].state.value

    async def refusals(self) -> list[str]:
        return [entry["refused"] for entry in await self.entries() if entry["refused"]]

    async def books(self) -> Books:
        """What the ledger of the solver adds up to, from its entries alone."""
        return Books.of(await self.recorded())

    async def sums(self, issue: Issue) -> Sums:
        """What the pledges on a roadmap item, and the money there, add up to."""
        return (await self.books()).of_item(issue.id)

    async def panels_add_up(self) -> None:
        """Hold every panel of the solver against the ledger."""
        books = await self.books()
        for issue in self.solver.issues.values():
            if not issue.deleted and any(map(is_panel, self.bots(issue))):
                reading.check(self.panel(issue), books, issue.id)

    # --- what was asked of GitHub -------------------------------------------------------------

    def asked(self, since: int = 0) -> list[Recorded]:
        """Requests from the n-th on, but for tokens, and for what is asked every five minutes."""
        return [each for each in self.box.requests[since:] if each.route not in NOW_AND_THEN]

    def writes(self, since: int = 0) -> list[Recorded]:
        return [each for each in self.asked(since) if _writes(each)]

    def reads(self, since: int = 0) -> list[Recorded]:
        return [each for each in self.asked(since) if not _writes(each)]

    async def is_in_order(self) -> None:
        """What must hold after every story."""
        async with self.bot.database.read() as tx:
            for repo in await ledger.repositories_with_entries(tx):
                assert [problem async for problem in differences(tx, repo)] == []
            given_up = select(func.count()).where(tables.inbox.c.state == "quarantined")
            assert (await tx.execute(given_up)).scalar_one() == 0
        for each in self.box.requests:
            assert each.method == "GET" or each.route in WRITES, each
            if each.route != "POST /graphql":
                check_request(each.method, each.path, each.query, each.request)
            else:
                assert (each.request["query"] in DOCUMENTS) != may_be_sent(each.request)


@asynccontextmanager
async def a_stage(tmp_path: Path, *, speed: float = SPEED, **more: Any) -> AsyncIterator[Stage]:
    """The project of the story, with the bot installed; looked over at the end."""
    async with AsyncExitStack() as stack:
        url = stack.enter_context(engines.a_database_made_by(engines.empty, tmp_path))
        made = stage.a_stage(tmp_path, Stage, speed=speed, database_url=url, **more)
        opened = await stack.enter_async_context(made)
        await opened.settled()
        yield opened
        await opened.is_in_order()


def _writes(asked: Recorded) -> bool:
    """Tell whether a request writes: by GraphQL, only reactions do."""
    if asked.route == "POST /graphql":
        return bool(asked.request["query"] not in DOCUMENTS)
    return asked.method != "GET"


Until = Callable[[], bool]


async def until(happened: Until) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.01)
