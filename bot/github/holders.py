"""Who holds a role here: which people does GitHub list?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.refs import Account, Repo
from bot.domain.roles import KEEPERS
from bot.github.client import Client
from bot.github.errors import NotThere, Unread
from bot.github.labelled import account
from bot.github.routes import LIST_COLLABORATORS, LIST_TEAM_MEMBERS
from bot.lookup import CannotTell

HOLDER_PAGES_AT_MOST = 50
"""Pages of a hundred people that we read: our own limit. Whoever keeps a repository, or is in a team
that is named for it, is one of a few; more than 5,000 are a mistake that is better not guessed at."""

_FORBIDDEN = 403


async def keepers(client: Client, repo: Repo) -> tuple[Account, ...]:
    """List whoever has `maintain` or `admin` here, by whatever grant; teams and owners included.

    Without a filter GitHub lists each member of the organization. It does not say whether its
    filter means "exactly" or "at least": asked for each role apart, both come to the same.
    """
    found: list[Any] = []
    for permission in sorted(KEEPERS):
        found += await client.read_all(
            repo.installation,
            LIST_COLLABORATORS,
            pages=HOLDER_PAGES_AT_MOST,
            owner=repo.owner,
            repo=repo.name,
            permission=permission,
        )
    try:
        return _people(each for each in found if each["role_name"] in KEEPERS)
    except (KeyError, TypeError) as error:
        raise CannotTell("GitHub's list of collaborators cannot be read.") from error


async def team_members(client: Client, repo: Repo, team: str) -> tuple[Account, ...] | None:
    """List the members of a team (`org/slug`), those of its child teams included.

    None for a team that we cannot see: somebody may be in it.
    """
    org, _, slug = team.partition("/")
    try:
        found = await client.read_all(
            repo.installation,
            LIST_TEAM_MEMBERS,
            pages=HOLDER_PAGES_AT_MOST,
            org=org,
            team_slug=slug,
        )
    except Unread as unread:
        if is_unseen(unread):
            return None
        raise
    return _people(found)


def is_unseen(unread: Unread) -> bool:
    """Tell whether an answer means that no team is to be seen: nobody is given rights by one.

    The permission `members` is optional. A limit is also a 403, and says nothing about the team.
    """
    forbidden = unread.status == _FORBIDDEN and unread.not_before is None
    return forbidden or isinstance(unread, NotThere)


def _people(found: Iterable[Any]) -> tuple[Account, ...]:
    """Keep each person once, in GitHub's order; Apps hold no role of ours."""
    accounts = [account(each) for each in found]
    return tuple(dict.fromkeys(each for each in accounts if each.kind == "User"))
