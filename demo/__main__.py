"""`make demo`: play two stories and a year, then leave everything open for whoever wants to play on."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app.logs import set_up_logs
from demo import story, work_order
from demo.at_once import a_passing_folder, sqlite_at_once
from demo.stage import Stage, a_stage, free_port
from demo.telling import Teller
from demo.year import checking, playing
from demo.year.dates import MONTHS, Year, year_before
from demo.year.script import NAME

STORY_SPEED = 30.0
"""How fast the clock runs while the story is told: its weeks take a minute."""

STORIES_LAST = timedelta(days=60)
"""More than the stories take: with a year behind them, they happened so long before it."""

PAGE_PORT = 8484
"""Where the sandbox page is found, unless the port is taken."""


def main() -> None:
    """Play; exit with 1 when a step did not show what it should."""
    parser = argparse.ArgumentParser(prog="make demo ARGS=…", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after everything is played")
    parser.add_argument("--quiet", action="store_true", help="skip the stories")
    parser.add_argument("--no-year", action="store_true", help="skip the year")
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
    year = None if chosen.no_year else year_before(datetime.now(UTC).date())
    with a_passing_folder() as folder:
        async with a_stage(folder, Stage, **_opening(chosen, year)) as stage:
            stage.box.world.add_bot("renovate", on="acme")
            if not chosen.quiet:
                await story.play(stage, tell)
                await work_order.play(stage, tell)
            if year is not None:
                await _play(stage, year, tell)
            if not (chosen.quiet and chosen.no_year):
                _sum_up(tell)
            if not chosen.once:
                stage.time.set_speed(1.0)
                _invite(stage, year)
                await stage.rooms
    return tell.failures


def _opening(chosen: argparse.Namespace, year: Year | None) -> dict[str, Any]:
    """Say how the stage is opened: before the year, if one is played."""
    form = {work_order.FORM_IN_PROJECT: work_order.FORM.read_text("utf-8")}
    return {
        "speed": STORY_SPEED,
        "ports": (0, free_port(0 if chosen.once else chosen.page_port)),
        "with_page": True,
        "files": form if chosen.quiet else None,  # the story puts it there itself
        "start": None if year is None else year.begins - STORIES_LAST,
    }


async def _play(stage: Stage, year: Year, tell: Teller) -> None:
    """Play the year, month by month, and arrive at today."""
    tell.step("A whole project", f"plays a year in {NAME}: some hundred people, {MONTHS} digests")

    def told(months: int) -> None:
        tell.says(f"{year.month(months - 1):%B %Y} is over")

    with sqlite_at_once():
        player = await playing.play(stage, year, told=told)
        await player.look_at(datetime.now(UTC))
    checking.tell(tell, await checking.count(stage.bot.database, player.repository.id))


def _sum_up(tell: Teller) -> None:
    print()
    if tell.failures:
        print("Not everything went as told:")
        for failure in tell.failures:
            print(f"  {failure}")
    else:
        print("Everything went as told.")


def _invite(stage: Stage, year: Year | None) -> None:
    sandbox, public = stage.box.page_url or "", stage.settings.public_url
    print(f"""
Now it is your turn: open  {sandbox}/acme/solver
Be Mia, Ada or Dev; the bot answers within seconds.""")
    if year is not None:
        last = year.month(MONTHS - 1)
        print(f"""
The year lies in           {sandbox}/{NAME}
What everybody can see:    {public}/{NAME}
  the roadmap, to print    {public}/{NAME}/roadmap
  the newest digest        {public}/{NAME}/digests/{last:%Y-%m}""")
    store = stage.settings.database_url
    print(f"""
For `.venv/bin/bursar export {NAME} --format json` and its like, in another terminal:
  export DATABASE_URL={store} GITHUB_URL={sandbox}""")
    print("\nEverything is on this machine; nothing is kept. Press Ctrl-C to end.")


if __name__ == "__main__":
    main()
