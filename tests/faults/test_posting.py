"""GitHub fails while we write. Is there exactly one comment in the end?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from sandbox.faults import Fault, Faults
from sandbox.world import Issue
from tests.stories.kit import Stage, is_panel

COMMENTS = "POST /repos/*/issues/*/comments"
SLOWLY, FAST = 5.0, 60.0

Strike = Callable[[Faults], Fault]

AFTER: dict[str, Strike] = {
    "502 after posting": lambda faults: faults.fail_after(COMMENTS, 502, times=1),
    "reset after posting": lambda faults: faults.reset_after(COMMENTS, times=1),
}
BEFORE: dict[str, Strike] = {
    "500 before posting": lambda faults: faults.refuse(COMMENTS, 500, times=1),
    "reset before posting": lambda faults: faults.reset_before(COMMENTS, times=1),
}
STRIKES = [(name, strike, False) for name, strike in {**AFTER, **BEFORE}.items()]
STRIKES += [(f"{name}, and never told of it", strike, True) for name, strike in AFTER.items()]

each_strike = pytest.mark.parametrize(
    ("strike", "untold"), [each[1:] for each in STRIKES], ids=[each[0] for each in STRIKES]
)


def _strike(stage: Stage, strike: Strike, *, untold: bool) -> Fault:
    """Let it strike the next comment; `untold`: its delivery to us is lost as well."""
    if untold:
        stage.box.faults.lose("issue_comment.created", times=1)
    return strike(stage.box.faults)


async def _heard(stage: Stage) -> None:
    """Wait until GitHub has told everything so far, and nothing was answered yet."""
    await stage.box.hookshot.settled()


@each_strike
async def test_exactly_one_reply_stands(stage: Stage, strike: Strike, untold: bool) -> None:
    issue = await stage.roadmap_item()
    stage.time.set_speed(SLOWLY)
    comment = stage.person("ada").comment(issue, "/pledge 1.000")
    await _heard(stage)
    fault = _strike(stage, strike, untold=untold)
    stage.time.set_speed(FAST)
    await stage.settled()
    assert fault.acted == 1
    assert len(stage.replies(issue)) == 1
    assert stage.reactions(comment) == ["confused"]


@each_strike
async def test_exactly_one_panel_stands_and_it_is_right(
    stage: Stage, strike: Strike, untold: bool
) -> None:
    fault = _strike(stage, strike, untold=untold)
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    assert fault.acted == 1
    assert "**USD 100.00** pledged" in stage.panel(issue)


@each_strike
async def test_exactly_one_due_notice_stands(stage: Stage, strike: Strike, untold: bool) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    fault = _strike(stage, strike, untold=untold)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert fault.acted == 1
    (notice,) = stage.replies(issue)
    assert notice.count("@ada") == 1


async def test_a_list_that_does_not_show_our_comment_yet_makes_no_second_one(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    _strike(stage, AFTER["502 after posting"], untold=True)
    stage.box.faults.stale("GET /repos/*/issues/*/comments", seconds=30)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert len(stage.replies(issue)) == 1


async def test_a_search_that_fails_makes_no_second_comment(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    _strike(stage, AFTER["502 after posting"], untold=True)
    search = stage.box.faults.refuse("GET /repos/*/issues/*/comments", 500, times=3)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert search.acted == 3
    assert len(stage.replies(issue)) == 1


async def test_our_mark_in_somebody_elses_comment_counts_for_nothing(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    mark = f"<!-- bursar {stage.solver.id} say:due:{issue.id}:P-1 -->"
    stage.person("eve").comment(issue, f"The pledges are void.\n\n{mark}")
    await stage.settled()
    stage.box.faults.reset_before(COMMENTS, times=1)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert len(stage.replies(issue)) == 1


async def test_an_edit_that_failed_is_repeated(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.refuse("PATCH *", 502, times=2)
    stage.box.faults.reset_after("PATCH *", times=1)
    await stage.records("ada", issue, "/pledge $100")
    assert "**USD 100.00** pledged" in stage.panel(issue)


async def test_a_reaction_that_failed_is_repeated(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.fail_after("POST */reactions", 502, times=1)
    stage.box.faults.reset_before("POST */reactions", times=1)
    await stage.records("ada", issue, "/pledge $100")


# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("secondary", [True, False], ids=["secondary", "primary"])
async def test_a_limit_silences_the_installation_for_as_long_as_github_asks(
    stage: Stage,
    status: int,
    secondary: bool,
) -> None:
    issue, other = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    stage.box.faults.limit("P* /repos/*", 90, status=status, secondary=secondary, times=1)
    for place in (issue, other):
        stage.person("ada").comment(place, "/pledge $100")
    await stage.settled()
    (refused,) = [each for each in stage.writes() if each.status == status]
    later = [each.at for each in stage.writes() if each.at > refused.at]
    assert later
    assert min(later) - refused.at >= timedelta(seconds=89 if not secondary else 90)
    assert "**USD 100.00** pledged" in stage.panel(issue)
    assert "**USD 100.00** pledged" in stage.panel(other)


async def test_writes_keep_githubs_own_pace(stage: Stage) -> None:
    stage.box.limits.enforced = True
    issue = await stage.roadmap_item()
    for n in range(100):
        stage.newcomer(f"funder-{n}").comment(issue, "/pledge $1")
    await stage.settled()
    assert {each.status for each in stage.writes()} == {200, 201}
    sent = [each.at for each in stage.writes()]
    assert all(after - before >= timedelta(seconds=0.9) for before, after in pairwise(sent))
    assert all(_within_a_minute(sent, n) <= 80 for n in range(len(sent)))


def _within_a_minute(moments: list[datetime], n: int) -> int:
    return sum(moments[n] <= each < moments[n] + timedelta(minutes=1) for each in moments)


# --- tokens -----------------------------------------------------------------------------------


async def test_an_expired_token_is_replaced(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.passes(timedelta(hours=2))
    await stage.records("ada", issue, "/pledge $100")
    tokens = [each for each in stage.box.requests if "access_tokens" in each.route]
    assert len(tokens) == 2
    assert 401 not in {each.status for each in stage.box.requests}


async def test_a_token_that_github_refuses_is_replaced_and_the_write_sent_once(
    stage: Stage,
) -> None:
    issue: Issue = await stage.roadmap_item()
    refused = stage.box.faults.refuse(COMMENTS, 401, times=1)
    await stage.refuses("ada", issue, "/pledge 1.000")
    assert refused.acted == 1
    assert len(list(filter(is_panel, stage.bots(issue)))) == 1


async def test_without_a_token_everything_waits_and_then_goes_out(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.passes(timedelta(hours=2))
    stage.box.faults.refuse("POST */access_tokens", 503, times=3)
    await stage.records("ada", issue, "/pledge $100")
