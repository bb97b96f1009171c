"""`python -m campaigns.torture`: kill real processes, and print what is lost, doubled or wrong.

`--all` is `make torture`: 200 kills over 2,000 deliveries on each database, the pair, and every fault.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from time import monotonic

from campaigns import faults
from campaigns.faults import kit, plays
from campaigns.torture import pair
from campaigns.torture.arena import Setting
from campaigns.torture.removing import REMOVALS
from campaigns.torture.storm import COLUMNS, Report, storm
from campaigns.torture.table import table

SENTENCES_AT_MOST = 20
"""Sentences about what is wrong that are printed of each campaign."""

KILLS, DELIVERIES, ROUNDS = 200, 2000, 50
"""What `--all` plays, on each database."""

STORMS = (
    ("sqlite", ("all",)),
    ("postgres", ("all", "all")),
    ("postgres", ("web", "worker", "all")),
)
"""On which database, and with which processes."""


def main() -> None:
    """Play; exit with 1 when anything is lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.torture", description=faults.__doc__)
    parser.add_argument("--all", action="store_true", help="everything: about an hour")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--deliveries", type=int, default=200)
    parser.add_argument("--roles", default="all", help="one for each process: all,web,worker")
    parser.add_argument("--organizations", type=int, default=4)
    parser.add_argument("--speed", type=float, default=20.0, help="how fast the clock runs")
    parser.add_argument("--aimed", type=float, default=0.5, help="part of kills while posting")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", choices=sorted(REMOVALS), action="append", default=[])
    parser.add_argument("--folder", type=Path, help="keep databases and logs here")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bursar-torture-") as passing:
        folder = chosen.folder or Path(passing)
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.chmod(0o755)  # the server of PostgreSQL may run as another user
        play = _everything(chosen, folder) if chosen.all else _one(chosen, folder)
        sys.exit(0 if asyncio.run(play) else 1)


async def _one(chosen: argparse.Namespace, folder: Path) -> bool:
    return _tell(await storm(_setting(chosen, folder), chosen.kills, chosen.deliveries))


async def _everything(chosen: argparse.Namespace, folder: Path) -> bool:
    """Play everything, one after the other; says whether all is clean."""
    clean = True
    for n, (engine, roles) in enumerate(STORMS):
        setting = Setting(
            _room(folder, f"storm-{n}"),
            engine,
            chosen.speed,
            chosen.seed + n,
            organizations=12,
            roles=roles,
        )
        clean &= _tell(await storm(setting, KILLS, DELIVERIES))
    without = Setting(_room(folder, "without"), seed=chosen.seed, without=("intent",), aimed=1.0)
    red = await storm(without, kills=20, deliveries=200)
    _tell(red)
    return clean & bool(red.verdict.doubled) & await _pairs(chosen, folder) & await _faults(folder)


async def _pairs(chosen: argparse.Namespace, folder: Path) -> bool:
    began = monotonic()
    setting = pair.two_processes(_room(folder, "pair"), chosen.seed)
    rounds, problems = await pair.play(setting, ROUNDS)
    print(pair.told(rounds, monotonic() - began), *problems, sep="\n", flush=True)
    return all(each.is_exact for each in rounds) and not problems


async def _faults(folder: Path) -> bool:
    struck = await plays.play(_room(folder, "faults"), ("sqlite", "postgres"))
    print(kit.told(struck), flush=True)
    return all(each.verdict.is_clean for each in struck)


def _room(folder: Path, name: str) -> Path:
    room = folder / name
    room.mkdir(mode=0o755)
    return room


def _setting(chosen: argparse.Namespace, folder: Path) -> Setting:
    return Setting(
        folder=folder,
        engine=chosen.engine,
        speed=chosen.speed,
        seed=chosen.seed,
        organizations=chosen.organizations,
        roles=tuple(chosen.roles.split(",")),
        without=tuple(chosen.without),
        aimed=chosen.aimed,
    )


def _tell(report: Report) -> bool:
    print(table(COLUMNS, [report.row()]), flush=True)
    for sentence in list(report.verdict.sentences())[:SENTENCES_AT_MOST]:
        print(f"  {sentence}", flush=True)
    return report.verdict.is_clean


if __name__ == "__main__":
    main()
