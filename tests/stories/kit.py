"""A stage for stories: GitHub in a box, the bot beside it, and a clock that runs fast.

Whatever a story tells, three things are looked at besides: whenever the stage has settled, every
panel adds up to what the ledger's entries add up to; at the end the ledger and its views are in
order, and every request was one that GitHub documents and that the bot may make.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.domain.configuration import CONFIGURATION
from bot.domain.entries import PledgeEntry, PledgeMade
from bot.domain.stages import Stage as Moment
from bot.storage import inbox, ledger, listing, mirror, people, tables
from bot.storage.verify import differences
from demo import stage
from demo.stage import PATIENCE, RULES, is_panel
from sandbox.api.serving import Recorded
from sandbox.world import Actor, Comment, Issue, Repository
from tests.github_contract.openapi import check_request

__all__ = ["CONFIGURATION", "RULES", "SPEED", "Stage", "a_stage", "is_panel", "until"]

SPEED = 60.0
"""How much faster than the wall clock stories run."""

WRITES = frozenset({
    "POST /app/installations/{installation_id}/access_tokens",
    "POST /graphql",
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "POST /repos/{owner}/{repo}/check-runs",
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
})  # fmt: skip
"""All that the bot may ever ask for besides reading: no merge, no review, no label, no assignee, no
closing, no title, no body of anybody else."""

Sums = dict[str, dict[str, int]]
"""Kind (`pledged`, `on completion`, `offered`, `lapsed`) to currency to minor units."""


@dataclass
class Stage(stage.Stage):
    """A stage that looks at more than the story tells."""

    # --- who and where ------------------------------------------------------------------------

    @property
    def solver(self) -> Repository:
        return self.project.solver

    def newcomer(self, login: str) -> Actor:
        """Somebody whom nobody here knows yet."""
        self.box.world.add_user(login)
        return self.person(login)

    def day(self, ahead: int = 0) -> str:
        """A day from today, as commands take it."""
        return (self.time.now() + timedelta(days=ahead)).date().isoformat()

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
                async with self.bot.database.read() as tx:
                    if not await inbox.open_count(tx):
                        return
                await asyncio.sleep(0.02)

    async def roadmap_item(self, title: str = "Faster sparse LU", by: str = "mia") -> Issue:
        """An issue of the solver that Mia has put on the roadmap, with its panel."""
        issue = self.person(by).open_issue(self.solver, title)
        self.person("mia").label(issue, "roadmap")
        await self.settled()
        return issue

    async def configure(self, text: str | None) -> None:
        """Mia pushes a configuration, or takes it away."""
        self.person("mia").push(self.solver, {CONFIGURATION: text}, "Configure Bursar")
        await self.settled()

    async def says(self, login: str, issue: Issue, words: str) -> Comment:
        """Somebody comments, and the bot has answered."""
        comment = self.person(login).comment(issue, words)
        await self.settled()
        return comment

    async def records(self, login: str, issue: Issue, words: str) -> Comment:
        """Somebody commands, and it is recorded: a thumb up, and not a word."""
        said = len(self.replies(issue))
        comment = await self.says(login, issue, words)
        assert self.reactions(comment) == ["+1"]
        assert self.replies(issue)[said:] == []
        return comment

    async def refuses(self, login: str, issue: Issue, words: str) -> str:
        """Somebody commands in vain, and is told why, once; gives the answer."""
        said = len(self.replies(issue))
        comment = await self.says(login, issue, words)
        assert self.reactions(comment) == ["confused"]
        (answer,) = self.replies(issue)[said:]
        return answer

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

    async def kinds(self) -> list[str]:
        return [entry["kind"] for entry in await self.entries() if entry["kind"] != "RulesChanged"]

    async def pledges(self) -> dict[str, str]:
        """Every pledge and where it stands: `{"P-1": "standing"}`."""
        moved = [entry for entry in await self.entries() if entry["change"]]
        return {f"P-{entry['pledge']}": entry["change"].split(" → ")[1] for entry in moved}

    async def refusals(self) -> list[str]:
        return [entry["refused"] for entry in await self.entries() if entry["refused"]]

    async def books(self, issue: Issue) -> Sums:
        """What the pledges on an issue add up to, from the ledger's entries alone."""
        held: dict[int, tuple[str, PledgeMade]] = {}
        async with self.bot.database.read() as tx:
            async for line in ledger.lines(tx, issue.repository.id, issue=issue.id):
                entry = line.entry()
                if isinstance(entry, PledgeMade):
                    held[entry.pledge] = _kind(entry.now, entry), entry
                elif isinstance(entry, PledgeEntry):
                    made = held[entry.pledge][1]
                    held[entry.pledge] = _kind(entry.now, made), made
        sums: Sums = defaultdict(lambda: defaultdict(int))
        for kind, made in held.values():
            sums[kind][made.money.currency] += made.money.minor
        sums.pop("", None)
        return {kind: dict(per_currency) for kind, per_currency in sums.items()}

    async def panels_add_up(self) -> None:
        """Hold every panel of the solver against the ledger."""
        for issue in self.solver.issues.values():
            if not issue.deleted and any(map(is_panel, self.bots(issue))):
                expected = await self.books(issue)
                assert listed(self.panel(issue)) == expected
                assert headline(self.panel(issue)) == expected.get("pledged", {})

    # --- what was asked of GitHub -------------------------------------------------------------

    def asked(self, since: int = 0) -> list[Recorded]:
        """Requests from the n-th on, but for tokens."""
        return [each for each in self.box.requests[since:] if "access_tokens" not in each.route]

    def writes(self, since: int = 0) -> list[Recorded]:
        return [r for r in self.asked(since) if r.method != "GET" and r.route != "POST /graphql"]

    def reads(self, since: int = 0) -> list[Recorded]:
        return [r for r in self.asked(since) if r.method == "GET" or r.route == "POST /graphql"]

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
                assert each.request["query"].lstrip().startswith("query")


@asynccontextmanager
async def a_stage(tmp_path: Path, *, speed: float = SPEED, **more: Any) -> AsyncIterator[Stage]:
    """The project of the story, with the bot installed; looked over at the end."""
    async with stage.a_stage(tmp_path, Stage, speed=speed, **more) as opened:
        await opened.settled()
        yield opened
        await opened.is_in_order()


Until = Callable[[], bool]


async def until(happened: Until) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.01)


# --- reading a panel --------------------------------------------------------------------------

_MONEY = re.compile(r"([A-Z]{3}) ([0-9][0-9,]*(?:\.[0-9]+)?)")
_ROW = re.compile(r"^\*\*([A-Z]{3} [0-9.,]+)\*\* pledged", re.MULTILINE)
_KINDS = {
    "Pledges": "pledged",
    "On completion": "on completion",
    "Offered": "offered",
    "Lapsed": "lapsed",
}


def headline(panel: str) -> dict[str, int]:
    """The answer to "how far is it?", per currency, in minor units; nothing for zero."""
    found = dict(_money(row) for row in _ROW.findall(panel))
    return {currency: minor for currency, minor in found.items() if minor}


def listed(panel: str) -> Sums:
    """What the tables of a panel add up to; where a heading names the sum, it must be that one."""
    sums: Sums = {}
    for section in panel.split("\n#### ")[1:]:
        heading, _, body = section.partition("\n")
        kind = _KINDS.get(heading.partition(":")[0])
        if kind is None:
            continue
        added: dict[str, int] = defaultdict(int)
        for row in re.findall(r"^\| (?:\[?P-|…).*$", body, re.MULTILINE):
            currency, minor = _money(row.split(" | ")[2])
            added[currency] += minor
        if ":" in heading:
            assert {
                c: int(m.replace(",", "").replace(".", "")) for c, m in _MONEY.findall(heading)
            } == added
        sums[kind] = dict(added)
    return sums


def _money(text: str) -> tuple[str, int]:
    found = _MONEY.search(text)
    assert found is not None, text
    return found[1], int(found[2].replace(",", "").replace(".", ""))


def _kind(stage: Moment, made: PledgeMade) -> str:
    promised = all(due.on_completion for due in made.dues)
    return {
        Moment.OFFERED: "offered",
        Moment.STANDING: "on completion" if promised else "pledged",
        Moment.DUE: "pledged",
        Moment.LAPSED: "lapsed",
    }.get(stage, "")
