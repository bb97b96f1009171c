"""Work orders and the moments that pass, as the worker hears, decides and records them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.clock import Clock as Ticking
from bot.domain import entries as e
from bot.domain.configuration import Configuration
from bot.domain.refs import IssueRef, Repo
from bot.domain.rules import Rules
from bot.domain.states import State
from bot.events.happened import IssueGone
from bot.lookup import LabelledIssue
from bot.routing import Router
from bot.timing import Bell
from tests.events.kit import changed, real
from tests.storage.kit import ISSUE, REPO
from tests.storage.kit import rows as looked_up
from tests.worker.kit import fixed, lookup
from tests.worker.lane import ADA, DAN, MIA, ORDER, RULES, Lane, stamp

SOLVER = Repo(REPO, "Codertocat", "Hello-World", 375706)
DRAFTED = ["OrderOpened", "OrderWritten"]


# --- the course -------------------------------------------------------------------------------


async def test_a_label_makes_a_draft_with_its_panel(draft: Lane) -> None:
    assert draft.outgoing() == [f"order:{ORDER}"]
    found = await draft.order()
    assert (found.state, found.number, found.terms.problems) == (State.DRAFT, 57, ())


async def test_the_whole_course_is_recorded_and_the_chain_holds(active: Lane) -> None:
    await active.on_order("/cwo report All is well.")
    await active.on_order("/cwo finish It is done.")
    await active.on_order("/cwo close landed", MIA)
    assert (await active.kinds())[2:] == [
        "OrderProposed",
        "DiscussionEnded",
        "OrderApproved",
        "OrderStarted",
        "OrderReported",
        "OrderFinished",
        "OrderClosed",
    ]
    assert active.saying() == [f"say:discussed:{ORDER}:4"], "quiet but for that"


async def test_an_edit_is_written_down_once_whatever_is_told_twice(draft: Lane) -> None:
    await draft.drafts(action="edited", SCOPE="Faster end.")
    await draft.decides()
    assert await draft.kinds() == [*DRAFTED, "OrderWritten"]
    draft.clock.move(hours=1)
    await draft.drafts(action="edited", SCOPE="Faster end.")
    await draft.decides()
    assert await draft.kinds() == [*DRAFTED, "OrderWritten"], "it says the same"


async def test_adoption_brings_in_items_and_work_orders_at_once(lane: Lane) -> None:
    """An issue that carries both labels is an item, and keeps nothing else out."""
    issue = IssueRef(ORDER, 57, ("work-order",), author=DAN)
    both = replace(issue, id=ISSUE, number=1, labels=("bug", "work-order"))
    found = {
        "bug": (LabelledIssue(both, MIA, is_open=True),),
        "work-order": (
            LabelledIssue(both, MIA, is_open=True),
            LabelledIssue(issue, MIA, is_open=True),
        ),
    }

    async def labelled(_: Repo, labels: tuple[str, ...]) -> tuple[LabelledIssue, ...]:
        return found[labels[0]]

    lane.ask = replace(lane.ask, labelled_issues=labelled)
    await lane.hears("repository", real("repository", "publicized"))
    await lane.adopts()
    await lane.decides()
    assert await lane.kinds() == ["ItemLabelled", *DRAFTED]


# --- moments ----------------------------------------------------------------------------------


async def test_the_end_of_a_discussion_is_said_once(draft: Lane) -> None:
    await draft.on_order("/cwo propose")
    assert await draft.passes() == 0
    draft.clock.move(days=7, minutes=1)
    assert await draft.passes() == 1
    assert (await draft.kinds())[2:] == ["OrderProposed", "DiscussionEnded"]
    assert draft.saying() == [f"say:discussed:{ORDER}:4"]
    assert await draft.passes() == 0


async def test_after_a_long_downtime_each_moment_is_caught_up_once(active: Lane) -> None:
    """Down for more than the period: the missed report and the end of the period, each once."""
    ends_at = (await active.order()).report_at
    assert ends_at is not None
    active.clock.move(days=600)
    assert await active.passes() == 1
    assert await active.passes() == 1, "the end of the period follows from the missed report"
    assert await active.passes() == 0
    missed = [entry for entry in await active.entries() if isinstance(entry, e.ReportMissed)]
    assert [entry.due_at for entry in missed] == [ends_at, missed[0].report_at]
    assert missed[1].report_at is None
    assert len([key for key in active.saying() if key.startswith("say:report:")]) == 2


async def test_a_report_in_time_moves_the_moment_on(active: Lane) -> None:
    active.clock.move(days=29)
    await active.on_order("/cwo report All is well.")
    active.clock.move(days=2)
    assert await active.passes() == 0
    active.clock.move(days=29)
    assert await active.passes() == 1
    assert "ReportMissed" in await active.kinds()


async def test_what_was_told_and_not_decided_before_the_end_is_told_no_second_time(
    draft: Lane,
) -> None:
    """The clock looks often while a question keeps the event waiting."""
    await draft.on_order("/cwo propose")
    draft.clock.move(days=7, minutes=1)
    ticking = Ticking(draft.database, draft.clock.time, Bell(draft.clock.time))
    for _ in range(5):
        await ticking.tick()
        draft.clock.move(minutes=10)
    waiting = looked_up(draft.database, "SELECT n FROM inbox WHERE state = 'new'")
    assert len(waiting) == 2, "the end of the discussion, and that of the month"
    await draft.decides()
    assert (await draft.kinds()).count("DiscussionEnded") == 1


@pytest.mark.parametrize("gone", [False, True], ids=["cancelled", "deleted"])
async def test_a_fortnight_after_its_end_what_still_stands_on_it_expires(
    active: Lane, *, gone: bool
) -> None:
    await active.on_order("/pledge $50", ADA)
    if gone:
        body = changed(real("issues", "deleted"), "issue.id", ORDER)
        await active.hears("issues", changed(body, "issue.number", 57))
        await active.decides()
    else:
        await active.on_order("/cwo cancel No time.")
    active.clock.move(days=14, minutes=1)
    assert await active.passes() == 1
    assert (await active.kinds())[-2:] == ["OrderEnded", "PledgeExpired"]
    assert await active.passes() == 0, "or it would be said for ever"


# --- what is shown ----------------------------------------------------------------------------


async def test_an_event_in_quarantine_is_said_on_the_panel_of_its_work_order(draft: Lane) -> None:
    router = Router()

    @router.event(IssueGone)
    async def fails(*_: object) -> list[Any]:
        raise ZeroDivisionError("a bug")

    draft.subjects._all.events |= router.events
    before = draft.revisions(f"order:{ORDER}")
    await draft.hears("issues", changed(real("issues", "deleted"), "issue.id", ORDER))
    await draft.decides()
    assert "quarantined" in draft.states()
    shown = await draft.ask.order_panel(SOLVER, ORDER)
    assert shown is not None
    assert shown.under_review
    assert draft.revisions(f"order:{ORDER}") == before + 1


async def test_new_rules_bring_the_panels_of_every_item_that_can_be_funded_up_to_date(
    draft: Lane,
) -> None:
    for issue in (ISSUE, ISSUE + 1, ISSUE + 2):
        await draft.labels(issue)
    await draft.decides()
    closed = real("issues", "reopened", action="closed")
    end = {"id": ISSUE + 1, "state": "closed", "closed_at": stamp(draft.clock.now())}
    closed["issue"] |= end
    await draft.hears("issues", closed)
    await draft.decides()
    keys = [f"panel:{ISSUE + n}" for n in range(3)]
    before = [draft.revisions(key) for key in keys]
    newest = Rules(labels=RULES.labels, currencies=("EUR",))
    draft.ask = lookup(draft.database, configuration=fixed(Configuration(newest)))
    push = real("push") | {"forced": True, "ref": "refs/heads/main", "head_commit": {}}
    repository = push["repository"] | {"default_branch": "main"}
    await draft.hears("push", push | {"repository": repository, "after": "d" * 40})
    await draft.decides()
    after = [draft.revisions(key) for key in keys]
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 0, 1]
