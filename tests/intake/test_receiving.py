"""What is acknowledged is stored, byte for byte, before the answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest

from bot.intake import PATH
from bot.intake.committing import (
    BATCH_AT_MOST,
    COMMIT_SECONDS,
    LARGE_BATCH,
    LOOK_EVERY,
    Commits,
    NotStored,
)
from bot.storage.receiving import Delivery, Receives
from bot.timing import Bell
from bot.worker.sorting import Sorter
from tests.intake.kit import (
    INTAKE,
    SECRET,
    TIME,
    GitHub,
    Store,
    a_receiver,
    post,
    signature,
    signed,
)
from tests.storage.kit import rows
from tests.worker.kit import draw

BODY = b'{"action":"opened",  "number":1}\n'


def kept(store: Store) -> list[tuple[str, str, bytes]]:
    query = "SELECT delivery, event, body FROM inbox JOIN bodies USING (n) ORDER BY n"
    return rows(store.database, query)


async def test_a_delivery_is_acknowledged_with_its_bytes_in_the_inbox(
    github: GitHub, store: Store
) -> None:
    assert await post(github, BODY, signed(BODY)) == (202, "")
    assert kept(store) == [("72d3162e-cc78-11e3-81ab-4c9367dc0958", "issues", BODY)]


async def test_there_is_no_answer_before_the_commit(github: GitHub, store: Store) -> None:
    store.go.clear()
    answer = asyncio.ensure_future(post(github, BODY, signed(BODY)))
    done, _ = await asyncio.wait({answer}, timeout=0.3)
    assert not done
    assert kept(store) == []
    store.go.set()
    assert await answer == (202, "")
    assert len(kept(store)) == 1


async def test_a_delivery_that_comes_again_is_acknowledged_and_kept_once(
    github: GitHub, store: Store
) -> None:
    for _ in range(3):
        assert await post(github, BODY, signed(BODY)) == (202, "")
    assert len(kept(store)) == 1


async def test_the_first_bytes_of_a_delivery_stay(github: GitHub, store: Store) -> None:
    await post(github, BODY, signed(BODY))
    assert await post(github, b"{}", signed(b"{}")) == (202, "")
    assert [body for _, _, body in kept(store)] == [BODY]


@pytest.mark.parametrize("secret", ["new", "old", "oldest: ümläut"])
async def test_every_secret_of_a_rotation_works(store: Store, secret: str) -> None:
    async with a_receiver(store, ("new", "old", "oldest: ümläut")) as github:
        assert await post(github, BODY, signed(BODY, secret)) == (202, "")
        assert await post(github, BODY, signed(BODY, "older")) == (401, "")


async def test_two_hundred_at_once_are_all_stored_in_few_transactions(
    github: GitHub, store: Store
) -> None:
    store.go.clear()

    async def deliver(n: int) -> tuple[int, str]:
        body = json.dumps({"n": n}).encode()
        return await post(github, body, signed(body, X_GitHub_Delivery=f"delivery-{n}"))

    answers = asyncio.gather(*(deliver(n) for n in range(200)))
    await asyncio.sleep(0.5)
    store.go.set()
    assert set(await answers) == {(202, "")}
    assert {json.loads(body)["n"] for _, _, body in kept(store)} == set(range(200))
    assert store.transactions <= 20
    assert store.largest == BATCH_AT_MOST


async def test_the_worker_is_woken(store: Store) -> None:
    async with a_receiver(store) as github:
        waiting = asyncio.ensure_future(github.app[INTAKE].work.wait(60))
        await asyncio.sleep(0)
        await post(github, BODY, signed(BODY))
        async with asyncio.timeout(5):
            await waiting


# --- when the store fails ---------------------------------------------------------------------


async def test_what_cannot_be_stored_is_not_acknowledged(github: GitHub, store: Store) -> None:
    store.failures = 1
    assert await post(github, BODY, signed(BODY)) == (503, "")
    assert kept(store) == []
    assert await post(github, BODY, signed(BODY)) == (202, "")
    assert len(kept(store)) == 1


async def test_a_batch_that_fails_acknowledges_none_of_it(github: GitHub, store: Store) -> None:
    store.go.clear()
    headers = [signed(BODY, X_GitHub_Delivery=f"d-{n}") for n in range(10)]
    answers = asyncio.gather(*(post(github, BODY, each) for each in headers))
    await asyncio.sleep(0.3)
    store.failures = 100
    store.go.set()
    assert set(await answers) == {(503, "")}
    assert kept(store) == []


async def test_a_store_that_hangs_is_answered_for_in_time(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert COMMIT_SECONDS + LOOK_EVERY < 10, "GitHub waits for ten seconds"
    monkeypatch.setattr("bot.intake.committing.COMMIT_SECONDS", 0.1)
    store.go.clear()
    assert await post(github, BODY, signed(BODY)) == (503, "")
    store.go.set()
    assert await post(github, BODY, signed(BODY)) == (202, "")
    assert len(kept(store)) == 1


async def test_a_sender_that_hangs_up_does_not_stop_the_others(
    github: GitHub, store: Store
) -> None:
    store.go.clear()
    gone = asyncio.ensure_future(post(github, BODY, signed(BODY)))
    await asyncio.sleep(0.2)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    store.go.set()
    assert await post(github, b"{}", signed(b"{}", X_GitHub_Delivery="other")) == (202, "")


async def test_before_the_first_commit_can_be_made_a_sender_waits_and_only_so_long(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = Commits(store, Bell(TIME), store.open)  # type: ignore[arg-type]
    early = asyncio.ensure_future(commits.commit(Delivery("early", "issues", BODY, TIME.now())))
    await asyncio.sleep(0)
    monkeypatch.setattr("bot.intake.committing.COMMIT_SECONDS", 0.1)
    with pytest.raises(NotStored):
        await commits.commit(Delivery("late", "issues", BODY, TIME.now()))
    committing = asyncio.ensure_future(commits.run())
    await early
    assert [name for name, _, _ in kept(store)] == ["early"], "who was told no has hung up"
    committing.cancel()
    await asyncio.gather(committing, return_exceptions=True)
    with pytest.raises(NotStored):
        await commits.commit(Delivery("after the end", "issues", BODY, TIME.now()))


async def test_a_way_that_cannot_be_opened_is_answered_for_at_once(store: Store) -> None:
    @asynccontextmanager
    async def fails(_: object) -> AsyncIterator[Receives]:
        if _:
            raise OSError("no such file")
        yield store

    commits = Commits(store, Bell(TIME), fails)  # type: ignore[arg-type]
    waiting = asyncio.ensure_future(commits.commit(Delivery("a", "issues", BODY, TIME.now())))
    await asyncio.sleep(0)
    with pytest.raises(OSError, match="no such file"):
        await commits.run()
    with pytest.raises(NotStored):
        await waiting


# --- other requests ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_delivers(github: GitHub, method: str) -> None:
    async with github.request(method, PATH, headers=signed(BODY)) as answer:
        assert answer.status == 405


@pytest.mark.parametrize("path", [PATH + "/", "/", "/api/github", PATH.upper()])
async def test_there_is_nothing_beside_the_path(github: GitHub, path: str) -> None:
    async with github.post(path, data=BODY, headers=signed(BODY)) as answer:
        assert answer.status == 404


# --- bytes of any kind ------------------------------------------------------------------------

ODD = {
    "nothing": b"",
    "not JSON": b"hello",
    "half": b'{"action":',
    "NUL": b'{"action":"\x00"}',
    "escaped NUL": b'{"sender":{"id":1,"login":"a\\u0000b"}}',
    "lone surrogate": b'{"sender":{"id":1,"login":"\\ud800"}}',
    "not UTF-8": b'{"action":"\xff\xfe"}',
    "NaN": b'{"x":NaN,"y":Infinity}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a huge number": b'{"sender":{"id":' + b"9" * 5_000 + b',"login":"a"}}',
    "an id that no column holds": b'{"sender":{"id":9223372036854775808,"login":"a"}}',
    "wrong types": b'{"action":[],"sender":"x","repository":7}',
    "twice the same key": b'{"action":"a","action":"b"}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
async def test_signed_bytes_of_any_kind_are_stored_and_later_passed_over(
    github: GitHub, store: Store, body: bytes
) -> None:
    assert await post(github, body, signed(body)) == (202, "")
    assert [found for _, _, found in kept(store)] == [body]
    await Sorter(store.database, TIME, app_id=1, draw=draw).sort()
    assert rows(store.database, "SELECT state FROM inbox") == [("ignored",)]


async def test_a_delivery_as_large_as_githubs_largest_is_stored(
    github: GitHub, store: Store
) -> None:
    body = b'{"x":"' + b"x" * (25 * 1000 * 1000) + b'"}'
    assert await post(github, BytesIO(body), signed(body)) == (202, "")
    ((size,),) = rows(store.database, "SELECT length(body) FROM bodies")
    assert size == len(body)


def test_the_test_signs_as_github_documents_it() -> None:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing"""
    expected = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature(b"Hello, World!", "It's a Secret to Everybody") == f"sha256={expected}"
    assert signature(b"", SECRET) != signature(b"", "")


# --- other work --------------------------------------------------------------------------------


async def test_other_work_is_held_back_while_many_deliveries_wait_and_only_so_long(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = github.app[INTAKE]
    async with asyncio.timeout(5):
        await intake.quiet()
    store.go.clear()
    heads = [signed(BODY, X_GitHub_Delivery=f"d-{n}") for n in range(2 * LARGE_BATCH)]
    answers = asyncio.gather(*(post(github, BODY, each) for each in heads))
    await asyncio.sleep(0.3)
    monkeypatch.setattr("bot.intake.committing.PRESSED_SECONDS", 3600.0)
    monkeypatch.setattr("bot.intake.committing.HELD_BACK_SECONDS", 3600.0)
    store.go.set()
    await answers
    other = asyncio.ensure_future(intake.quiet())
    assert not (await asyncio.wait({other}, timeout=0.1))[0]
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    monkeypatch.setattr("bot.intake.committing.HELD_BACK_SECONDS", 0.0)
    async with asyncio.timeout(5):
        await intake.quiet()
