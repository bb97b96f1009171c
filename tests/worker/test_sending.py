"""Whatever GitHub answers, and whenever we are killed: exactly one comment stands."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.domain.effects import ConfigurationCheck, ItemPanel, React, Reaction
from bot.domain.refs import Repo
from bot.events.mirrored import CommentSighted
from bot.github.errors import Final
from bot.lookup import CannotTell
from bot.storage import marks, outbox, pacing, sightings, upcoming
from bot.storage.database import Database
from tests.storage.kit import (
    INSTALLATION,
    ISSUE,
    REPO,
    a_database,
    at,
    know,
    made,
    record,
    rows,
)
from tests.worker.kit import APP, FINAL, HARMLESS, KILLS, Clock, GitHub, Play, lookup

COMMIT = "c" * 40
MARKS = {
    "say:first": marks.marker(REPO, "say:first"),
    "say:second": marks.marker(REPO, "say:second"),
    f"panel:{ISSUE}": marks.marker(REPO, f"panel:{ISSUE}"),
    f"check:{COMMIT}": f"check:{COMMIT}",
}


@dataclass
class Site(GitHub):
    """A GitHub on which the repository can be out of our reach, and things happen meanwhile."""

    hidden: bool = False
    told: str = ""
    meanwhile: Callable[[int], Awaitable[None]] | None = None
    """Happens to a comment of ours once, after it was edited."""
    searched: Callable[[str], Awaitable[None]] | None = None
    """Happens to what bears a mark, after it was searched for."""

    def answer(self, answers: Iterator[str]) -> None:
        self.answers = self._remembered(answers)

    def _remembered(self, answers: Iterator[str]) -> Iterator[str]:
        for self.told in answers:
            yield self.told
        self.told = "ok"

    def _answered(self, what: str, gone: int | None = None) -> Any:
        if self.hidden:
            self._noted(f"hidden: {what}")
            raise Final(404, "Not Found")
        return super()._answered(what, gone)

    async def edit_comment(self, repo: Repo, comment_id: int, body: str) -> None:
        await super().edit_comment(repo, comment_id, body)
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens(comment_id)

    async def find_own_comments(
        self, repo: Repo, number: int, marker: str, since: datetime
    ) -> list[int]:
        found = await super().find_own_comments(repo, number, marker, since)
        if self.searched is not None:
            await self.searched(marker)
        return found


@dataclass
class OnSite(Play):
    """Sends to a repository that is where we look for it, unless it has moved or is hidden."""

    silent: bool = False
    comes_back: bool = False
    """What is hidden is there again when it is looked for."""

    @property
    def site(self) -> Site:
        assert isinstance(self.github, Site)
        return self.github

    async def _found(self, repo: Repo) -> Repo | None:  # type: ignore[override]
        await super()._found(repo)
        if self.silent:
            raise CannotTell("on purpose")
        self.site.hidden = self.site.hidden and not self.comes_back
        return None if self.site.hidden or self.site.told == "moved" else repo


@asynccontextmanager
async def a_play(folder: Path, answers: Iterator[str] | None = None) -> AsyncIterator[OnSite]:
    """An item with a pledge; its panel, two replies, a reaction and a check run are wanted."""
    clock = Clock()
    async with a_database(folder) as database:
        await know(database)
        await record(database, e.ItemLabelled(ISSUE, 1), made(1))
        async with database.write() as tx:
            await outbox.refresh(tx, REPO, ItemPanel(ISSUE, 1), clock.now())
            await outbox.refresh(tx, REPO, ConfigurationCheck(COMMIT), clock.now())
            await outbox.react(tx, REPO, React(77, Reaction.RECORDED), clock.now())
            for key in ("first", "second"):
                words = f"Words.\n\n{marks.marker(REPO, f'say:{key}')}"
                await outbox.say(tx, REPO, key, 1, words, clock.now())
        github = Site(clock, database)
        github.answer(answers or iter(()))
        yield OnSite(database, clock, github, lookup(database))


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[OnSite]:
    async with a_play(tmp_path) as play:
        yield play


def counts(play: Play) -> dict[str, int]:
    return {key: play.github.count(mark) for key, mark in MARKS.items()}


def states(play: Play) -> dict[str, str]:
    return dict(rows(play.database, "SELECT key, state FROM outbox"))


ONE_EACH = dict.fromkeys(MARKS, 1)


async def test_everything_is_shown_once_the_important_first(play: Play) -> None:
    await play.to_the_end()
    assert counts(play) == ONE_EACH
    assert play.github.reactions == {(77, "+1")}
    assert [what for _, what in play.github.asked] == [
        "create 1",
        "create 1",
        "create 1",
        f"check {REPO}",
        "react 77",
    ]
    assert play.github.uncommitted == []


async def test_writes_are_a_second_apart(play: Play) -> None:
    await play.to_the_end()
    moments = play.github.writes()
    assert all(b - a >= timedelta(seconds=1) for a, b in itertools.pairwise(moments))


async def test_a_panel_shows_where_the_ledger_stands(play: Play) -> None:
    await play.to_the_end()
    (panel,) = [m.body for m in play.github.made if MARKS[f"panel:{ISSUE}"] in m.body]
    ((seq, hashed),) = rows(play.database, "SELECT seq, hash FROM lanes")
    assert f"<!-- bursar-position {seq} {hashed} -->" in panel
    assert "USD 500.00" in panel


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(HARMLESS + KILLS), max_size=14), st.sampled_from([0, 20, 44]))
def test_in_whatever_order_things_go_wrong_exactly_one_of_each_is_there(
    answers: list[str], stale: int
) -> None:
    asyncio.run(_goes_wrong(answers, stale))


async def _goes_wrong(answers: list[str], stale: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_play(Path(folder), iter(answers)) as play:
            play.github.appears_after = timedelta(seconds=stale)
            await play.to_the_end()
            assert counts(play) == ONE_EACH
            assert play.github.reactions == {(77, "+1")}
            assert play.github.uncommitted == []
            assert set(states(play).values()) == {"idle"}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(HARMLESS + KILLS + FINAL), max_size=14))
def test_with_final_refusals_among_it_there_is_never_more_than_one(answers: list[str]) -> None:
    asyncio.run(_is_refused(answers))


async def _is_refused(answers: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_play(Path(folder), iter(answers)) as play:
            await play.to_the_end()
            found = states(play)
            for key, count in counts(play).items():
                assert count == 1 or found[key] == "failed" or found[key] == "left", key
                assert count <= 1


@pytest.mark.parametrize("stop", ["killed, done", "killed, lost"])
@pytest.mark.parametrize("before", range(5))
async def test_killed_in_the_middle_of_any_write_it_is_made_once(
    tmp_path: Path, stop: str, before: int
) -> None:
    async with a_play(tmp_path, iter([*["ok"] * before, stop])) as play:
        await play.to_the_end()
        assert counts(play) == ONE_EACH
        assert play.starts == 2


async def test_a_restart_puts_what_was_being_sent_in_doubt_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    async with a_play(tmp_path, iter(["killed, done"])) as play:
        await play._until_killed_or_done()
        assert states(play)["say:first"] == "sending"
        killed_at = play.clock.now()
        await play.to_the_end()
        (found,) = [moment for moment, what in play.github.asked if what == "find"]
        assert found >= killed_at + outbox.GRACE, "it has time to appear before it is looked for"
        assert play.github.count(MARKS["say:first"]) == 1


async def test_duplicates_that_are_found_are_taken_away_and_the_oldest_stays(play: Play) -> None:
    await play.to_the_end()
    mark = MARKS["say:first"]
    (oldest,) = [each.id for each in play.github.made if mark in each.body]
    await play.github._make("create 1", f"A second time.\n{mark}")
    async with play.database.write() as tx:
        await tx.exec_driver_sql(
            "UPDATE outbox SET state='unknown', github_id=NULL, sent_rev=0 WHERE key='say:first'"
        )
    await play.to_the_end()
    assert [each.id for each in play.github.made if mark in each.body] == [oldest]


async def test_a_search_that_fails_is_not_an_empty_one(tmp_path: Path) -> None:
    answers = iter(["5xx, done", *["ok"] * 4, "cannot tell", "cannot tell", "ok"])
    async with a_play(tmp_path, answers) as play:
        await play.to_the_end()
        assert counts(play) == ONE_EACH
        assert [what for _, what in play.github.asked].count("find") == 3


@pytest.mark.parametrize("answer", FINAL)
async def test_a_final_no_is_not_asked_for_again(tmp_path: Path, answer: str) -> None:
    async with a_play(tmp_path, iter([answer])) as play:
        await play.to_the_end()
        assert states(play)["say:first"] == "failed"
        assert counts(play) == ONE_EACH | {"say:first": 0}
        assert len(play.github.asked) == 5


async def test_everything_of_an_installation_is_quiet_when_github_asks_for_it(
    tmp_path: Path,
) -> None:
    async with a_play(tmp_path, iter(["ok", "limited"])) as play:
        await play.to_the_end()
        moments = play.github.writes()
        assert moments[2] - moments[1] >= timedelta(seconds=90)
        assert counts(play) == ONE_EACH


@pytest.mark.sqlite_only("on PostgreSQL the wish ends by the server's clock, which no test moves")
async def test_a_restart_obeys_githubs_wish_for_quiet(tmp_path: Path) -> None:
    async with a_play(tmp_path, iter(["limited", "killed, done"])) as play:
        async with play.database.write() as tx:
            await pacing.be_quiet(tx, INSTALLATION, at(300), play.clock.now(), "before")
        await play.to_the_end()
        assert play.github.writes()[0] >= at(300)
        assert play.github.writes()[1] >= play.github.writes()[0] + timedelta(seconds=90)
        assert counts(play) == ONE_EACH


async def test_a_restart_waits_for_the_moment_of_each_row(play: Play) -> None:
    async with play.database.write() as tx:
        found = await upcoming.next_to_send(tx, INSTALLATION, play.clock.now())
        assert found is not None
        await outbox.postpone(tx, found.row, at(600), "idle")
    await play.to_the_end()
    assert play.github.writes()[-1] >= at(600)
    assert play.github.writes()[0] < at(60), "the others do not wait for it"


async def test_a_renamed_repository_is_looked_for_and_nothing_is_lost(tmp_path: Path) -> None:
    async with a_play(tmp_path, iter(["moved"])) as play:
        await play.to_the_end()
        assert [repo.id for repo in play.moved] == [REPO]
        assert counts(play) == ONE_EACH


async def test_pauses_grow_when_nothing_helps(tmp_path: Path) -> None:
    answers = iter([*["ok"] * 4, *["5xx, lost"] * 8])
    async with a_play(tmp_path, answers) as play:
        await play.to_the_end()
        tried = [moment for moment, what in play.github.asked if what == "react 77"]
        pauses = [b - a for a, b in itertools.pairwise(tried)]
        assert pauses == sorted(pauses)
        assert pauses[-1] >= timedelta(minutes=10)


async def test_a_panel_that_says_the_same_is_not_written_again(play: Play) -> None:
    await play.to_the_end()
    written = len(play.github.writes())
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, ItemPanel(ISSUE, 1), play.clock.now())
    await play.to_the_end()
    assert len(play.github.writes()) == written


async def test_a_changed_panel_is_written_after_its_rest(play: Play) -> None:
    await play.to_the_end()
    (first,) = [moment for moment, what in play.github.asked if what == "create 1"][2:]
    for n in range(2, 12):
        await record(play.database, made(n, pledger=n, funder=n), source=f"comment:{n}")
        async with play.database.write() as tx:
            await outbox.refresh(tx, REPO, ItemPanel(ISSUE, 1), play.clock.now())
    await play.to_the_end()
    edits = [moment for moment, what in play.github.asked if what.startswith("edit")]
    assert len(edits) == 1
    assert edits[0] - first >= timedelta(seconds=10)


async def test_a_comment_deleted_on_github_comes_back_once_and_then_stays_away(
    play: Play,
) -> None:
    await play.to_the_end()
    mark = MARKS[f"panel:{ISSUE}"]
    for n in (2, 3, 4):
        play.github.made = [each for each in play.github.made if mark not in each.body]
        await record(play.database, made(n, pledger=n, funder=n), source=f"comment:{n}")
        async with play.database.write() as tx:
            await outbox.refresh(tx, REPO, ItemPanel(ISSUE, 1), play.clock.now())
        await play.to_the_end()
        assert play.github.count(mark) == (1 if n == 2 else 0)


# --- a repository that is out of our reach ----------------------------------------------------

PANEL = f"panel:{ISSUE}"


async def changed(play: Play, n: int = 2) -> None:
    """Something is to be shown that was not."""
    await record(play.database, made(n, pledger=n, funder=n), source=f"comment:{n}")
    async with play.database.write() as tx:
        await outbox.refresh(tx, REPO, ItemPanel(ISSUE, 1), play.clock.now())


async def goes_on(play: Play, minutes: int = 30) -> None:
    """Send what can be sent while so many minutes pass."""
    sender = play.sender()
    for _ in range(minutes):
        play.clock.move(minutes=1)
        await sender._send_all(INSTALLATION)


@pytest.mark.parametrize("silent", [True, False])
async def test_nothing_is_given_up_while_the_repository_is_out_of_reach(
    play: OnSite, *, silent: bool
) -> None:
    play.site.hidden, play.silent = True, silent
    await goes_on(play)
    assert set(states(play).values()) == {"idle"}
    assert len(play.site.asked) < 60, "pauses grow"
    play.site.hidden = play.silent = False
    await play.to_the_end()
    assert counts(play) == ONE_EACH
    assert play.site.reactions == {(77, "+1")}


async def test_a_panel_out_of_reach_is_not_taken_for_deleted(play: OnSite) -> None:
    await play.to_the_end()
    play.site.hidden = True
    await changed(play)
    await goes_on(play)
    play.site.hidden = False
    await play.to_the_end()
    assert play.site.count(MARKS[PANEL]) == 1
    assert rows(play.database, "SELECT DISTINCT deletions FROM outbox") == [(0,)]


async def test_the_repository_is_looked_for_only_where_something_is_not_there(
    tmp_path: Path,
) -> None:
    async with a_play(tmp_path, iter(["422", "404"])) as play:
        await play.to_the_end()
        assert [repo.id for repo in play.moved] == [REPO]
        assert sorted(states(play).values()) == ["failed", "failed", "idle", "idle", "idle"]


async def test_a_panel_that_only_seemed_lost_is_found_before_it_is_made_again(
    play: OnSite,
) -> None:
    """The repository was back just when we looked whether it is there."""
    await play.to_the_end()
    play.site.hidden = True
    await changed(play)
    began, play.comes_back = play.clock.now(), True
    await play.to_the_end()
    (searched,) = [moment for moment, what in play.site.asked if what == "find"]
    assert searched >= began + outbox.GRACE
    assert play.site.count(MARKS[PANEL]) == 1
    assert play.site.asked[-1][1].startswith("edit")


# --- what is told while we are at it ----------------------------------------------------------


async def test_what_is_settled_while_it_is_searched_is_not_made_twice(tmp_path: Path) -> None:
    """GitHub's list is minutes behind, and its webhook comes in before the search has ended."""
    answers = iter([*["5xx, done"] * 3])
    async with a_play(tmp_path, answers) as play:
        play.site.appears_after = timedelta(minutes=10)

        async def comes_in(marker: str) -> None:
            for each in play.site.made:
                if marker in each.body:
                    await _told(play, "created", each.id, each.body, by_author=True)

        play.site.searched = comes_in
        await play.to_the_end()
        assert counts(play) == ONE_EACH
        assert set(states(play).values()) == {"idle"}


async def test_a_panel_that_is_deleted_while_we_edit_it_comes_back_at_once(play: OnSite) -> None:
    async def deleted(comment: int) -> None:
        play.site.made = [each for each in play.site.made if each.id != comment]
        await _told(play, "deleted", comment)

    await play.to_the_end()
    play.site.meanwhile = deleted
    await changed(play)
    await play.to_the_end()
    assert play.site.count(MARKS[PANEL]) == 1
    assert "find" not in [what for _, what in play.site.asked], "its deletion was told"


async def test_a_panel_that_people_edit_while_we_edit_it_is_put_right(play: OnSite) -> None:
    async def vandalised(comment: int) -> None:
        for each in play.site.made:
            each.body = "Ha!" if each.id == comment else each.body
        await _told(play, "edited", comment)

    await play.to_the_end()
    for n in (2, 3):
        play.site.meanwhile = vandalised
        await changed(play, n)
        await play.to_the_end()
        assert play.site.count(MARKS[PANEL]) == 1


async def _told(
    play: Play, action: str, comment: int, body: str = "", *, by_author: bool = False
) -> None:
    seen = CommentSighted(REPO, comment, APP, action, by_author, body, 1)
    async with play.database.write() as tx:
        await sightings.learn(tx, seen, play.clock.now())


# --- a store that fails -----------------------------------------------------------------------


async def test_a_store_that_fails_after_the_answer_leads_to_no_second_comment(
    play: Play,
) -> None:
    """The comment is there, and nothing could be noted: the row still says `sending`."""
    async with play.database.write() as tx:
        found = await upcoming.next_to_send(tx, INSTALLATION, play.clock.now())
        assert found is not None
        await outbox.intend(tx, found.row, play.clock.now())
    await play.github._make("create 1", f"It arrived.\n{MARKS['say:first']}")
    sender = play.sender()
    async with asyncio.timeout(20):
        while await _open(play.database):
            await sender._send_all(INSTALLATION)
            play.clock.move(seconds=5)
    assert counts(play) == ONE_EACH


async def _open(database: Database) -> int:
    async with database.read() as tx:
        return await outbox.open_count(tx)
