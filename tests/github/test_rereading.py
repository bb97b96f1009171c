"""Does what is read again say the same as what was told?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from bot.domain.configuration import CONFIGURATION
from bot.domain.refs import IssueRef, PullRef, Repo
from bot.events import happened as h
from bot.events.mirrored import IssueSeen
from bot.events.reading import Heard, hear
from bot.github.client import Client
from bot.github.identity import AppKey
from bot.github.rereading import Rereading, Told
from bot.github.rereading.today import Gone, Today
from bot.lookup import CannotTell
from sandbox.deliveries import body_of
from sandbox.server import Sandbox
from sandbox.story import Project, a_project
from sandbox.world import Actor, Issue
from tests.github.conftest import REPO
from tests.github.fake import Answer, Clock, FakeGitHub
from tests.github_contract.openapi import check_answer, check_request


@dataclass(frozen=True, slots=True)
class Room:
    box: Sandbox
    project: Project
    clock: Clock
    repo: Repo
    rereading: Rereading

    def person(self, login: str) -> Actor:
        """Somebody, a minute later."""
        self.clock.forward(minutes=1)
        return self.box.world.person(login)

    def told(self, *kinds: type[h.Event]) -> list[Any]:
        """What the deliveries of these kinds said, in order of time."""
        heard = [
            hear(each.event, body_of(each), each.created_at)
            for each in self.box.world.deliveries
            if each.repository is self.project.solver
        ]
        return sorted_events(heard, kinds)

    async def read(self, *kinds: type[h.Event], since: datetime | None = None) -> list[Any]:
        """What is read again of these kinds, in order of time."""
        return sorted_events([heard(each) for each in await self.everything(since)], kinds)

    async def everything(self, since: datetime | None = None) -> list[Told]:
        again = self.rereading
        found: list[Told] = []
        for reading in (again.comments, again.timelines, again.pulls, again.configurations):
            one = [each async for each in reading(self.repo, since)]
            assert [each.at for each in one] == sorted(each.at for each in one)
            found += one
        assert len({each.delivery for each in found}) == len(found)
        assert all(since is None or each.at >= since for each in found)
        return found


def heard(told: Told) -> Heard:
    return hear(told.event, told.body, told.at)


def sorted_events(found: list[Heard], kinds: tuple[type[h.Event], ...]) -> list[Any]:
    events = [each.event for each in found if isinstance(each.event, kinds)]
    return sorted(map(plain, events), key=lambda each: (each.at, type(each).__name__, repr(each)))


def plain(event: Any) -> Any:
    """An event without what is known to be as of today: the order of labels, heads, descriptions."""
    if isinstance(event, h.CommentMade):
        spoken = replace(event.spoken, issue=plain_issue(event.spoken.issue))
        return _Said(event.repo, spoken, event.body, spoken.at)
    if isinstance(getattr(event, "issue", None), IssueRef):
        return replace(event, issue=plain_issue(event.issue))
    if isinstance(event, h.PullChanged | h.ReviewChanged):
        pull: PullRef = replace(event.pull, head="", merged_by=None)
        return replace(event, pull=pull)
    return event


def plain_issue(issue: IssueRef) -> IssueRef:
    return replace(issue, labels=tuple(sorted(issue.labels)))


@dataclass(frozen=True)
class _Said:
    repo: Repo
    spoken: Any
    body: str
    at: datetime


@pytest.fixture
async def room(clock: Clock) -> AsyncIterator[Room]:
    async def sleep(seconds: float) -> None:
        clock.forward(seconds=seconds)

    async with Sandbox(now=clock, sleep=sleep) as box, aiohttp.ClientSession() as session:
        project = a_project(box.world)
        installed = box.world.person("mia").install(box.app, "all", on="acme")
        key = AppKey.read(box.app.id, box.app.private_key_pem)
        client = Client(session, key, base_url=box.api_url, version="0", now=clock)
        repo = Repo(project.solver.id, "acme", "solver", installed.id)
        clock.forward(minutes=1)
        yield Room(box, project, clock, repo, Rereading(client))
        for each in box.requests:
            if each.path != "/graphql":
                check_request(each.method, each.path, each.query, each.request)
                check_answer(each.method, each.path, each.status, each.response)


ISSUES = (h.IssueLabelled, h.IssueUnlabelled, h.IssueClosed, h.IssueReopened)


def _a_life(room: Room) -> Issue:
    solver = room.project.solver
    issue = room.person("bob").open_issue(solver, "Preconditioners")
    room.person("mia").label(issue, "roadmap")
    room.person("ada").comment(issue, "/pledge $50")
    room.person("mia").label(issue, "bug")
    room.person("mia").close(issue, "not_planned")
    room.person("ada").comment(issue, "/pledge $10")
    room.person("mia").reopen(issue)
    room.person("mia").edit_issue(issue, title="Better preconditioners")
    room.person("mia").unlabel(issue, "roadmap")
    room.person("gus").comment(issue, "Oh.")
    room.person("mia").label(issue, "roadmap")
    room.person("mia").close(issue)
    return issue


async def test_what_became_of_issues_reads_as_it_was_told(room: Room) -> None:
    since = room.clock()
    _a_life(room)
    assert await room.read(*ISSUES, since=since) == room.told(*ISSUES)
    assert len(room.told(*ISSUES)) == 7


async def test_comments_read_as_they_were_told_with_the_issue_as_it_was_then(room: Room) -> None:
    since = room.clock()
    _a_life(room)
    assert await room.read(h.CommentMade, since=since) == room.told(h.CommentMade)


async def test_reading_from_the_beginning_leaves_nothing_out(room: Room) -> None:
    _a_life(room)
    comments = await room.read(h.CommentMade)
    assert [each.body for each in comments][-3:] == ["/pledge $50", "/pledge $10", "Oh."]
    assert len(comments) == 4  # and one from before the App was there
    told = [heard(each) for each in await room.everything()]
    titles = [fact.title for each in told for fact in each.facts if isinstance(fact, IssueSeen)]
    assert {"Preconditioners", "Better preconditioners"} <= set(titles)


async def test_what_is_older_is_left_out(room: Room) -> None:
    issue = _a_life(room)
    since = room.person("mia").now()
    room.person("ada").comment(issue, "later")
    assert [each.body for each in await room.read(h.CommentMade, since=since)] == ["later"]
    assert await room.read(*ISSUES, since=since) == []


async def test_two_acts_of_one_second_stay_in_their_order(room: Room) -> None:
    since = room.clock()
    issue = room.person("bob").open_issue(room.project.solver, "Fast")
    mia = room.person("mia")
    mia.label(issue, "roadmap")
    mia.unlabel(issue, "roadmap")
    mia.label(issue, "roadmap")
    read = [
        heard(each).event for each in [t async for t in room.rereading.timelines(room.repo, since)]
    ]
    kinds = [type(each).__name__ for each in read if each is not None]
    assert kinds == ["IssueLabelled", "IssueUnlabelled", "IssueLabelled"]
    labels = [each.issue.labels for each in read if isinstance(each, ISSUES)]
    assert labels == [("roadmap",), (), ("roadmap",)]


async def test_an_edited_comment_is_read_with_its_first_words(room: Room) -> None:
    since = room.clock()
    issue = room.person("bob").open_issue(room.project.solver, "Fast")
    comment = room.person("ada").comment(issue, "/pledge $50")
    room.person("ada").edit_comment(comment, "/pledge $5")
    room.person("mia").edit_comment(comment, "/pledge $5000")
    assert await room.read(h.CommentMade, since=since) == room.told(h.CommentMade)
    (made,) = await room.read(h.CommentMade, since=since)
    assert made.body == "/pledge $50"


async def test_an_edited_comment_without_its_first_words_is_told_as_edited_only(
    room: Room,
) -> None:
    since = room.clock()
    issue = room.person("bob").open_issue(room.project.solver, "Fast")
    comment = room.person("ada").comment(issue, "/pledge $50")
    room.person("mia").edit_comment(comment, "/pledge $5000")
    comment.edits.clear()  # somebody removed the old versions
    assert await room.read(h.CommentMade, since=since) == []
    (told,) = [each async for each in room.rereading.comments(room.repo, since)]
    assert told.delivery == f"reread:comment:{comment.id}:edited"
    assert msgspec.json.decode(told.body)["action"] == "edited"


async def test_pull_requests_and_reviews_read_as_they_were_told(room: Room) -> None:
    since = room.clock()
    solver = room.project.solver
    files = {"solver/lu.py": "x = 1\n"}
    pull = room.person("dev").open_pull(solver, "Add LU", "A change.", files, "lu", from_fork=True)
    room.person("mia").review(pull, "CHANGES_REQUESTED", "Tests, please.")
    room.person("dev").convert_to_draft(pull)
    room.person("dev").ready_for_review(pull)
    approval = room.person("mia").review(pull, "APPROVED")
    room.person("mia").dismiss_review(approval)
    room.person("mia").review(pull, "APPROVED")
    room.person("mia").merge(pull)
    kinds = (h.PullChanged, h.ReviewChanged)
    today = f"reread:pull:{pull.id}:{pull.head_sha}"
    read = [each for each in await room.everything(since) if not each.delivery.startswith(today)]
    assert sorted_events([heard(each) for each in read], kinds) == room.told(*kinds)
    events = [heard(each).event for each in read]
    pulls = [each for each in events if isinstance(each, h.PullChanged)]
    assert pulls[-1].action == "closed"
    assert pulls[-1].pull.merged_by is not None
    assert pulls[-1].pull.merged_by.login == "mia"


async def test_a_new_head_is_told_once_as_of_now(room: Room) -> None:
    solver = room.project.solver
    pull = room.person("dev").open_pull(solver, "LU", "A change.", {"a": "1"}, "lu", from_fork=True)
    since = room.person("dev").now()
    fork = pull.head_repository
    room.person("dev").push(fork, {"a": "2"}, branch="lu")
    room.person("dev").push(fork, {"a": "3"}, branch="lu")
    (event,) = await _raw(room, h.PullChanged, since)
    assert (event.action, event.pull.head) == ("synchronize", pull.head_sha)


async def test_pushes_that_touched_the_configuration_are_read(room: Room) -> None:
    since = room.clock()
    solver = room.project.solver
    commit = room.person("mia").push(solver, {CONFIGURATION: "roadmap:\n"}, "Configure")
    room.person("mia").push(solver, {"README.md": "# New"}, "Not ours")
    gone = room.person("mia").push(solver, {CONFIGURATION: None}, "Back to the defaults")
    of_before, *read = await _raw(room, h.Pushed, since)
    assert of_before.at == since
    assert [each.commit for each in read] == [commit.sha, gone.sha]
    assert all(CONFIGURATION in each.paths for each in read)
    assert [each.at for each in read] == [commit.at, gone.at]


async def test_a_configuration_that_was_merged_late_is_told_whatever_its_commits_time(
    room: Room,
) -> None:
    """GitHub tells when a commit was made, and not when a merge brought it in."""
    solver = room.project.solver
    room.person("mia").push(solver, {CONFIGURATION: "roadmap:\n"}, "Configure")
    since = room.clock() + timedelta(minutes=1)
    before = await _raw(room, h.Pushed, since)
    late = room.person("mia").push(solver, {CONFIGURATION: None}, "Made long ago")
    solver.commits[late.sha] = replace(late, at=since - timedelta(days=9))
    (told,) = await _raw(room, h.Pushed, since)
    assert CONFIGURATION in told.paths
    assert told.at == since
    assert [each.commit for each in before] != [told.commit]
    assert await _raw(room, h.Pushed, since) == [told]


async def _raw(room: Room, kind: type[Any], since: datetime) -> list[Any]:
    events = [heard(each).event for each in await room.everything(since)]
    return [each for each in events if isinstance(each, kind)]


async def test_deleted_and_moved_issues_are_not_there(room: Room) -> None:
    since = room.clock()
    solver = room.project.solver
    gone = room.person("bob").open_issue(solver, "Gone")
    room.person("ada").comment(gone, "/pledge $50")
    room.person("mia").label(gone, "roadmap")
    room.person("mia").delete_issue(gone)
    assert {each.event for each in await room.everything(since)} == {"push"}  # the form of before


async def test_an_issue_that_is_gone_while_it_is_read_leaves_the_others(room: Room) -> None:
    since = room.clock()
    solver = room.project.solver
    here, gone = (room.person("bob").open_issue(solver, title) for title in ("Here", "Gone"))
    room.person("ada").comment(gone, "/pledge $50")
    room.person("ada").comment(gone, "/pledge $60")
    room.person("ada").comment(here, "/pledge $70")
    room.box.faults.refuse("GET /repos/{owner}/{repo}/issues", status=410)  # in no list any more
    room.box.faults.refuse("GET /repos/{owner}/{repo}/issues/{issue_number}", status=410, times=1)
    said = [each.body async for each in room.rereading.comments(room.repo, since)]
    assert len(said) == 1
    assert b"/pledge $70" in said[0]


async def test_a_pull_request_that_is_gone_while_it_is_read_leaves_the_others(room: Room) -> None:
    since = room.clock()
    solver = room.project.solver
    here, _ = (
        room.person("dev").open_pull(solver, title, files={title: ""}, branch=title, from_fork=True)
        for title in ("here", "gone")
    )
    room.box.faults.refuse(
        "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", status=404, times=1
    )
    told = [heard(each).event async for each in room.rereading.pulls(room.repo, since)]
    numbers = {each.pull.number for each in told if isinstance(each, h.PullChanged)}
    assert numbers == {here.number}


async def test_a_repository_is_there_as_long_as_github_knows_it(room: Room) -> None:
    assert await room.rereading.is_there(room.repo)
    assert not await room.rereading.is_there(replace(room.repo, name="gone"))


async def test_reading_twice_gives_the_same_names(room: Room) -> None:
    _a_life(room)
    first = [each.delivery for each in await room.everything()]
    assert first == [each.delivery for each in await room.everything()]


async def test_long_lists_are_read_page_by_page(room: Room) -> None:
    since = room.clock()
    issue = room.person("bob").open_issue(room.project.solver, "Popular")
    for number in range(130):
        room.person("ada").comment(issue, f"/pledge ${number + 1}")
    for _ in range(60):
        room.person("mia").label(issue, "roadmap")
        room.person("mia").unlabel(issue, "roadmap")
    assert await room.read(h.CommentMade, *ISSUES, since=since) == room.told(h.CommentMade, *ISSUES)


# --- what is there today ----------------------------------------------------------------------

ROOT = "GET /repos/acme/widget"
ISSUE, PANEL = f"{ROOT}/issues/7", f"{ROOT}/issues/comments/9"
HERE = Answer({"id": REPO.id})
NO = {"message": "no"}
ANOTHER = {"id": 8008, "number": 7}


@pytest.mark.parametrize(
    ("answer", "how"),
    [
        (Answer(NO, 410), "deleted"),
        (Answer(NO, 404), "transferred"),
        (Answer(ANOTHER), "transferred"),
    ],
)
async def test_an_issue_is_gone_where_its_repository_is_there(
    client: Client, github: FakeGitHub, answer: Answer, how: str
) -> None:
    github.on(ISSUE, answer)
    github.on(ROOT, HERE)
    assert await Today(client).issue(REPO, 7, 7007) == Gone(how)
    assert github.lines == [ISSUE, ROOT]


@pytest.mark.parametrize(
    "there", [Answer(NO, 404), Answer({"id": 77}), Answer({}), Answer(NO, 500)]
)
@pytest.mark.parametrize("answer", [Answer(NO, 410), Answer(NO, 404), Answer(ANOTHER)])
async def test_no_issue_is_gone_from_a_repository_that_is_not_there(
    client: Client, github: FakeGitHub, answer: Answer, there: Answer
) -> None:
    """Its pledges would expire, only because nobody let us look for a moment."""
    github.on(ISSUE, answer)
    github.on(ROOT, there)
    with pytest.raises(CannotTell):
        await Today(client).issue(REPO, 7, 7007)


async def test_a_comment_is_gone_where_its_repository_is_there(
    client: Client, github: FakeGitHub
) -> None:
    github.on(PANEL, Answer({"id": 9}), Answer(NO, 404))
    github.on(ROOT, HERE, Answer(NO, 404))
    today = Today(client)
    assert await today.comment(REPO, 9) == {"id": 9}
    assert await today.comment(REPO, 9) is None
    with pytest.raises(CannotTell):
        await today.comment(REPO, 9)


async def test_what_is_there_costs_no_look_at_the_repository(
    client: Client, github: FakeGitHub
) -> None:
    github.on(ISSUE, Answer({"id": 7007}))
    github.on(PANEL, Answer({"id": 9}))
    assert await Today(client).issue(REPO, 7, 7007) == {"id": 7007}
    assert await Today(client).comment(REPO, 9) == {"id": 9}
    assert github.lines == [ISSUE, PANEL]
