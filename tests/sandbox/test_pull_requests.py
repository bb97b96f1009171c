"""Do pull requests live as they do on GitHub, and does an App hear of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

from sandbox import Forbidden, Unprocessable
from sandbox.errors import NotAllowed

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.story import Project
    from sandbox.world import Actor, Installation, PullRequest
    from tests.sandbox.kit import Client

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture
def dev(box: Sandbox) -> Actor:
    return box.world.person("dev")


@pytest.fixture
def gus(box: Sandbox) -> Actor:
    return box.world.person("gus")


@pytest.fixture
async def pull(dev: Actor, project: Project, installation: Installation) -> PullRequest:
    """Opened while there is a loop to deliver in, and after somebody listens."""
    return dev.open_pull(project.solver, "LU", "CWO: #57", {"lu.py": "1"}, "lu", from_fork=True)


def told(box: Sandbox, event: str = "pull_request") -> list[str | None]:
    return [each.action for each in box.deliveries if each.event == event]


def newest(box: Sandbox) -> dict[str, Any]:
    return box.deliveries[-1].payload


async def test_a_stranger_s_draft_from_a_fork_becomes_ready_and_a_draft_again(
    box: Sandbox, project: Project
) -> None:
    eve = box.world.person("eve")
    pull = eve.open_pull(project.solver, "Docs", "", {"d.md": "d"}, from_fork=True, draft=True)
    shown = newest(box)["pull_request"]
    assert (shown["draft"], shown["head"]["label"]) == (True, "eve:patch-1")
    assert shown["head"]["repo"]["full_name"] == "eve/solver"
    eve.ready_for_review(pull)
    eve.convert_to_draft(pull)
    assert told(box) == ["opened", "ready_for_review", "converted_to_draft"]
    with pytest.raises(NotAllowed):
        box.world.person("mia").merge(pull)


async def test_an_edit_tells_what_was_before(box: Sandbox, dev: Actor, pull: PullRequest) -> None:
    dev.edit_pull(pull, body="CWO: #58")
    assert newest(box)["changes"] == {"body": {"from": "CWO: #57"}}
    dev.edit_pull(pull, title="Sparse LU")
    assert newest(box)["changes"] == {"title": {"from": "LU"}}
    assert newest(box)["pull_request"]["body"] == "CWO: #58"
    dev.edit_pull(pull, title="Sparse LU")
    assert told(box) == ["opened", "edited", "edited"]
    with pytest.raises(Forbidden):
        box.world.person("ada").edit_pull(pull, body="")


async def test_a_push_moves_the_head_and_leaves_the_reviews(
    box: Sandbox, dev: Actor, gus: Actor, pull: PullRequest
) -> None:
    review = gus.review(pull, "APPROVED")
    before = pull.head_sha
    commit = dev.push_to_pull(pull, {"lu.py": "2"})
    payload = newest(box)
    assert (payload["action"], payload["before"], payload["after"]) == (
        "synchronize",
        before,
        commit.sha,
    )
    assert payload["pull_request"]["head"]["sha"] == commit.sha
    assert [(each.state, each.commit_sha) for each in pull.reviews] == [("APPROVED", before)]
    assert review.commit_sha != pull.head_sha


async def test_a_review_is_submitted_edited_and_dismissed(
    box: Sandbox, gus: Actor, pull: PullRequest
) -> None:
    review = gus.review(pull, "CHANGES_REQUESTED", "Tests, please")
    assert newest(box)["review"]["state"] == "changes_requested"
    gus.edit_review(review, "Tests and docs, please")
    assert newest(box)["changes"] == {"body": {"from": "Tests, please"}}
    assert [each.before for each in review.edits] == ["Tests, please"]
    box.world.person("mia").dismiss_review(review, "They are there")
    assert newest(box)["review"]["state"] == "dismissed"
    assert told(box, "pull_request_review") == ["submitted", "edited", "dismissed"]
    with pytest.raises(Forbidden):
        box.world.person("ada").dismiss_review(review)


async def test_it_is_closed_and_reopened(box: Sandbox, dev: Actor, pull: PullRequest) -> None:
    dev.close_pull(pull)
    assert newest(box)["pull_request"]["merged"] is False
    dev.reopen_pull(pull)
    assert told(box) == ["opened", "closed", "reopened"]
    assert pull.issue.state == "open"


async def test_closing_words_count_on_the_default_branch_only(
    box: Sandbox, project: Project, gus: Actor
) -> None:
    solver, (first, second, *_) = project.solver, project.issues
    gus.push(solver, {"next.md": "n"}, branch="next")
    words = f"Closes #{first.number}"
    aside = gus.open_pull(solver, "Aside", words, {"a.py": "a"}, "aside", base="next")
    gus.merge(aside)
    assert newest(box)["pull_request"]["base"]["ref"] == "next"
    assert (aside.merged, first.state) == (True, "open")
    assert "a.py" in solver.files("next")
    assert "a.py" not in solver.files()
    gus.merge(gus.open_pull(solver, "Main", f"Fixes #{second.number}", {"b.py": "b"}, "b"))
    assert second.state == "closed"
    assert told(box, "issues") == ["closed"]


async def test_it_can_be_aimed_at_another_branch(
    box: Sandbox, project: Project, gus: Actor, dev: Actor, pull: PullRequest
) -> None:
    tip = gus.push(project.solver, {"next.md": "n"}, branch="next")
    was = pull.base_sha
    with pytest.raises(Forbidden):
        box.world.person("ada").change_base(pull, "next")
    with pytest.raises(Unprocessable):
        dev.change_base(pull, "nowhere")
    dev.change_base(pull, "next")
    assert newest(box)["changes"] == {"base": {"ref": {"from": "main"}, "sha": {"from": was}}}
    assert newest(box)["pull_request"]["base"]["ref"] == "next"
    gus.merge(pull)
    assert project.solver.files("next")["lu.py"] == "1"
    assert tip.sha in project.solver.commits


@pytest.mark.parametrize(
    ("method", "parents", "count"), [("merge", 2, 1), ("squash", 1, 1), ("rebase", 1, 2)]
)
async def test_it_is_merged_in_three_ways(
    box: Sandbox,
    project: Project,
    gus: Actor,
    dev: Actor,
    pull: PullRequest,
    method: Literal["merge", "squash", "rebase"],
    parents: int,
    count: int,
) -> None:
    dev.push_to_pull(pull, {"lu.py": "2", "more.py": "m"}, "More")
    gus.push(project.solver, {"meanwhile.py": "w"})
    box.deliveries.clear()
    commit = gus.merge(pull, method)
    files = project.solver.files()
    assert (files["lu.py"], files["more.py"], files["meanwhile.py"]) == ("2", "m", "w")
    assert len(commit.parents) == parents
    push, closed = box.deliveries
    assert len(push.payload["commits"]) == count
    assert push.payload["head_commit"]["id"] == commit.sha
    merged = closed.payload["pull_request"]
    assert (merged["merged"], merged["merge_commit_sha"]) == (True, commit.sha)
    assert merged["merged_by"]["login"] == "gus"


async def test_what_was_merged_is_taken_back_by_a_new_pull_request(
    box: Sandbox, project: Project, gus: Actor, dev: Actor, pull: PullRequest
) -> None:
    solver = project.solver
    with pytest.raises(Unprocessable):
        gus.revert(pull)
    dev.push_to_pull(pull, {"README.md": "Rewritten"})
    gus.merge(pull)
    gus.push(solver, {"later.py": "l"})
    with pytest.raises(Forbidden):
        dev.revert(pull)
    back = gus.revert(pull)
    shown = newest(box)["pull_request"]
    assert (shown["title"], shown["body"]) == ('Revert "LU"', f"Reverts acme/solver#{pull.number}")
    assert shown["head"]["ref"] == f"revert-{pull.number}-lu"
    assert solver.files()["lu.py"] == "1"
    gus.merge(back)
    files = solver.files()
    assert "lu.py" not in files
    assert files["README.md"].startswith("# solver")
    assert files["later.py"] == "l"


async def test_work_goes_on_on_a_branch_that_was_merged_once(
    project: Project, gus: Actor, dev: Actor, pull: PullRequest
) -> None:
    gus.merge(pull)
    fork = pull.head_repository
    dev.push(fork, {"lu.py": "2"}, "Again", "lu")
    again = dev.propose(project.solver, "More LU", "", fork, "lu")
    assert [each.message for each in again.commits] == ["Again"]


async def test_a_bot_opens_pull_requests_and_merges_none(
    box: Sandbox, project: Project, gus: Actor
) -> None:
    heard = len(box.deliveries)
    renovate = box.world.add_bot("renovate", "acme")
    assert len(box.deliveries) == heard, "nobody is told of its installation"
    update = renovate.open_pull(project.solver, "Update lapack", "", {"pins": "1"}, "renovate/x")
    opened = box.deliveries[-1]
    assert opened.app is box.app
    user = opened.payload["pull_request"]["user"]
    assert (user["login"], user["type"]) == ("renovate[bot]", "Bot")
    assert opened.payload["sender"]["type"] == "Bot"
    with pytest.raises(Forbidden):
        renovate.merge(update)
    gus.merge(update)
    assert {each.app.slug for each in box.deliveries} == {"bursar"}


async def test_check_runs_belong_to_their_commit(
    box: Sandbox, client: Client, bot: str, dev: Actor, pull: PullRequest
) -> None:
    """Also where the commit came from a fork."""
    at = "/repos/acme/solver/check-runs"
    new = {"name": "Funding disclosure", "head_sha": pull.head_sha, "conclusion": "neutral"}
    new |= {"status": "completed"}
    assert (await client.ask("POST", at, new, auth=bot)).status == 201
    dev.push_to_pull(pull, {"lu.py": "2"})
    runs = f"/repos/acme/solver/commits/{pull.head_sha}/check-runs"
    assert (await client.ask("GET", runs, auth=bot)).body["total_count"] == 0
