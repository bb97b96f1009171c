"""Which addresses are there, and what must a caller hold to use them?

Templates are written as in GitHub's own description, with its names for the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.api.call import Answer, Call

    Handler = Callable[[Call], Answer]

AS_APP = frozenset({"app"})
AS_INSTALLATION = frozenset({"installation"})
AS_USER = frozenset({"user"})
AS_ANYBODY = frozenset({"app", "installation", "user", "anonymous"})
WITH_TOKEN = frozenset({"installation", "user", "anonymous"})


@dataclass(frozen=True, slots=True)
class Route:
    """One operation; an App needs one of `permissions` ("issues:write")."""

    method: str
    template: str
    handler: Handler
    permissions: tuple[str, ...]
    callers: frozenset[str]

    @property
    def name(self) -> str:
        """`GET /repos/{owner}/{repo}`: what faults and recorded requests are matched by."""
        return f"{self.method} {self.template}"

    def content(self, body: Any) -> int:
        """How much of what GitHub's secondary limit counts a request creates.

        GitHub does not say whether edits, reactions and fields of a mutation count: here all do.
        """
        if self.template == "/graphql":
            query = str(body.get("query", "")) if isinstance(body, dict) else ""
            return query.count("addReaction(")
        return int(self.method != "GET" and self.template.startswith("/repos/"))


@dataclass(slots=True)
class Routes:
    """A list that handlers add themselves to."""

    routes: list[Route] = field(default_factory=list)

    def add(
        self, method: str, template: str, *permissions: str, callers: frozenset[str] = WITH_TOKEN
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.routes.append(Route(method, template, handler, permissions, callers))
            return handler

        return register
