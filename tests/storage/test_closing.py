"""What does the store hold that must be known to close a month?"""

from __future__ import annotations

import pytest

from bot.domain import entries as e
from bot.domain.calendar import span
from bot.domain.closing import Linked, MonthKnown
from bot.domain.views import Book
from bot.storage import closing, knowing
from bot.storage.database import Database
from tests.storage.kit import ISSUE, OTHER_REPO, REPO, at, made, record
from tests.storage.orders import ORDER, linked, opened, written

JANUARY = span("2026-01", "UTC")
BEGUN = e.MonthOpened(
    month=JANUARY.month, begins_at=JANUARY.begins_at, ends_at=JANUARY.ends_at, zone="UTC"
)


async def known(database: Database, repo: int = REPO) -> MonthKnown:
    async with database.read() as tx:
        return await closing.month_known(tx, repo, await knowing.book_of(tx, repo), "UTC")


def merged(pull: int, *, interested: bool) -> e.PullMerged:
    return e.PullMerged(issue=ORDER, pull=pull, by=13, interested=interested, into_default=True)


async def test_without_an_open_month_there_is_none_to_close(database: Database) -> None:
    async with database.read() as tx:
        with pytest.raises(ValueError, match="no month is open"):
            await closing.month_known(tx, REPO, Book(), "UTC")


async def test_pull_requests_of_a_work_order_are_counted_and_so_are_their_merges(
    database: Database,
) -> None:
    await record(database, BEGUN, opened(), written(), source="opened")
    await record(database, *(linked(pull) for pull in (5, 6, 7, 8)), source="linked")
    merges = (merged(5, interested=False), merged(6, interested=True), merged(7, interested=False))
    gone = e.PullUnlinked(issue=ORDER, pull=7)
    await record(database, *merges, gone, source="merged")
    assert (await known(database)).linked == {ORDER: Linked(pulls=3, merged=2)}


async def test_a_month_is_stirred_by_what_somebody_would_want_to_read_of(
    database: Database,
) -> None:
    await record(database, BEGUN, e.Refused(ISSUE, "not_steward"), source="refused")
    assert not (await known(database)).stirred
    await record(database, e.ItemLabelled(ISSUE, 1), source="labelled")
    assert (await known(database)).stirred


async def test_what_is_known_is_of_one_repository_alone(database: Database) -> None:
    for repo in (REPO, OTHER_REPO):
        await record(database, BEGUN, source="begun", repo=repo)
    theirs = (e.ItemLabelled(ISSUE, 1), made(1), opened(), written(), linked(5))
    late = made(2, funder=12, pledger=12)
    await record(database, *theirs, source="theirs", repo=OTHER_REPO)
    await record(database, late, source="late", repo=OTHER_REPO, moment=at(days=-40))
    here, there = await known(database), await known(database, OTHER_REPO)
    assert (here.stirred, here.items, here.orders, here.new, here.flows) == (False, (), (), (), ())
    assert (here.overall, here.ages, here.totals, here.linked) == ((), {}, (), {})
    assert (here.corrections, here.corrections_count) == ((), 0)
    assert [each.pledge for each in there.new] == [2, 1]
    assert (len(there.items), len(there.orders), there.corrections_count) == (1, 1, 1)
