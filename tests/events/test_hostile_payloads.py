"""Names are not signed, and not everybody who is heard may command anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.events.happened import CommentMade, IssueLabelled, Pushed
from bot.events.mirrored import InstallationSeen, RepositorySeen
from bot.events.reading import SUBSCRIBED, hear
from bot.timing import CLOCKS_DIFFER
from tests.events.kit import INSTALLATION, NOW, changed, heard, raw, real, without
from tests.github_contract.payloads import RealPayload, real_payloads

NAMES = sorted(SUBSCRIBED | {"installation", "installation_repositories", "discussion", "star"})


@pytest.mark.parametrize("payload", real_payloads(), ids=str)
def test_under_another_name_a_payload_is_no_event(payload: RealPayload) -> None:
    body = {"installation": INSTALLATION} | payload.body
    for name in set(NAMES) - {payload.event}:
        assert heard(name, body).event is None, name


@pytest.mark.parametrize("payload", real_payloads(), ids=str)
def test_under_another_name_a_payload_removes_nothing(payload: RealPayload) -> None:
    body = {"installation": INSTALLATION} | payload.body
    true = set(_removed(payload.event, body))
    for name in set(NAMES) - {payload.event}:
        assert set(_removed(name, body)) <= true, name


@pytest.mark.parametrize("name", ["issues", "pull_request", "repository", "push"])
def test_a_comment_named_otherwise_commands_nothing(name: str) -> None:
    body = changed(real("issue_comment", "created"), "comment.body", "/pledge $500")
    assert heard(name, body).event is None


@pytest.mark.parametrize("action", ["edited", "deleted", "pinned", "Created", ""])
def test_only_new_comments_are_commands(action: str) -> None:
    assert heard("issue_comment", real("issue_comment", "created", action=action)).event is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sender.id", 1),
        ("sender", None),
        ("comment.user", None),
        ("comment.user.id", 1),
        ("comment.user.type", "Bot"),
        ("comment.user.type", "Organization"),
        ("comment.user.type", "Mannequin"),
        ("comment.performed_via_github_app", {"id": 1}),
        ("comment", None),
        ("issue", None),
        ("repository", None),
        ("installation", None),
        ("changes", {"body": {"from": "x"}}),
        ("label", {"name": "roadmap"}),
    ],
)
def test_only_what_a_person_wrote_by_hand_is_a_command(path: str, value: Any) -> None:
    assert (
        heard("issue_comment", changed(real("issue_comment", "created"), path, value)).event is None
    )


@pytest.mark.parametrize("part", ["sender", "comment", "issue", "repository", "installation"])
def test_a_comment_without_one_of_its_parts_is_none(part: str) -> None:
    assert heard("issue_comment", without(real("issue_comment", "created"), part)).event is None


def test_a_comment_on_a_pull_request_says_so() -> None:
    body = changed(real("issue_comment", "created"), "issue.pull_request", {"url": "x"})
    event = heard("issue_comment", body).event
    assert isinstance(event, CommentMade)
    assert event.spoken.issue.is_pull


@pytest.mark.parametrize(
    "action", ["labeled", "unlabeled", "closed", "reopened", "edited", "deleted", "transferred"]
)
def test_a_pull_request_is_no_issue(action: str) -> None:
    body = real("issues", "labeled", action=action, changes={"body": {"from": "x"}})
    assert heard("issues", changed(body, "issue.pull_request", {"url": "x"})).event is None


def test_an_app_that_labels_is_heard_as_what_it_is() -> None:
    event = heard("issues", changed(real("issues", "labeled"), "sender.type", "Bot")).event
    assert isinstance(event, IssueLabelled)
    assert event.by.kind == "Bot"


def test_what_the_repository_is_called_does_not_matter_its_id_does() -> None:
    body = changed(real("issues", "labeled"), "repository.full_name", "../..//evil")
    event = heard("issues", body).event
    assert isinstance(event, IssueLabelled)
    assert event.repo.id == body["repository"]["id"]


@pytest.mark.parametrize(
    ("ahead", "placed"),
    [
        (timedelta(minutes=-1), timedelta(minutes=-1)),
        (timedelta(minutes=9), timedelta(minutes=9)),
        (timedelta(minutes=11), CLOCKS_DIFFER),
        (timedelta(days=365_000), CLOCKS_DIFFER),
    ],
    ids=str,
)
def test_a_moment_in_the_future_is_no_further_ahead_than_clocks_differ(
    ahead: timedelta, placed: timedelta
) -> None:
    at = (NOW + ahead).isoformat()
    found = heard("issues", changed(real("issues", "labeled"), "issue.updated_at", at))
    assert found.happened_at == NOW + placed


def test_a_push_dated_at_the_end_of_time_is_heard_all_the_same() -> None:
    """Whoever commits chooses the date, and what is read again is dated by it."""
    end = datetime.max.replace(tzinfo=UTC)
    commit = {"added": ["a"], "removed": [], "modified": []}
    body = real("push", ref="refs/heads/master", commits=[commit], after="5" * 40)
    found = hear("push", raw(body | {"head_commit": {"id": "5" * 40}}), end)
    assert isinstance(found.event, Pushed)
    assert found.happened_at == end


def _removed(name: str, body: dict[str, Any]) -> list[tuple[str, int]]:
    """What these facts take away from us."""
    facts = heard(name, body).facts
    return [
        (type(fact).__name__, fact.id)
        for fact in facts
        if isinstance(fact, RepositorySeen | InstallationSeen) and fact.removed
    ]
