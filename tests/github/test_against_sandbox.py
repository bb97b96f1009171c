"""The whole room against GitHub in a box, which knows more of GitHub than our fake does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.domain.refs import Account, Repo
from bot.domain.roles import Standing
from bot.domain.rules import Rail, RoleList
from bot.github.client import Client
from bot.github.errors import Final, Limited, Moved, Unsure
from bot.github.identity import AppKey
from bot.github.perform import Annotation, CheckRun, Perform
from bot.github.questions import Questions
from bot.github.roles import Roles
from bot.lookup import CannotTell
from sandbox.server import Sandbox
from sandbox.story import Project, a_project
from tests.github.fake import Clock
from tests.github_contract.openapi import check_request

COMMENTS = "POST /repos/{owner}/{repo}/issues/*/comments"
MARKER = "<!-- bursar:reply:1 -->"


@dataclass(frozen=True, slots=True)
class Room:
    """The room, wired as `bot.app` wires it, and the world around it."""

    box: Sandbox
    project: Project
    clock: Clock
    repo: Repo
    client: Client
    perform: Perform
    questions: Questions
    roles: Roles


async def person_of(account: Account) -> int:
    return account.id


@pytest.fixture
async def room(clock: Clock) -> AsyncIterator[Room]:
    async def sleep(seconds: float) -> None:
        clock.forward(seconds=seconds)

    async with Sandbox(now=clock, sleep=sleep) as box, aiohttp.ClientSession() as session:
        project = a_project(box.world)
        installed = box.world.person("mia").install(box.app, "all", on="acme")
        key = AppKey.read(box.app.id, box.app.private_key_pem)
        client = Client(session, key, base_url=box.api_url, version="0", now=clock)
        yield Room(
            box,
            project,
            clock,
            Repo(project.solver.id, "acme", "solver", installed.id),
            client,
            Perform(client, app_id=box.app.id),
            Questions(client, person_of=person_of),
            Roles(client, now=clock),
        )
        for each in box.requests:
            if each.path != "/graphql" and not each.path.startswith("/repositories/"):
                check_request(each.method, each.path, each.query, each.request)


def account(room: Room, login: str) -> Account:
    user = room.box.world.user(login)
    return Account(user.id, user.login, user.kind)


# --- writing ----------------------------------------------------------------------------------


async def test_what_we_say_is_there_and_found_again(room: Room) -> None:
    begun = room.clock()
    made = await room.perform.create_comment(room.repo, 1, f"Hello {MARKER}")
    room.box.world.person("eve").comment(room.project.issues[0], f"Not yours {MARKER}")
    assert await room.perform.find_own_comments(room.repo, 1, MARKER, begun) == [made]
    await room.perform.edit_comment(room.repo, made, f"Goodbye {MARKER}")
    assert room.project.issues[0].comments[0].body == f"Goodbye {MARKER}"
    await room.perform.delete_comment(room.repo, made)
    await room.perform.delete_comment(room.repo, made)
    assert await room.perform.find_own_comments(room.repo, 1, MARKER, begun) == []


async def test_an_old_comment_is_not_searched_for(room: Room) -> None:
    made = await room.perform.create_comment(room.repo, 1, MARKER)
    room.clock.forward(hours=1)
    later = room.clock() - timedelta(minutes=1)
    assert await room.perform.find_own_comments(room.repo, 1, MARKER, later) == []
    await room.perform.edit_comment(room.repo, made, "again " + MARKER)
    assert await room.perform.find_own_comments(room.repo, 1, MARKER, later) == [made]


async def test_a_comment_that_exists_although_nobody_said_so_is_found(room: Room) -> None:
    begun = room.clock()
    room.box.faults.fail_after(COMMENTS, times=1)
    with pytest.raises(Unsure):
        await room.perform.create_comment(room.repo, 1, MARKER)
    room.box.faults.reset_after(COMMENTS, times=1)
    with pytest.raises(Unsure):
        await room.perform.create_comment(room.repo, 1, MARKER)
    assert len(await room.perform.find_own_comments(room.repo, 1, MARKER, begun)) == 2


async def test_a_digest_is_opened_found_and_closed(room: Room) -> None:
    begun = room.clock()
    digests, solver = room.perform.digests, room.project.solver
    forged = room.box.world.person("mia").open_issue(solver, "Mine", MARKER, ["funding-digest"])
    made = await digests.open_issue(room.repo, "October", f"Words. {MARKER}")
    again = await digests.open_issue(room.repo, "October", f"Words. {MARKER}")
    assert await digests.find_own_issues(room.repo, MARKER, begun) == [made, again]
    room.clock.forward(hours=1)
    assert await digests.find_own_issues(room.repo, MARKER, room.clock()) == []
    assert [await digests.close_issue(room.repo, made, MARKER) for _ in range(2)] == [True, False]
    assert not await digests.close_issue(room.repo, forged.number, MARKER)
    assert (solver.issues[made].state, forged.state) == ("closed", "open")
    room.box.world.person("mia").delete_issue(solver.issues[again])
    assert not await digests.close_issue(room.repo, again, MARKER)


async def test_an_issue_that_exists_although_nobody_said_so_is_found(room: Room) -> None:
    begun = room.clock()
    room.box.faults.fail_after("POST /repos/{owner}/{repo}/issues", times=1)
    with pytest.raises(Unsure):
        await room.perform.digests.open_issue(room.repo, "October", MARKER)
    (found,) = await room.perform.digests.find_own_issues(room.repo, MARKER, begun)
    assert room.project.solver.issues[found].title == "October"


async def test_too_long_a_digest_is_final(room: Room) -> None:
    with pytest.raises(Final) as final:
        await room.perform.digests.open_issue(room.repo, "October", "x" * 65_537)
    assert final.value.status == 422


async def test_reacting_twice_is_one_reaction(room: Room) -> None:
    said = room.box.world.person("ada").comment(room.project.issues[0], "/pledge $5")
    await room.perform.react(room.repo, said.id, "+1")
    await room.perform.react(room.repo, said.id, "+1")
    assert len(said.reactions) == 1


async def test_a_check_run_is_made_found_and_changed(room: Room) -> None:
    head = await room.questions.default_head(room.repo)
    run = CheckRun(
        "Bursar configuration",
        head,
        f"configuration:{head}",
        "failure",
        "1 mistake",
        "See the line.",
        (Annotation(".github/bursar.yml", 1, "Unknown key."),),
    )
    assert await room.perform.find_check(room.repo, head, run.external_id) is None
    made = await room.perform.create_check(room.repo, run)
    assert await room.perform.find_check(room.repo, head, run.external_id) == made
    await room.perform.edit_check(room.repo, made, replace(run, conclusion="success"))
    (kept,) = room.project.solver.check_runs
    assert kept.conclusion == "success"


async def test_too_long_a_comment_and_a_locked_one_are_final(room: Room) -> None:
    with pytest.raises(Final) as final:
        await room.perform.create_comment(room.repo, 1, "x" * 65_537)
    assert final.value.status == 422
    with pytest.raises(Final):
        await room.perform.create_comment(room.repo, 999, "x")
    with pytest.raises(Final):
        await room.perform.create_check(
            room.repo, CheckRun("x", "0" * 40, "x", "neutral", "x", "x")
        )


async def test_a_limit_is_told_with_its_end(room: Room) -> None:
    room.box.faults.limit(COMMENTS, 30, times=1)
    with pytest.raises(Limited) as limited:
        await room.perform.create_comment(room.repo, 1, "x")
    assert limited.value.until == room.clock() + timedelta(seconds=30)
    room.clock.forward(seconds=30)
    assert await room.perform.create_comment(room.repo, 1, "x")


async def test_an_hour_later_there_is_a_new_token(room: Room) -> None:
    for _ in range(3):
        await room.perform.create_comment(room.repo, 1, "x")
        room.clock.forward(hours=1)
    asked = [each for each in room.box.requests if each.path.endswith("/access_tokens")]
    assert len(asked) == 3


async def test_a_suspended_and_a_removed_installation_write_nothing(room: Room) -> None:
    installation = room.box.world.installations[room.repo.installation]
    await room.perform.create_comment(room.repo, 1, "x")
    room.box.world.person("mia").suspend(installation)
    with pytest.raises(Final):
        await room.perform.create_comment(room.repo, 1, "x")
    room.box.world.person("mia").uninstall(installation)
    with pytest.raises(Final):
        await room.perform.create_comment(room.repo, 1, "x")
    assert len(room.project.issues[0].comments) == 1


async def test_a_renamed_repository_is_read_under_its_old_name_and_not_written(room: Room) -> None:
    await room.perform.create_comment(room.repo, 1, MARKER)
    begun = room.clock()
    room.box.world.person("mia").rename_repository(room.project.solver, "resolver")
    with pytest.raises(Moved):
        await room.perform.create_comment(room.repo, 1, "x")
    assert await room.perform.find_own_comments(room.repo, 1, MARKER, begun)
    found = await room.questions.repository_of("acme", "resolver")
    assert found == replace(room.repo, name="resolver")


# --- reading ----------------------------------------------------------------------------------


async def test_roles_and_teams(room: Room) -> None:
    team = ["acme/core"]
    inside = frozenset(team)
    mia, gus = account(room, "mia"), account(room, "gus")
    assert await room.roles.standing(room.repo, mia, team) == Standing("admin", inside)
    assert await room.roles.standing(room.repo, gus, team) == Standing("write", inside)
    for login, role in (("dev", "triage"), ("ada", "read")):
        assert await room.roles.standing(room.repo, account(room, login), team) == Standing(role)


async def test_who_took_over_a_login_takes_over_no_rights(room: Room) -> None:
    gus = account(room, "gus")
    room.box.world.person("gus").rename_self("gustavo")
    room.box.world.add_user("gus")
    assert (await room.roles.standing(room.repo, gus, ())).role_name == "none"


async def test_a_failed_look_up_is_neither_yes_nor_no(room: Room) -> None:
    room.box.faults.refuse("GET */permission", times=1)
    with pytest.raises(CannotTell):
        await room.roles.standing(room.repo, account(room, "mia"), ())


async def test_who_holds_a_role(room: Room) -> None:
    mia, world = room.box.world.person("mia"), room.box.world
    mia.set_role(room.project.solver, "dev", "maintain")
    world.add_member("acme", "bob")
    assert set(await room.roles.holders(room.repo, None) or ()) == {
        account(room, "mia"),
        account(room, "dev"),
    }
    core = RoleList(teams=("Acme/Core",))
    assert await room.roles.holders(room.repo, core) == (account(room, "mia"), account(room, "gus"))
    assert await room.roles.holders(room.repo, RoleList(teams=("acme/gone", "nobody/x"))) is None
    world.installations[room.repo.installation].permissions.pop("members")
    room.clock.forward(minutes=1)
    assert await room.roles.holders(room.repo, core) is None


async def test_holders_on_several_pages(room: Room) -> None:
    for number in range(230):
        login = f"m{number}"
        room.box.world.add_user(login)
        room.box.world.person("mia").set_role(room.project.solver, login, "maintain")
    assert len(await room.roles.holders(room.repo, None) or ()) == 231


async def test_a_failed_list_of_holders_is_neither_empty_nor_full(room: Room) -> None:
    room.box.faults.refuse("GET */collaborators", times=1)
    with pytest.raises(CannotTell):
        await room.roles.holders(room.repo, None)


async def test_the_work_order_form_on_the_default_branch(room: Room) -> None:
    mia, solver = room.box.world.person("mia"), room.project.solver
    form = ".github/ISSUE_TEMPLATE/work-order.yaml"

    async def named() -> str | None:
        head = await room.questions.default_head(room.repo)
        rules = (await room.questions.configuration(room.repo, head)).rules
        assert rules is not None
        return rules.work_order_form

    assert await named() is None
    mia.push(solver, {form: "name: Work order\n"}, branch="not-yet")
    assert await named() is None
    mia.push(solver, {form: "name: Work order\n"})
    assert await named() == "work-order.yaml"


async def test_the_configuration_at_a_commit(room: Room) -> None:
    found = await room.questions.configuration(
        room.repo, await room.questions.default_head(room.repo)
    )
    assert not found.exists
    assert found.rules is not None
    assert found.rules.rails == (
        Rail("Open Collective", "https://opencollective.com/acme-solver"),
        Rail("GitHub Sponsors", "https://github.com/sponsors/acme"),
    )
    text = 'roles: {stewards: ["@mia", "@acme/core"], treasurers: ["@nobody"]}\n'
    room.box.world.person("mia").push(
        room.project.solver, {".github/bursar.yml": text}, message="Configure Bursar"
    )
    head = await room.questions.default_head(room.repo)
    assert await room.questions.is_on_default_branch(room.repo, head)
    found = await room.questions.configuration(room.repo, head)
    assert [each.line for each in found.mistakes] == [1]
    fixed = text.replace("nobody", "gus")
    room.box.world.person("mia").push(
        room.project.solver, {".github/bursar.yml": fixed}, message="Mend it"
    )
    assert not await room.questions.is_on_default_branch(room.repo, head)
    head = await room.questions.default_head(room.repo)
    found = await room.questions.configuration(room.repo, head)
    assert found.rules is not None
    assert found.rules.stewards == RoleList((account(room, "mia").id,), ("acme/core",))
    assert found.rules.treasurers == RoleList((account(room, "gus").id,))


async def test_who_labelled_what(room: Room) -> None:
    mia, gus = room.box.world.person("mia"), room.box.world.person("gus")
    first, second, *_ = room.project.issues
    mia.label(first, "roadmap")
    mia.unlabel(first, "roadmap")
    gus.label(first, "roadmap")
    mia.label(second, "roadmap")
    mia.close(second)
    found = await room.questions.labelled_issues(room.repo, ("roadmap",))
    assert [(each.issue.id, each.by and each.by.login, each.is_open) for each in found] == [
        (first.id, "gus", True),
        (second.id, "mia", False),
    ]
    assert all("roadmap" in each.issue.labels for each in found)


def _second(moment: datetime | None) -> datetime:
    """What a webhook tells of a moment."""
    assert moment is not None
    return moment.replace(microsecond=0)


async def test_closed_by_hand_or_by_a_commit(room: Room) -> None:
    mia = room.box.world.person("mia")
    first, second, *_ = room.project.issues
    mia.close(first)
    assert await room.questions.closed_by_hand(room.repo, first.number, _second(first.closed_at))
    mia.push(room.project.solver, {"x": "y"}, message=f"Closes #{second.number}")
    assert not await room.questions.closed_by_hand(
        room.repo, second.number, _second(second.closed_at)
    )


async def test_accounts_and_installations(room: Room) -> None:
    mia = account(room, "mia")
    assert await room.questions.account(room.repo, "MIA") == mia
    found = await room.questions.account(room.repo, "acme")
    assert found is not None
    assert found.kind == "Organization"
    assert await room.questions.account(room.repo, "nobody") is None
    assert await room.questions.repository_of("acme", "solver") == room.repo
    assert await room.questions.repository_of("acme", "nothing") is None


async def test_a_pull_request_is_read_as_its_events_tell_it(room: Room) -> None:
    world, solver = room.box.world, room.project.solver
    body = "It is faster.\n\nCWO: #57"
    pull = world.person("dev").open_pull(solver, "Faster", body, {"a.py": "a"}, from_fork=True)
    found = await room.questions.pull(room.repo, pull.issue.number)
    assert found is not None
    assert (found.repo, found.number, found.head) == (solver.id, pull.issue.number, pull.head_sha)
    assert (found.names, found.is_open, found.into_default) == (57, True, True)
    assert found.author == account(room, "dev")
    world.person("mia").merge(pull)
    merged = await room.questions.pull(room.repo, pull.issue.number)
    assert merged is not None
    assert merged.merged_by == account(room, "mia")
    assert merged.merged_at is not None
    assert await room.questions.pull(room.repo, 999) is None
