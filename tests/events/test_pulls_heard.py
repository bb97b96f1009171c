"""What happens to pull requests and their reviews, and what every payload tells of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.refs import Account, PullRef, Repo
from bot.events import happened as h
from bot.events.mirrored import PullSeen, ReviewSeen
from bot.events.pulls import PULL_ACTIONS, REVIEW_ACTIONS, reverted
from bot.events.reading import SUBSCRIBED, Unreadable, hear
from tests.events.kit import INSTALLATION, NOW, changed, heard, raw, real, without
from tests.github_contract.payloads import RealPayload, real_payloads

HELLO = Repo(186853002, "Codertocat", "Hello-World", 1)
CODERTOCAT = Account(21031067, "Codertocat", "User")
HEAD = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
OPENED = datetime(2019, 5, 15, 15, 20, 33, tzinfo=UTC)
REVIEWED = datetime(2019, 5, 15, 15, 20, 38, tzinfo=UTC)
PULL = PullRef(
    number=2,
    head=HEAD,
    author=CODERTOCAT,
    body="This is a pretty simple change that we need to pull into master.",
    base="master",
)
MERGED: dict[str, Any] = {"merged": True, "merged_at": "2019-05-15T15:21:18Z", "state": "closed"}


def pull(action: str = "opened", **parts: Any) -> dict[str, Any]:
    """What GitHub sends of a pull request, with some parts of it changed."""
    body = real("pull_request", "opened", action=action)
    return body | {"pull_request": body["pull_request"] | parts}


def review(action: str = "submitted", **parts: Any) -> dict[str, Any]:
    body = real("pull_request_review", "submitted", action=action)
    return body | {"review": body["review"] | parts}


def pull_seen(event: str, body: dict[str, Any]) -> PullSeen:
    (found,) = [fact for fact in heard(event, body).facts if isinstance(fact, PullSeen)]
    return found


def reviews_seen(event: str, body: dict[str, Any]) -> list[ReviewSeen]:
    return [fact for fact in heard(event, body).facts if isinstance(fact, ReviewSeen)]


# --- events -----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", PULL_ACTIONS)
def test_what_is_done_to_a_pull_request_is_heard(action: str) -> None:
    found = heard("pull_request", pull(action))
    assert found.event == h.PullChanged(HELLO, PULL, CODERTOCAT, action, OPENED)
    assert (found.repo, found.issue, found.happened_at) == (HELLO.id, None, OPENED)


@pytest.mark.parametrize("action", PULL_ACTIONS)
def test_the_head_moves_when_it_is_opened_reopened_or_pushed_to(action: str) -> None:
    event = heard("pull_request", pull(action)).event
    assert isinstance(event, h.PullChanged)
    assert event.head_moved is (action in {"opened", "reopened", "synchronize"})


@pytest.mark.parametrize("action", ["labeled", "assigned", "review_requested", "", "Opened"])
def test_anything_else_about_a_pull_request_is_only_told_in_passing(action: str) -> None:
    found = heard("pull_request", pull(action))
    assert found.event is None
    assert any(isinstance(fact, PullSeen) for fact in found.facts)


def test_a_merge_is_heard_with_whoever_merged() -> None:
    mia = {"id": 9, "login": "mia", "type": "User"}
    event = heard("pull_request", pull("closed", merged_by=mia, **MERGED)).event
    assert isinstance(event, h.PullChanged)
    assert (event.pull.merged, event.pull.merged_by) == (True, Account(9, "mia"))
    assert not event.pull.is_open


def test_whoever_acts_is_not_whoever_wrote() -> None:
    event = heard("pull_request", changed(pull("closed"), "sender.id", 9)).event
    assert isinstance(event, h.PullChanged)
    assert (event.by.id, event.pull.author) == (9, CODERTOCAT)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"body": None}, {"body": ""}),
        ({"draft": True}, {"is_draft": True}),
        ({"state": "closed"}, {"is_open": False}),
        ({"base": {"ref": "v2"}}, {"base": "v2", "into_default": False}),
        ({"body": "CWO: #57\r\n"}, {"body": "CWO: #57\r\n"}),
    ],
)
def test_a_pull_request_is_as_the_event_shows_it(
    parts: dict[str, Any], expected: dict[str, Any]
) -> None:
    event = heard("pull_request", pull(**parts)).event
    assert isinstance(event, h.PullChanged)
    assert {name: getattr(event.pull, name) for name in expected} == expected


@pytest.mark.parametrize(
    "part", ["sender", "pull_request", "repository", "installation", "pull_request.user"]
)
def test_a_pull_request_without_one_of_its_parts_is_no_event(part: str) -> None:
    body = pull()
    gone = changed(body, part, None) if "." in part else without(body, part)
    assert heard("pull_request", gone).event is None


@pytest.mark.parametrize("action", REVIEW_ACTIONS)
def test_what_becomes_of_a_review_is_heard(action: str) -> None:
    found = heard("pull_request_review", review(action, state="APPROVED"))
    state = "dismissed" if action == "dismissed" else "approved"
    assert found.event == h.ReviewChanged(
        HELLO, PULL, 237895671, CODERTOCAT, state, action, REVIEWED
    )
    assert (found.repo, found.happened_at) == (HELLO.id, REVIEWED)


def test_a_review_that_was_changed_later_is_heard_with_that_moment() -> None:
    event = heard("pull_request_review", review("edited", updated_at="2026-01-02T00:00:00Z")).event
    assert isinstance(event, h.ReviewChanged)
    assert event.at == datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "path",
    [
        "review",
        "review.user",
        "review.submitted_at",
        "pull_request",
        "pull_request.user",
        "repository",
        "installation",
    ],
)
def test_a_review_without_one_of_its_parts_is_no_event(path: str) -> None:
    assert heard("pull_request_review", changed(review(), path, None)).event is None


def test_a_review_under_the_name_of_its_pull_request_is_no_event() -> None:
    assert heard("pull_request", review("edited")).event is None
    assert heard("pull_request_review", pull("edited")).event is None


# --- what is told in passing ------------------------------------------------------------------


def test_a_pull_request_is_told_as_the_event_shows_it() -> None:
    found = pull_seen("pull_request", pull())
    assert found == PullSeen(
        repo=HELLO.id,
        number=2,
        title="Update the README with new information.",
        author=CODERTOCAT,
        opened_at=OPENED,
        is_draft=False,
        is_open=True,
        merged_at=None,
        merged_by=None,
        closed_at=None,
        head=HEAD,
        base="master",
        into_default=True,
        reverts=None,
        names=None,
        action="opened",
        told_at=OPENED,
    )


def test_a_review_is_told_with_its_pull_request() -> None:
    body = review()
    assert pull_seen("pull_request_review", body).told_at == REVIEWED
    assert reviews_seen("pull_request_review", body) == [
        ReviewSeen(
            repo=HELLO.id,
            pull=2,
            id=237895671,
            reviewer=CODERTOCAT,
            state="commented",
            submitted_at=REVIEWED,
            commit=HEAD,
            action="submitted",
            told_at=REVIEWED,
        )
    ]


@pytest.mark.parametrize("payload", real_payloads(), ids=str)
def test_every_payload_with_a_pull_request_tells_of_it(payload: RealPayload) -> None:
    facts = heard(payload.event, {"installation": INSTALLATION} | payload.body).facts
    kinds = [type(fact) for fact in facts if isinstance(fact, PullSeen | ReviewSeen)]
    with_pull = "pull_request" in payload.body
    with_review = payload.event == "pull_request_review"
    assert kinds == [PullSeen] * with_pull + [ReviewSeen] * with_review


@pytest.mark.parametrize("event", ["pull_request", "pull_request_review"])
def test_where_we_are_not_installed_nothing_is_told(event: str) -> None:
    body = without(review(), "installation")
    assert not [fact for fact in heard(event, body).facts if isinstance(fact, PullSeen)]


def test_a_deleted_author_and_reviewer_are_told_as_nobody() -> None:
    body = changed(changed(review(), "pull_request.user", None), "review.user", None)
    found = heard("pull_request_review", body)
    assert found.event is None
    assert pull_seen("pull_request_review", body).author is None
    assert [seen.reviewer for seen in reviews_seen("pull_request_review", body)] == [None]


def test_a_review_that_was_not_handed_in_is_not_told() -> None:
    body = review(state="pending", submitted_at=None)
    assert reviews_seen("pull_request_review", body) == []


def test_a_review_of_a_commit_that_is_gone_names_none() -> None:
    (found,) = reviews_seen("pull_request_review", review(commit_id=None))
    assert found.commit == ""


def test_a_merge_without_a_moment_has_that_of_its_closing() -> None:
    closed_at = "2019-05-15T15:21:18Z"
    at = datetime.fromisoformat(closed_at)
    parts = MERGED | {"merged_at": None}
    assert pull_seen("pull_request", pull(closed_at=closed_at, **parts)).merged_at == at
    assert pull_seen("pull_request", pull(closed_at=None, **parts)).merged_at == OPENED


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("Reverts acme/solver#12", 12),
        ("Reverts ACME/Solver#12", 12),
        ("Reverts #12", 12),
        ("Sorry.\r\n\r\nReverts acme/solver#12  \r\nIt was slow.", 12),
        ("Reverts other/solver#11\nReverts #12", 12),
        ("Reverts #5\nReverts #12", 12),
        ("", None),
        ("reverts #12", None),
        ("This Reverts #12", None),
        ("Reverts #12.", None),
        ("Reverts #", None),
        ("Reverts 12", None),
        ("Reverts #12 and #13", None),
        ("> Reverts #12", None),
        ("Reverts other/solver#12", None),
        ("Reverts acme/solver #12", None),
        ("Reverts #٣", None),
        ("Reverts #" + "9" * 19, None),
        ("Reverts " + "a" * 100_000 + "/#", None),
        ("Reverts #5", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_the_revert_button_writes_is_read(body: str, number: int | None) -> None:
    """Pull request 5 of acme/solver says so."""
    assert reverted(body, "acme/solver", 5) == number


def test_a_revert_is_told() -> None:
    assert pull_seen("pull_request", pull(body="Reverts Codertocat/Hello-World#1")).reverts == 1


# --- hostile ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["pull_request.title", "pull_request.body", "review.state"])
@pytest.mark.parametrize("words", ["a\x00b", "\u202e", "x" * 100_000, "", "Reverts #\x00"])
def test_whatever_words_stand_there_are_heard(path: str, words: str) -> None:
    assert heard("pull_request_review", changed(review(), path, words)).event is not None


@pytest.mark.parametrize("path", ["pull_request.title", "pull_request.body", "review.state"])
def test_half_a_character_is_unreadable_and_nothing_worse(path: str) -> None:
    body = json.dumps(changed(review(), path, "\ud800")).encode()
    with pytest.raises(Unreadable):
        hear("pull_request_review", body, NOW)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("pull_request.number", -1),
        ("pull_request.number", 2**63),
        ("pull_request.number", "2"),
        ("pull_request.title", None),
        ("pull_request.head", None),
        ("pull_request.base", {}),
        ("pull_request.created_at", "2019-05-15T15:20:33"),
        ("pull_request.merged_at", "yesterday"),
        ("pull_request.draft", "no"),
        ("review.id", 1.5),
        ("review.state", None),
        ("review.submitted_at", 0),
    ],
)
@pytest.mark.parametrize("event", sorted(SUBSCRIBED))
def test_what_is_shaped_like_nothing_of_githubs_is_unreadable(
    event: str, path: str, value: Any
) -> None:
    with pytest.raises(Unreadable):
        hear(event, raw(changed(review(), path, value)), NOW)
