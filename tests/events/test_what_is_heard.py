"""Each reader on the payloads that GitHub really sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.refs import Account, IssueRef, Repo
from bot.events import happened as h
from bot.events.mirrored import (
    CommentSighted,
    InstallationSeen,
    IssueSeen,
    IssueSighted,
    RepositorySeen,
)
from bot.events.reading import (
    ADOPTION,
    ITEM_END,
    ORDER_MOMENT,
    PLEDGE_DEADLINE,
    Unreadable,
    deadline_body,
    hear,
)
from tests.events.kit import NOW, changed, heard, real, without

HELLO = Repo(186853002, "Codertocat", "Hello-World", 375706)
CODERTOCAT = Account(21031067, "Codertocat", "User")
BUG = IssueRef(444500041, 1, ("bug",), author=CODERTOCAT)


def test_a_comment_is_heard_with_who_where_when_and_its_words() -> None:
    found = heard("issue_comment", real("issue_comment", "created"))
    assert isinstance(found.event, h.CommentMade)
    assert found.event.spoken.by == CODERTOCAT
    words = "It looks like you accidently spelled 'commit' with two 't's."
    assert found.event.spoken.issue == replace(BUG, body=words)
    assert found.event.repo.id == HELLO.id
    assert found.event.body.startswith("You are totally right!")
    assert found.source == f"comment:{found.event.spoken.comment}"
    assert found.tiebreak == found.event.spoken.comment
    assert found.happened_at == found.event.spoken.at < NOW
    assert (found.repo, found.issue) == (HELLO.id, BUG.id)


@pytest.mark.parametrize(
    ("action", "kind"), [("labeled", h.IssueLabelled), ("unlabeled", h.IssueUnlabelled)]
)
def test_a_label_is_heard_with_its_name_and_whoever_set_it(action: str, kind: type[Any]) -> None:
    event = heard("issues", real("issues", action)).event
    assert isinstance(event, kind)
    assert (event.repo, event.label, event.by) == (HELLO, "bug", CODERTOCAT)


def test_a_closing_is_heard_with_its_reason_and_moment() -> None:
    body = changed(real("issues", "reopened", action="closed"), "issue.state", "closed")
    body = changed(body, "issue.closed_at", "2026-01-30T09:00:00Z")
    body = changed(body, "issue.state_reason", "not_planned")
    event = heard("issues", body).event
    assert isinstance(event, h.IssueClosed)
    assert event.reason == "not_planned"
    assert event.at == datetime(2026, 1, 30, 9, tzinfo=UTC)


def test_a_closing_without_a_reason_is_taken_as_completed() -> None:
    body = changed(real("issues", "reopened", action="closed"), "issue.state", "closed")
    event = heard("issues", body).event
    assert isinstance(event, h.IssueClosed)
    assert event.reason == "completed"


def test_a_closing_of_an_issue_that_is_open_is_none() -> None:
    assert heard("issues", real("issues", "reopened", action="closed")).event is None


def test_a_reopening_is_heard() -> None:
    assert isinstance(heard("issues", real("issues", "reopened")).event, h.IssueReopened)


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_an_issue_that_left_is_heard(action: str) -> None:
    event = heard("issues", real("issues", action)).event
    assert isinstance(event, h.IssueGone)
    assert event.how == action


def test_a_push_to_the_default_branch_is_heard_with_the_paths_it_touches() -> None:
    commit = {"added": ["a"], "removed": ["b"], "modified": [".github/bursar.yml"]}
    body = real("push", ref="refs/heads/master", commits=[commit], after="5" * 40)
    body["head_commit"] = {"id": "5" * 40}
    event = heard("push", body).event
    assert isinstance(event, h.Pushed)
    assert (event.commit, event.paths) == ("5" * 40, frozenset({"a", "b", ".github/bursar.yml"}))


@pytest.mark.parametrize("ref", ["refs/tags/master", "refs/heads/other", "master"])
def test_a_push_elsewhere_is_none(ref: str) -> None:
    body = real("push", ref=ref, commits=[], head_commit={})
    assert heard("push", body).event is None


def test_the_deletion_of_a_branch_is_no_push() -> None:
    body = real("push", ref="refs/heads/master", commits=[], head_commit=None)
    assert heard("push", body).event is None


def test_an_issue_without_words_or_author_is_heard_all_the_same() -> None:
    body = changed(changed(real("issues", "labeled"), "issue.body", None), "issue.user", None)
    event = heard("issues", body).event
    assert isinstance(event, h.IssueLabelled)
    assert (event.issue.body, event.issue.author) == ("", None)


def test_an_edit_of_an_issues_words_is_heard_with_what_it_says_now() -> None:
    body = real("issues", "edited", changes={"body": {"from": "old"}})
    event = heard("issues", changed(body, "issue.body", "new")).event
    assert isinstance(event, h.IssueEdited)
    assert (event.repo, event.issue, event.by) == (HELLO, replace(BUG, body="new"), CODERTOCAT)
    assert event.at == datetime.fromisoformat(body["issue"]["updated_at"])


@pytest.mark.parametrize("changes", [None, {}, {"title": {"from": "old"}}])
def test_an_edit_of_something_else_is_none(changes: dict[str, Any] | None) -> None:
    assert heard("issues", real("issues", "edited", changes=changes)).event is None


@pytest.mark.parametrize("part", ["sender", "issue", "repository", "installation"])
def test_an_edit_without_one_of_its_parts_is_none(part: str) -> None:
    body = real("issues", "edited", changes={"body": {"from": "old"}})
    assert heard("issues", without(body, part)).event is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (PLEDGE_DEADLINE, h.PledgeDeadlinePassed),
        (ITEM_END, h.ItemEndPassed),
        (ORDER_MOMENT, h.WorkOrderMomentPassed),
        (ADOPTION, h.AdoptionWanted),
    ],
)
def test_what_we_tell_ourselves_is_heard_as_written(name: str, kind: type[Any]) -> None:
    found = hear(name, deadline_body(5, NOW, issue=6, pledge=7), NOW)
    assert isinstance(found.event, kind)
    assert (found.repo, found.issue, found.event.at) == (5, 6, NOW)


def test_the_same_deadline_has_the_same_source_and_another_has_another() -> None:
    sources = {
        hear(PLEDGE_DEADLINE, deadline_body(5, NOW, issue=6, pledge=pledge), NOW).source
        for pledge in (1, 1, 2)
    }
    assert len(sources) == 2


def test_each_moment_of_a_work_order_has_a_source_of_its_own() -> None:
    later = NOW + timedelta(microseconds=1)
    moments = [(6, NOW), (6, later), (7, NOW), (6, NOW)]
    bodies = [deadline_body(5, moment, issue=issue) for issue, moment in moments]
    assert len({hear(ORDER_MOMENT, body, NOW).source for body in bodies}) == 3
    assert not {hear(name, bodies[0], NOW).source for name in (ITEM_END, ADOPTION)} & {
        hear(ORDER_MOMENT, bodies[0], NOW).source
    }


def test_the_same_bytes_have_the_same_source_whatever_the_delivery_is_called() -> None:
    body = json.dumps(real("issues", "labeled")).encode()
    assert hear("issues", body, NOW).source == hear("issues", body, NOW).source


# --- what is told in passing ------------------------------------------------------------------


def test_names_and_numbers_are_told_in_passing() -> None:
    body = real("issue_comment", "created")
    facts = heard("issue_comment", body).facts
    (repository,) = [fact for fact in facts if isinstance(fact, RepositorySeen)]
    assert (repository.owner, repository.name, repository.removed) == (
        "Codertocat",
        "Hello-World",
        False,
    )
    (issue,) = [fact for fact in facts if isinstance(fact, IssueSeen)]
    assert (issue.id, issue.number, issue.told_at) == (BUG.id, 1, NOW)


def test_a_repository_that_was_deleted_is_told_as_removed() -> None:
    (seen,) = _repositories("repository", real("repository", "transferred", action="deleted"))
    assert seen.removed


def test_a_repository_that_was_transferred_is_told_of_where_it_arrived() -> None:
    (seen,) = _repositories("repository", real("repository", "transferred"))
    assert not seen.removed


def test_an_installation_is_told_with_its_repositories() -> None:
    body = real("installation", "created")
    facts = heard("installation", body).facts
    (seen,) = [fact for fact in facts if isinstance(fact, InstallationSeen)]
    assert (seen.id, seen.removed, seen.suspended) == (body["installation"]["id"], False, False)
    assert {each.id for each in _repositories("installation", body)} == {
        each["id"] for each in body["repositories"]
    }


def test_an_installation_that_was_removed_takes_its_repositories_with_it() -> None:
    body = real("installation", "deleted")
    assert _installation(body).removed
    assert all(seen.removed for seen in _repositories("installation", body))


def test_suspending_and_its_end_are_told() -> None:
    suspended = real("installation", "suspend")
    suspended = changed(suspended, "installation.suspended_at", "2026-01-01T00:00:00Z")
    assert _installation(suspended).suspended
    assert not _installation(real("installation", "unsuspend")).suspended


def test_repositories_taken_out_of_an_installation_are_told_as_removed() -> None:
    seen = _repositories("installation_repositories", real("installation_repositories", "removed"))
    assert seen
    assert all(each.removed for each in seen)


@pytest.mark.parametrize(("sender", "by_author"), [(1, False), (21031067, True)])
def test_a_comment_of_an_app_is_sighted_and_is_nobodys_command(
    sender: int, by_author: bool
) -> None:
    body = real("issue_comment", "edited")
    body = changed(body, "comment.performed_via_github_app", {"id": 42})
    body = changed(body, "sender.id", sender)
    found = heard("issue_comment", body)
    assert found.event is None
    assert found.sighted == CommentSighted(
        HELLO.id,
        body["comment"]["id"],
        42,
        "edited",
        by_author,
        body["comment"]["body"],
        body["issue"]["number"],
    )


def test_a_comment_of_a_person_is_not_sighted() -> None:
    assert heard("issue_comment", real("issue_comment", "created")).sighted is None


def test_an_issue_that_an_app_opened_is_sighted_and_nothing_follows_from_it() -> None:
    body = changed(real("issues", "opened"), "issue.performed_via_github_app", {"id": 42})
    found = heard("issues", body)
    assert found.event is None
    assert found.sighted == IssueSighted(
        HELLO.id, body["issue"]["number"], 42, body["issue"]["body"]
    )


def test_an_issue_that_a_person_opened_or_that_only_changed_is_not_sighted() -> None:
    assert heard("issues", real("issues", "opened")).sighted is None
    edited = changed(real("issues", "edited"), "issue.performed_via_github_app", {"id": 42})
    assert heard("issues", edited).sighted is None


# --- what cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{",
        b'{"a":1}x',
        b"\xff\xfe",
        b'{"action": NaN}',
        b"payload=%7B%7D",
        b'{"a":' * 200_000,
        b"[" * 200_000,
        b'{"sender":{"id":1,"login":"\\ud800"}}',
        b'{"sender":{"id":1,"login":"\xed\xa0\x80"}}',
        b'{"sender":{"id":"1","login":"a"}}',
        b'{"sender":{"id":1.5,"login":"a"}}',
        b'{"sender":{"id":-1,"login":"a"}}',
        b'{"sender":{"id":9223372036854775808,"login":"a"}}',
        b'{"sender":{"id":' + b"9" * 5000 + b',"login":"a"}}',
        b'{"sender":{"login":"a"}}',
        b'{"action":{}}',
    ],
    ids=lambda body: body[:24].decode("ascii", "replace"),
)
@pytest.mark.parametrize("name", ["issues", "star", PLEDGE_DEADLINE])
def test_what_is_no_payload_is_unreadable_and_nothing_worse(name: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        hear(name, body, NOW)


def test_a_moment_without_a_time_zone_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        heard(
            "issues", changed(real("issues", "labeled"), "issue.updated_at", "2026-01-01T00:00:00")
        )


@pytest.mark.parametrize("part", ["sender", "repository", "installation", "issue", "label"])
def test_a_label_without_one_of_its_parts_is_none(part: str) -> None:
    assert heard("issues", without(real("issues", "labeled"), part)).event is None


# --- pieces -----------------------------------------------------------------------------------


def _repositories(name: str, body: dict[str, Any]) -> list[RepositorySeen]:
    return [fact for fact in heard(name, body).facts if isinstance(fact, RepositorySeen)]


def _installation(body: dict[str, Any]) -> InstallationSeen:
    facts = heard("installation", body).facts
    (seen,) = [fact for fact in facts if isinstance(fact, InstallationSeen)]
    return seen
