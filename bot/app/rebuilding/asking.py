"""How is GitHub read at length, with patience for its limits?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from bot.app.opening import CannotDo
from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import Unread
from bot.github.quiet import Patience
from bot.github.rereading.paging import everything
from bot.github.routes import Route
from bot.lookup import CannotTell
from bot.timing import Time

ATTEMPTS = 10
"""How often one request is sent that GitHub does not answer, or not yet; our own choice."""

AGAIN = 3
"""How often a whole question is asked whose answer cannot be used, since it changed meanwhile or GraphQL had
trouble; our own choice."""

PAUSE = timedelta(seconds=10)
"""Between two attempts, where GitHub names no moment; our own choice."""

_TROUBLE = 500
"""From here on GitHub's answer is about GitHub. https://www.rfc-editor.org/rfc/rfc9110#name-server-error-5xx"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks a client that has patience; what GitHub refuses to tell is the operator's to hear."""

    client: Client
    time: Time

    async def all(self, repo: Repo, route: Route, **variables: Any) -> list[Any]:
        """Read every item of a list in a repository."""
        where = {"owner": repo.owner, "repo": repo.name, **variables}
        return await self._answered(lambda: self.client.read_all(repo.installation, route, **where))

    async def long(self, repo: Repo, route: Route, **variables: Any) -> list[Any]:
        """Read every item of a list that may be very long."""
        return await self._answered(lambda: everything(self.client, repo, route, **variables))

    async def as_app(self, route: Route, **variables: Any) -> Any:
        """Read what GitHub tells only the App itself."""
        return await self._answered(lambda: self.client.read_as_app(route, **variables))

    async def query(self, repo: Repo, document: str, **variables: Any) -> Any:
        """Read by GraphQL."""
        return await self._answered(
            lambda: self.client.query(repo.installation, document, **variables)
        )

    async def gather(self, read: Callable[[], AsyncIterator[T]]) -> list[T]:
        """Read a whole series."""

        async def all_of_it() -> list[T]:
            return [each async for each in read()]

        return await self._answered(all_of_it)

    async def _answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask; what changed while it was read is read once more, from its beginning.

        Raises:
            CannotDo: there is no answer.
        """
        for times in range(1, AGAIN + 1):
            try:
                return await ask()
            except CannotTell as error:
                if times == AGAIN:
                    problem = f"GitHub does not answer now: {error}. Nothing was written."
                    raise CannotDo(problem) from error
                await _wait(self.time, error)
        raise AssertionError


def patience(time: Time) -> Patience:
    """Make a client wait for GitHub's limits and troubles, and send the same request again.

    A series of many thousand requests goes on where it was, however many resets it needs.
    """

    async def wait(silence: Unread, times: int) -> bool:
        is_final = silence.not_before is None and (silence.status or _TROUBLE) < _TROUBLE
        if is_final or times == ATTEMPTS:
            return False
        await _wait(time, silence)
        return True

    return wait


async def _wait(time: Time, silence: CannotTell) -> None:
    now = time.now()
    until = max(silence.not_before or now, now + PAUSE)
    await time.sleep((until - now).total_seconds())
