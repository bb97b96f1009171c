"""What does `bursar verify --github` say, on the campaign's clock?"""

from __future__ import annotations

import asyncio
import multiprocessing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import verifying
from bot.app.opening import CannotDo
from bot.app.serving import wire
from bot.settings import StoreSettings, settings
from bot.timing import Time
from campaigns.torture.childhood import end_with_the_campaign, write_to
from campaigns.torture.clock import SharedClock

PATIENCE = 120
"""Wall-clock seconds that the command may take."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command is started with."""

    settings: dict[str, Any]
    clock: Path
    log: Path


async def problems(asked: Asked) -> list[str]:
    """Run the command in a process of its own; gives what is wrong, and nothing when all is well."""
    return await asyncio.to_thread(_problems, asked)


def _problems(asked: Asked) -> list[str]:
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(asked, theirs), daemon=True)
    process.start()
    said: list[str] = ours.recv() if ours.poll(PATIENCE) else ["the command does not end"]
    process.kill()
    process.join()
    return said


def _run(asked: Asked, told: Any) -> None:
    end_with_the_campaign()
    write_to(asked.log)
    told.send(asyncio.run(_verify(asked)))


async def _verify(asked: Asked) -> list[str]:
    clock = SharedClock(asked.clock)
    in_time = partial(wire, time=Time(clock.now, clock.sleep))
    setattr(verifying, "wire", in_time)  # noqa: B010 - the command knows only real time
    chosen = settings(**asked.settings, _env_file=None)
    store = StoreSettings(database_url=chosen.database_url)
    try:
        found = [line async for line in verifying.verify(store, None, chosen)]
    except CannotDo as error:
        return [str(error)]
    return [line.sentence for line in found if line.is_problem]
