"""A body that is too large, too slow or one too many costs us little, and nobody else anything."""

from __future__ import annotations

import asyncio

import pytest

from bot.intake import bodies
from bot.intake.bodies import BODY_AT_MOST, FREE_OF_CHARGE, Room
from bot.intake.signing import Refused
from tests.intake.kit import INTAKE, GitHub, Store, a_receiver, post, signed
from tests.intake.wire import a_line, head, head_for
from tests.storage.kit import rows

BODY = b'{"action":"opened"}'
LARGE = b" " * (FREE_OF_CHARGE + 1)


def count(store: Store) -> int:
    ((found,),) = rows(store.database, "SELECT count(*) FROM inbox")
    return int(found)


# --- refused before it is read ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "length", "changed"),
    [
        (413, BODY_AT_MOST + 1, {}),
        (413, 10**15, {}),
        (401, 1_000, {"X_Hub_Signature_256": "sha256=nonsense"}),
        (401, BODY_AT_MOST, {"X_Hub_Signature_256": None}),
        (415, 1_000, {"Content_Encoding": "gzip"}),
        (400, 1_000, {"X_GitHub_Event": None}),
        (400, 1_000, {"X_GitHub_Delivery": None}),
    ],
)
async def test_what_the_head_gives_away_is_refused_before_the_body_comes(
    github: GitHub, status: int, length: int, changed: dict[str, str | None]
) -> None:
    async with a_line(github) as line:
        await line.says(head_for(BODY, length, **changed))
        assert await line.status() == status
        assert "Connection: close" in line.head


async def test_a_refused_body_is_not_read_to_its_end(
    github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "PASSED_OVER", 64 * 1024)
    async with a_line(github) as line:
        await line.says(head_for(BODY, 10**15))
        assert await line.status() == 413
        with pytest.raises(ConnectionError):
            await line.says_for_ever(b"x" * 64 * 1024)


async def test_the_connection_goes_on_after_a_refusal_whose_body_was_there(
    github: GitHub,
) -> None:
    async with a_line(github) as line:
        wrong = head(signed(BODY, X_Hub_Signature_256="sha256=" + "0" * 64), len(BODY))
        await line.says(wrong + BODY)
        assert await line.status() == 401
        await line.says(head_for(BODY) + BODY)
        assert await line.status() == 202


# --- too slow -----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [len(BODY) + 1, FREE_OF_CHARGE + 1])
async def test_a_body_that_does_not_come_is_waited_for_only_so_long(
    github: GitHub, store: Store, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    assert bodies.BODY_SECONDS < 10, "GitHub waits for ten seconds"
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(bodies, "PASSING_SECONDS", 0.1)
    async with a_line(github) as line:
        await line.says(head_for(BODY, length) + BODY)
        assert await line.status() == 408
        assert await line.is_closed()
    assert count(store) == 0


async def test_a_body_that_comes_by_drops_is_not_waited_for_longer(
    github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.3)
    async with a_line(github) as line:
        await line.says(head_for(BODY, 1_000))

        async def drip() -> None:
            while True:
                await line.says(b" ")
                await asyncio.sleep(0.02)

        dripping = asyncio.ensure_future(drip())
        assert await line.status() == 408
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)


async def test_who_hangs_up_in_the_middle_of_a_body_leaves_nothing_not_even_in_the_log(
    github: GitHub, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for length in (len(BODY) + 1, FREE_OF_CHARGE + 1):
        async with a_line(github) as line:
            await line.says(head_for(BODY, length) + BODY)
    await asyncio.sleep(0.1)
    assert caplog.records == []
    assert await post(github, BODY, signed(BODY)) == (202, "")
    assert count(store) == 1
    async with github.app[INTAKE].room.taken(bodies.ROOM):
        """All of the room is free again."""


async def test_who_hangs_up_before_a_refusal_leaves_nothing_in_the_log(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bodies, "ROOM_SECONDS", 0.2)
    async with a_receiver(store) as github:
        room = github.app[INTAKE].room = Room(len(LARGE))
        async with room.taken(1):
            async with a_line(github) as line:
                await line.says(head_for(LARGE))
            await asyncio.sleep(0.4)
        assert await post(github, LARGE, signed(LARGE)) == (202, "")
    assert caplog.records == []


# --- too many -----------------------------------------------------------------------------------


async def test_large_bodies_wait_for_room_and_small_ones_do_not(store: Store) -> None:
    async with a_receiver(store) as github:
        room = github.app[INTAKE].room = Room(len(LARGE))
        async with room.taken(1):
            large = asyncio.ensure_future(post(github, LARGE, signed(LARGE)))
            small = signed(BODY, X_GitHub_Delivery="small")
            assert await post(github, BODY, small) == (202, "")
            assert not large.done()
        assert await large == (202, "")
        assert count(store) == 2


async def test_who_finds_no_room_in_time_is_told_when_to_come_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "ROOM_SECONDS", 0.1)
    async with a_receiver(store) as github:
        room = github.app[INTAKE].room = Room(len(LARGE))
        async with room.taken(1), a_line(github) as line:
            await line.says(head_for(LARGE))
            assert await line.status() == 503
            assert f"Retry-After: {bodies.AGAIN_AFTER}" in line.head
        assert await post(github, LARGE, signed(LARGE)) == (202, "")


async def test_a_body_that_does_not_say_its_length_needs_room_for_the_largest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "ROOM_SECONDS", 0.1)
    async with a_receiver(store) as github:
        room = github.app[INTAKE].room = Room(BODY_AT_MOST)
        chunked = head(signed(BODY, Transfer_Encoding="chunked"))
        async with room.taken(1), a_line(github) as line:
            await line.says(chunked)
            assert await line.status() == 503


async def test_room_is_given_in_the_order_of_coming_and_taken_back_from_who_left() -> None:
    room = Room(10)
    had: list[str] = []

    async def take(name: str, size: int) -> None:
        async with room.taken(size):
            had.append(name)
            await asyncio.sleep(0)

    async with room.taken(10):
        waiting = [asyncio.ensure_future(take(*each)) for each in (("a", 6), ("b", 6), ("c", 1))]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.sleep(0)
        assert had == []
    await asyncio.gather(*waiting, return_exceptions=True)
    assert had == ["a", "c"]
    async with room.taken(10):
        """All of it is free again."""


async def test_who_leaves_in_the_moment_that_room_is_given_gives_it_back() -> None:
    room = Room(10)
    giving = room.taken(10)
    await giving.__aenter__()
    waiting = asyncio.ensure_future(room.taken(10).__aenter__())
    await asyncio.sleep(0)
    await giving.__aexit__(None, None, None)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    async with room.taken(10):
        """All of it is free again."""


async def test_who_waits_too_long_for_room_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "ROOM_SECONDS", 0.1)
    room = Room(10)
    async with room.taken(5):
        first = asyncio.ensure_future(room.taken(6).__aenter__())
        await asyncio.sleep(0)
        monkeypatch.setattr(bodies, "ROOM_SECONDS", 30.0)
        second = asyncio.ensure_future(room.taken(5).__aenter__())
        with pytest.raises(Refused):
            await first
        await second


# --- hostile heads ------------------------------------------------------------------------------

HOSTILE = {
    "a header of 100 KB": b"POST /api/github/webhooks HTTP/1.1\r\nX: "
    + b"x" * 100_000
    + b"\r\n\r\n",
    "ten thousand headers": b"POST /api/github/webhooks HTTP/1.1\r\n"
    + b"a: b\r\n" * 10_000
    + b"\r\n",
    "two lengths": head({"Content-Length": "5"})[:-2] + b"Content-Length: 6\r\n\r\n",
    "length and chunks": head({"Content-Length": "5", "Transfer-Encoding": "chunked"}),
    "a length below zero": head({"Content-Length": "-1"}),
    "a length in words": head({"Content-Length": "five"}),
    "NUL in a header": head({"X-GitHub-Event": "iss\x00ues"}),
    "a folded header": b"POST /api/github/webhooks HTTP/1.1\r\nX-GitHub-Event: a\r\n b\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    "no HTTP": b"hello there\r\n\r\n",
    "a path of 100 KB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_head_is_refused_without_a_word_in_the_log_and_others_are_served(
    github: GitHub, store: Store, words: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_line(github) as line:
        await line.says(words)
        assert 400 <= await line.status() < 500
    assert caplog.records == []
    assert count(store) == 0
    assert await post(github, BODY, signed(BODY)) == (202, "")


@pytest.mark.parametrize("name", ["X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256"])
async def test_bytes_that_are_no_text_in_a_header_are_refused(github: GitHub, name: str) -> None:
    async with a_line(github) as line:
        words = head_for(BODY, **{name.replace("-", "_"): "\x80\xff"})
        await line.says(words + BODY)
        assert await line.status() in {400, 401}
