"""After a rebuilding the next server goes on where the lost one stopped: nothing is said twice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, func, select

from bot.app.serving import running
from bot.storage import inbox, ledger, outbox, tables
from bot.timing import Time
from demo.stage import PATIENCE, free_port
from tests.stories.kit import Stage
from tests.stories.rebuilt import Lost, lost_and_rebuilt

DELIVERED = (
    select(func.count())
    .select_from(tables.inbox)
    .where(tables.inbox.c.event == "issue_comment", tables.inbox.c.delivery.not_like("reread:%"))
)
"""What GitHub's list of deliveries brought once more."""

ANOTHER_PLEDGE = (
    select(func.count() - 1).select_from(tables.ledger).where(tables.ledger.c.kind == "PledgeMade")
)
"""More than the one that was rebuilt."""


async def test_the_next_server_edits_panels_once_and_says_nothing_again(stage, tmp_path):
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    await stage.refuses("eve", item, "/goal $7")
    comments = list(item.comments)
    reactions = [len(each.reactions) for each in comments]
    before = stage.panel(item)
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        seq = lost.rebuilt.entries
        await a_server_goes_on(stage, lost)
        assert item.comments == comments
        assert [len(each.reactions) for each in comments] == reactions
        assert first_line(stage.panel(item)) == first_line(before)
        assert stage.panel(item) != before, "it shows the hash of the new ledger"
        async with lost.database.read() as tx:
            assert (await ledger.position(tx, lost.repo)).seq == seq, "what comes again is known"


async def test_what_was_said_long_before_the_next_server_starts_is_found(stage, tmp_path):
    """GitHub's list of deliveries forgets after three days."""
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $50")
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        stage.time.advance(timedelta(hours=1))
        late = stage.person("bob").comment(item, "/pledge $30")
        stage.time.advance(timedelta(days=10))
        await a_server_goes_on(stage, lost, ANOTHER_PLEDGE)
        assert stage.reactions(late) == ["+1"]
        assert "**USD 80.00** pledged" in stage.panel(item)


async def a_server_goes_on(stage: Stage, lost: Lost, found: Select[int] = DELIVERED) -> None:
    """Start a server on the rebuilt store, and wait until it found this, and has nothing left to do."""
    url = lost.database.url.render_as_string(hide_password=False)
    port = free_port()
    chosen = stage.settings.model_copy(update={"database_url": url, "port": port})
    async with running(chosen, Time(stage.time.now, stage.time.sleep)) as (bot, address, _):
        stage.box.app.webhook_url = f"{address}/api/github/webhooks"
        for _ in range(int(PATIENCE / 2)):
            stage.time.advance(timedelta(minutes=6))
            await stage.time.sleep(60.0)
            await stage.box.settled()
            async with bot.database.read() as tx:
                busy = await inbox.open_count(tx) or await outbox.open_count(tx)
                came = (await tx.execute(found)).scalar_one()
            if came and not busy:
                return
        raise AssertionError


def first_line(panel: str) -> str:
    return panel.partition("\n")[0]
