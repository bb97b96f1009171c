"""What can be played? `python -m campaigns.simulate --help` says it.

--seeds 1000 --first 0 --jobs 2   a campaign
--seed 1234 --trace               one seed, with everything that happened
--without intent                  without one safeguard: it must fail
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from campaigns.simulate.running import a_folder, campaign, play
from campaigns.simulate.safeguards import SAFEGUARDS
from campaigns.simulate.table import failure

SEEDS = 250
"""Seeds of a campaign: about five minutes of two cores."""


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m campaigns.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes side by side")
    parser.add_argument("--seed", type=int, help="play this one alone")
    parser.add_argument("--trace", action="store_true", help="print everything that happened")
    parser.add_argument("--without", choices=sorted(SAFEGUARDS), help="take this safeguard away")
    return parser.parse_args()


def _alone(seed: int, lacking: str | None, *, trace: bool) -> int:
    with a_folder() as folder:
        outcome = play(seed, folder, lacking=lacking)
    if trace:
        print("\n".join(outcome.trace))
    print("\n".join(failure(outcome, lacking)) if outcome.problems else f"seed {seed} is clean")
    return 1 if outcome.problems else 0


def main() -> int:
    """Play what was asked for; 1 when something is lost, doubled or wrong."""
    asked = _asked()
    if asked.seed is not None:
        return _alone(asked.seed, asked.without, trace=asked.trace)
    began = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    found = campaign(seeds, asked.jobs, asked.without, tell=print)
    print("\n".join(found.lines()))
    rare = found.too_rare()
    if rare:
        print(f"\nToo rare to say anything: {', '.join(each.value for each in rare)}.")
    print(f"\n{len(found.failed)} of {found.seeds} seeds failed; {time.monotonic() - began:.0f} s.")
    return 1 if found.failed else 0


if __name__ == "__main__":
    sys.exit(main())
