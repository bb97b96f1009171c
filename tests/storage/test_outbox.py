"""What is still to be shown: once each, the important first, and never lost sight of."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain.effects import ConfigurationCheck, ItemPanel, React, Reaction
from bot.events.mirrored import CommentSighted, InstallationSeen, IssueSighted
from bot.storage import marks, mirror, outbox, publishing, sightings, upcoming
from bot.storage.database import Database
from bot.storage.outgoing import Outgoing, Priority
from tests.storage.kit import (
    INSTALLATION,
    NOON,
    OTHER_REPO,
    REPO,
    a_repository,
    at,
    know,
    rows,
    tamper,
)

PANEL = ItemPanel(5, 1)
COMMENT = 3_141_592_653
DIGEST = publishing.key_of("2026-10")


class Box:
    """An outbox that is filled and emptied in few words."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def wants(self, target: Any = PANEL, now: datetime = NOON, repo: int = REPO) -> None:
        async with self.database.write() as tx:
            await outbox.refresh(tx, repo, target, now)

    async def says(self, key: str, now: datetime = NOON, **more: Any) -> None:
        async with self.database.write() as tx:
            await outbox.say(tx, REPO, key, 1, f"words of {key}", now, **more)

    async def publishes(self, title: str, now: datetime = NOON) -> None:
        async with self.database.write() as tx:
            await outbox.publish(tx, REPO, DIGEST, title, "Words.", now)

    async def reacts(self, comment: int, now: datetime = NOON) -> None:
        async with self.database.write() as tx:
            await outbox.react(tx, REPO, React(comment, Reaction.RECORDED), now)

    async def next(self, now: datetime = NOON) -> Outgoing | None:
        async with self.database.read() as tx:
            found = await upcoming.next_to_send(tx, INSTALLATION, now)
            return found.row if found else None

    async def sends(self, github_id: int | None = COMMENT, now: datetime = NOON) -> Outgoing:
        """Send what is next, and succeed."""
        row = await self.next(now)
        assert row is not None
        async with self.database.write() as tx:
            await outbox.sent(tx, row, github_id=github_id, body_hash="h")
        return row

    async def does(self, step: Any, *more: Any) -> None:
        async with self.database.write() as tx:
            await step(tx, *more)

    async def hears(self, action: str, now: datetime = NOON, **changed: Any) -> None:
        told = CommentSighted(REPO, COMMENT, 42, action, by_author=False, body="")
        await self.does(sightings.learn, replace(told, **changed), now)

    async def hears_of_issue(self, **changed: Any) -> None:
        told = IssueSighted(REPO, 88, 42, f"Words.\n\n{marks.marker(REPO, DIGEST)}")
        await self.does(sightings.learn, replace(told, **changed), NOON)

    async def open(self) -> int:
        async with self.database.read() as tx:
            return await outbox.open_count(tx)

    def row(self, key: str = "panel:5") -> dict[str, Any]:
        columns = (
            "state",
            "github_id",
            "want_rev",
            "sent_rev",
            "not_before",
            "deletions",
            "sent_hash",
        )
        query = f"SELECT {', '.join(columns)} FROM outbox WHERE key = ?"
        (found,) = rows(self.database, query, key)
        return dict(zip(columns, found, strict=True))


@pytest.fixture
async def box(database: Database) -> Box:
    await know(database)
    return Box(database)


# --- what is wanted ---------------------------------------------------------------------------


async def test_a_hundred_pledges_are_one_panel(box: Box) -> None:
    for second in range(100):
        await box.wants(now=at(second))
    assert await box.open() == 1
    row = await box.sends(now=at(200))
    assert row.want_rev == 100
    assert await box.next(at(300)) is None


async def test_what_is_wanted_while_it_is_sent_is_sent_again(box: Box) -> None:
    await box.wants()
    row = await box.next()
    assert row is not None
    await box.wants(now=at(1))
    await box.does(_sent, row)
    again = await box.next(at(2))
    assert again is not None
    assert (again.want_rev, again.sent_rev, again.github_id) == (2, 1, COMMENT)


async def test_a_reply_and_a_reaction_are_wanted_once(box: Box) -> None:
    for _ in range(3):
        await box.says("refused:1")
        await box.reacts(77)
    assert await box.open() == 2
    await box.sends()
    await box.sends(github_id=None)
    await box.says("refused:1")
    await box.reacts(77)
    assert await box.open() == 0


async def test_the_important_goes_first(box: Box) -> None:
    await box.reacts(77, at(0))
    await box.wants(ItemPanel(6, 2), at(1))
    await box.sends(github_id=1, now=at(1))
    await box.wants(ItemPanel(6, 2), at(2))
    await box.wants(ConfigurationCheck("c" * 40), at(3))
    await box.wants(ItemPanel(5, 1), at(4))
    await box.says("due:1", at(5))
    sent = [(await box.sends(now=at(9))).key for _ in range(5)]
    assert sent == ["say:due:1", "panel:5", f"check:{'c' * 40}", "panel:6", "reaction:77"]
    priorities = dict(rows(box.database, "SELECT key, priority FROM outbox"))
    assert priorities["panel:5"] == Priority.PANEL, "only the first time is it a first panel"


async def test_a_digest_is_wanted_once_and_holds_our_mark(box: Box) -> None:
    for title in ("October", "Another"):
        await box.publishes(title)
    row = await box.next()
    assert row is not None
    assert (row.kind, row.key, row.number, row.target) == ("digest", DIGEST, None, "October")
    assert row.words == f"Words.\n\n{marks.marker(REPO, DIGEST)}"
    await box.sends(github_id=88)
    await box.publishes("October")
    assert await box.open() == 0


async def test_a_digest_goes_after_answers_and_first_panels_and_before_the_rest(box: Box) -> None:
    await box.wants(ConfigurationCheck("c" * 40))
    await box.publishes("October")
    await box.wants()
    await box.says("a")
    sent = [(await box.sends(now=at(9))).key for _ in range(4)]
    assert sent == ["say:a", "panel:5", DIGEST, f"check:{'c' * 40}"]


async def test_of_equals_the_one_that_waits_longest_goes_first(box: Box) -> None:
    for issue, second in ((1, 3), (2, 1), (3, 2)):
        await box.wants(ItemPanel(issue, issue), at(second))
    await box.wants(ItemPanel(2, 2), at(4))
    sent = [(await box.sends(now=at(9))).key for _ in range(3)]
    assert sent == ["panel:2", "panel:3", "panel:1"]


async def test_what_was_put_off_waits_for_its_moment(box: Box) -> None:
    await box.wants()
    row = await box.next()
    await box.does(outbox.postpone, row, at(60), "idle")
    assert await box.next(at(59)) is None
    assert await _installations(box, at(59)) == []
    assert await _moment(box, at(10)) == at(60)
    assert await box.next(at(60)) is not None
    assert await _installations(box, at(60)) == [INSTALLATION]


async def test_nothing_is_sent_where_we_are_not_welcome(box: Box) -> None:
    await box.wants()
    for fact in (
        InstallationSeen(INSTALLATION, "acme", at(1), suspended=True),
        InstallationSeen(INSTALLATION, "acme", at(2), removed=True),
    ):
        await box.does(mirror.note, fact, lambda _: 1)
        assert await box.next() is None
        assert await _installations(box, at(9)) == []
    await box.does(mirror.note, InstallationSeen(INSTALLATION, "acme", at(3)), lambda _: 1)
    assert await box.next() is not None
    await know(box.database, a_repository(removed=True, told_at=at(9)))
    assert await box.next() is None


async def test_panels_that_wait_are_counted(box: Box) -> None:
    await know(box.database, a_repository(OTHER_REPO, installation=8))
    for issue in (1, 2, 3):
        await box.wants(ItemPanel(issue, issue))
    await box.wants(ItemPanel(1, 1), repo=OTHER_REPO)
    await box.says("a")
    async with box.database.read() as tx:
        assert await upcoming.waiting_panels(tx, INSTALLATION) == 3


async def test_answers_are_counted_per_issue_and_person(box: Box) -> None:
    await box.says("a", at(0), answers=7)
    await box.says("b", at(10), answers=7)
    await box.says("c", at(20), answers=8)
    await box.says("due", at(20))
    async with box.database.read() as tx:
        assert await outbox.said_since(tx, REPO, at(5), person=7) == 1
        assert await outbox.said_since(tx, REPO, at(0), person=7) == 2
        assert await outbox.said_since(tx, REPO, at(0), number=1) == 4
        assert await outbox.said_since(tx, OTHER_REPO, at(0), number=1) == 0


# --- what became of it ------------------------------------------------------------------------


async def test_githubs_final_no_is_final_until_something_new_is_wanted(box: Box) -> None:
    await box.wants()
    await box.does(outbox.fail, await box.next())
    assert await box.open() == 0
    await box.wants(now=at(5))
    assert box.row()["state"] == "idle"
    assert await box.open() == 1


async def test_a_refused_reply_is_never_tried_again(box: Box) -> None:
    await box.says("a")
    await box.does(outbox.fail, await box.next())
    await box.says("a")
    assert await box.open() == 0


async def test_an_issue_that_was_opened_is_closed_before_anything_else_is_done(box: Box) -> None:
    await box.publishes("October")
    await box.does(publishing.opened, REPO, DIGEST, 88)
    await box.wants()
    row = await box.next()
    assert row is not None
    assert (row.key, row.github_id, row.state) == (DIGEST, 88, "idle")
    await box.sends(github_id=88)
    assert (box.row(DIGEST)["sent_rev"], box.row(DIGEST)["github_id"]) == (1, 88)


async def test_a_digest_that_github_refused_is_never_tried_again(box: Box) -> None:
    await box.publishes("October")
    await box.does(outbox.fail, await box.next())
    await box.publishes("October")
    assert await box.open() == 0


async def test_after_a_restart_what_was_being_sent_is_in_doubt_for_its_grace(box: Box) -> None:
    await box.says("a")
    await box.does(outbox.intend, await box.next(), at(10))
    await box.does(outbox.doubt_what_was_sending, INSTALLATION, at(10))
    assert box.row("say:a")["state"] == "unknown"
    assert await box.next(at(10) + outbox.GRACE * 0.99) is None
    row = await box.next(at(10) + outbox.GRACE)
    assert row is not None
    assert (row.state, row.attempted_at) == ("unknown", at(10))


async def test_a_restart_leaves_the_rest_as_it_is(box: Box) -> None:
    await box.wants()
    await box.says("a")
    await box.sends()
    await box.does(outbox.doubt_what_was_sending, INSTALLATION, at(10))
    assert (box.row()["state"], box.row("say:a")["state"]) == ("idle", "idle")


@pytest.mark.parametrize(("key", "still_open"), [("say:a", 0), ("panel:5", 1)])
async def test_our_own_comment_that_comes_back_settles_a_doubt(
    box: Box, key: str, still_open: int
) -> None:
    """A reply is there; a panel is there too, but nobody knows yet which words it shows."""
    await (box.says("a") if key == "say:a" else box.wants())
    row = await box.next()
    await box.does(outbox.intend, row, NOON)
    await box.does(outbox.postpone, row, at(45), "unknown")
    await box.hears("created", body=f"Hello\n{marks.marker(REPO, key)}")
    found = box.row(key)
    assert (found["state"], found["github_id"], found["not_before"]) == ("idle", COMMENT, None)
    assert await box.open() == still_open


@pytest.mark.parametrize(
    "body", ["", marks.marker(REPO, "say:b"), marks.marker(OTHER_REPO, "say:a"), "say:a"]
)
async def test_a_comment_without_the_mark_settles_nothing(box: Box, body: str) -> None:
    await box.says("a")
    await box.does(outbox.postpone, await box.next(), at(45), "unknown")
    await box.hears("created", body=body)
    assert box.row("say:a")["state"] == "unknown"


async def test_a_mark_that_is_the_beginning_of_another_is_not_that_one(box: Box) -> None:
    await box.says("refused:1")
    await box.does(outbox.postpone, await box.next(), at(45), "unknown")
    await box.hears("created", body=marks.marker(REPO, "say:refused:11"))
    assert box.row("say:refused:1")["state"] == "unknown"


async def test_what_is_being_sent_waits_for_its_own_answer(box: Box) -> None:
    await box.says("a")
    await box.does(outbox.intend, await box.next(), NOON)
    await box.hears("created", body=marks.marker(REPO, "say:a"))
    assert box.row("say:a")["state"] == "sending"


@pytest.mark.parametrize("key", ["say:a", "panel:5"])
async def test_what_was_settled_meanwhile_is_not_made_a_second_time(box: Box, key: str) -> None:
    """A search found nothing because GitHub's list is behind, and then our comment comes back."""
    await (box.says("a") if key == "say:a" else box.wants())
    await box.does(outbox.doubt, await box.next(), NOON)
    row = await box.next(at(60))
    await box.hears("created", body=f"Hello\n{marks.marker(REPO, key)}")
    with pytest.raises(outbox.Overtaken):
        await box.does(outbox.intend, row, at(60))
    assert (box.row(key)["state"], box.row(key)["github_id"]) == ("idle", COMMENT)


async def test_what_is_only_wanted_once_more_meanwhile_is_made(box: Box) -> None:
    await box.wants()
    row = await box.next()
    await box.wants(now=at(1))
    await box.does(outbox.intend, row, at(1))
    assert (box.row()["state"], box.row()["want_rev"]) == ("sending", 2)


# --- what people do to our comments -----------------------------------------------------------


async def test_a_panel_that_somebody_edited_is_restored(box: Box) -> None:
    await box.wants()
    await box.sends()
    await box.hears("edited", by_author=True)
    assert await box.open() == 0
    await box.hears("edited")
    assert await box.open() == 1
    assert box.row()["sent_hash"] is None, "even the same words must be written again"


async def test_a_reply_that_somebody_edited_stays_as_it_is(box: Box) -> None:
    await box.says("a")
    await box.sends()
    await box.hears("edited")
    await box.hears("deleted")
    assert await box.open() == 0


async def test_our_own_issue_that_comes_back_settles_a_doubt_and_is_still_to_be_closed(
    box: Box,
) -> None:
    await box.publishes("October")
    await box.does(outbox.intend, await box.next(), at(1))
    await box.does(outbox.doubt_what_was_sending, INSTALLATION, at(10))
    await box.hears_of_issue()
    assert (box.row(DIGEST)["github_id"], box.row(DIGEST)["state"]) == (88, "idle")
    assert box.row(DIGEST)["not_before"] is None
    assert await box.open() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"repo": OTHER_REPO},
        {"body": "Words."},
        {"body": f"{marks.marker(REPO, DIGEST)}\n\nSaid by somebody."},
        {"body": marks.marker(REPO, "say:a")},
        {"body": marks.marker(REPO, publishing.key_of("2026-11"))},
        {"body": marks.marker(OTHER_REPO, DIGEST)},
    ],
)
async def test_an_issue_that_is_not_the_digest_settles_nothing(
    box: Box, changed: dict[str, Any]
) -> None:
    await box.says("a")
    await box.publishes("October")
    for _ in range(2):
        row = await box.next()
        await box.does(outbox.intend, row, at(1))
        await box.does(outbox.doubt, await box.next(), at(1))
    await box.hears_of_issue(**changed)
    for key in (DIGEST, "say:a"):
        assert (box.row(key)["github_id"], box.row(key)["state"]) == (None, "unknown")


async def test_an_issue_that_comes_back_twice_or_without_a_doubt_changes_nothing(box: Box) -> None:
    await box.publishes("October")
    await box.hears_of_issue()
    assert box.row(DIGEST)["github_id"] is None, "it is under way: its answer will tell"
    await box.does(publishing.opened, REPO, DIGEST, 87)
    await box.hears_of_issue()
    assert box.row(DIGEST)["github_id"] == 87


async def test_a_deleted_panel_comes_back_once_and_then_stays_away(box: Box) -> None:
    await box.wants()
    await box.sends()
    await box.hears("deleted")
    row = await box.next()
    assert row is not None
    assert row.github_id is None, "it is made anew"
    await box.sends()
    await box.hears("deleted")
    assert (box.row()["state"], await box.open()) == ("left", 0)
    await box.wants(now=at(60))
    assert (box.row()["state"], await box.open()) == ("left", 0)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_panel_deleted_while_it_is_edited_is_not_taken_for_there(
    box: Box, times: int
) -> None:
    for _ in range(times):
        await box.wants(now=at(1))
        await box.sends(now=at(1))
        await box.wants(now=at(2))
        row = await box.next(at(2))
        await box.hears("deleted", at(3))
        await box.does(_sent, row)
    found = box.row()
    assert (found["github_id"], found["sent_hash"], found["deletions"]) == (None, None, times)
    assert (found["state"], await box.open()) == (("idle", 1) if times == 1 else ("left", 0))


@pytest.mark.parametrize("known", [True, False])
async def test_a_panel_that_people_edit_while_it_is_edited_is_restored(
    box: Box, *, known: bool
) -> None:
    """Also when they did it once before, so that nobody knew which words it showed."""
    await box.wants()
    await box.sends()
    await (box.wants(now=at(1)) if known else box.hears("edited", at(1)))
    row = await box.next(at(1))
    await box.hears("edited", at(2))
    await box.does(_sent, row)
    found = box.row()
    assert (found["state"], found["github_id"], found["sent_hash"]) == ("idle", COMMENT, None)
    assert (found["sent_rev"], await box.open()) == (2, 1)


async def test_what_is_noted_of_a_sent_row_is_no_doubt_any_more(box: Box) -> None:
    await box.wants()
    row = await box.next()
    await box.does(outbox.intend, row, NOON)
    await box.does(_sent, row)
    found = box.row()
    assert (found["state"], found["github_id"], found["sent_hash"]) == ("idle", COMMENT, "h")


async def test_a_deletion_of_our_own_counts_for_nothing(box: Box) -> None:
    await box.wants()
    await box.sends()
    await box.hears("deleted", by_author=True)
    assert box.row()["deletions"] == 0


async def test_a_panel_that_is_not_there_any_more_is_as_good_as_deleted(box: Box) -> None:
    await box.wants()
    await box.sends()
    await box.wants(now=at(1))
    await box.does(sightings.lost, await box.next(at(1)), at(2))
    assert (box.row()["deletions"], box.row()["github_id"]) == (1, None)
    assert box.row()["state"] == "idle", "no late word of what is gone may settle it"
    assert await box.next(at(2) + outbox.GRACE * 0.99) is None, "if it is there, it is found first"
    assert await box.next(at(2) + outbox.GRACE) is not None


async def test_one_deletion_that_is_noticed_twice_counts_once(box: Box) -> None:
    """While we edit, the deletion is told, and then GitHub answers the edit with 404."""
    await box.wants()
    await box.sends()
    await box.wants(now=at(1))
    row = await box.next(at(1))
    await box.hears("deleted")
    await box.does(sightings.lost, row, at(2))
    assert (box.row()["deletions"], box.row()["state"]) == (1, "idle")


async def test_comments_of_others_are_not_ours(box: Box) -> None:
    await box.wants()
    await box.sends()
    await box.hears("deleted", comment=COMMENT + 1)
    await box.hears("deleted", repo=OTHER_REPO)
    await box.hears("edited", comment=COMMENT + 1)
    assert (box.row()["deletions"], await box.open()) == (0, 0)


async def test_panels_on_github_are_listed_for_verification(box: Box) -> None:
    await box.wants()
    await box.wants(ItemPanel(6, 2), at(1))
    await box.sends()
    async with box.database.read() as tx:
        assert await outbox.panels(tx, REPO) == [(1, COMMENT)]


async def test_a_row_of_an_unknown_repository_waits(box: Box) -> None:
    await box.wants()
    tamper(box.database, "DELETE FROM repositories")
    assert await box.next() is None
    assert await _installations(box, at(9)) == []


# --- pieces -----------------------------------------------------------------------------------


async def _sent(tx: Any, row: Outgoing) -> None:
    await outbox.sent(tx, row, github_id=COMMENT, body_hash="h")


async def _installations(box: Box, now: datetime) -> list[int]:
    async with box.database.read() as tx:
        return await upcoming.installations_with_work(tx, now)


async def _moment(box: Box, now: datetime) -> datetime | None:
    async with box.database.read() as tx:
        return await upcoming.next_moment(tx, now)
