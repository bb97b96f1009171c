"""What can pledgers and stewards do with a pledge that was made?"""

from __future__ import annotations

from datetime import timedelta

from tests.stories.kit import Stage

# --- /withdraw --------------------------------------------------------------------------------


async def test_a_pledger_can_withdraw(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    await stage.records("ada", issue, "/withdraw")
    assert await stage.pledges() == {"P-1": "withdrawn"}
    assert "Ended pledges (1)" in stage.panel(issue)


async def test_with_several_pledges_withdraw_asks_which(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.says("ada", issue, "/pledge $100 for @acme")
    assert "P-1, P-2. Please name one." in await stage.refuses("ada", issue, "/withdraw")
    await stage.records("ada", issue, "/withdraw p-2")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "withdrawn"}


async def test_nobody_can_withdraw_the_pledge_of_another(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    assert "somebody else's pledge" in await stage.refuses("mia", issue, "/withdraw P-1")
    assert "You have no pledge" in await stage.refuses("bob", issue, "/withdraw")
    assert "no pledge P-7" in await stage.refuses("ada", issue, "/withdraw P-7")


async def test_a_pledge_is_named_on_its_own_issue_only(stage: Stage) -> None:
    issue, other = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    await stage.records("ada", issue, "/pledge $100")
    assert "no pledge P-1" in await stage.refuses("ada", other, "/withdraw P-1")


async def test_withdrawing_after_due_is_shown_as_that(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    await stage.records("ada", issue, "/withdraw")
    assert "withdrawn after it was due" in stage.panel(issue)


# --- /sent ------------------------------------------------------------------------------------


async def test_saying_that_it_is_sent_stops_the_lapse_clock(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("bob", issue, "/pledge $200")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    await stage.records("ada", issue, "/sent ref OC-4711")
    assert "said to be sent" in stage.panel(issue)
    await stage.passes(timedelta(days=61))
    assert await stage.pledges() == {"P-1": "due", "P-2": "lapsed"}


async def test_who_paid_early_is_not_told_to_pay(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("ada", issue, "/sent")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "due"}
    assert stage.replies(issue) == []


async def test_only_the_pledger_can_say_that_it_is_sent(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    assert "somebody else's pledge" in await stage.refuses("bob", issue, "/sent P-1")


async def test_a_pledge_that_is_said_to_be_sent_is_not_replaced(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("ada", issue, "/sent")
    await stage.records("ada", issue, "/pledge $50")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "standing"}


# --- /goal ------------------------------------------------------------------------------------


async def test_a_steward_sets_and_takes_away_a_goal(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("mia", issue, "/goal $2,500")
    assert "**USD 0.00** pledged · goal USD 2,500.00" in stage.panel(issue)
    await stage.records("ada", issue, "/pledge $500")
    assert "20 %" in stage.panel(issue)
    await stage.records("mia", issue, "/goal none")
    assert "goal" not in stage.panel(issue)


async def test_only_stewards_set_goals(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    for login in ("ada", "gus", "dev"):
        assert "for the stewards" in await stage.refuses(login, issue, "/goal $1")


# --- /accept and /decline ---------------------------------------------------------------------


async def test_a_bare_accept_needs_exactly_one_offer(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "No offer on this issue" in await stage.refuses("mia", issue, "/accept")
    await stage.says("ada", issue, "/pledge $900")
    await stage.says("bob", issue, "/pledge $900")
    assert "P-1, P-2. Please name one." in await stage.refuses("mia", issue, "/accept")
    await stage.records("mia", issue, "/accept P-2")
    await stage.records("mia", issue, "/accept")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "standing"}


async def test_only_a_steward_accepts_or_declines(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $900")
    assert "for the stewards" in await stage.refuses("gus", issue, "/accept")
    assert "for the stewards" in await stage.refuses("bob", issue, "/decline P-1 No.")


async def test_no_steward_accepts_the_own_pledge(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("mia", issue, "/pledge $900")
    assert "your own pledge" in await stage.refuses("mia", issue, "/accept")
    stage.person("mia").set_role(stage.solver, "gus", "maintain")
    await stage.records("gus", issue, "/accept")
    assert await stage.pledges() == {"P-1": "standing"}


async def test_a_declined_offer_is_published_with_its_reason(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("eve", issue, "/pledge $9,000,000")
    assert "give a reason" in await stage.refuses("mia", issue, "/decline P-1")
    await stage.records("mia", issue, "/decline Thank you, @eve, but that is not what #1 needs.")
    assert await stage.pledges() == {"P-1": "declined"}
    assert "declined by the project: `Thank you, @\u2060eve" in stage.panel(issue)


async def test_a_standing_pledge_can_be_declined_by_name(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    assert "name it" in await stage.refuses("mia", issue, "/decline No, thank you.")
    await stage.records("mia", issue, "/decline P-1 We cannot take money with conditions.")
    assert await stage.pledges() == {"P-1": "declined"}


async def test_what_is_due_can_no_longer_be_declined(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert "P-1 is due now" in await stage.refuses("mia", issue, "/decline P-1 Too late.")


async def test_an_accepted_offer_ends_at_its_own_until_and_not_as_an_offer(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, f"/pledge $900 until {stage.day(40)}")
    await stage.records("mia", issue, "/accept")
    await stage.passes(timedelta(days=35))
    assert await stage.pledges() == {"P-1": "standing"}
    await stage.passes(timedelta(days=6))
    assert await stage.pledges() == {"P-1": "expired"}
