"""What GitHub answers to the questions of handlers."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.configuration import Configuration
from bot.domain.refs import Account, IssueRef, Repo
from bot.domain.rules import Rail, RoleList, Rules
from bot.github.client import Client
from bot.github.files import NO_COMMIT, NotAFile, read_file
from bot.github.questions import Questions
from bot.lookup import CannotTell, LabelledIssue
from tests.github.conftest import REPO
from tests.github.fake import Answer, Asked, FakeGitHub

ROOT = "/repos/acme/widget"
OURS = f"GET {ROOT}/contents/.github/bursar.yml"
FUNDING = f"GET {ROOT}/contents/.github/FUNDING.yml"
FORMS = f"GET {ROOT}/contents/.github/ISSUE_TEMPLATE"
MIA = {"id": 5, "login": "mia", "type": "User"}
HERE = Answer({"id": REPO.id})
NO = {"message": "no"}
TROUBLE = [Answer(NO, 500), Answer(NO, 403), Answer(NO, 429), Answer(raw=b"{"), Answer(status=None)]


@pytest.fixture
def questions(client: Client) -> Questions:
    async def person_of(account: Account) -> int:
        return account.id + 1000

    return Questions(client, person_of=person_of)


# --- accounts ---------------------------------------------------------------------------------


async def test_a_login_has_an_account_or_none(questions: Questions, github: FakeGitHub) -> None:
    github.on("GET /users/mia", Answer(MIA))
    github.on("GET /users/acme", Answer({"id": 6, "login": "acme", "type": "Organization"}))
    assert await questions.account(REPO, "mia") == Account(5, "mia")
    assert await questions.account(REPO, "acme") == Account(6, "acme", "Organization")
    assert await questions.account(REPO, "nobody") is None


@pytest.mark.parametrize("answer", [*TROUBLE, Answer({}), Answer([]), Answer("mia")])
async def test_trouble_is_no_missing_account(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on("GET /users/mia", answer)
    with pytest.raises(CannotTell):
        await questions.account(REPO, "mia")


# --- who closed it ----------------------------------------------------------------------------


CLOSED_AT = datetime(2030, 1, 1, 12, tzinfo=UTC)


def closing(*nodes: Any) -> Answer:
    return Answer({"data": {"repository": {"issue": {"timelineItems": {"nodes": list(nodes)}}}}})


@pytest.mark.parametrize(
    ("closer", "by_hand"),
    [
        (None, True),
        ({"__typename": "Commit"}, False),
        ({"__typename": "PullRequest"}, False),
        ({"__typename": "ProjectV2"}, False),
    ],
)
async def test_only_a_closing_without_a_closer_is_by_hand(
    questions: Questions, github: FakeGitHub, closer: Any, by_hand: bool
) -> None:
    before = {"createdAt": "2030-01-01T11:00:00Z", "closer": {"__typename": "PullRequest"}}
    then = {"createdAt": "2030-01-01T12:00:00Z", "closer": closer}
    after = {"createdAt": "2030-01-01T12:00:02Z", "closer": {"__typename": "Commit"}}
    github.on("POST /graphql", closing(before, then, after))
    assert await questions.closed_by_hand(REPO, 12, CLOSED_AT) is by_hand
    assert github.last.body["variables"] == {"owner": "acme", "name": "widget", "number": 12}


@pytest.mark.parametrize(
    "answer",
    [
        *TROUBLE,
        closing(),
        closing({}),
        closing(None),
        Answer({"data": {"repository": None}}),
        Answer({"data": {"repository": {"issue": None}}}),
        Answer({"data": None}),
        Answer({"data": {"repository": None}, "errors": [{"type": "NOT_FOUND", "message": "x"}]}),
    ],
)
async def test_an_unknown_closing_is_neither_by_hand_nor_not(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on("POST /graphql", answer)
    with pytest.raises(CannotTell):
        await questions.closed_by_hand(REPO, 12, CLOSED_AT)


async def test_of_two_closings_within_one_second_both_must_be_by_hand(
    questions: Questions, github: FakeGitHub
) -> None:
    by_hand = {"createdAt": "2030-01-01T12:00:00Z", "closer": None}
    by_merge = by_hand | {"closer": {"__typename": "PullRequest"}}
    github.on("POST /graphql", closing(by_merge, by_hand))
    assert await questions.closed_by_hand(REPO, 12, CLOSED_AT) is False


# --- files ------------------------------------------------------------------------------------


def file(text: bytes) -> Answer:
    coded = base64.encodebytes(text).decode()
    return Answer({"type": "file", "encoding": "base64", "content": coded, "size": len(text)})


async def test_a_file_is_read_at_a_commit(client: Client, github: FakeGitHub) -> None:
    github.on(OURS, file(b"roadmap: {}\n" * 20))
    github.on(f"GET {ROOT}", HERE)
    assert await read_file(client, REPO, "abc", ".github/bursar.yml") == b"roadmap: {}\n" * 20
    assert github.last.query == {"ref": "abc"}
    assert await read_file(client, REPO, "abc", ".github/other.yml") is None
    assert await read_file(client, REPO, NO_COMMIT, ".github/bursar.yml") is None


@pytest.mark.parametrize(
    "body",
    [
        [{"type": "file"}],
        {"type": "submodule"},
        {"type": "symlink", "target": "/etc/passwd"},
        {"type": "file", "encoding": "none", "content": ""},
    ],
)
async def test_what_is_no_file_is_a_mistake_of_the_repository(
    questions: Questions, client: Client, github: FakeGitHub, body: Any
) -> None:
    github.on(OURS, Answer(body))
    github.on(FUNDING, Answer(body))
    with pytest.raises(NotAFile):
        await read_file(client, REPO, "abc", ".github/bursar.yml")
    found = await questions.configuration(REPO, "abc")
    assert found.rules is None
    assert [mistake.line for mistake in found.mistakes] == [1]


async def test_a_configuration_is_read_with_its_people_and_rails(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(OURS, file(b'roles: {stewards: ["@mia", "@acme/core"]}'))
    github.on(FUNDING, file(b"open_collective: acme\n"))
    github.on("GET /users/mia", Answer(MIA))
    github.on(f"GET {ROOT}", HERE)
    found = await questions.configuration(REPO, "abc")
    rails = (Rail("Open Collective", "https://opencollective.com/acme"),)
    stewards = RoleList((1005,), ("acme/core",))
    assert found == Configuration(Rules(stewards=stewards, rails=rails))


async def test_no_file_means_the_defaults(questions: Questions, github: FakeGitHub) -> None:
    github.on(f"GET {ROOT}", HERE)
    assert await questions.configuration(REPO, "abc") == Configuration(Rules(), exists=False)


async def test_a_funding_file_that_is_none_is_passed_over(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(FUNDING, Answer([]))
    github.on(f"GET {ROOT}", HERE)
    assert (await questions.configuration(REPO, "abc")).rules == Rules()


def folder(*names: str, kind: str = "file") -> Answer:
    return Answer([{"type": kind, "path": f".github/ISSUE_TEMPLATE/{name}"} for name in names])


@pytest.mark.parametrize(
    ("answer", "form"),
    [
        (folder("bug.yml", "work-order.yml", "work-order.yaml"), "work-order.yml"),
        (folder("work-order.yaml"), "work-order.yaml"),
        (folder("bug.yml", "work-order.md", "work-order.yml.orig"), None),
        (folder("work-order.yml", kind="dir"), None),
        (folder(), None),
        (Answer({"type": "file", "path": ".github/ISSUE_TEMPLATE"}), None),
        (Answer(NO, 404), None),
    ],
)
async def test_the_rules_name_the_work_order_form_where_there_is_one(
    questions: Questions, github: FakeGitHub, answer: Answer, form: str | None
) -> None:
    github.on(FORMS, answer)
    github.on(f"GET {ROOT}", HERE)
    found = await questions.configuration(REPO, "abc")
    assert found == Configuration(Rules(work_order_form=form), exists=False)
    (asked,) = [each for each in github.asked if each.line == FORMS]
    assert asked.query == {"ref": "abc"}


async def test_a_form_is_not_looked_for_beside_a_mistake(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(OURS, file(b"roadmap: ["))
    github.on(f"GET {ROOT}", HERE)
    assert (await questions.configuration(REPO, "abc")).rules is None
    assert github.times(FORMS) == 0


@pytest.mark.parametrize("answer", [Answer([{}]), Answer([1]), Answer({}), Answer(5)])
async def test_a_folder_that_cannot_be_read_is_not_an_empty_one(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on(FORMS, answer)
    github.on(f"GET {ROOT}", HERE)
    with pytest.raises(CannotTell):
        await questions.configuration(REPO, "abc")


@pytest.mark.parametrize("line", [OURS, FUNDING, FORMS, "GET /users/mia"])
@pytest.mark.parametrize("answer", TROUBLE)
async def test_trouble_is_no_configuration(
    questions: Questions, github: FakeGitHub, line: str, answer: Answer
) -> None:
    github.on(OURS, file(b'roles: {stewards: ["@mia"]}'))
    github.on("GET /users/mia", Answer(MIA))
    github.on(f"GET {ROOT}", HERE)
    github.on(line, answer)
    with pytest.raises(CannotTell):
        await questions.configuration(REPO, "abc")


@pytest.mark.parametrize("missing", [OURS, FUNDING, FORMS])
@pytest.mark.parametrize("there", [Answer(NO, 404), Answer({"id": 77}), Answer({}), *TROUBLE])
async def test_a_repository_that_is_not_there_does_not_have_the_defaults(
    questions: Questions, github: FakeGitHub, missing: str, there: Answer
) -> None:
    """It may be hidden from us right after another answer: then we know nothing of its files."""
    answers = {OURS: file(b"roadmap: {}\n"), FUNDING: file(b"github: acme\n"), FORMS: folder()}
    for line, answer in answers.items():
        github.on(line, Answer(NO, 404) if line == missing else answer)
    github.on(f"GET {ROOT}", there)
    with pytest.raises(CannotTell):
        await questions.configuration(REPO, "abc")


@pytest.mark.parametrize("line", [OURS, FUNDING, FORMS])
async def test_an_answer_that_says_nothing_is_no_missing_file(
    questions: Questions, github: FakeGitHub, line: str
) -> None:
    github.on(f"GET {ROOT}", HERE)
    github.on(line, Answer(raw=b"null"))
    with pytest.raises(CannotTell):
        await questions.configuration(REPO, "abc")


async def test_only_what_is_missing_costs_a_look_at_the_repository(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(OURS, file(b"roadmap: {}\n"))
    github.on(FUNDING, file(b"github: acme\n"))
    github.on(f"GET {ROOT}", HERE)
    await questions.configuration(REPO, "abc")
    assert github.lines == [OURS, FUNDING, FORMS, f"GET {ROOT}"]


@pytest.mark.parametrize("content", [{}, {"content": None}, {"content": "é"}, {"content": "a"}])
async def test_a_file_that_cannot_be_decoded_is_no_answer(
    client: Client, github: FakeGitHub, content: Any
) -> None:
    github.on(OURS, Answer({"type": "file", "encoding": "base64", **content}))
    with pytest.raises(CannotTell):
        await read_file(client, REPO, "abc", ".github/bursar.yml")


# --- commits and files of pull requests -------------------------------------------------------


async def test_the_newest_commit_of_the_default_branch(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(f"GET {ROOT}/commits", Answer([{"sha": "abc"}]))
    assert await questions.default_head(REPO) == "abc"
    assert github.last.query == {"per_page": "1"}
    assert await questions.is_on_default_branch(REPO, "abc")
    assert not await questions.is_on_default_branch(REPO, "abd")


async def test_an_empty_repository_has_no_commit_and_the_defaults(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(f"GET {ROOT}/commits", Answer({"message": "Git Repository is empty."}, 409))
    assert await questions.default_head(REPO) == NO_COMMIT
    found = await questions.configuration(REPO, NO_COMMIT)
    assert found == Configuration(Rules(), exists=False)


@pytest.mark.parametrize(
    "answer", [*TROUBLE, Answer([]), Answer([{}]), Answer({}), Answer(NO, 404)]
)
async def test_an_unknown_head_is_none(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ROOT}/commits", answer)
    with pytest.raises(CannotTell):
        await questions.is_on_default_branch(REPO, "abc")


async def test_a_pull_request_touches_old_and_new_names(
    questions: Questions, github: FakeGitHub
) -> None:
    files = [{"filename": "a"}, {"filename": "b", "previous_filename": ".github/bursar.yml"}]
    github.on(f"GET {ROOT}/pulls/3/files", Answer(files))
    assert await questions.pull_files(REPO, 3) == {"a", "b", ".github/bursar.yml"}


@pytest.mark.parametrize(
    "answer", [*TROUBLE, Answer(NO, 404), Answer([{}]), Answer([1]), Answer({})]
)
async def test_unknown_files_are_not_no_files(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ROOT}/pulls/3/files", answer)
    with pytest.raises(CannotTell):
        await questions.pull_files(REPO, 3)


# --- labelled issues --------------------------------------------------------------------------


def issue(number: int, *labels: Any, state: str = "open", **more: Any) -> Any:
    body = {"id": number * 100, "number": number, "labels": labels, "state": state}
    return body | {"user": MIA, "body": None} | more


def put_on(label: str, actor: Any, event: str = "labeled") -> Any:
    return {"event": event, "label": {"name": label}, "actor": actor}


def user(number: int) -> Any:
    return {"id": number, "login": f"u{number}", "type": "User"}


async def test_labelled_issues_come_with_who_labelled_them(
    questions: Questions, github: FakeGitHub
) -> None:
    def by_label(asked: Asked) -> Answer:
        assert asked.query["state"] == "all"
        roadmap, bug = {"name": "Roadmap"}, {"name": "bug"}
        found = {
            "roadmap": [
                issue(7, roadmap, bug, user=None, body="### Scope"),
                issue(3, "funded", roadmap, state="closed"),
                issue(4, roadmap, pull_request={}),
            ],
            "funded": [issue(3, "funded", roadmap, state="closed")],
        }
        return Answer(found[asked.query["labels"]])

    github.on(f"GET {ROOT}/issues", by_label)
    github.on(
        f"GET {ROOT}/issues/7/events",
        Answer(
            [
                put_on("roadmap", user(1)),
                {"event": "closed", "actor": user(8)},
                put_on("roadmap", user(8), "unlabeled"),
                put_on("roadmap", user(2)),
                put_on("bug", user(8)),
                put_on("funded", user(8)),
            ]
        ),
    )
    github.on(f"GET {ROOT}/issues/3/events", Answer([put_on("Funded", None)]))
    assert await questions.labelled_issues(REPO, ("roadmap", "funded")) == (
        LabelledIssue(
            IssueRef(300, 3, ("funded", "Roadmap"), author=Account(5, "mia")), None, is_open=False
        ),
        LabelledIssue(
            IssueRef(700, 7, ("Roadmap", "bug"), body="### Scope"), Account(2, "u2"), is_open=True
        ),
    )


async def test_without_a_labelling_nobody_did_it(questions: Questions, github: FakeGitHub) -> None:
    github.on(f"GET {ROOT}/issues", Answer([issue(7, "roadmap"), issue(8, "roadmap")]))
    github.on(f"GET {ROOT}/issues/7/events", Answer([]))
    github.on(f"GET {ROOT}", HERE)
    found = await questions.labelled_issues(REPO, ("roadmap",))
    assert [each.by for each in found] == [None, None]


async def test_a_repository_without_issues_has_none(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(f"GET {ROOT}/issues", Answer({"message": "Issues are disabled"}, 410))
    assert await questions.labelled_issues(REPO, ("roadmap",)) == ()


@pytest.mark.parametrize("line", ["/issues", "/issues/7/events"])
@pytest.mark.parametrize("answer", [*TROUBLE, Answer([{}]), Answer([1]), Answer({})])
async def test_unknown_labels_are_not_no_labels(
    questions: Questions, github: FakeGitHub, line: str, answer: Answer
) -> None:
    github.on(f"GET {ROOT}/issues", Answer([issue(7, "roadmap")]))
    github.on(f"GET {ROOT}{line}", answer)
    with pytest.raises(CannotTell):
        await questions.labelled_issues(REPO, ("roadmap",))


# --- comments ---------------------------------------------------------------------------------


async def test_a_comment_says_something_or_is_gone(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(f"GET {ROOT}/issues/comments/5", Answer({"id": 5, "body": "hi"}), Answer(NO, 404))
    github.on(f"GET {ROOT}", HERE)
    assert await questions.comment_body(REPO, 5) == "hi"
    assert await questions.comment_body(REPO, 5) is None


@pytest.mark.parametrize("answer", [*TROUBLE, Answer({}), Answer([])])
async def test_trouble_is_no_missing_comment(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ROOT}/issues/comments/5", answer)
    with pytest.raises(CannotTell):
        await questions.comment_body(REPO, 5)


# --- repositories -----------------------------------------------------------------------------


async def test_a_repository_is_found_by_name_with_its_installation(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(f"GET {ROOT}/installation", Answer({"id": 9}))
    github.on(f"GET {ROOT}", Answer({"id": 1, "name": "Widget", "owner": {"login": "acme"}}))
    assert await questions.repository_of("acme", "widget") == Repo(1, "acme", "Widget", 9)
    assert await questions.repository_of("acme", "other") is None
    assert await questions.repository(9, "acme", "other") is None


@pytest.mark.parametrize("answer", [*TROUBLE, Answer({}), Answer([])])
async def test_trouble_is_no_missing_repository(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ROOT}/installation", Answer({"id": 9}))
    github.on(f"GET {ROOT}", answer)
    with pytest.raises(CannotTell):
        await questions.repository_of("acme", "widget")
    github.on(f"GET {ROOT}/installation", answer)
    with pytest.raises(CannotTell):
        await questions.repository_of("acme", "widget")


async def test_a_pull_request_that_is_not_there_is_none(
    questions: Questions, github: FakeGitHub
) -> None:
    github.on(f"GET {ROOT}/pulls/3", Answer(NO, 404))
    github.on(f"GET {ROOT}", HERE)
    assert await questions.pull(REPO, 3) is None


@pytest.mark.parametrize("there", [Answer(NO, 404), Answer({"id": 77}), Answer({}), *TROUBLE])
async def test_a_404_is_no_answer_when_the_repository_is_not_there_either(
    questions: Questions, github: FakeGitHub, there: Answer
) -> None:
    """It was moved, or its name is another repository's by now."""
    github.on(f"GET {ROOT}", there)
    github.on(f"GET {ROOT}/issues", Answer([issue(7, "roadmap")]))
    for ask in (
        questions.pull(REPO, 3),
        questions.comment_body(REPO, 5),
        questions.issue_body(REPO, 7),
        questions.labelled_issues(REPO, ("roadmap",)),
    ):
        with pytest.raises(CannotTell):
            await ask


@pytest.mark.parametrize("answer", [*TROUBLE, Answer([1]), Answer({}), Answer({"number": 3})])
async def test_a_pull_request_that_cannot_be_read_waits(
    questions: Questions, github: FakeGitHub, answer: Answer
) -> None:
    github.on(f"GET {ROOT}/pulls/3", answer)
    with pytest.raises(CannotTell):
        await questions.pull(REPO, 3)
