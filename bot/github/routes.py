"""Which requests may leave this process for GitHub?

Only those on this list. It is checked on the finished address and body, right before they are sent,
so it also holds for redirects and for links to the next page. What is not here cannot happen: no
merge, no review, no request for one, no label on what is there, no assignee, no change of a title
or a text of anybody's issue or pull request, nothing opened again or locked, no change of code.

An issue can be opened only with the label of a digest, and be changed only in that it is closed;
`bot.github.publishing` looks that it is our own.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.github import addresses, bodies, reactions
from bot.github.bodies import Carried
from bot.github.documents import FIRST_WORDS, REWRITTEN

_REST = "https://docs.github.com/en/rest"
_REPO = "/repos/{owner}/{repo}"
_ISSUE = _REPO + "/issues/{issue_number}"
_COMMENT = _REPO + "/issues/comments/{comment_id}"
_CHECKS = _REPO + "/check-runs"

PER_PAGE = 100
"""Items in a page, the most there are.
https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api"""


DIGEST_LABEL = "funding-digest"
"""The only label that we set, and only on issues that we open (product rule)."""


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
    carries: Carried | None = None
    """What its body may hold; None: it has none."""

    @property
    def path(self) -> str:
        """The template without its query, as GitHub's documentation writes it."""
        return self.template.partition("{?")[0].replace("{/path*}", "/{path}")

    def may_carry(self, body: bytes) -> bool:
        """Tell whether its body may be this."""
        return self.carries.fits(body) if self.carries else not body


def _get(template: str, permission: str, docs: str, items: str = "items") -> Route:
    return Route("GET", template, permission, f"{_REST}/{docs}", items=items)


def _get_as_app(template: str, docs: str) -> Route:
    return Route("GET", template, "none", f"{_REST}/apps/{docs}", as_app=True)


def _write(
    method: str, template: str, permission: str, docs: str, carries: Carried | None
) -> Route:
    return Route(method, template, permission, f"{_REST}/{docs}", carries=carries)


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
    carries=Carried(),
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
    f"{_REPO}/commits{{?sha,path,until,per_page,page}}",
    "contents: read",
    "commits/commits#list-commits",
)
GET_FILE = _get(
    f"{_REPO}/contents{{/path*}}{{?ref}}", "contents: read", "repos/contents#get-repository-content"
)
GET_PULL = _get(
    f"{_REPO}/pulls/{{pull_number}}", "pull_requests: read", "pulls/pulls#get-a-pull-request"
)
LIST_PULLS = _get(
    f"{_REPO}/pulls{{?state,sort,direction,per_page,page}}",
    "pull_requests: read",
    "pulls/pulls#list-pull-requests",
)
LIST_REVIEWS = _get(
    f"{_REPO}/pulls/{{pull_number}}/reviews{{?per_page,page}}",
    "pull_requests: read",
    "pulls/reviews#list-reviews-for-a-pull-request",
)
LIST_PULL_FILES = _get(
    f"{_REPO}/pulls/{{pull_number}}/files{{?per_page}}",
    "pull_requests: read",
    "pulls/pulls#list-pull-requests-files",
)
LIST_ISSUES = _get(
    f"{_REPO}/issues{{?labels,state,since,sort,direction,per_page,page}}",
    "issues: read",
    "issues/issues#list-repository-issues",
)
GET_ISSUE = _get(_ISSUE, "issues: read", "issues/issues#get-an-issue")
LIST_ISSUE_EVENTS = _get(
    f"{_ISSUE}/events{{?per_page}}", "issues: read", "issues/events#list-issue-events"
)
LIST_REPOSITORY_EVENTS = _get(
    f"{_REPO}/issues/events{{?per_page,page}}",
    "issues: read",
    "issues/events#list-issue-events-for-a-repository",
)
LIST_COMMENTS = _get(
    f"{_ISSUE}/comments{{?since,per_page}}", "issues: read", "issues/comments#list-issue-comments"
)
GET_COMMENT = _get(_COMMENT, "issues: read", "issues/comments#get-an-issue-comment")
LIST_REPOSITORY_COMMENTS = _get(
    f"{_REPO}/issues/comments{{?since,sort,direction,per_page,page}}",
    "issues: read",
    "issues/comments#list-issue-comments-for-a-repository",
)
LIST_REACTIONS = _get(
    f"{_COMMENT}/reactions{{?per_page}}",
    "issues: read",
    "reactions/reactions#list-reactions-for-an-issue-comment",
)
LIST_CHECKS = _get(
    f"{_REPO}/commits/{{ref}}/check-runs{{?app_id,filter,per_page}}",
    "checks: read",
    "checks/runs#list-check-runs-for-a-git-reference",
    items="check_runs",
)

_WORDS = Carried(texts=frozenset({"body"}))
_RUN = frozenset({"name", "status", "conclusion"})
_OF_A_RUN = frozenset({"external_id", "output"})

CREATE_ISSUE = _write(
    "POST",
    f"{_REPO}/issues",
    "issues: write",
    "issues/issues#create-an-issue",
    Carried(texts=frozenset({"title", "body"}), fixed={"labels": [DIGEST_LABEL]}),
)
CLOSE_ISSUE = _write(
    "PATCH",
    _ISSUE,
    "issues: write",
    "issues/issues#update-an-issue",
    Carried(fixed={"state": "closed", "state_reason": "completed"}),
)
CREATE_COMMENT = _write(
    "POST", f"{_ISSUE}/comments", "issues: write", "issues/comments#create-an-issue-comment", _WORDS
)
EDIT_COMMENT = _write(
    "PATCH", _COMMENT, "issues: write", "issues/comments#update-an-issue-comment", _WORDS
)
DELETE_COMMENT = _write(
    "DELETE", _COMMENT, "issues: write", "issues/comments#delete-an-issue-comment", None
)
CREATE_REACTION = _write(
    "POST",
    f"{_COMMENT}/reactions",
    "issues: write",
    "reactions/reactions#create-reaction-for-an-issue-comment",
    Carried(texts=frozenset({"content"})),
)
CREATE_CHECK = _write(
    "POST",
    _CHECKS,
    "checks: write",
    "checks/runs#create-a-check-run",
    Carried(texts=_RUN | {"head_sha"}, others=_OF_A_RUN),
)
EDIT_CHECK = _write(
    "PATCH",
    f"{_CHECKS}/{{check_run_id}}",
    "checks: write",
    "checks/runs#update-a-check-run",
    Carried(texts=_RUN, others=_OF_A_RUN),
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
DOCUMENTS = frozenset({LAST_CLOSING, FIRST_WORDS, REWRITTEN})
"""Every GraphQL document that the bot may read with (issues: read); the only one that writes is that
of `bot.github.reactions` (issues: write)."""

_ALLOWED = tuple(
    (each, addresses.addresses(each.template, by_id=each.method == "GET")) for each in ROUTES
)


def graphql_endpoint(base_url: str) -> str:
    """Say where GraphQL is: beside REST on github.com, one level up on an own server.

    https://docs.github.com/en/enterprise-server@latest/graphql/guides/forming-calls-with-graphql
    """
    return base_url.rstrip("/").removesuffix("/v3") + "/graphql"


def is_allowed(base_url: str, method: str, url: str, body: bytes = b"") -> bool:
    """Tell whether this exact request is on the list, below this address."""
    base = base_url.rstrip("/")
    if (method, url) == ("POST", graphql_endpoint(base)):
        return _reads_or_reacts(body)
    if (asked := addresses.asked(base, url)) is None:
        return False
    return any(
        route.method == method and places.hold(asked) and route.may_carry(body)
        for route, places in _ALLOWED
    )


def check_variables(route: Route, variables: dict[str, object]) -> None:
    """Raise `NotAllowed` for a route of somebody's own, and for names that it does not have."""
    if route not in ROUTES:
        raise NotAllowed(f"{route.method} {route.template} is not on the list of routes.")
    if foreign := variables.keys() - addresses.variables(route.template):
        raise NotAllowed(f"{route.template} has no {', '.join(sorted(foreign))}.")
    needed = addresses.variables(route.template.partition("{?")[0])
    if missing := needed - variables.keys():
        raise NotAllowed(f"{route.template} needs {', '.join(sorted(missing))}.")


def _reads_or_reacts(body: bytes) -> bool:
    asked = bodies.read(body) or {}
    reads = str(asked.get("query")) in DOCUMENTS and asked.keys() <= {"query", "variables"}
    return reads or reactions.may_be_sent(asked)
