"""Each event once, in its order; what cannot be decided waits, or is put aside."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import Clock as Ticking
from bot.domain import entries as e
from bot.domain.decisions import About, Proposal
from bot.domain.refs import Repo
from bot.domain.roles import NO_RIGHTS, Rights
from bot.events.happened import IssueReopened
from bot.events.reading import ADOPTION, deadline_body
from bot.lookup import CannotTell
from bot.routing import Router
from bot.storage import inbox
from bot.timing import Bell
from bot.worker import deciding, putting_off
from tests.events.kit import changed, heard, real
from tests.storage.kit import INSTALLATION, ISSUE, REPO, UNTOLD, at, problems, rows
from tests.worker.kit import EVERYTHING, a_decider, deliver, fixed, lookup
from tests.worker.lane import ADA, MIA, RULES, Lane


@pytest.fixture
async def item(lane: Lane) -> Lane:
    await lane.labels()
    await lane.decides()
    assert await lane.kinds() == ["ItemLabelled"]
    return lane


async def test_the_first_event_of_a_repository_reads_its_rules_first(lane: Lane) -> None:
    await lane.labels()
    await lane.decides()
    found = rows(lane.database, "SELECT source FROM ledger ORDER BY seq")
    assert found[:2] == [("rules:first",), ("month:bounds:2",)]
    assert len(found) == 3


async def test_a_pledge_is_one_entry_a_reaction_and_a_panel(item: Lane) -> None:
    await item.says("/pledge $500")
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade"]
    assert item.outgoing() == [f"panel:{ISSUE}", "reaction:5001"]


async def test_the_same_comment_told_again_is_decided_once(item: Lane) -> None:
    await item.says("/pledge $500")
    item.told -= 1
    ((body,),) = rows(item.database, "SELECT body FROM bodies WHERE n = 2")
    await deliver(item.database, item.clock, "again", "issue_comment", body)
    await item.decides()
    await deliver(item.database, item.clock, "later", "issue_comment", body)
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade"]


async def test_a_refusal_told_again_is_not_decided_again(item: Lane) -> None:
    await item.says("/pledge 1.000")
    await item.decides()
    ((body,),) = rows(item.database, "SELECT body FROM bodies WHERE n = 2")
    await deliver(item.database, item.clock, "again", "issue_comment", body)
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "Refused"]
    assert item.outgoing() == [f"panel:{ISSUE}", "reaction:5001", "say:refused:5001"]


async def test_one_refused_line_refuses_the_whole_comment(item: Lane) -> None:
    await item.says("/pledge $500\n\n/pledge 1.000")
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "Refused"]
    assert await problems(item.database) == []


async def test_later_lines_see_the_earlier_ones(item: Lane) -> None:
    await item.says("/pledge $500\n\n/withdraw")
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade", "PledgeWithdrawn"]


async def test_comments_are_decided_in_githubs_order_within_their_settling_time(
    item: Lane,
) -> None:
    now = item.clock.now()
    await item.says("/withdraw", when=now + timedelta(seconds=1))
    await item.says("/pledge $500", when=now)
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade", "PledgeWithdrawn"]


async def test_a_backlog_longer_than_a_batch_is_decided_in_githubs_order(item: Lane) -> None:
    now = item.clock.now()
    await item.says("/withdraw", when=now + timedelta(seconds=1))
    for n in range(inbox.BATCH):
        await item.says(f"word {n}", when=now + timedelta(seconds=2))
    await item.says("/pledge $500", when=now)
    item.clock.move(minutes=1)
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade", "PledgeWithdrawn"]


async def test_a_comment_found_late_says_so(item: Lane) -> None:
    early = item.clock.now()
    item.clock.move(hours=1)
    await item.says("/pledge $50", MIA)
    await item.decides()
    await item.says("/pledge $500", ADA, when=early)
    await item.decides()
    late = [line.stamp().late for line in await item.lines() if line.kind not in UNTOLD]
    assert late == [False, False, True]


async def test_a_question_without_an_answer_waits_and_changes_nothing(item: Lane) -> None:
    answers: list[Any] = [CannotTell("GitHub is down"), CannotTell("still"), EVERYTHING]

    async def rights(*_: object) -> Rights:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    item.ask = lookup(item.database, RULES, rights=rights)
    before = item.clock.now()
    await item.says("/goal $1000")
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "GoalSet"]
    assert item.clock.now() - before >= 2 * putting_off.ASK_AGAIN
    ((attempts,),) = rows(item.database, "SELECT attempts FROM inbox WHERE n = 2")
    assert attempts == 0, "waiting is no failure, however long it lasts"


async def test_while_one_issue_waits_another_goes_on(item: Lane) -> None:
    await item.labels(ISSUE + 1)
    await item.decides()
    item.ask = lookup(item.database, RULES, rights=fixed(CannotTell("down")))
    await item.says("/goal $1000")
    await item.says("/pledge $1", when=item.clock.now() + timedelta(seconds=1))
    await item.says("/pledge $2", issue=ISSUE + 1)
    item.clock.move(seconds=3)
    decider = a_decider(item.database, item.clock, item.ask)
    async with asyncio.timeout(10):
        await decider.drain()
    (pledge,) = [entry for entry in await item.entries() if isinstance(entry, e.PledgeMade)]
    assert pledge.money.minor == 200
    item.ask = lookup(item.database, RULES)
    await item.decides()
    assert (await item.kinds())[-2:] == ["GoalSet", "PledgeMade"]


async def test_the_loop_rests_while_everything_waits(item: Lane) -> None:
    """An event behind a waiting one is no work: or the loop would spin until then."""
    item.ask = lookup(item.database, RULES, rights=fixed(CannotTell("down")))
    await item.says("/goal $1000")
    await item.says("/pledge $1")
    item.clock.move(seconds=3)
    decider = a_decider(item.database, item.clock, item.ask)
    async with asyncio.timeout(10):
        await decider.drain()
    wait = await decider._until_next()
    # Where others receive as well, it looks around every now and then, and finds nothing.
    assert wait == deciding.POLL if item.database.is_shared else 10 < wait <= 15


async def test_nothing_is_decided_without_an_answer_who_may(item: Lane) -> None:
    item.ask = lookup(item.database, RULES, rights=fixed(NO_RIGHTS))
    await item.says("/goal $1000")
    await item.decides()
    assert await item.entries() == [e.ItemLabelled(ISSUE, 1), e.Refused(ISSUE, "not_steward")]


# --- what fails -------------------------------------------------------------------------------


def breaking(item: Lane) -> list[int]:
    """Let the handler of one kind of event fail; gives the list of its attempts."""
    tried: list[int] = []
    router = Router()

    @router.event(IssueReopened)
    async def fails(*_: object) -> list[Any]:
        tried.append(len(tried) + 1)
        raise ZeroDivisionError("a bug")

    item.subjects._all.events |= router.events
    return tried


async def test_an_event_that_fails_five_times_is_put_aside_and_the_panel_says_so(
    item: Lane,
) -> None:
    tried = breaking(item)
    before = item.clock.now()
    await item.hears("issues", real("issues", "reopened"))
    await item.decides()
    assert tried == [1, 2, 3, 4, 5]
    assert item.states() == ["done", "quarantined"]
    assert item.clock.now() - before >= sum(putting_off.PAUSES, timedelta())
    panel = await item.ask.item_panel(_repo(), ISSUE)
    assert panel is not None
    assert panel.under_review
    ((want, sent),) = rows(
        item.database, "SELECT want_rev, sent_rev FROM outbox WHERE kind = 'panel'"
    )
    assert want > sent == 0
    ((body, error),) = rows(
        item.database,
        "SELECT body, error FROM inbox JOIN bodies USING (n) WHERE state = 'quarantined'",
    )
    assert body, "it is kept for whoever looks into it"
    assert "a bug" in error


async def test_after_a_quarantine_the_lane_goes_on(item: Lane) -> None:
    breaking(item)
    await item.hears("issues", real("issues", "reopened"))
    await item.says("/pledge $500", when=item.clock.now() + timedelta(seconds=1))
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade"]
    assert item.states() == ["done", "quarantined", "done"]


async def test_an_error_while_recording_leaves_nothing_half_done(item: Lane) -> None:
    """The second line fails after the first was recorded: neither is there."""
    router = Router()

    @router.event(IssueReopened)
    async def proposes(*_: object) -> list[Any]:
        (good,) = await item.subjects.steps(_labelled(), item.ask)
        return [good.outcome, Proposal(About(ISSUE + 5), _explode)]

    item.subjects._all.events |= router.events
    await item.hears("issues", changed(real("issues", "reopened"), "issue.id", ISSUE + 5))
    await item.decides()
    assert await item.kinds() == ["ItemLabelled"]
    assert item.states() == ["done", "quarantined"]
    assert await problems(item.database) == []


async def test_one_delivery_that_cannot_be_placed_does_not_stop_the_others(lane: Lane) -> None:
    """Whatever it is that cannot be stored of it."""
    await lane.hears("issues", changed(real("issues", "labeled"), "issue.title", "\ud800"))
    body = json.dumps(real("issues", "labeled")).encode().replace(b"Spelling", b"\\ud83d x")
    await deliver(lane.database, lane.clock, "odd", "issues", body)
    await lane.labels()
    await lane.decides()
    assert await lane.kinds() == ["ItemLabelled"]


async def test_what_a_bug_of_ours_cannot_place_is_put_aside(lane: Lane) -> None:
    decider = a_decider(lane.database, lane.clock, lane.ask)

    def draw(_: int) -> int:
        raise ZeroDivisionError("a bug")

    decider.sorter._draw = draw
    await lane.labels()
    await deliver(lane.database, lane.clock, "x", ADOPTION, deadline_body(REPO, at()))
    await decider.sorter.sort()
    assert lane.states() == ["quarantined", "ready"]


async def test_events_of_a_repository_that_is_not_ours_any_more_are_passed_over(
    item: Lane,
) -> None:
    gone = real("repository", "transferred", repository=real("issues", "labeled")["repository"])
    await item.hears("repository", gone)
    await item.says("/pledge $500")
    item.ask = lookup(item.database, RULES, rights=fixed(AssertionError("nobody asks")))
    async with item.database.write() as tx:
        later = "told_at + 10000000000"
        await tx.exec_driver_sql(
            f"UPDATE repositories SET removed = TRUE, removed_told_at = {later}"
        )
    await item.decides()
    assert await item.kinds() == ["ItemLabelled"]
    assert set(item.states()) == {"done", "ignored"}


async def test_what_arrived_while_we_took_the_repository_for_gone_is_taken_up_when_it_is_back(
    item: Lane,
) -> None:
    """It was installed again, and that was told after the first command."""
    await item.hears("installation", installed("deleted"))
    await item.decides()
    item.clock.move(seconds=60)
    await item.says("/pledge $500")
    await item.decides()
    assert await item.kinds() == ["ItemLabelled"]
    item.clock.move(seconds=200)
    await item.hears("installation", installed("created"))
    await item.decides()
    assert await item.kinds() == ["ItemLabelled", "PledgeMade"]


async def test_what_was_said_before_the_repository_was_gone_is_not_taken_up(item: Lane) -> None:
    await item.says("/pledge $500")
    item.clock.move(seconds=1)
    await item.hears("installation", installed("deleted"))
    await item.decides()
    item.clock.move(seconds=200)
    await item.hears("installation", installed("created"))
    await item.decides()
    assert await item.kinds() == ["ItemLabelled"]


def installed(action: str) -> dict[str, Any]:
    """What GitHub says when the App is installed, or uninstalled."""
    here = real("issues", "labeled")["repository"]
    account = {"id": 1, "login": "acme", "type": "Organization"}
    return {
        "action": action,
        "installation": {"id": INSTALLATION, "account": account, "suspended_at": None},
        "repositories": [{name: here[name] for name in ("id", "name", "full_name", "private")}],
        "sender": account,
    }


# --- how much is said -------------------------------------------------------------------------


async def test_beyond_twenty_answers_an_hour_a_reaction_must_do(item: Lane) -> None:
    for _ in range(23):
        await item.says("/pledge 1.000")
    await item.decides()
    assert (await item.kinds()).count("Refused") == 23
    keys = item.outgoing()
    assert sum(key.startswith("say:") for key in keys) == 20
    assert sum(key.startswith("reaction:") for key in keys) == 23
    item.clock.move(hours=1)
    await item.says("/pledge 1.000")
    await item.decides()
    assert sum(key.startswith("say:") for key in item.outgoing()) == 21


# --- deadlines --------------------------------------------------------------------------------


async def test_what_comes_due_is_told_once_and_decided(item: Lane) -> None:
    await item.says("/pledge $500 until 2026-02-01")
    await item.decides()
    ticking = Ticking(item.database, item.clock.time, Bell(item.clock.time))
    assert await ticking.tick() == 0
    item.clock.move(days=2)
    assert (await ticking.tick(), await ticking.tick()) == (2, 2), "the month is over, too"
    await item.decides()
    assert await ticking.tick() == 0
    (_, _, expired) = await item.entries()
    assert isinstance(expired, e.PledgeExpired)
    assert expired.because == "until"
    assert item.states() == ["done", "done", "done", "done"]


# --- pieces -----------------------------------------------------------------------------------


def _repo() -> Repo:
    return Repo(REPO, "Codertocat", "Hello-World", 375706)


def _labelled() -> Any:
    return heard("issues", changed(real("issues", "labeled"), "issue.id", ISSUE + 5)).event


def _explode(*_: object) -> Any:
    raise ZeroDivisionError("a bug")
