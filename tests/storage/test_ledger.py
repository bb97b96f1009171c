"""The ledger: insert-only, numbered, chained, unique by cause."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain import entries as e
from bot.domain.panel import Position
from bot.domain.stages import Stage
from bot.storage import ledger
from bot.storage.database import Database
from bot.storage.ledger import Line
from bot.storage.sheet import Sheet
from tests.storage.kit import (
    ISSUE,
    NOON,
    OTHER_ISSUE,
    OTHER_REPO,
    REPO,
    a_played_ledger,
    made,
    moved,
    problems,
    record,
    rows,
    tamper,
)


async def lines(database: Database, repo: int = REPO, issue: int | None = None) -> list[Line]:
    async with database.read() as tx:
        return [line async for line in ledger.lines(tx, repo, issue=issue)]


async def test_entries_are_numbered_from_one_in_each_repository(database: Database) -> None:
    await a_played_ledger(database)
    await record(database, e.ItemLabelled(1, 1), repo=OTHER_REPO)
    assert [line.seq for line in await lines(database)] == list(range(1, 9))
    assert [line.seq for line in await lines(database, OTHER_REPO)] == [1]


async def test_each_hash_covers_the_line_and_the_hash_before_it(database: Database) -> None:
    await a_played_ledger(database)
    previous = ""
    for line in await lines(database):
        previous = hashlib.sha256(previous.encode() + b"\n" + line.line).hexdigest()
        assert line.hash == previous
    async with database.read() as tx:
        assert await ledger.position(tx, REPO) == Position(8, previous)
        assert await ledger.hash_at(tx, REPO, 8) == previous
        assert await ledger.hash_at(tx, REPO, 9) is None


async def test_an_empty_ledger_is_at_its_beginning(database: Database) -> None:
    async with database.read() as tx:
        assert await ledger.position(tx, REPO) == Position(0, "")
        assert await ledger.repositories_with_entries(tx) == ()


async def test_a_line_is_canonical_json_with_all_that_must_be_fixed(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1), source="event:labelled")
    (line,) = await lines(database)
    assert line.line == (
        b'{"actor":7,"at":"2026-01-31T12:00:00Z","earlier":false,'
        b'"entry":{"by":null,"issue":444500041,"number":1},"kind":"ItemLabelled","late":false,'
        b'"month":"","n":0,"repository":186853002,"seq":1,'
        b'"source":"event:labelled","v":1,"where":null}'
    )


async def test_a_cause_numbers_its_entries_from_zero(database: Database) -> None:
    await a_played_ledger(database)
    numbers = [(line.source, line.n) for line in await lines(database)]
    assert numbers[-2:] == [("event:closed", 0), ("event:closed", 1)]
    async with database.read() as tx:
        assert [line.n for line in await ledger.lines_of(tx, REPO, "event:closed")] == [0, 1]
        assert await Sheet(tx, REPO).is_decided("event:closed")
        assert not await Sheet(tx, OTHER_REPO).is_decided("event:closed")


async def test_the_same_cause_cannot_be_recorded_twice(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1), source="comment:1")
    with pytest.raises(IntegrityError):
        await record(database, e.ItemReopened(ISSUE), source="comment:1")
    assert len(await lines(database)) == 1
    assert await problems(database) == []


async def test_another_repository_may_hear_of_the_same_cause(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1), source="comment:1")
    await record(database, e.ItemLabelled(ISSUE, 1), source="comment:1", repo=OTHER_REPO)
    assert len(await lines(database, OTHER_REPO)) == 1


async def test_entries_come_back_with_their_words_and_stamps(database: Database) -> None:
    await a_played_ledger(database)
    (declined,) = [each for each in await lines(database) if b"PledgeDeclined" in each.line]
    entry = declined.entry()
    assert isinstance(entry, e.PledgeDeclined)
    assert entry.reason == e.FreeText("Too kind.")
    assert declined.stamp() == e.Stamp(6, NOON, 7, where=1)
    async with database.read() as tx:
        assert await ledger.words_of(tx, REPO, (5, 6)) == {6: "Too kind."}


async def test_words_can_be_erased_and_the_chain_holds(database: Database) -> None:
    await a_played_ledger(database)
    tamper(database, "DELETE FROM texts")
    assert await problems(database) == []
    (declined,) = [each for each in await lines(database) if b"PledgeDeclined" in each.line]
    entry = declined.entry()
    assert isinstance(entry, e.PledgeDeclined)
    assert entry.reason == e.FreeText("")


async def test_each_text_has_a_salt_of_its_own(database: Database) -> None:
    await a_played_ledger(database)
    ((salt, words),) = rows(database, "SELECT salt, words FROM texts")
    assert (len(salt), words) == (ledger.SALT_BYTES, "Too kind.")


async def test_only_entries_about_an_issue_can_be_listed(database: Database) -> None:
    await a_played_ledger(database)
    await record(database, e.ItemLabelled(OTHER_ISSUE, 2), source="event:other")
    assert [line.seq for line in await lines(database, issue=OTHER_ISSUE)] == [9]
    assert len(await lines(database, issue=ISSUE)) == 8


async def test_a_long_ledger_is_walked_page_by_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PAGE", 3)
    await a_played_ledger(database)
    assert [line.seq for line in await lines(database)] == list(range(1, 9))
    assert [line.seq for line in await lines(database, issue=ISSUE)] == list(range(1, 9))


async def test_a_fold_that_fails_records_nothing(database: Database) -> None:
    entry = moved(e.PledgeWithdrawn, made(1), Stage.STANDING, Stage.WITHDRAWN)
    with pytest.raises(TypeError):
        await record(database, entry)
    assert await lines(database) == []
    assert rows(database, "SELECT * FROM lanes") == []


async def test_a_line_is_kept_byte_for_byte(database: Database) -> None:
    """An entry written by an older version, with other spacing, still reads and still verifies."""
    await record(database, e.ItemLabelled(ISSUE, 1))
    (line,) = await lines(database)
    loose = json.dumps(json.loads(line.line), indent=1).encode()
    hashed = ledger.chained("", loose)
    tamper(database, "UPDATE ledger SET line = ?, hash = ?", loose, hashed)
    tamper(database, "UPDATE lanes SET hash = ?", hashed)
    assert await problems(database) == []
