"""What GitHub says of a person, and for how long we believe it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.refs import Account
from bot.domain.roles import NO_RIGHTS, Standing, rights_of
from bot.domain.rules import Rules
from bot.github.client import Client
from bot.github.roles import Roles
from bot.lookup import CannotTell
from tests.github.conftest import REPO
from tests.github.fake import Answer, Clock, FakeGitHub

MIA = Account(5, "mia")
PERMISSION = "GET /repos/acme/widget/collaborators/mia/permission"
MEMBERSHIP = "GET /orgs/acme/teams/core/memberships/mia"


@pytest.fixture
def roles(client: Client, clock: Clock) -> Roles:
    return Roles(client, now=clock)


def permission(role: Any = "maintain", user: Any = 5) -> Answer:
    who = {"id": user, "login": "mia"} if isinstance(user, int) else user
    return Answer({"permission": "write", "role_name": role, "user": who})


async def test_the_role_s_name_counts_and_not_the_permission(
    roles: Roles, github: FakeGitHub
) -> None:
    github.on(PERMISSION, permission("maintain"))
    assert await roles.standing(REPO, MIA, ()) == Standing("maintain")


@pytest.mark.parametrize(
    "answer",
    [permission(user=6), permission(user=None), Answer({"message": "Not Found"}, 404)],
    ids=["taken over", "no user", "not there"],
)
async def test_who_is_somebody_else_or_nobody_has_no_rights(
    roles: Roles, github: FakeGitHub, answer: Answer
) -> None:
    github.on(PERMISSION, answer)
    standing = await roles.standing(REPO, MIA, ())
    assert rights_of(1, standing, Rules()) == NO_RIGHTS


async def test_a_role_of_somebody_s_own_has_no_rights(roles: Roles, github: FakeGitHub) -> None:
    github.on(PERMISSION, permission("security-champion"))
    assert rights_of(1, await roles.standing(REPO, MIA, ()), Rules()) == NO_RIGHTS


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"message": "x"}, 500),
        Answer({"message": "Resource not accessible by integration"}, 403),
        Answer({}),
        Answer([]),
        Answer({"user": {"id": 5}, "role_name": None}),
        Answer(raw=b"{"),
    ],
)
async def test_what_cannot_be_looked_up_is_neither_yes_nor_no(
    roles: Roles, github: FakeGitHub, answer: Answer
) -> None:
    github.on(PERMISSION, answer)
    with pytest.raises(CannotTell):
        await roles.standing(REPO, MIA, ())


async def test_only_an_accepted_membership_counts(roles: Roles, github: FakeGitHub) -> None:
    github.on(PERMISSION, permission())
    github.on(MEMBERSHIP, Answer({"state": "active"}))
    github.on("GET /orgs/acme/teams/money/memberships/mia", Answer({"state": "pending"}))
    teams = ["acme/core", "acme/money", "acme/gone"]
    assert (await roles.standing(REPO, MIA, teams)).teams == {"acme/core"}


async def test_without_permission_to_see_teams_nobody_has_rights_by_them(
    roles: Roles, github: FakeGitHub
) -> None:
    github.on(PERMISSION, permission())
    github.on(MEMBERSHIP, Answer({"message": "Resource not accessible by integration"}, 403))
    assert (await roles.standing(REPO, MIA, ["acme/core"])).teams == set()


@pytest.mark.parametrize("answer", [Answer({"message": "x"}, 500), Answer({}), Answer([])])
async def test_a_team_that_cannot_be_looked_up_is_neither_yes_nor_no(
    roles: Roles, github: FakeGitHub, answer: Answer
) -> None:
    github.on(PERMISSION, permission())
    github.on(MEMBERSHIP, answer)
    with pytest.raises(CannotTell):
        await roles.standing(REPO, MIA, ["acme/core"])


async def test_answers_are_believed_for_a_minute(
    roles: Roles, github: FakeGitHub, clock: Clock
) -> None:
    github.on(PERMISSION, permission("admin"), permission("read"))
    github.on(MEMBERSHIP, Answer({"state": "active"}), Answer({"message": "no"}, 404))
    asked = (REPO, MIA, ["acme/core"])
    assert await roles.standing(*asked) == Standing("admin", frozenset({"acme/core"}))
    clock.forward(seconds=59)
    assert await roles.standing(*asked) == Standing("admin", frozenset({"acme/core"}))
    clock.forward(seconds=1)
    assert await roles.standing(*asked) == Standing("read")


async def test_an_answer_belongs_to_the_account_and_not_to_the_login(
    roles: Roles, github: FakeGitHub
) -> None:
    github.on(PERMISSION, permission("admin"))
    assert (await roles.standing(REPO, MIA, ())).role_name == "admin"
    assert (await roles.standing(REPO, Account(6, "mia"), ())).role_name == "none"
