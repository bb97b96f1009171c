"""How is one question put to GitHub, by REST or by GraphQL, whoever sends it?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from bot.github.errors import Answered
from bot.github.routes import Route, graphql_endpoint
from bot.github.transport import GARBLED, Api

T = TypeVar("T")
Json = Any
Ask: TypeAlias = Callable[[Api], Awaitable[T]]
Variables = dict[str, Any]


def one(route: Route, variables: Variables) -> Ask[Json]:
    """Read one thing."""

    async def ask(api: Api) -> Json:
        return await api.getitem(route.template, variables)

    return ask


def page(url: str, route: Route, variables: Variables) -> Ask[tuple[list[Json], str | None]]:
    """Read one page of a list, and the address of the next."""

    async def ask(api: Api) -> tuple[list[Json], str | None]:
        return await api.get_page(url, variables, route.items)

    return ask


def sending(route: Route, body: Json, variables: Variables) -> Ask[Json]:
    """Write."""

    async def send(api: Api) -> Json:
        if route.method == "POST":
            return await api.post(route.template, variables, data=body)
        if route.method == "PATCH":
            return await api.patch(route.template, variables, data=body)
        return await api.delete(route.template, variables)

    return send


def graphql(document: str, base_url: str, variables: Variables) -> Ask[Json]:
    """Send a document, and give the whole answer: some of its fields may have gone wrong.

    Limits may come with status 200 and an error inside.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """

    async def ask(api: Api) -> Json:
        try:
            answer = await api.ask_graphql(document, graphql_endpoint(base_url), variables)
        except GARBLED as error:
            _raise_if_limited(api, name_of(error))
            raise
        if not isinstance(answer, dict) or "errors" in answer:
            _raise_if_limited(api, said(answer))
        return answer

    return ask


def said(answer: Json) -> str:
    """Repeat the beginning of an answer, for the log."""
    return str(answer.get("errors", answer) if isinstance(answer, dict) else answer)[:300]


def name_of(error: BaseException) -> str:
    """Name an error for the log; its text may hold addresses, but never a token."""
    return f"{type(error).__name__}: {error}"[:300]


def _raise_if_limited(api: Api, words: str) -> None:
    """Raise what REST would have answered, if GraphQL's answer is about a limit."""
    headers = api.answered
    exhausted = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if exhausted or "rate_limit" in words.lower() or "rate limit" in words.lower():
        raise Answered(429, headers, words)
