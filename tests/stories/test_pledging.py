"""Who can pledge what, does it stand at once, and what does it take the place of?"""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.stories.kit import Stage


async def test_a_pledge_within_the_cap_stands_at_once(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    assert await stage.pledges() == {"P-1": "standing"}


async def test_a_pledge_above_the_cap_waits_for_a_steward(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $500.01")
    assert await stage.pledges() == {"P-1": "offered"}
    assert "Nothing pledged yet" in stage.panel(issue)
    await stage.records("mia", issue, "/accept")
    assert await stage.pledges() == {"P-1": "standing"}
    assert "**USD 500.01** pledged" in stage.panel(issue)


async def test_the_cap_is_for_all_unpaid_pledges_of_a_person_in_the_repository(
    stage: Stage,
) -> None:
    first, second = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    await stage.records("ada", first, "/pledge $300")
    await stage.says("ada", second, "/pledge $200.01")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "offered"}
    await stage.says("ada", second, "/pledge $200")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "replaced", "P-3": "standing"}


async def test_each_currency_has_a_cap_of_its_own(unconfigured: Stage) -> None:
    issue = await unconfigured.roadmap_item()
    await unconfigured.records("ada", issue, "/pledge ¥50000")
    await unconfigured.records("bob", issue, "/pledge 500 CHF")
    await unconfigured.records("dev", issue, "/pledge £500")
    await unconfigured.says("eve", issue, "/pledge ¥50001")
    assert await unconfigured.pledges() == {
        "P-1": "standing", "P-2": "standing", "P-3": "standing", "P-4": "offered",
    }  # fmt: skip


async def test_a_currency_without_a_cap_is_always_offered(unconfigured: Stage) -> None:
    issue = await unconfigured.roadmap_item()
    await unconfigured.says("ada", issue, "/pledge 10 NOK")
    assert await unconfigured.pledges() == {"P-1": "offered"}


async def test_less_than_the_minimum_is_refused(stage: Stage) -> None:
    await stage.configure("pledges:\n  minimum: {USD: 25}\n")
    issue = await stage.roadmap_item()
    assert "at least USD 25.00" in await stage.refuses("ada", issue, "/pledge $24.99")
    await stage.records("ada", issue, "/pledge $25")


async def test_a_currency_that_the_project_does_not_accept_is_refused(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    answer = await stage.refuses("ada", issue, "/pledge £50")
    assert "not accepted here" in answer
    assert "USD, EUR" in answer


async def test_without_a_list_of_currencies_the_goal_names_the_currency(
    unconfigured: Stage,
) -> None:
    issue = await unconfigured.roadmap_item()
    await unconfigured.records("mia", issue, "/goal £2000")
    assert "GBP" in await unconfigured.refuses("ada", issue, "/pledge $50")
    await unconfigured.records("ada", issue, "/pledge 50")
    assert "**GBP 50.00** pledged · goal GBP 2,000.00" in unconfigured.panel(issue)


async def test_a_bare_number_is_money_only_where_one_currency_is_possible(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "currency is missing" in await stage.refuses("ada", issue, "/pledge 500")
    await stage.configure("pledges:\n  currencies: [EUR]\n")
    await stage.records("ada", issue, "/pledge 500")
    assert "**EUR 500.00** pledged" in stage.panel(issue)


async def test_an_amount_with_two_readings_is_refused_with_both(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    answer = await stage.refuses("ada", issue, "/pledge €1.000")
    assert "read in two ways" in answer
    assert "Post a new comment: edits are not read." in answer


async def test_money_cannot_depend_on_a_merge(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "`on completion` instead" in await stage.refuses("ada", issue, "/pledge $100 if merged")
    await stage.records("ada", issue, "/pledge $100 on completion")
    assert "#### On completion: USD 100.00" in stage.panel(issue)
    assert "Nothing pledged yet" in stage.panel(issue)


# --- for an organisation ----------------------------------------------------------------------


async def test_a_pledge_for_an_organisation_is_offered_until_a_steward_accepts(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    comment = await stage.says("ada", issue, "/pledge $100 for @acme")
    assert stage.reactions(comment) == ["+1"]
    assert await stage.pledges() == {"P-1": "offered"}
    assert ") for [acme](" in stage.panel(issue)
    await stage.records("mia", issue, "/accept P-1")
    assert await stage.pledges() == {"P-1": "standing"}


async def test_whoever_labelled_is_told_of_the_first_offer_and_of_no_other(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $100 for @acme")
    (note,) = stage.replies(issue)
    assert "P-1, USD 100.00, waits for a steward's word" in note
    assert "note for [mia](" in note
    assert "@mia" not in note
    await stage.says("eve", issue, "/pledge $9,000,000")
    await stage.says("mia", issue, "/decline P-1 Please ask your company first.")
    await stage.says("ada", issue, "/pledge $200 for @acme")
    assert stage.replies(issue) == [note]


async def test_an_organisation_must_exist(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "no account" in await stage.refuses("ada", issue, "/pledge $100 for @nobody-there")


async def test_nobody_can_pledge_for_another_person(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    answer = await stage.refuses("eve", issue, "/pledge $100 for @ada")
    assert "nobody can pledge for another person" in answer


async def test_pledging_for_oneself_is_just_pledging(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100 for @Ada")
    assert await stage.pledges() == {"P-1": "standing"}


async def test_offers_of_two_people_for_one_organisation_stand_side_by_side(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $100 for @acme")
    await stage.says("eve", issue, "/pledge $1 for @acme")
    assert await stage.pledges() == {"P-1": "offered", "P-2": "offered"}
    await stage.records("mia", issue, "/accept P-1")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "offered"}


# --- until ------------------------------------------------------------------------------------


async def test_until_holds_to_the_end_of_that_day(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("bob", issue, f"/pledge €450.50 until {stage.day(10)}")
    assert f"until {stage.day(10)}" in stage.panel(issue)
    left = timedelta(days=11) - (stage.time.now() - _midnight(stage))
    await stage.passes(left - timedelta(hours=1))
    assert await stage.pledges() == {"P-1": "standing"}
    await stage.passes(timedelta(hours=1))
    assert await stage.pledges() == {"P-1": "expired"}
    assert "ended as promised" in stage.panel(issue)


async def test_a_day_that_is_over_is_refused_and_today_is_not(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    assert "over already" in await stage.refuses("bob", issue, f"/pledge €50 until {stage.day(-1)}")
    await stage.records("bob", issue, f"/pledge €50 until {stage.day(0)}")


async def test_an_offer_that_nobody_answers_expires_after_thirty_days(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $9000")
    await stage.passes(timedelta(days=29))
    assert await stage.pledges() == {"P-1": "offered"}
    await stage.passes(timedelta(days=1))
    assert await stage.pledges() == {"P-1": "expired"}
    assert "no steward answered the offer in 30 days" in stage.panel(issue)


# --- one funder, one promise ------------------------------------------------------------------


async def test_a_new_pledge_takes_the_place_of_the_funders_older_one(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("bob", issue, "/pledge $100")
    await stage.records("ada", issue, "/pledge $250")
    assert await stage.pledges() == {"P-1": "replaced", "P-2": "standing", "P-3": "standing"}
    assert "**USD 350.00** pledged" in stage.panel(issue)
    assert "replaced by [P-3]" in stage.panel(issue)


async def test_a_pledge_in_another_currency_replaces_too(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("ada", issue, "/pledge €80")
    assert await stage.pledges() == {"P-1": "replaced", "P-2": "standing"}


async def test_an_offer_leaves_the_older_pledge_standing_until_it_is_accepted(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.says("ada", issue, "/pledge $900")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "offered"}
    await stage.records("mia", issue, "/accept")
    assert await stage.pledges() == {"P-1": "replaced", "P-2": "standing"}


async def test_a_declined_offer_leaves_the_older_pledge_as_it_was(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.says("ada", issue, "/pledge $900")
    await stage.records("mia", issue, "/decline That is too much for this issue.")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "declined"}


async def test_pledges_on_two_issues_do_not_replace_each_other(stage: Stage) -> None:
    first, second = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    await stage.records("ada", first, "/pledge $100")
    await stage.records("ada", second, "/pledge $100")
    assert await stage.pledges() == {"P-1": "standing", "P-2": "standing"}


async def test_after_due_a_new_pledge_adds(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    stage.person("mia").reopen(issue)
    await stage.settled()
    await stage.records("ada", issue, "/pledge $50")
    assert await stage.pledges() == {"P-1": "due", "P-2": "standing"}
    assert "**USD 150.00** pledged" in stage.panel(issue)


# --- several commands in one comment ----------------------------------------------------------


async def test_later_lines_of_a_comment_see_the_earlier_ones(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100\n/withdraw")
    assert await stage.pledges() == {"P-1": "withdrawn"}
    await stage.records(
        "mia", issue, "/goal $1000\n\nand, to start:\n\n/pledge 50 USD\n/sent ref ABC"
    )
    assert "**USD 50.00** pledged · goal USD 1,000.00" in stage.panel(issue)


async def test_the_commands_of_a_comment_are_all_recorded_or_none(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    answer = await stage.refuses("ada", issue, "/pledge $100\n/pledge 1.000\n/withdraw")
    assert "read in two ways" in answer
    assert "The 2 other commands of that comment were not recorded either" in answer
    assert await stage.kinds() == ["ItemLabelled", "Refused"]
    assert "Nothing pledged yet" in stage.panel(issue)


def _midnight(stage: Stage) -> datetime:
    now = stage.time.now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
