"""`python -m campaigns.torture.pair`: two processes on one database, a hundred pledges at once, again and again.

Each round is one issue on which fifty people pledge twice: the second pledge takes the place of the
first. All hundred comments are told at once, to both processes. Exact means: of everybody the later
pledge stands, there is one panel, and it shows their sum.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from campaigns.torture.arena import Arena, Setting, an_arena
from campaigns.torture.crowd import CENTS
from campaigns.torture.github import OWNER
from campaigns.torture.oracle import key_of, pledged_on
from campaigns.torture.store import Line, ledger
from campaigns.torture.storm import verified
from campaigns.torture.table import table

PEOPLE = 50
TOGETHER = 1.0
"""How fast the clock runs while pledges arrive: the two seconds in which they settle are two seconds."""

HURRY = 20.0
"""How fast it runs while GitHub is brought up to date: an answer within ten seconds is one within half."""

MOST = 200
"""Dollars of one pledge: two of them stay below the sum from which a steward is asked."""

PATIENCE = 120
"""Wall-clock seconds after which a round is over, settled or not."""


@dataclass
class Round:
    """What one round came to."""

    standing: int = 0
    missing: int = 0
    doubled: int = 0
    inverted: int = 0
    panels: int = 0
    panel_is_exact: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether all is as it must be."""
        faults = self.missing or self.doubled or self.inverted
        return self.standing == PEOPLE and not faults and self.panels == 1 and self.panel_is_exact


def main() -> None:
    """Play the rounds; exit with 1 when one is not exact."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.torture.pair")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep database and logs here")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bursar-pair-") as passing:
        folder = chosen.folder or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # the server of PostgreSQL may run as another user
        began = monotonic()
        setting = two_processes(folder, chosen.seed)
        rounds, problems = asyncio.run(play(setting, chosen.rounds))
    print(told(rounds, monotonic() - began))
    for problem in problems:
        print(f"  verify: {problem}")
    sys.exit(0 if all(each.is_exact for each in rounds) and not problems else 1)


def two_processes(folder: Path, seed: int) -> Setting:
    """Set two processes up on one database."""
    setting = Setting(folder, "postgres", speed=HURRY, seed=seed, organizations=10)
    return replace(setting, roles=("all", "all"))


async def play(setting: Setting, rounds: int) -> tuple[list[Round], list[str]]:
    """Play so many rounds; gives them, and what `bursar verify --github` says in the end."""
    async with an_arena(setting) as arena:
        await arena.begin()
        await arena.settled()
        dice = random.Random(setting.seed)
        played = [await _round(arena, dice, n) for n in range(rounds)]
        await arena.settled(PATIENCE)
        return played, await verified(arena)


def told(rounds: list[Round], seconds: float) -> str:
    """Give the table."""
    columns = (
        "rounds", "pledges at once", "exact", "missing", "doubled", "inverted", "panels", "took",
    )  # fmt: skip
    row: list[object] = [
        len(rounds), 2 * PEOPLE, f"{sum(each.is_exact for each in rounds)} of {len(rounds)}",
        sum(each.missing for each in rounds), sum(each.doubled for each in rounds),
        sum(each.inverted for each in rounds), sum(each.panels for each in rounds),
        f"{seconds:.0f} s",
    ]  # fmt: skip
    return table(columns, [row])


async def _round(arena: Arena, dice: random.Random, n: int) -> Round:
    repo = arena.repositories[n % len(arena.repositories)]
    opened = [{"do": "open", "repo": repo, "who": OWNER, "words": f"Round {n}"}]
    (issue,) = await arena.ask("acts", opened)
    await _shown(arena, repo, issue, 0)
    arena.clock.set_speed(TOGETHER)
    people = [f"round-{n}-person-{number}" for number in range(PEOPLE)]
    acts = [_pledge(repo, issue, who, dice) for who in _twice_each(people, dice)]
    comments = await arena.ask("acts", acts)
    await _decided(arena)
    arena.clock.set_speed(HURRY)
    last = {act["who"]: act["minor"] for act in acts}
    await _shown(arena, repo, issue, sum(last.values()))
    return _counted(acts, comments, await ledger(arena.store), await _ours(arena, repo, issue))


def _twice_each(people: list[str], dice: random.Random) -> list[str]:
    order = people * 2
    dice.shuffle(order)
    return order


def _pledge(repo: str, issue: int, who: str, dice: random.Random) -> dict[str, Any]:
    dollars = dice.randint(1, MOST)
    words = f"/pledge ${dollars}"
    said = {"do": "say", "repo": repo, "issue": issue, "who": who, "words": words}
    return said | {"minor": dollars * CENTS}


async def _decided(arena: Arena) -> None:
    end = monotonic() + PATIENCE
    while await arena.missing() or await arena.store.undecided():
        await asyncio.sleep(0.05)
        if monotonic() > end:
            return


async def _shown(arena: Arena, repo: str, issue: int, minor: int) -> None:
    """Wait for the panel; it may rest a while before it is written again."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        panels = await _ours(arena, repo, issue)
        if panels and all(pledged_on(panel) == minor for panel in panels):
            return
        await asyncio.sleep(0.1)


async def _ours(arena: Arena, repo: str, issue: int) -> list[str]:
    """Give the panels on an issue."""
    place = await arena.ask("issue", {"repo": repo, "issue": issue})
    bodies = [each["body"] for each in place["comments"] if each["ours"]]
    return [body for body in bodies if re.match(r"panel:", key_of(body))]


def _counted(
    acts: list[dict[str, Any]], comments: list[int], lines: list[Line], panels: list[str]
) -> Round:
    """Hold the ledger and the panel against what people said, in GitHub's order."""
    made = [line for line in lines if line.kind == "PledgeMade"]
    seqs: dict[int, list[int]] = {}
    for line in made:
        seqs.setdefault(int(line.source.removeprefix("comment:")), []).append(line.seq)
    found = Round(panels=len(panels))
    newest: dict[str, int] = {}
    last: dict[str, int] = {}
    for act, comment in zip(acts, comments, strict=True):
        seq = seqs.get(comment, [])
        found.missing += not seq
        found.doubled += len(seq) > 1
        if seq:
            found.inverted += newest.get(act["who"], 0) > seq[0]
            newest[act["who"]] = seq[0]
            last[act["who"]] = act["minor"]
    found.standing = len(last)
    found.panel_is_exact = all(pledged_on(panel) == sum(last.values()) for panel in panels)
    return found


if __name__ == "__main__":
    main()
