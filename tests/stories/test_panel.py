"""What does the panel show, and who can make it say something else? Nobody.

That panels add up is looked at in every story, whenever it has settled (see `kit.py`).
"""

from __future__ import annotations

from tests.stories.kit import Stage, is_panel


async def test_the_panel_adds_up_through_a_whole_story(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("mia", issue, "/goal $2,000")
    await stage.records("ada", issue, "/pledge $500")
    await stage.records("bob", issue, f"/pledge €450.50 until {stage.day(30)}")
    await stage.says("dev", issue, "/pledge $100 for @acme")
    await stage.records("mia", issue, "/accept")
    await stage.says("eve", issue, "/pledge $9,000,000")
    await stage.records("mia", issue, "/decline Thank you, but no.")
    await stage.says("ada", issue, "/pledge $750")
    await stage.records("mia", issue, "/accept P-5")
    await stage.records("gus", issue, "/pledge $20 on completion")
    await stage.records("bob", issue, "/withdraw")
    assert await stage.sums(issue) == {"pledged": {"USD": 85000}, "on completion": {"USD": 2000}}
    assert "**USD 850.00** pledged · goal USD 2,000.00" in stage.panel(issue)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert await stage.sums(issue) == {"pledged": {"USD": 87000}}


async def test_a_panel_that_somebody_edits_is_restored(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    comment, before = stage.panel_comment(issue), stage.panel(issue)
    stage.person("mia").edit_comment(comment, "**USD 1,000,000.00** pledged")
    await stage.settled()
    assert stage.panel_comment(issue) is comment
    assert comment.body == before


async def test_a_deleted_panel_comes_back_once(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    first = stage.panel_comment(issue)
    stage.person("mia").delete_comment(first)
    await stage.settled()
    second = stage.panel_comment(issue)
    assert second.body == first.body
    await stage.records("bob", issue, "/pledge $50")
    assert "**USD 150.00** pledged" in second.body


async def test_a_panel_that_is_deleted_again_stays_away(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    for _ in range(2):
        stage.person("mia").delete_comment(stage.panel_comment(issue))
        await stage.settled()
    await stage.records("ada", issue, "/pledge $100")
    assert stage.bots(issue) == []


async def test_a_deletion_that_we_never_heard_of_counts_too(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.box.faults.lose("issue_comment.deleted")
    for _ in range(2):
        stage.person("mia").delete_comment(stage.panel_comment(issue))
        await stage.says("ada", issue, "/pledge $100")
    assert not any(map(is_panel, stage.bots(issue)))


async def test_a_locked_issue_is_left_in_peace(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.person("mia").lock_issue(issue)
    await stage.settled()
    await stage.says("mia", issue, "/pledge $100")
    assert await stage.pledges() == {"P-1": "standing"}


async def test_titles_bodies_and_labels_are_never_touched(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("mia", issue, "/goal $2,000")
    await stage.records("ada", issue, "/pledge $500")
    assert (issue.title, issue.body) == ("Faster sparse LU", "")
    assert [label.name for label in issue.labels] == ["roadmap"]
    assert [event.actor.login for event in issue.events] == ["mia"]


async def test_names_and_amounts_are_told_without_calling_anybody(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $500")
    await stage.says("eve", issue, "/pledge $9000")
    assert "@" not in stage.panel(issue)
    assert "$" not in stage.panel(issue)


async def test_of_three_hundred_pledges_the_ten_largest_are_listed_and_the_rest_summed(
    stage: Stage,
) -> None:
    await stage.configure("pledges:\n  accept_up_to: {USD: 1000000}\n")
    issue = await stage.roadmap_item()
    for first in range(1, 301, 10):  # what is said to be sent is not replaced by the next pledge
        funder = stage.newcomer(f"a-funder-with-a-very-long-name-{first:04}")
        funder.comment(issue, "\n".join(_pledge_and_sent(n) for n in range(first, first + 10)))
    await stage.settled()
    assert len(await stage.pledges()) == 300
    assert await stage.sums(issue) == {
        "pledged": {"USD": 100 * sum(n for n in range(301) if n % 3)},
        "on completion": {"USD": 100 * sum(range(0, 301, 3))},
    }
    assert stage.panel(issue).count("| [P-") == 10
    assert "[and 194 more](" in stage.panel(issue)
    assert "[and 96 more](" in stage.panel(issue)
    assert len(stage.panel(issue)) < 65_536


def _pledge_and_sent(n: int) -> str:
    return f"/pledge ${n}{' on completion' if n % 3 == 0 else ''}\n/sent P-{n}"
