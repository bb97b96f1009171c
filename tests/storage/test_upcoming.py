"""However much was sent, and however many reactions wait, what goes next is found along an index."""

from __future__ import annotations

from sqlalchemy import event

from bot.domain.effects import ItemPanel, React, Reaction
from bot.storage import outbox, upcoming
from bot.storage.database import Database
from tests.storage.kit import (
    INSTALLATION,
    NOON,
    OTHER_REPO,
    REPO,
    a_repository,
    at,
    know,
    steps_of,
)

THIRD_REPO = OTHER_REPO + 1


async def test_no_look_into_the_outbox_reads_what_was_sent(database: Database) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    engine = database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    async with database.read() as tx:
        await upcoming.installations_with_work(tx, NOON)
        await upcoming.next_moment(tx, NOON)
        await upcoming.next_to_send(tx, INSTALLATION, NOON)
        await upcoming.reactions(tx, REPO, NOON, 20)
        await upcoming.waiting_panels(tx, INSTALLATION)
        await outbox.said_since(tx, REPO, NOON, number=1)
        await outbox.said_since(tx, REPO, NOON, person=1)
    looks = [look for look in asked if look[0].startswith(("SELECT", "WITH"))]
    assert len(looks) == 7
    for look in looks:
        for table, by in await steps_of(database, *look):
            assert by or table not in {"outbox", "waiting", "later", "repositories"}, look


async def test_of_several_repositories_the_most_important_goes_first_and_then_the_oldest(
    database: Database,
) -> None:
    await know(database, a_repository(), a_repository(OTHER_REPO), a_repository(THIRD_REPO))
    async with database.write() as tx:
        await outbox.react(tx, REPO, React(1, Reaction.RECORDED), at(0))
        await outbox.refresh(tx, THIRD_REPO, ItemPanel(7, 1), at(2))
        await outbox.refresh(tx, OTHER_REPO, ItemPanel(8, 1), at(1))
        await outbox.say(tx, THIRD_REPO, "a", 1, "Words.", at(3))
    found = []
    while True:
        async with database.write() as tx:
            next_one = await upcoming.next_to_send(tx, INSTALLATION, at(9))
            if next_one is None:
                break
            found.append(next_one.row.key)
            await outbox.sent(tx, next_one.row, github_id=1, body_hash=None)
    assert found == ["say:a", "panel:8", "panel:7", "reaction:1"]


async def test_without_reactions_everything_else_is_found(database: Database) -> None:
    await know(database)
    async with database.write() as tx:
        await outbox.react(tx, REPO, React(1, Reaction.RECORDED), at(0))
        assert await upcoming.next_to_send(tx, INSTALLATION, at(9), reactions=False) is None
        await outbox.refresh(tx, REPO, ItemPanel(7, 1), at(2))
        found = await upcoming.next_to_send(tx, INSTALLATION, at(9), reactions=False)
    assert found is not None
    assert found.row.key == "panel:7"
    assert (found.repo.id, found.repo.installation) == (REPO, INSTALLATION)
