"""`make demo`: play the story, then leave the sandbox running for whoever wants to play on."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bot.app.logs import set_up_logs
from demo import story, work_order
from demo.stage import Stage, a_stage, free_port
from demo.telling import Teller

STORY_SPEED = 30.0
"""How fast the clock runs while the story is told: its weeks take a minute."""

PAGE_PORT = 8484
"""Where the sandbox page is found, unless the port is taken."""


def main() -> None:
    """Play; exit with 1 when a step did not show what it should."""
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the story")
    parser.add_argument(
        "--quiet", action="store_true", help="skip the story and open the page at once"
    )
    parser.add_argument("--page-port", type=int, default=PAGE_PORT, help="0 takes any free port")
    chosen = parser.parse_args()
    set_up_logs("error")
    try:
        failures = asyncio.run(_demo(chosen))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(1 if failures else 0)


async def _demo(chosen: argparse.Namespace) -> list[str]:
    tell = Teller()
    port = free_port(0 if chosen.once else chosen.page_port)
    with tempfile.TemporaryDirectory(prefix="bursar-demo-") as folder:
        form = {work_order.FORM_IN_PROJECT: work_order.FORM.read_text("utf-8")}
        async with a_stage(
            Path(folder),
            Stage,
            speed=STORY_SPEED,
            ports=(0, port),
            with_page=True,
            files=form if chosen.quiet else None,  # the story puts it there itself
        ) as stage:
            stage.box.world.add_bot("renovate", on="acme")
            if not chosen.quiet:
                await story.play(stage, tell)
                await work_order.play(stage, tell)
                _sum_up(tell)
            if not chosen.once:
                stage.time.set_speed(1.0)
                _invite(stage.box.page_url or "")
                await stage.rooms
    return tell.failures


def _sum_up(tell: Teller) -> None:
    print()
    if tell.failures:
        print("Not everything went as told:")
        for failure in tell.failures:
            print(f"  {failure}")
    else:
        print("The story went as told.")


def _invite(address: str) -> None:
    print(f"""
Now it is your turn: open  {address}/acme/solver
Be Mia, Ada or Dev; the bot answers within seconds. Everything is on this machine; nothing is kept.
Press Ctrl-C to end.""")


if __name__ == "__main__":
    main()
