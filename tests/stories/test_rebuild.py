"""A ledger is lost, and rebuilt from GitHub alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from demo.stage import PATIENCE
from tests.stories.kit import Stage
from tests.stories.rebuilt import lost_and_rebuilt


async def test_pledges_and_answers_are_as_they_were(stage, tmp_path):
    item = await stage.roadmap_item()
    await stage.records("ada", item, "/pledge $500")
    await stage.records("bob", item, "/pledge €20 on completion")
    await stage.refuses("eve", item, "/goal $1")
    await stage.refuses("eve", item, "/pledge 1.000")
    await stage.records("mia", item, "/goal $2000")
    await stage.records("ada", item, "/withdraw")
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert (lost.missing, lost.invented) == ([], [])
        assert lost.rebuilt.findings == ()


async def test_a_year_of_one_item_is_as_it_was(stage, tmp_path):
    """Dates that pass, a lost role, another configuration, and an item that ends."""
    item, other = await stage.roadmap_item(), await stage.roadmap_item("Another", by="ada")
    await stage.records("ada", item, f"/pledge $200 until {stage.day(20)}")
    await stage.records("ada", other, "/pledge $300")
    offer = await stage.says("bob", item, "/pledge $9000")
    assert stage.reactions(offer) == ["+1"]
    stage.keeper("tom")
    await stage.records("tom", item, "/accept P-3")
    await stage.passes(timedelta(days=40))
    await stands(stage, "P-1", "expired")
    await stage.configure("pledges:\n  currencies: [USD, EUR, GBP]\n  minimum: {USD: 25}\n")
    stage.person("mia").set_role(stage.solver, "tom", None)
    await stage.refuses("eve", other, "/pledge $5")
    await stage.refuses("tom", other, "/goal $700")
    stage.person("mia").close(item)
    await stage.settled()
    await stage.passes(timedelta(days=70))
    await stands(stage, "P-3", "lapsed")
    stage.person("mia").unlabel(other, "roadmap")
    await stage.passes(timedelta(days=20))
    await stands(stage, "P-2", "expired")
    async with lost_and_rebuilt(stage, tmp_path) as lost:
        assert (lost.missing, lost.invented) == ([], [])
        assert lost.losses == []


async def stands(stage: Stage, pledge: str, where: str) -> None:
    """Wait until a moment is told: first the clock has GitHub's list of deliveries read."""
    async with asyncio.timeout(PATIENCE):
        while (await stage.pledges())[pledge] != where:
            await stage.passes(timedelta(minutes=1))
