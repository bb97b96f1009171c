"""Whatever GitHub answers, and whenever we are killed: one issue is opened, and it is closed."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.domain.effects import ItemPanel
from bot.domain.refs import Repo
from bot.events.mirrored import IssueSighted
from bot.storage import marks, outbox, publishing, sightings, tables, upcoming
from bot.storage.outgoing import Outgoing
from tests.storage.kit import INSTALLATION, ISSUE, NOON, REPO, a_database, at, know, rows
from tests.worker.kit import APP, HARMLESS, KILLS, Clock, GitHub, Play, lookup

KEY = publishing.key_of("2026-10")
MARK = marks.marker(REPO, KEY)
TITLE = "Funding digest, October 2026"


@dataclass
class Desk(GitHub):
    """Opens and closes issues too, and answers for that as told."""

    closed: set[int] = field(default_factory=set)

    @property
    def digests(self) -> Desk:
        return self

    async def open_issue(self, _: Repo, title: str, body: str) -> int:
        assert title == TITLE
        self._look(KEY)
        return await self._make("open", body)

    async def close_issue(
        self, _: Repo, number: int, marker: str, *, just_opened: bool = False
    ) -> bool:
        assert marker == MARK
        assert any(each.id == number and each.body.endswith(MARK) for each in self.made)
        async with self._answered(f"close {number}") as does:
            if does:
                self.closed.add(number)
        return True

    async def find_own_issues(self, _: Repo, marker: str, since: datetime) -> list[int]:
        self._noted("find")
        self._search()
        listed = [each for each in self._listed() if each.at >= since]
        return sorted(each.id for each in listed if each.body.endswith(marker))

    def did(self) -> list[str]:
        return [what.partition(" ")[0] for _, what in self.asked]

    def opened(self) -> list[int]:
        return [each.id for each in self.made if each.body.endswith(MARK)]


@asynccontextmanager
async def a_desk(
    folder: Path, answers: Iterator[str] | None = None
) -> AsyncIterator[tuple[Play, Desk]]:
    """A month is closed, and its digest is to be published."""
    clock = Clock()
    async with a_database(folder) as database:
        await know(database)
        async with database.write() as tx:
            said = {"seq": 9, "hash": "h", "title": TITLE, "words": "Words.", "closed_at": NOON}
            await tx.execute(insert(tables.digests).values(repo=REPO, month="2026-10", **said))
            await outbox.publish(tx, REPO, KEY, TITLE, "Words.", clock.now())
        desk = Desk(clock, database, answers or iter(()))
        yield Play(database, clock, desk, lookup(database)), desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[tuple[Play, Desk]]:
    async with a_desk(tmp_path) as made:
        yield made


def row(play: Play) -> dict[str, Any]:
    columns = ("state", "github_id", "want_rev", "sent_rev")
    query = f"SELECT {', '.join(columns)} FROM outbox WHERE key = ?"
    (found,) = rows(play.database, query, KEY)
    return dict(zip(columns, found, strict=True))


def noted(play: Play) -> list[Any]:
    """The issue beside the digest's words, where the pages find it."""
    return [number for (number,) in rows(play.database, "SELECT issue FROM digests")]


def stands(play: Play, desk: Desk) -> None:
    """One issue, closed, and everything noted."""
    (number,) = desk.opened()
    assert desk.closed == {number}
    assert row(play) == {"state": "idle", "github_id": number, "want_rev": 1, "sent_rev": 1}
    assert noted(play) == [number]
    assert desk.uncommitted == []


async def test_a_digest_is_opened_and_closed_at_once(desk: tuple[Play, Desk]) -> None:
    play, github = desk
    await play.to_the_end()
    stands(play, github)
    assert github.did() == ["open", "close"]
    assert github.made[0].body == f"Words.\n\n{MARK}"
    opened, closed = github.writes()
    assert timedelta(seconds=1) <= closed - opened <= timedelta(seconds=2), "at GitHub's pace"


async def test_a_digest_that_is_published_again_stays_one(desk: tuple[Play, Desk]) -> None:
    play, github = desk
    for _ in range(2):
        async with play.database.write() as tx:
            await outbox.publish(tx, REPO, KEY, "Another title", "Other words.", at(5))
        await play.to_the_end()
    stands(play, github)
    assert github.did() == ["open", "close"]


async def test_who_waits_for_an_answer_goes_first_and_then_the_issue_does_not_linger(
    desk: tuple[Play, Desk],
) -> None:
    play, github = desk
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, ItemPanel(ISSUE, 1), NOON)
        await outbox.say(tx, REPO, "due", 1, f"Due. {marks.marker(REPO, 'say:due')}", at(1))
        for n in range(3):
            target = f"check:{n:040}", "check", f"{n:040}"
            names = dict(zip(("key", "kind", "target"), target, strict=True))
            values = {"repo": REPO, "priority": 4, "wanted_at": at(-9)}
            await tx.execute(insert(tables.outbox).values(**names, **values))
    await play.to_the_end()
    assert github.did()[:3] == ["create", "open", "close"]


@pytest.mark.parametrize("stop", KILLS)
@pytest.mark.parametrize("before", range(2))
async def test_killed_in_the_middle_of_any_write_it_is_opened_once(
    tmp_path: Path, stop: str, before: int
) -> None:
    async with a_desk(tmp_path, iter([*["ok"] * before, stop])) as (play, github):
        await play.to_the_end()
        stands(play, github)
        assert play.starts == 2


async def test_killed_between_opening_and_closing_it_is_only_closed(tmp_path: Path) -> None:
    async with a_desk(tmp_path, iter(["ok", "killed, lost"])) as (play, github):
        await play._until_killed_or_done()
        assert row(play)["github_id"] == github.opened()[0]
        assert row(play)["sent_rev"] == 0, "the row is open until the issue is closed"
        await play.to_the_end()
        stands(play, github)
        assert github.did() == ["open", "close", "close"]


async def test_a_row_that_was_being_sent_at_the_start_is_searched_for(
    desk: tuple[Play, Desk],
) -> None:
    play, github = desk
    await _intended(play)
    await github._make("open", f"It arrived.\n\n{MARK}")
    await play.to_the_end()
    stands(play, github)
    assert github.did() == ["open", "find", "close"]


async def test_an_answer_that_is_none_is_searched_for_after_its_time(tmp_path: Path) -> None:
    async with a_desk(tmp_path, iter(["5xx, done"])) as (play, github):
        await play.to_the_end()
        stands(play, github)
        assert github.did() == ["open", "find", "close"]
        (found,) = [moment for moment, what in github.asked if what == "find"]
        assert found >= github.asked[0][0] + outbox.GRACE


async def test_what_is_not_found_is_opened_again(tmp_path: Path) -> None:
    async with a_desk(tmp_path, iter(["5xx, lost"])) as (play, github):
        await play.to_the_end()
        stands(play, github)
        assert github.did() == ["open", "find", "open", "close"]


async def test_a_search_that_fails_is_not_an_empty_one(tmp_path: Path) -> None:
    answers = iter(["5xx, done", "cannot tell", "cannot tell", "ok"])
    async with a_desk(tmp_path, answers) as (play, github):
        await play.to_the_end()
        stands(play, github)
        assert github.did() == ["open", "find", "find", "find", "close"]


@pytest.mark.parametrize("before", range(2))
async def test_a_limit_is_waited_for(tmp_path: Path, before: int) -> None:
    async with a_desk(tmp_path, iter([*["ok"] * before, "limited"])) as (play, github):
        await play.to_the_end()
        stands(play, github)
        moments = github.writes()
        assert moments[before + 1] - moments[before] >= timedelta(seconds=90)
        assert "find" not in github.did(), "a limit is no doubt"


async def test_where_there_are_no_issues_it_is_not_tried_again(tmp_path: Path) -> None:
    """410 is a final no like 404: the month still has its page."""
    async with a_desk(tmp_path, iter(["404"])) as (play, github):
        await play.to_the_end()
        async with play.database.write() as tx:
            await outbox.publish(tx, REPO, KEY, TITLE, "Words.", at(60))
        await play.to_the_end()
        assert github.did() == ["open"]
        assert row(play)["state"] == "failed"
        assert noted(play) == [None]


async def test_somebody_may_ask_to_try_again_what_was_refused(tmp_path: Path) -> None:
    async with a_desk(tmp_path, iter(["404"])) as (play, github):
        await play.to_the_end()
        for refused in (True, False):
            async with play.database.write() as tx:
                assert await publishing.retry(tx, REPO, KEY) is refused
        await play.to_the_end()
        stands(play, github)
        assert github.did() == ["open", "find", "open", "close"]
        async with play.database.write() as tx:
            assert not await publishing.retry(tx, REPO, KEY), "what stands is left alone"


async def test_of_several_the_oldest_stays_and_the_others_are_closed_too(
    desk: tuple[Play, Desk],
) -> None:
    play, github = desk
    await _intended(play)
    for words in ("Once", "Twice"):
        await github._make("open", f"{words}.\n\n{MARK}")
    await play.to_the_end()
    oldest, newest = github.opened()
    assert github.closed == {oldest, newest}
    assert (row(play)["github_id"], noted(play)) == (oldest, [oldest])


async def test_our_own_issue_that_comes_back_settles_a_doubt_without_a_search(
    tmp_path: Path,
) -> None:
    async with a_desk(tmp_path, iter(["5xx, done"])) as (play, github):
        sender = play.sender()
        await sender._send_all(INSTALLATION)
        assert row(play)["state"] == "unknown"
        await _seen(play, github.opened()[0])
        await play.to_the_end()
        stands(play, github)
        assert github.did() == ["open", "close"]


async def test_an_issue_that_is_seen_right_before_it_would_be_opened_again_is_not(
    tmp_path: Path,
) -> None:
    """The search found nothing, and then GitHub told of it."""
    async with a_desk(tmp_path, iter(["5xx, done"])) as (play, github):
        sender = play.sender()
        await sender._send_all(INSTALLATION)
        stale = await _next(play, at(3600))
        await _seen(play, github.opened()[0])
        async with play.database.write() as tx:
            assert not await publishing.intend(tx, stale, at(3600))
        await play.to_the_end()
        stands(play, github)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(HARMLESS + KILLS), max_size=10), st.sampled_from([0, 20, 44]))
def test_in_whatever_order_things_go_wrong_one_issue_stands_closed(
    answers: list[str], stale: int
) -> None:
    asyncio.run(_goes_wrong(answers, stale))


async def _goes_wrong(answers: list[str], stale: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_desk(Path(folder), iter(answers)) as (play, github):
            github.appears_after = timedelta(seconds=stale)
            await play.to_the_end()
            stands(play, github)


async def test_writes_keep_a_second_between_them(tmp_path: Path) -> None:
    async with a_desk(tmp_path, iter(["moved", "5xx, lost"])) as (play, github):
        await play.to_the_end()
        moments = github.writes()
        assert all(b - a >= timedelta(seconds=1) for a, b in itertools.pairwise(moments))


# --- pieces -----------------------------------------------------------------------------------


async def _next(play: Play, now: datetime) -> Outgoing:
    async with play.database.read() as tx:
        found = await upcoming.next_to_send(tx, INSTALLATION, now)
    assert found is not None
    return found.row


async def _intended(play: Play) -> None:
    """As a crash in the middle of the request leaves it."""
    stopped = await _next(play, play.clock.now())
    async with play.database.write() as tx:
        assert await publishing.intend(tx, stopped, play.clock.now())


async def _seen(play: Play, number: int) -> None:
    async with play.database.write() as tx:
        told = IssueSighted(REPO, number, APP, f"Words.\n\n{MARK}")
        await sightings.learn(tx, told, play.clock.now())
