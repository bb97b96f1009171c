"""What does the sandbox answer over HTTP, and does each answer fit what GitHub publishes?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github_contract.openapi import check_answer, check_request, operation_of
from tests.github_contract.schemas import ContractBroken

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp


@dataclass
class Talk:
    """Asks, holds question and answer against the published description, and keeps the misfits."""

    http: aiohttp.ClientSession
    base: str  # the address of the API, without a slash at the end
    exercised: set[str] = field(default_factory=set)  # operations that succeeded at least once
    misfits: list[str] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)  # of the newest answer

    async def ask(  # what a request has
        self,
        method: str,
        path: str,
        token: str,
        body: object | None = None,
        *,
        expect: int = 200,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> Any:
        """The decoded answer. Fails at once on another status than `expect`."""
        sent = {"Authorization": token, **(headers or {})} if token else dict(headers or {})
        async with self.http.request(
            method,
            f"{self.base}{path}",
            params=query,
            json=body,
            headers=sent,
            allow_redirects=False,
        ) as response:
            is_json = "json" in response.headers.get("Content-Type", "")
            said = await response.json() if is_json else await response.text() or None
            self.headers = response.headers
            assert response.status == expect, f"{method} {path}: {response.status} {said}"
            self._check(method, path, query, body, expect, said)
            return said

    def _check(  # both halves of an exchange
        self,
        method: str,
        path: str,
        query: Mapping[str, object],
        body: object | None,
        status: int,
        said: object | None,
    ) -> None:
        try:
            if status < 400:  # a refusal may well be about the request
                self.exercised.add(operation_of(method, path))
                check_request(method, path, query, body)
            check_answer(method, path, status, said)
        except ContractBroken as broken:
            self.misfits.append(f"{method} {path}: {broken}")
