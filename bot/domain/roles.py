"""Who may decide what, given what GitHub says of a person?

`author_association` is not authority, so it is never read; see
https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.rules import RoleList, Rules

WRITERS = frozenset({"write", "maintain", "admin"})
KEEPERS = frozenset({"maintain", "admin"})
"""GitHub's role names; a role that we do not know has no rights."""


class Role(StrEnum):
    """Roles that a configuration can name people for."""

    STEWARD = "steward"
    TREASURER = "treasurer"


@dataclass(frozen=True, slots=True)
class Standing:
    """What GitHub says of a person in a repository: the role's name, and the teams they are in."""

    role_name: str
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do here."""

    write: bool = False
    steward: bool = False
    treasurer: bool = False


NO_RIGHTS = Rights()


def listed_for(role: Role, rules: Rules) -> RoleList | None:
    """Give the list that names who holds a role; None means whoever has `maintain` or `admin`."""
    if role is Role.TREASURER and rules.treasurers is not None:
        return rules.treasurers
    return rules.stewards


def rights_of(person: int, standing: Standing, rules: Rules) -> Rights:
    """Work out the rights of a person: roles named in the configuration, else `maintain` and up."""
    keeper = standing.role_name in KEEPERS
    steward = _holds(rules.stewards, person, standing, default=keeper)
    return Rights(
        write=standing.role_name in WRITERS,
        steward=steward,
        treasurer=_holds(rules.treasurers, person, standing, default=steward),
    )


def _holds(listed: RoleList | None, person: int, standing: Standing, *, default: bool) -> bool:
    if listed is None:
        return default
    return person in listed.people or not standing.teams.isdisjoint(listed.teams)
