"""How do repositories, branches, commits and files look?"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from sandbox.payloads import accounts
from sandbox.payloads.basics import Json, node_id, stamp

if TYPE_CHECKING:
    from sandbox.nouns.roles import Standing
    from sandbox.nouns.things import Commit, Place, Repository, User

PLAIN_LINKS = [
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "hooks",
    "languages",
    "merges",
    "stargazers",
    "subscribers",
    "subscription",
    "tags",
    "teams",
]
TEMPLATE_LINKS = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "{/user}",
    "branches": "{/branch}",
    "collaborators": "{/collaborator}",
    "comments": "{/number}",
    "commits": "{/sha}",
    "compare": "/{base}...{head}",
    "contents": "/{+path}",
    "issues": "{/number}",
    "keys": "{/key_id}",
    "labels": "{/name}",
    "milestones": "{/number}",
    "notifications": "{?since,all,participating}",
    "pulls": "{/number}",
    "releases": "{/id}",
    "statuses": "/{sha}",
}
OTHER_LINKS = {
    "blobs_url": "/git/blobs{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "trees_url": "/git/trees{/sha}",
}


# What no story changes.
SETTLED: Json = {
    "homepage": None,
    "stargazers_count": 0,
    "watchers_count": 0,
    "language": "Python",
    "has_issues": True,
    "has_projects": True,
    "has_downloads": True,
    "has_wiki": False,
    "has_pages": False,
    "has_discussions": False,
    "mirror_url": None,
    "disabled": False,
    "license": None,
    "allow_forking": True,
    "is_template": False,
    "web_commit_signoff_required": False,
    "watchers": 0,
}


def url_of(world: Place, it: Repository) -> str:
    return f"{world.api_url}/repos/{it.full_name}"


def html_of(world: Place, it: Repository) -> str:
    return f"{world.html_url}/{it.full_name}"


def _links(world: Place, it: Repository) -> Json:
    url = url_of(world, it)
    links = {f"{name}_url": f"{url}/{name}" for name in PLAIN_LINKS}
    for name, rest in TEMPLATE_LINKS.items():
        links[f"{name}_url"] = url + (rest if name == "archive" else f"/{name}{rest}")
    return links | {name: url + rest for name, rest in OTHER_LINKS.items()}


def repository(world: Place, it: Repository) -> Json:
    """`repository`, as in webhooks and inside pull requests."""
    page = html_of(world, it)
    open_issues = sum(each.state == "open" and not each.deleted for each in it.issues.values())
    forks = sum(each.parent is it for each in world.repositories.values())
    return {
        "id": it.id,
        "node_id": node_id("Repository", it.id),
        "name": it.name,
        "full_name": it.full_name,
        "private": it.private,
        "owner": accounts.user(world, it.owner),
        "html_url": page,
        "description": it.description,
        "fork": it.parent is not None,
        "url": url_of(world, it),
        **_links(world, it),
        **SETTLED,
        "created_at": stamp(it.created_at),
        "updated_at": stamp(it.updated_at),
        "pushed_at": stamp(it.pushed_at),
        "git_url": f"git://github.example/{it.full_name}.git",
        "ssh_url": f"git@github.example:{it.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "size": len(it.commits),
        "forks_count": forks,
        "archived": it.archived,
        "open_issues_count": open_issues,
        "topics": [],
        "visibility": "private" if it.private else "public",
        "forks": forks,
        "open_issues": open_issues,
        "default_branch": it.default_branch,
    }


def permissions(held: Standing) -> Json:
    """What the caller may do, as in `repository.permissions` and `collaborator.permissions`."""
    levels = {"admin": "admin", "maintain": "maintain", "push": "write"}
    levels |= {"triage": "triage", "pull": "read"}
    return {name: held.reaches(role) for name, role in levels.items()}


def full_repository(world: Place, it: Repository) -> Json:
    """`GET /repos/{owner}/{repo}`."""
    body = repository(world, it) | {"network_count": 0, "subscribers_count": 0}
    if it.owner.kind == "Organization":
        body["organization"] = accounts.user(world, it.owner)
    if it.parent is not None:
        body["parent"] = body["source"] = repository(world, it.parent)
    return body


def pushed_repository(world: Place, it: Repository) -> Json:
    """`push` alone writes some times as numbers, and a few fields more.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
    """
    body = repository(world, it) | {
        "created_at": int(it.created_at.timestamp()),
        "pushed_at": int(it.pushed_at.timestamp()),
        "stargazers": 0,
        "master_branch": it.default_branch,
    }
    if it.owner.kind == "Organization":
        body["organization"] = it.owner.login
    return body


def collaborator(world: Place, it: User, held: Standing) -> Json:
    """A line of `GET /repos/{owner}/{repo}/collaborators`, with both ways to say the role."""
    return accounts.user(world, it) | {
        "permissions": permissions(held),
        "role_name": held.role_name,
    }


def email(it: User) -> str:
    return f"{it.id}+{it.login}@users.noreply.github.example"


def tree_sha(it: Commit) -> str:
    """The address of a tree follows from its files, as in git."""
    return hashlib.sha1(repr(sorted(it.tree.items())).encode()).hexdigest()  # noqa: S324  # git's own addresses


def blob_sha(text: str) -> str:
    """As `git hash-object` computes it."""
    raw = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(raw) + raw).hexdigest()  # noqa: S324  # git's own addresses


def pushed_commit(world: Place, it: Repository, commit: Commit) -> Json:
    """A commit as the `push` event writes it, with the paths that it touches."""
    parent = it.commits.get(commit.parents[0]) if commit.parents else None
    before = parent.tree if parent else {}
    who = {"name": commit.author.name, "email": email(commit.author)}
    who["username"] = commit.author.login
    return {
        "id": commit.sha,
        "tree_id": tree_sha(commit),
        "distinct": True,
        "message": commit.message,
        "timestamp": stamp(commit.at),
        "url": f"{html_of(world, it)}/commit/{commit.sha}",
        "author": who,
        "committer": who,
        "added": sorted(commit.tree.keys() - before.keys()),
        "removed": sorted(before.keys() - commit.tree.keys()),
        "modified": sorted(
            path for path, text in commit.tree.items() if before.get(path, text) != text
        ),
    }


def commit(world: Place, it: Repository, commit: Commit) -> Json:
    """`commit`: `GET /repos/{owner}/{repo}/commits/{ref}`."""
    url = url_of(world, it)
    page = html_of(world, it)
    who = {"name": commit.author.name, "email": email(commit.author), "date": stamp(commit.at)}
    tree = tree_sha(commit)
    return {
        "url": f"{url}/commits/{commit.sha}",
        "sha": commit.sha,
        "node_id": node_id("Commit", int(commit.sha[:12], 16)),
        "html_url": f"{page}/commit/{commit.sha}",
        "comments_url": f"{url}/commits/{commit.sha}/comments",
        "commit": {
            "url": f"{url}/git/commits/{commit.sha}",
            "author": who,
            "committer": who,
            "message": commit.message,
            "tree": {"sha": tree, "url": f"{url}/git/trees/{tree}"},
            "comment_count": 0,
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        },
        "author": accounts.user(world, commit.author),
        "committer": accounts.user(world, commit.author),
        "parents": [
            {
                "sha": sha,
                "url": f"{url}/commits/{sha}",
                "html_url": f"{page}/commit/{sha}",
            }
            for sha in commit.parents
        ],
    }


def content(world: Place, it: Repository, path: str, text: str, ref: str) -> Json:
    """`content-file`: a file with its text in base64, in lines as GitHub breaks them."""
    return listed_content(world, it, path, text, ref) | {
        "encoding": "base64",
        "content": base64.encodebytes(text.encode()).decode(),
    }


def listed_content(world: Place, it: Repository, path: str, text: str, ref: str) -> Json:
    """A file as the list of its folder shows it: without its text."""
    sha = blob_sha(text)
    at = {
        "url": f"{url_of(world, it)}/contents/{path}?ref={ref}",
        "git_url": f"{url_of(world, it)}/git/blobs/{sha}",
        "html_url": f"{html_of(world, it)}/blob/{ref}/{path}",
    }
    return {
        "type": "file",
        "size": len(text.encode()),
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": sha,
        **at,
        "download_url": f"{html_of(world, it)}/raw/{ref}/{path}",
        "_links": {"self": at["url"], "git": at["git_url"], "html": at["html_url"]},
    }


def file_commit(  # what was written where, and by which commit
    world: Place, it: Repository, path: str, text: str, ref: str, made: Commit
) -> Json:
    """`file-commit`: what writing a file answers."""
    shown = commit(world, it, made)
    inner = {name: value for name, value in shown["commit"].items() if name != "comment_count"}
    outer = {name: shown[name] for name in ("sha", "node_id", "html_url", "parents")}
    return {"content": listed_content(world, it, path, text, ref), "commit": inner | outer}
