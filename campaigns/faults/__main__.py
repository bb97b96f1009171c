"""`python -m campaigns.faults`: strike with every fault, and print what it did as one table."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from campaigns.faults.kit import told
from campaigns.faults.plays import NAMES, play


def main() -> None:
    """Strike; exit with 1 when anything is lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m campaigns.faults", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--only", action="append", choices=NAMES, default=[])
    parser.add_argument("--speed", type=float, default=20.0, help="how fast the clock runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep databases and logs here")
    chosen = parser.parse_args()
    engines = chosen.engine or ("sqlite", "postgres")
    with tempfile.TemporaryDirectory(prefix="bursar-faults-") as passing:
        Path(passing).chmod(0o755)  # the server of PostgreSQL may run as another user
        folder = chosen.folder or Path(passing)
        played = play(folder, engines, chosen.only, speed=chosen.speed, seed=chosen.seed)
        struck = asyncio.run(played)
    print(told(struck))
    sys.exit(0 if all(each.verdict.is_clean for each in struck) else 1)


if __name__ == "__main__":
    main()
