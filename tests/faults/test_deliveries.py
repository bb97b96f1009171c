"""Deliveries come twice, late, or in another order. Is everything decided once, and in order?"""

from __future__ import annotations

from datetime import timedelta

from tests.stories.kit import Stage, until

SLOWLY = 5.0
"""So that two deliveries arrive within the two seconds for which a command settles."""

A_MOMENT = timedelta(seconds=1)
"""GitHub tells time in seconds."""


async def test_a_delivery_that_arrives_twice_is_decided_once(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.duplicate("*")
    await stage.records("ada", issue, "/pledge $100")
    await stage.says("bob", issue, "/pledge 1.000")
    assert await stage.kinds() == ["ItemLabelled", "PledgeMade", "Refused"]
    assert len(stage.replies(issue)) == 1


async def test_a_redelivery_changes_nothing(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("ada", issue, "/withdraw")
    for delivery in list(stage.box.deliveries):
        stage.box.redeliver(delivery.id)
    await stage.settled()
    assert await stage.kinds() == ["ItemLabelled", "PledgeMade", "PledgeWithdrawn"]


async def test_two_commands_of_a_person_are_decided_in_the_order_of_their_time(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    stage.time.set_speed(SLOWLY)
    stage.box.faults.reorder("issue_comment.created", times=1)
    stage.person("ada").comment(issue, "/pledge $100")
    stage.person("ada").comment(issue, "/pledge $200")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "replaced", "P-2": "standing"}
    assert "**USD 200.00** pledged" in stage.panel(issue)
    assert stage.replies(issue) == []


async def test_a_pledge_told_before_the_label_is_decided_after_it(stage: Stage) -> None:
    await stage.roadmap_item("A first item, so that the rules are known")
    stage.time.set_speed(SLOWLY)
    issue = stage.person("bob").open_issue(stage.solver, "Preconditioners")
    stage.box.faults.reorder("issues.labeled", times=1)
    stage.person("mia").label(issue, "roadmap")
    comment = stage.person("ada").comment(issue, "/pledge $100")
    await stage.settled()
    assert stage.reactions(comment) == ["+1"]
    assert await stage.kinds() == ["ItemLabelled", "ItemLabelled", "PledgeMade"]


async def test_a_pledge_told_after_the_close_still_falls_due_with_it(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.time.set_speed(SLOWLY)
    stage.box.faults.reorder("issue_comment.created", times=1)
    stage.person("ada").comment(issue, "/pledge $100")
    stage.time.advance(A_MOMENT)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "due"}


async def test_everything_twice_and_out_of_order_comes_to_the_same_end(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.time.set_speed(SLOWLY)
    stage.box.faults.duplicate("*", probability=0.5)
    stage.box.faults.reorder("issue_comment.created", probability=0.5)
    for login in ("ada", "bob", "dev", "gus"):
        stage.person(login).comment(issue, "/pledge $10")
        stage.person(login).comment(issue, "/pledge $20")
    stage.person("gus").comment(issue, "/withdraw")
    await stage.settled()
    assert await stage.sums(issue) == {"pledged": {"USD": 6000}}


async def test_a_comment_found_after_a_later_one_of_the_same_person_asks_to_be_repeated(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.delay("issue_comment.created", 60, times=1)
    early = stage.person("ada").comment(issue, "/pledge $100")
    stage.time.advance(A_MOMENT)
    later = stage.person("ada").comment(issue, "/pledge $200")
    await until(lambda: stage.reactions(later) == ["+1"])
    await stage.settled()
    assert await stage.pledges() == {"P-1": "standing"}
    assert stage.reactions(early) == ["confused"]
    (answer,) = stage.replies(issue)
    assert "please say it once more" in answer
    assert "/pledge $100" in answer


async def test_a_comment_found_after_a_stewards_word_asks_to_be_repeated(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("bob", issue, "/pledge $900")
    stage.box.faults.delay("issue_comment.created", 60, times=1)
    early = stage.person("ada").comment(issue, "/pledge $100")
    stage.time.advance(A_MOMENT)
    word = stage.person("mia").comment(issue, "/decline P-1 Thank you, but no.")
    await until(lambda: stage.reactions(word) == ["+1"])
    await stage.settled()
    assert await stage.pledges() == {"P-1": "declined"}
    assert stage.reactions(early) == ["confused"]
    assert await stage.refusals() == ["out_of_order"]


async def test_a_comment_found_late_that_nobody_spoke_after_is_recorded_as_late(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.delay("issue_comment.created", 60, times=1)
    early = stage.person("ada").comment(issue, "/pledge $100")
    stage.time.advance(A_MOMENT)
    other = stage.person("bob").comment(issue, "/pledge $50")
    await until(lambda: stage.reactions(other) == ["+1"])
    await stage.settled()
    assert stage.reactions(early) == ["+1"]
    made = [entry for entry in await stage.entries() if entry["kind"] == "PledgeMade"]
    assert [(e["actor"]["login"], e["late"]) for e in made] == [("bob", False), ("ada", True)]


async def test_the_delivery_of_our_own_comment_may_get_lost(stage: Stage) -> None:
    stage.box.faults.lose("issue_comment.created", times=1)
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    assert "**USD 100.00** pledged" in stage.panel(issue)
