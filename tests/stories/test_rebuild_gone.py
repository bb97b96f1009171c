"""What cannot be rebuilt is named, and nothing is guessed in its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.app.adopting import adopt
from bot.app.alone import AlreadyRunning
from bot.app.opening import CannotDo
from bot.app.rebuilding import rebuild
from bot.storage import tables
from bot.timing import Time
from sandbox.world import Comment
from tests.stories.kit import a_stage, until
from tests.stories.rebuilt import lost_and_rebuilt


async def test_an_edited_comment_is_read_in_its_first_words(stage, tmp_path):
    item = await stage.roadmap_item()
    comment = await stage.records("ada", item, "/pledge $50")
    await stage.passes(timedelta(minutes=5))
    stage.person("ada").edit_comment(comment, "/pledge $5000")
    await stage.settled()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert (lost.missing, lost.invented) == ([], [])
        assert lost.losses == []


async def test_words_that_nobody_can_read_any_more_are_named(stage, tmp_path):
    item = await stage.roadmap_item()
    recorded = await stage.records("ada", item, "/pledge $50")
    await stage.refuses("eve", item, "/goal $7")
    refused = item.comments[-2]
    await stage.passes(timedelta(minutes=5))
    for comment in (recorded, refused):
        hide_first_words(stage, comment)
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert [each.kind for each in lost.missing] == ["PledgeMade"]
        assert lost.invented == []
        assert names(lost.losses, f"#{item.number}, comment {recorded.id}: of @ada")
        assert names(lost.losses, f"the panel #{item.number}")
        assert names(lost.notes, f"#{item.number}, comment {refused.id}: of @eve")


async def test_a_deleted_comment_is_named_by_what_we_said_to_it(stage, tmp_path):
    item = await stage.roadmap_item()
    pledge = await stage.records("ada", item, "/pledge $50")
    await stage.refuses("eve", item, "/goal $7")
    refused = item.comments[-2]
    for comment in (pledge, refused):
        stage.person("mia").delete_comment(comment)
    await stage.settled()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert sorted(each.kind for each in lost.missing) == ["PledgeMade", "Refused"]
        assert lost.invented == []
        assert names(lost.losses, f"#{item.number}, comment {refused.id}: it is deleted")
        assert names(lost.losses, f"#{item.number}: a comment of @ada was deleted")
        assert names(lost.losses, f"the panel #{item.number}: it says")


async def test_what_rests_on_something_gone_is_named_and_not_invented(stage, tmp_path):
    item = await stage.roadmap_item()
    pledge = await stage.records("ada", item, "/pledge $50")
    withdrawal = await stage.records("ada", item, "/withdraw")
    stage.person("ada").delete_comment(pledge)
    await stage.settled()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert [each.kind for each in lost.missing] == ["PledgeMade", "PledgeWithdrawn"]
        assert [each.kind for each in lost.invented] == ["Refused"]
        assert names(lost.losses, f"#{item.number}, comment {withdrawal.id}: of @ada")


async def test_a_deleted_issue_is_named(stage, tmp_path):
    kept, gone = await stage.roadmap_item(), await stage.roadmap_item("Another")
    await stage.records("ada", gone, "/pledge $50")
    order = await stage.work_order(items=f"#{gone.number}")
    stage.person("mia").delete_issue(gone)
    await stage.settled()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert {each.kind for each in lost.missing} == {"ItemLabelled", "PledgeMade", "ItemGone"}
        assert names(lost.losses, f"#{gone.number}: there is no such issue any more")
        assert not names(lost.losses, f"#{kept.number}:")
        assert not names(lost.losses, f"#{order.number}:")


async def test_a_role_of_today_decides_only_where_there_is_no_reaction(stage, tmp_path):
    item = await stage.roadmap_item()
    tom, ben = stage.keeper("tom"), stage.newcomer("ben")
    allowed = await stage.records("tom", item, "/goal $700")
    await stage.refuses("ben", item, "/goal $900")
    stage.person("mia").set_role(stage.solver, "tom", None)
    stage.person("mia").set_role(stage.solver, "ben", "admin")
    allowed.reactions.clear()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert [each.kind for each in lost.missing] == ["GoalSet"]
        assert [each.kind for each in lost.invented] == ["Refused"]
        assert names(lost.notes, f"#{item.number}, comment {allowed.id}: of @tom")
        assert names(lost.losses, f"the panel #{item.number}")
    assert (tom.user.login, ben.user.login) == ("tom", "ben")


async def test_labels_of_somebody_who_lost_the_role_count_as_they_did(stage, tmp_path):
    tom = stage.keeper("tom")
    item = stage.person("ada").open_issue(stage.solver, "Proposed by Tom")
    refused = stage.person("ada").open_issue(stage.solver, "Labelled by Dev")
    tom.label(item, "roadmap")
    stage.person("dev").label(refused, "roadmap")
    await stage.settled()
    stage.person("mia").set_role(stage.solver, "tom", None)
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert (lost.missing, lost.invented) == ([], [])
        assert lost.losses == []


async def test_a_closing_by_somebody_who_lost_the_role_makes_pledges_due(stage, tmp_path):
    item = await stage.roadmap_item()
    tom = stage.keeper("tom")
    await stage.records("ada", item, "/pledge $50")
    tom.close(item)
    await stage.settled()
    stage.person("mia").set_role(stage.solver, "tom", None)
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert (lost.missing, lost.invented) == ([], [])
        assert lost.losses == []


async def test_an_adopted_issue_is_brought_in_and_its_moment_named(tmp_path):
    async with a_stage(tmp_path, rules="roadmap:\n  labels: [enhancement]\n") as stage:
        item, beside, *_ = stage.project.issues
        stage.time.advance(timedelta(days=3))
        await adopt(stage.settings, "acme", "solver")
        await stage.settled()
        await stage.records("ada", item, "/pledge $50")
        async with lost_and_rebuilt(stage, tmp_path) as lost:
            assert [each.kind for each in lost.missing] == ["ItemLabelled", "ItemLabelled"]
            assert [each.kind for each in lost.invented] == ["ItemLabelled", "ItemLabelled"]
            adopted = [
                loss for loss in lost.losses if "it was brought in by `bursar adopt`" in loss
            ]
            assert lost.losses == adopted
            assert len(adopted) == 2
        assert stage.bots(beside) == []


async def test_what_was_missed_while_the_app_was_away_is_rebuilt_as_it_was_found(stage, tmp_path):
    mia, item = stage.person("mia"), await stage.roadmap_item()
    forgotten = await stage.records("ada", item, "/pledge $50")
    mia.uninstall(stage.installation)
    unheard = stage.person("bob").comment(item, "/pledge $70")
    stage.time.advance(timedelta(days=3))
    mia.install(stage.box.app, "all", on="acme")
    await stage.settled()
    await until(lambda: stage.reactions(unheard) == ["+1"])  # it was read again
    await stage.settled()
    forgotten.reactions.clear()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert [each.source for each in lost.missing] == [f"comment:{forgotten.id}"]
        assert lost.invented == []
        assert names(lost.losses, f"#{item.number}, comment {forgotten.id}: of @ada")


async def test_a_label_with_a_late_panel_is_named(stage, tmp_path):
    item = stage.person("ada").open_issue(stage.solver, "Labelled, and not heard of")
    stage.box.faults.lose("issues.labeled", times=1)
    stage.person("mia").label(item, "roadmap")
    stage.time.advance(timedelta(days=1))
    await adopt(stage.settings, "acme", "solver")
    await stage.settled()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert names(lost.losses, f"#{item.number}: it was labelled")


async def test_what_is_on_github_is_taken_over(stage, tmp_path):
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    await stage.refuses("eve", item, "/goal $7")
    panel = stage.panel_comment(item)
    async with lost_and_rebuilt(stage, tmp_path) as lost, lost.database.read() as tx:
        rows = (await tx.execute(select(tables.outbox))).mappings().all()
        (shown,) = [row for row in rows if row["kind"] == "panel"]
        assert shown["github_id"] == panel.id
        assert shown["want_rev"] > shown["sent_rev"], "its hash is new, so it is edited once"
        done = [row for row in rows if row["kind"] != "panel"]
        assert all(row["want_rev"] == row["sent_rev"] for row in done)


async def test_a_ledger_that_is_there_is_not_touched(stage, tmp_path):
    await stage.roadmap_item()
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        url = lost.database.url.render_as_string(hide_password=False)
        chosen = stage.settings.model_copy(update={"database_url": url})
        with pytest.raises(CannotDo, match="is not empty"):
            await rebuild(chosen, "acme", "solver", time=real(stage))


@pytest.mark.sqlite_only(
    "on PostgreSQL a rebuild works beside a server, under the lease of its lane"
)
async def test_beside_a_server_nothing_is_rebuilt(stage):
    with pytest.raises(AlreadyRunning):
        await rebuild(stage.settings, "acme", "solver", time=real(stage))


async def test_a_check_compares_and_writes_nothing(stage):
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    before = await stage.entries()
    found = await rebuild(stage.settings, "acme", "solver", check=True, time=real(stage))
    assert (found.checked, found.is_whole, found.findings) == (True, True, ())
    assert await stage.entries() == before
    stage.person("mia").delete_comment(item.comments[0 if item.comments[0].via_app is None else 1])
    await stage.settled()
    found = await rebuild(stage.settings, "acme", "solver", check=True, time=real(stage))
    assert names(
        [f"{each.where}: {each.sentence}" for each in found.findings],
        "only in the ledger: PledgeMade",
    )


# --- pieces -----------------------------------------------------------------------------------


def names(sentences: list[str], start: str) -> bool:
    return any(each.startswith(start) for each in sentences)


def hide_first_words(stage, comment: Comment) -> None:
    """Its author changes it, and takes the words of before out of its history."""
    stage.person(comment.author.login).edit_comment(comment, "Never mind.")
    comment.edits.clear()


def real(stage) -> Time:
    return Time(stage.time.now, stage.time.sleep)
