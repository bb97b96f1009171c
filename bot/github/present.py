"""Is something not there, or is the whole repository not where we look?

GitHub answers 404 to both. Only the first tells anything about a person, a comment or a pull request.
"""

from __future__ import annotations

from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client, Json
from bot.github.errors import NotThere
from bot.github.routes import GET_REPOSITORY, Route
from bot.lookup import CannotTell


async def read_if_there(client: Client, repo: Repo, route: Route, **which: Any) -> Json | None:
    """Read something of a repository; None when it is not there, and the repository is.

    Raises:
        CannotTell: GitHub does not answer, or the repository is not there either.
    """
    try:
        found = await client.read(repo.installation, route, **_at(repo), **which)
    except NotThere:
        await check_is_there(client, repo)
        return None
    if found is None:
        raise CannotTell("GitHub's answer says nothing.")
    return found


async def check_is_there(client: Client, repo: Repo) -> None:
    """Make sure that a repository is where we look for it.

    Raises:
        CannotTell: it was moved, hidden from us or deleted: an event tells of it, or the night finds it.
    """
    try:
        found = await client.read(repo.installation, GET_REPOSITORY, **_at(repo))
    except NotThere:
        found = None
    if not isinstance(found, dict) or found.get("id") != repo.id:
        problem = f"{repo.full_name} is not where we look for it"
        raise CannotTell(problem)


def _at(repo: Repo) -> dict[str, str]:
    return {"owner": repo.owner, "repo": repo.name}
