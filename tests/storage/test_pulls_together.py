"""Pull requests that several processes write about at once: nothing is lost, and nobody waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reviews import Approval, Learned, PullFacts
from bot.storage import mirror
from bot.storage import pulls as kept
from bot.storage.database import Database
from tests.storage.kit import OTHER_REPO, REPO, at, rows
from tests.storage.test_pulls import MIA, Told, dismissed, know_people, merged, review, seen, told

pytestmark = pytest.mark.postgresql_only("on SQLite one writer excludes all others")


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    """Another process's way to the same database."""
    opened = Database(database.url.render_as_string(hide_password=False))
    yield opened
    await opened.close()


async def sort(database: Database, *facts: Told) -> None:
    """Take over a batch, as the sorter does."""
    async with database.write() as tx:
        await note(tx, *facts)


async def learn(database: Database, learned: Learned, repo: int = REPO) -> None:
    async with database.write() as tx:
        await kept.learn(tx, repo, learned)


async def note(tx: AsyncConnection, *facts: Told) -> None:
    await mirror.note_all(tx, facts, unknown)


def unknown(_: int) -> int:
    """Give everybody else this number: nobody else turns up."""
    return 99


async def waits_or_ends(database: Database, work: asyncio.Task[Any]) -> None:
    """Go on once it waits for a lock, or needs none."""
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = ?"
    async with asyncio.timeout(30):
        while not (work.done() or rows(database, waiting, database.url.database)):
            await asyncio.sleep(0.01)


async def meanwhile(database: Database, work: Awaitable[None]) -> asyncio.Task[None]:
    """Let another process go as far as it can."""
    begun = asyncio.ensure_future(work)
    assert isinstance(begun, asyncio.Task)
    await waits_or_ends(database, begun)
    return begun


async def found(database: Database, number: int = 5, repo: int = REPO) -> PullFacts:
    async with database.read() as tx:
        pull = await kept.pull(tx, repo, number)
    assert pull is not None
    return pull


# --- nothing is lost --------------------------------------------------------------------------


async def test_what_a_lane_learns_is_not_undone_by_what_is_sorted_meanwhile(
    database: Database, other: Database
) -> None:
    await told(database, seen(), review())
    async with database.write() as lane:
        await kept.learn(lane, REPO, Learned(5, None, True))
        await kept.learn(lane, REPO, Learned(5, 100, True))
        facts = seen("synchronize", 70, head="b"), review(seconds=70, action="edited")
        sorting = await meanwhile(database, sort(other, *facts))
    await sorting
    pull = await found(database)
    assert (pull.head, pull.author_writes) == ("b", True)
    assert [each.writes for each in pull.approvals] == [True]
    async with database.read() as tx:
        assert [each.writes for each in await kept.reviews_of(tx, REPO, 5)] == [True]


async def test_what_reviews_come_to_has_what_was_learned_whichever_fact_is_sorted_meanwhile(
    database: Database, other: Database
) -> None:
    """A label tells nothing of the review, and works out anew what the reviews come to."""
    await told(database, seen(), review())
    async with database.write() as lane:
        await kept.learn(lane, REPO, Learned(5, 100, True))
        sorting = await meanwhile(database, sort(other, seen("labeled", 70)))
    await sorting
    assert (await found(database)).approvals == (Approval(12, False, True, "c0ffee", at(60)),)


async def test_what_a_lane_learns_keeps_what_was_sorted_meanwhile(
    database: Database, other: Database
) -> None:
    """The other way round: the lane comes second."""
    await told(database, seen(), review(), review(id=101, reviewer=MIA))
    async with database.write() as sorter:
        await note(sorter, dismissed(70, id=101, reviewer=MIA))
        learning = await meanwhile(database, learn(other, Learned(5, 100, True)))
    await learning
    assert [each.reviewer for each in (await found(database)).approvals] == [12]


async def test_two_that_tell_of_a_new_pull_request_at_once_tell_it_together(
    database: Database, other: Database
) -> None:
    """One is the sorter, the other has asked GitHub; there is no row yet that one could lock."""
    async with database.write() as tx:
        await know_people(tx)
    async with database.write() as first:
        await note(first, seen("opened", 0))
        second = await meanwhile(database, sort(other, merged(9, author=None, merged_by=None)))
    await second
    pull = await found(database)
    assert (pull.from_opening, pull.author, pull.merged_at) == (True, 11, at(9))


async def test_a_review_and_its_new_pull_request_told_at_once_find_each_other(
    database: Database, other: Database
) -> None:
    async with database.write() as tx:
        await know_people(tx)
    async with database.write() as first:
        await note(first, review())
        second = await meanwhile(database, sort(other, seen()))
    await second
    assert (await found(database)).first_review_at == at(60)


@pytest.mark.parametrize("learned", ["author", "reviewer"])
async def test_what_older_code_learns_without_waiting_is_kept_all_the_same(
    database: Database, other: Database, learned: str
) -> None:
    """During a rolling restart: it is never told, so telling never writes it."""
    await told(database, seen(), review())
    table, column = ("pulls", "author_writes") if learned == "author" else ("reviews", "writes")
    async with database.write() as lane:
        await lane.execute(text(f"UPDATE {table} SET {column} = true"))
        facts = seen("synchronize", 70), review(seconds=70, action="edited")
        sorting = await meanwhile(database, sort(other, *facts))
    await sorting
    assert rows(database, f"SELECT {column} FROM {table}") == [(True,)]


# --- nobody waits for ever --------------------------------------------------------------------


async def test_a_lane_learns_in_any_order_while_the_sorter_sorts_in_its_own(
    database: Database, other: Database
) -> None:
    """Locked one by one, each would hold a pull request for which the other waits."""
    await told(database, seen(), seen(number=6))
    async with database.write() as lane:
        await kept.learn(lane, REPO, Learned(6, None, True))
        facts = seen("edited", 9), seen("edited", 9, number=6)
        sorting = await meanwhile(database, sort(other, *facts))
        await kept.learn(lane, REPO, Learned(5, None, True))
    await sorting
    assert [(await found(database, each)).author_writes for each in (5, 6)] == [True, True]


async def test_whoever_waits_for_one_repository_holds_none_that_comes_after_it(
    database: Database, other: Database
) -> None:
    """Everybody takes them in one order, in whatever order they are told of."""
    await told(database, seen(), seen(repo=OTHER_REPO))
    async with database.write() as lane:
        await kept.learn(lane, REPO, Learned(5, None, True))
        facts = seen("edited", 9, repo=OTHER_REPO), seen("edited", 9)
        sorting = await meanwhile(database, sort(other, *facts))
        async with asyncio.timeout(9):
            await learn(database, Learned(5, None, True), repo=OTHER_REPO)
    await sorting
    assert (await found(database, repo=OTHER_REPO)).author_writes is True


async def test_a_lane_is_not_in_the_way_of_another_repository(
    database: Database, other: Database
) -> None:
    await told(database, seen(), seen(repo=OTHER_REPO))
    async with database.write() as lane:
        await kept.learn(lane, REPO, Learned(5, None, True))
        async with asyncio.timeout(9):
            await sort(other, seen("edited", 9, repo=OTHER_REPO, title="Other"))
    assert (await found(database, repo=OTHER_REPO)).title == "Other"


async def test_what_an_attempt_took_back_is_in_nobodys_way(
    database: Database, other: Database
) -> None:
    await told(database, seen(), review())
    async with database.write() as lane:
        attempt = await lane.begin_nested()
        await kept.learn(lane, REPO, Learned(5, 100, True))
        await attempt.rollback()
        async with asyncio.timeout(9):
            await sort(other, review(seconds=70))
    assert [each.writes for each in (await found(database)).approvals] == [None]
