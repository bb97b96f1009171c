"""Only so many bodies may be on their way to us: even small ones are memory while they do not come."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bot.intake import bodies
from bot.intake.bodies import FREE_OF_CHARGE, Coming, Room
from tests.intake.kit import INTAKE, Store, a_receiver, post, signed
from tests.intake.wire import a_line, head_for

BODY = b'{"action":"opened"}'
LARGE = b" " * (FREE_OF_CHARGE + 1)


async def has_free(coming: Coming, count: int) -> None:
    async with asyncio.timeout(5):
        while coming.free != count:
            await asyncio.sleep(0.01)


async def test_so_many_bodies_may_be_on_their_way_and_one_more_is_refused_before_it_is_read(
    store: Store,
) -> None:
    async with a_receiver(store) as github, AsyncExitStack() as stalled:
        coming = github.app[INTAKE].coming = Coming(2)
        for length in (len(BODY) + 1, FREE_OF_CHARGE + 1):
            line = await stalled.enter_async_context(a_line(github))
            await line.says(head_for(BODY, length) + BODY)
        await has_free(coming, 0)
        for length in (len(BODY), FREE_OF_CHARGE + 1):
            async with a_line(github) as line:
                await line.says(head_for(BODY, length))
                assert await line.status() == 503
                assert f"Retry-After: {bodies.AGAIN_AFTER}" in line.head
        async with a_line(github) as line:
            await line.says(head_for(BODY) + BODY)
            assert await line.status() == 202, "what is there already is not on its way"
        await stalled.aclose()
        await has_free(coming, 2)


async def test_large_bodies_that_wait_for_room_are_on_their_way_and_stored_ones_are_not(
    store: Store,
) -> None:
    store.go.clear()
    async with a_receiver(store) as github:
        room = github.app[INTAKE].room = Room(len(LARGE))
        coming = github.app[INTAKE].coming = Coming(1)
        async with room.taken(1):
            large = asyncio.ensure_future(post(github, LARGE, signed(LARGE)))
            await has_free(coming, 0)
        await has_free(coming, 1)
        assert not large.done()
        store.go.set()
        assert await large == (202, "")
