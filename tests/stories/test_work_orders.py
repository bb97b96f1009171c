"""How does an issue become a work order, and who decides whether the work may start?"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.entries import OrderApproved, OrderWritten
from tests.stories.acting import DISCUSSED, FORM, FORM_IN_PROJECT
from tests.stories.kit import Stage

# --- the form ---------------------------------------------------------------------------------


async def test_a_panel_links_to_the_form_once_the_form_is_on_the_default_branch(
    stage: Stage,
) -> None:
    mia = stage.person("mia")
    issue, done = await stage.roadmap_item(), await stage.roadmap_item("Wheels for ARM")
    mia.close(done)
    form = {FORM_IN_PROJECT: FORM.read_text("utf-8")}
    mia.push(stage.solver, form, "Try the form", "forms")
    await stage.settled()
    assert "template=work-order.yml" not in stage.panel(issue)
    mia.push(stage.solver, form, "Add the form")
    await stage.settled()
    assert f"template=work-order.yml&title=Work%20order%3A%20%23{issue.number}" in stage.panel(
        issue
    )
    assert "work-order.yml" not in stage.panel(done)
    later = await stage.roadmap_item("GMRES")
    assert f"items=%23{later.number}" in stage.panel(later)
    mia.push(stage.solver, {FORM_IN_PROJECT: None}, "Take the form away")
    await stage.settled()
    assert "work-order.yml" not in stage.panel(issue)


async def test_a_form_that_is_filled_in_is_a_draft_with_a_panel(stage: Stage) -> None:
    item = await stage.roadmap_item()
    order = await stage.work_order(
        items=f"#{item.number}",
        developers="@dev, @gus",
        funder="Acme Labs",
        interested="@bob",
        budget="USD 5,000 and EUR 2,000",
        reports="Every two weeks",
        share="A tenth of the time goes into reviewing others.",
    )
    panel = stage.panel(order)
    assert await stage.state(order) == "draft"
    assert "/cwo propose" in panel
    for words in (
        "dev",
        "gus",
        "Acme Labs",
        "not confirmed",
        "bob",
        "every 14 days",
        "best effort",
    ):
        assert words in panel
    assert "Budget USD 5,000.00" in panel
    assert "Budget EUR 2,000.00" in panel
    assert f"CWO #{order.number}" in stage.panel(item)


async def test_what_is_missing_or_cannot_be_read_is_listed_until_it_is_mended(
    stage: Stage,
) -> None:
    order = await stage.work_order(budget="about 500", developers="@nobody-of-that-name")
    faults = stage.panel(order).partition("#### ")[0]
    assert "**Budget**" in faults
    assert "**Developers**" in faults
    assert "**Scope**" not in faults
    assert await stage.why_not("dev", order, "/cwo propose") == "form_incomplete"
    mended = order.body.replace("about 500", "USD 500").replace("@nobody-of-that-name", "@dev")
    stage.person("dev").edit_issue(order, body=mended)
    await stage.settled()
    assert "**Budget**" not in stage.panel(order)
    await stage.records("dev", order, "/cwo propose")


async def test_hand_edits_of_the_form_are_understood(stage: Stage) -> None:
    order = await stage.work_order()
    edited = (
        order.body.replace("### Budget", "## **budget**")
        .replace("USD 500", "* `USD 750`  ")
        .replace("### Scope", "Hello!\n\n#### scope:")
        .replace("@dev", "<!-- me -->\n- @dev\n- @gus")
    )
    stage.person("dev").edit_issue(order, body=edited)
    await stage.settled()
    (*_, written) = await stage.recorded(OrderWritten)
    assert written.terms.problems == ()
    assert "Budget USD 750.00" in stage.panel(order)
    assert len(written.terms.developers) == 2


async def test_a_label_makes_a_work_order_and_anybody_may_draft_one(stage: Stage) -> None:
    order = await stage.work_order(by="eve", developers="@eve")
    assert await stage.state(order) == "draft"
    by_hand = stage.person("bob").open_issue(stage.solver, "Some work", "### Scope\n\nThis.\n")
    stage.person("dev").label(by_hand, "work-order")
    await stage.settled()
    assert await stage.state(by_hand) == "draft"
    assert "**Budget**" in stage.panel(by_hand)


async def test_an_issue_is_an_item_or_a_work_order_and_never_both(stage: Stage) -> None:
    item, order = await stage.roadmap_item(), await stage.work_order()
    stage.person("mia").label(item, "work-order")
    stage.person("mia").label(order, "roadmap")
    await stage.settled()
    assert item.id not in (await stage.books()).agreements
    assert order.number not in (await stage.books()).items
    assert await stage.why_not("mia", item, "/cwo propose") == "wrong_place"
    assert await stage.why_not("mia", order, "/goal $500") == "wrong_place"


async def test_closing_and_reopening_the_issue_changes_no_state(stage: Stage) -> None:
    order = await stage.approved()
    for act in (stage.person("mia").close, stage.person("mia").reopen):
        act(order)
        await stage.settled()
        assert await stage.state(order) == "approved"


# --- the public discussion --------------------------------------------------------------------


async def test_only_the_author_proposes_a_work_order(stage: Stage) -> None:
    order = await stage.work_order()
    assert await stage.why_not("mia", order, "/cwo propose") == "not_author"
    await stage.records("dev", order, "/cwo propose")
    assert await stage.why_not("dev", order, "/cwo propose") == "order_state"


async def test_nobody_decides_before_the_public_discussion_is_over(stage: Stage) -> None:
    order = await stage.work_order()
    await stage.records("dev", order, "/cwo propose")
    assert await stage.why_not("mia", order, "/cwo approve") == "discussion_runs"
    assert await stage.why_not("mia", order, "/cwo decline Why not?") == "discussion_runs"
    await stage.passes(timedelta(days=6, hours=22))
    assert await stage.why_not("mia", order, "/cwo approve") == "discussion_runs"
    await stage.passes(timedelta(hours=3))
    await stage.records("mia", order, "/cwo approve")
    assert await stage.state(order) == "approved"


async def test_the_project_chooses_how_long_it_discusses(stage: Stage) -> None:
    await stage.configure("work_orders:\n  discussion_days: 21\n")
    order = await stage.work_order()
    await stage.discussed(order)
    assert await stage.why_not("mia", order, "/cwo approve") == "discussion_runs"
    await stage.passes(timedelta(days=14))
    await stage.records("mia", order, "/cwo approve")


async def test_a_steward_declines_with_a_reason_that_stands_on_the_panel(stage: Stage) -> None:
    order = await stage.work_order()
    await stage.discussed(order)
    assert await stage.why_not("mia", order, "/cwo decline") == "reason_missing"
    assert await stage.why_not("dev", order, "/cwo decline Not now.") == "not_steward"
    await stage.records("mia", order, "/cwo decline We have no reviewers for this.")
    assert await stage.state(order) == "declined"
    assert "We have no reviewers for this." in stage.panel(order)
    assert await stage.why_not("dev", order, "/cwo start") == "order_state"
    assert await stage.why_not("ada", order, "/pledge $50") == "order_over"


async def test_a_steward_who_is_involved_leaves_the_decision_to_another(stage: Stage) -> None:
    stage.keeper("rae")
    for role in ("developers", "funder", "interested"):
        order = await stage.work_order(**{role: "@dev, @rae" if role == "developers" else "@rae"})
        await stage.discussed(order)
        assert await stage.why_not("rae", order, "/cwo approve") == "involved"
        assert await stage.why_not("rae", order, "/cwo decline No.") == "involved"
        await stage.records("mia", order, "/cwo approve")
    assert not any(entry.alone for entry in await stage.recorded(OrderApproved))


async def test_where_every_steward_is_involved_one_of_them_decides_and_it_is_shown(
    stage: Stage,
) -> None:
    stage.keeper("rae")
    order = await stage.work_order(developers="@rae", interested="@mia")
    await stage.discussed(order)
    assert await stage.why_not("rae", order, "/cwo approve") == "involved"
    await stage.records("mia", order, "/cwo approve")
    (approved,) = await stage.recorded(OrderApproved)
    assert approved.alone
    assert "Nobody uninvolved holds the steward's role" in stage.panel(order)


async def test_an_edit_of_substance_restarts_the_discussion_and_a_typo_does_not(
    stage: Stage,
) -> None:
    order = await stage.work_order(share="A tenth.")
    await stage.discussed(order)
    dev = stage.person("dev")
    dev.edit_issue(order, body=order.body.replace("A tenth.", "One tenth."))
    await stage.settled()
    assert "discussion is over" in stage.panel(order)
    dev.edit_issue(order, body=order.body.replace("USD 500", "USD 600"))
    await stage.settled()
    assert await stage.why_not("mia", order, "/cwo approve") == "discussion_runs"
    await stage.passes(DISCUSSED)
    await stage.records("mia", order, "/cwo approve")


async def test_the_approved_text_stays_in_force_until_an_edit_is_approved_anew(
    stage: Stage,
) -> None:
    order = await stage.approved(budget="USD 200")
    await stage.records("ada", order, "/pledge $400")
    dev = stage.person("dev")
    dev.edit_issue(order, body=order.body.replace("USD 200", "USD 300").replace("@dev", "@gus"))
    await stage.settled()
    assert "Edited after approval" in stage.panel(order)
    assert "Budget USD 200.00" in stage.panel(order)
    assert await stage.why_not("gus", order, "/cwo start") == "not_developer"
    notice = await stage.notifies("dev", order, "/cwo start")
    assert "USD 200.00" in notice
    assert await stage.why_not("mia", order, "/cwo approve") == "discussion_runs"
    await stage.passes(DISCUSSED)
    await stage.records("mia", order, "/cwo approve")
    assert "Edited after approval" not in stage.panel(order)
    assert "gap USD 100.00" in stage.panel(order)
    assert await stage.why_not("mia", order, "/cwo approve") == "nothing_changed"
    assert "USD 100.00" in await stage.notifies("gus", order, "/cwo start")
    assert await stage.state(order) == "active"


async def test_an_edit_taken_back_needs_no_approval(stage: Stage) -> None:
    order = await stage.approved()
    dev, before = stage.person("dev"), order.body
    dev.edit_issue(order, body=before.replace("USD 500", "USD 600"))
    await stage.settled()
    dev.edit_issue(order, body=before)
    await stage.settled()
    assert "Edited after approval" not in stage.panel(order)


async def test_a_login_that_was_given_up_and_taken_by_somebody_else_changes_nobodys_part(
    stage: Stage,
) -> None:
    order = await stage.approved()
    stage.person("dev").rename_self("devan")
    stage.newcomer("dev")
    stage.person("devan").edit_issue(order, body=f"{order.body}\n")
    await stage.settled()
    assert await stage.why_not("dev", order, "/cwo start unfunded") == "not_developer"
    await stage.records("devan", order, "/cwo start unfunded")
    assert "devan" in stage.panel(order)
