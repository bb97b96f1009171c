"""How does a storm go? People talk, and whatever process is running dies, again and again."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from time import monotonic

from campaigns.torture import oracle, verifying
from campaigns.torture.arena import Arena, Setting, an_arena
from campaigns.torture.crowd import PEOPLE_TO_AN_ISSUE, Crowd
from campaigns.torture.github import LAG_AT_MOST

OTHERS_PER_ACT = 1.6
"""Deliveries that one comment of a person leads to, with those of the bot's own comments: measured."""

LIVES_AT_MOST = 2.0
"""Wall-clock seconds that a process lives at most before it is killed."""

WAITS_AT_MOST = 10.0
"""Wall-clock seconds that an aimed kill waits for a comment to be posted."""

AWAY_AT_MOST = 0.3
"""Wall-clock seconds until it is started again, at most."""

SETTLE_SECONDS = 600
"""Wall-clock seconds after which a storm that has not settled is told as it is."""


@dataclass
class Report:
    """What a campaign tells."""

    name: str
    engine: str
    processes: int
    kills: int
    seconds: float
    verdict: oracle.Verdict

    def row(self) -> list[object]:
        """Give the row of the table."""
        verdict = self.verdict
        return [
            self.name, self.engine, self.processes, self.kills, verdict.deliveries,
            verdict.acknowledged, verdict.deliveries - verdict.acknowledged, verdict.pledges, len(verdict.lost), len(verdict.doubled),
            len(verdict.wrong), f"{self.seconds:.0f} s",
        ]  # fmt: skip


COLUMNS = (
    "campaign", "database", "processes", "kills", "deliveries", "acknowledged", "found again",
    "pledges", "lost", "doubled", "wrong", "took",
)  # fmt: skip


async def storm(setting: Setting, kills: int, deliveries: int) -> Report:
    """Kill so many processes while GitHub tells so much; then let all settle, and judge."""
    began = monotonic()
    async with an_arena(setting) as arena:
        dice = random.Random(setting.seed)
        crowd = Crowd(dice)
        await arena.begin()
        acts = round(deliveries / OTHERS_PER_ACT)
        await first_issues(arena, crowd)
        progress = Progress(kills, acts)
        await asyncio.gather(_talk(arena, crowd, progress), _kill(arena, dice, progress))
        await arena.revive()
        verdict = await settle_and_judge(arena, crowd)
    name = "kill -9" + "".join(f", without {each}" for each in setting.without)
    took = monotonic() - began
    return Report(name, setting.engine, len(setting.roles), progress.kills, took, verdict)


async def settle_and_judge(arena: Arena, crowd: Crowd) -> oracle.Verdict:
    """Wait until nothing is under way any more; then look at everything."""
    calm = await arena.settled(SETTLE_SECONDS)
    verdict = await oracle.judge(crowd, await arena.ask("state"), arena.store)
    if not calm:
        verdict.wrong.append(f"not settled after {SETTLE_SECONDS} seconds")
    verdict.wrong += [f"verify: {each}" for each in await verified(arena)]
    return verdict


async def verified(arena: Arena) -> list[str]:
    """Give the problems that `bursar verify --github` finds."""
    log, start = arena.setting.folder / "verify.log", arena.processes[0].start
    return await verifying.problems(verifying.Asked(start.settings, arena.clock.path, log))


@dataclass
class Progress:
    """How far the storm has come: talking and killing go side by side."""

    kills_wanted: int
    acts_wanted: int
    kills: int = 0
    acts: int = 0

    @property
    def acts_due(self) -> int:
        """How much may have been said by now."""
        if self.kills >= self.kills_wanted:
            return self.acts_wanted
        return round(self.acts_wanted * (self.kills + 1) / (self.kills_wanted + 1))


async def first_issues(arena: Arena, crowd: Crowd) -> None:
    """Open a few issues before the storm; the others are opened in it."""
    for repo in arena.repositories:
        await crowd.open_issues(arena, repo, 1)
    await arena.settled()


async def _talk(arena: Arena, crowd: Crowd, progress: Progress) -> None:
    while progress.acts < progress.acts_wanted:
        await asyncio.sleep(crowd.dice.uniform(0.02, 0.2))
        room = progress.acts_due - progress.acts
        if room <= 0:
            continue
        burst = min(room, crowd.dice.randint(1, 12))
        await crowd.speak(arena, burst)
        progress.acts += burst
        if len(crowd.opened) * PEOPLE_TO_AN_ISSUE < progress.acts:
            await crowd.open_issues(arena, crowd.dice.choice(arena.repositories), 1)


async def _kill(arena: Arena, dice: random.Random, progress: Progress) -> None:
    """Kill at any moment, or, if it is aimed, at one when a comment is being posted."""
    while progress.kills < progress.kills_wanted:
        if dice.random() >= arena.setting.aimed:
            await asyncio.sleep(dice.uniform(0.05, LIVES_AT_MOST))
        else:
            await arena.ask("next", WAITS_AT_MOST)
            await asyncio.sleep(dice.uniform(0, 2.5 * LAG_AT_MOST))
        process = dice.choice(arena.processes)
        if process.lives:
            await process.kill()
            progress.kills += 1
        await asyncio.sleep(dice.uniform(0, AWAY_AT_MOST))
        if not process.lives:
            process.go()
