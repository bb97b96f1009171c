"""Who may do what in a repository?

https://docs.github.com/en/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.nouns.things import Repository, Role, User

RANKS = ("none", "read", "triage", "write", "maintain", "admin")

# The older field `permission` knows neither triage nor maintain.
# https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
LEGACY = {"none": "none", "read": "read", "triage": "read"}
LEGACY |= {"write": "write", "maintain": "write", "admin": "admin"}


class Standing(NamedTuple):
    """A person's best role here: its own name, and the built-in role that it is built on."""

    role_name: Role
    base: Role

    @property
    def permission(self) -> str:
        return LEGACY[self.base]

    def reaches(self, role: Role) -> bool:
        return RANKS.index(self.base) >= RANKS.index(role)


def base_of(repository: Repository, role: Role) -> Role:
    """The built-in role behind a role name."""
    return role if role in RANKS else repository.owner.custom_roles[role]


def standing(user: User, repository: Repository) -> Standing:
    """The best of everything that gives this person a role here."""
    found = [Standing(role, base_of(repository, role)) for role in _roles(user, repository)]
    return max(found, key=lambda each: RANKS.index(each.base), default=Standing("none", "none"))


def _roles(user: User, repository: Repository) -> Iterator[Role]:
    """Direct roles come first, so that a custom role's name wins over an equal built-in one."""
    owner = repository.owner
    if user.id in repository.roles:
        yield repository.roles[user.id]
    for team in owner.teams.values():
        if user.id in team.members and repository.id in team.roles:
            yield team.roles[repository.id]
    if user is owner or owner.members.get(user.id) == "admin":
        yield "admin"
    if not repository.private or user.id in owner.members:
        yield "read"


def association(user: User, repository: Repository) -> str:
    """How GitHub introduces the author of a text.

    https://docs.github.com/en/graphql/reference/enums#commentauthorassociation
    """
    if user is repository.owner:
        return "OWNER"
    if user.id in repository.owner.members:
        return "MEMBER"
    if user.id in repository.roles:
        return "COLLABORATOR"
    merged = any(each.merged and each.author is user for each in repository.pulls)
    return "CONTRIBUTOR" if merged else "NONE"
