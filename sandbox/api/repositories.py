"""Repositories, their people, their files and commits; accounts and teams.

https://docs.github.com/en/rest/repos and https://docs.github.com/en/rest/collaborators
"""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import TYPE_CHECKING

from sandbox.api.call import Answer, Call
from sandbox.api.routing import AS_ANYBODY, AS_USER, Routes
from sandbox.errors import Conflict, NotFound, Unprocessable
from sandbox.nouns.roles import standing
from sandbox.payloads import accounts
from sandbox.payloads import repositories as payloads
from sandbox.payloads.basics import stamp

if TYPE_CHECKING:
    from sandbox.payloads.basics import Json
    from sandbox.world import Commit, Repository, Team, User

routes = Routes()
REPOSITORY = "/repos/{owner}/{repo}"


@routes.add("GET", REPOSITORY, "metadata:read")
def get_repository(call: Call) -> Answer:
    """The bare address redirects to the bare id."""
    found = call.repository()
    body = payloads.full_repository(call.world, found)
    if call.caller.kind != "anonymous":
        body["permissions"] = payloads.permissions(call.actor.standing(found))
    return Answer(body)


@routes.add("GET", f"{REPOSITORY}/collaborators/{{username}}/permission", "metadata:read")
def get_permission(call: Call) -> Answer:
    """Everybody has `read` on a public repository.

    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    """
    repository, user = call.repository(), call.world.user(call.params["username"])
    if user.kind != "User":
        raise NotFound(f"{user.login} is not a user")
    held = standing(user, repository)
    return Answer(
        {
            "permission": held.permission,
            "role_name": held.role_name,
            "user": payloads.collaborator(call.world, user, held),
        }
    )


@routes.add("GET", f"{REPOSITORY}/collaborators", "metadata:read")
def list_collaborators(call: Call) -> Answer:
    """Whoever has a role of their own, from a team, or as an owner; needs push access.

    GitHub does not say whether `permission` means "exactly" or "at least"; here it is the latter.
    https://docs.github.com/en/rest/collaborators/collaborators#list-repository-collaborators
    """
    repository = call.repository()
    call.actor.need(repository, "write")
    affiliated = AFFILIATIONS.get(call.query.get("affiliation", "all"), _collaborates)
    listed = [each for each in call.world.users.values() if affiliated(each, repository)]
    found = [(each, standing(each, repository)) for each in listed]
    asked = call.query.get("permission")
    right = {"pull": "read", "push": "write"}.get(asked or "pull", asked or "read")
    return call.page(
        [each for each in found if each[1].reaches(right)],
        lambda each: payloads.collaborator(call.world, *each),
    )


def _collaborates(user: User, repository: Repository) -> bool:
    owner = repository.owner
    return user.kind == "User" and (
        user is owner
        or user.id in repository.roles
        or user.id in owner.members
        or any(
            user.id in team.members and repository.id in team.roles for team in owner.teams.values()
        )
    )


def _is_direct(user: User, repository: Repository) -> bool:
    return user.id in repository.roles


def _is_outside(user: User, repository: Repository) -> bool:
    return _is_direct(user, repository) and user.id not in repository.owner.members


AFFILIATIONS = {"all": _collaborates, "direct": _is_direct, "outside": _is_outside}


@routes.add("GET", f"{REPOSITORY}/collaborators/{{username}}", "metadata:read")
def check_collaborator(call: Call) -> Answer:
    repository, user = call.repository(), call.world.user(call.params["username"])
    if not _collaborates(user, repository):
        raise NotFound
    return Answer(status=204)


# -- accounts and teams ----------------------------------------------------------------------


@routes.add("GET", "/users/{username}", callers=AS_ANYBODY)
def get_user(call: Call) -> Answer:
    return Answer(accounts.public_user(call.world, call.world.user(call.params["username"])))


@routes.add("GET", "/user/{account_id}", callers=AS_ANYBODY)
def get_user_by_id(call: Call) -> Answer:
    user = call.world.users.get(call.number("account_id"))
    if user is None:
        raise NotFound
    return Answer(accounts.public_user(call.world, user))


@routes.add("GET", "/user", callers=AS_USER)
def get_myself(call: Call) -> Answer:
    return Answer(accounts.public_user(call.world, call.actor.user))


@routes.add("GET", "/orgs/{org}/teams/{team_slug}/memberships/{username}", "members:read")
def get_membership(call: Call) -> Answer:
    """404 also for people outside the team.

    https://docs.github.com/en/rest/teams/members#get-team-membership-for-a-user
    """
    team = _team(call)
    user = call.world.user(call.params["username"])
    if user.id not in team.members:
        raise NotFound
    at = f"{call.world.api_url}/organizations/{team.organization.id}/team/{team.id}"
    return Answer(
        {
            "state": "active",
            "role": team.members[user.id],
            "url": f"{at}/memberships/{user.login}",
        }
    )


@routes.add("GET", "/orgs/{org}/teams/{team_slug}/members", "members:read")
def list_members(call: Call) -> Answer:
    """https://docs.github.com/en/rest/teams/members#list-team-members"""
    members, role = _team(call).members, call.query.get("role", "all")
    found = [call.world.users[each] for each in members if role in {"all", members[each]}]
    return call.page(found, partial(accounts.user, call.world))


def _team(call: Call) -> Team:
    """Teams are visible to the organisation's members and the Apps installed there."""
    organization = call.world.user(call.params["org"])
    token, user = call.caller.token, call.caller.user
    is_app_of_theirs = token is not None and token.installation.account is organization
    is_member = user is not None and user.id in organization.members
    team = organization.teams.get(call.params["team_slug"].lower())
    if team is None or not (is_app_of_theirs or is_member):
        raise NotFound
    return team


# -- files and commits -----------------------------------------------------------------------


@routes.add("GET", f"{REPOSITORY}/contents/{{path}}", "contents:read", "single_file:read")
def get_content(call: Call) -> Answer:
    """A file, or the list of a folder; 404 for neither.

    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    repository, path = call.repository(), call.params.get("path", "").strip("/")
    ref = call.query.get("ref") or repository.default_branch
    commit = repository.head(ref)
    if commit is None:
        raise NotFound(f"No commit found for the ref {ref}")
    if path in commit.tree:
        return _file(call, repository, path, commit.tree[path], ref)
    inside = [each for each in commit.tree if not path or each.startswith(f"{path}/")]
    if not inside:
        raise NotFound
    names = sorted({each[len(path) :].strip("/").split("/")[0] for each in inside})
    full = [f"{path}/{name}".strip("/") for name in names]
    return Answer([_listed(call, repository, commit, each, ref) for each in full])


def _file(call: Call, repository: Repository, path: str, text: str, ref: str) -> Answer:
    if "raw" in call.accept:
        return Answer(text, headers={"Content-Type": "application/vnd.github.raw"})
    return Answer(payloads.content(call.world, repository, path, text, ref))


def _listed(call: Call, repository: Repository, commit: Commit, path: str, ref: str) -> Json:
    text = commit.tree.get(path)
    body = payloads.listed_content(call.world, repository, path, text or "", ref)
    return body if text is not None else body | {"type": "dir", "size": 0, "download_url": None}


@routes.add("PUT", f"{REPOSITORY}/contents/{{path}}", "contents:write")
def put_content(call: Call) -> Answer:
    """Create or replace a file by a commit; replacing needs the old blob's sha."""
    repository, path = call.repository(), call.params["path"]
    branch = call.text("branch", None) or repository.default_branch
    old = repository.files(branch).get(path)
    if old is not None and call.body.get("sha") != payloads.blob_sha(old):
        raise Conflict(f"{path} does not match {call.body.get('sha')}")
    try:
        text = base64.b64decode(call.text("content"), validate=False).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Unprocessable("content is not valid Base64") from None
    commit = call.actor.push(repository, {path: text}, call.text("message"), branch)
    body = payloads.file_commit(call.world, repository, path, text, branch, commit)
    return Answer(body, 200 if old is not None else 201)


@routes.add("GET", f"{REPOSITORY}/commits/{{ref}}", "contents:read")
def get_commit(call: Call) -> Answer:
    repository = call.repository()
    commit = repository.head(call.params["ref"])
    if commit is None:
        raise Unprocessable(f"No commit found for SHA: {call.params['ref']}")
    changed = {
        "stats": {"additions": 0, "deletions": 0, "total": 0},
        "files": [],
    }
    return Answer(payloads.commit(call.world, repository, commit) | changed)


@routes.add("GET", f"{REPOSITORY}/commits", "contents:read")
def list_commits(call: Call) -> Answer:
    """Newest first, along the first parents; `path`: those that change this file."""
    repository, path = call.repository(), call.query.get("path")
    until = call.query.get("until")
    at, found = repository.head(call.query.get("sha")), []
    while at is not None:
        before = repository.commits[at.parents[0]] if at.parents else None
        changes = path is None or at.tree.get(path) != (before.tree.get(path) if before else None)
        if changes and (until is None or stamp(at.at) <= until):
            found.append(at)
        at = before
    return call.page(found, partial(payloads.commit, call.world, repository))
