"""Which faults are there, and on which database is each played?"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from campaigns.faults import away, clocks, database, disk, ended, stopped
from campaigns.faults.kit import Struck
from campaigns.torture.arena import Setting

Play = Callable[[Setting], Awaitable[Struck]]
TWO, THREE = ("all", "all"), ("all", "all", "all")
APART = ("web", "worker", "worker")

ON_SQLITE: dict[str, Play] = {
    "disk": disk.full,
    "database": database.away,
    "github": away.six_hours,
    "ahead": lambda setting: clocks.skewed(setting, 600),
    "behind": lambda setting: clocks.skewed(setting, -600),
    "stopped": stopped.asleep,
    "ended": ended.under_load,
}
ON_POSTGRES: dict[str, Play] = {
    "database": lambda setting: database.away(replace(setting, roles=TWO)),
    "github": lambda setting: away.six_hours(replace(setting, roles=TWO)),
    "apart": lambda setting: clocks.skewed(replace(setting, roles=TWO), 600, -600),
    "stopped": lambda setting: stopped.asleep(replace(setting, roles=APART)),
    "ended": lambda setting: ended.under_load(replace(setting, roles=APART)),
    "rolling": lambda setting: ended.rolling(replace(setting, roles=THREE)),
}
NAMES = sorted({*ON_SQLITE, *ON_POSTGRES})


async def play(
    folder: Path,
    engines: Sequence[str],
    only: Sequence[str] = (),
    *,
    speed: float = 20.0,
    seed: int = 1,
) -> list[Struck]:
    """Play every fault, or those named, one after the other."""
    struck = []
    for engine in engines:
        for name, one in (ON_SQLITE if engine == "sqlite" else ON_POSTGRES).items():
            if only and name not in only:
                continue
            place = folder / f"{engine}-{name}"
            place.mkdir(mode=0o755, parents=True)
            struck.append(await one(Setting(place, engine, speed=speed, seed=seed)))
            sys.stderr.write(f"{name} on {engine}: {struck[-1].seen}\n")
    return struck
