"""The feed: what is worth reading, valid for any reader, with ids that stay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]
import pytest
from sqlalchemy import insert

from bot.domain import entries as e
from bot.domain.stages import Stage
from bot.pages import feed
from bot.storage.database import Database
from bot.storage.tables import people
from tests.pages.shown import OURS, WEB, name, shown
from tests.storage.kit import ISSUE, REPO, a_played_ledger, at, made, moved, record
from tests.storage.orders import a_worked_ledger

ATOM = "{http://www.w3.org/2005/Atom}"


async def read(database: Database) -> Any:
    text = await shown(database, feed.show)
    found = feedparser.parse(text.encode())
    assert not found.bozo, found.get("bozo_exception")
    return found


def problems(text: str) -> list[str]:
    """What RFC 4287 asks of a feed and its entries (sections 4.1.1 and 4.1.2), and is not there."""
    root = ET.fromstring(text.encode())
    found = [] if root.tag == f"{ATOM}feed" else ["no feed"]
    for each in (root, *root.findall(f"{ATOM}entry")):
        needed = ("id", "title", "updated")
        found += [f"{n} must stand once" for n in needed if len(each.findall(ATOM + n)) != 1]
        moment = each.findtext(f"{ATOM}updated", "")
        datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        links = [link.get("href", "") for link in each.findall(f"{ATOM}link")]
        found += [
            f"{href} is no whole address" for href in links if not href.startswith("https://")
        ]
    ids = [each.findtext(f"{ATOM}id") for each in root.iter() if each.find(f"{ATOM}id") is not None]
    if len(set(ids)) != len(ids):
        found.append("an id stands twice")
    if root.find(f"{ATOM}author") is None:
        found.append("no author")
    return found


async def test_a_feed_without_entries_is_one(database: Database) -> None:
    found = await read(database)
    assert found.entries == []
    assert problems(await shown(database, feed.show)) == []
    assert found.feed.title == "Funding of acme/solver"


async def test_what_is_worth_reading_stands_there_newest_first(database: Database) -> None:
    await a_worked_ledger(database)
    found = await read(database)
    titles = [each.title for each in found.entries]
    assert (
        titles[0] == "USD 200.00 was paid to person-22 out of what was received for CWO #57 (R-2)."
    )
    assert any("started CWO #57" in title for title in titles)
    assert any("pledged USD 500.00 to #1" in title for title in titles)
    assert not any("offered" in title for title in titles)
    assert problems(await shown(database, feed.show)) == []


async def test_refusals_rules_and_offers_are_left_out(database: Database) -> None:
    await a_played_ledger(database)
    await record(database, e.Refused(ISSUE, "amount_zero"), source="comment:50")
    titles = [each.title for each in (await read(database)).entries]
    assert len(titles) == 2
    assert all("pledged" in title for title in titles)


async def test_an_offer_stands_there_once_it_was_accepted(database: Database) -> None:
    offer = made(1, now=Stage.OFFERED, expires_at=at(days=30))
    await record(database, e.ItemLabelled(ISSUE, 1), offer)
    accepted = moved(e.PledgeAccepted, offer, Stage.OFFERED, Stage.STANDING, expires_at=None)
    await record(database, accepted, source="comment:5")
    (entry,) = (await read(database)).entries
    assert "accepted P-1" in entry.title


async def test_ids_are_made_of_repository_and_entry_and_lead_to_the_cause(
    database: Database,
) -> None:
    await a_played_ledger(database)
    await name(database, 11, "ada")
    first = (await read(database)).entries[-1]
    assert first.id == f"tag:bursar.example,2026:repository:{REPO}:entry:3"
    assert first.link == f"{WEB}/acme/solver/issues/1#issuecomment-2"
    assert first.author == "ada"
    assert f'href="{OURS}/acme/solver/items/1"' in first.content[0].value


@pytest.mark.parametrize("hostile", ["]]>\x00\x0b<b>&amp;", "\ud800\uffff\x1b", "<![CDATA["])
async def test_text_from_people_leaves_the_feed_valid(database: Database, hostile: str) -> None:
    await a_played_ledger(database)
    async with database.write() as tx:
        clean = hostile.encode("utf-8", "replace").decode()
        values = {"person": 11, "account": 1, "login": clean, "kind": "User"}
        await tx.execute(insert(people).values(values))
    text = await shown(database, feed.show)
    assert problems(text) == []
    assert not set(text) & {"\x00", "\x0b", "\x1b", "\uffff"}


async def test_fifty_are_enough(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1), *(made(n + 1) for n in range(60)))
    assert len((await read(database)).entries) == 50
