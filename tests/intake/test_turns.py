"""Who writes next, where only one can write at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.storage.turns import Turns


class Line:
    """People who want a turn, and the order in which they had one."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.had: list[str] = []
        self.inside = 0

    async def usual(self, name: str) -> None:
        async with self.turns:
            await self._write(name)

    async def ahead(self, name: str) -> None:
        async with self.turns.ahead():
            await self._write(name)

    async def _write(self, name: str) -> None:
        self.inside += 1
        assert self.inside == 1, "one at a time"
        try:
            await asyncio.sleep(0)
            self.had.append(name)
        finally:
            self.inside -= 1

    async def come(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        await asyncio.sleep(0)
        return task


async def test_whoever_comes_first_writes_first() -> None:
    line = Line()
    tasks = [await line.come(line.usual(name)) for name in "abc"]
    await asyncio.gather(*tasks)
    assert line.had == ["a", "b", "c"]


async def test_one_who_goes_ahead_waits_only_for_whoever_writes_now() -> None:
    line = Line()
    async with line.turns:
        tasks = [await line.come(line.usual(name)) for name in "abc"]
        tasks.append(await line.come(line.ahead("D")))
        assert line.had == []
    await asyncio.gather(*tasks)
    assert line.had == ["D", "a", "b", "c"]


async def test_many_who_go_ahead_leave_a_turn_to_others_in_between() -> None:
    line = Line()
    async with line.turns:
        tasks = [await line.come(line.usual(name)) for name in "abc"]
        tasks += [await line.come(line.ahead(name)) for name in "DEF"]
    await asyncio.gather(*tasks)
    assert line.had == ["D", "a", "E", "b", "F", "c"]


async def test_who_stops_waiting_is_passed_over_and_who_has_just_been_called_too() -> None:
    line = Line()
    async with line.turns:
        tasks = [await line.come(line.usual(name)) for name in "abc"]
        tasks[1].cancel()
        await asyncio.sleep(0)
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert line.had == ["c"]
    await line.usual("d")
    assert line.had == ["c", "d"]


async def test_a_turn_that_fails_is_over() -> None:
    line = Line()
    for turn in (line.turns, line.turns.ahead()):
        try:
            async with turn:
                raise OSError  # noqa: TRY301 - what is done in a turn may fail
        except OSError:
            pass
    await line.usual("a")
    assert line.had == ["a"]


Moves = st.lists(st.sampled_from(["usual", "ahead", "cancel", "wait"]), max_size=40)


@given(Moves, st.randoms(use_true_random=False))
def test_whatever_happens_one_writes_at_a_time_and_everybody_who_stays_does(
    moves: list[str], random: Any
) -> None:
    async def play() -> None:
        line, tasks = Line(), []
        for n, move in enumerate(moves):
            match move:
                case "usual":
                    tasks.append(await line.come(line.usual(f"{n}")))
                case "ahead":
                    tasks.append(await line.come(line.ahead(f"{n}")))
                case "cancel" if tasks:
                    random.choice(tasks).cancel()
                case _:
                    await asyncio.sleep(0)
        async with asyncio.timeout(10):
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert len(line.had) == sum(end is None for end in ends)
        async with asyncio.timeout(10):
            await line.usual("the last")

    asyncio.run(play())
