"""What may thousands of lives share without one knowing of the other?

Compiled templates and compiled SQL: both are the same for every life, and making them anew takes
longer than most runs. Nothing that remembers anything is shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from bot.app import serving
from bot.comments import Comments
from bot.github.identity import AppKey
from bot.storage import database, receiving

STATEMENTS_KEPT = 4000
"""Compiled statements; the bot has some hundred."""

_compiled: Any = LRUCache(STATEMENTS_KEPT)
_dialects: list[Any] = []
_comments: Any = cache(Comments)


class _Keys:
    """Reads each key once: that takes longer than many a run."""

    read = cache(AppKey.read)


class _NoThread:
    """Stands where a thread looks after the log: in memory it may grow for the length of a run."""

    def __init__(self, _: object) -> None:
        """Look after nothing."""

    def start(self) -> None:
        """Do not."""

    end = join = start


@contextmanager
def shared() -> Iterator[None]:
    """Let all lives share what none of them changes."""
    with ExitStack() as stack:
        instead(stack, serving, "Comments", _comments)
        instead(stack, serving, "AppKey", _Keys)
        instead(stack, database, "create_async_engine", _engine)
        instead(stack, receiving, "Checkpoints", _NoThread)
        yield


def instead(stack: ExitStack, place: Any, name: str, what: Any) -> None:
    """Put something in a place, until the stack is closed."""
    stack.callback(setattr, place, name, getattr(place, name))
    setattr(place, name, what)


def _engine(*given: Any, **more: Any) -> AsyncEngine:
    """Make an engine that compiles nothing that another has compiled."""
    made = create_async_engine(*given, **more)
    engine: Any = made.sync_engine
    engine._compiled_cache = _compiled
    if not _dialects:
        _dialects.append(engine.dialect)
    engine.dialect = engine.pool._dialect = _dialects[0]
    return made
