"""After a rebuilding the next server goes on where the lost one stopped: nothing is said twice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

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


async def a_server_goes_on(stage: Stage, lost: Lost) -> None:
    """Start a server on the rebuilt store, and wait until it has nothing left to do."""
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
                swept = (await tx.execute(DELIVERED)).scalar_one()
            if swept and not busy:
                return
        raise AssertionError


def first_line(panel: str) -> str:
    return panel.partition("\n")[0]
