"""Which event is next: settled, in GitHub's order, and none past one of its issue that waits."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from bot.domain.refs import Account, IssueRef, Repo
from bot.events.happened import IssueReopened
from bot.events.reading import Heard
from bot.storage import inbox
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.receiving import receiving
from tests.storage.kit import NOON, OTHER_REPO, REPO, at, multiplied, rows, steps_of

SETTLE = timedelta(seconds=2)
A_PERSON = Account(1, "ada")


def _heard(
    name: str, happened: datetime, repo: int = REPO, issue: int | None = 1, tiebreak: int = 0
) -> Heard:
    told = IssueReopened(Repo(repo, "a", "b", 1), IssueRef(issue or 0, 1), A_PERSON, happened)
    return Heard(f"event:{name}", happened, repo, issue, tiebreak, told)


class Box:
    """An inbox that is filled and emptied in few words."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def gets(
        self,
        name: str,
        *,
        happened: datetime = NOON,
        received: datetime = NOON,
        issue: int | None = 1,
        repo: int = REPO,
        tiebreak: int = 0,
    ) -> int:
        """A delivery that is understood and has its place."""
        async with self.database.write() as tx:
            await inbox.put(tx, [Delivery(name, "issues", name.encode(), received)])
        ((n,),) = rows(self.database, "SELECT n FROM inbox WHERE delivery = ?", name)
        heard = _heard(name, happened, repo, issue, tiebreak)
        async with self.database.write() as tx:
            await inbox.place(tx, [(n, heard)])
        return int(n)

    async def next(self, now: datetime, repo: int = REPO) -> str | None:
        async with self.database.read() as tx:
            found = await inbox.next_of_lane(tx, repo, SETTLE, now)
        return found[0].body.decode() if found else None

    async def takes(self, now: datetime, repo: int = REPO) -> list[str]:
        """Take what can be taken, in order."""
        taken: list[str] = []
        while True:
            async with self.database.write() as tx:
                found = await inbox.next_of_lane(tx, repo, SETTLE, now)
                if not found:
                    return taken
                await inbox.finish_all(tx, [row.n for row in found], "done")
                taken += [row.body.decode() for row in found]

    async def waits(self, n: int, until: datetime, *, count: bool = False) -> None:
        async with self.database.write() as tx:
            await inbox.postpone(tx, n, until, "why", count=count)

    async def lanes(self, now: datetime) -> list[int]:
        async with self.database.read() as tx:
            return await inbox.lanes_with_work(tx, SETTLE, now)

    async def moment(self, now: datetime) -> datetime | None:
        async with self.database.read() as tx:
            return await inbox.next_moment(tx, SETTLE, now)


@pytest.fixture
def box(database: Database) -> Box:
    return Box(database)


async def test_a_delivery_is_kept_once_with_its_first_bytes(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [Delivery("a", "issues", b"one", NOON)])
        await inbox.put(
            tx, [Delivery("a", "push", b"two", at(5)), Delivery("b", "push", b"", NOON)]
        )
        await inbox.put(tx, [Delivery("c", "push", b"x", NOON), Delivery("c", "push", b"y", NOON)])
    kept = rows(
        database, "SELECT delivery, event, body FROM inbox JOIN bodies USING (n) ORDER BY n"
    )
    assert kept == [("a", "issues", b"one"), ("b", "push", b""), ("c", "push", b"x")]


async def test_what_nobody_looked_into_is_given_in_order_of_arrival(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [Delivery(str(n), "issues", b"", NOON) for n in range(130)])
        found = await inbox.unsorted(tx)
        assert [row.n for row in found] == list(range(1, inbox.BATCH + 1))
        assert await inbox.open_count(tx) == 130


async def test_a_delivery_that_is_no_event_needs_no_more_work(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [Delivery("a", "star", b"", NOON)])
        await inbox.place(tx, [(1, Heard("event:a", NOON))])
        assert await inbox.state_of(tx, "a") == ("ignored", None)
        assert await inbox.open_count(tx) == 0
        assert await inbox.state_of(tx, "b") is None


async def test_nothing_passes_by_what_arrived_in_time_and_is_not_understood_yet(box: Box) -> None:
    """Another process is at it: whatever it turns out to be, it may be older, and of the same issue."""
    async with box.database.write() as tx:
        await inbox.put(tx, [Delivery("first", "issues", b"first", at(3))])
    await box.gets("second", received=at(2), happened=at(2))
    assert (await box.lanes(at(9)), await box.next(at(9))) == ([], None)
    await box.gets("third", received=at(0), happened=at(0), repo=OTHER_REPO)
    assert await box.lanes(at(9)) == [OTHER_REPO]
    async with box.database.write() as tx:
        await inbox.place(tx, [(1, _heard("first", at(1)))])
    assert await box.takes(at(9)) == ["first", "second"]


async def test_what_has_settled_passes_by_nothing_older_that_is_here(box: Box) -> None:
    """Of a burst the newest may arrive first: then the others need not settle any longer than it."""
    await box.gets("newest", received=at(1), tiebreak=9)
    await box.gets("oldest", received=at(1.02), tiebreak=7)
    await box.gets("middle", received=at(1.01), tiebreak=8)
    await box.gets("after", received=at(1.01), tiebreak=10)
    assert await box.takes(at(3.005)) == ["oldest", "middle", "newest"]
    assert await box.takes(at(3.01)) == ["after"]


async def test_an_event_settles_for_two_seconds(box: Box) -> None:
    await box.gets("a", received=NOON)
    assert await box.next(at(1.9)) is None
    assert await box.lanes(at(1.9)) == []
    assert await box.moment(NOON) == at(2)
    assert await box.lanes(at(2)) == [REPO]
    assert await box.next(at(2)) == "a"


async def test_events_are_taken_in_githubs_time_and_not_in_ours(box: Box) -> None:
    await box.gets("late", happened=at(3), received=NOON)
    await box.gets("early", happened=at(1), received=at(1))
    await box.gets("middle", happened=at(2), received=at(2))
    assert await box.takes(at(10)) == ["early", "middle", "late"]


async def test_comments_of_one_second_are_taken_in_order_of_their_ids(box: Box) -> None:
    for name, tiebreak in (("c", 12), ("a", 9), ("b", 11)):
        await box.gets(name, tiebreak=tiebreak)
    assert await box.takes(at(10)) == ["a", "b", "c"]


async def test_the_same_in_everything_is_taken_in_order_of_arrival(box: Box) -> None:
    for name in ("a", "b", "c"):
        await box.gets(name)
    assert await box.takes(at(10)) == ["a", "b", "c"]


async def test_lanes_do_not_mix(box: Box) -> None:
    await box.gets("a")
    await box.gets("b", repo=OTHER_REPO)
    assert sorted(await box.lanes(at(10))) == sorted([REPO, OTHER_REPO])
    assert await box.takes(at(10), OTHER_REPO) == ["b"]


async def test_an_event_that_waits_holds_back_later_ones_of_its_issue_only(box: Box) -> None:
    await box.gets("before", happened=at(1))
    waiting = await box.gets("waiting", happened=at(2))
    await box.gets("behind", happened=at(3))
    await box.gets("other", happened=at(4), issue=2)
    await box.gets("push", happened=at(5), issue=None)
    await box.waits(waiting, at(60))
    assert await box.takes(at(10)) == ["before", "other", "push"]
    assert await box.takes(at(59)) == []
    assert await box.takes(at(60)) == ["waiting", "behind"]


async def test_an_event_without_an_issue_holds_back_nothing(box: Box) -> None:
    push = await box.gets("push", issue=None)
    await box.gets("other push", issue=None, happened=at(1))
    await box.waits(push, at(60))
    assert await box.takes(at(10)) == ["other push"]


async def test_an_issue_of_another_repository_is_another_issue(box: Box) -> None:
    waiting = await box.gets("a", repo=OTHER_REPO)
    await box.gets("b", happened=at(1))
    await box.waits(waiting, at(60))
    assert await box.takes(at(10)) == ["b"]


async def test_while_everything_is_held_back_there_is_no_work_and_a_moment_to_look_again(
    box: Box,
) -> None:
    """Otherwise the deciding loop would spin until then."""
    waiting = await box.gets("waiting")
    await box.gets("behind", happened=at(1))
    await box.waits(waiting, at(60))
    assert await box.lanes(at(10)) == []
    assert await box.moment(at(10)) == at(60)


async def test_more_that_wait_than_are_looked_at_together_hold_back_no_other_issue(
    box: Box,
) -> None:
    first = await box.gets("first")
    for n in range(inbox.TOGETHER + 5):
        await box.gets(f"behind {n}", happened=at(1))
    await box.gets("other", happened=at(2), issue=2)
    await box.waits(first, at(60))
    assert await box.takes(at(10)) == ["other"]


async def test_without_work_there_is_no_moment(box: Box) -> None:
    assert await box.moment(NOON) is None
    await box.gets("a")
    await box.takes(at(10))
    assert await box.moment(NOON) is None


async def test_the_moment_is_that_of_the_first_of_several(box: Box) -> None:
    await box.waits(await box.gets("a", issue=1), at(60))
    await box.gets("b", issue=2, received=at(30))
    assert await box.moment(at(10)) == at(32)


async def test_only_failures_are_counted_as_attempts(box: Box) -> None:
    n = await box.gets("a")
    await box.waits(n, NOON, count=False)
    await box.waits(n, NOON, count=True)
    await box.waits(n, NOON, count=True)
    ((attempts, error),) = rows(box.database, "SELECT attempts, error FROM inbox")
    assert (attempts, error) == (2, "why")


async def test_quarantined_events_are_counted_by_issue(box: Box) -> None:
    n = await box.gets("a", issue=5)
    async with box.database.write() as tx:
        await inbox.finish(tx, n, "quarantined", "x" * 10_000)
        assert await inbox.quarantined(tx, REPO, 5) == 1
        assert await inbox.quarantined(tx, REPO, 6) == 0
        assert await inbox.state_of(tx, "a") == ("quarantined", "x" * inbox.ERROR_AT_MOST)
    assert await box.lanes(at(10)) == []


async def test_bodies_are_forgotten_after_thirty_days_and_ids_never(box: Box) -> None:
    for name, state in (("done", "done"), ("ignored", "ignored"), ("bad", "quarantined")):
        n = await box.gets(name)
        async with box.database.write() as tx:
            await inbox.finish(tx, n, state)
    await box.gets("open")
    await box.gets("young", received=at(days=1))
    async with box.database.write() as tx:
        await inbox.finish(tx, 5, "done")
        await inbox.forget_bodies(tx, at(days=30, seconds=1))
        await inbox.put(tx, [Delivery("done", "issues", b"again", at(days=31))])
    query = "SELECT delivery, body FROM inbox LEFT JOIN bodies USING (n)"
    kept = dict(rows(box.database, query))
    assert kept == {
        "done": None,
        "ignored": None,
        "bad": b"bad",
        "open": b"open",
        "young": b"young",
    }


async def test_a_forgotten_delivery_that_comes_again_is_not_kept_again(box: Box) -> None:
    n = await box.gets("done")
    async with box.database.write() as tx:
        await inbox.finish(tx, n, "done")
        await inbox.forget_bodies(tx, at(days=31))
    async with receiving(box.database) as receives:
        await receives.put([Delivery("done", "issues", b"again", at(days=31))])
    assert rows(box.database, "SELECT n FROM bodies") == []


async def test_large_bodies_are_loaded_one_by_one_and_small_ones_together(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "BYTES_TOGETHER", 10)
    sizes = (11, 4, 6, 1, 0, 12, 10)
    async with box.database.write() as tx:
        told = [Delivery(str(n), "issues", b"x" * size, NOON) for n, size in enumerate(sizes)]
        await inbox.put(tx, told)
    batches = []
    while True:
        async with box.database.write() as tx:
            found = await inbox.unsorted(tx)
            if not found:
                break
            await inbox.finish_all(tx, [row.n for row in found], "done")
        batches.append([len(row.body) for row in found])
    assert batches == [[11], [4, 6], [1, 0], [12], [10]]


async def test_large_bodies_of_a_lane_are_loaded_one_by_one(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "BYTES_TOGETHER", 10)
    for name, happened in (("third", at(3)), ("longer than all", at(1)), ("second", at(2))):
        await box.gets(name, happened=happened)
    async with box.database.read() as tx:
        found = await inbox.next_of_lane(tx, REPO, SETTLE, at(10))
    assert [row.body for row in found] == [b"longer than all"]
    assert await box.takes(at(10)) == ["longer than all", "second", "third"]


async def test_forgetting_looks_at_no_body_that_is_young(box: Box) -> None:
    await box.gets("a")
    multiply_bodies(box.database)
    asked: list[tuple[str, tuple[object, ...]]] = []
    engine = box.database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    async with box.database.write() as tx:
        await inbox.forget_bodies(tx, NOON)
    ((statement, values),) = [each for each in asked if each[0].startswith("DELETE")]
    steps = await steps_of(box.database, statement, values)
    assert {table for table, _ in steps} == {"bodies", "inbox"}
    assert all(by for _, by in steps)
    assert any(table == "bodies" and "received_at" in by for table, by in steps)


def multiply_bodies(database: Database) -> None:
    if database.is_shared:
        multiplied(database, "inbox", "n", "delivery")
        multiplied(database, "bodies", "n")


async def test_no_look_into_the_inbox_reads_what_was_done_long_ago(box: Box) -> None:
    """Ids stay for ever, so each of these queries must stand on an index."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    engine = box.database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    async with box.database.read() as tx:
        await inbox.unsorted(tx)
        await inbox.lanes_with_work(tx, SETTLE, NOON)
        await inbox.next_of_lane(tx, REPO, SETTLE, NOON)
        await inbox.next_moment(tx, SETTLE, NOON)
        await inbox.open_count(tx)
        await inbox.quarantined(tx, REPO, 1)
        await inbox.state_of(tx, "a")
    looks = [statement for statement in asked if statement[0].startswith("SELECT")]
    assert len(looks) >= 7
    steps = [step for look in looks for step in await steps_of(box.database, *look)]
    assert ("inbox", "") not in steps
    assert ("bodies", "") not in steps
    assert "inbox" in {table for table, _ in steps}
