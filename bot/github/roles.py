"""What does GitHub say of a person in a repository, and who holds a role there?

Asked again after a minute at the latest, since authority may be taken away at any time. What could
not be looked up raises `CannotTell`: neither yes nor no. `author_association` is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from cachetools import TTLCache

from bot.domain.refs import Account, Repo
from bot.domain.roles import Standing
from bot.domain.rules import RoleList
from bot.github.client import Client
from bot.github.errors import Unread
from bot.github.holders import is_unseen, keepers, team_members
from bot.github.present import read_if_there
from bot.github.routes import GET_MEMBERSHIP, GET_PERMISSION
from bot.lookup import CannotTell

REMEMBERED_SECONDS = 60
"""How long an answer is good for; our own limit."""

REMEMBERED_AT_MOST = 10_000
"""Answers that are kept at once; our own limit."""

NO_ROLE = "none"
"""GitHub's word for somebody without any right; it is no known role of ours, so it gives none."""

Accounts = tuple[Account, ...]


class Roles:
    """Answers about roles and teams, each kept for a minute, by GitHub's ids."""

    def __init__(self, client: Client, *, now: Callable[[], datetime]) -> None:
        """Take the client, and the clock by which answers age."""
        self._client = client

        def seconds() -> float:
            return now().timestamp()

        self._roles: TTLCache[tuple[int, int], str] = TTLCache(
            REMEMBERED_AT_MOST, REMEMBERED_SECONDS, timer=seconds
        )
        self._members: TTLCache[tuple[int, str, int], bool] = TTLCache(
            REMEMBERED_AT_MOST, REMEMBERED_SECONDS, timer=seconds
        )
        self._holders: TTLCache[tuple[int, str | None], Accounts] = TTLCache(
            REMEMBERED_AT_MOST, REMEMBERED_SECONDS, timer=seconds
        )

    async def standing(self, repo: Repo, account: Account, teams: Iterable[str]) -> Standing:
        """Tell the role of an account, and which of these teams (`org/slug`) it is in."""
        role = await self._role(repo, account)
        inside = [team for team in teams if await self._is_member(repo, account, team)]
        return Standing(role, frozenset(inside))

    def remembered(self, repo: Repo, account: Account, teams: Iterable[str]) -> Standing | None:
        """Tell the same without asking; None when an answer is missing, or too old."""
        role = self._roles.get((repo.id, account.id))
        wanted = tuple(teams)
        inside = [
            self._members.get((repo.installation, team.lower(), account.id)) for team in wanted
        ]
        if role is None or None in inside:
            return None
        return Standing(role, frozenset(t for t, i in zip(wanted, inside, strict=True) if i))

    async def holders(self, repo: Repo, listed: RoleList | None) -> Accounts | None:
        """Tell who holds a role: the members of its teams, or whoever keeps the repository.

        People that the list names are not looked up: they are known by their numbers. None when one
        of the teams cannot be seen: then nobody can say who else holds it.
        """
        if listed is None:
            return await self._listed(repo, None)
        teams = [await self._listed(repo, team) for team in listed.teams]
        seen = [team for team in teams if team is not None]
        if len(seen) < len(teams):
            return None
        return tuple(dict.fromkeys(each for team in seen for each in team))

    async def _listed(self, repo: Repo, team: str | None) -> Accounts | None:
        """List the members of a team; without one, the keepers of the repository."""
        key = (repo.id, team.lower() if team else None)
        if (known := self._holders.get(key)) is not None:
            return known
        asked = team_members(self._client, repo, team) if team else keepers(self._client, repo)
        found = await asked
        if found is not None:
            self._holders[key] = found
        return found

    async def _role(self, repo: Repo, account: Account) -> str:
        key = (repo.id, account.id)
        if (known := self._roles.get(key)) is not None:
            return known
        self._roles[key] = role = await self._ask_role(repo, account)
        return role

    async def _ask_role(self, repo: Repo, account: Account) -> str:
        """Ask; `role_name` tells `maintain` from `write`, and `permission` does not."""
        answer = await read_if_there(self._client, repo, GET_PERMISSION, username=account.login)
        if answer is None:
            return NO_ROLE
        try:
            is_same = answer["user"] is not None and answer["user"]["id"] == account.id
            role = answer["role_name"]
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's answer about a role cannot be read.") from error
        if not isinstance(role, str):
            raise CannotTell("GitHub's answer about a role names none.")
        return role if is_same else NO_ROLE  # else the login is somebody else's by now

    async def _is_member(self, repo: Repo, account: Account, team: str) -> bool:
        key = (repo.installation, team.lower(), account.id)
        if (known := self._members.get(key)) is not None:
            return known
        self._members[key] = inside = await self._ask_member(repo, account, team)
        return inside

    async def _ask_member(self, repo: Repo, account: Account, team: str) -> bool:
        """Ask; an invitation that was not accepted is `pending`, and no membership."""
        org, _, slug = team.partition("/")
        try:
            answer = await self._client.read(
                repo.installation, GET_MEMBERSHIP, org=org, team_slug=slug, username=account.login
            )
        except Unread as unread:
            if is_unseen(unread):
                return False
            raise
        try:
            return bool(answer["state"] == "active")
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's answer about a team cannot be read.") from error
