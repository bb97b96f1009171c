"""Do people in the box have the rights that they have on GitHub?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox import Forbidden, NotFound, Unprocessable
from sandbox.errors import Gone
from sandbox.nouns.roles import standing
from sandbox.payloads.issues import issue as render
from sandbox.story import Project, a_project
from sandbox.world import World


@pytest.fixture
def world() -> World:
    return World(lambda: datetime(2026, 1, 31, 12, tzinfo=UTC))


@pytest.fixture
def project(world: World) -> Project:
    return a_project(world)


def test_a_stranger_may_open_an_issue_but_not_label_it(world: World, project: Project) -> None:
    ada = world.person("ada")
    issue = ada.open_issue(project.solver, "Please add QR")
    with pytest.raises(Forbidden):
        ada.label(issue, "roadmap")
    with pytest.raises(Forbidden):
        ada.open_issue(project.solver, "And SVD", labels=["roadmap"])


def test_an_issue_form_labels_for_anybody(world: World, project: Project) -> None:
    issue = world.person("ada").open_issue(project.solver, "QR", labels=["roadmap"], from_form=True)
    assert issue.has("Roadmap")
    assert issue.events[0].actor.login == "ada"


def test_triage_may_label_and_close_but_not_edit(world: World, project: Project) -> None:
    dev, issue = world.person("dev"), project.issues[0]
    dev.label(issue, "roadmap")
    dev.close(issue, "not_planned")
    assert (issue.state, issue.state_reason) == ("closed", "not_planned")
    with pytest.raises(Forbidden):
        dev.edit_issue(issue, title="Mine")


def test_an_author_may_not_reopen_what_a_maintainer_closed(world: World, project: Project) -> None:
    bob, issue = world.person("bob"), project.issues[3]
    bob.close(issue)
    bob.reopen(issue)
    world.person("mia").close(issue)
    with pytest.raises(Forbidden):
        bob.reopen(issue)


def test_people_with_write_access_edit_and_delete_comments_of_others(
    world: World, project: Project
) -> None:
    comment = world.person("ada").comment(project.issues[0], "/pledge $500")
    with pytest.raises(Forbidden):
        world.person("eve").edit_comment(comment, "/pledge $5")
    with pytest.raises(Forbidden):
        world.person("dev").delete_comment(comment)
    world.person("gus").edit_comment(comment, "/pledge $50")
    assert comment.edits[0].before == "/pledge $500"
    world.person("gus").delete_comment(comment)
    assert comment not in project.issues[0].comments


def test_a_locked_conversation_is_for_writers(world: World, project: Project) -> None:
    world.person("mia").lock_issue(project.issues[0], "too heated")
    with pytest.raises(Forbidden):
        world.person("ada").comment(project.issues[0], "But!")
    world.person("gus").comment(project.issues[0], "Cooling down.")


def test_a_body_may_have_65536_characters_however_many_bytes(
    world: World, project: Project
) -> None:
    ada = world.person("ada")
    ada.comment(project.issues[0], "€" * 65_536)
    with pytest.raises(Unprocessable):
        ada.comment(project.issues[0], "€" * 65_537)


def test_a_private_repository_is_not_there_for_strangers(world: World, project: Project) -> None:
    with pytest.raises(NotFound):
        world.person("ada").open_issue(project.secret, "Hello?")
    world.person("mia").open_issue(project.secret, "Plan")


def test_an_archived_repository_is_read_only(world: World, project: Project) -> None:
    world.person("mia").archive(project.solver)
    with pytest.raises(Forbidden):
        world.person("mia").comment(project.issues[0], "Still there?")
    world.person("mia").unarchive(project.solver)
    world.person("mia").comment(project.issues[0], "Back.")


def test_a_deleted_issue_is_gone(world: World, project: Project) -> None:
    with pytest.raises(Forbidden):
        world.person("gus").delete_issue(project.issues[0])
    world.person("mia").delete_issue(project.issues[0])
    with pytest.raises(Gone):
        world.person("ada").comment(project.issues[0], "Hm")


def test_a_transferred_issue_has_a_new_id_and_takes_its_comments(
    world: World, project: Project
) -> None:
    bug = project.issues[1]
    comments = list(bug.comments)
    moved = world.person("mia").transfer_issue(bug, project.docs)
    assert moved.id != bug.id
    assert moved.repository is project.docs
    assert moved.comments == comments
    assert [each.name for each in moved.labels] == []  # docs has no such label
    assert bug.moved_to is moved


def test_nobody_approves_their_own_pull_request(world: World, project: Project) -> None:
    dev = world.person("dev")
    pull = dev.open_pull(project.solver, "LU", "", {"lu.py": "x"}, "lu", from_fork=True)
    with pytest.raises(Unprocessable):
        dev.review(pull, "APPROVED")
    assert world.person("eve").review(pull, "APPROVED").state == "APPROVED"
    with pytest.raises(Forbidden):
        dev.merge(pull)


def test_without_write_access_one_works_in_a_fork(world: World, project: Project) -> None:
    with pytest.raises(Forbidden):
        world.person("eve").push(project.solver, {"README.md": "pwned"})
    pull = world.person("eve").open_pull(
        project.solver, "Docs", "", {"README.md": "Better"}, from_fork=True
    )
    assert pull.head_repository.full_name == "eve/solver"
    assert project.solver.files()["README.md"].startswith("# solver")


def test_roles_come_from_grants_teams_ownership_and_custom_names(
    world: World, project: Project
) -> None:
    def role(login: str) -> tuple[str, str]:
        held = standing(world.user(login), project.solver)
        return held.role_name, held.permission

    assert role("mia") == ("admin", "admin")
    assert role("gus") == ("write", "write")
    assert role("dev") == ("triage", "read")
    assert role("ada") == ("read", "read")
    project.organization.teams["core"].roles[project.solver.id] = "maintain"
    assert role("gus") == ("maintain", "write")
    world.add_custom_role("acme", "money-counter", "triage")
    world.person("mia").set_role(project.solver, "ada", "money-counter")
    assert role("ada") == ("money-counter", "read")


def test_a_role_of_that_name_must_exist(world: World, project: Project) -> None:
    with pytest.raises(Unprocessable):
        world.person("mia").set_role(project.solver, "ada", "emperor")
    with pytest.raises(Forbidden):
        world.person("gus").set_role(project.solver, "gus", "admin")


def test_old_names_lead_to_the_repository(world: World, project: Project) -> None:
    world.person("mia").rename_repository(project.solver, "linear")
    assert world.repository("ACME/solver") is project.solver
    world.add_repository("acme/solver")
    assert world.repository("acme/solver") is not project.solver


def test_only_owners_install_an_app(world: World, project: Project) -> None:
    app = world.add_app("bursar", project.organization, ("", ""), permissions={}, events=[])
    with pytest.raises(Forbidden):
        world.person("gus").install(app, [project.solver])
    installation = world.person("mia").install(app, [project.solver])
    assert installation.covers(project.solver)
    assert not installation.covers(project.docs)


def test_times_are_shown_to_the_second(world: World, project: Project) -> None:
    assert render(world, project.issues[0])["created_at"] == "2026-01-31T12:00:00Z"
