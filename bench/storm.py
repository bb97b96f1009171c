"""A thousand pledges in ten minutes over twenty issues: `python -m bench.storm` prints what happens.

The sandbox enforces GitHub's primary and secondary limits and counts every write, each field of a
mutation as one. Time jumps (`tests/stories/standing.py`), so no figure depends on the machine.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import structlog

from bench.budget import a_standing_stage, rests, weight
from demo.at_once import a_passing_folder
from sandbox.api.serving import Recorded
from sandbox.limits import Intrusion
from sandbox.world import Issue
from tests.stories import standing
from tests.stories.kit import Stage
from tests.stories.reading import headline

PLEDGES, ISSUES = 1_000, 20
LASTS = timedelta(minutes=10)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = ((MINUTE, 80), (HOUR, 500))
CENTS = 250
SOON = timedelta(minutes=2)
"""Within which every panel must be exact, counted from the last pledge."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What was seen."""

    began: datetime
    ended: datetime
    writes: tuple[Recorded, ...]
    reads: tuple[Recorded, ...]
    refused: int
    intrusions: tuple[Intrusion, ...]
    exact_after: tuple[timedelta, ...]
    """Of each issue: from the last pledge until its panel showed everything."""
    edits: tuple[int, ...]
    """Of each issue: how often its panel was written."""

    def most(self, window: timedelta) -> int:
        """Count the writes in the fullest window."""
        moments = [each.at for each in self.writes for _ in range(weight(each))]
        found, first = 0, 0
        for n, moment in enumerate(moments):
            while moments[first] <= moment - window:
                first += 1
            found = max(found, n - first + 1)
        return found

    @property
    def closest(self) -> timedelta:
        """Give the shortest time between two writes."""
        return min(after.at - before.at for before, after in pairwise(self.writes))

    @property
    def reactions(self) -> int:
        """Count the reactions that went out."""
        return sum(map(weight, self.writes)) - sum(self.edits)


async def storm(
    stage: Stage, pledges: int = PLEDGES, lasts: timedelta = LASTS, *, limits_hit: int = 0
) -> Storm:
    """Play it; `limits_hit` times GitHub says besides that this was too much."""
    issues = [stage.person("mia").open_issue(stage.solver, f"Item {n}") for n in range(ISSUES)]
    for issue in issues:
        stage.person("mia").label(issue, "roadmap")
    await rests(stage, hours=2)
    stage.box.limits.enforced = True
    stage.box.faults.limit("P* /repos/*", 45, times=limits_hit, probability=0.02)
    before, began = len(stage.box.requests), stage.time.now()
    await _tell(stage, issues, pledges, lasts)
    ended = stage.time.now()
    exact_after = await _exact_after(stage, issues, CENTS * pledges // ISSUES)
    asked = stage.asked(before)
    writes = tuple(each for each in stage.writes(before) if each.status < 400)  # noqa: PLR2004
    return Storm(
        began,
        ended,
        writes,
        tuple(stage.reads(before)),
        sum(each.status in {403, 429} for each in asked),
        tuple(stage.box.limits.intrusions),
        exact_after,
        tuple(_edits(stage, issue, writes) for issue in issues),
    )


async def _tell(stage: Stage, issues: list[Issue], pledges: int, lasts: timedelta) -> None:
    people = [stage.newcomer(f"funder-{n}") for n in range(pledges)]
    began = stage.time.now()
    for n, person in enumerate(people):
        await standing.until(stage, began + lasts * n / (pledges - 1))
        person.comment(issues[n % ISSUES], "/pledge $2.50")


async def _exact_after(
    stage: Stage, issues: list[Issue], sum_of_each: int
) -> tuple[timedelta, ...]:
    """Look every second until each panel shows everything, or half an hour has passed."""
    last, exact = stage.time.now(), dict[int, timedelta]()
    while len(exact) < len(issues) and stage.time.now() < last + timedelta(minutes=30):
        for issue in issues:
            if headline(stage.panel(issue)) == {"USD": sum_of_each}:
                exact.setdefault(issue.number, stage.time.now() - last)
        await standing.until(stage, stage.time.now() + timedelta(seconds=1))
    return tuple(exact.get(issue.number, timedelta.max) for issue in issues)


def _edits(stage: Stage, issue: Issue, writes: tuple[Recorded, ...]) -> int:
    address = f"/comments/{stage.panel_comment(issue).id}"
    return sum(each.path.endswith(address) for each in writes)


async def main() -> int:
    """Play the storm and print the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with a_passing_folder() as folder:
        async with a_standing_stage(folder) as stage:
            seen = await storm(stage, limits_hit=3)
    print(f"{PLEDGES} pledges in {LASTS} over {ISSUES} issues")
    print(f"  panels exact after the last pledge, at most  {max(seen.exact_after)}")
    print(f"  writes of a panel, least and most            {min(seen.edits)} {max(seen.edits)}")
    print(f"  reactions meanwhile                          {seen.reactions}")
    print(f"  writes in the fullest minute (at most 80)    {seen.most(MINUTE)}")
    print(f"  writes in the fullest hour (at most 500)     {seen.most(HOUR)}")
    print(f"  shortest time between two writes             {seen.closest}")
    print(f"  reads                                        {len(seen.reads)}")
    print(f"  answers that asked for quiet                 {seen.refused}")
    print(f"  requests while GitHub had asked for quiet    {len(seen.intrusions)}")
    return len(seen.intrusions)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
