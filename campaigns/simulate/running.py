"""How is one seed played, and how are many?"""

from __future__ import annotations

import asyncio
import gc
import logging
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path

from sqlalchemy.exc import SAWarning

from campaigns.simulate.auditing import Problem
from campaigns.simulate.chance import Chance, drawn_from
from campaigns.simulate.lives import TIMES_CANCELLED, remember_tasks
from campaigns.simulate.log import Log
from campaigns.simulate.playing import EVENTS, Outcome, Run, fresh, make_template
from campaigns.simulate.safeguards import without
from campaigns.simulate.storing import at_once
from campaigns.simulate.table import Campaign, failure
from campaigns.simulate.virtual_loop import VirtualLoop
from campaigns.simulate.warm import shared

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a place for folders that tempfile makes and names


@contextmanager
def a_folder() -> Iterator[Path]:
    """Open a folder that goes afterwards, with an empty database in it; in memory if there is a place."""
    place = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="bursar-simulate-", dir=place) as folder:
        path = Path(folder)
        asyncio.run(make_template(path / "template.db"))
        yield path


def play(seed: int, folder: Path, *, events: int = EVENTS, lacking: str | None = None) -> Outcome:
    """Play one seed; whatever goes wrong is in what it gives."""
    fresh(folder / "template.db", folder)
    chance = Chance(seed)
    loop = VirtualLoop(chance.dice("loop"))
    remember_tasks(loop)
    asyncio.set_event_loop(loop)
    run = Run(chance, loop, folder, events=events)
    warnings.simplefilter("ignore", SAWarning)  # what a crash leaves behind is collected some day
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL + 1)
    gc.disable()  # when it runs depends on what ran before
    try:
        with shared(), at_once(), drawn_from(chance), Log(run).kept(), without(lacking, run):
            try:
                return loop.run_until_complete(run.play())
            finally:
                _sweep(loop, run)
    except Exception:  # noqa: BLE001 - a run that cannot end is a finding
        problem = Problem("wrong", traceback.format_exc())
        trace = run.watching.trace if hasattr(run, "watching") else []
        return Outcome(seed, [problem], Counter(), trace)
    finally:
        loop.close()
        asyncio.set_event_loop(None)
        gc.enable()
        gc.collect()
        gc.freeze()  # what is left is there to stay: looking at it again and again takes long


def _sweep(loop: VirtualLoop, run: Run) -> None:
    """End whatever is left of a run, however it ended."""
    if run.life is not None:
        run.life.end()
    for _ in range(TIMES_CANCELLED):
        left = asyncio.all_tasks(loop)
        if not left:
            return
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.wait(left, timeout=1))


def campaign(
    seeds: Iterable[int],
    jobs: int,
    lacking: str | None = None,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> Campaign:
    """Play many seeds, several processes side by side; tell of each that fails at once."""
    found = Campaign()
    with ProcessPoolExecutor(jobs, initializer=_begin) as processes:
        for outcome in processes.map(partial(_one, lacking=lacking), seeds, chunksize=5):
            found.add(outcome)
            if outcome.problems:
                tell("\n".join(failure(outcome, lacking)))
    return found


_mine: list[Path] = []


def _begin() -> None:
    """Give a process its own folder, for as long as it lives."""
    stack = ExitStack()
    _mine.append(stack.enter_context(a_folder()))
    Finalize(None, stack.close, exitpriority=10)  # `atexit` is not asked in such processes


def _one(seed: int, *, lacking: str | None) -> Outcome:
    outcome = play(seed, _mine[0], lacking=lacking)
    return replace(outcome, trace=[])
