"""Which safeguards can be taken away, to see that the campaign then fails?

Each is wrapped from outside for the length of a run: production code knows nothing of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.github import client
from bot.github.perform import Perform
from bot.github.quiet import Pauses
from bot.storage import outbox
from bot.storage.sheet import Sheet
from bot.worker.sending import Sender
from campaigns.simulate.lives import Life
from campaigns.simulate.warm import instead

if TYPE_CHECKING:
    from campaigns.simulate.playing import Run

Take = Callable[[ExitStack, "Run"], None]

ACCEPTED = 202


def _intent(stack: ExitStack, _: Run) -> None:
    """Note nothing before a comment is posted."""

    async def nothing(*_: Any, **__: Any) -> None:
        pass

    instead(stack, outbox, "intend", nothing)


def _search(stack: ExitStack, _: Run) -> None:
    """Post again what is unknown, without a look."""

    async def nothing(*_: Any, **__: Any) -> list[int]:
        return []

    instead(stack, Perform, "find_own_comments", nothing)


def _decided_once(stack: ExitStack, _: Run) -> None:
    """Take a delivery that comes twice for two, and decide a comment again."""
    count = itertools.count(1)
    receive = Life.receive

    async def renamed(life: Life, request: web.Request) -> web.StreamResponse:
        headers = request.headers.copy()
        headers["X-GitHub-Delivery"] = f"{headers['X-GitHub-Delivery']}-{next(count)}"
        return await receive(life, request.clone(headers=headers))

    async def never(*_: Any) -> bool:
        return False

    instead(stack, Life, "receive", renamed)
    instead(stack, Sheet, "is_decided", never)


def _commit_first(stack: ExitStack, run: Run) -> None:
    """Acknowledge a delivery before it is stored."""
    receive = Life.receive

    async def at_once(life: Life, request: web.Request) -> web.StreamResponse:
        run.loop.create_task(_quietly(receive(life, request)))
        return web.Response(status=ACCEPTED)

    instead(stack, Life, "receive", at_once)


async def _quietly(work: Any) -> None:
    with suppress(Exception):  # whoever asked has gone already
        await work


def _patience(stack: ExitStack, _: Run) -> None:
    """Take a limit of GitHub for any other failure."""
    instead(stack, client, "limited_until", lambda *_: None)

    async def nothing(*_: Any) -> None:
        pass

    instead(stack, Pauses, "begin", nothing)
    instead(stack, Sender, "_rest", lambda *_: None)


SAFEGUARDS: dict[str, Take] = {
    "intent": _intent,
    "search": _search,
    "decided-once": _decided_once,
    "commit-first": _commit_first,
    "patience": _patience,
}


@contextmanager
def without(name: str | None, run: Run) -> Iterator[None]:
    """Take one safeguard away for the length of a run."""
    with ExitStack() as stack:
        if name is not None:
            SAFEGUARDS[name](stack, run)
        yield
