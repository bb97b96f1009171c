"""The check run on a pull request follows its newest commit, and there is one on each."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain import entries as e
from bot.domain.effects import ConfigurationCheck, Disclosure, OrderPanel
from bot.events.mirrored import PullSeen
from bot.storage import mirror, outbox
from tests.storage.kit import REPO, a_database, at, know, record, rows
from tests.storage.orders import DAN, ORDER, a_worked_ledger, linked
from tests.storage.shown import pull
from tests.worker.kit import Clock, GitHub, Made, Play, lookup

FIRST, SECOND = "a" * 40, "b" * 40
KEY = "disclosure:5"


@asynccontextmanager
async def a_play(folder: Path, answers: Iterable[str] = ()) -> AsyncIterator[Play]:
    """Pull request #5 belongs to CWO #57, and its check run is wanted."""
    clock = Clock()
    async with a_database(folder) as database:
        await know(database)
        await a_worked_ledger(database)
        clock.move(days=30)
        play = Play(database, clock, GitHub(clock, database, iter(answers)), lookup(database))
        await moves(play, FIRST)
        yield play


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with a_play(tmp_path) as play:
        yield play


_DRAWN = itertools.count(90_000)


async def moves(play: Play, head: str) -> None:
    """The pull request has this newest commit now."""
    fact: PullSeen = pull(5, DAN, head=head, told_at=play.clock.now())
    async with play.database.write() as tx:
        await mirror.note(tx, fact, lambda _: next(_DRAWN))
    await wanted(play)


async def wanted(play: Play) -> None:
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, Disclosure(5), play.clock.now())


async def unlinked(play: Play) -> None:
    """The line was taken out of the description."""
    gone = e.PullUnlinked(issue=ORDER, pull=5)
    await record(play.database, gone, source=f"unlinked:{play.clock.now()}")
    await wanted(play)


def runs(play: Play) -> list[Made]:
    return [made for made in play.github.made if made.body == KEY]


def heads(play: Play) -> list[str]:
    return [made.run.head_sha for made in runs(play) if made.run]


def asked(play: Play) -> list[str]:
    return [what for _, what in play.github.asked]


def state(play: Play) -> str:
    ((found,),) = rows(play.database, "SELECT state FROM outbox WHERE key = ?", KEY)
    return str(found)


async def test_the_check_run_is_made_on_the_newest_commit_and_says_whose_money_it_is(
    play: Play,
) -> None:
    await play.to_the_end()
    (made,) = runs(play)
    assert made.run is not None
    assert (made.run.name, made.run.head_sha) == ("Funding disclosure", FIRST)
    assert (made.run.conclusion, made.run.external_id) == ("neutral", KEY)
    assert "CWO #57" in made.run.summary
    assert "500" not in f"{made.run.title} {made.run.summary}", "no amount, ever"
    assert play.github.uncommitted == []


async def test_a_new_commit_gets_a_check_run_of_its_own(play: Play) -> None:
    await play.to_the_end()
    play.clock.move(hours=1)
    await moves(play, SECOND)
    await play.to_the_end()
    assert heads(play) == [FIRST, SECOND]
    assert asked(play) == [f"check {REPO}", f"check {REPO}"], "nothing was in doubt"


async def test_one_that_says_the_same_is_not_written_again(play: Play) -> None:
    await play.to_the_end()
    await wanted(play)
    await play.to_the_end()
    assert asked(play) == [f"check {REPO}"]


async def test_on_the_same_commit_it_is_edited(play: Play) -> None:
    await play.to_the_end()
    (made,) = runs(play)
    await unlinked(play)
    await play.to_the_end()
    assert heads(play) == [FIRST]
    assert asked(play)[1:] == [f"edit check {made.id}"]


async def test_in_doubt_it_is_looked_for_on_the_commit_where_it_would_be(tmp_path: Path) -> None:
    async with a_play(tmp_path, ["5xx, done"]) as play:
        await play.to_the_end()
        assert heads(play) == [FIRST]
        (made,) = runs(play)
        assert asked(play) == [
            f"check {REPO}",
            f"find check on {FIRST}",
            f"edit check {made.id}",
        ]


async def test_one_that_was_not_made_after_all_is_made_once(tmp_path: Path) -> None:
    async with a_play(tmp_path, ["5xx, lost", "ok", "5xx, done"]) as play:
        await play.to_the_end()
        assert heads(play) == [FIRST]
        assert asked(play).count(f"find check on {FIRST}") == 2


async def test_a_commit_that_came_while_in_doubt_is_the_one_that_counts(tmp_path: Path) -> None:
    """What was in doubt stands on the old commit, where nobody looks any more."""
    async with a_play(tmp_path, ["killed, done"]) as play:
        await play._until_killed_or_done()
        await moves(play, SECOND)
        await play.to_the_end()
        assert heads(play) == [FIRST, SECOND]
        assert f"find check on {SECOND}" in asked(play)
        assert f"find check on {FIRST}" not in asked(play)
        assert (state(play), play.github.uncommitted) == ("idle", [])


async def test_a_second_check_run_in_doubt_is_never_taken_for_the_first(tmp_path: Path) -> None:
    """The row still knows the check run of the commit before."""
    async with a_play(tmp_path, ["ok", "5xx, done"]) as play:
        await play.to_the_end()
        await moves(play, SECOND)
        await play.to_the_end()
        assert heads(play) == [FIRST, SECOND]
        (_, second) = runs(play)
        assert asked(play)[1:] == [
            f"check {REPO}",
            f"find check on {SECOND}",
            f"edit check {second.id}",
        ]


async def test_a_head_that_goes_back_is_edited_or_made_and_never_doubled_on_the_newest(
    play: Play,
) -> None:
    for head in (FIRST, SECOND, SECOND):
        await moves(play, head)
        await play.to_the_end()
    assert heads(play) == [FIRST, SECOND]


async def test_one_that_is_over_says_so_where_it_stands(play: Play) -> None:
    await play.to_the_end()
    (made,) = runs(play)
    assert made.run is not None
    before = made.run.summary
    await unlinked(play)
    await play.to_the_end()
    assert heads(play) == [FIRST]
    assert runs(play)[0].run is not None
    assert runs(play)[0].run.summary != before  # type: ignore[union-attr]


async def test_one_that_is_over_before_it_was_shown_is_not_made(play: Play) -> None:
    await unlinked(play)
    await play.to_the_end()
    assert (runs(play), asked(play), state(play)) == ([], [], "idle")


async def test_once_over_it_is_not_made_on_a_new_commit_either(play: Play) -> None:
    await play.to_the_end()
    await unlinked(play)
    await play.to_the_end()
    await moves(play, SECOND)
    await play.to_the_end()
    assert heads(play) == [FIRST]
    await record(play.database, linked(5), source="again")
    await wanted(play)
    await play.to_the_end()
    assert heads(play) == [FIRST, SECOND]


async def test_a_pull_request_that_names_nothing_gets_none(play: Play) -> None:
    async with play.database.write() as tx:
        await tx.exec_driver_sql("DELETE FROM links")
    await play.to_the_end()
    assert (asked(play), state(play)) == ([], "idle")


async def test_the_check_run_of_the_configuration_stands_on_its_commit(play: Play) -> None:
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, ConfigurationCheck(SECOND), at())
        await outbox.refresh(tx, REPO, ConfigurationCheck(FIRST), at())
    await play.to_the_end()
    found = {(m.run.name, m.run.head_sha) for m in play.github.made if m.run}
    assert found == {
        ("Bursar configuration", FIRST),
        ("Bursar configuration", SECOND),
        ("Funding disclosure", FIRST),
    }


async def test_what_changes_a_work_orders_panel_is_looked_for_in_its_check_runs_too(
    play: Play,
) -> None:
    """A pledge told on the work order changes who gives, with no event of the pull request."""
    await play.to_the_end()
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, OrderPanel(ORDER, 57), play.clock.now())
    await play.to_the_end()
    assert asked(play)[1:] == ["create 57"], "the check run says what it said"
    gone = e.PullUnlinked(issue=ORDER, pull=5)
    await record(play.database, gone, source="elsewhere")
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, OrderPanel(ORDER, 57), play.clock.now())
    await play.to_the_end()
    assert asked(play)[2].startswith("edit ")
    assert asked(play)[3].startswith("edit check")
