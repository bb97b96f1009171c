"""Reactions wait for each other, and go when there is room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.effects import React, Reaction
from bot.github.errors import Final, Unsure
from bot.github.reactions import Wanted
from bot.storage import outbox, upcoming
from bot.worker.pace import Pace
from bot.worker.reacting import AT_LONGEST, QUIET
from tests.storage.kit import INSTALLATION, REPO, a_database, at, know, rows
from tests.worker.kit import Clock, GitHub, Play, lookup


@dataclass
class Picky(GitHub):
    """Refuses some reactions when they come in company, or company altogether."""

    gone: set[str] = field(default_factory=set)
    refusal: Exception | None = None

    async def react_to_all(self, _: int, wanted: Sequence[Wanted]) -> tuple[bool, ...]:
        if self.refusal is not None:
            self._noted(f"react to {len(wanted)}")
            raise self.refusal
        await super().react_to_all(_, wanted)
        return tuple(each.node not in self.gone for each in wanted)


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    clock = Clock()
    async with a_database(tmp_path) as database:
        await know(database)
        yield Play(database, clock, Picky(clock, database), lookup(database))


async def wants(play: Play, count: int, *, each: float = 0, first: int = 0) -> None:
    """So many commands were decided, some seconds after each other."""
    async with play.database.write() as tx:
        for n in range(first, first + count):
            react = React(n, Reaction.RECORDED, f"IC_{n:04}")
            await outbox.react(tx, REPO, react, at(n * each))


def asked(play: Play) -> list[str]:
    return [what for _, what in play.github.asked]


def picky(play: Play) -> Picky:
    assert isinstance(play.github, Picky)
    return play.github


async def test_a_hundred_go_in_five_requests(play: Play) -> None:
    await wants(play, 100)
    await play.to_the_end()
    assert asked(play) == ["react to 20"] * 5
    assert {comment for comment, _ in play.github.reactions} == set(range(100))
    assert {state for (state,) in rows(play.database, "SELECT state FROM outbox")} == {"idle"}


async def test_a_minute_holds_no_more_than_there_is_room_for(play: Play) -> None:
    await wants(play, 100)
    await play.to_the_end()
    moments = play.github.writes()
    assert moments[2] - moments[0] >= timedelta(minutes=1), "48 of 80, and two batches are 40"


async def ripens(play: Play) -> timedelta:
    """How long after the first command reactions go."""
    async with play.database.read() as tx:
        found = await upcoming.next_to_send(tx, INSTALLATION, play.clock.now())
    assert found is not None
    reacting = play.sender()._reacting
    batch = await reacting.batch(Pace(), found.row, found.repo, play.clock.now())
    return batch.ripe_at - at()


async def test_a_single_one_goes_by_rest_after_a_moment(play: Play) -> None:
    await wants(play, 1)
    assert await ripens(play) == QUIET
    await play.to_the_end()
    assert asked(play) == ["react 0"]


async def test_each_one_waits_for_the_next_but_none_too_long(play: Play) -> None:
    await wants(play, 3, each=2)
    assert await ripens(play) == timedelta(seconds=4) + QUIET
    await wants(play, 7, each=2, first=3)
    assert await ripens(play) == AT_LONGEST


async def test_twenty_go_at_once(play: Play) -> None:
    await wants(play, 20)
    assert await ripens(play) == timedelta(0)


async def test_one_that_is_not_there_goes_alone_and_then_its_answer_is_its_own(play: Play) -> None:
    picky(play).gone = {"IC_0001"}
    await wants(play, 3)
    await play.to_the_end()
    assert asked(play) == ["react to 3", "react 1"]


@pytest.mark.parametrize("refusal", [Final(404, "no GraphQL here"), Unsure("502")], ids=repr)
async def test_where_company_goes_wrong_each_goes_alone(play: Play, refusal: Exception) -> None:
    picky(play).refusal = refusal
    await wants(play, 3)
    await play.to_the_end()
    assert asked(play) == ["react to 3", "react 0", "react 1", "react 2"]


async def test_without_a_name_for_graphql_it_goes_by_rest(play: Play) -> None:
    async with play.database.write() as tx:
        for n in (1, 2):
            await outbox.react(tx, REPO, React(n, Reaction.REFUSED), at())
    await play.to_the_end()
    assert asked(play) == ["react 1", "react 2"]
    assert play.github.reactions == {(1, "confused"), (2, "confused")}


async def test_everything_else_goes_before_reactions(play: Play) -> None:
    await wants(play, 2)
    async with play.database.write() as tx:
        await outbox.say(tx, REPO, "a", 1, "Words.", at())
    play.clock.move(seconds=60)
    await play.to_the_end()
    assert asked(play) == ["create 1", "react to 2"]
