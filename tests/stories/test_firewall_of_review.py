"""Money never weighs on review: ten work orders go through their whole life, and this is all that the
bot ever asked of GitHub about their pull requests."""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import socket_allow_hosts

from bot.domain.entries import OrderClosed, PullEntry, PullLinked, PullMerged, PullNamed
from bot.domain.money import DECIMALS
from bot.storage import ledger
from sandbox.api.serving import Recorded
from sandbox.world import Comment
from tests.stories.kit import a_stage, is_panel
from tests.stories.ten_work_orders import AMOUNTS, CLOSED, RULES, Ten, play

pytestmark = [pytest.mark.xdist_group("firewall of review"), pytest.mark.timeout(300)]

ON_PULLS = {
    "POST /repos/{owner}/{repo}/check-runs",
    "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
}
"""All that the bot may ever write about a pull request."""

CONFIGURATION_CHECK = "Bursar configuration"
"""The report on a commit of the default branch: it stands on no pull request that leaves the rules alone."""

NEVER = re.compile(
    r"/pulls|/merge|/labels|/assignees|/lock|requested_reviewers|dismissals|update-branch"
    r"|/statuses|/deployments|/git/|/contents/|/branches|/rulesets|/actions/|/dispatches"
)
"""What no write of the bot may have in its address."""

AMOUNT = re.compile(
    rf"\b(?:{'|'.join(DECIMALS)})\b|[$€£¥]|\b(?:{'|'.join(map(re.escape, AMOUNTS))})\b"
)


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Ten:
    """The stage after everything has happened; the bot is not there any more."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
    return asyncio.run(_played(tmp_path_factory.mktemp("firewall")))


async def _played(folder: Path) -> Ten:
    async with a_stage(folder, rules=RULES) as stage:
        ten = await play(stage)
        ten.entries = [(line.source, line.entry()) for line in await _lines(ten)]
        return ten


async def _lines(ten: Ten) -> list[ledger.Line]:
    async with ten.stage.bot.database.read() as tx:
        return [line async for line in ledger.lines(tx, ten.stage.solver.id)]


def _writes(ten: Ten) -> list[Recorded]:
    return [each for each in ten.stage.writes() if "access_tokens" not in each.route]


def _checks(ten: Ten) -> list[Recorded]:
    checks = [each for each in _writes(ten) if "/check-runs" in each.route]
    return [each for each in checks if each.request["name"] != CONFIGURATION_CHECK]


def _on_pulls(ten: Ten) -> dict[int, Comment]:
    """Every comment on a pull request, by its id."""
    issues = (i for i in ten.stage.solver.issues.values() if i.pull is not None)
    return {comment.id: comment for issue in issues for comment in issue.comments}


# --- the story went where it should ---


def test_every_path_was_taken(ten: Ten) -> None:
    kinds: dict[type, list[Any]] = defaultdict(list)
    for _, entry in ten.entries:
        kinds[type(entry)].append(entry)
    assert {each.outcome.value for each in kinds[OrderClosed]} == set(CLOSED.values())
    assert len(ten.orders) == 11
    steward_linked = [each for each in kinds[PullLinked] if each.by_steward]
    assert [each.pull for each in steward_linked] == [ten.pulls["steward-linked"].number]
    named = {each.pull for each in kinds[PullNamed]}
    assert named >= {
        ten.pulls[name].number
        for name in ("before it was agreed", "named, not linked", "by a bot", "steward-linked")
    }
    merged = {each.pull: each for each in kinds[PullMerged]}
    assert {name for name, pull in ten.pulls.items() if pull.number in merged} == {
        *("landed", "partly", "reverted", "steward-linked", "edited", "by herself"),
    }
    assert merged[ten.pulls["partly"].number].interested
    assert merged[ten.pulls["by herself"].number].interested
    assert not merged[ten.pulls["landed"].number].interested
    assert not merged[ten.pulls["steward-linked"].number].into_default


def test_panels_do_name_the_amounts_that_pull_requests_must_not(ten: Ten) -> None:
    panels = [c.body for i in ten.orders.values() for c in ten.stage.bots(i) if is_panel(c)]
    assert len(panels) == 11
    assert len([panel for panel in panels if AMOUNT.search(panel)]) >= 9


# --- what the bot never did ---


def test_the_bot_never_merges_approves_asks_for_review_dismisses_updates_or_labels(
    ten: Ten,
) -> None:
    assert [each.path for each in _writes(ten) if NEVER.search(each.path)] == []
    assert [each.path for each in _writes(ten) if each.method in {"PUT", "DELETE"}] == []
    patched = {each.route for each in _writes(ten) if each.method == "PATCH"}
    assert patched == {
        "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
        "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
        "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    }


def test_the_bot_closes_its_own_digests_and_nothing_else(ten: Ten) -> None:
    closed = [each for each in _writes(ten) if each.route.endswith("issues/{issue_number}")]
    assert closed
    assert all(each.request == {"state": "closed", "state_reason": "completed"} for each in closed)
    issues = ten.stage.solver.issues
    closed_issues = [issues[int(each.path.split("/")[-1])] for each in closed]
    assert all(issue.via_app is ten.stage.box.app for issue in closed_issues)


def test_only_people_ever_did_anything_to_a_pull_request(ten: Ten) -> None:
    ours = ten.stage.box.app.bot
    for pull in ten.pulls.values():
        assert not any(event.actor is ours for event in pull.issue.events)
        assert not any(review.author is ours for review in pull.reviews)
        assert not any(comment.author is ours for comment in pull.issue.comments)
        assert pull.issue.labels == []
        assert pull.merged_by is not ours


def test_the_bot_never_comments_on_a_pull_request(ten: Ten) -> None:
    numbers = {number for number, issue in ten.stage.solver.issues.items() if issue.pull}
    commented = [each for each in _writes(ten) if each.route.endswith("{issue_number}/comments")]
    assert commented
    assert not {int(each.path.split("/")[-2]) for each in commented} & numbers
    edited = [each for each in _writes(ten) if each.route.endswith("issues/comments/{comment_id}")]
    assert edited
    assert not {int(each.path.split("/")[-1]) for each in edited} & _on_pulls(ten).keys()


def test_it_reacts_on_pull_requests_to_commands_alone_and_with_read_or_no(ten: Ten) -> None:
    reactions = [each for each in _writes(ten) if each.route.endswith("/reactions")]
    assert {each.route for each in reactions} <= ON_PULLS
    on_pulls = _on_pulls(ten)
    # By REST or many at once by GraphQL: what counts is what stands there.
    ours = ten.stage.box.app.bot
    found = {
        number: reaction.content
        for number, comment in on_pulls.items()
        for reaction in comment.reactions
        if reaction.user is ours
    }
    assert len(found) == 3
    assert all(on_pulls[comment].body.startswith("/") for comment in found)
    assert set(found.values()) == {"+1", "confused"}
    assert all(pull.issue.reactions == [] for pull in ten.pulls.values())


def test_no_amount_ever_stands_in_a_check_run(ten: Ten) -> None:
    assert _checks(ten)
    for each in _checks(ten):
        assert AMOUNT.search(json.dumps(each.request, ensure_ascii=False)) is None, each.request


def test_every_check_run_is_neutral_complete_and_asks_nobody(ten: Ten) -> None:
    for each in _checks(ten):
        body = each.request
        assert (body["name"], body["status"]) == ("Funding disclosure", "completed")
        assert body["conclusion"] == "neutral"
        assert "actions" not in body
        assert "@" not in json.dumps(body["output"])


def test_there_is_one_check_run_on_a_head_and_none_where_nothing_is_named(ten: Ten) -> None:
    per_head: dict[str, int] = defaultdict(int)
    for run in ten.stage.solver.check_runs:
        if run.name != CONFIGURATION_CHECK:
            per_head[run.head_sha] += 1
    assert set(per_head.values()) == {1}
    for name in ("not funded", "takes it back"):
        assert ten.stage.disclosures(ten.pulls[name]) == []
    assert len(per_head) == len(ten.pulls) - 2 + 1  # one of them got a new head


# --- and no money moved because of one ---


def test_nothing_that_happens_to_a_pull_request_moves_money_or_a_work_order(ten: Ten) -> None:
    by_source: dict[str, list[Any]] = defaultdict(list)
    for source, entry in ten.entries:
        by_source[source].append(entry)
    about_pulls = [each for each in by_source.values() if isinstance(each[0], PullEntry)]
    assert len(about_pulls) >= len(ten.pulls) - 2
    for caused in about_pulls:
        assert all(isinstance(entry, PullEntry) for entry in caused)
