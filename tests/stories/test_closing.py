"""When does a pledge fall due, who is told, and what ends when an issue ends?"""

from __future__ import annotations

from datetime import timedelta

from tests.stories.kit import Stage


async def test_when_a_steward_completes_the_issue_each_pledger_is_told_once_how_to_pay(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.records("bob", issue, "/pledge €50 on completion")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "due", "P-2": "due"}
    (notice,) = stage.replies(issue)
    assert notice.count("@ada") == notice.count("@bob") == 1
    assert "USD 100.00 (P-1)" in notice
    assert "EUR 50.00 (P-2)" in notice
    assert "https://opencollective.com/acme-solver" in notice
    assert "https://github.com/sponsors/acme" in notice
    assert stage.day(60) in notice
    assert "Closed as completed by a steward" in stage.panel(issue)


async def test_a_person_with_several_pledges_is_named_once(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    await stage.says("ada", issue, "/pledge $100 for @acme")
    await stage.records("mia", issue, "/accept")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    (_, notice) = stage.replies(issue)
    assert notice.count("@ada") == 1


async def test_closing_again_does_not_tell_anybody_again(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    for _ in range(2):
        stage.person("mia").close(issue, "completed")
        await stage.settled()
        stage.person("mia").reopen(issue)
        await stage.settled()
    assert len(stage.replies(issue)) == 1
    assert await stage.pledges() == {"P-1": "due"}


async def test_offers_do_not_fall_due(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.says("ada", issue, "/pledge $900")
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "offered"}
    assert len(stage.replies(issue)) == 1  # the note about the offer


async def test_when_its_author_closes_it_nothing_falls_due_and_the_panel_says_why(
    stage: Stage,
) -> None:
    issue = await stage.roadmap_item(by="eve")
    await stage.records("ada", issue, "/pledge $100")
    stage.person("eve").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "standing"}
    assert "Closed, but nothing falls due" in stage.panel(issue)
    assert stage.replies(issue) == []
    await stage.passes(timedelta(days=90))
    assert await stage.pledges() == {"P-1": "standing"}


async def test_a_steward_can_complete_what_its_author_closed(stage: Stage) -> None:
    issue = await stage.roadmap_item(by="eve")
    await stage.records("ada", issue, "/pledge $100")
    stage.person("eve").close(issue, "completed")
    await stage.settled()
    stage.person("mia").reopen(issue)
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert await stage.pledges() == {"P-1": "due"}


async def test_a_commit_that_closes_the_issue_makes_nothing_fall_due(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").push(stage.solver, {"lu.py": "fast"}, f"Fixes #{issue.number}")
    await stage.settled()
    assert issue.state == "closed"
    assert await stage.pledges() == {"P-1": "standing"}
    assert "Closed, but nothing falls due" in stage.panel(issue)


async def test_what_is_not_planned_expires_after_a_fortnight(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "not_planned")
    await stage.settled()
    assert "Closed as not planned" in stage.panel(issue)
    assert stage.day(14) in stage.panel(issue)
    await stage.passes(timedelta(days=14))
    assert await stage.pledges() == {"P-1": "expired"}
    assert stage.replies(issue) == []


async def test_a_duplicate_is_not_planned_either(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "duplicate")
    await stage.passes(timedelta(days=14))
    assert await stage.pledges() == {"P-1": "expired"}


async def test_reopening_within_the_fortnight_keeps_the_pledges(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "not_planned")
    await stage.passes(timedelta(days=13))
    stage.person("mia").reopen(issue)
    await stage.passes(timedelta(days=20))
    assert await stage.pledges() == {"P-1": "standing"}
    await stage.records("bob", issue, "/pledge $10")


async def test_a_closed_issue_takes_no_pledges(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.person("mia").close(issue, "completed")
    await stage.settled()
    assert "issue is closed" in await stage.refuses("ada", issue, "/pledge $100")


async def test_what_is_due_and_does_not_arrive_lapses_after_sixty_days(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "completed")
    await stage.passes(timedelta(days=59))
    assert await stage.pledges() == {"P-1": "due"}
    await stage.passes(timedelta(days=1))
    assert await stage.pledges() == {"P-1": "lapsed"}
    assert "#### Lapsed: USD 100.00" in stage.panel(issue)
    assert len(stage.replies(issue)) == 1
    await stage.records("ada", issue, "/sent")


async def test_the_project_says_how_long_a_due_pledge_may_take(stage: Stage) -> None:
    await stage.configure("pledges:\n  lapse_after_days: 10\n")
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").close(issue, "completed")
    await stage.passes(timedelta(days=10))
    assert await stage.pledges() == {"P-1": "lapsed"}


async def test_the_pledges_on_a_deleted_issue_expire(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").delete_issue(issue)
    await stage.settled()
    assert "ItemGone" in await stage.kinds()
    await stage.passes(timedelta(days=14))
    assert await stage.pledges() == {"P-1": "expired"}


async def test_the_pledges_on_an_issue_that_moved_away_expire(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $100")
    stage.person("mia").transfer_issue(issue, stage.project.docs)
    await stage.settled()
    assert "ItemGone" in await stage.kinds()
    await stage.passes(timedelta(days=14))
    assert await stage.pledges() == {"P-1": "expired"}
