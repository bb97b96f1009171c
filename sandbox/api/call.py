"""What does a handler know about the request, and what does it answer with?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from sandbox.errors import Forbidden, Gone, NotFound, Problem, Refused, Unprocessable
from sandbox.nouns.roles import standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sandbox.api.auth import Caller, Doorman
    from sandbox.api.routing import Route
    from sandbox.limits import Budget
    from sandbox.payloads.basics import Json
    from sandbox.world import Actor, Issue, PullRequest, Repository, World

T = TypeVar("T")
MISSING = object()
# https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
USUAL_PAGE = 30
LARGEST_PAGE = 100


class Moved(Refused):
    """It is somewhere else; `to` is the path there."""

    status = 301

    def __init__(self, to: str) -> None:
        super().__init__("Moved Permanently")
        self.to = to


@dataclass(frozen=True, slots=True)
class Answer:
    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request, already admitted; `lag` is how far list answers are behind (a fault)."""

    world: World
    doorman: Doorman
    caller: Caller
    route: Route
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    path: str
    accept: str
    lag: float
    budget: Budget

    @property
    def actor(self) -> Actor:
        return self.caller.actor(self.world)

    # -- what the address names --------------------------------------------------------------

    def number(self, name: str) -> int:
        try:
            return int(self.params[name])
        except ValueError:
            raise NotFound from None

    def repository(self) -> Repository:
        """The repository in the address, under its name of today or its id."""
        found = self._by_address()
        if found is None or found.deleted or not self.may_see(found):
            raise NotFound
        if "repo" in self.params and self.world.by_name(self._full_name()) is None:
            rest = self.path.split("/", 4)[4:]
            raise Moved("/".join([f"/repositories/{found.id}", *rest]))
        self._allowed(found)
        return found

    def _full_name(self) -> str:
        return f"{self.params['owner']}/{self.params['repo']}"

    def _by_address(self) -> Repository | None:
        if "repo" not in self.params:
            return self.world.repositories.get(self.number("repository_id"))
        name = self._full_name()
        return self.world.by_name(name) or self.world.by_old_name(name)

    def may_see(self, repository: Repository) -> bool:
        if not repository.private:
            return True
        if self.caller.token:
            return self.caller.token.covers(repository)
        user = self.caller.user
        return user is not None and standing(user, repository).reaches("read")

    def _allowed(self, repository: Repository) -> None:
        """An App reads what is public anywhere, and writes only where it is installed."""
        token = self.caller.token
        if token and self.route.method != "GET" and not token.covers(repository):
            raise Forbidden("Resource not accessible by integration")

    def issue(self, name: str = "issue_number") -> Issue:
        """The issue or pull request in the address."""
        repository = self.repository()
        issue = repository.issues.get(self.number(name))
        if issue is None:
            raise NotFound
        if issue.deleted:
            raise Gone("This issue was deleted")
        if issue.moved_to is not None:
            rest = self.path.split("/issues/", 1)[1].partition("/")[2]
            to = f"/repositories/{issue.moved_to.repository.id}/issues/{issue.moved_to.number}"
            raise Moved(f"{to}/{rest}" if rest else to)
        self.check_subject(issue)
        return issue

    def check_subject(self, issue: Issue) -> None:
        """Rights on pull requests alone do not reach issues."""
        token = self.caller.token
        wanted = [each for each in self.route.permissions if not each.startswith("pull_requests")]
        if token and wanted and issue.pull is None and not any(map(token.holds, wanted)):
            raise Forbidden("Resource not accessible by integration")

    def pull(self) -> PullRequest:
        pull = self.issue("pull_number").pull
        if pull is None:
            raise NotFound
        return pull

    # -- what the request says ---------------------------------------------------------------

    def text(self, name: str, default: Any = MISSING) -> Any:
        """A string from the body; without a default it must be there."""
        value = self.body.get(name, default)
        if value is MISSING or (value is None and default is MISSING):
            raise Unprocessable(
                f'Invalid request.\n\n"{name}" wasn\'t supplied.',
                Problem(self.resource, name, "missing_field"),
            )
        if value is not default and not isinstance(value, str | None):
            raise Unprocessable(f"For 'properties/{name}', {value!r} is not a string.")
        return value

    def strings(self, name: str) -> list[str]:
        """A list of strings, or of objects with a name, as labels may be given."""
        value = self.body.get(name) or []
        if not isinstance(value, list):
            raise Unprocessable(f"For 'properties/{name}', {value!r} is not an array.")
        return [each["name"] if isinstance(each, dict) else str(each) for each in value]

    @property
    def resource(self) -> str:
        return self.route.template.rstrip("}").rsplit("/", 1)[-1].title().rstrip("s")

    def since(self) -> datetime | None:
        """The query's `since`, in ISO 8601."""
        if "since" not in self.query:
            return None
        try:
            return datetime.fromisoformat(self.query["since"])
        except ValueError:
            raise Unprocessable("Invalid `since`") from None

    # -- lists -------------------------------------------------------------------------------

    def fresh(self, items: Sequence[T]) -> list[T]:
        """What a list shows that is `lag` seconds behind."""
        if not self.lag:
            return list(items)
        newest = self.world.now() - timedelta(seconds=self.lag)
        return [each for each in items if _made(each) <= newest]

    def page(self, items: Sequence[T], show: Callable[[T], Json], key: str | None = None) -> Answer:
        """One page with its Link header; `key` wraps it with a total, as newer lists are."""
        items = self.fresh(items)
        size = min(max(self._whole("per_page", USUAL_PAGE), 1), LARGEST_PAGE)
        page = max(self._whole("page", 1), 1)
        last = max(-(-len(items) // size), 1)
        shown: Any = [show(each) for each in items[(page - 1) * size : page * size]]
        body = {"total_count": len(items), key: shown} if key else shown
        return Answer(body, headers=self._links(page, last))

    def _whole(self, name: str, default: int) -> int:
        try:
            return int(self.query.get(name, default))
        except ValueError:
            return default

    def _links(self, page: int, last: int) -> dict[str, str]:
        """https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers"""
        to: dict[str, int] = {}
        if page > 1:
            to |= {"prev": page - 1}
        if page < last:
            to |= {"next": page + 1, "last": last}
        if page > 1:
            to |= {"first": 1}
        links = [f'<{self.address(page=str(at))}>; rel="{rel}"' for rel, at in to.items()]
        return {"Link": ", ".join(links)} if links else {}

    def address(self, **changed: str) -> str:
        """This address with other parameters."""
        return f"{self.world.api_url}{self.path}?{urlencode({**self.query, **changed})}"


def _made(item: object) -> datetime:
    for name in ("created_at", "at", "submitted_at", "started_at"):
        made = getattr(item, name, None)
        if isinstance(made, datetime):
            return made
    return datetime.fromtimestamp(0, UTC)
