"""Where on the page is a thing?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from sandbox.world import Issue, Repository, User


def of_repository(repository: Repository) -> str:
    return f"/{quote(repository.owner.login)}/{quote(repository.name)}"


def of_issue(issue: Issue) -> str:
    kind = "pull" if issue.pull else "issues"
    return f"{of_repository(issue.repository)}/{kind}/{issue.number}"


def of_user(user: User) -> str:
    if user.kind == "Bot":
        return f"/apps/{quote(user.login.removesuffix('[bot]'))}"
    return f"/{quote(user.login)}"


def of_file(repository: Repository, ref: str, path: str) -> str:
    return f"{of_repository(repository)}/blob/{quote(ref, safe='')}/{quote(path)}"


def of_commit(repository: Repository, sha: str) -> str:
    return f"{of_repository(repository)}/commit/{quote(sha, safe='')}"


def within(wanted: str, otherwise: str = "/") -> str:
    """A path on this page to go back to; never another site's address."""
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_path and wanted.isprintable() and "\\" not in wanted else otherwise
