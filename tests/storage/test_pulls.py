"""Pull requests and reviews: whatever order they are told in, the rows are the same."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Account
from bot.domain.reviews import Approval, Learned, PullFacts, Reviewed
from bot.events.mirrored import PullSeen, ReviewSeen
from bot.storage import mirror, people, tables
from bot.storage import pulls as kept
from bot.storage.converging import DECIDING
from bot.storage.database import Database
from tests.storage.kit import OTHER_REPO, REPO, a_database, at, multiplied, steps_of

ADA, BOB, MIA = Account(1, "ada"), Account(2, "bob"), Account(3, "mia")
ROBOT = Account(4, "robot[bot]", "Bot")
PEOPLE = {ADA: 11, BOB: 12, MIA: 13, ROBOT: 14}
ORDER, OTHER_ORDER = 9001, 9002
BEGIN, END = at(days=-1), at(days=1)

Told = PullSeen | ReviewSeen


def seen(action: str = "opened", seconds: float = 0, **changed: Any) -> PullSeen:
    """Ada's pull request, as told so long after it was opened."""
    given_: dict[str, Any] = {
        "repo": REPO,
        "number": 5,
        "title": "Faster",
        "author": ADA,
        "opened_at": at(),
        "is_draft": False,
        "is_open": True,
        "merged_at": None,
        "merged_by": None,
        "closed_at": None,
        "head": "c0ffee",
        "base": "main",
        "into_default": True,
        "reverts": None,
        "names": None,
        "action": action,
        "told_at": at(seconds),
    }
    return PullSeen(**given_ | changed)


def closed(seconds: float, **changed: Any) -> PullSeen:
    return seen("closed", seconds, **{"is_open": False, "closed_at": at(seconds)} | changed)


def merged(seconds: float, **changed: Any) -> PullSeen:
    return closed(seconds, **{"merged_at": at(seconds), "merged_by": MIA} | changed)


def review(state: str = "approved", seconds: float = 60, **changed: Any) -> ReviewSeen:
    """Bob's review of it."""
    given_: dict[str, Any] = {
        "repo": REPO,
        "pull": 5,
        "id": 100,
        "reviewer": BOB,
        "state": state,
        "submitted_at": at(60),
        "commit": "c0ffee",
        "action": "submitted",
        "told_at": at(seconds),
    }
    return ReviewSeen(**given_ | changed)


def dismissed(seconds: float, state: str = "dismissed", **changed: Any) -> ReviewSeen:
    return review(state, seconds, action="dismissed", **changed)


async def tell(tx: AsyncConnection, facts: Iterable[Told]) -> None:
    numbers = itertools.count(70)
    for fact in facts:
        await mirror.note(tx, fact, lambda _: next(numbers))


async def know_people(tx: AsyncConnection) -> None:
    numbers = iter(PEOPLE.values())
    for account in PEOPLE:
        await people.remember(tx, account, lambda _: next(numbers))


async def told(database: Database, *facts: Told) -> PullFacts:
    async with database.write() as tx:
        await know_people(tx)
        await tell(tx, facts)
        found = await kept.pull(tx, REPO, 5)
    assert found is not None
    return found


async def reviews(database: Database) -> tuple[Reviewed, ...]:
    async with database.read() as tx:
        return await kept.reviews_of(tx, REPO, 5)


async def link(tx: AsyncConnection, pull: int, order: int, *, linked: bool = True) -> None:
    row = {"repo": REPO, "pull": pull, "order": order, "linked": linked}
    more = {
        "named": True,
        "by_steward": False,
        "author": None,
        "seq": 1,
        "at": at(),
        "barred": False,
    }
    await tx.execute(insert(tables.links).values(row | more))


# --- any order --------------------------------------------------------------------------------


async def rows_of(tx: AsyncConnection, repo: int) -> list[dict[str, Any]]:
    found = []
    for table in (tables.pulls, tables.reviews, tables.review_facts):
        records = await tx.execute(select(table).where(table.c.repo == repo))
        found += [dict(record) | {"repo": None} for record in records.mappings()]
    return sorted(found, key=repr)


async def converge(one: Sequence[Told], other: Sequence[Told]) -> None:
    """Tell one repository in one order, another in another order, and compare their rows."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_database(Path(folder)) as database, database.write() as tx:
            await know_people(tx)
            await tell(tx, one)
            await tell(tx, (replace(fact, repo=OTHER_REPO) for fact in other))
            assert await rows_of(tx, REPO) == await rows_of(tx, OTHER_REPO)


FEW_SECONDS = st.integers(0, 3)
ACTIONS = st.sampled_from(sorted(DECIDING | {"opened", "labeled", "submitted"}))
WORDS = st.sampled_from(["a", "b", "c"])
MAYBE_SOON = st.one_of(st.none(), FEW_SECONDS.map(at))


@st.composite
def pulls_seen(draw: st.DrawFn) -> PullSeen:
    return seen(
        draw(ACTIONS),
        draw(FEW_SECONDS),
        number=draw(st.sampled_from([5, 6])),
        title=draw(WORDS),
        author=draw(st.sampled_from([None, ADA, ROBOT])),
        is_draft=draw(st.booleans()),
        is_open=draw(st.booleans()),
        merged_at=draw(MAYBE_SOON),
        merged_by=draw(st.sampled_from([None, BOB, MIA])),
        closed_at=draw(MAYBE_SOON),
        head=draw(WORDS),
        base=draw(WORDS),
        into_default=draw(st.booleans()),
        reverts=draw(st.sampled_from([None, 1, 2])),
    )


@st.composite
def reviews_seen(draw: st.DrawFn) -> ReviewSeen:
    number = draw(st.sampled_from([100, 101, 102, 103]))
    return review(
        draw(st.sampled_from(["approved", "changes_requested", "commented", "dismissed"])),
        draw(FEW_SECONDS),
        id=number,
        pull=5 + number % 2,
        reviewer=draw(st.sampled_from([None, ADA, BOB, ROBOT])),
        submitted_at=at(draw(FEW_SECONDS)),
        commit=draw(WORDS),
        action=draw(st.sampled_from(["submitted", "edited", "dismissed"])),
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(pulls_seen(), reviews_seen()), min_size=1, max_size=9).flatmap(
        lambda facts: st.tuples(st.just(facts), st.permutations(facts))
    ),
    st.booleans(),
)
def test_in_any_order_and_told_twice_the_same_rows_arise(
    orders: tuple[list[Told], list[Told]], twice: bool
) -> None:
    one, other = orders
    asyncio.run(converge(one, [*other, *other] if twice else other))


async def test_a_whole_life_told_in_any_order_is_the_same_life(database: Database) -> None:
    """All within three seconds, as a busy bot does it."""
    life = [
        seen("opened", 0, head="a", is_draft=True),
        seen("synchronize", 0, head="b", is_draft=True),
        seen("ready_for_review", 1, head="b"),
        seen("edited", 1, head="b", title="Much faster"),
        merged(2, head="b", title="Much faster"),
    ]
    async with database.write() as tx:
        await know_people(tx)
        for order in itertools.permutations(life):
            await tx.execute(tables.pulls.delete())
            await tell(tx, order)
            found = await kept.pull(tx, REPO, 5)
            assert found is not None
            assert (found.head, found.title, found.is_draft) == ("b", "Much faster", False)
            assert (found.merged_at, found.closed_at, found.merged_by) == (at(2), at(2), 13)
            assert (found.ready_at, found.from_opening) == (at(1), True)


# --- one pull request -------------------------------------------------------------------------


async def test_a_pull_request_is_kept_with_people_as_numbers(database: Database) -> None:
    found = await told(database, seen())
    assert found == PullFacts(
        number=5,
        title="Faster",
        author=11,
        by_bot=False,
        author_writes=None,
        order=None,
        opened_at=at(),
        from_opening=True,
        ready_at=at(),
        first_review_at=None,
        rounds=0,
        approvals=(),
        merged_at=None,
        merged_by=None,
        closed_at=None,
        base="main",
        into_default=True,
        reverted_by=None,
        is_draft=False,
        head="c0ffee",
    )
    async with database.read() as tx:
        assert await kept.pull(tx, REPO, 6) is None
        assert await kept.pull(tx, OTHER_REPO, 5) is None


@pytest.mark.parametrize(
    ("account", "by_bot"),
    [(ADA, False), (ROBOT, True), (Account(5, "acme", "Organization"), True), (None, False)],
)
async def test_whoever_is_no_user_is_a_bot(
    database: Database, account: Account | None, by_bot: bool
) -> None:
    assert (await told(database, seen(author=account))).by_bot is by_bot


async def test_an_account_that_was_deleted_keeps_its_number_here(database: Database) -> None:
    found = await told(database, seen(author=ROBOT), seen("edited", 9, author=None))
    assert (found.author, found.by_bot) == (14, True)
    assert (await told(database, seen(number=5), seen(number=6, author=None))).author is not None
    async with database.read() as tx:
        gone = await kept.pull(tx, REPO, 6)
    assert gone is not None
    assert gone.author is None


async def test_an_older_word_that_turns_up_late_changes_nothing(database: Database) -> None:
    newest = seen("edited", 9, title="New", head="beef", base="next", is_draft=True, reverts=3)
    old = seen("synchronize", 3, into_default=False)
    assert await told(database, seen(), newest) == await told(database, old)


async def test_of_one_second_the_action_that_changes_a_column_knows_better(
    database: Database,
) -> None:
    moved = seen("synchronize", 1, head="aaa", title="Zzz")
    edited = seen("edited", 1, head="zzz", title="Aaa")
    found = await told(database, moved, seen("labeled", 1, head="zzz", title="Zzz"), edited)
    assert (found.head, found.title) == ("aaa", "Aaa")


@pytest.mark.parametrize(
    "after",
    [
        seen("labeled", 5),
        seen("reopened", 5),
        seen("submitted", 5),
        seen("labeled", 99),
        seen("reopened", 99),
        closed(99),
    ],
    ids=lambda fact: f"{fact.action} at {fact.told_at:%M:%S}",
)
@pytest.mark.parametrize("first", [True, False])
async def test_nothing_undoes_a_merge(database: Database, after: PullSeen, first: bool) -> None:
    """An event about a review does not name whoever merged, and one that is late shows it open."""
    facts = [merged(5), after]
    found = await told(database, *(facts if first else facts[::-1]))
    assert (found.merged_at, found.merged_by, found.closed_at) == (at(5), 13, at(5))
    assert not found.is_open


async def test_a_closing_stands_against_what_else_is_told_of_that_second(
    database: Database,
) -> None:
    for other in (seen("labeled", 5), seen("reopened", 5), seen("opened", 5)):
        assert (await told(database, closed(5), other)).closed_at == at(5)


async def test_a_closed_one_that_was_reopened_is_open(database: Database) -> None:
    assert (await told(database, closed(5), seen("reopened", 6))).is_open
    assert (await told(database, closed(7))).closed_at == at(7)


async def test_a_closing_without_a_moment_has_that_of_its_telling(database: Database) -> None:
    assert (await told(database, closed(5, closed_at=None))).closed_at == at(5)


@pytest.mark.parametrize(
    ("facts", "ready"),
    [
        ([seen()], 0),
        ([seen(is_draft=True)], None),
        ([seen(is_draft=True), seen("ready_for_review", 30)], 30),
        ([seen(), seen("converted_to_draft", 5, is_draft=True), seen("ready_for_review", 9)], 0),
        ([seen(is_draft=True), seen("ready_for_review", 5), seen("labeled", 9)], 5),
        ([seen("labeled", 9)], 9),
        ([seen("labeled", 9), seen("opened", 0)], 0),
        ([seen("edited", 9, is_draft=True)], None),
    ],
)
async def test_when_it_was_first_known_to_be_ready(
    database: Database, facts: list[PullSeen], ready: float | None
) -> None:
    found = await told(database, *facts)
    assert found.ready_at == (None if ready is None else at(ready))


async def test_whether_its_opening_was_told_is_known(database: Database) -> None:
    assert not (await told(database, seen("labeled", 9))).from_opening
    assert (await told(database, seen())).from_opening


async def test_a_merged_one_that_reverts_another_says_so_there(database: Database) -> None:
    """One that is still open, or was closed, reverts nothing."""
    assert (await told(database, seen(), seen(number=8, reverts=5))).reverted_by is None
    assert (await told(database, closed(3, number=8, reverts=5))).reverted_by is None
    assert (await told(database, merged(4, number=9, reverts=5))).reverted_by == 9
    assert (await told(database, merged(4, number=7, reverts=5))).reverted_by == 7
    elsewhere = merged(4, number=1, reverts=5, repo=OTHER_REPO)
    assert (await told(database, elsewhere)).reverted_by == 7


HOSTILE = ("\u202e", "🏳️‍🌈" * 500, "', NULL); DROP TABLE pulls; --", "x" * 100_000, "")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
async def test_whatever_people_write_is_kept_as_it_is(database: Database, words: str) -> None:
    found = await told(database, seen(title=words, head=words, base=words), review(commit=words))
    assert (found.title, found.head, found.base) == (words, words, words)
    assert found.approvals[0].commit == words


async def test_what_no_table_keeps_is_replaced(database: Database) -> None:
    found = await told(database, seen(title="a\x00b\ud800c"))
    assert found.title == "a\ufffdb\ufffdc"


# --- reviews ----------------------------------------------------------------------------------


async def test_reviews_are_kept_oldest_first(database: Database) -> None:
    later = review("changes_requested", 90, id=99, reviewer=MIA, submitted_at=at(90))
    await told(database, seen(), later, review())
    assert await reviews(database) == (
        Reviewed(100, 12, False, None, "approved", False, "c0ffee", at(60)),
        Reviewed(99, 13, False, None, "changes_requested", True, "c0ffee", at(90)),
    )


async def test_a_dismissal_is_final_and_what_was_asked_is_remembered(database: Database) -> None:
    asked = review("changes_requested")
    for facts in itertools.permutations([asked, dismissed(99), asked]):
        found = await told(database, seen(), *facts)
        (only,) = await reviews(database)
        assert (only.state, only.asked_changes, found.rounds) == ("dismissed", True, 1)


async def test_a_dismissal_that_tells_the_state_of_before_is_one_all_the_same(
    database: Database,
) -> None:
    found = await told(database, seen(), dismissed(99, "changes_requested"))
    (only,) = await reviews(database)
    assert (only.state, only.asked_changes) == ("dismissed", True)
    assert (found.rounds, found.approvals) == (1, ())


async def test_a_dismissal_takes_an_approval_back(database: Database) -> None:
    found = await told(database, seen(), review())
    assert found.approvals == (Approval(12, False, None, "c0ffee", at(60)),)
    assert (await told(database, dismissed(60))).approvals == ()
    assert (await told(database, review(seconds=99))).approvals == ()


async def test_reviews_count_from_the_moment_of_being_ready(database: Database) -> None:
    """The review is told before the moment is."""
    early = review(submitted_at=at(10), id=99)
    found = await told(database, seen(is_draft=True), early, review())
    assert found.first_review_at is None
    found = await told(database, seen("ready_for_review", 30))
    assert found.first_review_at == at(60)
    assert found.to_first_review == timedelta(seconds=30)


async def test_reviews_by_bots_authors_and_the_deleted_are_no_first_review(
    database: Database,
) -> None:
    others = [review(id=n, reviewer=each) for n, each in enumerate((ADA, ROBOT, None))]
    assert (await told(database, seen(), *others)).first_review_at is None
    assert len(await reviews(database)) == 2
    assert (await told(database, review())).first_review_at == at(60)


async def test_a_reviewer_who_was_deleted_keeps_the_number_here(database: Database) -> None:
    await told(database, seen(), review(), dismissed(99, reviewer=None))
    assert [each.reviewer for each in await reviews(database)] == [12]


async def test_a_review_of_an_unknown_pull_request_waits_for_it(database: Database) -> None:
    async with database.write() as tx:
        await tell(tx, [review()])
        assert await kept.pull(tx, REPO, 5) is None
    assert (await told(database, seen())).first_review_at == at(60)


# --- write access -----------------------------------------------------------------------------


async def learned(database: Database, what: Learned) -> PullFacts:
    async with database.write() as tx:
        await kept.learn(tx, REPO, what)
    return await told(database)


@pytest.mark.parametrize("writes", [True, False])
async def test_what_was_learned_of_the_author_stays(database: Database, writes: bool) -> None:
    await told(database, seen())
    assert (await learned(database, Learned(5, None, writes))).author_writes is writes
    assert (await told(database, seen("edited", 9), seen())).author_writes is writes


@pytest.mark.parametrize("writes", [True, False])
async def test_what_was_learned_of_a_reviewer_stays(database: Database, writes: bool) -> None:
    await told(database, seen(), review())
    found = await learned(database, Learned(5, 100, writes))
    assert [each.writes for each in found.approvals] == [writes]
    found = await told(database, review(seconds=99), seen("edited", 99))
    assert [each.writes for each in found.approvals] == [writes]
    assert [each.writes for each in await reviews(database)] == [writes]


async def test_what_is_learned_of_the_unknown_is_passed_over(database: Database) -> None:
    await told(database, seen())
    await learned(database, Learned(6, None, True))
    assert (await learned(database, Learned(6, 100, True))).author_writes is None


# --- many -------------------------------------------------------------------------------------


async def numbers(database: Database, since: datetime, until: datetime) -> list[int]:
    async with database.read() as tx:
        return [each.number for each in await kept.facts(tx, REPO, since, until)]


async def test_those_of_a_half_open_period_come_oldest_first(database: Database) -> None:
    opened = {3: at(9), 5: at(0), 7: at(5), 8: at(5), 9: at(10)}
    facts = [seen(number=number, opened_at=moment) for number, moment in opened.items()]
    await told(database, *facts, seen(number=4, repo=OTHER_REPO))
    assert await numbers(database, at(0), at(10)) == [5, 7, 8, 3]
    assert await numbers(database, at(1), at(11)) == [7, 8, 3, 9]


async def test_a_link_names_the_work_order(database: Database) -> None:
    await told(database, seen(), seen(number=6), seen(number=7))
    async with database.write() as tx:
        await link(tx, 5, ORDER)
        await link(tx, 6, ORDER, linked=False)
        await link(tx, 7, OTHER_ORDER)
        found = await kept.facts(tx, REPO, BEGIN, END)
        assert {each.number: each.order for each in found} == {5: ORDER, 6: None, 7: OTHER_ORDER}
        assert [each.number for each in await kept.pulls_of_order(tx, REPO, ORDER)] == [5]
        assert await kept.pulls_of_order(tx, OTHER_REPO, ORDER) == ()


async def test_no_question_walks_every_pull_request_of_a_repository(database: Database) -> None:
    """Each part of each plan is a search by more than the repository."""
    if database.is_shared:
        await told(database, seen(), review())
        async with database.write() as tx:
            await link(tx, 5, ORDER)
        multiplied(database, "pulls", "number", "opened_at")
        multiplied(database, "review_facts", "number")
        multiplied(database, "links", "pull", "order")
        multiplied(database, "reviews", "id", "pull")
    asked: list[tuple[str, Any]] = []
    async with database.read() as tx:

        @event.listens_for(tx.sync_connection, "before_cursor_execute")
        def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            asked.append((statement, parameters))

        await kept.pull(tx, REPO, 5)
        await kept.facts(tx, REPO, BEGIN, END)
        await kept.pulls_of_order(tx, REPO, ORDER)
        await kept.reviews_of(tx, REPO, 5)
        event.remove(tx.sync_connection, "before_cursor_execute", note)
    assert len(asked) == 4
    steps = [step for each in asked for step in await steps_of(database, *each)]
    assert steps
    assert [step for step in steps if "repo" not in step[1] or " AND " not in step[1]] == []


async def test_what_reviews_come_to_is_read_without_walking_them(database: Database) -> None:
    await told(database, seen(), review(), review("changes_requested", id=101, reviewer=MIA))
    async with database.write() as tx:
        before = await kept.facts(tx, REPO, BEGIN, END)
        await tx.execute(tables.reviews.delete())
        assert await kept.facts(tx, REPO, BEGIN, END) == before
        assert (before[0].rounds, len(before[0].approvals)) == (1, 1)
