"""How is GitHub read at length, with patience for its limits?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from bot.app.opening import CannotDo
from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.rereading.paging import everything
from bot.github.routes import Route
from bot.lookup import CannotTell
from bot.timing import Time

ATTEMPTS = 5
"""How often a question is asked that GitHub does not answer; our own choice."""

PAUSE = timedelta(seconds=10)
"""Between two attempts, where GitHub names no moment; our own choice."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks again when a limit is over; what GitHub refuses to tell is the operator's to hear."""

    client: Client
    time: Time

    async def all(self, repo: Repo, route: Route, **variables: Any) -> list[Any]:
        """Read every item of a list in a repository."""
        where = {"owner": repo.owner, "repo": repo.name, **variables}
        return await self.patiently(lambda: self.client.read_all(repo.installation, route, **where))

    async def long(self, repo: Repo, route: Route, **variables: Any) -> list[Any]:
        """Read every item of a list that may be very long."""
        return await self.patiently(lambda: everything(self.client, repo, route, **variables))

    async def as_app(self, route: Route, **variables: Any) -> Any:
        """Read what GitHub tells only the App itself."""
        return await self.patiently(lambda: self.client.read_as_app(route, **variables))

    async def query(self, repo: Repo, document: str, **variables: Any) -> Any:
        """Read by GraphQL."""
        return await self.patiently(
            lambda: self.client.query(repo.installation, document, **variables)
        )

    async def gather(self, read: Callable[[], AsyncIterator[T]]) -> list[T]:
        """Read a whole series; one that breaks off is read from its beginning."""

        async def all_of_it() -> list[T]:
            return [each async for each in read()]

        return await self.patiently(all_of_it)

    async def patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer.

        Raises:
            CannotDo: there is none.
        """
        for attempt in range(ATTEMPTS):
            try:
                return await ask()
            except CannotTell as error:
                if attempt + 1 == ATTEMPTS:
                    problem = f"GitHub does not answer now: {error}. Nothing was written."
                    raise CannotDo(problem) from error
                now = self.time.now()
                until = max(error.not_before or now, now + PAUSE)
                await self.time.sleep((until - now).total_seconds())
        raise AssertionError
