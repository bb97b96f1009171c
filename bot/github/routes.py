"""Which requests may leave this process for GitHub?

Only those on this list. It is checked on the finished address, right before it is sent, so it also
holds for redirects and for links to the next page. What is not here cannot happen: no merge, no
review, no request for one, no label, no assignee, no edit of anybody's issue or pull request, no
change of code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

_REST = "https://docs.github.com/en/rest"
_REPO = "/repos/{owner}/{repo}"
_ISSUE = _REPO + "/issues/{issue_number}"
_COMMENT = _REPO + "/issues/comments/{comment_id}"
_CHECKS = _REPO + "/check-runs"

PER_PAGE = 100
"""Items in a page, the most there are.
https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api"""


class NotAllowed(Exception):
    """The bot tried to send something that is not on the list."""


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: an RFC 6570 template, the permission that it needs, and its documentation."""

    method: str
    template: str
    permission: str
    docs: str
    as_app: bool = False
    """Whether the App itself calls it, and not one of its installations."""
    items: str = "items"
    """The field that holds the items, where the answer is no plain list."""

    @property
    def path(self) -> str:
        """The template without its query, as GitHub's documentation writes it."""
        return self.template.partition("{?")[0].replace("{/path*}", "/{path}")


def _get(template: str, permission: str, docs: str, items: str = "items") -> Route:
    return Route("GET", template, permission, f"{_REST}/{docs}", items=items)


def _get_as_app(template: str, docs: str) -> Route:
    return Route("GET", template, "none", f"{_REST}/apps/{docs}", as_app=True)


def _write(method: str, template: str, permission: str, docs: str) -> Route:
    return Route(method, template, permission, f"{_REST}/{docs}")


GET_APP = _get_as_app("/app", "apps#get-the-authenticated-app")
LIST_INSTALLATIONS = _get_as_app(
    "/app/installations{?per_page}", "apps#list-installations-for-the-authenticated-app"
)
GET_INSTALLATION = _get_as_app(
    f"{_REPO}/installation", "apps#get-a-repository-installation-for-the-authenticated-app"
)
LIST_DELIVERIES = _get_as_app(
    "/app/hook/deliveries{?per_page,cursor}", "webhooks#list-deliveries-for-an-app-webhook"
)
GET_DELIVERY = _get_as_app(
    "/app/hook/deliveries/{delivery_id}", "webhooks#get-a-delivery-for-an-app-webhook"
)
CREATE_TOKEN = Route(
    "POST",
    "/app/installations/{installation_id}/access_tokens",
    "none",
    f"{_REST}/apps/apps#create-an-installation-access-token-for-an-app",
    as_app=True,
)

LIST_REPOSITORIES = _get(
    "/installation/repositories{?per_page}",
    "metadata: read",
    "apps/installations#list-repositories-accessible-to-the-app-installation",
    items="repositories",
)
GET_REPOSITORY = _get(_REPO, "metadata: read", "repos/repos#get-a-repository")
GET_USER = _get("/users/{username}", "metadata: read", "users/users#get-a-user")
GET_PERMISSION = _get(
    f"{_REPO}/collaborators/{{username}}/permission",
    "metadata: read",
    "collaborators/collaborators#get-repository-permissions-for-a-user",
)
LIST_COLLABORATORS = _get(
    f"{_REPO}/collaborators{{?affiliation,permission,per_page}}",
    "metadata: read",
    "collaborators/collaborators#list-repository-collaborators",
)
LIST_TEAM_MEMBERS = _get(
    "/orgs/{org}/teams/{team_slug}/members{?per_page}",
    "members: read",
    "teams/members#list-team-members",
)
GET_MEMBERSHIP = _get(
    "/orgs/{org}/teams/{team_slug}/memberships/{username}",
    "members: read",
    "teams/members#get-team-membership-for-a-user",
)
LIST_COMMITS = _get(
    f"{_REPO}/commits{{?sha,per_page}}", "contents: read", "commits/commits#list-commits"
)
GET_FILE = _get(
    f"{_REPO}/contents{{/path*}}{{?ref}}", "contents: read", "repos/contents#get-repository-content"
)
GET_PULL = _get(
    f"{_REPO}/pulls/{{pull_number}}", "pull_requests: read", "pulls/pulls#get-a-pull-request"
)
LIST_PULL_FILES = _get(
    f"{_REPO}/pulls/{{pull_number}}/files{{?per_page}}",
    "pull_requests: read",
    "pulls/pulls#list-pull-requests-files",
)
LIST_ISSUES = _get(
    f"{_REPO}/issues{{?labels,state,since,sort,direction,per_page}}",
    "issues: read",
    "issues/issues#list-repository-issues",
)
LIST_ISSUE_EVENTS = _get(
    f"{_ISSUE}/events{{?per_page}}", "issues: read", "issues/events#list-issue-events"
)
LIST_COMMENTS = _get(
    f"{_ISSUE}/comments{{?since,per_page}}", "issues: read", "issues/comments#list-issue-comments"
)
GET_COMMENT = _get(_COMMENT, "issues: read", "issues/comments#get-an-issue-comment")
LIST_REPOSITORY_COMMENTS = _get(
    f"{_REPO}/issues/comments{{?since,sort,direction,per_page}}",
    "issues: read",
    "issues/comments#list-issue-comments-for-a-repository",
)
LIST_CHECKS = _get(
    f"{_REPO}/commits/{{ref}}/check-runs{{?app_id,filter,per_page}}",
    "checks: read",
    "checks/runs#list-check-runs-for-a-git-reference",
    items="check_runs",
)

CREATE_COMMENT = _write(
    "POST", f"{_ISSUE}/comments", "issues: write", "issues/comments#create-an-issue-comment"
)
EDIT_COMMENT = _write("PATCH", _COMMENT, "issues: write", "issues/comments#update-an-issue-comment")
DELETE_COMMENT = _write(
    "DELETE", _COMMENT, "issues: write", "issues/comments#delete-an-issue-comment"
)
CREATE_REACTION = _write(
    "POST",
    f"{_COMMENT}/reactions",
    "issues: write",
    "reactions/reactions#create-reaction-for-an-issue-comment",
)
CREATE_CHECK = _write("POST", _CHECKS, "checks: write", "checks/runs#create-a-check-run")
EDIT_CHECK = _write(
    "PATCH", f"{_CHECKS}/{{check_run_id}}", "checks: write", "checks/runs#update-a-check-run"
)

ROUTES = tuple(each for each in globals().copy().values() if isinstance(each, Route))
"""Every route above; there is no other way to add one."""

# https://docs.github.com/en/graphql/reference/objects#closedevent: REST does not tell who closed.
LAST_CLOSING = """\
query LastClosing($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      timelineItems(last: 20, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { createdAt closer { __typename } } }
      }
    }
  }
}
"""
DOCUMENTS = frozenset({LAST_CLOSING})
"""Every GraphQL document that the bot may send; all of them only read (issues: read)."""

_PAGING = frozenset({"page", "per_page", "after", "before", "cursor"})
_NAME = r"[A-Za-z0-9._-]{1,100}"
_NUMBER = r"[1-9][0-9]{0,18}"
# What RFC 6570 simple expansion makes of other text: unreserved characters and escapes. Escapes of
# what could change the path (`%`, `.`, `/`, `\`, controls) do not occur in anything we ask for.
_WORD = r"(?:[A-Za-z0-9._~-]|%(?!0|1|2[5EeFf]|5[Cc]|7[Ff])[0-9A-Fa-f]{2}){1,300}"
_PARTS = {"{owner}": _NAME, "{repo}": _NAME, "{/path*}": rf"(?:/{_WORD}){{1,10}}"}
_URL = re.compile(r"[!-\"$-~]+", re.ASCII)
"""Printable ASCII without spaces and `#`: one line, one address."""
_VARIABLE = re.compile(r"(\{[^}]+\})")


@dataclass(frozen=True, slots=True)
class _Allowed:
    method: str
    path: re.Pattern[str]
    query: frozenset[str]


def graphql_endpoint(base_url: str) -> str:
    """Say where GraphQL is: beside REST on github.com, one level up on an own server.

    https://docs.github.com/en/enterprise-server@latest/graphql/guides/forming-calls-with-graphql
    """
    return base_url.rstrip("/").removesuffix("/v3") + "/graphql"


def is_allowed(base_url: str, method: str, url: str) -> bool:
    """Tell whether this exact request is on the list, below this address."""
    base = base_url.rstrip("/")
    if (method, url) == ("POST", graphql_endpoint(base)):
        return True
    if not url.startswith(f"{base}/") or _URL.fullmatch(url) is None:
        return False
    path, _, query = url.removeprefix(base).partition("?")
    return _is_listed(method, path, query)


def check_variables(route: Route, variables: dict[str, object]) -> None:
    """Raise `NotAllowed` for a route of somebody's own, and for names that it does not have."""
    if route not in ROUTES:
        raise NotAllowed(f"{route.method} {route.template} is not on the list of routes.")
    inside = _variables(route.template)
    if foreign := variables.keys() - inside:
        raise NotAllowed(f"{route.template} has no {', '.join(sorted(foreign))}.")
    if missing := _variables(route.template.partition("{?")[0]) - variables.keys():
        raise NotAllowed(f"{route.template} needs {', '.join(sorted(missing))}.")


def _is_listed(method: str, path: str, query: str) -> bool:
    if any(step in {"", ".", ".."} for step in path.split("/")[1:]):
        return False
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    if len(set(names)) != len(names):
        return False
    return any(
        each.method == method and each.path.fullmatch(path) and each.query.issuperset(names)
        for each in _ALLOWED
    )


def _variables(template: str) -> set[str]:
    inside = ",".join(_VARIABLE.findall(template))
    return set(re.findall(r"[a-z_]+", inside))


def _allowed(route: Route) -> _Allowed:
    """Let reads address a repository by its id too, as GitHub's own links do."""
    path, _, query = route.template.partition("{?")
    pattern = "".join(_pattern(part) for part in _VARIABLE.split(path))
    if route.method == "GET":
        by_name = re.escape("/repos/") + f"{_NAME}/{_NAME}"
        pattern = pattern.replace(by_name, f"(?:{by_name}|/repositories/{_NUMBER})")
    names = set(filter(None, query.rstrip("}").split(",")))
    paging = _PAGING if "per_page" in names else frozenset()
    return _Allowed(route.method, re.compile(pattern, re.ASCII), paging | names)


def _pattern(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    is_number = part.endswith(("_id}", "_number}"))
    return _PARTS.get(part, _NUMBER if is_number else _WORD)


_ALLOWED = tuple(_allowed(route) for route in ROUTES)
