"""What GitHub says of a person, and for how long we believe it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.refs import Account
from bot.domain.roles import NO_RIGHTS, Standing, rights_of
from bot.domain.rules import RoleList, Rules
from bot.github.client import Client
from bot.github.holders import HOLDER_PAGES_AT_MOST
from bot.github.roles import Roles
from bot.lookup import CannotTell
from tests.github.conftest import REPO
from tests.github.fake import Answer, Asked, Clock, FakeGitHub

MIA = Account(5, "mia")
PERMISSION = "GET /repos/acme/widget/collaborators/mia/permission"
MEMBERSHIP = "GET /orgs/acme/teams/core/memberships/mia"
COLLABORATORS = "GET /repos/acme/widget/collaborators"
MEMBERS = "GET /orgs/acme/teams/core/members"
CORE = RoleList(teams=("acme/core",))
FORBIDDEN = Answer({"message": "Resource not accessible by integration"}, 403)
LIMITED = Answer({"message": "slow down"}, 403, {"Retry-After": "60"})


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
    github.on("GET /repos/acme/widget", Answer({"id": REPO.id}))
    standing = await roles.standing(REPO, MIA, ())
    assert rights_of(1, standing, Rules()) == NO_RIGHTS


async def test_nobody_is_without_rights_because_the_repository_was_moved(
    roles: Roles, github: FakeGitHub
) -> None:
    github.on(PERMISSION, Answer({"message": "Not Found"}, 404))
    github.on("GET /repos/acme/widget", Answer({"message": "Not Found"}, 404))
    with pytest.raises(CannotTell):
        await roles.standing(REPO, MIA, ())


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


# --- who holds a role -------------------------------------------------------------------------


def somebody(number: int, login: str, role: str | None = None, kind: str = "User") -> Any:
    account = {"id": number, "login": login, "type": kind}
    return account | ({"role_name": role} if role else {})


def by_permission(**listed: list[Any]) -> Any:
    def answer(asked: Asked) -> Answer:
        return Answer(listed[asked.query["permission"]])

    return answer


@pytest.mark.parametrize("filter_means", ["exactly", "at least"])
async def test_without_a_list_whoever_keeps_the_repository_holds_the_role(
    roles: Roles, github: FakeGitHub, filter_means: str
) -> None:
    mia, gus = somebody(5, "mia", "admin"), somebody(7, "gus", "maintain")
    champion = somebody(8, "eve", "security-champion")
    robot = somebody(9, "robot[bot]", "admin", "Bot")
    maintain = [gus, champion] if filter_means == "exactly" else [gus, champion, mia, robot]
    github.on(COLLABORATORS, by_permission(admin=[mia, robot], maintain=maintain))
    assert set(await roles.holders(REPO, None) or ()) == {MIA, Account(7, "gus")}


async def test_with_a_list_its_teams_hold_the_role_and_each_person_once(
    roles: Roles, github: FakeGitHub
) -> None:
    github.on(MEMBERS, Answer([somebody(5, "mia"), somebody(7, "gus")]))
    github.on("GET /orgs/acme/teams/money/members", Answer([somebody(7, "gus")]))
    listed = RoleList((1005,), ("acme/core", "acme/money"))
    assert await roles.holders(REPO, listed) == (MIA, Account(7, "gus"))


async def test_an_empty_list_means_nobody(roles: Roles, no_requests: None) -> None:
    assert await roles.holders(REPO, RoleList()) == ()
    assert await roles.holders(REPO, RoleList(people=(1005,))) == ()


@pytest.mark.parametrize("answer", [FORBIDDEN, Answer({"message": "Not Found"}, 404)])
async def test_while_a_team_cannot_be_seen_nobody_knows_who_holds_the_role(
    roles: Roles, github: FakeGitHub, answer: Answer
) -> None:
    github.on(MEMBERS, answer)
    github.on("GET /orgs/acme/teams/money/members", Answer([somebody(7, "gus")]))
    assert await roles.holders(REPO, CORE) is None
    assert await roles.holders(REPO, RoleList((1005,), ("acme/money", "acme/core"))) is None
    assert await roles.holders(REPO, RoleList(teams=("acme/money",))) == (Account(7, "gus"),)


@pytest.mark.parametrize(
    "answer",
    [Answer({"message": "x"}, 500), LIMITED, Answer([{}]), Answer([None]), Answer({}), Answer([1])],
)
async def test_holders_that_cannot_be_listed_are_not_nobody(
    roles: Roles, github: FakeGitHub, answer: Answer
) -> None:
    github.on(MEMBERS, answer)
    github.on(COLLABORATORS, answer)
    for listed in (None, CORE):
        with pytest.raises(CannotTell):
            await roles.holders(REPO, listed)


@pytest.mark.parametrize("answer", [FORBIDDEN, Answer({"message": "Not Found"}, 404)])
async def test_collaborators_that_we_may_not_list_are_not_nobody(
    roles: Roles, github: FakeGitHub, answer: Answer
) -> None:
    github.on(COLLABORATORS, answer)
    with pytest.raises(CannotTell):
        await roles.holders(REPO, None)


async def test_holders_are_believed_for_a_minute(
    roles: Roles, github: FakeGitHub, clock: Clock
) -> None:
    github.on(MEMBERS, Answer([somebody(5, "mia")]), Answer([]))
    assert await roles.holders(REPO, CORE) == (MIA,)
    clock.forward(seconds=59)
    assert await roles.holders(REPO, CORE) == (MIA,)
    assert github.times(MEMBERS) == 1
    clock.forward(seconds=1)
    assert await roles.holders(REPO, CORE) == ()


async def test_a_list_without_end_is_not_read_to_the_end(roles: Roles, github: FakeGitHub) -> None:
    more = {"Link": f'<{github.url}/orgs/acme/teams/core/members?page=2>; rel="next"'}
    github.on(MEMBERS, Answer([somebody(5, "mia")], headers=more))
    with pytest.raises(CannotTell):
        await roles.holders(REPO, CORE)
    assert github.times(MEMBERS) == HOLDER_PAGES_AT_MOST
