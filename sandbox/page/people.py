"""Whom can one act as, and what may that person do here?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world import Actor, Repository, User, World

TITLES = {
    "mia": "maintainer",
    "ada": "funder",
    "dev": "developer",
    "bob": "funder",
    "gus": "committer",
    "eve": "stranger",
}
FIRST = ("mia", "ada", "dev")
COLOURS = ("#8a3b12", "#0f5e4d", "#3f4a9c", "#7a2e63", "#5c5410", "#1d5a7a", "#6b3fa0", "#8b2635")
KNOWN_COLOURS = {
    "mia": "#8b2635",
    "ada": "#0f5e4d",
    "dev": "#3f4a9c",
    "bob": "#7a5310",
    "gus": "#1d5a7a",
    "eve": "#6b3fa0",
}
TOO_FEW_RIGHTS = "Has no role here: may open issues, comment, pledge and review."
CAN = {
    "none": "Cannot see this repository.",
    "read": TOO_FEW_RIGHTS,
    "triage": "May label and close issues; proposes changes from a fork.",
    "write": "May label, push and merge. Whether to take money is for the stewards.",
    "maintain": "Labels issues, merges, and decides on pledges.",
    "admin": "Labels issues, merges, sets goals, and has the last word on pledges.",
}
CAN_WITH_TITLE = {
    ("ada", "read"): "Would like to fund something. May comment and pledge, like anybody; no role.",
    ("dev", "triage"): "Writes the code from a fork. May label and close issues; cannot merge.",
}


class NobodyHere(Exception):
    """There is no person in the world yet."""


class Cast(NamedTuple):
    """The people to choose from."""

    first: list[User]
    others: list[User]


def _people(world: World) -> Iterator[User]:
    return (each for each in world.users.values() if each.kind == "User")


def cast(world: World) -> Cast:
    """Mia, Ada and Dev where they are; else whoever came first."""
    people = list(_people(world))
    by_login = {each.login: each for each in people}
    first = [by_login[login] for login in FIRST if login in by_login] or people[:3]
    return Cast(first, [each for each in people if each not in first])


def who_acts(world: World, login: str) -> Actor:
    """That person's hands, or those of the first person there is."""
    found = next((each for each in _people(world) if each.login == login), None)
    chosen = found or next(iter(cast(world).first), None)
    if chosen is None:
        raise NobodyHere
    return world.person(chosen.login)


def title(user: User) -> str:
    """In one word, who that is."""
    if user.kind == "Bot":
        return "bot"
    return TITLES.get(user.login, "")


def can(actor: Actor, repository: Repository | None) -> str:
    """In one line, what this person may do here."""
    if repository is None:
        return ""
    role = actor.standing(repository).base
    return CAN_WITH_TITLE.get((actor.user.login, role), CAN[role])


def first_name(user: User) -> str:
    return user.name.split()[0] if user.name.strip() else user.login


def initials(user: User) -> str:
    letters = [word[0] for word in user.name.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or user.login[0].upper()


def colour(user: User) -> str:
    """Always the same, and dark enough for white letters."""
    return KNOWN_COLOURS.get(user.login) or COLOURS[user.id % len(COLOURS)]
