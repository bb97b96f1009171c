"""How much of GitHub's budget does each piece of work take? `python -m bench.budget` prints it.

Counts, not times: the bot plays in the sandbox on a clock that stands still while it works, so the
figures are the same on every machine. Reads are those of a bot that has been running for a while.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from bot.domain.calendar import span
from bot.domain.views import Row
from bot.storage.tables import VIEWS
from demo.at_once import a_passing_folder, sqlite_at_once
from demo.stage import a_stage
from sandbox.api.serving import Recorded
from sandbox.world import Comment, Issue, PullRequest
from tests.stories import standing
from tests.stories.kit import Stage
from tests.worker import test_large_digest as large

SPEED = 60.0
PLEDGES_IN_A_MINUTE = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a piece of work asked of GitHub."""

    writes: tuple[Recorded, ...]
    reads: tuple[Recorded, ...]

    def all(self) -> tuple[Recorded, ...]:
        """Give every request."""
        return self.writes + self.reads

    @property
    def panels(self) -> int:
        """Posts and edits of comments."""
        return sum("comments" in each.path and "reactions" not in each.path for each in self.writes)

    @property
    def weight(self) -> int:
        """Writes as our pace counts them: each field of a mutation is one."""
        return sum(map(weight, self.writes))


def weight(write: Recorded) -> int:
    """Say how many writes a request counts as."""
    if write.route != "POST /graphql":
        return 1
    return str(write.request["query"]).count("addReaction(")


@asynccontextmanager
async def a_standing_stage(folder: Path, **more: Any) -> AsyncIterator[Stage]:
    """Open a stage on which nothing takes time but waiting."""
    with sqlite_at_once():
        async with a_stage(folder, Stage, speed=SPEED, **more) as stage:
            await stage.settled()
            await stage.roadmap_item("Something that was there before")
            stage.time.stand_still()
            await rests(stage, hours=2)
            yield stage
            stage.time.set_speed(SPEED)


async def rests(stage: Stage, **time: float) -> None:
    """Let so much time pass, in one jump."""
    await standing.settled(stage)
    stage.time.advance(timedelta(**time))
    await stage.bot.clock.tick()
    await standing.settled(stage)


async def asked_by(stage: Stage, work: Callable[[], Awaitable[object]]) -> Asked:
    """Do something, wait until all of it is shown, and count.

    Looks at GitHub's log of deliveries are the App's, not this work's.
    """
    before = len(stage.box.requests)
    await work()
    await standing.settled(stage)
    reads = [each for each in stage.reads(before) if not each.path.startswith("/app/")]
    return Asked(tuple(stage.writes(before)), tuple(reads))


# --- pieces of work ---------------------------------------------------------------------------


async def an_item(stage: Stage, title: str = "Faster sparse LU") -> Issue:
    """Put an issue on the roadmap."""
    issue = stage.person("mia").open_issue(stage.solver, title)
    stage.person("mia").label(issue, "roadmap")
    await rests(stage, minutes=5)
    return issue


async def a_pledge(stage: Stage) -> Asked:
    """One person pledges, who has pledged before."""
    issue = await an_item(stage)
    stage.person("ada").comment(issue, "/pledge $100")
    await rests(stage, minutes=5)
    return await asked_by(stage, _says(stage, "ada", issue, "/pledge $200"))


async def a_refusal(stage: Stage) -> Asked:
    """One person commands in vain, and is answered."""
    issue = await an_item(stage)
    return await asked_by(stage, _says(stage, "ada", issue, "/pledge 1.000"))


async def a_stewards_word(stage: Stage) -> Asked:
    """Let a steward, whose role must be looked up, accept what is offered."""
    issue = await an_item(stage)
    stage.person("ada").comment(issue, "/pledge $9000")
    await rests(stage, minutes=5)
    return await asked_by(stage, _says(stage, "mia", issue, "/accept P-1"))


async def a_minute_of_pledges(stage: Stage) -> Asked:
    """Let a hundred people, all of them new, pledge within the minute."""
    issue = await an_item(stage)
    people = [stage.newcomer(f"funder-{n}") for n in range(PLEDGES_IN_A_MINUTE)]

    async def everybody() -> None:
        began = stage.time.now()
        for n, person in enumerate(people):
            moment = began + timedelta(minutes=1) * n / (PLEDGES_IN_A_MINUTE - 1)
            await standing.until(stage, moment)
            person.comment(issue, f"/pledge ${n + 1}.50")

    return await asked_by(stage, everybody)


async def a_pull_request(stage: Stage) -> Asked:
    """Open a pull request under a work order; it is reviewed three times, and merged."""
    order = await an_active_order(stage)

    async def from_opening_to_merge() -> None:
        pull = stage.pull("dev", order=order)
        await rests(stage, hours=1)
        for _ in range(3):
            await a_round(stage, pull)
        stage.person("eve").review(pull, "APPROVED")
        await rests(stage, hours=1)
        stage.person("mia").merge(pull)

    return await asked_by(stage, from_opening_to_merge)


async def an_active_order(stage: Stage) -> Issue:
    """Play a work order up to the moment at which work begins."""
    order = stage.fill_in()
    await rests(stage, minutes=5)
    for login, words, days in (
        ("dev", "/cwo propose", 8),
        ("mia", "/cwo approve", 0),
        ("dev", "/cwo start unfunded", 0),
    ):
        comment = stage.person(login).comment(order, words)
        await rests(stage, minutes=5)
        assert stage.reactions(comment) == ["+1"], stage.replies(order)
        await rests(stage, days=days)
    return order


async def a_round(stage: Stage, pull: PullRequest) -> None:
    """Eve asks for changes, and Dev makes them."""
    stage.person("eve").review(pull, "CHANGES_REQUESTED", "Please keep the old default.")
    await rests(stage, hours=1)
    stage.person("dev").push_to_pull(pull, {"solver/more.py": f"N = {len(pull.head_sha)}\n"})
    await rests(stage, hours=1)


async def a_large_digest(stage: Stage) -> Asked:
    """End a month in which ten thousand pledges stand (put into the views, not told one by one)."""
    now = stage.time.now()
    stage.time.jump_to(span(f"{now:%Y-%m}", "UTC").ends_at - timedelta(hours=1))
    await rests(stage, seconds=1)
    async with stage.bot.database.write() as tx:
        for found in large.everything():
            await tx.execute(insert(VIEWS[type(found[0])][0]), _records(stage.solver.id, found))

    async def month_ends() -> None:
        stage.time.advance(timedelta(hours=2))
        await stage.bot.clock.tick()

    return await asked_by(stage, month_ends)


def _records(repo: int, rows: list[Row]) -> list[dict[str, object]]:
    names = [each.name for each in fields(rows[0])]
    return [{"repo": repo} | {name: getattr(row, name) for name in names} for row in rows]


def _says(stage: Stage, login: str, issue: Issue, words: str) -> Callable[[], Awaitable[Comment]]:
    async def says() -> Comment:
        return stage.person(login).comment(issue, words)

    return says


# --- the table --------------------------------------------------------------------------------

WORK: dict[str, tuple[Callable[[Stage], Awaitable[Asked]], int, int]] = {
    "a pledge": (a_pledge, 2, 2),
    "a command that is refused, and answered": (a_refusal, 2, 2),
    "a steward accepts a pledge": (a_stewards_word, 2, 2),
    "100 pledges on one issue in a minute": (a_minute_of_pledges, 12, 0),
    "a pull request, three rounds of review, merged": (a_pull_request, 8, 10),
    "a digest of 10,000 pledges": (a_large_digest, 2, 0),
}
"""Each piece of work, with the writes and reads that it may take."""


async def main() -> int:
    """Play each piece of work on a stage of its own, and print what it asked."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    missed = 0
    print(f"{'':48} {'writes':>7} {'at most':>7} {'reads':>7} {'at most':>7}")
    for name, (work, writes, reads) in WORK.items():
        with a_passing_folder() as folder:
            async with a_standing_stage(folder) as stage:
                asked = await work(stage)
        fits = len(asked.writes) <= writes and len(asked.reads) <= reads
        missed += not fits
        figures = f"{len(asked.writes):7} {writes:7} {len(asked.reads):7} {reads:7}"
        print(f"{name:48} {figures}  {'PASS' if fits else 'MISS'}")
        for route, count in sorted(Counter(each.route for each in asked.all()).items()):
            print(f"    {count:4}  {route}")
    return missed


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
