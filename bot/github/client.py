"""How does the rest of the bot read from GitHub, and how does it write there?

Reads are conditional, follow pages and renamed repositories, and may be repeated. Writes are sent
once: whoever calls decides by the exception what has happened (see `bot.github.errors`).
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

import aiohttp

from bot.github import asking, leaving, reactions, routes
from bot.github.errors import (
    Answered,
    Final,
    Limited,
    NotThere,
    Unread,
    Unsure,
    limited_until,
    soon,
    unread,
    unwritten,
)
from bot.github.identity import AppKey, GitHubsClock, Tokens, date_of
from bot.github.quiet import NobodyElse, Patience, Pauses, Quiet, no_patience
from bot.github.reactions import Wanted
from bot.github.routes import CREATE_TOKEN, DOCUMENTS, PER_PAGE, NotAllowed, Route
from bot.github.transport import (
    BROKEN,
    GARBLED,
    TIMEOUT_SECONDS,
    UNREACHED,
    Api,
    Transport,
)
from bot.lookup import CannotTell

PAGES_AT_MOST = 100
"""Pages of one list that we read: 10,000 items. Our own limit."""

WRITE_SECONDS_AT_MOST = 4 * TIMEOUT_SECONDS
"""How long a write may take at worst: a token, a refusal, a new token, and the write."""

THE_APP = 0
"""Stands for the App itself where an installation is named; GitHub numbers from 1."""

_UNAUTHORIZED = 401

Json = Any
T = TypeVar("T")


def _uncounted(_method: str, _route: str) -> None:
    """Count nothing."""


class Client:
    """The bot's only hands and eyes on GitHub."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        key: AppKey,
        *,
        base_url: str,
        version: str,
        now: Callable[[], datetime],
        on_request: Callable[[str, str], None] = _uncounted,
        quiet: Quiet | None = None,
    ) -> None:
        """Take the session, the App's key, GitHub's address and the clock.

        Args:
            session: closed by whoever made it.
            key: the App's key.
            base_url: `https://api.github.com`, or `https://ghe.example/api/v3`.
            version: ours, for the user agent.
            now: the time (aware, UTC).
            on_request: told of each request that leaves, by method and route.
            quiet: what other processes know of GitHub's limits, and are told.
        """
        self._out = Transport(session, base_url=base_url, version=version, on_request=on_request)
        self._key = key
        self._now = now
        self._github = GitHubsClock(now)
        self._tokens = Tokens(self._ask_for_token, now=self._github.now)
        self._pauses = Pauses(now, quiet or NobodyElse())
        self.patience: Patience = no_patience

    async def read(self, installation: int, route: Route, **variables: Any) -> Json:
        """Read one thing; raises `CannotTell` or `NotThere`."""
        _check(route, variables, "GET", as_app=False)
        return await self._read(installation, asking.one(route, variables), route)

    async def read_all(
        self, installation: int, route: Route, *, pages: int = PAGES_AT_MOST, **variables: Any
    ) -> list[Json]:
        """Read all items of a list; one with more than `pages` pages raises `CannotTell`."""
        variables = {"per_page": PER_PAGE, **variables}
        _check(route, variables, "GET", as_app=False)
        return await self._read_every(installation, route, variables, pages)

    async def read_as_app(self, route: Route, **variables: Any) -> Json:
        """Read one thing that GitHub tells only the App itself."""
        _check(route, variables, "GET", as_app=True)
        return await self._read(THE_APP, asking.one(route, variables), route)

    async def read_all_as_app(
        self, route: Route, *, pages: int = PAGES_AT_MOST, **variables: Any
    ) -> list[Json]:
        """Read all items of a list that GitHub tells only the App itself."""
        variables = {"per_page": PER_PAGE, **variables}
        _check(route, variables, "GET", as_app=True)
        return await self._read_every(THE_APP, route, variables, pages)

    def pages_as_app(
        self, route: Route, **variables: Any
    ) -> AsyncIterator[tuple[list[Json], datetime | None]]:
        """Read a list that GitHub tells only the App itself, page by page, as far as it is wanted.

        With each page comes when GitHub answered, by its own clock, if it says so.
        """
        variables = {"per_page": PER_PAGE, **variables}
        _check(route, variables, "GET", as_app=True)
        return self._pages(THE_APP, route, variables)

    async def query(self, installation: int, document: str, **variables: Any) -> Json:
        """Read by GraphQL, with one of our own documents; any error raises `CannotTell`."""
        if document not in DOCUMENTS:
            raise NotAllowed("This GraphQL document is not on the list.")
        answer = await self._read(
            installation, asking.graphql(document, self._out.base_url, variables), None
        )
        if not isinstance(answer, dict) or "errors" in answer or "data" not in answer:
            raise Unread(f"GraphQL: {asking.said(answer)}")
        return answer["data"]

    async def write(self, installation: int, route: Route, body: Json, **variables: Any) -> Json:
        """Write once; raises `Final`, `Limited`, `Unsure` or `Moved`.

        A refused token is replaced and the write sent again: it certainly did not happen.
        """
        _check(route, variables, route.method, as_app=False)
        if route.method == "GET":
            raise NotAllowed(f"{route.template} is no write.")
        return await self._write(installation, asking.sending(route, body, variables), route)

    async def react(self, installation: int, wanted: Sequence[Wanted]) -> tuple[bool, ...]:
        """React to comments in one request; tells of each whether the reaction is there now.

        Raises what `write` raises. It may be repeated: reacting twice is reacting once.
        """
        document, given = reactions.DOCUMENTS[len(wanted)], reactions.variables(wanted)
        answer = await self._write(
            installation, asking.graphql(document, self._out.base_url, given), None
        )
        return reactions.are_there(answer, len(wanted))

    async def _write(
        self, installation: int, send: Callable[[Api], Awaitable[T]], route: Route | None
    ) -> T:
        try:
            return await self._with_token(installation, send, route, writes=True)
        except Answered as answer:
            raise unwritten(answer, self._now()) from answer
        except NotThere as error:
            raise Final(404, "the App is not installed here any more") from error
        except CannotTell as error:  # no token, or a limit that still holds: nothing was sent
            raise Limited(error.not_before or soon(self._now()), str(error)) from error
        except leaving.TooLate as error:
            raise Limited(self._now(), "it waited too long to be sent") from error
        except UNREACHED as error:
            raise Limited(soon(self._now()), asking.name_of(error)) from error
        except (TypeError, *BROKEN, *GARBLED) as error:
            raise Unsure(asking.name_of(error)) from error

    async def _pages(
        self, installation: int, route: Route, variables: dict[str, Any], at_most: float = math.inf
    ) -> AsyncIterator[tuple[list[Json], datetime | None]]:
        """Ask for each page by itself: limits and patience are about requests."""
        page: str | None = route.template
        for number in count():
            if not page:
                return
            if number >= at_most:
                raise Unread(f"{route.path} has more than {at_most} pages.")
            try:
                asked = _dated(asking.page(page, route, variables))
                (listed, page), answered_at = await self._read(installation, asked, route)
            except NotAllowed as error:  # GitHub's link to the next page, and no address of ours
                raise Unread(asking.name_of(error)) from error
            yield listed, answered_at

    async def _read_every(
        self, installation: int, route: Route, variables: dict[str, Any], pages: int
    ) -> list[Json]:
        found: list[Json] = []
        async for listed, _ in self._pages(installation, route, variables, pages):
            found += listed
        return found

    async def _read(
        self, installation: int, ask: Callable[[Api], Awaitable[T]], route: Route | None
    ) -> T:
        times = 1
        while True:
            try:
                return await self._read_once(installation, ask, route)
            except Unread as silence:
                if not await self.patience(silence, times):
                    raise
            times += 1

    async def _read_once(
        self, installation: int, ask: Callable[[Api], Awaitable[T]], route: Route | None
    ) -> T:
        try:
            return await self._with_token(installation, ask, route)
        except Answered as answer:
            raise unread(answer, self._now()) from answer
        except (TypeError, *BROKEN, *GARBLED) as error:
            raise Unread(asking.name_of(error)) from error

    async def _with_token(
        self,
        installation: int,
        send: Callable[[Api], Awaitable[T]],
        route: Route | None,
        *,
        writes: bool = False,
    ) -> T:
        """Send with a token; if GitHub refuses it, once more with a new one."""
        await self._pauses.check_with_others(installation)
        token = await self._credential(installation)
        try:
            return await self._unless_paused(installation, token, send, route, writes)
        except Answered as answer:
            if answer.status != _UNAUTHORIZED:
                raise
            if installation == THE_APP and not self._github.learn(answer.headers):
                raise
            self._tokens.forget(installation, token)
        token = await self._credential(installation)
        return await self._unless_paused(installation, token, send, route, writes)

    async def _unless_paused(
        self,
        installation: int,
        token: str,
        send: Callable[[Api], Awaitable[T]],
        route: Route | None,
        writes: bool,  # noqa: FBT001 - passed on
    ) -> T:
        """Ask nothing while a limit holds; that is looked at whenever a request leaves."""

        def check() -> None:
            self._pauses.check(installation)
            if writes:
                leaving.check()

        name = route.path if route else "/graphql"
        api = self._out.api(name, token=token, owner=installation, check=check)
        try:
            return await send(api)
        except Answered as answer:
            if until := limited_until(answer, self._now()):
                await self._pauses.begin(installation, until)
            raise

    async def _credential(self, installation: int) -> str:
        if installation == THE_APP:
            return self._key.jwt(self._github.now())
        return await self._tokens.token(installation)

    async def _ask_for_token(self, installation: int) -> Json:
        """Ask as the App; a token that nobody got does no harm, so this is as safe as a read."""
        variables = {"installation_id": installation}
        ask = asking.sending(CREATE_TOKEN, {}, variables)
        return await self._read_once(THE_APP, ask, CREATE_TOKEN)


def _dated(ask: asking.Ask[T]) -> asking.Ask[tuple[T, datetime | None]]:
    """Give besides the answer when it was given."""

    async def dated(api: Api) -> tuple[T, datetime | None]:
        return await ask(api), date_of(api.answered)

    return dated


def _check(route: Route, variables: dict[str, object], method: str, *, as_app: bool) -> None:
    if route.method != method or route.as_app != as_app:
        raise NotAllowed(f"{route.method} {route.template} cannot be called like this.")
    routes.check_variables(route, variables)
