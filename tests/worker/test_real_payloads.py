"""Whatever GitHub really sent: no crash, nothing left behind, and never a wrong entry."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.domain.roles import NO_RIGHTS
from bot.domain.rules import Rules
from bot.storage import ledger
from bot.storage.database import Database
from tests.events.kit import INSTALLATION
from tests.github_contract.payloads import RealPayload, real_payloads
from tests.intake.kit import GitHub, Store, a_receiver, post, signed
from tests.storage.kit import UNTOLD, a_database, problems, rows
from tests.worker.kit import Clock, a_decider, decide_all, fixed, lookup

OLD_HOME = 17273051
"""Where the sample of a transfer comes from."""

HELLO_WORLD = 186853002
"""The repository of nearly all samples; its one issue is `444500041`, labelled `bug`."""

MONTHS = UNTOLD - {"RulesChanged"}

WITH_CHECKS = 280886604
"""The repository of a sample about one more pull request, which was told of in passing."""


@asynccontextmanager
async def told(
    folder: Path, payloads: list[RealPayload], rules: Rules, **answers: Any
) -> AsyncIterator[Database]:
    """A database in which these payloads were received, sorted and decided."""
    clock = Clock()
    async with a_database(folder) as database:
        async with a_receiver(Store(database), time=clock.time) as github:
            for payload in payloads:
                assert await send(github, payload) == (202, ""), payload
                clock.move(seconds=1)
        await decide_all(a_decider(database, clock, lookup(database, rules, **answers)), clock)
        yield database


async def send(github: GitHub, payload: RealPayload) -> tuple[int, str]:
    body = json.dumps(payload.body).encode()
    name = str(payload).replace(".", "-").replace("#", "-").replace("_", "-")
    headers = signed(body, X_GitHub_Event=payload.event, X_GitHub_Delivery=name)
    return await post(github, body, headers)


async def entries(database: Database) -> list[tuple[int, str, str]]:
    """Every entry but those of months: repository, kind, and the deliveries that may have caused it."""
    async with database.read() as tx:
        return [
            (repo, type(line.entry()).__name__, line.source.partition(":")[0])
            for repo in await ledger.repositories_with_entries(tx)
            async for line in ledger.lines(tx, repo)
            if line.kind not in MONTHS
        ]


def states(database: Database) -> dict[str, int]:
    query = "SELECT state, count(*) FROM inbox GROUP BY state"
    return dict(rows(database, query))


def of_ours(payload: RealPayload) -> RealPayload:
    """The payload as it would come had its sender installed our App."""
    if payload.event.startswith("installation"):
        return payload
    body = {"installation": INSTALLATION} | payload.body
    return RealPayload(payload.event, payload.action, payload.n, body)


async def test_with_the_rules_of_most_projects_no_sample_causes_more_than_first_rules(
    tmp_path: Path,
) -> None:
    async with told(tmp_path, real_payloads(), Rules()) as database:
        assert states(database) == {"done": 18, "ignored": 311}
        assert await entries(database) == [(HELLO_WORLD, "RulesChanged", "rules")]
        assert await problems(database, HELLO_WORLD) == []


async def test_what_is_done_is_exactly_what_we_act_on(tmp_path: Path) -> None:
    async with told(tmp_path, real_payloads(), Rules()) as database:
        done = rows(database, "SELECT delivery FROM inbox WHERE state = 'done'")
    assert sorted(name for (name,) in done) == [
        "issue-comment-created-3",
        "issues-deleted-4",
        "issues-reopened-20",
        "pull-request-closed-3",
        "pull-request-closed-4",
        "pull-request-converted-to-draft-6",
        "pull-request-opened-12",
        "pull-request-opened-13",
        "pull-request-opened-14",
        "pull-request-ready-for-review-16",
        "pull-request-reopened-18",
        "pull-request-reopened-19",
        "pull-request-review-dismissed-1",
        "pull-request-review-submitted-2",
        "pull-request-review-submitted-3",
        "pull-request-synchronize-22",
        "push-4",
        "push-5",
    ]


async def test_where_the_samples_label_is_the_roadmaps_exactly_these_entries_arise(
    tmp_path: Path,
) -> None:
    """The samples' unlabelling shows the label still on the issue, so the item stays."""
    ours = [of_ours(payload) for payload in real_payloads()]
    async with told(tmp_path, ours, Rules(labels=("Bug",))) as database:
        assert states(database) == {"done": 33, "ignored": 296}
        assert await entries(database) == [
            (OLD_HOME, "RulesChanged", "rules"),
            (HELLO_WORLD, "RulesChanged", "rules"),
            (HELLO_WORLD, "ItemLabelled", "event"),
            (HELLO_WORLD, "ItemGone", "event"),
        ]
        assert await problems(database, HELLO_WORLD) == []


async def test_commands_in_every_text_of_every_sample_are_one_pledge(tmp_path: Path) -> None:
    """Five samples are deliveries of one new comment; no other text commands anything."""
    ours = [saying(of_ours(payload), "/pledge $500") for payload in real_payloads()]
    async with told(tmp_path, ours, Rules(labels=("bug",))) as database:
        assert "quarantined" not in states(database)
        assert await entries(database) == [
            (OLD_HOME, "RulesChanged", "rules"),
            (HELLO_WORLD, "RulesChanged", "rules"),
            (HELLO_WORLD, "ItemLabelled", "event"),
            (HELLO_WORLD, "PledgeMade", "comment"),
            (HELLO_WORLD, "ItemGone", "event"),
        ]
        assert await problems(database, HELLO_WORLD) == []


async def test_labels_of_somebody_without_write_access_are_refused(tmp_path: Path) -> None:
    """Two samples are labellings of their own; the five of one comment are refused once."""
    ours = [saying(of_ours(payload), "/pledge $500") for payload in real_payloads()]
    rights = {"rights": fixed(NO_RIGHTS)}
    async with told(tmp_path, ours, Rules(labels=("bug",)), **rights) as database:
        assert await entries(database) == [
            (OLD_HOME, "RulesChanged", "rules"),
            (HELLO_WORLD, "RulesChanged", "rules"),
            (HELLO_WORLD, "Refused", "event"),
            (HELLO_WORLD, "Refused", "event"),
            (HELLO_WORLD, "Refused", "comment"),
        ]


async def test_told_twice_nothing_is_decided_twice(tmp_path: Path) -> None:
    """Redelivered under other ids, in the opposite order."""
    ours = [saying(of_ours(payload), "/pledge $500") for payload in real_payloads()]
    again = [replace(payload, n=payload.n + 1000) for payload in reversed(ours)]
    async with told(tmp_path, [*ours, *again], Rules(labels=("bug",))) as database:
        assert len(await entries(database)) == 5


def saying(payload: RealPayload, words: str) -> RealPayload:
    """The payload with these words as the body of whatever has one."""
    return replace(payload, body=_saying(payload.body, words))


def _saying(part: Any, words: str) -> Any:
    match part:
        case dict():
            return {
                name: words if name == "body" else _saying(inner, words)
                for name, inner in part.items()
            }
        case list():
            return [_saying(inner, words) for inner in part]
        case _:
            return part


async def test_where_the_samples_label_is_that_of_work_orders_exactly_these_entries_arise(
    tmp_path: Path,
) -> None:
    """The form says nothing, so the pull request, whose author is no developer, only names it."""
    ours = [saying(of_ours(payload), "CWO: #1") for payload in real_payloads()]
    async with told(tmp_path, ours, Rules(work_order_label="bug")) as database:
        assert states(database) == {"done": 33, "ignored": 296}
        assert await entries(database) == [
            (OLD_HOME, "RulesChanged", "rules"),
            (HELLO_WORLD, "RulesChanged", "rules"),
            (HELLO_WORLD, "OrderOpened", "event"),
            (HELLO_WORLD, "OrderWritten", "event"),
            (HELLO_WORLD, "PullNamed", "event"),
            (HELLO_WORLD, "OrderCancelled", "event"),
        ]
        assert await problems(database, HELLO_WORLD) == []
        shown = rows(database, "SELECT key FROM outbox ORDER BY key")
        head = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
        assert [key for (key,) in shown] == [
            f"check:{head}",
            "disclosure:2",
            "order:444500041",
        ]


async def test_what_the_samples_tell_of_pull_requests_is_kept_once_and_adds_up(
    tmp_path: Path,
) -> None:
    """Both were told of many times; a comment of an App is no review, and a dismissal stays one."""
    ours = [of_ours(payload) for payload in real_payloads()]
    async with told(tmp_path, ours, Rules()) as database:
        query = "SELECT repo, number, from_opening, author_writes, merged_at FROM pulls"
        assert rows(database, f"{query} ORDER BY repo") == [
            (HELLO_WORLD, 2, 1, 1, None),
            (WITH_CHECKS, 118, 0, None, None),
        ]
        reviews = rows(database, "SELECT repo, pull, state, writes FROM reviews")
        assert reviews == [(HELLO_WORLD, 2, "dismissed", 1)]
        assert rows(database, "SELECT DISTINCT rounds, approvals FROM review_facts") == [(0, "[]")]
        assert rows(database, "SELECT * FROM links") == []
