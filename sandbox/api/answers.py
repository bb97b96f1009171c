"""How does GitHub word a refusal, a limit and its own trouble?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.api.call import Answer
from sandbox.errors import Refused, Unprocessable

if TYPE_CHECKING:
    from sandbox.api.routing import Route

DOCS = "https://docs.github.com/rest"
LIMITED = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


def trouble(status: int) -> Answer:
    return Answer({"message": "Server Error", "documentation_url": DOCS}, status)


def secondary(pause: float, status: int = 403) -> Answer:
    body = {"message": LIMITED, "documentation_url": f"{DOCS}/overview/rate-limits"}
    return Answer(body, status, {"Retry-After": str(max(round(pause), 1))})


def primary_limit(reset: int, status: int = 403) -> Answer:
    body = {"message": "API rate limit exceeded for installation.", "documentation_url": DOCS}
    return Answer(body, status, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)})


def refusal_of(refusal: Refused, route: Route) -> Answer:
    body: dict[str, Any] = {"message": refusal.message}
    if isinstance(refusal, Unprocessable) and refusal.problems:
        body["errors"] = [
            {"resource": each.resource, "field": each.field, "code": each.code}
            | ({"message": each.message} if each.message else {})
            for each in refusal.problems
        ]
    body |= {"documentation_url": DOCS, "status": str(refusal.status)}
    headers = {}
    if refusal.status == 403 and route.permissions:  # noqa: PLR2004  # Forbidden
        accepted = "; ".join(each.replace(":", "=") for each in route.permissions)
        headers = {"X-Accepted-GitHub-Permissions": accepted}
    return Answer(body, refusal.status, headers)
