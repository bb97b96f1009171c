"""How fast is Bursar beside bare aiohttp and Probot? `python -m bench.speed [--quick] [--only NAME]`

All are real processes on one core, the generator has the other; PostgreSQL and what answers in
GitHub's place share the generator's. Bursar is whole: intake, worker, sending and clock in one
process, and its processor time counts until nothing in the inbox wants work. Contestants go by turns,
every second round backwards; ratios are taken within a round.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from statistics import median

from bench.alone import idle, latency, refusing, worker
from bench.contestants import a_mix, a_stage
from bench.mix import DECIDED, SHARES, Told
from bench.processes import GENERATOR, SERVER, end_in_good_order
from bench.setting import ROUNDS, Setting
from bench.table import Sheet
from bench.throughput import throughput

DELIVERIES = 4_000
PARTS = {each.__name__: each for each in (throughput, worker, latency, refusing, idle)}


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed")
    parser.add_argument("--quick", action="store_true", help="3 rounds instead of 7")
    parser.add_argument("--rounds", type=int, help="as many rounds as you like")
    parser.add_argument("--only", choices=[*PARTS], action="append", help="some parts")
    parser.add_argument("--count", type=int, default=DELIVERIES, help="deliveries in a run")
    parser.add_argument("--engine", choices=("SQLite", "PostgreSQL"), help="one engine")
    return parser.parse_args(words)


async def measure(given: argparse.Namespace) -> Sheet:
    """Measure, and give the table."""
    end_in_good_order()
    os.sched_setaffinity(0, GENERATOR)
    told = a_mix().of(given.count)
    print(_describe(told), flush=True)
    async with a_stage() as stage:
        stores = await stage.stores(given.engine)
        rounds = given.rounds or (3 if given.quick else ROUNDS)
        setting = Setting(stage, stores, told, rounds)
        for part in given.only or PARTS:
            print(f"{part} ...", flush=True)
            await PARTS[part](setting)
    return setting.sheet


def _describe(told: list[Told]) -> str:
    sizes = [len(each.body) for each in told]
    mix = ", ".join(f"{share} % {name}" for name, share in SHARES.items())
    decided = sum(each.kind in DECIDED for each in told) / len(told)
    return (
        f"{len(told):,} distinct signed deliveries, median {median(sizes) / 1000:.1f} KB, over 5"
        f" repositories: {mix}. {decided:.0%} ask for a decision. Server on core {SERVER}, generator,"
        f" PostgreSQL and GitHub's place on {GENERATOR}."
    )


def main() -> int:
    """Print the table; says how many targets were missed."""
    sheet = asyncio.run(measure(arguments()))
    print(f"\n{sheet.text()}")
    return 1 if sheet.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
