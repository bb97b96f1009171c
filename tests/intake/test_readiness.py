"""Whoever watches over us learns whether deliveries are stored, by what became of the last ones."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.intake import committing
from bot.storage import receiving
from tests.intake.kit import INTAKE, GitHub, Store, post, signed
from tests.storage.kit import file_of, rows

BODY = b'{"action":"opened"}'
NOT_STORED = (503, "deliveries cannot be stored\n")


async def ready(github: GitHub) -> tuple[int, str]:
    async with github.get("/readyz") as answer:
        return answer.status, await answer.text()


async def is_ready_again(github: GitHub) -> None:
    async with asyncio.timeout(5):
        while await ready(github) != (200, "ok\n"):
            await asyncio.sleep(0.02)


def deliveries(store: Store) -> list[str]:
    return [name for (name,) in rows(store.database, "SELECT delivery FROM inbox ORDER BY n")]


async def test_a_living_process_says_so(github: GitHub, store: Store) -> None:
    store.answers = False
    async with github.get("/healthz") as answer:
        assert answer.status == 200


async def test_who_cannot_look_into_the_store_is_not_ready(github: GitHub, store: Store) -> None:
    assert await ready(github) == (200, "ok\n")
    store.answers = False
    assert await ready(github) == (503, "the database does not answer\n")


async def test_who_could_not_store_a_delivery_is_not_ready_until_one_is_stored(
    github: GitHub, store: Store
) -> None:
    store.failures = 1
    assert await post(github, BODY, signed(BODY)) == (503, "")
    assert await ready(github) == NOT_STORED
    assert await post(github, BODY, signed(BODY)) == (202, "")
    assert await ready(github) == (200, "ok\n")


async def test_who_is_still_storing_what_came_long_ago_is_not_ready(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert committing.LATE_SECONDS < committing.COMMIT_SECONDS
    monkeypatch.setattr(committing, "LATE_SECONDS", 0.1)
    store.go.clear()
    delivering = asyncio.ensure_future(post(github, BODY, signed(BODY)))
    await asyncio.sleep(0.3)
    assert await ready(github) == NOT_STORED
    store.go.set()
    assert await delivering == (202, "")
    assert await ready(github) == (200, "ok\n")


async def test_who_gave_up_on_a_delivery_is_not_ready_while_its_commit_still_hangs(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "COMMIT_SECONDS", 0.1)
    store.go.clear()
    assert await post(github, BODY, signed(BODY)) == (503, "")
    assert await ready(github) == NOT_STORED
    store.go.set()
    await is_ready_again(github)


async def test_that_the_store_works_again_is_noticed_while_nothing_comes(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is not ready may be sent nothing any more: the first that was refused is tried again."""
    monkeypatch.setattr(committing, "AGAIN_EVERY", 0.05)
    store.failures = 4
    for name in ("first", "second"):
        headers = signed(BODY, X_GitHub_Delivery=name)
        assert await post(github, BODY, headers) == (503, "")
    assert await ready(github) == NOT_STORED
    await is_ready_again(github)
    assert deliveries(store) == ["first"]
    assert store.transactions == 5


async def test_before_deliveries_can_be_committed_we_are_not_ready(
    github: GitHub, store: Store
) -> None:
    github.app[INTAKE].commits._runs = False
    assert await ready(github) == NOT_STORED


@pytest.mark.sqlite_only("is about SQLite's lock")
async def test_a_file_that_another_process_has_locked_makes_us_not_ready(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(committing, "AGAIN_EVERY", 0.05)
    with closing(sqlite3.connect(file_of(store.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await post(github, BODY, signed(BODY)) == (503, "")
        await asyncio.sleep(0.2)
        assert await ready(github) == NOT_STORED
    await is_ready_again(github)
    assert len(deliveries(store)) == 1
