"""How does one request reach GitHub, and its answer us?

gidgethub makes the headers, keeps ETags and follows pages; here is what it leaves to us: the list
of routes, time-outs, redirects, and an answer that is no success in our own words.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
import gidgethub
from cachetools import LRUCache
from gidgethub.aiohttp import GitHubAPI
from gidgethub.sansio import accept_format
from yarl import URL

from bot.github import routes
from bot.github.errors import MESSAGE_AT_MOST, MOVED, Answered
from bot.github.routes import NotAllowed

TIMEOUT_SECONDS = 20
"""A whole request. GitHub gives up on its side after 10 seconds.
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts"""

CONNECT_SECONDS = 5
"""Opening a connection, as a part of it; our own limit."""

AT_ONCE = 20
"""Requests under way at once; GitHub allows 100.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"""

REDIRECTS_AT_MOST = 3
"""How often a read may be sent on; a renamed repository takes one. Our own limit."""

CACHE_BYTES = 4 * 1024 * 1024
"""JSON text that we keep for conditional requests, least recently used out first. Our own limit."""

ENTRY_BYTES = 500
"""What an answer costs beside its text, about; so that empty ones are bounded too."""

API_VERSION = "2022-11-28"
"""https://docs.github.com/en/rest/about-the-rest-api/api-versions"""

UNREACHED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""No connection was made, so nothing has happened."""

BROKEN = (aiohttp.ClientError, TimeoutError, OSError)
"""The connection failed, and nobody knows when."""

GARBLED = (ValueError, LookupError, RecursionError, gidgethub.GitHubException)
"""What gidgethub raises on answers that are not GitHub's (measured on 6.0.0)."""

_TIMEOUT = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
_ACCEPT = accept_format()
_SUCCESS = range(200, 300)
_NOT_MODIFIED = 304

Entry = tuple[str | None, str | None, Any, str | None]
"""What gidgethub keeps of an answer: ETag, date of change, JSON, link to the next page."""


@dataclass(frozen=True, slots=True)
class _Kept:
    entry: Entry
    size: int


def new_cache() -> LRUCache[tuple[int, str], _Kept]:
    """Make the store for answers that may be confirmed by a 304, which costs nothing."""
    return LRUCache(CACHE_BYTES, getsizeof=lambda kept: kept.size)


class _OwnAnswers(MutableMapping[str, Entry]):
    """The part of the store that belongs to one installation: others may see other things."""

    def __init__(self, store: LRUCache[tuple[int, str], _Kept], api: Api, owner: int) -> None:
        self._store, self._api, self._owner = store, api, owner

    def __getitem__(self, url: str) -> Entry:
        return self._store[self._owner, url].entry

    def __setitem__(self, url: str, entry: Entry) -> None:
        size = self._api.size + ENTRY_BYTES
        if size <= CACHE_BYTES // 4:  # no single answer takes the place of all others
            self._store[self._owner, url] = _Kept(entry, size)

    def __delitem__(self, url: str) -> None:
        del self._store[self._owner, url]

    def __iter__(self) -> Iterator[str]:
        return (url for owner, url in self._store if owner == self._owner)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Transport:
    """The one way out: an aiohttp session, GitHub's address, and what all requests share."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        version: str,
        on_request: Callable[[str, str], None],
    ) -> None:
        """Take the session, `GITHUB_API_URL`, our version, and who counts (method, route)."""
        self.session = session
        self.base_url = base_url.rstrip("/")
        self.requester = f"bursar/{version}"
        self.on_request = on_request
        self.slots = asyncio.Semaphore(AT_ONCE)
        self._cache = new_cache()

    def api(self, route: str, *, token: str, owner: int, check: Callable[[], None]) -> Api:
        """Make what sends a single request for an installation."""
        api = Api(self, route, token, check)
        api._cache = _OwnAnswers(self._cache, api, owner)  # noqa: SLF001 - a cache that knows its owner
        return api


class Api(GitHubAPI):
    """gidgethub's client for one question, within our limits."""

    def __init__(
        self, transport: Transport, route: str, token: str, check: Callable[[], None]
    ) -> None:
        """Take the way out, and the name to count under.

        `check` is called right before each request leaves, and raises when it must not.
        """
        super().__init__(transport.session, transport.requester, base_url=transport.base_url)
        self._check = check
        self._transport = transport
        self._route = route
        self._authorization = f"Bearer {token}"
        self.size = 0
        self.answered: Mapping[str, str] = {}
        """The headers of the last answer."""

    async def get_page(
        self, url: str, variables: dict[str, Any], items: str
    ) -> tuple[list[Any], str | None]:
        """Read one page of a list, or of the list in the field `items`, and where the next one is.

        gidgethub's own loop would take an answer without a list for an empty one.
        """
        answer: Any
        answer, following, _ = await self._make_request("GET", url, variables, b"", _ACCEPT)
        listed = answer if isinstance(answer, list) else answer[items]
        if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
            raise ValueError(f"{self._route} answered without a list.")
        return listed, following

    async def ask_graphql(self, document: str, endpoint: str, variables: dict[str, Any]) -> Any:
        """Send a document and give the whole answer, where some fields may have gone wrong."""
        try:
            return {"data": await self.graphql(document, endpoint=endpoint, **variables)}
        except gidgethub.QueryError as partly:
            return partly.response

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send; reads follow redirects on the same server, writes never do."""
        self._meter(method, url, body)
        status, answered, content = await self._send(method, url, headers, body)
        for _ in range(REDIRECTS_AT_MOST):
            target = urljoin(url, answered.get("location", ""))
            if method != "GET" or status not in MOVED or not self._may(method, target, body):
                break
            url = target
            status, answered, content = await self._send(method, url, headers, body)
        if status not in _SUCCESS and status != _NOT_MODIFIED:
            raise Answered(status, answered, _message(content))
        self.size = len(content)
        return status, answered, content

    def _meter(self, method: str, url: str, body: bytes) -> None:
        """Check the address, which is ours, or GitHub's for a further page."""
        if not self._may(method, url, body):
            raise NotAllowed(f"{method} {url}, or what it carries, is not on the list of routes.")

    def _may(self, method: str, url: str, body: bytes) -> bool:
        return routes.is_allowed(self._transport.base_url, method, url, body)

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send exactly what was checked (`encoded`: nothing is rewritten on the way)."""
        transport = self._transport
        async with transport.slots:
            self._check()
            transport.on_request(method, self._route)
            async with transport.session.request(
                method,
                URL(url, encoded=True),
                headers={**headers, **self._own_headers()},
                data=body,
                allow_redirects=False,
                timeout=_TIMEOUT,
            ) as response:
                self.answered = response.headers
                return response.status, response.headers, await response.read()

    def _own_headers(self) -> dict[str, str]:
        """Name the API's version, and show the token (`Bearer` also suits a JWT; `token` does not).

        https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
        """
        return {"authorization": self._authorization, "x-github-api-version": API_VERSION}


def _message(content: bytes) -> str:
    """Read what GitHub says of its refusal; a proxy in between may answer with anything."""
    try:
        said = json.loads(content)
        message = said["message"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "no message"
    first = str(message).splitlines()[:1] if isinstance(message, str) else []
    return "".join(first)[:MESSAGE_AT_MOST] or "no message"
